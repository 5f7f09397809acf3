//! Why a step is stale, or its output not what it should be, in words.

use super::sweep::FileState;
use crate::digest::Digest;
use crate::store::{Manifest, StepRecord};

/// Why a step is stale that no build has made.
const NEVER_BUILT: &str = "it was never built";
/// Why an output that is not there has to be written.
const MISSING: &str = "the output is missing";

/// Returns whether a step was stale for no build had made it.
pub(super) fn is_new(why: &[String]) -> bool {
    why.iter().any(|why| why == NEVER_BUILT)
}

/// Returns whether a step was stale for its output was not there.
pub(super) fn is_missing(why: &[String]) -> bool {
    why.iter().any(|why| why == MISSING)
}

/// Says why a step is stale, by what is different from when it was last built.
pub(super) fn why(last: Option<&StepRecord>, manifest: &Manifest) -> Vec<String> {
    let Some(last) = last else { return vec![NEVER_BUILT.to_owned()] };
    let changes = manifest.changes_since(&last.manifest);
    match changes.as_slice() {
        [] => vec!["its result is not in the store".to_owned()],
        changes => changes.iter().map(ToString::to_string).collect(),
    }
}

/// Says why an output whose bytes are in the store has to be put back; `ours` is what layercake
/// wrote there last.
pub(super) fn why_restored(
    last: Option<&StepRecord>,
    manifest: &Manifest,
    output: Option<&FileState>,
    ours: Option<Digest>,
) -> Vec<String> {
    let is_as_it_was = last.is_some_and(|last| last.manifest == *manifest);
    match output {
        Some(FileState::Known(file)) if Some(file.digest) == ours => match is_as_it_was {
            true => vec!["the output holds an earlier result".to_owned()],
            false => why(last, manifest),
        },
        Some(FileState::Known(_)) => vec!["the output was changed by somebody else".to_owned()],
        _ => vec![MISSING.to_owned()],
    }
}

/// Says why files of a fan-out have to be put back; `wrong` are those that are not what they should
/// be.
pub(super) fn why_restored_many(
    last: Option<&StepRecord>,
    manifest: &Manifest,
    wrong: usize,
) -> Vec<String> {
    match last.is_some_and(|last| last.manifest == *manifest) {
        true if wrong == 1 => vec!["1 file is missing, or was changed by somebody else".to_owned()],
        true => vec![format!("{wrong} files are missing, or were changed by somebody else")],
        false => why(last, manifest),
    }
}

/// Says what `build --check` found wrong with the files of a fan-out.
pub(super) fn why_checked_many<'a>(wrong: impl Iterator<Item = &'a str>) -> Vec<String> {
    const MOST: usize = 5;
    let wrong: Vec<&str> = wrong.collect();
    let named = wrong.iter().take(MOST).map(|path| format!("`{path}` is out of date or missing"));
    let rest = wrong.len().saturating_sub(MOST);
    named.chain((rest > 0).then(|| format!("and so are {rest} more"))).collect()
}

/// Says what `build --check` found wrong with an output.
pub(super) fn why_checked(output: Option<&FileState>, has_changed: bool) -> Vec<String> {
    match output {
        _ if !has_changed => Vec::new(),
        Some(FileState::Known(_)) => vec!["the output is out of date".to_owned()],
        _ => vec![MISSING.to_owned()],
    }
}

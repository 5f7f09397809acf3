//! What decides a step's result: its manifest, of which its key is made.

use super::survey::Survey;
use super::sweep::FileState;
use crate::dag::{Dag, StepId};
use crate::digest::Digest;
use crate::plan::{Metric, PlanStep, Work};
use crate::store::{Input, InputKind, Manifest};

/// Returns the manifest of a step whose inputs are known: the digests of the graphs it uses, the
/// files of each of its patterns, and those it found out about, each with its digest.
pub(super) fn manifest(
    step: &PlanStep,
    digests: &[Digest],
    files: &[Vec<(String, Digest)>],
    discovered: &[(String, Digest)],
) -> Manifest {
    let kind = match &step.work {
        Work::Export { kind, .. } if kind.from_many => InputKind::NamedGraph,
        Work::Transform { .. } | Work::Check { .. } if step.from.len() > 1 => InputKind::NamedGraph,
        _ => InputKind::Graph,
    };
    let graphs = step.from.iter().zip(digests);
    let graphs = graphs.map(|(from, digest)| Input {
        kind,
        group: 0,
        name: from.name.clone(),
        digest: *digest,
    });
    // What a step finds out about comes after the files of its patterns.
    let groups = (0_u32..).zip(files.iter().map(Vec::as_slice).chain([discovered]));
    let files = groups.flat_map(|(group, files)| {
        files.iter().map(move |(path, digest)| Input {
            kind: InputKind::File,
            group,
            name: path.clone(),
            digest: *digest,
        })
    });
    let inputs = graphs.chain(files).collect();
    let (kind, options) = head(&step.work);
    Manifest { kind, options, inputs }
}

/// Works out the manifest of a step from what is known before it runs; `None` if one of its files
/// is not there, cannot be read, or has come to be an output of the plan.
pub(super) fn expected(
    dag: &Dag,
    id: StepId,
    survey: &Survey,
    discovered: &[String],
    digests: &[Digest],
) -> Option<Manifest> {
    let known = |path: &str, state: Option<&FileState>| match state {
        Some(FileState::Known(record)) => Some((path.to_owned(), record.digest)),
        _ => None,
    };
    let mut files = Vec::with_capacity(dag.files(id).len());
    for group in dag.files(id) {
        let file = group.iter().map(|file| known(dag.file_path(*file), Some(survey.file(*file))));
        files.push(file.collect::<Option<Vec<_>>>()?);
    }
    let found = discovered
        .iter()
        .map(|path| known(path, survey.discovered(path)).filter(|_| !dag.is_output(path)));
    Some(manifest(dag.step(id), digests, &files, &found.collect::<Option<Vec<_>>>()?))
}

/// Returns what a step does, in which revisions, and its options.
pub(super) fn head(work: &Work) -> (String, String) {
    match work {
        Work::Import { kind, options } => {
            (format!("import {} {}", kind.kind.name, kind.kind.revision), options.clone())
        }
        Work::Export { kind, options, through, each } => {
            let mut options = options.clone();
            // The program's file is an input; what it is told is an option.
            if !through.is_empty() {
                options.pop();
                let comma = if options.len() > 1 { "," } else { "" };
                let through = serde_json::Value::from(through.as_slice());
                options += &format!("{comma}\"through\":{through}}}");
            }
            if let Some(each) = each {
                options.pop();
                let comma = if options.len() > 1 { "," } else { "" };
                // A struct of texts and numbers, which JSON can always hold.
                let each = serde_json::to_string(each).unwrap_or_default();
                options += &format!("{comma}\"for_each\":{each}}}");
            }
            (format!("export {} {}", kind.kind.name, kind.kind.revision), options)
        }
        Work::Analyze { metrics, annotate } => {
            let kinds = metrics.iter().map(|Metric { kind, .. }| &kind.kind);
            let kinds = kinds.map(|kind| format!(" {} {}", kind.name, kind.revision));
            let options = metrics.iter().map(|metric| metric.options.as_str());
            let options = options.collect::<Vec<_>>().join(",");
            let options = format!("{{\"metrics\":[{options}],\"annotate\":{annotate}}}");
            (format!("analyze{}", kinds.collect::<String>()), options)
        }
        Work::Check { check } => ("check 1".to_owned(), check.described()),
        Work::Items { each } => {
            // A struct of texts and numbers, which JSON can always hold.
            ("items 1".to_owned(), serde_json::to_string(each).unwrap_or_default())
        }
        Work::Transform { ops } => {
            let kinds =
                ops.iter().map(|op| format!(" {} {}", op.kind.kind.name, op.kind.kind.revision));
            let options = ops.iter().map(|op| {
                format!("{{\"{}\":{},\"others\":{:?}}}", op.kind.kind.name, op.options, op.others)
            });
            let options = options.collect::<Vec<_>>().join(",");
            (format!("transform{}", kinds.collect::<String>()), format!("[{options}]"))
        }
    }
}

//! Which paths the steps of a plan write, and what keeps them from being written.

use std::collections::HashMap;

use super::{StepId, is_output};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fan_out::PathPattern;
use crate::path;
use crate::plan::{FilePattern, Plan};

/// Says that a pattern matches what a step wrote that is not in the plan any more: a clean build
/// would not find it.
pub(super) fn stale_output(plan: &Plan, pattern: &FilePattern, file: &str) -> Diagnostic {
    let message = format!("`{file}` was written by a step that is not in the plan any more");
    Diagnostic::error("stale-output", message)
        .at(plan.sources.excerpt(pattern.span), "this pattern would take it for an input")
        .help("`layercake clean --stale` removes it")
        .help("to keep it as an input, name it without a pattern")
}

/// Refuses outputs that would be written over the plan, or inside another output.
pub(super) fn check_outputs(
    plan: &Plan,
    names: &HashMap<&str, u32>,
    diagnostics: &mut Diagnostics,
) {
    for step in plan.steps.iter().filter(|step| step.work.is_export()) {
        let at = || plan.sources.excerpt(step.span);
        if plan.files.contains(&step.name) {
            let message = format!("`{}` is the plan itself", step.name);
            diagnostics
                .push(Diagnostic::error("output-as-input", message).at(at(), "it is written here"));
        }
        let mut folder = path::folder(&step.name);
        while !folder.is_empty() {
            if is_output(names, plan, folder) {
                let message = format!("`{folder}` is a file of this plan, and here a folder");
                diagnostics.push(
                    Diagnostic::error("bad-path", message).at(at(), "this is inside it").at(
                        plan.sources.excerpt(plan.steps[names[folder] as usize].span),
                        "this is the file",
                    ),
                );
            }
            folder = path::folder(folder);
        }
    }
}

/// Returns the steps that write many files, with the paths that these may have.
pub(super) fn fan_outs(plan: &Plan) -> Vec<(StepId, PathPattern)> {
    let steps = plan.steps.iter().zip(0..);
    steps.filter_map(|(step, id)| Some((StepId(id), step.paths()?))).collect()
}

/// Refuses two steps that may write to one path, both for many items: which items there are is not
/// known before they run.
pub(super) fn check_fan_outs(
    plan: &Plan,
    fan_outs: &[(StepId, PathPattern)],
    diagnostics: &mut Diagnostics,
) {
    for (at, (id, paths)) in fan_outs.iter().enumerate() {
        for (other, others) in &fan_outs[..at] {
            if paths.overlaps(others) {
                let (step, other) = (&plan.steps[id.0 as usize], &plan.steps[other.0 as usize]);
                let message = format!("`{}` and `{}` may be one file", other.name, step.name);
                diagnostics.push(
                    Diagnostic::error("same-path", message)
                        .at(plan.sources.excerpt(step.span), "for some items of this")
                        .at(plan.sources.excerpt(other.span), "and of this")
                        .help("give each a folder, or a word in its names, of its own"),
                );
            }
        }
    }
}

/// Refuses baselines that are no files of a person's: what is found would decide what is accepted.
pub(super) fn check_baselines(
    plan: &Plan,
    names: &HashMap<&str, u32>,
    fan_outs: &[(StepId, PathPattern)],
    is_folder: impl Fn(&str) -> bool,
    diagnostics: &mut Diagnostics,
) {
    for step in &plan.steps {
        let Some(FilePattern { pattern, span }) = step.baseline() else { continue };
        let wrong =
            |code, message| Diagnostic::error(code, message).at(plan.sources.excerpt(*span), "");
        let of_item = fan_outs.iter().find(|(_, paths)| paths.matches(pattern));
        let output = names.get(pattern.as_str()).copied().or(of_item.map(|(id, _)| id.0));
        if let Some(output) = output.filter(|id| plan.steps[*id as usize].work.is_export()) {
            let message = format!("`{pattern}` is written by this plan, and cannot be a baseline");
            let written = plan.sources.excerpt(plan.steps[output as usize].span);
            let error = wrong("output-as-input", message).at(written, "it is written here");
            diagnostics.push(error.help("name a file of its own, such as `checks/known.csv`"));
        } else if plan.files.contains(pattern) {
            let message = format!("`{pattern}` is the plan itself, and cannot be a baseline");
            diagnostics.push(wrong("output-as-input", message));
        } else if is_folder(pattern) {
            let message = format!("`{pattern}` is a folder, and a baseline is a file");
            diagnostics.push(wrong("bad-path", message));
        }
    }
}

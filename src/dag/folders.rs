//! Exports to folders, each to the exports of its files.

use std::collections::{HashMap, HashSet};

use super::patterns::{Look, below};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::path;
use crate::plan::{FilePattern, Plan, PlanStep, Work};

/// The end of the names of templates.
const END: &str = ".tera";

/// Puts in the place of each export to a folder one export for each template of its folder.
pub(super) fn fill_folders(plan: &mut Plan, look: &mut Look<'_>, diagnostics: &mut Diagnostics) {
    if !plan.steps.iter().any(|step| step.name.ends_with('/')) {
        return;
    }
    let mut steps = Vec::with_capacity(plan.steps.len());
    for step in std::mem::take(&mut plan.steps) {
        match step.name.ends_with('/') {
            true => fill(plan, &step, &mut steps, look, diagnostics),
            false => steps.push(step),
        }
    }
    plan.steps = steps;
    check_names(plan, diagnostics);
}

/// Returns the outputs that a plan names, but for those of fan-outs, if it has a folder to fill.
pub(super) fn outputs(plan: &Plan) -> HashSet<String> {
    match plan.steps.iter().any(|step| step.name.ends_with('/')) {
        true => {
            let exports = plan.steps.iter().filter(|step| step.work.is_export());
            exports.map(|step| step.name.clone()).collect()
        }
        false => HashSet::new(),
    }
}

fn fill(
    plan: &Plan,
    folder: &PlanStep,
    steps: &mut Vec<PlanStep>,
    look: &mut Look<'_>,
    diagnostics: &mut Diagnostics,
) {
    let Work::Export { kind, options, through, .. } = &folder.work else { return };
    let Some((templates, others)) = folder.files.split_first() else { return };
    let place = || plan.sources.excerpt(templates.span);
    let base = templates.pattern.as_str();
    let found = match below(base.trim_end_matches('/'), look) {
        Ok(found) => found,
        Err((code, message)) => {
            return diagnostics.push(Diagnostic::error(code, message).at(place(), ""));
        }
    };
    let before = steps.len();
    for template in &found {
        let Some(name) = template.strip_prefix(base).and_then(|name| name.strip_suffix(END)) else {
            continue;
        };
        if name.split('/').any(|part| part.starts_with('_') || part.is_empty()) {
            continue;
        }
        let name = format!("{}{name}", folder.name);
        if let Err(error) = path::check_output(&name) {
            let message = format!("nothing may be written to `{name}`: {error}");
            diagnostics.push(Diagnostic::error("bad-path", message).at(place(), ""));
            continue;
        }
        let file = FilePattern { pattern: template.clone(), span: templates.span };
        steps.push(PlanStep {
            name,
            span: folder.span,
            from: folder.from.clone(),
            files: [file].into_iter().chain(others.iter().cloned()).collect(),
            folder: folder.folder.clone(),
            work: Work::Export {
                kind,
                options: with_template(options, template),
                through: through.clone(),
                each: None,
            },
        });
    }
    if steps.len() == before {
        let message = format!("there is no template in `{base}`");
        diagnostics.push(
            Diagnostic::error("no-file", message).at(place(), "looked for here").help(format!(
                "the name of a template ends in `{END}` and does not begin with `_`"
            )),
        );
    }
}

/// Returns options in which the template is this one.
fn with_template(options: &str, template: &str) -> String {
    let mut value: serde_json::Value = serde_json::from_str(options).unwrap_or_default();
    value["template"] = template.into();
    value.to_string()
}

/// Reports files that two exports write; names that were written are checked already.
fn check_names(plan: &Plan, diagnostics: &mut Diagnostics) {
    let exports = plan.steps.iter().filter(|step| step.work.is_export());
    let mut seen: HashMap<String, &PlanStep> = HashMap::new();
    for step in exports {
        if let Some(first) = seen.insert(step.name.to_lowercase(), step)
            && first.span != step.span
        {
            let message = format!("two exports write `{}`", step.name);
            diagnostics.push(
                Diagnostic::error("duplicate-name", message)
                    .at(plan.sources.excerpt(step.span), "this one")
                    .at(plan.sources.excerpt(first.span), "and this one"),
            );
        }
    }
}

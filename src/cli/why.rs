//! `layercake why`.

use std::sync::atomic::Ordering;

use anstyle::Style;
use layercake::dag::{Dag, StepId};
use layercake::engine::{self, Cause, Explanation, Lineage, TargetState};
use layercake::error::Error;
use layercake::graph::{Change, Difference, How, Part};
use layercake::project::Project;
use serde_json::{Value, json};

use super::args::Why;
use super::log::{iso, time};
use super::tree::Tree;
use super::{Context, Exit};

/// How many steps of one explanation are shown; the rest are counted.
const MOST_SHOWN: usize = 20;

pub fn run(context: &Context, arguments: &Why) -> Result<Exit, Error> {
    let project = context.project()?;
    let Some(dag) = context.dag(&project) else { return Ok(Exit::Usage) };
    let Some(targets) = context.targets(&project, &dag, &arguments.targets) else {
        return Ok(Exit::Usage);
    };
    if arguments.upstream {
        let targets: Vec<StepId> = targets.iter().filter_map(|name| dag.find(name)).collect();
        print_lineage(context, &project, &dag, &targets);
        return Ok(Exit::Success);
    }
    let Some(runs) = context.runs(arguments.allow_run) else { return Ok(Exit::Usage) };
    let (explanations, problems) =
        engine::explain(&project, &dag, &targets, &runs, &context.disk, &context.stop)?;
    problems.iter().for_each(|problem| context.report_one(problem));
    if context.stop.load(Ordering::Relaxed) {
        return Ok(Exit::Interrupted);
    }
    for (at, explanation) in explanations.iter().enumerate() {
        if context.common.json {
            context.terminal.line(&in_full(explanation).to_string());
            continue;
        }
        if at > 0 {
            context.terminal.line("");
        }
        print(context, explanation);
    }
    Ok(Exit::Success)
}

fn print(context: &Context, explanation: &Explanation) {
    let Explanation { target, state, build, causes, reruns, .. } = explanation;
    let bold = Style::new().bold();
    let rest = match (state, build) {
        (TargetState::Stale, _) => "is stale".to_owned(),
        (TargetState::Failing, _) => "cannot be built".to_owned(),
        (TargetState::Fresh, Some((number, when))) => {
            format!("is fresh since build {number} of {}", time(*when))
        }
        (TargetState::Fresh, None) => {
            "is fresh; the history does not tell which build made it".to_owned()
        }
    };
    context.terminal.line(&format!("{bold}{target}{bold:#} {rest}"));
    print_causes(context, causes);
    if !reruns.is_empty() {
        context.terminal.line("a build would run these again, and come to the same:");
        print_causes(context, reruns);
    }
}

/// Prints the steps of a chain; of a long one the first, and the last, which is the target.
fn print_causes(context: &Context, causes: &[Cause]) {
    let dim = Style::new().dimmed();
    let print = |line: &str| context.terminal.line(line);
    let hidden = causes.len().saturating_sub(MOST_SHOWN);
    for (at, cause) in causes.iter().enumerate() {
        if hidden > 0 && at == MOST_SHOWN - 1 {
            print(&format!("  … and {hidden} more steps; `--json` tells all of them"));
        }
        if (MOST_SHOWN - 1..MOST_SHOWN - 1 + hidden).contains(&at) {
            continue;
        }
        print(&format!("  {} {dim}({}){dim:#}", cause.step, cause.kind));
        for why in &cause.why {
            print(&format!("    {dim}because{dim:#} {why}"));
        }
        let Some(Difference { changes, omitted }) = &cause.difference else { continue };
        for change in changes {
            print(&format!("      {change}"));
        }
        if *omitted > 0 {
            print(&format!("      … and {omitted} more"));
        }
    }
}

fn in_full(explanation: &Explanation) -> Value {
    let Explanation { target, state, digest, build, causes, reruns } = explanation;
    let mut value = json!({
        "target": target,
        "state": match state {
            TargetState::Fresh => "fresh",
            TargetState::Stale => "stale",
            TargetState::Failing => "failing",
        },
    });
    if let Some(digest) = digest {
        value["digest"] = json!(digest);
    }
    if let Some((number, when)) = build {
        value["build"] = json!(number);
        value["time"] = json!(iso(*when));
    }
    value["causes"] = causes.iter().map(cause).collect();
    value["reruns"] = reruns.iter().map(cause).collect();
    value
}

fn cause(cause: &Cause) -> Value {
    let Cause { step, kind, outcome, why, difference } = cause;
    let mut value = json!({ "step": step, "kind": kind, "outcome": outcome, "why": why });
    if let Some(Difference { changes, omitted }) = difference {
        value["changes"] = changes.iter().map(change).collect();
        value["omitted"] = json!(omitted);
    }
    value
}

fn change(change: &Change) -> Value {
    let Change { part, id, how } = change;
    let part = match part {
        Part::NodeColumn => "node_column",
        Part::EdgeColumn => "edge_column",
        Part::Node => "node",
        Part::Edge => "edge",
        Part::Layer => "layer",
    };
    match how {
        How::Added => json!({ "part": part, "id": id, "how": "added" }),
        How::Removed => json!({ "part": part, "id": id, "how": "removed" }),
        How::Changed(fields) => {
            let fields = fields.iter().map(
                |field| json!({ "field": field.field, "before": field.before, "now": field.now }),
            );
            let fields: Vec<Value> = fields.collect();
            json!({ "part": part, "id": id, "how": "changed", "fields": fields })
        }
    }
}

/// Prints the steps and files that targets were made from.
fn print_lineage(context: &Context, project: &Project, dag: &Dag, targets: &[StepId]) {
    let lineage = engine::lineage(project, dag, targets, &context.disk);
    if context.common.json {
        for target in targets {
            context.terminal.line(&lineage_in_full(dag, &lineage, *target).to_string());
        }
        return;
    }
    let dim = Style::new().dimmed();
    let step = |id: StepId| {
        let step = dag.step(id);
        let origin = match lineage.steps.get(&id) {
            None => "never built".to_owned(),
            Some(origin) => match origin.build {
                Some(build) => format!("{}  build {build}", origin.digest.short()),
                None => origin.digest.short(),
            },
        };
        format!("{} {dim}({}){dim:#}  {origin}", step.name, step.work.describe())
    };
    let files = |id: StepId| match lineage.steps.get(&id) {
        Some(origin) => {
            let files = origin.files.iter();
            files.map(|(path, digest)| format!("{path}  {}", digest.short())).collect()
        }
        None => {
            let files = dag.files(id).iter().flatten();
            files.map(|file| dag.file_path(*file).to_owned()).collect()
        }
    };
    Tree { context, dag, step: &step, files: &files }.print(targets);
}

fn lineage_in_full(dag: &Dag, lineage: &Lineage, target: StepId) -> Value {
    let wanted = dag.cone(&[target]);
    let steps = dag.order().iter().filter(|id| wanted[id.0 as usize]).map(|id| {
        let step = dag.step(*id);
        let from: Vec<&str> = step.from.iter().map(|from| from.full_name.as_str()).collect();
        let mut value = json!({ "step": step.name, "kind": step.work.describe(), "from": from });
        if let Some(origin) = lineage.steps.get(id) {
            let files = origin.files.iter();
            let files: Vec<Value> =
                files.map(|(path, digest)| json!({ "path": path, "digest": digest })).collect();
            value["files"] = json!(files);
            value["digest"] = json!(origin.digest);
            if let Some(build) = origin.build {
                value["build"] = json!(build);
            }
        }
        value
    });
    json!({ "target": dag.step(target).name, "steps": steps.collect::<Vec<_>>() })
}

//! `layercake plan`.

use std::collections::VecDeque;

use layercake::dag::{Dag, StepId};
use layercake::diagnostic::Diagnostics;
use layercake::error::Error;
use layercake::plan::Work;
use layercake::registry;
use layercake::source::Span;
use layercake::step::NamedGraph;
use layercake::tree::{Tree, TreeNode};
use serde_json::{Value, json};

use super::args::{Plan, PlanFormat};
use super::{Context, Exit};

pub fn run(context: &Context, arguments: &Plan) -> Result<Exit, Error> {
    let project = context.project()?;
    let Some(dag) = context.dag(&project) else { return Ok(Exit::Usage) };
    let Some(targets) = context.targets(&project, &dag, &arguments.targets) else {
        return Ok(Exit::Usage);
    };
    let targets: Vec<StepId> = targets.iter().filter_map(|name| dag.find(name)).collect();
    if context.common.json {
        context.terminal.line(&resolved(&dag, &targets).to_string());
        return Ok(Exit::Success);
    }
    match arguments.format {
        PlanFormat::Tree => print_tree(context, &dag, &targets),
        PlanFormat::Dot => print_diagram(context, &dag, &targets, "dot"),
        PlanFormat::Mermaid => print_diagram(context, &dag, &targets, "mermaid"),
        PlanFormat::Yaml => {
            // Texts, numbers, lists and maps are all that YAML needs to hold.
            let text = serde_yaml::to_string(&resolved(&dag, &targets)).unwrap_or_default();
            context.terminal.write(text.as_bytes());
        }
    }
    Ok(Exit::Success)
}

/// How deep a tree is drawn before it goes on in a tree of its own.
const DEEPEST: usize = 32;

/// Prints each target, or each step that no other uses, with what it is made from below it. What
/// was shown before is not shown again but marked `(*)`; what is too deep is marked `…` and has a
/// tree of its own further down.
fn print_tree(context: &Context, dag: &Dag, targets: &[StepId]) {
    let all = || (0..dag.step_count() as u32).map(StepId);
    let roots: Vec<StepId> = match targets {
        [] => all().filter(|id| dag.downstream(*id).is_empty()).collect(),
        targets => targets.to_vec(),
    };
    let mut shown = vec![false; dag.step_count()];
    // A step to print, with the rails before it and whether it is its parent's last.
    let mut rest: Vec<(StepId, String, Option<bool>)> =
        roots.iter().rev().map(|id| (*id, String::new(), None)).collect();
    let mut deep = VecDeque::new();
    loop {
        let Some((id, rails, is_last)) = rest.pop().or_else(|| {
            let next = std::iter::from_fn(|| deep.pop_front());
            let id = next.into_iter().find(|id: &StepId| !shown[id.0 as usize])?;
            Some((id, String::new(), None))
        }) else {
            return;
        };
        let step = dag.step(id);
        let branch = match is_last {
            None => "",
            Some(true) => "└── ",
            Some(false) => "├── ",
        };
        let below = dag.upstream(id);
        if rails.chars().count() >= 4 * DEEPEST && !below.is_empty() && !shown[id.0 as usize] {
            context.terminal.line(&format!("{rails}{branch}{} …", step.name));
            deep.push_back(id);
            continue;
        }
        let is_again = std::mem::replace(&mut shown[id.0 as usize], true);
        let files: Vec<&str> =
            dag.files(id).iter().flatten().map(|file| dag.file_path(*file)).collect();
        let mark = if is_again && (!below.is_empty() || !files.is_empty()) { " (*)" } else { "" };
        let terminal = &context.terminal;
        terminal.line(&format!("{rails}{branch}{} ({}){mark}", step.name, step.work.describe()));
        if is_again {
            continue;
        }
        let rails = match is_last {
            None => rails,
            Some(true) => rails + "    ",
            Some(false) => rails + "│   ",
        };
        for (at, file) in files.iter().enumerate() {
            let is_last = below.is_empty() && at + 1 == files.len();
            terminal.line(&format!("{rails}{}{file}", if is_last { "└── " } else { "├── " }));
        }
        let count = below.len();
        let children = below.iter().enumerate().rev();
        rest.extend(children.map(|(at, id)| (*id, rails.clone(), Some(at + 1 == count))));
    }
}

/// Draws the steps with one of our own exporters.
fn print_diagram(context: &Context, dag: &Dag, targets: &[StepId], format: &str) {
    let graph = dag.to_graph(&dag.cone(targets));
    let Some(kind) = registry::exporters().iter().find(|kind| kind.kind.name == format) else {
        return;
    };
    let mut diagnostics = Diagnostics::default();
    let from = [NamedGraph { name: "plan".into(), graph: graph.into() }];
    let mut out = Vec::new();
    let no_options = Tree { span: Span::default(), node: TreeNode::Map(Vec::new()) };
    if let Ok(options) = (kind.kind.normalize)(&no_options, &dag.plan.meta)
        && (kind.export)(&options, &from, &[], &mut out, &mut diagnostics).is_ok()
    {
        context.terminal.write(&out);
    }
    context.report(&diagnostics);
}

/// Returns every step as the engine sees it: options with their defaults, names and files found.
fn resolved(dag: &Dag, targets: &[StepId]) -> Value {
    let wanted = dag.cone(targets);
    let options = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let steps = dag.order().iter().filter(|id| wanted[id.0 as usize]).map(|id| {
        let step = dag.step(*id);
        let from: Vec<&str> = step.from.iter().map(|from| from.full_name.as_str()).collect();
        let files: Vec<&str> =
            dag.files(*id).iter().flatten().map(|file| dag.file_path(*file)).collect();
        let work = match &step.work {
            Work::Import { kind, options: text } => {
                json!({ "format": kind.kind.name, "options": options(text) })
            }
            Work::Export { kind, options: text } => {
                json!({ "format": kind.kind.name, "options": options(text) })
            }
            Work::Transform { ops } => {
                let ops = ops.iter().map(|op| json!({ (op.kind.kind.name): options(&op.options) }));
                json!({ "ops": ops.collect::<Vec<_>>() })
            }
        };
        let mut entry = json!({ "step": step.name, "section": step.work.section() });
        if let (Some(entry), Value::Object(work)) = (entry.as_object_mut(), work) {
            entry.extend(work);
            if !from.is_empty() {
                entry.insert("from".to_owned(), json!(from));
            }
            if !files.is_empty() {
                entry.insert("files".to_owned(), json!(files));
            }
        }
        entry
    });
    steps.collect()
}

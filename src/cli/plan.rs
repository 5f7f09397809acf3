//! `layercake plan`.

use layercake::dag::{Dag, StepId};
use layercake::diagnostic::Diagnostics;
use layercake::error::Error;
use layercake::plan::Work;
use layercake::registry;
use layercake::source::Span;
use layercake::step::{Data, Meta, NamedData};
use layercake::tree::{self, TreeNode};
use serde_json::{Value, json};

use super::args::{Plan, PlanFormat};
use super::tree::Tree;
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
        PlanFormat::Tree => {
            let step = |id: StepId| {
                let step = dag.step(id);
                format!("{} ({})", step.name, step.work.describe())
            };
            let files = |id: StepId| {
                let files = dag.files(id).iter().flatten();
                files.map(|file| dag.file_path(*file).to_owned()).collect()
            };
            Tree { context, dag: &dag, step: &step, files: &files }.print(&targets);
        }
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

/// Draws the steps with one of our own exporters.
fn print_diagram(context: &Context, dag: &Dag, targets: &[StepId], format: &str) {
    print_as(context, "plan", dag.to_graph(&dag.cone(targets)).into(), format);
}

/// Prints a graph as one of our own exporters writes it.
pub(super) fn print_as(context: &Context, name: &str, graph: Data, format: &str) {
    let Some(kind) = registry::exporters().iter().find(|kind| kind.kind.name == format) else {
        return;
    };
    let mut diagnostics = Diagnostics::default();
    let from = [NamedData { name: name.into(), data: graph }];
    let mut out = Vec::new();
    let no_options = tree::Tree { span: Span::default(), node: TreeNode::Map(Vec::new()) };
    if let Ok(options) = (kind.kind.normalize)(&no_options, &Meta::default())
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
            Work::Export { kind, options: text, through, each } => {
                let mut work = json!({ "format": kind.kind.name, "options": options(text) });
                if !through.is_empty() {
                    work["through"] = json!(through);
                }
                if let Some(each) = each {
                    work["for_each"] = json!(each.for_each);
                    work["slice"] = json!(each.slice);
                }
                work
            }
            Work::Check { check } => {
                let rules = check.rules.iter().map(
                    |rule| json!({ (&*rule.kind): options(&rule.options), "name": rule.name }),
                );
                json!({ "rules": rules.collect::<Vec<_>>() })
            }
            Work::Items { each } => json!({ "for_each": each.for_each }),
            Work::Analyze { metrics, annotate } => {
                let metrics = metrics.iter();
                let metrics = metrics.map(|m| json!({ (m.kind.kind.name): options(&m.options) }));
                json!({ "metrics": metrics.collect::<Vec<_>>(), "annotate": annotate })
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

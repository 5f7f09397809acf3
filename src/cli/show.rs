//! `layercake show`.

use std::fmt::Write;
use std::sync::Arc;

use anstyle::{Ansi256Color, RgbColor, Style};
use layercake::dag::{Dag, StepId};
use layercake::diagnostic::{Diagnostic, Diagnostics, names};
use layercake::disk::Node;
use layercake::drawing::{self, Charset, Drawing, Ink};
use layercake::engine;
use layercake::error::Error;
use layercake::graph::{Bits, Color, Direction, Graph, NodeId, reach};
use layercake::layout;
use layercake::step::{Data, Shape};

use super::args::{Orientation, Show};
use super::fresh::fresh;
use super::plan::print_as;
use super::{Context, Exit, graph_file};

/// How many nodes and edges a drawing has that can still be read.
const MOST_NODES: usize = 60;
const MOST_EDGES: usize = 150;
/// How many nodes a list has, unless all are asked for.
const MOST_LISTED: usize = 200;

pub fn run(context: &Context, arguments: &Show) -> Result<Exit, Error> {
    let graph = match is_file(context, arguments) {
        true => graph_file::read(context, &arguments.names, arguments.format.as_deref()),
        false => of_step(context, arguments)?,
    };
    let graph = match graph.and_then(|graph| part(context, arguments, graph)) {
        Ok(graph) => graph,
        Err(exit) => return Ok(exit),
    };
    if context.common.json {
        let name = arguments.names.first().map_or("graph", String::as_str);
        print_as(context, name, Data::Graph(graph), "json");
        return Ok(Exit::Success);
    }
    if graph.node_count() == 0 {
        note(context, "the graph has no nodes");
        return Ok(Exit::Success);
    }
    show(context, arguments, &graph);
    Ok(Exit::Success)
}

/// Draws or lists a graph.
fn show(context: &Context, arguments: &Show, graph: &Graph) {
    let own = arguments.width.map(usize::from);
    let width = own.unwrap_or_else(|| context.terminal.columns());
    let is_plain = arguments.ascii || context.terminal.is_ascii();
    let charset = if is_plain { Charset::Ascii } else { Charset::Unicode };
    let direction = arguments.orientation.map(|orientation| match orientation {
        Orientation::TB => layout::Direction::Down,
        Orientation::LR => layout::Direction::Right,
        Orientation::BT => layout::Direction::Up,
        Orientation::RL => layout::Direction::Left,
    });
    let options = drawing::Options { width: Some(width), direction, charset };
    let (nodes, edges) = (graph.node_count(), graph.edge_count());
    let is_small = nodes <= MOST_NODES && edges <= MOST_EDGES;
    if !arguments.list && (is_small || arguments.all) {
        // A drawing that is asked for has the width that it takes, unless that is said.
        let width = if arguments.all { own } else { Some(width) };
        if let Some(drawing) = drawing::draw(graph, &drawing::Options { width, ..options }) {
            return print(context, &drawing);
        }
    }
    let most = if arguments.all { usize::MAX } else { MOST_LISTED };
    let (list, omitted) = drawing::list(graph, &options, most);
    print(context, &list);
    if !arguments.list {
        let why = match (is_small, arguments.all, own) {
            (false, false, _) => format!("{nodes} nodes and {edges} edges are too many to draw"),
            (_, true, None) => "no way to draw it was found".to_owned(),
            _ => format!("a drawing takes more than {width} columns"),
        };
        let how = match arguments.all {
            true => "",
            false => "; `--all` draws them all the same, `--around NODE` a part",
        };
        note(context, &format!("listed, since {why}{how}"));
    }
    if omitted > 0 {
        note(context, &format!("… and {omitted} more nodes; `--list --all` lists all of them"));
    }
}

/// Says something about what was printed, beside it.
fn note(context: &Context, text: &str) {
    if !context.common.quiet {
        let dim = Style::new().dimmed();
        context.terminal.error_line(&format!("{dim}{text}{dim:#}"));
    }
}

/// Returns whether the arguments name files rather than a step: files that are there, and that the
/// plan, if there is one, does not call a step.
fn is_file(context: &Context, arguments: &Show) -> bool {
    let is_there = |name: &String| {
        matches!(context.disk.look(&context.folder().join(name)), Ok(Node::File(_)))
    };
    if arguments.names.is_empty() || !arguments.names.iter().all(is_there) {
        return false;
    }
    arguments.format.is_some() || !is_step(context, &arguments.names[0])
}

fn is_step(context: &Context, name: &str) -> bool {
    let Ok(project) = context.project() else { return false };
    let mut problems = Diagnostics::default();
    let dag = engine::read_dag(&project, &context.disk, &mut problems);
    let mut names = context.candidates(&project, name).into_iter();
    !problems.has_errors() && names.any(|name| dag.find(&name).is_some())
}

/// Makes a step of the plan fresh, and returns its graph; an error of the project is one of the
/// command, any other is how it ends, which has then been said.
fn of_step(context: &Context, arguments: &Show) -> Result<Result<Arc<Graph>, Exit>, Error> {
    let problem = |problem: Diagnostic| {
        context.report_one(&problem);
        Ok(Err(Exit::Usage))
    };
    if let Some(format) = &arguments.format {
        let message = match arguments.names.first() {
            Some(name) => format!("there is no file `{name}` of the format `{format}`"),
            None => format!("which file is of the format `{format}`?"),
        };
        return problem(Diagnostic::error("no-file", message).help("name a file that is there"));
    }
    let project = match (context.project(), arguments.names.first()) {
        (Ok(project), _) => project,
        (Err(Error::Project(layercake::project::ProjectError::NoPlan(_))), Some(name)) => {
            let message = format!("there is no file `{name}`, and no plan with such a step");
            return problem(Diagnostic::error("no-file", message));
        }
        (Err(error), _) => return Err(error),
    };
    let Some(dag) = context.dag(&project) else { return Ok(Err(Exit::Usage)) };
    let step = match arguments.names.as_slice() {
        [] => last_graph(&dag),
        [name] => {
            let named = context.candidates(&project, name);
            let mut steps = named.iter().map(|name| super::named(&dag, name));
            let message = format!("the plan has no step `{name}`, and there is no such file");
            let known = dag.plan.steps.iter().map(|step| step.name.as_str());
            match steps.find(|steps| !steps.is_empty()) {
                Some(steps) => graph_of(&dag, &steps, name),
                None => Err(Box::new(
                    Diagnostic::error("unknown-target", message)
                        .did_you_mean(name, known)
                        .help("`layercake plan` shows all steps"),
                )),
            }
        }
        [_, second, ..] => {
            let message = format!("one graph is shown, and `{second}` is one more");
            let problem = Diagnostic::error("several-steps", message);
            Err(Box::new(problem.help("name one step, or files that are there")))
        }
    };
    match step {
        // The step was chosen since it makes a graph.
        Ok(step) => Ok(fresh(context, &project, &dag, step)?
            .and_then(|data| data.graph().cloned().ok_or(Exit::Failed))),
        Err(error) => problem(*error),
    }
}

/// Returns the graph that no other is made from.
fn last_graph(dag: &Dag) -> Result<StepId, Box<Diagnostic>> {
    let is_graph = |id: &StepId| dag.step(*id).work.makes() == Some(Shape::Graph);
    let is_last = |id: &StepId| is_graph(id) && !dag.downstream(*id).iter().any(is_graph);
    let last: Vec<StepId> = dag.ids().filter(is_last).collect();
    match last.as_slice() {
        [] => Err(Box::new(Diagnostic::error("no-graph", "the plan makes no graph"))),
        [step] => Ok(*step),
        steps => {
            let known = steps.iter().map(|id| dag.step(*id).name.as_str());
            let first = known.clone().next().unwrap_or("");
            let problem = Diagnostic::error("several-steps", "the plan makes more than one graph")
                .note(format!("there are {}", names(known)))
                .help(format!("name one: `layercake show {first}`"));
            Err(Box::new(problem))
        }
    }
}

/// Returns the graph that a step makes, or that an export or a check is made from.
fn graph_of(dag: &Dag, steps: &[String], name: &str) -> Result<StepId, Box<Diagnostic>> {
    let step = match steps {
        [step] => dag.find(step),
        _ => None,
    };
    let Some(step) = step else {
        let message = format!("`{name}` is a folder of outputs");
        let problem = Diagnostic::error("several-steps", message);
        return Err(Box::new(problem.help("name one of them")));
    };
    let is_graph = |id: &StepId| dag.step(*id).work.makes() == Some(Shape::Graph);
    if is_graph(&step) {
        return Ok(step);
    }
    let work = &dag.step(step).work;
    let graphs: Vec<StepId> = dag.uses(step).iter().copied().filter(is_graph).collect();
    if let ([graph], true) = (graphs.as_slice(), work.is_export() || work.is_check()) {
        return Ok(*graph);
    }
    let message = format!("`{}` makes no graph ({})", dag.step(step).name, work.describe());
    let error = Diagnostic::error("not-a-graph", message);
    Err(Box::new(match graphs.first() {
        Some(graph) => {
            let graph = &dag.step(*graph).name;
            error.help(format!("`layercake show {graph}` shows a graph that it is made from"))
        }
        None => error.help("`layercake plan` shows all steps"),
    }))
}

/// Returns what is near the node that is asked for, in the partitions that hold it; or the whole.
fn part(context: &Context, arguments: &Show, graph: Arc<Graph>) -> Result<Arc<Graph>, Exit> {
    let Some(id) = &arguments.around else { return Ok(graph) };
    let Some(node) = graph.find_node(id) else {
        let message = format!("the graph has no node `{id}`");
        let known = graph.nodes().map(|node| node.id());
        context.report_one(&Diagnostic::error("unknown-node", message).did_you_mean(id, known));
        return Err(Exit::Usage);
    };
    let near = reach(&graph, &[node.index()], Direction::Both, Some(arguments.hops));
    let mut kept = Bits::all(graph.node_count(), false);
    for (at, _) in near.iter().enumerate().filter(|(_, hops)| hops.is_some()) {
        let mut around = Some(NodeId(at as u32));
        while let Some(node) = around {
            kept.set(node.0 as usize, true);
            around = graph.node(node).parent();
        }
    }
    Ok(Arc::new(graph.select(&kept, &Bits::all(graph.edge_count(), true))))
}

fn print(context: &Context, drawing: &Drawing) {
    let has_all = context.terminal.has_all_colors();
    let mut text = String::new();
    for row in &drawing.rows {
        for span in row {
            let style = style(span.ink, has_all);
            // A text in memory takes all that is written to it.
            let _ = write!(text, "{style}{}{style:#}", span.text);
        }
        text.push('\n');
    }
    context.terminal.write(text.as_bytes());
}

fn style(ink: Ink, has_all: bool) -> Style {
    let color = |color: Color| -> anstyle::Color {
        let [red, green, blue, _] = color.parts();
        match has_all {
            true => RgbColor(red, green, blue).into(),
            false => nearest([red, green, blue]).into(),
        }
    };
    let style = Style::new().fg_color(ink.front.map(color)).bg_color(ink.back.map(color));
    if ink.is_bold { style.bold() } else { style }
}

/// Returns the nearest of the 216 colors that terminals have as a cube, or of their 24 grays.
fn nearest(color: [u8; 3]) -> Ansi256Color {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let far = |a: [u8; 3]| -> u32 {
        a.iter().zip(color).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
    };
    let step = |part: u8| (0..6usize).min_by_key(|at| STEPS[*at].abs_diff(part)).unwrap_or(0);
    let [red, green, blue] = color.map(step);
    let cube = far([STEPS[red], STEPS[green], STEPS[blue]]);
    let gray = (0..24u8).min_by_key(|at| far([8 + 10 * at; 3])).unwrap_or(0);
    match far([8 + 10 * gray; 3]) < cube {
        true => Ansi256Color(232 + gray),
        false => Ansi256Color((16 + 36 * red + 6 * green + blue) as u8),
    }
}

//! What pictures have in common, whatever their format: options, fonts, layout, and the scene.

mod files;
mod icons;
mod looks;
mod numbers;
mod options;
mod positions;

use std::borrow::Cow;

use self::files::{Files, open_fonts};
pub(super) use self::looks::{EdgeLook, NodeLook};
pub(super) use self::options::{
    Arrangement, Budget, Nesting, Picture, Ratio, Routing, Wrap, misfit, picture_files,
    picture_options,
};
pub(super) use self::positions::{Positions, hundredths};
use super::substitutes::Substitutes;
use super::text::may_need_substitute;
use crate::diagnostic::{Diagnostic, Diagnostics, Failed, counted};
use crate::graph::{Graph, Value, natural};
use crate::layout::layered::{self, Layered};
use crate::layout::{self, Diagram, Layout, Reordered};
use crate::places::Places;
use crate::scene::font::Fonts;
use crate::scene::shape::Shape;
use crate::scene::text::{Owner, Texts};
use crate::scene::{self, Looks, Measured, Scene, Wrapping};
use crate::step::{InputFile, NamedGraph};

/// The ends of names of icons, which may be patterns.
pub(super) const PATTERNS: &[&str] = &["svg", "png"];

/// Pictures of more nodes and edges are told of.
const MOST_DRAWN: usize = 100_000;
/// What to do about a picture that is too large.
const SMALLER: &str = "`collapse`, `filter` or a fan-out make smaller pictures of it";
/// How many characters that no font has are named.
const MOST_NAMED: usize = 5;

/// Makes the scene of a graph, and hands it to a writer with the fonts that it was measured with.
pub(super) fn draw(
    picture: &Picture<'_>,
    from: &NamedGraph,
    files: &[InputFile],
    diagnostics: &mut Diagnostics,
    write: impl FnOnce(&Scene, &Fonts<'_>, &mut Diagnostics) -> Result<(), Failed>,
) -> Result<(), Failed> {
    let graph = &from.graph;
    let files = Files::of(picture, files);
    let fonts = open_fonts(&files.fonts, diagnostics)?;
    let mut texts = Texts::new(&fonts);
    let (mut looks, measured) = measure(picture, graph, &files, &mut texts, diagnostics)?;
    let layout = arrange(picture, graph, &measured.diagram, &looks, files.lock, diagnostics)?;
    tell_compromises(&layout, diagnostics);
    tell_size(graph, diagnostics);
    looks.all = match picture.layout {
        Arrangement::Circles => Some(Shape::Circle),
        Arrangement::Treemap | Arrangement::Sunburst | Arrangement::Matrix => Some(Shape::Rounded),
        _ => None,
    };
    let mut scene =
        scene::draw(graph, &measured, layout, &looks, picture.title, picture.legend, &mut texts);
    // Writers need the memory.
    drop(measured);
    if !picture.background {
        scene.page = None;
    }
    tell_substitutes(graph, picture.title, diagnostics);
    tell_missing(graph, &texts, diagnostics);
    write(&scene, &fonts, diagnostics)
}

/// Writes where everything is in a picture.
pub(super) fn write_lock(
    picture: &Picture<'_>,
    from: &NamedGraph,
    files: &[InputFile],
    out: &mut Vec<u8>,
    diagnostics: &mut Diagnostics,
) -> Result<(), Failed> {
    let files = Files::of(picture, files);
    let fonts = open_fonts(&files.fonts, diagnostics)?;
    let mut texts = Texts::new(&fonts);
    let (looks, measured) = measure(picture, &from.graph, &files, &mut texts, diagnostics)?;
    let layout = arrange(picture, &from.graph, &measured.diagram, &looks, files.lock, diagnostics)?;
    let before = Places::read(files.lock, diagnostics)?;
    out.extend(Places::of(&from.graph, &layout, &before).write());
    Ok(())
}

/// Works out what everything looks like, and how large it is.
fn measure(
    picture: &Picture<'_>,
    graph: &Graph,
    files: &Files<'_>,
    texts: &mut Texts<'_>,
    diagnostics: &mut Diagnostics,
) -> Result<(Looks, Measured), Failed> {
    let mut looks = Looks::of(graph, picture.theme, diagnostics);
    let area = picture.layout.area();
    looks::apply(picture.node, picture.edge, area, graph, &mut looks.overrides, diagnostics)?;
    icons::apply(picture, graph, &files.icons, &mut looks, diagnostics)?;
    links(graph, picture.link, &mut looks, diagnostics);
    let wrapping = Wrapping { width: picture.wrap.width, lines: picture.wrap.lines };
    let mut measured = Measured::of(graph, &looks, wrapping, texts);
    let directions = looks::directions(picture.node, graph, diagnostics)?;
    for (item, direction) in measured.diagram.nodes.iter_mut().zip(directions) {
        item.direction = direction;
    }
    Ok((looks, measured))
}

fn arrange(
    picture: &Picture<'_>,
    graph: &Graph,
    diagram: &Diagram,
    looks: &Looks,
    lock: Option<&InputFile>,
    diagnostics: &mut Diagnostics,
) -> Result<Layout, Failed> {
    let direction = picture.orientation.direction();
    let listed = natural::order(graph).map(|order| Reordered::new(diagram, order));
    let diagram = listed.as_ref().map_or(diagram, |listed| &listed.diagram);
    let layout = match picture.layout {
        Arrangement::Layered => {
            let routing = match picture.routing {
                Routing::Splines => layout::Routing::Splines,
                Routing::Orthogonal => layout::Routing::Orthogonal,
                Routing::Polyline => layout::Routing::Polyline,
            };
            let nesting = match picture.nesting {
                Nesting::Auto => layered::Nesting::Auto,
                Nesting::Together => layered::Nesting::Together,
                Nesting::Apart => layered::Nesting::Apart,
            };
            let usual = Layered::default();
            let effort = (picture.budget.0 * usual.effort as f64) as u64;
            let places = Places::read(lock, diagnostics)?;
            let mut earlier = Vec::new();
            if !places.is_empty() {
                earlier = in_order(&listed, &places.in_graph(graph)).into_owned();
            }
            let mut options = Layered { direction, routing, nesting, effort, earlier, ..usual };
            if let Some(asked) = picture.ratio {
                (options.ratio, options.unfolded) = (Some(asked.0), 0);
            }
            layered::layered(diagram, &options)
        }
        Arrangement::Tree => layout::tree(diagram, direction),
        Arrangement::Radial => layout::radial(diagram),
        Arrangement::Stress => layout::stress(diagram),
        Arrangement::Force => layout::force(diagram),
        Arrangement::Grid => layout::grid(diagram),
        Arrangement::Treemap => {
            layout::treemap(diagram, &in_order(&listed, &looks.overrides.areas))
        }
        Arrangement::Circles => {
            layout::circles(diagram, &in_order(&listed, &looks.overrides.areas))
        }
        Arrangement::Sunburst => {
            layout::sunburst(diagram, &in_order(&listed, &looks.overrides.areas))
        }
        Arrangement::Matrix => layout::matrix(diagram),
        Arrangement::Preset => layout::preset(
            diagram,
            &in_order(&listed, &looks::places(picture.node, graph, diagnostics)?),
        ),
    };
    Ok(match listed {
        Some(listed) => listed.undone(layout),
        None => layout,
    })
}

/// Lists what belongs to nodes as a diagram does.
fn in_order<'a, T: Copy + Default>(listed: &Option<Reordered>, of: &'a [T]) -> Cow<'a, [T]> {
    match listed {
        Some(listed) => Cow::Owned(listed.listed(of)),
        None => Cow::Borrowed(of),
    }
}

/// Tells of pictures that hardly anything can show.
fn tell_size(graph: &Graph, diagnostics: &mut Diagnostics) {
    let (nodes, edges) = (graph.node_count(), graph.edge_count());
    if nodes + edges > MOST_DRAWN {
        let (nodes, edges) = (counted(nodes, "node"), counted(edges, "edge"));
        let message =
            format!("a picture of {nodes} and {edges} is more than most programs can show");
        diagnostics.push(Diagnostic::warning("large-picture", message).help(SMALLER));
    }
}

/// Tells what was made simpler than asked.
fn tell_compromises(layout: &Layout, diagnostics: &mut Diagnostics) {
    for compromise in &layout.compromises {
        let warning = Diagnostic::warning("simpler-layout", *compromise);
        diagnostics.push(warning.help(SMALLER));
    }
}

/// Takes over where nodes and edges lead; what is no harmless address gets a warning.
fn links(graph: &Graph, name: &str, looks: &mut Looks, diagnostics: &mut Diagnostics) {
    let mut refused = 0;
    let mut first = None;
    let mut address = |value: Value<'_>, owner: &dyn Fn() -> String| {
        let Value::Text(text) = value else { return None };
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let link = scene::harmless(text);
        if link.is_none() {
            refused += 1;
            first.get_or_insert_with(|| format!("the first is `{text}` of {}", owner()));
        }
        link.map(Box::from)
    };
    let columns = |columns: &[crate::graph::Attribute]| columns.iter().position(|c| c.name == name);
    if let Some(column) = columns(graph.node_attributes()) {
        let column = &graph.node_attributes()[column];
        let of = |at: usize| {
            let owner =
                || format!("the node `{}`", graph.node(crate::graph::NodeId(at as u32)).id());
            address(column.get(at), &owner)
        };
        looks.overrides.node_links = (0..graph.node_count()).map(of).collect();
    }
    if let Some(column) = columns(graph.edge_attributes()) {
        let column = &graph.edge_attributes()[column];
        let of = |at: usize| {
            let owner =
                || format!("the edge `{}`", graph.edge(crate::graph::EdgeId(at as u32)).id());
            address(column.get(at), &owner)
        };
        looks.overrides.edge_links = (0..graph.edge_count()).map(of).collect();
    }
    if let Some(first) = first {
        let message = match refused {
            1 => format!("an address in `{name}` is no link"),
            count => format!("{count} addresses in `{name}` are no links"),
        };
        diagnostics.push(
            Diagnostic::warning("no-link", message)
                .note(first)
                .help("links begin with `https:`, `http:` or `mailto:`, or are relative"),
        );
    }
}

/// Tells of characters that pictures cannot hold.
fn tell_substitutes(graph: &Graph, title: Option<&str>, diagnostics: &mut Diagnostics) {
    let mut substitutes = Substitutes::default();
    let nodes = graph.nodes().flat_map(|node| [node.label(), node.comment()]);
    let edges = graph.edges().flat_map(|edge| [edge.label(), edge.comment()]);
    let layers = graph.layers().iter().map(|layer| layer.label.as_str());
    for text in nodes.chain(edges).chain(layers).chain(title) {
        if text.bytes().any(may_need_substitute) {
            for character in text.chars().filter(|character| *character != '\r') {
                substitutes.of(text, character);
            }
        }
    }
    substitutes.tell("a picture", graph, diagnostics);
}

/// Tells of characters that no font has.
fn tell_missing(graph: &Graph, texts: &Texts<'_>, diagnostics: &mut Diagnostics) {
    if texts.missing.is_empty() {
        return;
    }
    let owner = |owner: &Owner| match owner {
        Owner::Node(node) => format!("the node `{}`", graph.node(*node).id()),
        Owner::Edge(edge) => format!("the edge `{}`", graph.edge(*edge).id()),
        Owner::Layer(layer) => format!("the layer `{}`", graph.layer(*layer).id),
        Owner::Title => "the title".to_owned(),
        Owner::Legend => "the legend".to_owned(),
    };
    let count = texts.missing.len();
    let message = match count {
        1 => "no font has a character of this picture".to_owned(),
        count => format!("no font has {count} characters of this picture"),
    };
    let mut warning = Diagnostic::warning("missing-glyphs", message);
    for (character, of) in texts.missing.iter().take(MOST_NAMED) {
        warning = warning.note(format!(
            "U+{:04X} `{character}` is in {}",
            u32::from(*character),
            owner(of)
        ));
    }
    if count > MOST_NAMED {
        warning = warning.note(format!("and {} more", count - MOST_NAMED));
    }
    diagnostics.push(warning.help("name a font file that has them under `fonts`"));
}

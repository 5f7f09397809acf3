//! Looks that a plan gives single nodes and edges, by expressions over them.
//!
//! A number is placed between the least and the greatest of its kind, and becomes a size, a width
//! or a color of a ramp; a text is a color, a shape or a line by its name, or else a color for each
//! value that there is.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::style::Orientation;
use super::numbers::{Range, name, number};
use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::expression::{EdgeExpression, Expression, NodeExpression};
use crate::graph::{Attribute, Color, Graph, Value};
use crate::layout::{Direction, Point};
use crate::scene::arrow::{arrow_named, arrow_names};
use crate::scene::shape::{line_named, line_names, shape_named, shape_names};
use crate::scene::theme::Hue;
use crate::scene::{Gauge, Overrides, Scale, Shown};

/// What nodes look like, instead of what their layers say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(inline)]
pub(in super::super) struct NodeLook {
    /// What the color says: a number, of a ramp from pale to strong; a text, a color or a value
    /// that has a color of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<NodeExpression>,
    /// What the size says, a number: nodes with the greatest are twice as large as usual. In a
    /// treemap and in circles it is the area, and in a sunburst the angle; the weight unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<NodeExpression>,
    /// The name of the shape.
    #[serde(skip_serializing_if = "Option::is_none")]
    shape: Option<NodeExpression>,
    /// The name of the icon, one of the files under `icons`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) icon: Option<NodeExpression>,
    /// Which way edges point within a partition that no edge leads into, in layers: `TB`, `LR`, `BT`
    /// or `RL`; as around it unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    orientation: Option<NodeExpression>,
    /// Where the middle of a node is, from left to right, with `layout: preset`; the attribute `x`
    /// unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<NodeExpression>,
    /// Where the middle of a node is, from top to bottom; the attribute `y` unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<NodeExpression>,
}

/// What edges look like, instead of what their layers say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(inline)]
pub(in super::super) struct EdgeLook {
    /// What the color says, as for nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<EdgeExpression>,
    /// What the width says, a number: edges with the greatest are five pixels wide.
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<EdgeExpression>,
    /// How the line is drawn: `solid`, `dashed`, `dotted` or `bold`.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<EdgeExpression>,
    /// The name of the head at the source; none unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    source_arrow: Option<EdgeExpression>,
    /// The name of the head at the target; a triangle unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    target_arrow: Option<EdgeExpression>,
}

/// How much larger than usual the largest node is.
const LARGEST: f64 = 2.0;
/// The widths of edges.
const WIDTHS: (f64, f64) = (1.0, 5.0);

/// Works out what single nodes and edges look like.
pub(super) fn apply(
    nodes: &NodeLook,
    edges: &EdgeLook,
    area: Option<Shown>,
    graph: &Graph,
    overrides: &mut Overrides,
    diagnostics: &mut Diagnostics,
) -> Result<(), Failed> {
    let mut column = |expression: Option<&Expression>| {
        expression.map(|own| own.column("look", graph, diagnostics)).transpose()
    };
    let color = column(nodes.color.as_deref())?;
    let size = if area.is_some() { None } else { column(nodes.size.as_deref())? };
    let shape = column(nodes.shape.as_deref())?;
    let edge_color = column(edges.color.as_deref())?;
    let width = column(edges.width.as_deref())?;
    let line = column(edges.line.as_deref())?;
    let source_arrow = column(edges.source_arrow.as_deref())?;
    let target_arrow = column(edges.target_arrow.as_deref())?;
    if let (Some(column), Some(own)) = (color, nodes.color.as_deref()) {
        let shown = Shown::NodeColor;
        overrides.fills = colors(&column, own, shown, &mut overrides.gauges);
    }
    if let (Some(column), Some(own)) = (size, nodes.size.as_deref()) {
        let range = Range::of_numbers(&column, ("node", "size"), diagnostics)?;
        let look = |share: f64| 1.0 + share * (LARGEST - 1.0);
        overrides.scales = lengths(&column, range, look);
        overrides.gauges.extend(range.map(|range| range.gauge(name(own), Shown::NodeSize, look)));
    }
    if let Some(shown) = area {
        let areas = areas(nodes, graph, diagnostics)?;
        let what = nodes.size.as_deref().map_or("weight".to_owned(), name);
        let mut has_members = vec![false; graph.node_count()];
        for parent in graph.nodes().filter_map(|node| node.parent()) {
            has_members[parent.0 as usize] = true;
        }
        let alone = areas.iter().copied().zip(has_members).filter(|(_, has_members)| !has_members);
        let range = Range::among(alone.map(|(area, _)| area));
        overrides.gauges.extend(range.map(|range| range.gauge(what, shown, |share| share)));
        overrides.areas = areas;
    }
    if let (Some(column), Some(own)) = (edge_color, edges.color.as_deref()) {
        let shown = Shown::EdgeColor;
        overrides.edge_colors = colors(&column, own, shown, &mut overrides.gauges);
    }
    if let (Some(column), Some(own)) = (width, edges.width.as_deref()) {
        let range = Range::of_numbers(&column, ("edge", "width"), diagnostics)?;
        let look = |share: f64| WIDTHS.0 + share * (WIDTHS.1 - WIDTHS.0);
        overrides.widths = lengths(&column, range, look);
        overrides.gauges.extend(range.map(|range| range.gauge(name(own), Shown::EdgeWidth, look)));
    }
    if let Some(column) = shape {
        let known = shape_names().collect();
        overrides.shapes =
            named(&column, ("unknown-shape", "shape"), shape_named, known, diagnostics);
    }
    if let Some(column) = line {
        let known = line_names().collect();
        overrides.lines = named(&column, ("unknown-line", "line"), line_named, known, diagnostics);
    }
    for (column, arrows) in
        [(source_arrow, &mut overrides.source_arrows), (target_arrow, &mut overrides.target_arrows)]
    {
        if let Some(column) = column {
            let known = arrow_names().collect();
            let word = ("unknown-arrow", "arrow");
            *arrows = named(&column, word, arrow_named, known, diagnostics);
        }
    }
    Ok(())
}

/// Returns which way edges point within each partition, where that is said.
pub(super) fn directions(
    nodes: &NodeLook,
    graph: &Graph,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<Option<Direction>>, Failed> {
    let Some(expression) = nodes.orientation.as_deref() else { return Ok(Vec::new()) };
    let column = expression.column("orientation", graph, diagnostics)?;
    let known = Orientation::ALL.map(|(name, _)| name);
    let find = |text: &str| {
        let named = Orientation::ALL.into_iter().find(|(name, _)| *name == text);
        named.map(|(_, orientation)| orientation.direction())
    };
    let what = ("unknown-orientation", "orientation");
    Ok(named(&column, what, find, known.to_vec(), diagnostics))
}

/// Returns how much area each node has: its size or else its weight.
fn areas(
    nodes: &NodeLook,
    graph: &Graph,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<f64>, Failed> {
    let Some(expression) = nodes.size.as_deref() else {
        return Ok(graph.nodes().map(|node| node.weight()).collect());
    };
    let column = expression.column("size", graph, diagnostics)?;
    must_be_numbers(&column, ("node", "size"), diagnostics)?;
    Ok(values(&column).map(|value| number(value).unwrap_or(0.0)).collect())
}

/// Returns where each node is said to be.
pub(super) fn places(
    nodes: &NodeLook,
    graph: &Graph,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<Option<Point>>, Failed> {
    let mut column = |expression: Option<&Expression>, name: &'static str| {
        let own = || graph.node_attributes().iter().find(|column| column.name == name);
        let column = match (expression, own()) {
            (Some(expression), _) => expression.column(name, graph, diagnostics)?,
            (None, Some(column)) => column.clone(),
            (None, None) => {
                let message =
                    format!("nodes have no attribute `{name}`, which says where they are");
                let help = format!(
                    "give them a column `{name}`, or say by `node: {{ {name}: … }}` what it is"
                );
                return Err(diagnostics.fail(Diagnostic::error("no-place", message).help(help)));
            }
        };
        must_be_numbers(&column, ("node", name), diagnostics)?;
        Ok(values(&column).map(number).collect::<Vec<_>>())
    };
    let (x, y) = (column(nodes.x.as_deref(), "x")?, column(nodes.y.as_deref(), "y")?);
    Ok(x.into_iter().zip(y).map(|(x, y)| Some(Point { x: x?, y: y? })).collect())
}

pub(super) fn must_be_numbers(
    column: &Attribute,
    (owner, option): (&'static str, &'static str),
    diagnostics: &mut Diagnostics,
) -> Result<(), Failed> {
    let is_number =
        |value: Value<'_>| matches!(value, Value::Integer(_) | Value::Number(_) | Value::Null);
    if values(column).all(is_number) {
        return Ok(());
    }
    let message = format!("`{option}` is no number for all of them");
    Err(diagnostics.fail(Diagnostic::error("no-number", message).about(option).about(owner)))
}

pub(super) fn values(column: &Attribute) -> impl Iterator<Item = Value<'_>> {
    (0..column.len()).map(|at| column.get(at))
}

/// Returns how long something is that shows a number; what has none is as the least.
fn lengths(column: &Attribute, range: Option<Range>, look: impl Fn(f64) -> f64) -> Vec<f64> {
    let share = |value| Some(range?.share(number(value)?));
    values(column).map(|value| look(share(value).unwrap_or(0.0))).collect()
}

/// Returns the color of each value; what numbers and values look like is told in the legend.
fn colors(
    column: &Attribute,
    expression: &Expression,
    shown: Shown,
    gauges: &mut Vec<Gauge>,
) -> Vec<Option<Hue>> {
    if let Some(range) = Range::of(column) {
        gauges.push(range.gauge(name(expression), shown, |share| share));
        let hue = |value| number(value).map(|number| Hue::Ramp(range.share(number)));
        return values(column).map(hue).collect();
    }
    // What is a color is that; anything else has one by its place among all values.
    let known = |value: Value<'_>| match value {
        Value::Text(text) => Color::parse(text),
        _ => None,
    };
    let others: BTreeSet<String> = values(column)
        .filter(|value| !matches!(value, Value::Null) && known(*value).is_none())
        .map(|value| value.to_string())
        .filter(|value| !value.is_empty())
        .collect();
    let others: Vec<String> = others.into_iter().collect();
    let of = |value: Value<'_>| {
        let place = || others.binary_search(&value.to_string()).ok();
        known(value).map(Hue::Color).or_else(|| Some(Hue::Value(place()?)))
    };
    let hues = values(column).map(of).collect();
    if !others.is_empty() {
        gauges.push(Gauge { name: name(expression), shown, scale: Scale::Values(others) });
    }
    hues
}

fn named<T>(
    column: &Attribute,
    (code, word): (&'static str, &str),
    find: impl Fn(&str) -> Option<T>,
    known: Vec<&'static str>,
    diagnostics: &mut Diagnostics,
) -> Vec<Option<T>> {
    let mut unknown = BTreeSet::new();
    let mut found = Vec::with_capacity(column.len());
    for value in values(column) {
        let text = value.to_string();
        let one = find(&text);
        if one.is_none() && !text.is_empty() {
            unknown.insert(text);
        }
        found.push(one);
    }
    if let Some(first) = unknown.first() {
        let message = match unknown.len() {
            1 => format!("there is no {word} `{first}`"),
            count => format!("there are no such {word}s: `{first}` and {} more", count - 1),
        };
        diagnostics.push(Diagnostic::warning(code, message).did_you_mean(first, known));
    }
    found
}

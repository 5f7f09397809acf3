//! The import kind `gexf`: GEXF 1.1 to 1.3, with hierarchy and colors.
//!
//! A node's partition is the node that it stands in, or its `pid`. A layer has the color that all
//! its nodes share as background, and the color that all its edges share as border; elsewhere a
//! color is the attribute `color`. What changes with time is read as its last value. Positions,
//! sizes and shapes are left out.

mod columns;

use super::decode::Encoding;
use super::graph_file::{Draft, Format, ID, LABEL, NOWHERE, Read, Role, Sort, WEIGHT};
use super::xml_text::{Attribute, Step, Tag, Xml, declared_encoding};
use crate::diagnostic::Diagnostic;
use crate::graph::Color;
use columns::{Class, Columns};

/// Reads GEXF.
pub(super) struct Gexf;

impl Format for Gexf {
    const KIND: &'static str = "gexf";
    const ABOUT: &'static str = "Reads GEXF: hierarchies are partitions, colors those of layers";
    const EXTENSIONS: &'static [&'static str] = &["gexf"];

    fn encoding(bytes: &[u8]) -> Option<Encoding> {
        declared_encoding(bytes)
    }

    fn read(draft: &mut Draft<'_>) -> Read {
        let xml = Xml::new(draft.text);
        let mut reader =
            Reader { xml, columns: Columns::default(), open: Vec::new(), nodes: Vec::new() };
        reader.read(draft)?;
        reader.columns.set_colors(draft);
        Ok(())
    }
}

/// An element that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    File,
    Graph,
    Attributes(Class),
    Nodes,
    Edges,
    Node(u32),
    Edge(u32),
    Values(Class, u32),
}

struct Reader<'t> {
    xml: Xml<'t>,
    columns: Columns,
    open: Vec<Open>,
    /// The nodes that are open, innermost last.
    nodes: Vec<u32>,
}

impl<'t> Reader<'t> {
    fn read(&mut self, draft: &mut Draft<'t>) -> Read {
        loop {
            match self.xml.next(draft)? {
                Step::Open(tag) => self.begin(&tag, draft)?,
                Step::Close => {
                    if let Some(Open::Node(_)) = self.open.pop() {
                        self.nodes.pop();
                    }
                }
                Step::Text(..) => {}
                Step::End => return Ok(()),
            }
        }
    }

    fn begin(&mut self, tag: &Tag<'t>, draft: &mut Draft<'t>) -> Read {
        let open = match (tag.name(), self.open.last().copied()) {
            ("gexf", None) => Open::File,
            (_, None) => return Err(no_gexf(tag, draft)),
            ("graph", Some(Open::File)) => Open::Graph,
            ("attributes", Some(Open::Graph)) => {
                let mut class = Class::Node;
                tag.attributes(draft, |attribute| {
                    if attribute.name == "class" && attribute.value == "edge" {
                        class = Class::Edge;
                    }
                })?;
                Open::Attributes(class)
            }
            ("attribute", Some(Open::Attributes(class))) => {
                return self.columns.read(class, tag, &mut self.xml, draft);
            }
            ("nodes", Some(Open::Graph | Open::Node(_))) => Open::Nodes,
            ("edges", Some(Open::Graph | Open::Node(_))) => Open::Edges,
            ("node", Some(Open::Nodes)) => self.begin_node(tag, draft)?,
            ("edge", Some(Open::Edges)) => self.begin_edge(tag, draft)?,
            ("attvalues", Some(Open::Node(node))) => Open::Values(Class::Node, node),
            ("attvalues", Some(Open::Edge(edge))) => Open::Values(Class::Edge, edge),
            ("attvalue", Some(Open::Values(class, row))) => {
                self.columns.value(class, row, tag, draft)?;
                return self.xml.skip(draft);
            }
            ("color", Some(open @ (Open::Node(_) | Open::Edge(_)))) => {
                self.color(tag, open, draft)?;
                return self.xml.skip(draft);
            }
            // The many partitions of a node, of which a graph has one.
            ("parents", Some(Open::Node(node))) => return self.parents(node, draft),
            _ => return self.xml.skip(draft),
        };
        self.open.push(open);
        Ok(())
    }

    fn begin_node(&mut self, tag: &Tag<'t>, draft: &mut Draft<'t>) -> Read<Open> {
        let (mut id, mut label, mut parent) = (None, None, None);
        tag.attributes(draft, |attribute| match attribute.name {
            "id" => id = Some(attribute),
            "label" => label = Some(attribute),
            "pid" => parent = Some(attribute),
            _ => {}
        })?;
        let node = match id {
            Some(id) => draft.declare(&id.value, id.place),
            None => {
                super::json_rows::missing(draft, tag.place, "node", "id");
                NOWHERE
            }
        };
        if let Some(label) = label {
            draft.nodes.set(LABEL, node, &label.value, Sort::Text, label.place);
        }
        if node != NOWHERE {
            let around = self.nodes.last().copied().unwrap_or(NOWHERE);
            draft.set_parent(node, around);
            if let Some(parent) = parent {
                set_parent(draft, node, &parent);
            }
            self.columns.set_defaults(Class::Node, draft, node);
        }
        self.nodes.push(node);
        Ok(Open::Node(node))
    }

    fn begin_edge(&mut self, tag: &Tag<'t>, draft: &mut Draft<'t>) -> Read<Open> {
        let edge = draft.edge(NOWHERE, NOWHERE);
        let (mut source, mut target) = (None, None);
        let mut others = Vec::new();
        tag.attributes(draft, |attribute| match attribute.name {
            "source" => source = Some(attribute),
            "target" => target = Some(attribute),
            "id" | "label" | "weight" | "kind" => others.push(attribute),
            _ => {}
        })?;
        for (end, name) in [(&source, "source"), (&target, "target")] {
            if end.is_none() {
                super::json_rows::missing(draft, tag.place, "edge", name);
            }
        }
        let source = source.map(|end| draft.mention(&end.value, end.place, Role::Source));
        let target = target.map(|end| draft.mention(&end.value, end.place, Role::Target));
        draft.set_ends(edge, source.unwrap_or(NOWHERE), target.unwrap_or(NOWHERE));
        self.columns.set_defaults(Class::Edge, draft, edge);
        for other in others {
            let column = match other.name {
                "id" => ID,
                "label" => LABEL,
                "weight" => WEIGHT,
                name => draft.edges.attribute(name),
            };
            draft.edges.set(column, edge, &other.value, Sort::Text, other.place);
        }
        Ok(Open::Edge(edge))
    }

    fn parents(&mut self, node: u32, draft: &mut Draft<'t>) -> Read {
        loop {
            match self.xml.next(draft)? {
                Step::Open(tag) => {
                    let mut parent = None;
                    tag.attributes(draft, |attribute| {
                        if attribute.name == "for" {
                            parent = Some(attribute);
                        }
                    })?;
                    if let Some(parent) = parent {
                        if node != NOWHERE && draft.parent_of(node) == NOWHERE {
                            set_parent(draft, node, &parent);
                        } else if draft.parent_of(node) != NOWHERE {
                            let message = "a second partition of a node is left out";
                            draft.warn(parent.place, "left-out", message);
                        }
                    }
                    self.xml.skip(draft)?;
                }
                Step::Close | Step::End => return Ok(()),
                Step::Text(..) => {}
            }
        }
    }

    fn color(&mut self, tag: &Tag<'t>, open: Open, draft: &mut Draft<'t>) -> Read {
        let mut parts = [None, None, None, Some(255)];
        let mut hex = None;
        let mut wrong = None;
        tag.attributes(draft, |attribute| {
            let at = match attribute.name {
                "r" => 0,
                "g" => 1,
                "b" => 2,
                "a" => 3,
                "hex" => {
                    hex = Color::parse(&attribute.value);
                    if hex.is_none() {
                        wrong = Some(attribute);
                    }
                    return;
                }
                _ => return,
            };
            let number: Option<f64> = attribute.value.trim().parse().ok();
            let scale = if at == 3 { 255.0 } else { 1.0 };
            let part = number.map(|number| number * scale).filter(|n| (0.0..=255.0).contains(n));
            match part {
                Some(part) => parts[at] = Some(part.round() as u8),
                None => wrong = Some(attribute),
            }
        })?;
        if let Some(Attribute { value, place, .. }) = wrong {
            let message = format!("`{value}` is no part of a color");
            let help = "`r`, `g` and `b` are 0 to 255, `a` is 0 to 1, `hex` is such as `#002a41`";
            draft.bad_value(place, "bad-color", "the color is left out", message, help);
            return Ok(());
        }
        let color = match (hex, parts) {
            (Some(color), _) => Some(color),
            (None, [Some(r), Some(g), Some(b), Some(a)]) => Some(Color::new(r, g, b, a)),
            _ => None,
        };
        if let Some(color) = color {
            match open {
                Open::Node(node) => self.columns.color(Class::Node, node, color, tag.place),
                Open::Edge(edge) => self.columns.color(Class::Edge, edge, color, tag.place),
                _ => {}
            }
        }
        Ok(())
    }
}

fn set_parent(draft: &mut Draft<'_>, node: u32, parent: &Attribute<'_>) {
    if !parent.value.is_empty() {
        let parent = draft.mention(&parent.value, parent.place, Role::Partition);
        draft.set_parent(node, parent);
    }
}

fn no_gexf<'t>(tag: &Tag<'t>, draft: &Draft<'t>) -> Box<Diagnostic> {
    let message = format!("the file is no GEXF: it begins with `{}`", tag.name());
    let error = draft.error(tag.place as usize, "other-format", message);
    Box::new(match tag.name() {
        "graphml" => error.help("it looks like `format: graphml`"),
        _ => error.help("a GEXF file begins with `<gexf>`"),
    })
}

#[cfg(test)]
mod tests {
    use super::super::graph_file::testing;
    use super::*;

    #[track_caller]
    fn check(graph: &str, expected: &str) {
        let head =
            r#"<gexf xmlns="http://gexf.net/1.3" version="1.3"><meta><creator>x</creator></meta>"#;
        testing::check::<Gexf>(&format!("{head}<graph>{graph}</graph></gexf>"), expected);
    }

    #[test]
    fn columns_and_defaults_are_read() {
        check(
            r#"<attributes class="node"><attribute id="0" title="url" type="string"><default>none</default></attribute><attribute id="1" title="n" type="integer"/><attribute id="w" title="weight" type="double"/></attributes>
<attributes class="edge"><attribute id="0" title="ok" type="boolean"/></attributes>
<nodes><node id="a" label="A"><attvalues><attvalue for="1" value="3"/><attvalue for="w" value="2.5"/></attvalues></node>
<node id="b" label="b"><attvalues><attvalue for="0" value="x"/></attvalues></node></nodes>
<edges><edge id="0" source="a" target="b" label="up" weight="3" kind="calls"><attvalues><attvalue for="0" value="true"/></attvalues></edge></edges>"#,
            r#"a(A)*2.5{n=3,url="none"} b{url="x"} 0(up)*3{kind="calls",ok=true}"#,
        );
    }

    #[test]
    fn hierarchies_come_in_three_forms() {
        check(
            r#"<nodes><node id="p"><nodes><node id="a"/></nodes><edges><edge source="a" target="p"/></edges></node><node id="b" pid="p"/><node id="c"><parents><parent for="p"/></parents></node></nodes>"#,
            "a<p b<p c<p p! a->p",
        );
    }

    #[test]
    fn colors_are_those_of_layers_where_they_agree() {
        let color = r#"<viz:color r="170" g="187" b="204"/>"#;
        let of = |layer: &str| {
            format!(r#"<attvalues><attvalue for="layer" value="{layer}"/></attvalues>"#)
        };
        let columns = r#"<attributes class="node"><attribute id="layer" title="layer" type="string"/></attributes>"#;
        let (l, m) = (of("l"), of("m"));
        check(
            &format!(
                r##"{columns}<nodes><node id="a">{l}{color}</node><node id="b">{l}{color}</node><node id="c">{m}{color}</node><node id="d">{m}<viz:color hex="#010203"/></node></nodes>"##
            ),
            r##"a/l b/l c/m{color="#aabbcc"} d/m{color="#010203"} /l:l#aabbcc /m:m"##,
        );
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_place() {
        testing::fails::<Gexf>(
            "<gexf><graph><nodes><node id='a' pid='x'><attvalues><attvalue for='q' value='1'/></attvalues>\n\
             <viz:color r='300' g='1' b='1'/></node></nodes><edges><edge source='a'/></edges></graph></gexf>",
            &[
                "1:67 there is no column `q` ['q']",
                "2:14 `300` is no part of a color ['300']",
                "2:55 the edge has no `target` [<edge]",
                "1:38 there is no node `x` ['x']",
            ],
        );
        testing::fails::<Gexf>(
            "<graphml/>",
            &["1:1 the file is no GEXF: it begins with `graphml` [<graphml/]"],
        );
    }
}

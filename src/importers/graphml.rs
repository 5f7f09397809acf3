//! The import kind `graphml`: GraphML, with typed keys and nested graphs.
//!
//! A node that holds a graph is the partition of what is in it. Keys named `label`, `layer`,
//! `belongs_to`, `is_partition`, `weight` and `comment` are these fields, and `id` the id; the
//! others are attributes. Where edges share ids, as networkx writes them, these are their attribute
//! `key`. Labels that yEd writes into its own data are read. Ports and hyperedges
//! are left out, and told of.

mod keys;

use std::borrow::Cow;

use super::decode::Encoding;
use super::graph_file::{Draft, Format, ID, LABEL, NOWHERE, Part, Read, Role, Sort};
use super::xml_text::{Step, Tag, Xml, declared_encoding};
use crate::diagnostic::Diagnostic;
use keys::{Keys, Use};

/// Reads GraphML.
pub(super) struct Graphml;

impl Format for Graphml {
    const KIND: &'static str = "graphml";
    const ABOUT: &'static str = "Reads GraphML: nested graphs are partitions";
    const EXTENSIONS: &'static [&'static str] = &["graphml"];

    fn encoding(bytes: &[u8]) -> Option<Encoding> {
        declared_encoding(bytes)
    }

    fn read(draft: &mut Draft<'_>) -> Read {
        let xml = Xml::new(draft.text);
        let mut reader = Reader { xml, keys: Keys::default(), open: Vec::new() };
        reader.read(draft)?;
        reader.keys.set_parents(draft);
        if !draft.has_own_edge_ids() {
            let column = draft.edges.attribute("key");
            draft.edges.move_column(ID, column);
        }
        Ok(())
    }
}

/// An element that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    File,
    Graph { parent: u32 },
    Node(u32),
    Edge(u32),
}

struct Reader<'t> {
    xml: Xml<'t>,
    keys: Keys,
    open: Vec<Open>,
}

impl<'t> Reader<'t> {
    fn read(&mut self, draft: &mut Draft<'t>) -> Read {
        loop {
            match self.xml.next(draft)? {
                Step::Open(tag) => self.begin(tag, draft)?,
                Step::Close => _ = self.open.pop(),
                Step::Text(..) => {}
                Step::End => return Ok(()),
            }
        }
    }

    fn begin(&mut self, tag: Tag<'t>, draft: &mut Draft<'t>) -> Read {
        match (tag.name(), self.open.last().copied()) {
            ("graphml", None) => self.open.push(Open::File),
            (_, None) => return Err(no_graphml(&tag, draft)),
            ("key", Some(Open::File)) => self.keys.read(&tag, &mut self.xml, draft)?,
            ("graph", Some(Open::File)) => self.open.push(Open::Graph { parent: NOWHERE }),
            ("graph", Some(Open::Node(node))) => {
                if node != NOWHERE {
                    draft.set_partition(node);
                }
                self.open.push(Open::Graph { parent: node });
            }
            ("node", Some(Open::Graph { parent })) => self.begin_node(&tag, parent, draft)?,
            ("edge", Some(Open::Graph { .. })) => self.begin_edge(&tag, draft)?,
            ("data", Some(open)) => self.data(&tag, open, draft)?,
            ("port", Some(Open::Node(_))) => self.leave_out(&tag, "a port", draft)?,
            ("hyperedge", Some(_)) => {
                self.leave_out(&tag, "an edge of more than two ends", draft)?;
            }
            ("locator", Some(_)) => {
                self.leave_out(&tag, "what stands in another file", draft)?;
            }
            ("desc", Some(_)) => self.xml.skip(draft)?,
            (name, Some(_)) => {
                let what = format!("`{name}`, which is nothing here,");
                self.leave_out(&tag, &what, draft)?;
            }
        }
        Ok(())
    }

    fn leave_out(&mut self, tag: &Tag<'t>, what: &str, draft: &mut Draft<'t>) -> Read {
        draft.warn(tag.place, "left-out", format!("{what} is left out"));
        self.xml.skip(draft)
    }

    fn begin_node(&mut self, tag: &Tag<'t>, parent: u32, draft: &mut Draft<'t>) -> Read {
        let mut id = None;
        tag.attributes(draft, |attribute| {
            if attribute.name == "id" {
                id = Some(attribute);
            }
        })?;
        let node = match id {
            Some(id) => draft.declare(&id.value, id.place),
            None => {
                missing(draft, tag.place, "node", "id");
                NOWHERE
            }
        };
        if node != NOWHERE {
            draft.set_parent(node, parent);
            self.keys.set_defaults(&mut draft.nodes, Use::Node, node);
        }
        self.open.push(Open::Node(node));
        Ok(())
    }

    fn begin_edge(&mut self, tag: &Tag<'t>, draft: &mut Draft<'t>) -> Read {
        let edge = draft.edge(NOWHERE, NOWHERE);
        let (mut source, mut target) = (None, None);
        let mut others = Vec::new();
        tag.attributes(draft, |attribute| match attribute.name {
            "source" => source = Some(attribute),
            "target" => target = Some(attribute),
            "id" | "sourceport" | "targetport" => others.push(attribute),
            _ => {}
        })?;
        for (end, name) in [(&source, "source"), (&target, "target")] {
            if end.is_none() {
                missing(draft, tag.place, "edge", name);
            }
        }
        let source = source.map(|end| draft.mention(&end.value, end.place, Role::Source));
        let target = target.map(|end| draft.mention(&end.value, end.place, Role::Target));
        draft.set_ends(edge, source.unwrap_or(NOWHERE), target.unwrap_or(NOWHERE));
        self.keys.set_defaults(&mut draft.edges, Use::Edge, edge);
        for other in others {
            let column = match other.name {
                "id" => ID,
                port => draft.edges.attribute(port),
            };
            draft.edges.set(column, edge, &other.value, Sort::Text, other.place);
        }
        self.open.push(Open::Edge(edge));
        Ok(())
    }

    fn data(&mut self, tag: &Tag<'t>, open: Open, draft: &mut Draft<'t>) -> Read {
        let mut id = None;
        tag.attributes(draft, |attribute| {
            if attribute.name == "key" {
                id = Some(attribute);
            }
        })?;
        let Some(id) = id else {
            missing(draft, tag.place, "data", "key");
            return self.xml.skip(draft);
        };
        let Some(key) = self.keys.find(&id.value) else {
            let message = format!("there is no key `{}`", id.value);
            let at = draft.excerpt_with(id.place);
            draft.report.value("the data is left out", |severity| {
                Diagnostic::new(severity, "unknown-key", message)
                    .at(at(), "")
                    .did_you_mean(&id.value, self.keys.ids())
            });
            return self.xml.skip(draft);
        };
        if self.keys.is_foreign(key) {
            return self.foreign_data(open, draft);
        }
        let (text, place) = self.xml.text(draft)?;
        match open {
            Open::Node(node) => self.keys.set(draft, Use::Node, key, node, &text, place),
            Open::Edge(edge) => self.keys.set(draft, Use::Edge, key, edge, &text, place),
            Open::Graph { .. } if self.keys.is_layers(key) => {
                super::json_rows::layers_in(&text, place, draft);
            }
            Open::Graph { .. } | Open::File => {}
        }
        Ok(())
    }

    /// Reads data of another program, in which yEd has the labels.
    fn foreign_data(&mut self, open: Open, draft: &mut Draft<'t>) -> Read {
        let mut depth = 0;
        loop {
            match self.xml.next(draft)? {
                Step::Open(tag) if matches!(tag.name(), "NodeLabel" | "EdgeLabel") => {
                    let (text, place): (Cow<'t, str>, u32) = self.xml.text(draft)?;
                    let (part, row): (&mut Part, u32) = match open {
                        Open::Node(node) => (&mut draft.nodes, node),
                        Open::Edge(edge) => (&mut draft.edges, edge),
                        _ => continue,
                    };
                    let text = text.trim();
                    if !text.is_empty() && part.get(LABEL, row).is_none() {
                        part.set(LABEL, row, text, Sort::Text, place);
                    }
                }
                Step::Open(_) => depth += 1,
                Step::Close if depth == 0 => return Ok(()),
                Step::Close => depth -= 1,
                Step::Text(..) => {}
                Step::End => return Ok(()),
            }
        }
    }
}

fn missing(draft: &mut Draft<'_>, place: u32, what: &str, attribute: &str) {
    super::json_rows::missing(draft, place, what, attribute);
}

fn no_graphml<'t>(tag: &Tag<'t>, draft: &Draft<'t>) -> Box<Diagnostic> {
    let message = format!("the file is no GraphML: it begins with `{}`", tag.name());
    let error = draft.error(tag.place as usize, "other-format", message);
    Box::new(match tag.name() {
        "gexf" => error.help("it looks like `format: gexf`"),
        _ => error.help("a GraphML file begins with `<graphml>`"),
    })
}

#[cfg(test)]
mod tests {
    use super::super::graph_file::testing;
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        testing::check::<Graphml>(text, expected);
    }

    #[test]
    fn typed_keys_and_defaults_are_read() {
        check(
            r#"<?xml version="1.0"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="d0" for="node" attr.name="color" attr.type="string"><default>yellow</default></key>
<key id="d1" for="edge" attr.name="weight" attr.type="double"/>
<key id="d2" for="all" attr.name="n" attr.type="int"/>
<key id="d3" for="node" attr.name="ok" attr.type="boolean"/>
<graph id="G" edgedefault="undirected">
<edge id="e0" source="a" target="b &amp; c"><data key="d1">1.5</data><data key="d2">7</data></edge>
<node id="a"><data key="d0"> green
</data><data key="d3">true</data></node><node id="b &amp; c"/>
</graph></graphml>"#,
            "a{color=\" green\\n\",ok=true} b & c{color=\"yellow\"} e0*1.5{n=7}",
        );
    }

    #[test]
    fn nested_graphs_are_partitions() {
        check(
            r#"<graphml><graph><node id="p"><graph><node id="a"><graph/></node><edge source="a" target="b"/></graph></node><node id="b"/></graph></graphml>"#,
            "a!<p b p! a->b",
        );
    }

    #[test]
    fn ids_that_edges_share_are_keys() {
        check(
            r#"<graphml><graph><node id="a"/><edge id="0" source="a" target="a"/><edge id="1" source="a" target="a"/><edge id="0" source="a" target="a"/></graph></graphml>"#,
            r#"a a->a{key="0"} a->a#2{key="0"} a->a#3{key="1"}"#,
        );
    }

    #[test]
    fn ids_in_data_are_the_ids() {
        check(
            r#"<graphml><key id="i" for="node" attr.name="id" attr.type="string"/><key id="p" for="node" attr.name="belongs_to" attr.type="string"/>
<graph><node id="n0"><data key="i">the a</data><data key="p">the p</data></node><node id="n1"><data key="i">the p</data></node><edge source="n0" target="n1"/></graph></graphml>"#,
            "the a<the p the p! the a->the p",
        );
    }

    #[test]
    fn attributes_that_hardly_any_node_has_are_too_many() {
        let keys: String = (0..3000)
            .map(|at| format!("<key id='k{at}' for='node'><default>x</default></key>"))
            .collect();
        let nodes: String = (0..3000).map(|at| format!("<node id='n{at}'/>")).collect();
        let told = testing::problems::<Graphml>(&format!(
            "<graphml>{keys}<graph>{nodes}<edge source='n0' target='n1'/></graph></graphml>"
        ));
        let [told] = &told[..] else { panic!("{told:?}") };
        assert!(told.contains("too many attributes: 3000 of 3000 nodes or edges"), "{told}");
    }

    #[test]
    fn labels_of_yed_are_read() {
        check(
            r#"<graphml xmlns:y="http://www.yworks.com/xml/graphml"><key for="node" id="d6" yfiles.type="nodegraphics"/><key for="edge" id="d10" yfiles.type="edgegraphics"/>
<graph><node id="n0"><data key="d6"><y:ShapeNode><y:Fill color="red"/><y:NodeLabel x="1">Shop<y:LabelModel/></y:NodeLabel></y:ShapeNode></data></node>
<edge source="n0" target="n0"><data key="d10"><y:PolyLineEdge><y:EdgeLabel>calls</y:EdgeLabel></y:PolyLineEdge></data></edge></graph></graphml>"#,
            "n0(Shop) n0->n0(calls)",
        );
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_place() {
        testing::fails::<Graphml>(
            "<graphml><key id='k' for='node' attr.name='n' attr.type='int'/><graph>\n\
             <node id='a'><data key='k'>x</data><data key='q'>1</data><port name='p'/></node>\n\
             <node/><node id='a'/><hyperedge/><edge source='a' target='z'/><edge/>\n\
             </graph></graphml>",
            &[
                "2:46 there is no key `q` ['q']",
                "2:58 a port is left out [<port]",
                "3:1 the node has no `id` [<node/]",
                "3:17 the id `a` is taken ['a']",
                "3:22 an edge of more than two ends is left out [<hyperedge/]",
                "3:63 the edge has no `source` [<edge/]",
                "3:63 the edge has no `target` [<edge/]",
                "3:58 there is no node `z` ['z']",
                "2:28 `x` is no integer [x]",
            ],
        );
    }
}

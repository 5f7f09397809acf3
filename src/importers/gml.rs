//! The import kind `gml`: GML, as networkx, igraph, Gephi and yEd write it.
//!
//! GML numbers nodes. A node's id is its `label` if every node has one of its own, and then
//! `title` its label; else it is its `name` if every node has one of its own; else its number. A
//! list within a node or an edge makes attributes such as `graphics.x`. A `gid`, as yEd has it, is
//! the number of a node's partition.

mod lexer;

use std::borrow::Cow;

use super::graph_file::{
    COMMENT, Draft, Format, ID, LABEL, LAYER, NOWHERE, Part, Partitions, Read, Role, Sort, WEIGHT,
    own_name,
};
use super::json_rows::missing;
use crate::diagnostic::Diagnostic;
use crate::graph::{Color, Layer};
use crate::reserved;
use lexer::{Lexer, Token};

/// How deep lists make attributes; deeper ones are left out.
const DEEPEST: usize = 8;

/// What stands before the name of an attribute that means something else.
const PREFIX: &str = "attribute_";
/// Reads GML.
pub(super) struct Gml;

impl Format for Gml {
    const KIND: &'static str = "gml";
    const ABOUT: &'static str = "Reads GML, as networkx, igraph and yEd write it";
    const EXTENSIONS: &'static [&'static str] = &["gml"];

    fn read(draft: &mut Draft<'_>) -> Read {
        let lexer = Lexer::new(draft.text);
        let label = draft.nodes.attribute("label");
        let title = draft.nodes.attribute("title");
        let name = draft.nodes.attribute("name");
        let mut reader = Reader {
            lexer,
            open: Vec::new(),
            fields: Vec::new(),
            path: String::new(),
            partitions: Partitions::default(),
            has_graph: false,
            columns: (label, title),
        };
        reader.read(draft)?;
        if draft.take_ids(label) {
            draft.nodes.move_column(title, LABEL);
        } else {
            draft.nodes.move_column(label, LABEL);
            draft.take_ids(name);
        }
        reader.partitions.set(draft);
        Ok(())
    }
}

/// A list that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Graph,
    Node,
    Edge,
    Layer,
    /// A list within one of these; [`Reader::path`] was this long before it.
    Inner(usize),
    /// One that means nothing.
    Nothing,
}

/// A value of the node, edge or layer that is open.
struct Field<'t> {
    name: Cow<'t, str>,
    value: Cow<'t, str>,
    sort: Sort,
    place: u32,
}

struct Reader<'t> {
    lexer: Lexer<'t>,
    /// Open lists, each with where it begins.
    open: Vec<(Open, usize)>,
    fields: Vec<Field<'t>>,
    /// The names of the inner lists that are open, each with a point after it.
    path: String,
    partitions: Partitions,
    has_graph: bool,
    columns: (u32, u32),
}

impl<'t> Reader<'t> {
    fn read(&mut self, draft: &mut Draft<'t>) -> Read {
        loop {
            let (token, at) = self.lexer.next(draft)?;
            match token {
                Token::Key(key) => self.entry(key, at.start, draft)?,
                Token::Close => match self.open.pop() {
                    Some((open, start)) => self.close(open, start, draft),
                    None => {
                        let at = draft.excerpt_of(at);
                        let message = "`]` closes nothing";
                        return Err(Box::new(Diagnostic::error("bad-gml", message).at(at, "")));
                    }
                },
                Token::End => {
                    if let Some((_, start)) = self.open.last() {
                        let at = draft.excerpt_of(*start..start + 1);
                        let error = Diagnostic::error("bad-gml", "the `[` is never closed");
                        return Err(Box::new(error.at(at, "it begins here")));
                    }
                    if !self.has_graph {
                        let message = "the file holds no `graph [`";
                        return Err(draft.error(at.start, "missing-key", message));
                    }
                    return Ok(());
                }
                _ => return Err(lexer::expected("a key or `]`", at, draft)),
            }
        }
    }

    /// Reads a key and its value, or the begin of its list.
    fn entry(&mut self, key: &'t str, key_at: usize, draft: &mut Draft<'t>) -> Read {
        let (token, at) = self.lexer.next(draft)?;
        let (value, sort) = match token {
            Token::Open => {
                self.begin(key, at.start);
                return Ok(());
            }
            Token::Text(text) => (text, Sort::Text),
            Token::Number(number, sort) => (Cow::Borrowed(number), sort),
            _ => {
                let message = format!("a value after `{key}`");
                let error = lexer::expected(&message, at, draft);
                let key_at = draft.excerpt_of(key_at..key_at + key.len());
                return Err(Box::new(error.at(key_at, "its key")));
            }
        };
        let name = match self.path.is_empty() {
            true => Cow::Borrowed(key),
            false => Cow::Owned(format!("{}{key}", self.path)),
        };
        if let Some((Open::Node | Open::Edge | Open::Layer | Open::Inner(_), _)) = self.open.last()
        {
            self.fields.push(Field { name, value, sort, place: at.start as u32 });
        }
        Ok(())
    }

    fn begin(&mut self, key: &str, place: usize) {
        let inner = self.open.iter().rev().take(DEEPEST);
        let depth = inner.take_while(|(open, _)| matches!(open, Open::Inner(_))).count();
        let open = match (self.open.last().map(|(open, _)| *open), key) {
            (None, "graph") => {
                self.has_graph = true;
                Open::Graph
            }
            (Some(Open::Graph), "node") => Open::Node,
            (Some(Open::Graph), "edge") => Open::Edge,
            (Some(Open::Graph), "layer") => Open::Layer,
            (Some(Open::Node | Open::Edge | Open::Layer | Open::Inner(_)), _)
                if depth < DEEPEST =>
            {
                let length = self.path.len();
                self.path.push_str(key);
                self.path.push('.');
                Open::Inner(length)
            }
            _ => Open::Nothing,
        };
        self.open.push((open, place));
    }

    fn close(&mut self, open: Open, start: usize, draft: &mut Draft<'t>) {
        match open {
            Open::Inner(length) => self.path.truncate(length),
            Open::Node => self.node(start as u32, draft),
            Open::Edge => self.edge(start as u32, draft),
            Open::Layer => self.layer(start as u32, draft),
            Open::Graph | Open::Nothing => {}
        }
    }

    fn node(&mut self, place: u32, draft: &mut Draft<'t>) {
        let id = self.fields.iter().rposition(|field| field.name == "id");
        let node = match id {
            Some(at) => {
                let id = self.fields.swap_remove(at);
                draft.declare(&id.value, id.place)
            }
            None => {
                missing(draft, place, "node", "id");
                NOWHERE
            }
        };
        for Field { name, value, sort, place } in self.fields.drain(..) {
            match &*name {
                "belongs_to" => self.partitions.push(node, &value, place),
                "gid" if node != NOWHERE => {
                    let group = draft.mention(&value, place, Role::Partition);
                    draft.set_parent(node, group);
                }
                "is_partition" | "isGroup" if node != NOWHERE => {
                    if value.trim() == "1" {
                        draft.set_partition(node);
                    }
                }
                "label" => draft.nodes.set(self.columns.0, node, &value, Sort::Text, place),
                "title" => draft.nodes.set(self.columns.1, node, &value, Sort::Text, place),
                name => set(&mut draft.nodes, name, node, (&value, sort, place)),
            }
        }
    }

    fn edge(&mut self, place: u32, draft: &mut Draft<'t>) {
        let edge = draft.edge(NOWHERE, NOWHERE);
        let (mut source, mut target) = (None, None);
        for Field { name, value, sort, place } in self.fields.drain(..) {
            match &*name {
                "source" => source = Some(draft.mention(&value, place, Role::Source)),
                "target" => target = Some(draft.mention(&value, place, Role::Target)),
                "id" => draft.edges.set(ID, edge, &value, sort, place),
                "label" => draft.edges.set(LABEL, edge, &value, Sort::Text, place),
                name => set(&mut draft.edges, name, edge, (&value, sort, place)),
            }
        }
        for (end, name) in [(source, "source"), (target, "target")] {
            if end.is_none() {
                missing(draft, place, "edge", name);
            }
        }
        draft.set_ends(edge, source.unwrap_or(NOWHERE), target.unwrap_or(NOWHERE));
    }

    fn layer(&mut self, place: u32, draft: &mut Draft<'t>) {
        let (mut layer, mut label, mut at) = (Layer::default(), None, place);
        for Field { name, value, place, .. } in self.fields.drain(..) {
            let color = |draft: &mut Draft<'t>| {
                let color = Color::parse(&value);
                if color.is_none() {
                    let message = format!("`{value}` is no color");
                    let help = "write hex digits, such as `#002a41`, or a name, such as `teal`";
                    draft.bad_value(place, "bad-color", "the color is left out", message, help);
                }
                color
            };
            match &*name {
                "id" => {
                    layer.id = value.into_owned();
                    at = place;
                }
                "label" => label = Some(value.into_owned()),
                "background" => layer.background = color(draft),
                "text" => layer.text = color(draft),
                "border" => layer.border = color(draft),
                name => {
                    const TAKEN: &[&str] = &["id", "label", "background", "text", "border"];
                    let name = own_name(name, PREFIX, TAKEN).to_owned();
                    layer.attributes.insert(name, value.into_owned());
                }
            }
        }
        if layer.id.is_empty() {
            return missing(draft, place, "layer", "id");
        }
        layer.label = label.unwrap_or_else(|| layer.id.clone());
        draft.layer(layer, at);
    }
}

fn set(part: &mut Part, name: &str, row: u32, (value, sort, place): (&str, Sort, u32)) {
    let column = match name {
        "layer" => LAYER,
        "weight" => WEIGHT,
        "comment" => COMMENT,
        name => part.attribute(own_name(name, PREFIX, reserved::GML)),
    };
    part.set(column, row, value, sort, place);
}

#[cfg(test)]
mod tests {
    use super::super::graph_file::testing;
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        testing::check::<Gml>(text, expected);
    }

    #[test]
    fn labels_are_ids_where_they_can_be() {
        check(
            "Creator \"x\"\n# a comment [\ngraph [ directed 1 node [ id 0 label \"a &quot;&#233;\" title \"A\" ] node [ id 1 label \"b\" n 1.5 ]\nedge [ source 0 target 1 label \"up\" weight 2.0 id \"e\" ] ]",
            "a \"é(A) b{n=1.5} e(up)*2",
        );
        check(
            "graph [ node [ id 7 label \"x\" ] node [ label \"x\" id -3 ] edge [ source 7 target -3 ] ]",
            "-3(x) 7(x) 7->-3",
        );
        check(
            "graph [ node [ id 7 label \"x\" name \"a\" ] node [ id 8 label \"x\" name \"b\" belongs_to \"a\" ] ]",
            "a(x)! b(x)<a",
        );
    }

    #[test]
    fn lists_are_attributes() {
        check(
            "graph [ node [ id 1 graphics [ x 1.0 Line [ y 2 ] ] isGroup 1 ] node [ id 2 gid 1 ] ]",
            "1!{graphics.Line.y=2,graphics.x=1} 2<1",
        );
    }

    #[test]
    fn layers_are_records_of_the_graph() {
        check(
            "graph [ layer [ id \"l\" label \"L\" background \"#002a41\" shape \"box\" ] node [ id 0 label \"a\" layer \"l\" attribute_name \"n\" comment \"c\" ] ]",
            "a/l~c{name=\"n\"} /l:L#002a41",
        );
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_place() {
        testing::fails::<Gml>(
            "graph [\nnode [ id 1 ] node [ id 1 ] node [ x 1 ]\nedge [ source 1 target 9 ] edge [ target 1 ] ]",
            &[
                "2:25 the id `1` is taken [1]",
                "2:34 the node has no `id` [[]",
                "3:33 the edge has no `source` [[]",
                "3:24 there is no node `9` [9]",
            ],
        );
        for (text, expected) in [
            ("", "1:1 the file holds no `graph [` []"),
            ("graph [\n node [", "2:7 the `[` is never closed [[]"),
            ("graph [ ] ]", "1:11 `]` closes nothing []]"),
            ("graph [ node [ id ] ]", "1:19 expected a value after `id`, found `]` []]"),
            ("graph [ 1 ]", "1:9 expected a key or `]`, found `1` [1]"),
            ("graph [ node [ id 1 label \"x ] ]", "1:27 the text is never closed [\"]"),
            ("graph [ node [ id 1.2.3 ] ]", "1:19 `1.2.3` is no number [1.2.3]"),
            ("graph { }", "1:7 nothing in GML begins with `{` [{]"),
        ] {
            testing::fails::<Gml>(text, &[expected]);
        }
    }

    #[test]
    fn nesting_costs_no_stack() {
        let deep = "x [ ".repeat(100_000) + "y 1" + &" ]".repeat(100_000);
        check(&format!("graph [ node [ id 1 {deep} ] ]"), "1");
    }
}

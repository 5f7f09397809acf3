//! Reads the statements of a flowchart, one after the other: open subgraphs are a list.
//!
//! What is wrong in a statement is told, and the next line is read.

use std::ops::Range;

use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};

use super::super::graph_file::{Draft, ID, LABEL, LAYER, NOWHERE, Read, Sort};
use super::cursor::Cursor;
use super::links::Link;
use super::nodes::{Wrong, data, enclosed, name, shape};
use super::subgraphs::Subgraph;
use super::text::{own_id, shown};
use crate::diagnostic::Diagnostic;
use crate::graph::Layer;
use crate::importers::place;
use crate::source::Excerpt;

/// How many edges a small file may make by `&`; a larger one may make one more for each of its
/// bytes.
const MOST_EDGES: usize = 1 << 16;

/// Reads a flowchart.
pub(super) struct Parser<'t, 'd> {
    pub(super) cursor: Cursor<'t>,
    pub(super) draft: &'d mut Draft<'t>,
    pub(super) subgraphs: Vec<Subgraph<'t>>,
    pub(super) subgraph_count: usize,
    /// The nodes that are named in open subgraphs, in order.
    pub(super) named: Vec<u32>,
    /// Classes by name.
    pub(super) classes: HashMap<String, Layer, FixedState>,
    /// Nodes that are given a class before they are named.
    pub(super) late_classes: Vec<(String, &'t str, usize)>,
    edge_ids: HashSet<&'t str, FixedState>,
    pub(super) shape: u32,
}

/// What ends the reading of a statement.
pub(super) enum Stop {
    /// The statement is wrong.
    Statement(Wrong),
    /// The rest of the file means nothing.
    File(Wrong),
}

pub(super) type Done = Result<(), Stop>;

impl From<Wrong> for Stop {
    fn from(wrong: Wrong) -> Stop {
        match wrong.1.ends_with("never closed") {
            true => Stop::File(wrong),
            false => Stop::Statement(wrong),
        }
    }
}

impl<'t, 'd> Parser<'t, 'd> {
    /// Reads the text of a draft.
    pub fn read(draft: &'d mut Draft<'t>) -> Read {
        let shape = draft.nodes.attribute("shape");
        let mut parser = Parser {
            cursor: Cursor { text: draft.text, at: 0 },
            draft,
            subgraphs: Vec::new(),
            subgraph_count: 0,
            named: Vec::new(),
            classes: HashMap::default(),
            late_classes: Vec::new(),
            edge_ids: HashSet::default(),
            shape,
        };
        parser.header()?;
        while parser.next_statement() {
            match parser.statement() {
                Ok(()) => {}
                Err(Stop::Statement(wrong)) => {
                    parser.tell(wrong);
                    parser.cursor.take_line();
                }
                Err(Stop::File(wrong)) => return Err(parser.error(wrong)),
            }
        }
        if let Some(open) = parser.subgraphs.last() {
            let wrong =
                (open.place..open.place + 8, "the subgraph is never ended".into(), "add `end`");
            return Err(parser.error(wrong));
        }
        for (node, class, place) in std::mem::take(&mut parser.late_classes) {
            if let Some(node) = parser.draft.find(&node) {
                parser.set_class(node, class, place);
            }
        }
        parser.add_layers();
        Ok(())
    }

    /// Steps to the next statement; returns whether there is one.
    fn next_statement(&mut self) -> bool {
        loop {
            self.cursor.take_while(|c| c.is_whitespace() || c == ';');
            if !self.cursor.rest().starts_with("%%") {
                return !self.cursor.rest().is_empty();
            }
            if self.cursor.rest().starts_with("%%{") {
                let length = self.cursor.rest().find("}%%").map_or(3, |length| length + 3);
                self.cursor.at += length;
            } else {
                self.cursor.take_line();
            }
        }
    }

    fn header(&mut self) -> Read {
        self.cursor.skip_space();
        if self.cursor.rest().starts_with("---") {
            let start = self.cursor.at;
            let end = self.cursor.rest()[3..].find("\n---").map(|length| start + 3 + length + 4);
            let Some(end) = end else {
                let message = "the front matter is never closed".to_owned();
                return Err(self.error((start..start + 3, message, "a line `---` ends it")));
            };
            self.cursor.at = end;
        }
        if !self.next_statement() {
            let here = self.cursor.here();
            let help = "a flowchart begins with `flowchart` and a direction, such as `TD`";
            return Err(self.error((here, "the file holds no diagram".into(), help)));
        }
        let start = self.cursor.at;
        let word = self.cursor.take_while(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        if !matches!(word, "flowchart" | "graph" | "flowchart-elk") {
            let message = format!("`{word}` begins no flowchart");
            let range = start..start + word.len().max(1);
            let help = "only flowcharts are read: `flowchart TD` or `graph LR`";
            return Err(self.error((range, message, help)));
        }
        self.cursor.skip_blanks();
        for direction in ["TB", "TD", "BT", "LR", "RL", "BR"] {
            if self.cursor.take_word(direction) {
                return Ok(());
            }
        }
        if !self.cursor.take_word("v") {
            self.cursor.take_while(|c| matches!(c, '<' | '>' | '^'));
        }
        let here = self.cursor.here();
        self.cursor.skip_blanks();
        match self.cursor.byte() {
            None | Some(b'\n' | b'\r' | b';') => Ok(()),
            Some(_) => {
                let message = "there is no such direction".to_owned();
                Err(self.error((here, message, "`TB`, `TD`, `BT`, `LR` or `RL`")))
            }
        }
    }

    fn statement(&mut self) -> Done {
        let start = self.cursor.at;
        if self.cursor.take_word("subgraph") {
            return self.open_subgraph(start);
        }
        if self.cursor.take_word("end") {
            return self.close_subgraph(start);
        }
        if let Some(done) = self.other_statement()? {
            return Ok(done);
        }
        self.chain()?;
        self.end_statement()
    }

    /// Steps over the end of a statement.
    pub(super) fn end_statement(&mut self) -> Done {
        self.cursor.skip_blanks();
        match self.cursor.byte() {
            None | Some(b'\n' | b'\r' | b';') => Ok(()),
            Some(_) => {
                let found = self.cursor.rest().chars().next().unwrap_or(' ');
                let message =
                    format!("expected a link or the end of the statement, found `{found}`");
                Err(Stop::Statement((
                    self.cursor.here(),
                    message,
                    "a text with it stands in quotes",
                )))
            }
        }
    }

    /// Reads nodes and the links between them.
    fn chain(&mut self) -> Done {
        let mut sources = self.nodes()?;
        loop {
            let mut ahead = self.cursor;
            ahead.skip_space();
            let start = ahead.at;
            let id = edge_id(&mut ahead);
            if id.is_some() {
                self.cursor = ahead;
            }
            let link = match Link::read(&mut self.cursor) {
                None => return Ok(()),
                Some(Ok(link)) => link,
                Some(Err(at)) => {
                    let message = "the text in the link is never closed".to_owned();
                    let help = "a text stands between `--` and `-->`";
                    return Err(Stop::File((at..at + 2, message, help)));
                }
            };
            let label = match link.text {
                Some((text, place)) => Some((text, place)),
                None => self.link_label()?,
            };
            let targets = self.nodes()?;
            let count = sources.len().saturating_mul(targets.len());
            if count > 1 && self.draft.edge_count() + count > MOST_EDGES + self.draft.text.len() {
                let message = format!("this makes {count} edges, too many for a file of this size");
                return Err(Stop::File((start..start + 1, message, "")));
            }
            let mut id = id;
            for (source, place) in &sources {
                for (target, _) in &targets {
                    let edge = self.draft.edge_at(*source, *target, *place);
                    self.set_edge(edge, &link, label);
                    if let Some((id, place)) = id.take() {
                        self.edge_ids.insert(id);
                        self.draft.edges.set(ID, edge, id, Sort::Text, place as u32);
                    }
                }
            }
            sources = targets;
        }
    }

    fn set_edge(&mut self, edge: u32, link: &Link<'t>, label: Option<(&'t str, usize)>) {
        let edges = &mut self.draft.edges;
        if let Some((text, place)) = label {
            let text = text.trim();
            let text =
                text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
            edges.set(LABEL, edge, &shown(text), Sort::Text, place as u32);
        }
        for (name, value) in [("line", link.line), ("arrow", link.arrow)] {
            if let Some(value) = value {
                let column = edges.attribute(name);
                edges.set(column, edge, value, Sort::Text, 0);
            }
        }
    }

    /// Reads `|text|` if it comes next.
    fn link_label(&mut self) -> Result<Option<(&'t str, usize)>, Stop> {
        let start = self.cursor.at;
        if !self.cursor.take("|") {
            return Ok(None);
        }
        let found = match enclosed(&mut self.cursor)? {
            Some(quoted) => quoted,
            None => {
                let place = self.cursor.at;
                (self.cursor.take_while(|c| !matches!(c, '|' | '\n')), place)
            }
        };
        if !self.cursor.take("|") {
            let message = "the text of the link does not end".to_owned();
            return Err(Stop::Statement((start..start + 1, message, "it ends with `|`")));
        }
        self.cursor.skip_space();
        Ok(Some(found))
    }

    /// Reads nodes with `&` between them, each with where it is named.
    fn nodes(&mut self) -> Result<Vec<(u32, u32)>, Stop> {
        let mut nodes = vec![self.placed_node()?];
        loop {
            let mut ahead = self.cursor;
            ahead.skip_blanks();
            if ahead.at == self.cursor.at || !ahead.take("&") {
                return Ok(nodes);
            }
            ahead.skip_blanks();
            self.cursor = ahead;
            nodes.push(self.placed_node()?);
        }
    }

    fn placed_node(&mut self) -> Result<(u32, u32), Stop> {
        let place = self.cursor.at as u32;
        Ok((self.node()?, place))
    }

    fn node(&mut self) -> Result<u32, Stop> {
        let start = self.cursor.at;
        let name = name(&mut self.cursor);
        if name.is_empty() {
            let message = match self.cursor.rest().chars().next() {
                None => "the file ends where a node should stand".to_owned(),
                Some(found) => format!("expected a node, found `{}`", found.escape_debug()),
            };
            return Err(Stop::Statement((
                self.cursor.here(),
                message,
                "a node begins with its id",
            )));
        }
        let has_word = |word: &str| {
            name.strip_prefix(word).is_some_and(|rest| {
                !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            })
        };
        if let Some(word) =
            ["end", "subgraph", "graph", "flowchart"].into_iter().find(|word| has_word(word))
        {
            let message = format!("`{word}` begins no id of a node");
            let help = "write it in another way, such as `End`, and the word as its label";
            return Err(Stop::Statement((start..start + word.len(), message, help)));
        }
        if self.edge_ids.contains(name)
            && self.cursor.rest().starts_with("@{")
            && data(&mut self.cursor)?.is_some()
        {
            return Ok(NOWHERE);
        }
        let own = own_id(name).filter(|id| !id.is_empty());
        let node = self.draft.node(own.as_deref().unwrap_or(name), start as u32);
        self.named.push(node);
        let nodes = |parser: &mut Self, text: &str, place: usize| {
            parser.draft.nodes.set(LABEL, node, &shown(text), Sort::Text, place as u32);
        };
        if let Some(found) = shape(&mut self.cursor)? {
            nodes(self, found.text, found.place);
            if !found.name.is_empty() {
                self.draft.nodes.set(self.shape, node, found.name, Sort::Text, found.place as u32);
            }
        }
        if let Some(pairs) = data(&mut self.cursor)? {
            for (key, value, place) in pairs {
                match key {
                    "label" => nodes(self, value, place),
                    "shape" => {
                        self.draft.nodes.set(self.shape, node, value, Sort::Text, place as u32)
                    }
                    _ => {}
                }
            }
        }
        if self.cursor.take(":::") {
            let place = self.cursor.at;
            let class = super::nodes::name(&mut self.cursor);
            if class.is_empty() {
                let here = self.cursor.here();
                return Err(Stop::Statement((here, "`:::` is followed by a class".into(), "")));
            }
            self.set_class(node, class, place);
        }
        Ok(node)
    }

    /// Gives a node a class, which is its layer unless it has one.
    pub(super) fn set_class(&mut self, node: u32, class: &str, place: usize) {
        let layer = layer_of(class);
        if !self.classes.contains_key(&*layer) {
            self.classes.insert(layer.clone(), Layer::plain(&layer));
        }
        if node != NOWHERE && self.draft.nodes.get(LAYER, node).is_none() {
            self.draft.nodes.set(LAYER, node, &layer, Sort::Text, place as u32);
        }
    }

    fn add_layers(&mut self) {
        let mut classes: Vec<_> = std::mem::take(&mut self.classes).into_iter().collect();
        classes.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for (_, layer) in classes {
            self.draft.layer(layer, 0);
        }
    }

    fn tell(&mut self, wrong: Wrong) {
        let Parser { draft, .. } = self;
        let (path, text) = (draft.path.clone(), draft.text);
        draft.report.file_with(|| diagnostic(wrong, |range| place::excerpt(&path, text, range)));
    }

    fn error(&self, wrong: Wrong) -> Box<Diagnostic> {
        Box::new(diagnostic(wrong, |range| self.draft.excerpt_of(range)))
    }
}

fn diagnostic(
    (range, message, help): Wrong,
    excerpt: impl FnOnce(Range<usize>) -> Excerpt,
) -> Diagnostic {
    let error = Diagnostic::error("bad-mermaid", message).at(excerpt(range), "");
    if help.is_empty() { error } else { error.help(help) }
}

/// Returns the layer that a class stands for: layercake writes it with a word before it.
pub(super) fn layer_of(class: &str) -> String {
    let own = class.strip_prefix("layer_").or_else(|| class.strip_prefix("partition_"));
    match own {
        Some(layer) => own_id(layer).unwrap_or_else(|| layer.to_owned()),
        None => class.to_owned(),
    }
}

/// Reads the id of an edge if it comes next: `e1@-->`.
fn edge_id<'t>(cursor: &mut Cursor<'t>) -> Option<(&'t str, usize)> {
    let mut ahead = *cursor;
    let start = ahead.at;
    let id = ahead.take_while(|c| !c.is_whitespace() && !"\"[](){}|@".contains(c));
    let is_id = !id.is_empty() && ahead.take("@") && !ahead.rest().starts_with(['{', '"']);
    if !is_id {
        return None;
    }
    *cursor = ahead;
    Some((id, start))
}

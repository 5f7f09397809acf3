//! Reads the statements of DOT, one after the other: open subgraphs are a list, not a recursion.

mod attributes;
mod edges;
mod finish;

use std::borrow::Cow;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::super::graph_file::{Draft, NOWHERE, Read};
use super::clusters::{Clusters, is_cluster};
use super::defaults::{Defaults, Of};
use super::lexer::{Keyword, Lexer, Token};
use crate::diagnostic::Diagnostic;
use edges::Edges;

/// How much work the defaults of a small file may make; a larger one may make as many times its
/// size.
const MOST_WORK: u64 = 16 << 20;
const MOST_TIMES: u64 = 64;

/// Reads the graphs of a file.
pub(super) struct Parser<'t, 'd> {
    lexer: Lexer<'t>,
    draft: &'d mut Draft<'t>,
    is_directed: bool,
    graph_name: String,
    frames: Vec<Frame>,
    /// The ends of the statements under way, and where each operand begins in them.
    ends: Vec<End>,
    operands: Vec<u32>,
    /// The ports of these ends.
    ports: Vec<Cow<'t, str>>,
    /// All nodes in the order that they are named in.
    named: Vec<u32>,
    /// Where each of these is named, if somebody asks where edges are.
    places: Vec<u32>,
    subgraphs: HashMap<(u32, String), Subgraph, FixedState>,
    subgraph_count: u32,
    clusters: Clusters,
    defaults: Defaults,
    edges: Edges,
    attributes: Vec<Attribute<'t>>,
    shape: u32,
}

/// A graph or a subgraph that is open.
#[derive(Debug)]
struct Frame {
    /// Where it begins.
    place: usize,
    /// Its number, and its name if it has one.
    number: u32,
    name: Option<String>,
    parent: u32,
    /// The innermost cluster.
    cluster: u32,
    /// Whether it is a cluster itself, and was not open already.
    opens_cluster: bool,
    defaults: usize,
    named: usize,
    /// Where the operands of its statement begin.
    operands: usize,
    /// Whether an arrow came last.
    wants_operand: bool,
}

/// A subgraph that may be opened again.
#[derive(Debug, Default)]
struct Subgraph {
    number: u32,
    cluster: u32,
    defaults: Vec<(Of, u32, u32)>,
    /// The parts of [`Parser::named`] that are in it.
    named: Vec<(u32, u32)>,
}

/// One end of an edge.
#[derive(Debug, Clone, Copy)]
struct End {
    node: u32,
    port: u32,
    /// Where it is named; nowhere if nobody asks, and it is in a subgraph.
    place: u32,
}

#[derive(Debug)]
struct Attribute<'t> {
    name: Cow<'t, str>,
    value: Cow<'t, str>,
    is_html: bool,
    place: u32,
}

impl<'t, 'd> Parser<'t, 'd> {
    /// Reads the text of a draft.
    pub fn read(draft: &'d mut Draft<'t>) -> Read {
        let lexer = Lexer::new(draft)?;
        let shape = draft.nodes.attribute("shape");
        let mut parser = Parser {
            lexer,
            draft,
            is_directed: true,
            graph_name: String::new(),
            frames: Vec::new(),
            ends: Vec::new(),
            operands: Vec::new(),
            ports: Vec::new(),
            named: Vec::new(),
            places: Vec::new(),
            subgraphs: HashMap::default(),
            subgraph_count: 0,
            clusters: Clusters::default(),
            defaults: Defaults::default(),
            edges: Edges::default(),
            attributes: Vec::new(),
            shape,
        };
        parser.graphs()?;
        parser.finish()
    }

    fn graphs(&mut self) -> Read {
        let mut count = 0;
        while self.lexer.token != Token::End {
            count += 1;
            if count == 2 && matches!(self.lexer.token, Token::Keyword(_)) {
                let place = self.lexer.place.start as u32;
                let message = "a second graph begins here; all graphs of the file become one";
                self.draft.warn(place, "several-graphs", message);
            }
            self.graph()?;
        }
        if count == 0 {
            return Err(self.lexer.expected("`digraph` or `graph`", self.draft));
        }
        Ok(())
    }

    fn graph(&mut self) -> Read {
        self.edges.is_strict = self.lexer.token == Token::Keyword(Keyword::Strict);
        if self.edges.is_strict {
            self.advance()?;
        }
        self.is_directed = match self.lexer.token {
            Token::Keyword(Keyword::Digraph) => true,
            Token::Keyword(Keyword::Graph) => false,
            _ => return Err(self.lexer.expected("`digraph` or `graph`", self.draft)),
        };
        self.edges.is_directed = self.is_directed;
        self.edges.forget();
        self.advance()?;
        if let Some((name, ..)) = self.text()? {
            self.graph_name = name.into_owned();
        }
        let place = self.lexer.place.start;
        self.lexer.take(b'{', self.draft)?;
        self.subgraph_count += 1;
        self.frames.push(self.frame(place, self.subgraph_count, None, NOWHERE, NOWHERE));
        while !self.frames.is_empty() {
            self.statement()?;
        }
        Ok(())
    }

    /// Reads a statement, or as much of it as stands before or after a subgraph in it.
    fn statement(&mut self) -> Read {
        let wants_operand = self.frames.last().is_some_and(|frame| frame.wants_operand);
        match &self.lexer.token {
            Token::Sign(b'}') if !wants_operand => self.close(),
            Token::Sign(b'{') | Token::Keyword(Keyword::Subgraph) => self.open(),
            Token::Text(_) | Token::Html(_) => {
                if !wants_operand && self.lexer.is_followed_by(b'=') {
                    return self.assignment();
                }
                self.node_list()?;
                self.after_operand()
            }
            Token::Keyword(keyword @ (Keyword::Node | Keyword::Edge | Keyword::Graph))
                if !wants_operand =>
            {
                let keyword = *keyword;
                self.default_statement(keyword)
            }
            Token::End if !wants_operand => {
                let open = self.frames.last().map_or(0, |frame| frame.place);
                let at = self.draft.excerpt_of(open..open + 1);
                let error = Diagnostic::error("bad-dot", "the `{` is never closed");
                Err(Box::new(error.at(at, "it begins here")))
            }
            Token::Arrow(_) if !wants_operand => {
                Err(self.lexer.expected("a node before the arrow", self.draft))
            }
            _ if wants_operand => Err(self.lexer.expected("a node or a subgraph", self.draft)),
            _ => Err(self.lexer.expected("a statement or `}`", self.draft)),
        }
    }

    fn node_list(&mut self) -> Read {
        self.operands.push(self.ends.len() as u32);
        loop {
            let Some((name, _, place)) = self.text()? else {
                return Err(self.lexer.expected("a node", self.draft));
            };
            let mut port = NOWHERE;
            if self.lexer.is(b':') {
                let first = self.port()?;
                let whole = match self.lexer.is(b':') {
                    true => Cow::Owned(format!("{first}:{}", self.port()?)),
                    false => first,
                };
                port = self.ports.len() as u32;
                self.ports.push(whole);
            }
            let node = self.node(&name, place)?;
            self.ends.push(End { node, port, place });
            if !self.lexer.is(b',') {
                return Ok(());
            }
            self.advance()?;
        }
    }

    fn port(&mut self) -> Read<Cow<'t, str>> {
        self.advance()?;
        match self.text()? {
            Some((port, ..)) => Ok(port),
            None => Err(self.lexer.expected("a port", self.draft)),
        }
    }

    fn node(&mut self, name: &str, place: u32) -> Read<u32> {
        let before = self.draft.node_count();
        let node = self.draft.node(name, place);
        if self.draft.node_count() > before {
            self.defaults.apply(Of::Nodes, &mut self.draft.nodes, node);
            self.check_work()?;
        }
        if let Some(frame) = self.frames.last() {
            self.clusters.put(node, frame.cluster);
        }
        self.named.push(node);
        if self.draft.keeps_origins() {
            self.places.push(place);
        }
        Ok(node)
    }

    /// Goes on after a node or a subgraph: with an arrow, or with attributes and the end.
    fn after_operand(&mut self) -> Read {
        if let Token::Arrow(arrow) = self.lexer.token {
            let own = if self.is_directed { "->" } else { "--" };
            if arrow != own {
                let kind = if self.is_directed { "digraph" } else { "graph" };
                let error = self.lexer.expected(&format!("`{own}` in a `{kind}`"), self.draft);
                return Err(Box::new(error.help(match self.is_directed {
                    true => "only a `graph` has edges without a direction",
                    false => "only a `digraph` has edges with a direction",
                })));
            }
            self.advance()?;
            if let Some(frame) = self.frames.last_mut() {
                frame.wants_operand = true;
            }
            return Ok(());
        }
        self.attributes.clear();
        if self.lexer.is(b'[') {
            self.attribute_lists()?;
        }
        self.finish_operands()?;
        if let Some(frame) = self.frames.last_mut() {
            frame.wants_operand = false;
        }
        self.end_statement()
    }

    fn end_statement(&mut self) -> Read {
        if self.lexer.is(b';') {
            self.advance()?;
        }
        Ok(())
    }

    fn open(&mut self) -> Read {
        let mut name = None;
        let mut place = self.lexer.place.start as u32;
        if self.lexer.token == Token::Keyword(Keyword::Subgraph) {
            self.advance()?;
            if let Some((text, _, at)) = self.text()? {
                name = Some(text.into_owned());
                place = at;
            }
        }
        let brace = self.lexer.place.start;
        self.lexer.take(b'{', self.draft)?;
        let (parent, outer) =
            self.frames.last().map_or((NOWHERE, NOWHERE), |frame| (frame.number, frame.cluster));
        self.subgraph_count += 1;
        let mut number = self.subgraph_count;
        let (mut cluster, mut defaults) = (NOWHERE, Vec::new());
        if let Some(name) = &name {
            if let Some(known) = self.subgraphs.get_mut(&(parent, name.clone())) {
                (number, cluster) = (known.number, known.cluster);
                defaults = std::mem::take(&mut known.defaults);
            } else if is_cluster(name) {
                cluster = self.clusters.add(name, place, outer);
            }
        }
        let opens_cluster = cluster != NOWHERE;
        let inner = if opens_cluster { cluster } else { outer };
        let mut frame = self.frame(brace, number, name, parent, inner);
        frame.opens_cluster = opens_cluster;
        self.clusters.set_open(inner, true);
        self.frames.push(frame);
        for (of, column, value) in defaults {
            self.defaults.set(of, column, value);
        }
        self.check_work()
    }

    fn close(&mut self) -> Read {
        self.advance()?;
        let Some(frame) = self.frames.pop() else { return Ok(()) };
        let set = self.defaults.take_back(frame.defaults);
        let is_inside = !self.frames.is_empty();
        if !is_inside {
            return Ok(());
        }
        let mut nodes = vec![(frame.named as u32, self.named.len() as u32)];
        if frame.opens_cluster {
            self.clusters.set_open(frame.cluster, false);
        }
        if let Some(name) = frame.name {
            let known = self.subgraphs.entry((frame.parent, name)).or_default();
            known.number = frame.number;
            known.cluster = if frame.opens_cluster { frame.cluster } else { NOWHERE };
            known.defaults = set;
            known.named.append(&mut nodes);
            nodes = known.named.clone();
        }
        let is_operand = matches!(self.lexer.token, Token::Arrow(_))
            || self.frames.last().is_some_and(|frame| frame.wants_operand);
        if is_operand {
            self.push_subgraph(&nodes)?;
        }
        self.after_operand()
    }

    fn frame(
        &self,
        place: usize,
        number: u32,
        name: Option<String>,
        parent: u32,
        cluster: u32,
    ) -> Frame {
        Frame {
            place,
            number,
            name,
            parent,
            cluster,
            opens_cluster: false,
            defaults: self.defaults.mark(),
            named: self.named.len(),
            operands: self.operands.len(),
            wants_operand: false,
        }
    }

    /// Reads a text if one comes next: what it is, whether it is HTML, and where.
    fn text(&mut self) -> Read<Option<(Cow<'t, str>, bool, u32)>> {
        let is_html = matches!(self.lexer.token, Token::Html(_));
        if !is_html && !matches!(self.lexer.token, Token::Text(_)) {
            return Ok(None);
        }
        let place = self.lexer.place.start as u32;
        Ok(match self.advance()? {
            Token::Text(text) | Token::Html(text) => Some((text, is_html, place)),
            _ => None,
        })
    }

    fn advance(&mut self) -> Read<Token<'t>> {
        self.lexer.advance(self.draft)
    }

    fn check_work(&self) -> Read {
        if self.defaults.work() <= MOST_WORK + self.draft.text.len() as u64 * MOST_TIMES {
            return Ok(());
        }
        let message = "defaults and subgraphs make too much work for a file of this size";
        Err(self.draft.error(self.lexer.place.start, "too-much-work", message))
    }
}

//! The attributes of DOT: of nodes, edges and clusters, and as defaults.

use super::super::super::graph_file::{COMMENT, LABEL, LAYER, Part, Read, WEIGHT};
use super::super::clusters::SORT;
use super::super::defaults::Of;
use super::super::labels::HTML;
use super::super::lexer::{Keyword, Token};
use super::{Attribute, Parser};

impl<'t> Parser<'t, '_> {
    /// Reads `name = value`, which is an attribute of the graph.
    pub(super) fn assignment(&mut self) -> Read {
        self.attributes.clear();
        self.attribute()?;
        self.set_graph_attributes();
        self.end_statement()
    }

    /// Reads `node [...]`, and its like of edges and of the graph.
    pub(super) fn default_statement(&mut self, keyword: Keyword) -> Read {
        self.advance()?;
        if let Token::Text(_) = self.lexer.token
            && self.lexer.is_followed_by(b'=')
        {
            // The name of a macro, which Graphviz has never had.
            self.advance()?;
            self.advance()?;
        }
        if !self.lexer.is(b'[') {
            return Err(self.lexer.expected("`[`", self.draft));
        }
        self.attribute_lists()?;
        let of = match keyword {
            Keyword::Node => Of::Nodes,
            Keyword::Edge => Of::Edges,
            _ => {
                self.set_graph_attributes();
                return self.end_statement();
            }
        };
        for attribute in std::mem::take(&mut self.attributes) {
            if let Some((column, value)) = self.value_of(of, &attribute) {
                self.defaults.set(of, column, value);
            }
        }
        self.check_work()?;
        self.end_statement()
    }

    /// Reads `[...]` as often as it comes.
    pub(super) fn attribute_lists(&mut self) -> Read {
        self.attributes.clear();
        while self.lexer.is(b'[') {
            self.advance()?;
            while !self.lexer.is(b']') {
                self.attribute()?;
                if self.lexer.is(b',') || self.lexer.is(b';') {
                    self.advance()?;
                }
            }
            self.advance()?;
        }
        Ok(())
    }

    fn attribute(&mut self) -> Read {
        let Some((name, ..)) = self.text()? else {
            return Err(self.lexer.expected("an attribute or `]`", self.draft));
        };
        self.lexer.take(b'=', self.draft)?;
        let Some((value, is_html, place)) = self.text()? else {
            return Err(self.lexer.expected("a value", self.draft));
        };
        self.attributes.push(Attribute { name, value, is_html, place });
        Ok(())
    }

    /// Sets attributes of the graph, which count if it is a cluster.
    fn set_graph_attributes(&mut self) {
        let attributes = std::mem::take(&mut self.attributes);
        let Some(frame) = self.frames.last().filter(|frame| frame.opens_cluster) else { return };
        let cluster = frame.cluster;
        for attribute in attributes {
            if let Some((column, value)) = self.value_of(Of::Nodes, &attribute) {
                self.clusters.set(cluster, column, value);
            }
        }
    }

    /// Makes the value of an attribute; none if it means nothing.
    pub(super) fn value_of(&mut self, of: Of, attribute: &Attribute<'t>) -> Option<(u32, u32)> {
        let Attribute { name, value, is_html, place } = attribute;
        let part: &mut Part = match of {
            Of::Nodes => &mut self.draft.nodes,
            Of::Edges => &mut self.draft.edges,
        };
        let column = match &**name {
            "label" => LABEL,
            "layer" => LAYER,
            "weight" => WEIGHT,
            "comment" | "tooltip" => COMMENT,
            name => part.attribute(name),
        };
        let is_number = || value.trim().parse().is_ok_and(f64::is_finite);
        if column == WEIGHT && !is_number() {
            let message = format!("`{value}` is no number, and the weight is left out");
            self.draft.warn(*place, "bad-number", message);
            return None;
        }
        let value = match (is_html, column) {
            (true, LABEL) => part.value(column, &format!("{HTML}{value}"), SORT, *place),
            _ => part.value(column, value, SORT, *place),
        };
        Some((column, value))
    }
}

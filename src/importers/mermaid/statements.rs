//! The statements of Mermaid that are neither nodes nor subgraphs: classes, styles and the like.

use super::super::graph_file::Sort;
use super::nodes::name;
use super::parser::{Parser, Stop, layer_of};
use super::text::styles;
use crate::graph::{Color, Layer};

impl<'t> Parser<'t, '_> {
    /// Reads such a statement if one comes next.
    pub(super) fn other_statement(&mut self) -> Result<Option<()>, Stop> {
        for word in ["classDef", "class", "style", "click"] {
            let mut ahead = self.cursor;
            if ahead.take_word(word) && matches!(ahead.byte(), Some(b' ' | b'\t')) {
                ahead.skip_blanks();
                self.cursor = ahead;
                match word {
                    "classDef" => self.class_definition(),
                    "class" => self.class()?,
                    "style" => self.style(),
                    _ => _ = self.cursor.take_line(),
                }
                return Ok(Some(()));
            }
        }
        for word in ["linkStyle", "direction", "accTitle", "accDescr"] {
            let mut ahead = self.cursor;
            if ahead.take_word(word) && matches!(ahead.byte(), Some(b' ' | b'\t' | b':' | b'{')) {
                ahead.skip_blanks();
                if word == "accDescr" && ahead.byte() == Some(b'{') {
                    let length = ahead.rest().find('}').unwrap_or(ahead.rest().len());
                    ahead.at += length + usize::from(length < ahead.rest().len());
                } else {
                    ahead.take_line();
                }
                self.cursor = ahead;
                return Ok(Some(()));
            }
        }
        Ok(None)
    }

    /// Reads `classDef a,b fill:#f9f,stroke:#333`.
    fn class_definition(&mut self) {
        let line = self.cursor.take_line();
        let (names, style) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        for class in names.split(',').map(str::trim) {
            // It is what nodes without a class look like, and no class of theirs.
            if class.is_empty() || class == "default" {
                continue;
            }
            let id = layer_of(class);
            let layer = self.classes.entry(id.clone()).or_insert_with(|| Layer::plain(&id));
            if class.starts_with("partition_") && layer.background.is_some() {
                continue;
            }
            for (name, value) in styles(style) {
                match (name, Color::parse(value)) {
                    ("fill", Some(color)) => layer.background = Some(color),
                    ("stroke", Some(color)) => layer.border = Some(color),
                    ("color", Some(color)) => layer.text = Some(color),
                    ("stroke-dasharray", _) => {
                        let line = if value == "2 3" { "dotted" } else { "dashed" };
                        layer.attributes.insert("line".to_owned(), line.to_owned());
                    }
                    ("stroke-width", _) if value == "3px" => {
                        layer.attributes.insert("line".to_owned(), "bold".to_owned());
                    }
                    _ => {}
                }
            }
        }
    }

    /// Reads `class a,b name`.
    fn class(&mut self) -> Result<(), Stop> {
        let start = self.cursor.at;
        let line = self.cursor.take_line().trim_end_matches([';', ' ', '\t']);
        let Some((nodes, class)) = line.rsplit_once([' ', '\t']) else {
            let message = "`class` is followed by nodes and the name of a class".to_owned();
            return Err(Stop::Statement((start..start + line.len(), message, "")));
        };
        let class_at = start + line.len() - class.len();
        for node in nodes.split(',') {
            let id = node.trim();
            let own = super::text::own_id(id).filter(|id| !id.is_empty());
            let found = self.draft.find(own.as_deref().unwrap_or(id));
            match found {
                Some(node) => self.set_class(node, class, class_at),
                None if id.is_empty() => {}
                None => {
                    self.late_classes.push((own.unwrap_or_else(|| id.to_owned()), class, class_at))
                }
            }
        }
        Ok(())
    }

    /// Reads `style a fill:#f9f`, which also makes the node.
    fn style(&mut self) {
        let start = self.cursor.at;
        let id = name(&mut self.cursor);
        self.cursor.skip_blanks();
        let at = self.cursor.at;
        let style = self.cursor.take_line().trim_end_matches([';', ' ', '\t']);
        if id.is_empty() {
            return;
        }
        let own = super::text::own_id(id).filter(|id| !id.is_empty());
        let node = self.draft.node(own.as_deref().unwrap_or(id), start as u32);
        let column = self.draft.nodes.attribute("style");
        self.draft.nodes.set(column, node, style, Sort::Text, at as u32);
    }
}

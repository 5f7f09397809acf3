//! From what a reader found to the graph, and to messages about what does not fit into it.

use std::collections::BTreeMap;

use super::columns::{COMMENT, Column, FIRST_ATTRIBUTE, ID, LABEL, LAYER, Part, Sort, WEIGHT};
use super::draft::{Draft, NOWHERE, Role, sort_name};
use crate::diagnostic::{Diagnostic, Failed};
use crate::graph::{
    Attribute, Bits, Date, EdgeRow, Graph, GraphBuilder, GraphProblem, NodeRow, TextColumn, Values,
};
use crate::importers::csv::values::{number, parse_truth};
use crate::importers::infer;

/// How much text the values of a small file may make; a larger one may make as many times its own.
const MOST_TEXT: u64 = 16 << 20;
const MOST_TIMES: u64 = 10;

/// The most digits that a number of 64 bits is sure to keep.
const SURE_DIGITS: usize = 15;

/// How many members of a cycle are shown.
const MOST_SHOWN: usize = 6;

/// The rows of a draft that stay in the graph.
struct Kept {
    nodes: Vec<u32>,
    /// For each node of the draft its row in the graph's builder.
    moved: Vec<u32>,
    edges: Vec<u32>,
}

impl Draft<'_> {
    /// Makes the graph.
    pub(in super::super) fn finish(mut self) -> Result<Graph, Failed> {
        self.refuse_too_much();
        if self.report.has_failed() {
            return Err(Failed);
        }
        self.tell_of_unknown_nodes();
        let mut kept = self.kept();
        self.forget_index();
        let mut builder = GraphBuilder::default();
        builder.reserve(kept.nodes.len(), kept.edges.len());
        self.layers.iter().for_each(|layer| builder.layer(layer.clone()));
        self.add_nodes(&kept, &mut builder);
        self.add_edges(&kept, &mut builder);
        // Room for what sorting takes: messages need places and names only.
        (self.parents, kept.moved) = Default::default();
        let built = builder.finish();
        for problem in &built.problems {
            self.tell(problem, &kept);
        }
        self.tell_of_unknown_layers(&built.problems, &kept);
        self.report.finish()?;
        Ok(built.graph)
    }

    /// Refuses what would take far more memory than the file: columns that hardly any row has a
    /// value in, and long values that many rows share.
    fn refuse_too_much(&mut self) {
        let rows = [(&self.nodes, self.places.len()), (&self.edges, self.sources.len())];
        let mut error = None;
        for (part, rows) in rows {
            let cells = part.attribute_count().saturating_mul(rows);
            if part.is_full() || cells > part.most_cells {
                let place = part.columns.last().and_then(|column| column.places.first());
                let message = format!(
                    "the file has too many attributes: {} of {rows} nodes or edges",
                    part.attribute_count()
                );
                let place = place.copied().unwrap_or_default() as usize;
                error = Some(self.error(place, "too-many-columns", message));
            }
        }
        let columns = self.nodes.columns.iter().chain(&self.edges.columns);
        let text: u64 = columns.map(Column::text_length).sum();
        if text > self.most_text() {
            let longest = self.nodes.columns.iter().chain(&self.edges.columns);
            let place = longest.max_by_key(|column| column.text_length());
            let place = place.and_then(|column| column.places.last()).copied().unwrap_or_default();
            let message = format!("the defaults of the file make {text} bytes of text");
            error = Some(self.error(place as usize, "too-much-text", message));
        }
        if let Some(error) = error {
            self.report.file(*error);
        }
    }

    /// Returns how many bytes of text the graph may hold.
    pub(in super::super) fn most_text(&self) -> u64 {
        MOST_TEXT + self.length() as u64 * MOST_TIMES
    }

    pub(super) fn is_declared(&self, node: u32) -> bool {
        self.places.get(node as usize).is_some_and(|place| *place != NOWHERE)
    }

    /// Tells of nodes that are named and declared nowhere; each is one problem.
    fn tell_of_unknown_nodes(&mut self) {
        let mentions = std::mem::take(&mut self.mentions);
        let mut unknown: Vec<_> =
            mentions.into_iter().filter(|mention| !self.is_declared(mention.node)).collect();
        unknown.sort_by_key(|mention| (mention.node, mention.place));
        let mut groups: Vec<_> = unknown.chunk_by(|a, b| a.node == b.node).collect();
        groups.sort_by_key(|group| group[0].place);
        for group in groups {
            let (first, others) = (group[0], group.len() - 1);
            let at = self.excerpt_with(first.place);
            let id = self.ids.get(first.node as usize);
            let (ids, places) = (&self.ids, &self.places);
            let known = || {
                let declared = ids.iter().zip(places).filter(|(_, place)| **place != NOWHERE);
                let (len, most) = (id.len(), id.len() / 3 + 1);
                declared.map(|(id, _)| id).filter(move |known| known.len().abs_diff(len) <= most)
            };
            let describe = |severity| {
                let role = match first.role {
                    Role::Source => "its source",
                    Role::Target => "its target",
                    Role::Partition => "its partition",
                };
                let message = format!("there is no node `{id}`");
                let problem = Diagnostic::new(severity, "unknown-node", message).at(at(), role);
                let problem = problem.did_you_mean(id, known());
                match others {
                    0 => problem,
                    1 => problem.note("it is named once more"),
                    _ => problem.note(format!("it is named {others} more times")),
                }
            };
            match first.role {
                Role::Partition => self.report.value("the node belongs to none", describe),
                _ => self.report.row(describe),
            }
            let edges = group[1..].iter().filter(|one| one.role != Role::Partition).count();
            self.report.more_rows(edges);
            (edges..others).for_each(|_| self.report.same_value());
        }
    }

    fn kept(&self) -> Kept {
        let nodes = 0..self.places.len() as u32;
        let nodes: Vec<u32> = nodes.filter(|node| self.is_declared(*node)).collect();
        let mut moved = vec![NOWHERE; self.places.len()];
        for (to, from) in nodes.iter().enumerate() {
            moved[*from as usize] = to as u32;
        }
        let has_ends = |edge: &u32| {
            let edge = *edge as usize;
            self.is_declared(self.sources[edge]) && self.is_declared(self.targets[edge])
        };
        let edges = (0..self.sources.len() as u32).filter(has_ends).collect();
        Kept { nodes, moved, edges }
    }

    fn add_nodes(&mut self, kept: &Kept, builder: &mut GraphBuilder) {
        let mut part = std::mem::replace(&mut self.nodes, Part::of_text(0));
        let weights = self.weights(&part.columns[WEIGHT as usize], &kept.nodes);
        for (node, weight) in kept.nodes.iter().zip(weights) {
            let parent = self.parents[*node as usize];
            // Edges know a node by one id, and people perhaps by another.
            let id = |node: u32| part.get(ID, node).unwrap_or(self.ids.get(node as usize));
            builder.node(NodeRow {
                id: id(*node),
                label: part.get(LABEL, *node),
                layer: part.get(LAYER, *node),
                parent: self.is_declared(parent).then(|| id(parent)),
                is_partition: self.partitions.get(*node as usize),
                weight,
                comment: part.get(COMMENT, *node).unwrap_or_default(),
            });
        }
        let columns = part.columns.drain(FIRST_ATTRIBUTE..);
        for column in columns.filter(|column| !column.places.is_empty()) {
            builder.node_attribute(self.attribute(column, &kept.nodes));
        }
        self.nodes = part;
    }

    fn add_edges(&mut self, kept: &Kept, builder: &mut GraphBuilder) {
        let mut part = std::mem::replace(&mut self.edges, Part::of_text(0));
        let weights = self.weights(&part.columns[WEIGHT as usize], &kept.edges);
        for (edge, weight) in kept.edges.iter().zip(weights) {
            let end = |ends: &[u32]| kept.moved[ends[*edge as usize] as usize];
            let row = EdgeRow {
                id: part.get(ID, *edge),
                label: part.get(LABEL, *edge).unwrap_or_default(),
                layer: part.get(LAYER, *edge),
                weight,
                comment: part.get(COMMENT, *edge).unwrap_or_default(),
                ..EdgeRow::default()
            };
            builder.edge_between(end(&self.sources), end(&self.targets), row);
        }
        (self.sources, self.targets) = Default::default();
        let columns = part.columns.drain(FIRST_ATTRIBUTE..);
        for column in columns.filter(|column| !column.places.is_empty()) {
            builder.edge_attribute(self.attribute(column, &kept.edges));
        }
        self.edges = part;
    }

    fn weights(&mut self, column: &Column, rows: &[u32]) -> Vec<f64> {
        if column.cells.is_empty() {
            return vec![1.0; rows.len()];
        }
        let weight = |row: &u32| {
            let Some(text) = column.get(*row) else { return 1.0 };
            number(text).unwrap_or_else(|| {
                let place = column.place(*row).unwrap_or_default();
                let message = format!("`{text}` is no number");
                let help = "a weight is a finite number, such as `2` or `0.5`";
                self.bad_value(place, "bad-number", "the weight is taken for 1", message, help);
                1.0
            })
        };
        rows.iter().map(weight).collect()
    }

    /// Makes an attribute: of the type that its file declares, or else of all its values.
    fn attribute(&mut self, column: Column, rows: &[u32]) -> Attribute {
        const INTEGER: u8 = Sort::Integer as u8;
        const NUMBER: u8 = Sort::Number as u8;
        const EITHER: u8 = INTEGER | NUMBER;
        const BOOLEAN: u8 = Sort::Boolean as u8;
        const UNTYPED: u8 = Sort::Untyped as u8;
        let cells = || rows.iter().map(|row| column.get(*row).unwrap_or_default());
        let sorts = column.declared.map_or(column.sorts, |sort| sort as u8);
        if sorts == UNTYPED {
            let text: TextColumn = cells().collect();
            let kind = infer::infer(&text);
            return infer::attribute(column.name, text, kind, |_, _| {});
        }
        let mut present: Bits = rows.iter().map(|row| column.get(*row).is_some()).collect();
        let is_sure = |text: &str| text.len() <= SURE_DIGITS || text.contains(['.', 'e', 'E']);
        let values = match sorts {
            INTEGER => {
                let parse = |text: &str| text.trim().parse().ok();
                Values::Integer(self.typed(&column, rows, &mut present, Sort::Integer, parse))
            }
            NUMBER | EITHER if column.declared.is_some() || cells().all(is_sure) => {
                let parse = |text: &str| number(text).map(|number| number + 0.0);
                Values::Number(self.typed(&column, rows, &mut present, Sort::Number, parse))
            }
            BOOLEAN => {
                let truths = self.typed(&column, rows, &mut present, Sort::Boolean, parse_truth);
                Values::Boolean(truths.into_iter().collect())
            }
            _ => text_or_dates(cells(), &present),
        };
        Attribute { name: column.name, values, present }
    }

    /// Reads the values of a column, and tells of those that are of another sort.
    fn typed<T: Default>(
        &mut self,
        column: &Column,
        rows: &[u32],
        present: &mut Bits,
        sort: Sort,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let mut values = Vec::with_capacity(rows.len());
        for (at, row) in rows.iter().enumerate() {
            let Some(text) = column.get(*row) else {
                values.push(T::default());
                continue;
            };
            let value = parse(text).filter(|_| !text.trim().is_empty());
            if value.is_none() {
                present.set(at, false);
                let (name, place) = (sort_name(sort), column.place(*row).unwrap_or_default());
                let article = if sort == Sort::Integer { "an" } else { "a" };
                let message = format!("`{text}` is no {name}");
                let help = format!("the file makes `{}` {article} {name}", column.name);
                self.bad_value(place, "wrong-type", "it counts as no value", message, help);
            }
            values.push(value.unwrap_or_default());
        }
        values
    }

    fn tell(&mut self, problem: &GraphProblem, kept: &Kept) {
        match problem {
            GraphProblem::DuplicateLayer { layer, first } => {
                let place = |row: &u32| self.layer_places.get(*row as usize).copied();
                let places = (place(layer).unwrap_or_default(), place(first).unwrap_or_default());
                let id = self.layers.get(*layer as usize).map(|layer| layer.id.clone());
                self.tell_of_taken_id(&id.unwrap_or_default(), places);
            }
            GraphProblem::DuplicateEdge { edge, first } => {
                let ids = &self.edges.columns[ID as usize];
                let place = |row: &u32| {
                    let row = kept.edges.get(*row as usize)?;
                    ids.place(*row)
                };
                let places = (place(edge).unwrap_or_default(), place(first).unwrap_or_default());
                let id = kept.edges.get(*edge as usize).and_then(|edge| ids.get(*edge));
                let name = id.unwrap_or_default().to_owned();
                self.tell_of_taken_id(&name, places);
            }
            GraphProblem::HierarchyCycle { nodes } => self.tell_of_cycle(nodes, kept),
            GraphProblem::TooMuchText => self.report.file(Diagnostic::error(
                "too-long",
                "a column of the graph holds more than 4 GiB of text",
            )),
            GraphProblem::DuplicateNode { node, first } => {
                let (node, first) = (kept.nodes[*node as usize], kept.nodes[*first as usize]);
                let ids = &self.nodes.columns[ID as usize];
                let place = |node: u32| ids.place(node).unwrap_or(self.places[node as usize]);
                let places = (place(node), place(first));
                let id = ids.get(node).unwrap_or(self.ids.get(node as usize)).to_owned();
                self.tell_of_taken_id(&id, places);
            }
            GraphProblem::EmptyNodeId { node } => {
                let node = kept.nodes[*node as usize];
                let place = self.nodes.columns[ID as usize].place(node);
                let at = self.excerpt_with(place.unwrap_or(self.places[node as usize]));
                self.report.row(|severity| {
                    let message = "the node has an empty id";
                    Diagnostic::new(severity, "missing-value", message).at(at(), "")
                });
            }
            // A draft tells of these itself, or they are told of together.
            GraphProblem::UnknownParent { .. }
            | GraphProblem::UnknownSource { .. }
            | GraphProblem::UnknownTarget { .. }
            | GraphProblem::UnknownNodeLayer { .. }
            | GraphProblem::UnknownEdgeLayer { .. } => {}
        }
    }

    fn tell_of_taken_id(&mut self, id: &str, (again, first): (u32, u32)) {
        let (again, first) = (self.excerpt_with(again), self.excerpt_with(first));
        let message = format!("the id `{id}` is taken");
        self.report.row(|severity| {
            Diagnostic::new(severity, "duplicate-id", message)
                .at(again(), "again")
                .at(first(), "the first")
        });
    }

    fn tell_of_cycle(&mut self, nodes: &[u32], kept: &Kept) {
        let nodes: Vec<u32> =
            nodes.iter().filter_map(|node| kept.nodes.get(*node as usize)).copied().collect();
        let name = |node: &u32| format!("`{}`", self.ids.get(*node as usize));
        let mut chain: Vec<String> = nodes.iter().take(MOST_SHOWN).map(name).collect();
        let message = match &nodes[..] {
            [] => "partitions contain each other".to_owned(),
            [_] => format!("{} belongs to itself", chain[0]),
            [first, ..] => {
                if nodes.len() > MOST_SHOWN {
                    chain.push(format!("{} more", nodes.len() - MOST_SHOWN));
                }
                chain.push(name(first));
                format!("partitions belong to each other: {}", chain.join(" → "))
            }
        };
        let shown = nodes.iter().take(MOST_SHOWN);
        let places: Vec<_> =
            shown.map(|node| self.excerpt_with(self.places[*node as usize])).collect();
        self.report.value("they belong to none", |severity| {
            let problem = Diagnostic::new(severity, "hierarchy-cycle", message);
            places.iter().fold(problem, |problem, place| problem.at(place(), ""))
        });
    }

    /// Tells of layers that are named and not in the layers of the file; each is one problem.
    fn tell_of_unknown_layers(&mut self, problems: &[GraphProblem], kept: &Kept) {
        let mut unknown: BTreeMap<&str, (u32, usize)> = BTreeMap::new();
        for problem in problems {
            let (part, row) = match problem {
                GraphProblem::UnknownNodeLayer { node } => {
                    (&self.nodes, kept.nodes.get(*node as usize))
                }
                GraphProblem::UnknownEdgeLayer { edge } => {
                    (&self.edges, kept.edges.get(*edge as usize))
                }
                _ => continue,
            };
            let column = &part.columns[LAYER as usize];
            if let Some((layer, place)) =
                row.and_then(|row| Some((column.get(*row)?, column.place(*row)?)))
            {
                unknown.entry(layer).or_insert((place, 0)).1 += 1;
            }
        }
        let mut unknown: Vec<_> = unknown.into_iter().collect();
        unknown.sort_by_key(|(_, (place, _))| *place);
        let excerpts: Vec<_> =
            unknown.iter().map(|(_, (place, _))| self.excerpt_with(*place)).collect();
        for ((layer, (_, count)), at) in unknown.into_iter().zip(excerpts) {
            self.report.value("the layer is made", |severity| {
                let message = format!("there is no layer `{layer}`");
                let problem = Diagnostic::new(severity, "unknown-layer", message)
                    .at(at(), "not in the layers of the file");
                match count - 1 {
                    0 => problem,
                    1 => problem.note("it is named once more"),
                    more => problem.note(format!("it is named {more} more times")),
                }
            });
        }
    }
}

/// Returns texts as they are, or days if every text is one: formats with types have none for days.
fn text_or_dates<'t>(cells: impl Iterator<Item = &'t str>, present: &Bits) -> Values {
    let text: TextColumn = cells.collect();
    let dates: Option<Vec<Date>> = (0..text.len())
        .map(|row| match present.get(row) {
            true => Date::parse(text.get(row)),
            false => Some(Date::default()),
        })
        .collect();
    match dates {
        Some(dates) if present.count() > 0 => Values::Date(dates),
        _ => Values::Text(text),
    }
}

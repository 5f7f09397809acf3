//! From what rules found to what is told: messages for people, and a table for exports.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::baseline::{Baseline, Entry};
use super::check::Check;
use super::rule_kind;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, TextProblem};
use crate::finding::{Finding, Findings, Status, Subject, Told, told_table, way};
use crate::graph::{EdgeId, Graph, NodeId, Table, Value};
use crate::origin::{EdgeName, Places, Wanted};
use crate::source::Excerpt;
use crate::step::{Data, InputFile};

/// How many edges of a way are shown where they stand.
const MOST_SHOWN: usize = 4;

/// What a check found.
pub(crate) struct Report<'c> {
    check: &'c Check,
    data: &'c Data,
    /// The findings of each rule.
    found: &'c [Findings],
    baseline: Option<(Baseline, &'c InputFile)>,
    /// The rules and subjects that the baseline accepts.
    accepted: HashSet<(String, String)>,
    nodes: BTreeMap<NodeId, Option<Excerpt>>,
    edges: BTreeMap<EdgeId, Option<Excerpt>>,
    rows: BTreeMap<u32, Option<Excerpt>>,
}

impl<'c> Report<'c> {
    /// Sums up what each rule of a check found in data.
    pub(crate) fn new(
        check: &'c Check,
        data: &'c Data,
        found: &'c [Findings],
        baseline: Option<(Baseline, &'c InputFile)>,
    ) -> Report<'c> {
        let entries = baseline.iter().flat_map(|(baseline, _)| baseline.entries());
        let accepted = entries.map(|entry| (entry.rule.clone(), entry.about.clone())).collect();
        let (nodes, edges, rows) = Default::default();
        let mut report = Report { check, data, found, baseline, accepted, nodes, edges, rows };
        for finding in found.iter().flat_map(|findings| &findings.list) {
            match finding.subject {
                Subject::Whole => {}
                Subject::Node(node) => drop(report.nodes.insert(node, None)),
                Subject::Edge(edge) => drop(report.edges.insert(edge, None)),
                Subject::Row(row) => drop(report.rows.insert(row, None)),
            }
            report.edges.extend(finding.trail.iter().take(MOST_SHOWN).map(|edge| (*edge, None)));
        }
        if let Data::Graph(graph) = data {
            // An edge that was made on the way has no place; that which it starts at may have.
            let sources = report.edges.keys().map(|edge| graph.edge(*edge).source().index());
            report.nodes.extend(sources.map(|node| (node, None)).collect::<Vec<_>>());
        }
        report
    }

    /// Returns what has no place yet, if anything; `is_direct` as in [`Origin`](super::Origin).
    pub(crate) fn wanted(&self, is_direct: bool) -> Option<Wanted> {
        let mut wanted = Wanted::default();
        match self.data {
            Data::Graph(graph) => {
                wanted.nodes =
                    missing(&self.nodes).map(|node| graph.node(*node).id().to_owned()).collect();
                let name = |edge: &EdgeId| {
                    let edge = graph.edge(*edge);
                    EdgeName {
                        id: edge.id().to_owned(),
                        source: edge.source().id().to_owned(),
                        target: edge.target().id().to_owned(),
                    }
                };
                wanted.edges = missing(&self.edges).map(name).collect();
            }
            Data::Table(_) if is_direct => {
                wanted.rows = missing(&self.rows).copied().collect();
            }
            // Rows that were worked out may be about nodes.
            Data::Table(table) => {
                let row = |row: &u32| node_of(table, *row).unwrap_or_default();
                wanted.nodes = missing(&self.rows).map(row).collect();
            }
        }
        let is_any =
            !(wanted.nodes.is_empty() && wanted.edges.is_empty() && wanted.rows.is_empty());
        is_any.then_some(wanted)
    }

    /// Takes the places of what was wanted.
    pub(crate) fn place(&mut self, places: Places) {
        let Places { nodes, edges, rows } = places;
        match self.data {
            Data::Graph(_) => {
                fill(&mut self.nodes, nodes);
                fill(&mut self.edges, edges);
            }
            Data::Table(_) if !rows.is_empty() => fill(&mut self.rows, rows),
            Data::Table(_) => fill(&mut self.rows, nodes),
        }
    }

    /// Tells what is not accepted, and what was accepted and is gone; `rule_at` is where a rule
    /// stands in the plan.
    pub(crate) fn tell(
        &self,
        rule_at: &mut dyn FnMut(usize) -> Excerpt,
        diagnostics: &mut Diagnostics,
    ) {
        for (at, (rule, findings)) in self.check.rules.iter().zip(self.found).enumerate() {
            let mut at_rule = None;
            for finding in findings.list.iter().filter(|one| !self.is_known(&rule.name, one)) {
                let severity = rule.severity;
                diagnostics.push_with(severity, || {
                    let at_rule = at_rule.get_or_insert_with(|| rule_at(at)).clone();
                    let problem =
                        Diagnostic::named(severity, rule.name.clone(), finding.message.clone());
                    let problem = self.show(finding, problem, at_rule);
                    match &rule.because {
                        Some(because) => problem.note(because.clone()),
                        None => problem,
                    }
                });
            }
        }
        let Some(severity) = self.check.stale.severity() else { return };
        for text in self.found.iter().flat_map(|findings| &findings.unused) {
            diagnostics.push_with(severity, || {
                let problem = TextProblem::new(0..text.len(), "this fits nothing any more");
                let mut told = Diagnostic::of_text("unused", text, problem);
                told.severity = severity;
                told.help("take it out, or mend it")
            });
        }
        let Some((baseline, file)) = &self.baseline else { return };
        for entry in self.gone(baseline) {
            diagnostics.push_with(severity, || {
                let message = format!("`{}` does not find `{}` any more", entry.rule, entry.about);
                let told = Diagnostic::new(severity, "gone", message);
                let text = String::from_utf8_lossy(&file.bytes);
                let line = text.lines().nth(entry.line.saturating_sub(1)).unwrap_or_default();
                told.at(Excerpt::of_line(file.path.clone(), entry.line, line, 0..line.len()), "")
                    .help("take the line out; `layercake check --accept` does")
            });
        }
    }

    /// Makes the table of all findings, and of the rules without any.
    pub(crate) fn table(&self) -> Table {
        let mut rows = Vec::new();
        for (rule, findings) in self.check.rules.iter().zip(self.found) {
            let about = rule_kind(&rule.kind).map_or("", |row| row.kind.about);
            let told = Told {
                rule: rule.name.clone(),
                kind: rule.kind.clone(),
                description: rule.because.clone().unwrap_or_else(|| about.to_owned()),
                status: Status::Passed,
                message: String::new(),
                about: String::new(),
                file: String::new(),
                line: 0,
                column: 0,
            };
            if findings.list.is_empty() {
                rows.push(told);
                continue;
            }
            rows.extend(findings.list.iter().map(|finding| {
                let status = match (self.is_known(&rule.name, finding), rule.severity) {
                    (true, _) => Status::Known,
                    (false, Severity::Error) => Status::Error,
                    (false, Severity::Warning) => Status::Warning,
                };
                let place = self.place_of(finding);
                let message = match (self.data, finding.trail.len()) {
                    (Data::Graph(graph), 2..) => {
                        format!("{}: {}", finding.message, way(graph, &finding.trail))
                    }
                    _ => finding.message.clone(),
                };
                Told {
                    status,
                    message,
                    about: finding.about.clone(),
                    file: place.map_or_else(String::new, |at| at.path.to_string()),
                    line: place.map_or(0, |at| at.line),
                    column: place.map_or(0, |at| at.column),
                    ..told.clone()
                }
            }));
        }
        told_table(&rows)
    }

    /// Returns the entries of the baseline that nothing fits any more.
    fn gone<'b>(&self, baseline: &'b Baseline) -> impl Iterator<Item = &'b Entry> {
        let pairs = self.check.rules.iter().zip(self.found);
        let found: BTreeSet<(&str, &str)> = pairs
            .flat_map(|(rule, findings)| findings.list.iter().map(|one| (&*rule.name, &*one.about)))
            .collect();
        let entries = baseline.entries().iter();
        entries.filter(move |entry| !found.contains(&(&*entry.rule, &*entry.about)))
    }

    fn is_known(&self, rule: &str, finding: &Finding) -> bool {
        !self.accepted.is_empty()
            && self.accepted.contains(&(rule.to_owned(), finding.about.clone()))
    }

    fn place_of(&self, finding: &Finding) -> Option<&Excerpt> {
        match finding.subject {
            Subject::Whole => None,
            Subject::Node(node) => self.nodes.get(&node)?.as_ref(),
            Subject::Edge(edge) => self.place_of_edge(edge),
            Subject::Row(row) => self.rows.get(&row)?.as_ref(),
        }
    }

    fn place_of_edge(&self, edge: EdgeId) -> Option<&Excerpt> {
        let own = self.edges.get(&edge).and_then(Option::as_ref);
        own.or_else(|| {
            let source = self.graph()?.edge(edge).source().index();
            self.nodes.get(&source)?.as_ref()
        })
    }

    fn graph(&self) -> Option<&'c Arc<Graph>> {
        self.data.graph()
    }

    /// Adds the places of a finding to what is said of it.
    fn show(&self, finding: &Finding, mut told: Diagnostic, at_rule: Excerpt) -> Diagnostic {
        if let Some(place) = self.place_of(finding) {
            told = told.at(place.clone(), "");
        }
        if let Some(graph) = self.graph().filter(|_| finding.trail.len() > 1) {
            let further = finding.trail.iter().take(MOST_SHOWN).skip(1);
            for edge in further {
                let Some(place) = self.place_of_edge(*edge) else { continue };
                let target = graph.edge(*edge).target().id();
                told = told.at(place.clone(), format!("and on to `{target}`"));
            }
            told = told.note(format!("the way is {}", way(graph, &finding.trail)));
        }
        told.at(at_rule, "by this rule")
    }
}

/// Returns what a row of a table calls itself, if it does.
fn node_of(table: &Table, row: u32) -> Option<String> {
    match table.column("id")?.get(row as usize) {
        Value::Null => None,
        value => Some(value.to_string()),
    }
}

fn missing<K>(places: &BTreeMap<K, Option<Excerpt>>) -> impl Iterator<Item = &K> {
    places.iter().filter(|(_, place)| place.is_none()).map(|(key, _)| key)
}

/// Gives what has no place the places that were found for it, in the same order.
fn fill<K>(places: &mut BTreeMap<K, Option<Excerpt>>, found: Vec<Option<Excerpt>>) {
    let empty = places.values_mut().filter(|place| place.is_none());
    empty.zip(found).for_each(|(place, found)| *place = found);
}

//! Graphs and tables under their names, as exports are made from them.

use std::sync::Arc;

use super::{Data, Shape};
use crate::graph::{Graph, Table};

/// Data under the name that the plan gives it.
#[derive(Debug, Clone)]
pub struct NamedData {
    /// The name in the plan.
    pub name: Arc<str>,
    /// The graph or table.
    pub data: Data,
}

/// A table under the name that the plan gives it.
#[derive(Debug, Clone)]
pub struct NamedTable {
    /// The name in the plan.
    pub name: Arc<str>,
    /// The table.
    pub table: Arc<Table>,
}

/// What an export can be made from.
pub trait Material: Sized {
    /// What that is, for plans to be checked.
    const TAKES: &'static [Shape];

    /// Takes data, if it is of a shape that it takes.
    fn of(data: &NamedData) -> Option<Self>;
}

impl From<NamedGraph> for NamedData {
    fn from(NamedGraph { name, graph }: NamedGraph) -> NamedData {
        NamedData { name, data: Data::Graph(graph) }
    }
}

impl Material for NamedData {
    const TAKES: &'static [Shape] = &[Shape::Graph, Shape::Table];

    fn of(data: &NamedData) -> Option<NamedData> {
        Some(data.clone())
    }
}

impl Material for NamedGraph {
    const TAKES: &'static [Shape] = &[Shape::Graph];

    fn of(data: &NamedData) -> Option<NamedGraph> {
        Some(NamedGraph { name: data.name.clone(), graph: data.data.graph()?.clone() })
    }
}

impl Material for NamedTable {
    const TAKES: &'static [Shape] = &[Shape::Table];

    fn of(data: &NamedData) -> Option<NamedTable> {
        Some(NamedTable { name: data.name.clone(), table: data.data.table()?.clone() })
    }
}

/// A graph under the name that the plan gives it.
#[derive(Debug, Clone)]
pub struct NamedGraph {
    /// The name in the plan.
    pub name: Arc<str>,
    /// The graph.
    pub graph: Arc<Graph>,
}

impl NamedGraph {
    /// Names a graph.
    pub fn new(name: &str, graph: impl Into<Arc<Graph>>) -> NamedGraph {
        NamedGraph { name: name.into(), graph: graph.into() }
    }
}

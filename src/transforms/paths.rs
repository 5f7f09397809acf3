//! Ids that are made of several values, such as `eu/north`, each once for the same values.

use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Diagnostics, Failed};
use crate::expression::NodeExpression;
use crate::graph::{Attribute, Bits, Graph, Value};

/// The values of expressions, one after the other, for some nodes.
pub(super) struct Paths<'a> {
    columns: Vec<Attribute>,
    prefix: &'a str,
    separator: &'a str,
    /// The values that each id stands for.
    by_id: HashMap<String, Vec<String>>,
}

impl<'a> Paths<'a> {
    /// Works out the values.
    ///
    /// # Errors
    ///
    /// Those of the expressions, all together.
    pub(super) fn of(
        by: &[NodeExpression],
        graph: &Graph,
        nodes: &Bits,
        (prefix, separator): (&'a str, &'a str),
        diagnostics: &mut Diagnostics,
    ) -> Result<Paths<'a>, Failed> {
        let columns: Vec<_> =
            by.iter().map(|by| by.column_of("by", graph, Some(nodes), diagnostics)).collect();
        let columns = columns.into_iter().collect::<Result<_, Failed>>()?;
        Ok(Paths { columns, prefix, separator, by_id: HashMap::new() })
    }

    /// Returns the values of a node, up to the first that is not there.
    pub(super) fn values(&self, node: u32) -> Vec<String> {
        let values = self.columns.iter().map(|column| column.get(node as usize));
        let is_there = |value: &Value<'_>| !matches!(value, Value::Null | Value::Text(""));
        values.take_while(is_there).map(|value| value.to_string()).collect()
    }

    /// Returns whether these are all values that a node can have.
    pub(super) fn is_whole(&self, values: &[String]) -> bool {
        values.len() == self.columns.len() && !values.is_empty()
    }

    /// Returns the id of values.
    ///
    /// # Errors
    ///
    /// Other values have it.
    pub(super) fn id(
        &mut self,
        values: &[String],
        diagnostics: &mut Diagnostics,
    ) -> Result<String, Failed> {
        let id = format!("{}{}", self.prefix, values.join(self.separator));
        match self.by_id.get(&id) {
            Some(others) if others != values => {
                let (one, other) = (others.join("`, `"), values.join("`, `"));
                let message = format!("`{one}` and `{other}` would have the same id `{id}`");
                let problem = Diagnostic::error("same-id", message)
                    .help("give a `separator` that is in none of the values");
                Err(diagnostics.fail(problem))
            }
            Some(_) => Ok(id),
            None => {
                self.by_id.insert(id.clone(), values.to_vec());
                Ok(id)
            }
        }
    }
}

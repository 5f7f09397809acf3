//! Names of fields and attributes among options: which there are, and what is said of wrong ones.

use crate::diagnostic::{Diagnostic, Diagnostics, Failed, TextProblem};
use crate::graph::{Attribute, Graph};

/// What a node has besides its attributes, as a table of nodes calls it.
pub(super) const NODE_FIELDS: &[&str] =
    &["belongs_to", "comment", "id", "is_partition", "label", "layer", "weight"];

/// What an edge has besides its attributes, as a table of edges calls it.
pub(super) const EDGE_FIELDS: &[&str] =
    &["comment", "id", "label", "layer", "source", "target", "weight"];

/// Whose fields and attributes are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Nodes,
    Edges,
}

impl Owner {
    pub(super) const ALL: [Owner; 2] = [Owner::Nodes, Owner::Edges];

    /// Returns the word for one of them.
    pub(super) fn one(self) -> &'static str {
        match self {
            Owner::Nodes => "node",
            Owner::Edges => "edge",
        }
    }

    /// Returns what each of them has besides its attributes.
    pub(super) fn fields(self) -> &'static [&'static str] {
        match self {
            Owner::Nodes => NODE_FIELDS,
            Owner::Edges => EDGE_FIELDS,
        }
    }

    /// Returns the columns of a graph that hold their attributes.
    pub(super) fn attributes(self, graph: &Graph) -> &[Attribute] {
        match self {
            Owner::Nodes => graph.node_attributes(),
            Owner::Edges => graph.edge_attributes(),
        }
    }

    /// Finds an attribute that the options name.
    ///
    /// # Errors
    ///
    /// There is none of this name.
    pub(super) fn find(
        self,
        name: &str,
        graph: &Graph,
        diagnostics: &mut Diagnostics,
    ) -> Result<usize, Failed> {
        let columns = self.attributes(graph);
        let names = || columns.iter().map(|column| column.name.as_str());
        if let Some(at) = names().position(|known| known == name) {
            return Ok(at);
        }
        let one = self.one();
        let problem = match self.fields().contains(&name) {
            true => wrong_name(name, format!("`{name}` is a field of every {one}, no attribute"))
                .help("`set` changes fields"),
            false => {
                let message = format!("no {one} of this graph has an attribute `{name}`");
                wrong_name(name, message).did_you_mean(name, names())
            }
        };
        Err(diagnostics.fail(problem))
    }

    /// Checks that an attribute can have this name.
    ///
    /// # Errors
    ///
    /// It is no name, or that of a field.
    pub(super) fn check_new(self, name: &str, diagnostics: &mut Diagnostics) -> Result<(), Failed> {
        let one = self.one();
        let problem = match name {
            "" => Diagnostic::error("wrong-name", "an attribute without a name")
                .help("every attribute has a name"),
            _ if self.fields().contains(&name) => {
                let message = format!("`{name}` is a field of every {one}, no attribute");
                wrong_name(name, message).help("choose another name; `set` fills fields")
            }
            _ => return Ok(()),
        };
        Err(diagnostics.fail(problem))
    }
}

/// Makes the message for a name among the options that does not do.
pub(super) fn wrong_name(name: &str, message: String) -> Diagnostic {
    Diagnostic::of_text("wrong-name", name, TextProblem::new(0..name.len(), message))
}

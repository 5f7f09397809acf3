//! `largest_component`: the most nodes that hang together.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::parts::{bits, keep};
use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Graph, strong_components, weak_components};
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct LargestComponent;

/// Keeps the component of the most nodes, and the partitions around it. Of equally large ones it is
/// the one with the first node in order of ids. That a partition holds a node joins the two no more
/// than being side by side does: only edges join.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "LargestComponentOptions")]
pub(crate) struct Options {
    /// What hangs together.
    pub by: Joined,
}

/// What hangs together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Joined {
    /// Nodes that edges join, whichever way they point.
    #[default]
    Weak,
    /// Nodes that can be reached from each other along edges.
    Strong,
}

impl Transform for LargestComponent {
    const KIND: &'static str = "largest_component";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Keeps the most nodes that hang together";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        _diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let components = match options.by {
            Joined::Weak => weak_components(&graph),
            Joined::Strong => strong_components(&graph),
        };
        let sizes = components.sizes();
        let most = sizes.iter().max();
        let largest = sizes.iter().position(|size| Some(size) == most).unwrap_or(0) as u32;
        Ok(keep(graph, &bits(components.numbers(), |component| *component == largest)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::sketch::{assert_whole, node_words, rows, sketch};
    use crate::transforms::testing::run;

    #[test]
    fn the_most_nodes_stay() {
        let nodes = ["a", "b", "c in p", "d", "e", "p"];
        let graph = sketch(&nodes, &["a b", "e c", "c d", "d e"]);
        let result = run::<LargestComponent>("{}", &graph).unwrap();
        assert_eq!(node_words(&result), ["c in p", "d", "e", "p"]);
        let graph = sketch(&nodes, &["a b", "b c", "d e", "e d"]);
        let result = run::<LargestComponent>(r#"{ "by": "strong" }"#, &graph).unwrap();
        assert_eq!(node_words(&result), ["d", "e"]);
    }

    #[test]
    fn of_equal_ones_the_first_stays() {
        let graph = sketch(&["a", "b", "c", "d"], &["a d", "c b"]);
        let result = run::<LargestComponent>("{}", &graph).unwrap();
        assert_eq!(node_words(&result), ["a", "d"]);
        assert_eq!(run::<LargestComponent>("{}", &Graph::default()), Ok(Graph::default()));
    }

    proptest! {
        #[test]
        fn looking_again_changes_nothing((rows, turned) in rows(), strong: bool) {
            let options = if strong { r#"{ "by": "strong" }"# } else { "{}" };
            let result = run::<LargestComponent>(options, &rows.graph()).unwrap();
            assert_whole(&result);
            prop_assert_eq!(&run::<LargestComponent>(options, &turned.graph()).unwrap(), &result);
            prop_assert_eq!(&run::<LargestComponent>(options, &result).unwrap(), &result);
        }
    }
}

//! The hierarchy as formats of trees show it: one root, and not without end in depth.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::style::Theme;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::graph::{Graph, Hierarchy, NodeId, Visit};
use crate::step::Meta;

/// The levels below the root. What lies deeper is shown at the last one, as a file would grow
/// with the square of the depth otherwise.
const MOST_LEVELS: usize = 64;

/// How a tree of the hierarchy is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct TreeOptions {
    /// The text of the root; the plan's name unless given. Where it is empty, the only outermost
    /// node is the root, or the graph's name is.
    pub title: Option<String>,
    /// The look of whatever no layer colors.
    pub theme: Theme,
}

impl TreeOptions {
    pub(super) fn apply_meta(&mut self, meta: &Meta) {
        if self.title.is_none() {
            self.title.clone_from(&meta.name);
        }
    }
}

/// A node in a tree, or its root.
pub(super) struct Branch<'a> {
    /// The level, 0 for the root.
    pub level: usize,
    pub label: &'a str,
    /// Nothing for a root that is no node.
    pub node: Option<NodeId>,
    pub is_leaf: bool,
}

/// Calls `visit` for the root and then for every node, members after their partition.
pub(super) fn walk_tree(
    graph: &Graph,
    (title, name): (Option<&str>, &str),
    diagnostics: &mut Diagnostics,
    mut visit: impl FnMut(&Branch<'_>),
) {
    let hierarchy = Hierarchy::of(graph);
    let title = title.filter(|title| !title.is_empty());
    let base = usize::from(title.is_some() || hierarchy.roots().len() != 1);
    if base == 1 {
        let label = title.unwrap_or(name);
        visit(&Branch { level: 0, label, node: None, is_leaf: graph.node_count() == 0 });
    }
    let mut too_deep = 0;
    hierarchy.walk(graph, |step, depth| {
        let (Visit::Enter(node) | Visit::Leaf(node)) = step else { return };
        too_deep += usize::from(base + depth > MOST_LEVELS);
        visit(&Branch {
            level: (base + depth).min(MOST_LEVELS),
            label: graph.node(node).label(),
            node: Some(node),
            is_leaf: hierarchy.children(node).is_empty() || base + depth >= MOST_LEVELS,
        });
    });
    if too_deep > 0 {
        let message = format!("{too_deep} nodes are more than {MOST_LEVELS} levels deep");
        diagnostics.push(
            Diagnostic::warning("too-deep", message).note("they are shown at the last level"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::graph;
    use super::*;
    use crate::graph::NodeRow;

    fn levels(title: &str, rows: &[(&str, Option<&str>)]) -> (Vec<(usize, String)>, usize) {
        let graph = graph(|builder| {
            for (id, parent) in rows {
                builder.node(NodeRow::test(id, id, *parent));
            }
        });
        let (mut seen, mut diagnostics) = (Vec::new(), Diagnostics::default());
        walk_tree(&graph, (Some(title), "name"), &mut diagnostics, |branch| {
            seen.push((branch.level, branch.label.to_owned()));
        });
        (seen, diagnostics.list.len())
    }

    #[test]
    fn there_is_always_one_root() {
        let of = |level: usize, label: &str| (level, label.to_owned());
        let one = [("a", None), ("b", Some("a"))];
        assert_eq!(levels("T", &one).0, [of(0, "T"), of(1, "a"), of(2, "b")]);
        assert_eq!(levels("", &one).0, [of(0, "a"), of(1, "b")]);
        let two = [("a", None), ("b", None)];
        assert_eq!(levels("", &two).0, [of(0, "name"), of(1, "a"), of(1, "b")]);
        assert_eq!(levels("", &[]).0, [of(0, "name")]);
    }

    #[test]
    fn depth_is_no_danger() {
        let ids: Vec<String> = (0..10_000).map(|at| format!("{at:05}")).collect();
        let parents = std::iter::once(None).chain(ids.iter().map(|id| Some(id.as_str())));
        let rows: Vec<_> = ids.iter().map(String::as_str).zip(parents).collect();
        let (seen, warnings) = levels("T", &rows);
        assert_eq!((seen.len(), seen[9_000].0, warnings), (10_001, MOST_LEVELS, 1));
    }
}

//! What `graph_config` asks for, as operations of today, in the order they were done in.

use super::keys::Keys;
use super::{differs, entry, map, plain, text};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::tree::{Tree, TreeNode};

const KEYS: &[&str] = &[
    "invert_graph",
    "max_partition_depth",
    "max_partition_width",
    "node_label_max_length",
    "node_label_insert_newlines_at",
    "edge_label_max_length",
    "edge_label_insert_newlines_at",
    "aggregate_edges",
    "generate_hierarchy",
    "drop_unconnected_nodes",
];

/// Keys that plans could have and nothing did, with what does it today.
const WITHOUT_EFFECT: &[(&str, &str)] = &[
    ("generate_hierarchy", "edges_from_hierarchy"),
    ("drop_unconnected_nodes", "drop_unconnected"),
];

/// Returns the operations; `place` is where the export stands that they are for.
pub(super) fn operations(keys: &mut Keys<'_>, config: Option<&Tree>, place: Span) -> Vec<Tree> {
    let nothing = map(place, Vec::new());
    let config = config.unwrap_or(&nothing);
    keys.expect(config, KEYS);
    let mut ops = Vec::new();
    if let Some((true, span)) = keys.flag(config, "invert_graph") {
        differs(
            keys,
            span,
            "invert_graph",
            "two edges are joined where one follows the other, not wherever they touch; \
             there is no node `inverted_root` around them",
        );
        ops.push(text(span, "invert"));
    }
    if let Some((depth, span)) = keys.count(config, "max_partition_depth") {
        let options = vec![entry(span, "depth", plain(span, &depth.to_string()))];
        ops.push(op(span, "collapse", options));
    }
    if let Some((most, span)) = keys.count(config, "max_partition_width") {
        differs(
            keys,
            span,
            "max_partition_width",
            "the first nodes in order of their ids stay, not the first in the file",
        );
        let label = "{partition} - {count} nodes (aggregated)";
        let options = vec![
            entry(span, "max", plain(span, &most.to_string())),
            entry(span, "label", text(span, label)),
            entry(span, "layer", text(span, "aggregated")),
        ];
        ops.push(op(span, "limit_members", options));
    }
    ops.extend(labels(
        keys,
        config,
        "nodes",
        ["node_label_max_length", "node_label_insert_newlines_at"],
    ));
    ops.extend(labels(
        keys,
        config,
        "edges",
        ["edge_label_max_length", "edge_label_insert_newlines_at"],
    ));
    let (aggregates, span) = keys.flag(config, "aggregate_edges").unwrap_or((true, place));
    if aggregates {
        let nothing = Tree { span, node: TreeNode::List(Vec::new()) };
        let options = vec![
            entry(span, "by", nothing),
            entry(span, "label", text(span, "first")),
            entry(span, "differing", text(span, "first")),
        ];
        ops.push(op(span, "aggregate_edges", options));
    }
    for (key, today) in WITHOUT_EFFECT {
        if let Some((true, span)) = keys.flag(config, key) {
            let problem = Diagnostic::warning("older-key", format!("`{key}` does nothing"))
                .note("nor did it with the earlier tool")
                .help(format!("in a plan of today, `{today}` is an operation"));
            keys.warn(problem, span);
        }
    }
    ops
}

/// Returns the operation that makes labels fit, if one is asked for.
fn labels(keys: &mut Keys<'_>, config: &Tree, of: &str, [cut, wrap]: [&str; 2]) -> Option<Tree> {
    let cut = keys.count(config, cut);
    let wrap = keys.count(config, wrap);
    let (_, span) = cut.or(wrap)?;
    let mut options = vec![entry(span, "of", text(span, of))];
    if let Some((most, span)) = cut {
        options.push(entry(span, "max_length", plain(span, &most.to_string())));
        options.push(entry(span, "ellipsis", text(span, "")));
    }
    if let Some((most, span)) = wrap {
        options.push(entry(span, "wrap_at", plain(span, &most.to_string())));
    }
    Some(op(span, "labels", options))
}

/// Makes one operation with its options.
pub(super) fn op(span: Span, name: &str, options: Vec<(crate::tree::Key, Tree)>) -> Tree {
    map(span, vec![entry(span, name, map(span, options))])
}

//! Names that formats keep for themselves.
//!
//! An exporter writes an attribute of such a name, or an id that is such a word, in a way of its
//! own, and the importer of the format takes that back: both go by one list.

/// Attributes of Cytoscape JSON.
pub const CYTOSCAPE: &[&str] = &[
    "id",
    "source",
    "target",
    "parent",
    "label",
    "layer",
    "is_partition",
    "weight",
    "comment",
    "__proto__",
];

/// Attributes of GEXF.
pub const GEXF: &[&str] = &[
    "id",
    "label",
    "layer",
    "belongs_to",
    "is_partition",
    "weight",
    "comment",
    "pid",
    "viz",
    "parents",
    "spells",
    "start",
    "end",
    "networkx_key",
];

/// Attributes of GML.
pub const GML: &[&str] = &[
    "id",
    "key",
    "source",
    "target",
    "label",
    "title",
    "name",
    "layer",
    "belongs_to",
    "is_partition",
    "weight",
    "comment",
    "graphics",
];

/// Attributes of GraphML.
pub const GRAPHML: &[&str] =
    &["id", "key", "label", "layer", "belongs_to", "is_partition", "weight", "comment"];

/// Attributes of node-link JSON.
pub const NODE_LINK: &[&str] = &[
    "id",
    "key",
    "source",
    "target",
    "label",
    "layer",
    "belongs_to",
    "is_partition",
    "weight",
    "comment",
];

/// Words that Mermaid takes for something else where an id should be.
pub const MERMAID: &[&str] = &[
    "accdescr",
    "acctitle",
    "call",
    "class",
    "classdef",
    "click",
    "default",
    "end",
    "flowchart",
    "graph",
    "href",
    "interpolate",
    "linkstyle",
    "style",
    "subgraph",
    "swimlane",
    "v",
    // What every object of JavaScript has: some versions look ids up in one.
    "constructor",
    "hasownproperty",
    "isprototypeof",
    "propertyisenumerable",
    "tolocalestring",
    "tostring",
    "valueof",
];

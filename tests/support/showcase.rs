//! A project with a step of every kind, for what must hold for all of them.

use std::path::Path;

use super::Project;

/// What a person writes, but for the plan.
pub const INPUTS: [&str; 8] = [
    "data/a.nodes.csv",
    "data/edges.csv",
    "data/layers.csv",
    "extra.csv",
    "parts/nodes.csv",
    "templates/base.md.tera",
    "templates/index.md.tera",
    "templates/row.tera",
];

/// What is built.
pub const OUTPUTS: [&str; 9] = [
    "out/all.edges.csv",
    "out/all.json",
    "out/all.matrix.csv",
    "out/all.nodes.csv",
    "out/index.md",
    "out/lines.gv",
    "out/short.dot",
    "out/short.mmd",
    "parts/parts.json",
];

/// The names of all steps, in order.
pub const STEPS: [&str; 17] = [
    "all",
    "bundled",
    "extra",
    "lines",
    "linked",
    "out/all.edges.csv",
    "out/all.json",
    "out/all.matrix.csv",
    "out/all.nodes.csv",
    "out/index.md",
    "out/lines.gv",
    "out/short.dot",
    "out/short.mmd",
    "parts/parts",
    "parts/parts.json",
    "shop",
    "short",
];

const PLAN: &str = "\
version: 1
meta: { name: Showcase }
vars: { longest: 12 }
include: { parts: parts/plan.yaml }
import:
  shop: { nodes: 'data/*.nodes.csv', edges: data/edges.csv, layers: data/layers.csv }
  extra: { nodes: extra.csv }
transform:
  all: { from: [shop, extra] }
  linked: { from: all, ops: [drop_unconnected] }
  bundled: { from: linked, ops: [aggregate_edges: { weight: sum }] }
  short:
    from: bundled
    ops:
      - labels:
          max_length: ${longest}
  lines: { from: bundled, ops: [invert] }
export:
  out/all.edges.csv: { from: all }
  out/all.json: { from: all }
  out/all.matrix.csv: { from: all }
  out/all.nodes.csv: { from: all }
  out/index.md: { from: shop, template: templates/index.md.tera, values: { by: us } }
  out/lines.gv: { from: lines }
  out/short.dot: { from: short }
  out/short.mmd: { from: short, orientation: LR }
";

/// Makes it.
///
/// `lamp` has no edge, and is dropped; two edges lead from `till` to `oven`, and are bundled; the
/// label of `oven` is too long, and is cut.
pub fn showcase() -> Project {
    showcase_in(&std::env::temp_dir())
}

/// Makes it in a new folder in this one.
pub fn showcase_in(folder: &Path) -> Project {
    Project::of_in(
        folder,
        &[
            ("layercake.yaml", PLAN),
            (
                "data/a.nodes.csv",
                "id,label,layer,belongs_to\nshop,Shop,,\ntill,Till,front,shop\n\
             oven,The big old oven,back,shop\nlamp,Lamp,back,\n",
            ),
            ("data/edges.csv", "source,target,label,weight\ntill,oven,asks,1\ntill,oven,pays,2\n"),
            ("data/layers.csv", "id,background\nfront,#aabbcc\nback,#ccbbaa\n"),
            ("extra.csv", "id,label\nplant,Plant\n"),
            (
                "parts/plan.yaml",
                "import: { parts: { nodes: nodes.csv } }\nexport: { parts.json: { from: parts } }\n",
            ),
            ("parts/nodes.csv", "id,label\nbolt,Bolt\n"),
            (
                "templates/base.md.tera",
                "# {{ meta.name }}\n{% block body %}{% endblock %}\nby {{ values.by }}\n",
            ),
            (
                "templates/index.md.tera",
                "{% extends 'base.md.tera' %}{% block body %}={% for node in nodes %}{% include 'row.tera' %}{% endfor %}{% endblock %}",
            ),
            ("templates/row.tera", "- {{ node.label }}\n"),
        ],
    )
}

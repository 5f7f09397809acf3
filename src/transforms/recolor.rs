//! `recolor`: other colors for all layers.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostics, Failed};
use crate::graph::{Color, Graph};
use crate::step::{NamedData, NamedGraph, Transform};

/// The transform.
pub(crate) struct Recolor;

/// Gives all layers the same colors, or none. Nodes and edges keep their layers, and layers keep
/// all but their colors.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "RecolorOptions")]
pub(crate) struct Options {
    /// The colors.
    pub to: Colors,
}

/// The colors that layers get.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "RecolorTo")]
pub(crate) enum Colors {
    /// None: the theme of a diagram decides.
    #[default]
    None,
    /// Dark text on light ground.
    Light,
    /// Light text on dark ground.
    Dark,
}

impl Colors {
    /// Returns the colors of ground, text and lines.
    fn parts(self) -> [Option<Color>; 3] {
        match self {
            Colors::None => [None; 3],
            Colors::Light => ["f8fafc", "0f172a", "94a3b8"].map(Color::parse),
            Colors::Dark => ["1e293b", "f1f5f9", "64748b"].map(Color::parse),
        }
    }
}

impl Transform for Recolor {
    const KIND: &'static str = "recolor";
    const REVISION: u32 = 1;
    const ABOUT: &'static str = "Gives all layers the same colors, or none";
    type Options = Options;

    fn transform(
        options: &Options,
        NamedGraph { graph, .. }: NamedGraph,
        _others: &[NamedData],
        _diagnostics: &mut Diagnostics,
    ) -> Result<Graph, Failed> {
        let [background, text, border] = options.to.parts();
        Ok(Arc::unwrap_or_clone(graph).with_layer_colors(background, text, border))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{GraphBuilder, Layer};

    fn check(to: Colors, expected: [Option<&str>; 3]) {
        let mut builder = GraphBuilder::default();
        let attributes = [("shape".to_owned(), "box".to_owned())].into();
        builder.layer(Layer { background: Color::parse("red"), attributes, ..Layer::plain("l") });
        let graph = NamedGraph::new("g", builder.finish().graph);
        let options = Options { to };
        let graph = Recolor::transform(&options, graph, &[], &mut Diagnostics::default()).unwrap();
        let [layer] = graph.layers() else { panic!() };
        let found = [layer.background, layer.text, layer.border];
        assert_eq!(found, expected.map(|color| color.and_then(Color::parse)));
        assert_eq!((layer.id.as_str(), layer.attributes["shape"].as_str()), ("l", "box"));
    }

    #[test]
    fn layers_get_the_same_colors_or_none() {
        check(Colors::None, [None; 3]);
        check(Colors::Light, [Some("#f8fafc"), Some("#0f172a"), Some("#94a3b8")]);
        check(Colors::Dark, [Some("#1e293b"), Some("#f1f5f9"), Some("#64748b")]);
    }
}

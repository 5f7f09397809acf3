//! What `render_config` asks for: options of the export, and operations on the graph.

use super::keys::{Keys, Word};
use super::operations::op;
use super::{differs, entry, map, plain, text};
use crate::tree::{Key, Tree, TreeNode};

const KEYS: &[&str] = &[
    "contain_nodes",
    "orientation",
    "apply_layers",
    "built_in_styles",
    "target_options",
    "add_node_comments_as_notes",
    "note_position",
    "use_node_weight",
    "use_edge_weight",
    "layer_source_styles",
    "use_default_styling",
    "theme",
];
const ORIENTATIONS: &[(&str, &str)] = &[("TB", "TB"), ("LR", "LR")];
const STYLES: &[(&str, &str)] = &[("none", "none"), ("light", "light"), ("dark", "dark")];
const THEMES: &[(&str, &str)] = &[("Light", "light"), ("Dark", "dark")];
const SIDES: &[(&str, &str)] =
    &[("left", "left"), ("right", "right"), ("top", "top"), ("bottom", "bottom")];
const MODES: &[(&str, &str)] = &[("default", "none"), ("light", "light"), ("dark", "dark")];
const GRAPHVIZ: &[&str] = &["layout", "overlap", "splines", "nodesep", "ranksep", "comment_style"];
const LAYOUTS: &[(&str, &str)] =
    &[("dot", "dot"), ("neato", "neato"), ("fdp", "fdp"), ("circo", "circo")];
const COMMENTS: &[(&str, &str)] = &[("label", "label"), ("tooltip", "tooltip")];
const MERMAID: &[&str] = &["look", "display", "theme"];
const DRAWINGS: &[(&str, &str)] = &[("default", "classic"), ("handDrawn", "hand_drawn")];
const DISPLAYS: &[(&str, &str)] = &[("full", "full"), ("compact", "compact")];
const MERMAID_THEMES: &[(&str, &str)] =
    &[("default", "light"), ("dark", "dark"), ("neutral", "light"), ("base", "light")];

/// What an export of today can be told.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Abilities {
    pub contain: bool,
    pub orientation: bool,
    /// A theme, and colors of layers.
    pub theme: bool,
    /// Attributes of Graphviz.
    pub graphviz: bool,
    /// The comments and the widths of edges in DOT.
    pub dot: bool,
    /// Notes of PlantUML.
    pub notes: bool,
    /// How a flowchart of Mermaid is drawn.
    pub drawing: bool,
    /// The theme that Mermaid was given by its own name.
    pub mermaid_theme: bool,
}

/// What `render_config` asks for.
#[derive(Default)]
pub(super) struct Looks {
    pub options: Vec<(Key, Tree)>,
    pub ops: Vec<Tree>,
}

impl Looks {
    /// Reads a `render_config`, all of it, and keeps what the export can be told.
    pub(super) fn of(keys: &mut Keys<'_>, config: Option<&Tree>, can: Abilities) -> Looks {
        let mut looks = Looks::default();
        let Some(config) = config else { return looks };
        keys.expect(config, KEYS);
        looks.keep_word(
            can.orientation,
            "orientation",
            keys.word(config, "orientation", ORIENTATIONS),
            "TB",
        );
        if let Some((false, span)) = keys.flag(config, "contain_nodes")
            && can.contain
        {
            looks.options.push(entry(span, "contain", plain(span, "false")));
        }
        let targets = keys.map(config, "target_options");
        if let Some(targets) = targets {
            keys.expect(targets, &["graphviz", "mermaid"]);
        }
        let mermaid = targets.and_then(|targets| keys.map(targets, "mermaid"));
        let named = mermaid.and_then(|mermaid| looks.mermaid(keys, mermaid, can));
        let theme = theme(keys, config);
        looks.keep_word(can.theme, "theme", named.filter(|_| can.mermaid_theme).or(theme), "light");
        let graphviz = targets.and_then(|targets| keys.map(targets, "graphviz"));
        let comments = graphviz.and_then(|graphviz| looks.graphviz(keys, graphviz, can));
        let side = keys.word(config, "note_position", SIDES);
        if let Some((true, span)) = keys.flag(config, "add_node_comments_as_notes") {
            let label = Word { word: "label", span };
            let left = Word { word: "left", span };
            looks.keep_word(can.dot, "comments", comments.or(Some(label)), "tooltip");
            looks.keep_word(can.notes, "notes", side.or(Some(left)), "none");
        }
        looks.weights(keys, config, can);
        looks.layers(keys, config, can);
        looks
    }

    /// Keeps a word, unless it says what holds anyway.
    fn keep_word(&mut self, is_kept: bool, key: &str, word: Option<Word>, default: &str) {
        if let Some(Word { word, span }) = word.filter(|word| is_kept && word.word != default) {
            self.options.push(entry(span, key, text(span, word)));
        }
    }

    /// Reads options of Mermaid, and returns the theme among them.
    fn mermaid(&mut self, keys: &mut Keys<'_>, config: &Tree, can: Abilities) -> Option<Word> {
        keys.expect(config, MERMAID);
        self.keep_word(can.drawing, "look", keys.word(config, "look", DRAWINGS), "classic");
        if let Some(Word { word: "compact", span }) = keys.word(config, "display", DISPLAYS)
            && can.drawing
        {
            differs(keys, span, "display", "a diagram is always drawn in full");
        }
        keys.word(config, "theme", MERMAID_THEMES)
    }

    /// Reads options of Graphviz, and returns where comments are.
    fn graphviz(&mut self, keys: &mut Keys<'_>, config: &Tree, can: Abilities) -> Option<Word> {
        keys.expect(config, GRAPHVIZ);
        let layout = keys.word(config, "layout", LAYOUTS);
        let mut attributes = Vec::new();
        if let Some(Word { word, span }) = layout {
            attributes.push(entry(span, "layout", text(span, word)));
        }
        for key in ["overlap", "splines"] {
            if let Some((flag, span)) = keys.flag(config, key) {
                attributes.push(entry(span, key, text(span, &flag.to_string())));
            }
        }
        for key in ["nodesep", "ranksep"] {
            if let Some((number, span)) = keys.text(config, key) {
                match number.parse::<f64>() {
                    Ok(_) => attributes.push(entry(span, key, text(span, number))),
                    Err(_) => keys.wrong(&text(span, number), &format!("`{key}` is a number")),
                }
            }
        }
        if can.graphviz && !attributes.is_empty() {
            self.options.push(entry(config.span, "graph", map(config.span, attributes)));
        }
        keys.word(config, "comment_style", COMMENTS)
    }

    fn weights(&mut self, keys: &mut Keys<'_>, config: &Tree, can: Abilities) {
        let nodes = keys.flag(config, "use_node_weight");
        let edges = keys.flag(config, "use_edge_weight").filter(|_| can.dot);
        let mut options = Vec::new();
        for (of, flag) in [("nodes", nodes), ("edges", edges)] {
            if let Some((false, span)) = flag {
                options.push(entry(span, of, plain(span, "1")));
            }
        }
        if !options.is_empty() {
            self.ops.push(op(config.span, "weights", options));
        }
    }

    fn layers(&mut self, keys: &mut Keys<'_>, config: &Tree, can: Abilities) {
        let mut colors = layer_styles(keys, config);
        if let Some((false, span)) = keys.flag(config, "apply_layers") {
            colors = Some(Word { word: "none", span });
        }
        if let Some(Word { word, span }) = colors.filter(|_| can.theme) {
            self.ops.push(op(span, "recolor", vec![entry(span, "to", text(span, word))]));
        }
    }
}

/// Returns the theme that a plan asks for in one of the ways there were.
fn theme(keys: &mut Keys<'_>, config: &Tree) -> Option<Word> {
    let styles = keys.word(config, "built_in_styles", STYLES);
    let styling = keys.flag(config, "use_default_styling");
    let theme = keys.word(config, "theme", THEMES);
    let none = styling.filter(|(styling, _)| !styling).map(|(_, span)| Word { word: "none", span });
    styles.or(none).or(theme)
}

/// Returns the colors for layers without a data set, as all layers of tables are.
fn layer_styles(keys: &mut Keys<'_>, config: &Tree) -> Option<Word> {
    let list = config.get("layer_source_styles").filter(|list| !list.is_null())?;
    let TreeNode::List(items) = &list.node else {
        keys.wrong(list, "`layer_source_styles` is a list");
        return None;
    };
    let mut found = None;
    for item in items {
        if !keys.is_map(item, "a style of layers is a map") {
            continue;
        }
        keys.expect(item, &["source_dataset_id", "mode"]);
        let mode = keys.word(item, "mode", MODES);
        let is_ours = item.get("source_dataset_id").is_none_or(Tree::is_null);
        match mode {
            Some(mode) if is_ours => {
                differs(keys, mode.span, "mode", "the colors are those of `recolor`");
                found = Some(mode);
            }
            _ => {
                differs(keys, item.span, "source_dataset_id", "layers of tables are of no data set")
            }
        }
    }
    found
}

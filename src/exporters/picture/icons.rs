//! Which icon each node shows: a file of the project, by its name.

use std::collections::BTreeMap;

use super::{Arrangement, Picture, looks};
use crate::diagnostic::{Diagnostic, Diagnostics, Failed, names};
use crate::graph::Graph;
use crate::scene::{Icon, IconError, Looks, RasterError};
use crate::step::InputFile;

/// The attribute of layers that names an icon.
const ATTRIBUTE: &str = "icon";

/// Works out which icon each layer and each node has, and reads those.
pub(super) fn apply(
    picture: &Picture<'_>,
    graph: &Graph,
    files: &[&InputFile],
    looks: &mut Looks,
    diagnostics: &mut Diagnostics,
) -> Result<(), Failed> {
    let expression = picture.node.icon.as_deref();
    if picture.icons.is_empty() {
        if expression.is_none() {
            return Ok(());
        }
        let message = "nodes are to have icons, and there are none to choose from";
        let help = "name files under `icons`, such as `icons: [icons/*.svg]`";
        let error = Diagnostic::error("no-icons", message).help(help);
        return Err(diagnostics.fail(error.about("icon").about("node")));
    }
    if matches!(picture.layout, Arrangement::Sunburst | Arrangement::Matrix) {
        return Ok(());
    }
    let mut shelf = Shelf { files, read: BTreeMap::new(), icons: Vec::new() };
    let mut layers = Vec::with_capacity(graph.layers().len());
    for layer in graph.layers() {
        let name = layer.attributes.get(ATTRIBUTE).map_or("", |name| name.trim());
        let owner = || format!("the layer `{}`", layer.id);
        layers.push(shelf.icon(name, false, &owner, diagnostics)?);
    }
    let mut nodes = Vec::new();
    if let Some(expression) = expression {
        let column = expression.column(ATTRIBUTE, graph, diagnostics)?;
        for (value, node) in looks::values(&column).zip(graph.nodes()) {
            let owner = || format!("the node `{}`", node.id());
            nodes.push(shelf.icon(value.to_string().trim(), true, &owner, diagnostics)?);
        }
    }
    looks.layer_icons = layers;
    looks.overrides.icons = nodes;
    looks.icons = shelf.icons;
    Ok(())
}

/// The icons that there are, and those that were asked for.
struct Shelf<'a> {
    files: &'a [&'a InputFile],
    /// The place of each icon that was read, by the place of its file.
    read: BTreeMap<usize, usize>,
    icons: Vec<Icon>,
}

impl Shelf<'_> {
    /// Returns the place of the icon of a name; of none if that is empty.
    fn icon(
        &mut self,
        name: &str,
        is_expression: bool,
        owner: &dyn Fn() -> String,
        diagnostics: &mut Diagnostics,
    ) -> Result<Option<usize>, Failed> {
        if name.is_empty() {
            return Ok(None);
        }
        let found = self.find(name);
        let [file] = found[..] else {
            let mut error = self.not_one(name, &found, &owner());
            if is_expression {
                error = error.about("icon").about("node");
            } else {
                error = error.about("icons");
            }
            return Err(diagnostics.fail(error));
        };
        if let Some(icon) = self.read.get(&file) {
            return Ok(Some(*icon));
        }
        let (path, bytes) = (&self.files[file].path, &self.files[file].bytes);
        let mut left_out = Vec::new();
        let icon = Icon::parse(bytes, &mut left_out).map_err(|error| {
            let message = format!("`{path}` is no icon that can be drawn");
            let help = match &error {
                IconError::TooLong(_) | IconError::Raster(RasterError::TooLarge(..)) => {
                    "save it with fewer pixels: 256 on its longest side are enough"
                }
                _ => "an icon is an SVG file that draws with outlines, or a PNG file",
            };
            let error = Diagnostic::error("bad-icon", message).note(error.to_string()).help(help);
            diagnostics.fail(error.about("icons"))
        })?;
        if !left_out.is_empty() {
            let message = format!("`{path}` is drawn without its {}", left_out.join(", "));
            let warning = Diagnostic::warning("simpler-icon", message);
            diagnostics.push(warning.help("drawing programs can turn these into outlines"));
        }
        self.icons.push(icon);
        self.read.insert(file, self.icons.len() - 1);
        Ok(Some(self.icons.len() - 1))
    }

    /// Returns the files of which a name is the end, with or without `.svg` or `.png`.
    fn find(&self, name: &str) -> Vec<usize> {
        let name = name.strip_prefix("./").unwrap_or(name);
        let is_named = |path: &str| {
            let ends = |path: &str| {
                path.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
            };
            ends(path) || ends(without_end(path))
        };
        let files = self.files.iter().enumerate();
        files.filter(|(_, file)| is_named(&file.path)).map(|(at, _)| at).collect()
    }

    fn not_one(&self, name: &str, found: &[usize], owner: &str) -> Diagnostic {
        if found.is_empty() {
            let known = || self.files.iter().map(|file| last(without_end(&file.path)));
            let message = format!("there is no icon `{name}`, which {owner} is to have");
            let error = Diagnostic::error("unknown-icon", message).did_you_mean(name, known());
            let note = match known().count() {
                0 => "`icons` names no file that is there".to_owned(),
                _ => format!("icons of this step: {}", names(known())),
            };
            return error.note(note);
        }
        let paths = names(found.iter().map(|at| &*self.files[*at].path));
        let message = format!("`{name}`, which {owner} is to have, is more than one icon");
        Diagnostic::error("unclear-icon", message)
            .note(format!("it may be {paths}"))
            .help("say more of its path, such as its folder")
    }
}

fn without_end(path: &str) -> &str {
    path.rsplit_once('.').filter(|(_, end)| !end.contains('/')).map_or(path, |(stem, _)| stem)
}

fn last(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

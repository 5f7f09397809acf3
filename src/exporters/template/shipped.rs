//! The templates that come with layercake, from the folder `templates`.

use serde::{Deserialize, Deserializer, de};

/// What a plan writes before the name of a shipped template.
const PREFIX: &str = "builtin:";

/// The templates, by name.
const SHIPPED: [(&str, &str); 3] = [
    ("graph.html", include_str!("../../../templates/graph.html.tera")),
    ("index.md", include_str!("../../../templates/index.md.tera")),
    ("report.html", include_str!("../../../templates/report.html.tera")),
];

/// Returns the text of a shipped template, if the plan asks for one.
pub fn find(template: &str) -> Option<&'static str> {
    let wanted = template.strip_prefix(PREFIX)?;
    SHIPPED.iter().find(|(name, _)| *name == wanted).map(|(_, text)| *text)
}

/// Reads the option `template`: a path, or the name of a shipped template, which must be there.
pub fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let template = String::deserialize(deserializer)?;
    if template.starts_with(PREFIX) && find(&template).is_none() {
        let names: Vec<String> =
            SHIPPED.iter().map(|(name, _)| format!("`{PREFIX}{name}`")).collect();
        let message = format!("there is no template `{template}`, only {}", names.join(", "));
        return Err(de::Error::custom(message));
    }
    Ok(template)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;
    use crate::exporters::template::Template;
    use crate::step::Exporter;

    #[test]
    fn a_shipped_template_that_changes_raises_the_revision() {
        let texts: Vec<&str> = SHIPPED.iter().map(|(_, text)| *text).collect();
        let digest = Digest::of(texts.concat().as_bytes()).short();
        // Files made by a shipped template must be made again when it changes: raise the revision
        // of the kind, and write the new digest here.
        assert_eq!((Template::REVISION, digest.as_str()), (1, "688de63da098"));
    }
}

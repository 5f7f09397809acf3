//! The viewer of pages: a script in parts, each of which is about one thing, and a style sheet.
//!
//! The parts share one scope, in the order below: what a part does when it is run stands on those
//! before, and functions may call any other. There is no build tool: the compiler joins them.

/// Joins parts of a script in a scope of their own.
macro_rules! script {
    ($($part:literal),+ $(,)?) => {
        concat!(
            "// Shows a picture that can be moved, searched and asked. All it needs stands in this page.\n",
            "\"use strict\";\n(() => {\n",
            $(include_str!($part), "\n",)+
            "})();\n",
        )
    };
}

/// The viewer.
pub(super) const SCRIPT: &str = script!(
    "places.js",
    "seen.js",
    "draw.js",
    "closed.js",
    "names.js",
    "marks.js",
    "move.js",
    "point.js",
    "ask.js",
    "ways.js",
    "search.js",
    "legend.js",
    "keys.js",
    "link.js",
    "start.js",
);

/// Its looks.
pub(super) const SHEET: &str = include_str!("viewer.css");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_not_much_larger_than_its_picture() {
        assert!(SCRIPT.len() + SHEET.len() < 60_000, "{} {}", SCRIPT.len(), SHEET.len());
    }
}

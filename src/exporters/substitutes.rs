//! Keeps count of what a format cannot carry, to tell it once.

use super::text::substitute;
use crate::diagnostic::{Diagnostic, Diagnostics};

/// The characters of a graph that were replaced on the way into a file.
#[derive(Debug, Default)]
pub(super) struct Substitutes {
    count: usize,
}

impl Substitutes {
    /// Returns the character to write for one, which is mostly that character.
    pub(super) fn of(&mut self, character: char) -> char {
        let shown = substitute(character);
        if shown != character {
            self.count += 1;
        }
        shown
    }

    /// Counts a character that a format replaces in a way of its own.
    pub(super) fn add(&mut self) {
        self.count += 1;
    }

    /// Warns if anything was replaced; `how` says by what, where it is not only control
    /// characters.
    pub(super) fn warn(self, format: &str, how: &str, diagnostics: &mut Diagnostics) {
        if self.count == 0 {
            return;
        }
        let (characters, are) =
            if self.count == 1 { ("character", "is") } else { ("characters", "are") };
        let message = format!(
            "{} {characters} that {format} cannot show {are} replaced by others",
            self.count
        );
        let pictures = "control characters are shown by their pictures, U+2400 to U+2421";
        let warning = Diagnostic::warning("substituted", message).note(pictures);
        diagnostics.push(if how.is_empty() { warning } else { warning.note(how) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_replaced_is_told_once() {
        let (mut substitutes, mut diagnostics) = (Substitutes::default(), Diagnostics::default());
        let text: String = "a\u{7}\n\0".chars().map(|c| substitutes.of(c)).collect();
        assert_eq!(text, "a\u{2407}\n\u{2400}");
        substitutes.warn("PlantUML", "", &mut diagnostics);
        let expected = "2 characters that PlantUML cannot show are replaced by others";
        assert_eq!(diagnostics.list[0].message, expected);
        Substitutes::default().warn("PlantUML", "", &mut diagnostics);
        assert_eq!(diagnostics.list.len(), 1);
    }
}

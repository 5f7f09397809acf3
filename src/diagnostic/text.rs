//! Problems in a text that is one value of a plan, told by who does not know where that stands.

use std::fmt::{self, Write as _};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::nearest;

/// A problem in a text that is one value of a plan, such as an expression.
///
/// Who finds it knows the text, and not where that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextProblem {
    /// The bytes of the text that it is about.
    pub range: Range<usize>,
    /// What is wrong: lower case, no full stop, names in backticks.
    pub message: String,
    /// What to say beside the place; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// The problems of one text, in a form that passes through an error which is only a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextProblems {
    /// The text.
    pub text: String,
    /// What is wrong with it, in order.
    pub problems: Vec<TextProblem>,
}

/// Starts a message that holds [`TextProblems`]; no message for people does.
const CARRIER: char = '\u{1}';

impl TextProblem {
    /// Makes a problem; `range` is in bytes of the text.
    pub fn new(range: Range<usize>, message: impl Into<String>) -> TextProblem {
        TextProblem { range, message: message.into(), label: String::new(), help: None }
    }

    /// Says something beside the place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> TextProblem {
        self.label = label.into();
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> TextProblem {
        self.help = Some(help.into());
        self
    }

    /// Adds `did you mean` when one of the known names is near.
    #[must_use]
    pub fn did_you_mean<'a>(
        self,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> TextProblem {
        match nearest(name, known) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self,
        }
    }
}

impl TextProblems {
    /// Reads problems back from the message of an error.
    pub fn of_message(message: &str) -> Option<TextProblems> {
        serde_json::from_str(message.strip_prefix(CARRIER)?).ok()
    }
}

impl fmt::Display for TextProblems {
    /// Writes what [`TextProblems::of_message`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char(CARRIER)?;
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

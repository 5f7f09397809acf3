//! Where lines go: every write to stdout and stderr, with errors handled once.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

use anstream::{AutoStream, ColorChoice};

use super::args::Color;

/// The command's stdout and stderr.
pub struct Terminal {
    out: Mutex<AutoStream<io::Stdout>>,
    err: Mutex<AutoStream<io::Stderr>>,
    /// The first error of a write to stdout; after it nothing more is written there.
    broken: Mutex<Option<io::Error>>,
}

impl Terminal {
    pub fn new(color: Color) -> Terminal {
        let choice = match color {
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
            Color::Auto => ColorChoice::Auto,
        };
        Terminal {
            out: Mutex::new(AutoStream::new(io::stdout(), choice)),
            err: Mutex::new(AutoStream::new(io::stderr(), choice)),
            broken: Mutex::new(None),
        }
    }

    /// Prints a line of what was asked for.
    pub fn line(&self, line: &str) {
        self.write(format!("{line}\n").as_bytes());
    }

    /// Prints a text of what was asked for, as it is.
    pub fn write(&self, text: &[u8]) {
        let mut broken = self.broken.lock().unwrap_or_else(PoisonError::into_inner);
        if broken.is_none() {
            let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
            *broken = out.write_all(text).and_then(|()| out.flush()).err();
        }
    }

    /// Prints a message.
    pub fn error_line(&self, line: &str) {
        let mut err = self.err.lock().unwrap_or_else(PoisonError::into_inner);
        // There is nowhere left to say that saying it failed.
        let _ = writeln!(err, "{line}");
    }

    /// Returns whether somebody watches progress.
    pub fn is_interactive(&self) -> bool {
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        io::stderr().is_terminal() && !is_dumb
    }

    /// Returns how many columns messages have.
    pub fn width(&self) -> usize {
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let terminal = || terminal_size::terminal_size_of(io::stderr());
        let width = columns.or_else(|| Some(usize::from(terminal()?.0.0)));
        width.unwrap_or(100).clamp(40, 140)
    }

    /// Returns how many columns there are for what was asked for.
    pub fn columns(&self) -> usize {
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let terminal = || terminal_size::terminal_size_of(io::stdout());
        let width = columns.or_else(|| Some(usize::from(terminal()?.0.0)));
        width.unwrap_or(100).max(20)
    }

    /// Returns whether the locale is one whose letters are not UTF-8. Where none is named, as in
    /// containers, nothing speaks against it.
    pub fn is_ascii(&self) -> bool {
        let named = ["LC_ALL", "LC_CTYPE", "LANG"]
            .into_iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        named.is_some_and(|locale| {
            let locale = locale.to_ascii_lowercase();
            !locale.contains("utf-8") && !locale.contains("utf8")
        })
    }

    /// Returns whether the terminal says that it knows all colors, rather than 256 of them.
    pub fn has_all_colors(&self) -> bool {
        let said = std::env::var("COLORTERM").unwrap_or_default();
        said == "truecolor" || said == "24bit"
    }

    /// Returns whether all that was asked for was shown. A reader that went away has seen enough.
    pub fn finish(&self) -> bool {
        let broken = self.broken.lock().unwrap_or_else(PoisonError::into_inner);
        match &*broken {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                self.error_line(&format!("error: the output could not be written: {error}"));
                false
            }
            _ => true,
        }
    }
}

//! The text of an expression to tokens.

use std::ops::Range;

use crate::diagnostic::TextProblem;

/// A piece of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) what: Lexeme,
    pub(super) range: Range<usize>,
}

/// What a piece of an expression is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Lexeme {
    /// A name or a word of the language.
    Name,
    /// A whole number without its sign; at most 2^63.
    Integer(u64),
    /// A number that is not written as a whole one.
    Number(f64),
    /// A text, its escapes read.
    Text(String),
    /// An operator or a bracket.
    Sign(&'static str),
    /// What could not be read; that has been told.
    Broken,
    /// The end of the text.
    End,
}

/// The signs; a longer one stands before those it starts with.
const SIGNS: [&str; 25] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "(", ")", "[", "]",
    ",", ".", "?", ":", "=", "&", "|",
];

/// Reads a text; the last token is [`Lexeme::End`].
pub(super) fn tokens(text: &str, problems: &mut Vec<TextProblem>) -> Vec<Token> {
    let mut lexer = Lexer { text, at: 0, problems };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_blanks();
        let start = lexer.at;
        let what = lexer.next();
        let is_end = what == Lexeme::End;
        tokens.push(Token { what, range: start..lexer.at });
        if is_end {
            return tokens;
        }
    }
}

/// Returns whether a text is a name, so that it can stand in an expression as it is.
pub(super) fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(starts_name)
        && letters.all(continues_name)
        && !matches!(text, "true" | "false" | "null" | "in")
}

fn starts_name(letter: char) -> bool {
    letter.is_alphabetic() || letter == '_'
}

fn continues_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    problems: &'t mut Vec<TextProblem>,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|letter| !wanted(letter)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Skips blanks and comments, which go from `//` to the end of the line.
    fn skip_blanks(&mut self) {
        loop {
            self.take_while(char::is_whitespace);
            if !self.rest().starts_with("//") {
                return;
            }
            self.take_while(|letter| letter != '\n');
        }
    }

    fn next(&mut self) -> Lexeme {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Lexeme::End };
        let raw = rest.strip_prefix(['r', 'R']).and_then(|rest| rest.chars().next());
        if let Some(quote @ ('"' | '\'')) = raw {
            self.at += 1;
            return self.quoted(quote, true);
        }
        if first == '"' || first == '\'' {
            return self.quoted(first, false);
        }
        if first.is_ascii_digit() {
            return self.number();
        }
        if starts_name(first) {
            self.take_while(continues_name);
            return Lexeme::Name;
        }
        if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            self.at += sign.len();
            return Lexeme::Sign(sign);
        }
        let start = self.at;
        self.at += first.len_utf8();
        let problem = TextProblem::new(start..self.at, format!("`{first}` has no meaning here"));
        self.problems.push(match first {
            '“' | '”' | '„' | '‘' | '’' => problem.help("write `\"`, the straight quote"),
            '`' => problem.help("texts stand in `\"` or `'`"),
            '$' => problem.help("names stand as they are, without `$`"),
            '{' | '}' => problem.help("a list stands in `[` and `]`"),
            '≠' => problem.help("write `!=`"),
            '≤' => problem.help("write `<=`"),
            '≥' => problem.help("write `>=`"),
            ';' => problem.help("an expression is one value; join conditions with `&&`"),
            _ => problem,
        });
        Lexeme::Broken
    }

    fn number(&mut self) -> Lexeme {
        let start = self.at;
        if self.rest().starts_with("0x") || self.rest().starts_with("0X") {
            self.at += 2;
            let digits = self.take_while(|letter| letter.is_ascii_hexdigit());
            let number = u64::from_str_radix(digits, 16).ok();
            return self.whole(start, number);
        }
        let is_digit = |letter: char| letter.is_ascii_digit();
        self.take_while(is_digit);
        let mut is_whole = true;
        // `1.` is a number and a dot, which nothing can follow.
        if self.rest().starts_with('.') && self.rest()[1..].starts_with(is_digit) {
            self.at += 1;
            self.take_while(is_digit);
            is_whole = false;
        }
        if let Some(rest) = self.rest().strip_prefix(['e', 'E']) {
            let sign = usize::from(rest.starts_with(['+', '-']));
            if rest[sign..].starts_with(is_digit) {
                self.at += 1 + sign;
                self.take_while(is_digit);
                is_whole = false;
            }
        }
        if is_whole {
            let number = self.text[start..self.at].parse::<u64>().ok();
            return self.whole(start, number);
        }
        self.take_while(continues_name);
        let text = &self.text[start..self.at];
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Lexeme::Number(number),
            Ok(_) => self.broken(start, format!("`{text}` is too large for a number")),
            Err(_) => self.broken(start, format!("`{text}` is no number")),
        }
    }

    fn whole(&mut self, start: usize, number: Option<u64>) -> Lexeme {
        let tail = self.take_while(continues_name);
        let text = &self.text[start..self.at];
        match number {
            _ if !tail.is_empty() => {
                let message = format!("`{text}` is neither a number nor a name");
                self.broken(start, message)
            }
            Some(number) if number <= 1 << 63 => Lexeme::Integer(number),
            _ if text.len() <= 2 => self.broken(start, format!("`{text}` is no number")),
            _ => self.broken(start, format!("`{text}` is too large for an integer of 64 bits")),
        }
    }

    fn broken(&mut self, start: usize, message: String) -> Lexeme {
        self.problems.push(TextProblem::new(start..self.at, message));
        Lexeme::Broken
    }

    fn quoted(&mut self, quote: char, is_raw: bool) -> Lexeme {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            text.push_str(self.take_while(|letter| letter != quote && letter != '\\'));
            match self.rest().chars().next() {
                None => {
                    self.problems.push(
                        TextProblem::new(start..self.at, "this text does not end")
                            .help(format!("close it with `{quote}`")),
                    );
                    return Lexeme::Broken;
                }
                Some('\\') if is_raw => {
                    text.push('\\');
                    self.at += 1;
                }
                Some('\\') => text.extend(self.escape()),
                Some(_) => {
                    self.at += 1;
                    return Lexeme::Text(text);
                }
            }
        }
    }

    /// Reads an escape; one that is wrong is told, and stands for nothing.
    fn escape(&mut self) -> Option<char> {
        let start = self.at;
        self.at += 1;
        let letter = self.rest().chars().next()?;
        self.at += letter.len_utf8();
        let digits = match letter {
            'n' => return Some('\n'),
            't' => return Some('\t'),
            'r' => return Some('\r'),
            '\\' | '"' | '\'' | '`' | '?' => return Some(letter),
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let number = self.rest().get(..digits).filter(|digits| !digits.is_empty());
        if let Some(number) = number.and_then(|digits| u32::from_str_radix(digits, 16).ok())
            && let Some(letter) = char::from_u32(number)
        {
            self.at += digits;
            return Some(letter);
        }
        let escape = &self.text[start..self.at];
        let problem = TextProblem::new(start..self.at, format!("`{escape}` is no escape"));
        self.problems.push(match digits {
            0 => problem.help("write `\\\\` for a backslash, or put `r` before the text's quote"),
            _ => problem.help(format!("write {digits} hexadecimal digits of a character after it")),
        });
        None
    }
}

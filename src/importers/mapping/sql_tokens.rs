//! Statements of SQL without what says nothing of tables: expressions, which may nest without end.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Location, Token, TokenWithSpan};

/// How many words may stand between two commas.
const MOST_WORDS: usize = 200;

/// The words whose brackets hold an expression.
const BEFORE_EXPRESSIONS: &[Keyword] = &[Keyword::CHECK, Keyword::AS, Keyword::DEFAULT];

/// Returns the tokens of a statement, with `1` for what stands in the brackets of an expression, or
/// in the third pair of brackets within each other.
///
/// # Errors
///
/// Returns where there are too many words without a comma.
pub fn without_expressions(tokens: &[TokenWithSpan]) -> Result<Vec<TokenWithSpan>, Location> {
    let mut kept = Vec::new();
    let mut open: usize = 0;
    // How many brackets are open within those that are left out, themselves included.
    let mut left_out: usize = 0;
    let mut words: usize = 0;
    let mut last = Keyword::NoKeyword;
    for token in tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_))) {
        if left_out > 0 {
            match token.token {
                Token::LParen => left_out += 1,
                Token::RParen => left_out -= 1,
                _ => {}
            }
            if left_out > 0 {
                continue;
            }
        }
        words += 1;
        match &token.token {
            Token::Comma => words = 0,
            Token::LParen => {
                open += 1;
                words = 0;
                if open > 2 || open == 2 && BEFORE_EXPRESSIONS.contains(&last) {
                    kept.push(token.clone());
                    let one = Token::Number("1".to_owned(), false);
                    kept.push(TokenWithSpan { token: one, span: token.span });
                    left_out = 1;
                    continue;
                }
            }
            Token::RParen => {
                open = open.saturating_sub(1);
                words = 0;
            }
            // What a query makes has no columns to be seen.
            Token::Word(word) if open == 0 && word.keyword == Keyword::AS => break,
            _ => {}
        }
        if words > MOST_WORDS {
            return Err(token.span.start);
        }
        last = match &token.token {
            Token::Word(word) => word.keyword,
            _ => Keyword::NoKeyword,
        };
        kept.push(token.clone());
    }
    Ok(kept)
}

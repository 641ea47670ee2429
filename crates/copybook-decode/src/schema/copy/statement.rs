//! The REPLACE statement: text replaced from there on, whichever member it comes from.
//!
//! Language Reference, "REPLACE statement": it is carried out when every COPY was, holds until the
//! next REPLACE or the end, and what it puts in is not replaced again.

use bumpalo::Bump;

use super::super::error::Fault;
use super::super::lexer::{MAX_TOKENS, Token, TokenKind};
use super::replace::{self, Replacement};
use super::replacements;

/// Carries every REPLACE out and takes the statements away.
pub(super) fn carry_out<'t>(text: Vec<Token<'t>>, kept: &'t Bump) -> Result<Vec<Token<'t>>, Fault> {
    if !text.iter().any(|token| token.is_word("REPLACE")) {
        return Ok(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut active: Vec<Replacement<'_>> = Vec::new();
    let mut rest = &text[..];
    while !rest.is_empty() {
        let (stretch, statement) = rest.split_at(next_statement(rest));
        out.extend(replace::apply(stretch.to_vec(), &active, MAX_TOKENS, kept)?);
        let [replace, after @ ..] = statement else {
            break;
        };
        let period = after.iter().position(|t| t.kind == TokenKind::Period);
        let Some(period) = period else {
            let expected = "a period after REPLACE";
            return Err(Fault::expected(replace.at, expected, "none"));
        };
        active = match &after[..period] {
            [off] if off.is_word("OFF") => Vec::new(),
            operands => replacements(operands, replace.at)?,
        };
        rest = &after[period + 1..];
    }
    Ok(out)
}

/// The statement stands first or behind a period; elsewhere the word is an error that the parser
/// shows.
fn next_statement(text: &[Token<'_>]) -> usize {
    let starts = |i: usize| i == 0 || text[i - 1].kind == TokenKind::Period;
    (0..text.len())
        .find(|&i| text[i].is_word("REPLACE") && starts(i))
        .unwrap_or(text.len())
}

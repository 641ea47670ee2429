//! VALUE: parsed, since conditions need it and a period may hide in a literal; no bytes.

use super::super::error::Fault;
use super::super::lexer::{Token, TokenKind};
use super::Cursor;
use super::clauses::starts_clause;

impl Cursor<'_> {
    /// Literals, figurative constants and ranges up to the next clause, as written.
    pub(super) fn values(&mut self) -> Result<String, Fault> {
        if !self.accept(&["IS"]) {
            self.accept(&["ARE"]);
        }
        let mut words = vec![self.literal("a literal or figurative constant")?];
        loop {
            if self.accept(&["THRU", "THROUGH"]) {
                words.push("THRU".to_owned());
                words.push(self.literal("the end of the range")?);
            } else if self.peek().is_some_and(|t| is_value(t) || is_name(t)) {
                words.push(self.literal("a literal")?);
            } else {
                break;
            }
        }
        // WHEN SET TO FALSE names the value that SET ... TO FALSE moves in: no test, no bytes.
        if self.accept(&["WHEN"]) {
            self.accept(&["SET"]);
            self.accept(&["TO"]);
        }
        if self.accept(&["FALSE"]) {
            self.accept(&["IS"]);
            self.literal("a literal")?;
        }
        Ok(words.join(" "))
    }

    /// `literal [& literal]...`.
    pub(super) fn literal(&mut self, expected: &str) -> Result<String, Fault> {
        let mut text = self.operand(expected)?;
        while self.accept(&["&"]) {
            text.push_str(" & ");
            text.push_str(&self.operand("a literal after &")?);
        }
        Ok(text)
    }

    fn operand(&mut self, expected: &str) -> Result<String, Fault> {
        let all = if self.accept(&["ALL"]) { "ALL " } else { "" };
        let Some(token) = self
            .peek()
            .filter(|t| (is_value(t) || is_name(t)) && !t.is_word("ALL"))
        else {
            return Err(self.expected(if all.is_empty() {
                expected
            } else {
                "a literal after ALL"
            }));
        };
        self.pos += 1;
        // `LENGTH OF item` is a value, too.
        if token.is_word("LENGTH") && self.accept(&["OF"]) {
            let name = self.reference()?;
            return Ok(format!("LENGTH OF {}", name.name));
        }
        Ok(format!("{all}{}", token.text))
    }
}

/// The name of a constant, of this copybook or of the program around it: VALUE has no bytes.
fn is_name(token: &Token) -> bool {
    token.kind == TokenKind::Word
        && token.text.starts_with(char::is_alphanumeric)
        && !starts_clause(&token.text)
        && !matches!(
            token.text.as_str(),
            "THRU" | "THROUGH" | "WHEN" | "SET" | "FALSE" | "TO" | "IN" | "IS"
        )
}

/// A literal, a number or a figurative constant.
pub(super) fn is_value(token: &Token) -> bool {
    let number = || {
        token
            .text
            .starts_with(|c: char| c.is_ascii_digit() || "+-.,".contains(c))
    };
    match token.kind {
        TokenKind::Literal => true,
        TokenKind::Word => {
            number()
                || matches!(
                    token.text.as_str(),
                    "ZERO"
                        | "ZEROS"
                        | "ZEROES"
                        | "SPACE"
                        | "SPACES"
                        | "HIGH-VALUE"
                        | "HIGH-VALUES"
                        | "LOW-VALUE"
                        | "LOW-VALUES"
                        | "QUOTE"
                        | "QUOTES"
                        | "NULL"
                        | "NULLS"
                        | "ALL"
                        | "TRUE"
                )
        }
        _ => false,
    }
}

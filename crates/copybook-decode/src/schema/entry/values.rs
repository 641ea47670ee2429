//! VALUE: parsed, since conditions need it and a period may hide in a literal; no bytes.

use compact_str::CompactString;

use super::super::error::Fault;
use super::super::lexer::{Token, TokenKind};
use super::Cursor;
use super::clauses::starts_clause;

impl Cursor<'_> {
    /// Literals, figurative constants and ranges up to the next clause, as written.
    pub(super) fn values(&mut self) -> Result<CompactString, Fault> {
        if !self.accept(&["IS"]) {
            self.accept(&["ARE"]);
        }
        let mut text = CompactString::default();
        self.literal(&mut text, "a literal or figurative constant")?;
        loop {
            if self.accept(&["THRU", "THROUGH"]) {
                text.push_str(" THRU ");
                self.literal(&mut text, "the end of the range")?;
            } else if self.peek().is_some_and(|t| is_value(t) || is_name(t)) {
                text.push(' ');
                self.literal(&mut text, "a literal")?;
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
            self.literal(&mut CompactString::default(), "a literal")?;
        }
        Ok(text)
    }

    /// `literal [& literal]...`, appended as written.
    pub(super) fn literal(&mut self, out: &mut CompactString, expected: &str) -> Result<(), Fault> {
        self.operand(out, expected)?;
        while self.accept(&["&"]) {
            out.push_str(" & ");
            self.operand(out, "a literal after &")?;
        }
        Ok(())
    }

    fn operand(&mut self, out: &mut CompactString, expected: &str) -> Result<(), Fault> {
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
            out.push_str("LENGTH OF ");
            out.push_str(&name.name);
            return Ok(());
        }
        out.push_str(all);
        out.push_str(token.text);
        Ok(())
    }
}

/// The name of a constant, of this copybook or of the program around it: VALUE has no bytes.
fn is_name(token: &Token<'_>) -> bool {
    token.kind == TokenKind::Word
        && token.text.starts_with(char::is_alphanumeric)
        && !starts_clause(token.text)
        && !matches!(
            token.text,
            "THRU" | "THROUGH" | "WHEN" | "SET" | "FALSE" | "TO" | "IN" | "IS"
        )
}

/// A literal, a number or a figurative constant.
pub(super) fn is_value(token: &Token<'_>) -> bool {
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
                    token.text,
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

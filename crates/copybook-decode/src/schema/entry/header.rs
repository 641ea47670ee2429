//! What surrounds the entries of a record in a program: division, section and file headers, which
//! have no bytes, and declarations of embedded SQL.

use super::super::error::{At, Fault};
use super::super::lexer::TokenKind;
use super::Cursor;

/// Whose records the entries are.
#[derive(Debug, Default)]
pub(super) struct Headers {
    /// Whose entries were read, as the header has it.
    read: Option<String>,
    /// The last header.
    last: Option<String>,
}

impl Headers {
    /// An entry of level 01 or 77 follows: those behind two headers are no views of one record.
    pub(super) fn entry(&mut self, at: At) -> Result<(), Fault> {
        match (&self.read, &self.last) {
            (Some(read), Some(last)) if read != last => {
                let expected = format!("the records of one file ({read})");
                let found = format!("those of another ({last}): keep one of the two");
                Err(Fault::expected(at, &expected, found))
            }
            (None, _) => {
                let last = self.last.as_deref().unwrap_or("the first");
                self.read = Some(last.to_owned());
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

impl Cursor<'_> {
    /// Passes over a header, if one starts here.
    pub(super) fn header(&mut self) -> Result<bool, Fault> {
        let word = |n: usize| {
            let token = self.tokens.get(self.pos + n);
            token
                .filter(|t| t.kind == TokenKind::Word)
                .map_or("", |t| t.text)
        };
        let section = matches!(
            word(0),
            "FILE" | "WORKING-STORAGE" | "LOCAL-STORAGE" | "LINKAGE"
        ) && word(1) == "SECTION";
        let file = matches!(word(0), "FD" | "SD") && !word(1).is_empty();
        let division = word(0) == "DATA" && word(1) == "DIVISION";
        if !(section || file || division) {
            return Ok(false);
        }
        if !division && word(0) != "FILE" {
            self.headers.last = Some(format!("{} {}", word(0), word(1)));
        }
        let start = self.here();
        let rest = &self.tokens[self.pos..];
        let Some(length) = rest.iter().position(|t| t.kind == TokenKind::Period) else {
            return Err(Fault::expected(start, "a period after this header", "none"));
        };
        self.pos += length + 1;
        Ok(true)
    }

    /// `EXEC SQL DECLARE ... END-EXEC`, which DCLGEN puts before the entries of a table: it tells
    /// the precompiler about names and has no bytes (Db2 for z/OS SQL Reference, "DECLARE TABLE";
    /// also `BEGIN DECLARE SECTION` and its end). Any other SQL is an error.
    pub(super) fn sql_declaration(&mut self) -> Result<bool, Fault> {
        let word = |n: usize| self.tokens.get(self.pos + n).map_or("", |t| t.text);
        let declares = ["DECLARE", "BEGIN", "END"].contains(&word(2));
        if word(0) != "EXEC" || word(1) != "SQL" || !declares {
            return Ok(false);
        }
        let start = self.here();
        let rest = &self.tokens[self.pos..];
        let Some(length) = rest.iter().position(|t| t.is_word("END-EXEC")) else {
            return Err(Fault::expected(start, "END-EXEC after EXEC SQL", "none"));
        };
        self.pos += length + 1;
        Ok(true)
    }
}

//! The clauses of an entry.

use super::super::error::At;
use super::super::error::Fault;
use super::super::lexer::{Token, TokenKind};
use super::super::options::CopybookOptions;
use super::super::picture::{self, BadPicture, Picture};
use super::super::usage::Usage;
use super::{Cursor, Entry, OccursClause, SignClause};

/// Whether a word opens a clause, and so cannot be the entry's name.
pub(super) fn starts_clause(word: &str) -> bool {
    Usage::from_word(word).is_some()
        || unsupported(word).is_some()
        || matches!(
            word,
            "REDEFINES"
                | "PIC"
                | "PICTURE"
                | "USAGE"
                | "OCCURS"
                | "VALUE"
                | "VALUES"
                | "SIGN"
                | "LEADING"
                | "TRAILING"
                | "SYNC"
                | "SYNCHRONIZED"
                | "JUST"
                | "JUSTIFIED"
                | "BLANK"
                | "RENAMES"
                | "GLOBAL"
                | "EXTERNAL"
                | "VOLATILE"
                | "GROUP-USAGE"
                | "DATE"
        )
}

/// Whether a word that younger compilers reserve is an item's name all the same: `TYPE PIC X`.
pub(super) fn names(word: &str, next: Option<&Token<'_>>) -> bool {
    let young = matches!(
        word,
        "TYPE"
            | "LIKE"
            | "SAME"
            | "ANY"
            | "DYNAMIC"
            | "OBJECT"
            | "VOLATILE"
            | "DATE"
            | "SQL"
            | "TYPEDEF"
    );
    young && next.is_none_or(|t| t.kind == TokenKind::Period || starts_clause(t.text))
}

/// Clauses that exist and change the layout in ways that are not implemented, or describe no records
/// of files: named, not guessed.
fn unsupported(word: &str) -> Option<&'static str> {
    Some(match word {
        // Storage that programs share (Enterprise COBOL Language Reference, "EXTERNAL clause").
        "EXTERNAL" => "EXTERNAL",
        "ANY" => "ANY LENGTH",
        "DYNAMIC" => "DYNAMIC LENGTH",
        "TYPE" => "TYPE",
        "TYPEDEF" => "TYPEDEF",
        "LIKE" => "LIKE",
        "SAME" => "SAME AS",
        "SQL" => "SQL TYPE",
        "BINARY-C-LONG" => "USAGE BINARY-C-LONG",
        "FLOAT-SHORT" | "FLOAT-LONG" | "FLOAT-EXTENDED" => "USAGE FLOAT-...",
        _ => return None,
    })
}

impl Cursor<'_> {
    /// Reads one clause into the entry.
    pub(super) fn clause(&mut self, entry: &mut Entry) -> Result<(), Fault> {
        let at = self.here();
        let mut word = self.peek_word().unwrap_or_default();
        let next = self.tokens.get(self.pos + 1);
        if word == "IS"
            && next.is_some_and(|t| {
                ["GLOBAL", "EXTERNAL", "TYPEDEF"]
                    .iter()
                    .any(|w| t.is_word(w))
            })
        {
            self.pos += 1;
            word = self.peek_word().unwrap_or_default();
        }
        if matches!(word, "PIC" | "PICTURE") {
            self.pos += 1;
            return self.picture_clause(entry, at);
        }
        if Usage::from_word(word).is_some() || word == "USAGE" {
            return self.usage_clause(entry);
        }
        if let Some(name) = unsupported(word) {
            return Err(Fault::new(
                at,
                format!("the clause {name} is not supported"),
            ));
        }
        if !starts_clause(word) {
            return Err(self.expected("a clause or a period"));
        }
        self.pos += 1;
        match word {
            "REDEFINES" => {
                let target = self.reference()?;
                set(&mut entry.redefines, Box::new(target), at, word)
            }
            "OCCURS" => {
                let occurs = self.occurs_clause(at)?;
                set(&mut entry.occurs, Box::new(occurs), at, word)
            }
            "VALUE" | "VALUES" => {
                let values = self.values()?;
                set(&mut entry.values, values, at, word)
            }
            "SIGN" => {
                self.accept(&["IS"]);
                self.sign_clause(entry, at)
            }
            "LEADING" | "TRAILING" => {
                self.pos -= 1;
                self.sign_clause(entry, at)
            }
            "RENAMES" => {
                let from = self.reference()?;
                let through = if self.accept(&["THRU", "THROUGH"]) {
                    Some(self.reference()?)
                } else {
                    None
                };
                set(&mut entry.renames, Box::new((from, through)), at, word)
            }
            _ => self.small_clause(entry, word, at),
        }
    }

    fn small_clause(&mut self, entry: &mut Entry, word: &str, at: At) -> Result<(), Fault> {
        match word {
            "SYNC" | "SYNCHRONIZED" => {
                // Language Reference: LEFT and RIGHT are checked and have no effect.
                self.accept(&["LEFT", "RIGHT"]);
                set(&mut entry.sync, at, at, word)
            }
            "JUST" | "JUSTIFIED" => {
                self.accept(&["RIGHT"]);
                set(&mut entry.justified, at, at, word)
            }
            "BLANK" => {
                self.accept(&["WHEN"]);
                if !self.accept(&["ZERO", "ZEROS", "ZEROES"]) {
                    return Err(self.expected("ZERO after BLANK WHEN"));
                }
                set(&mut entry.blank_when_zero, at, at, "BLANK WHEN ZERO")
            }
            "GROUP-USAGE" => {
                self.accept(&["IS"]);
                let usage = if self.accept(&["NATIONAL"]) {
                    Usage::National
                } else if self.accept(&["UTF-8"]) {
                    Usage::Utf8
                } else {
                    return Err(self.expected("NATIONAL or UTF-8 after GROUP-USAGE"));
                };
                set(&mut entry.usage, (usage, at), at, "USAGE")
            }
            // Of compilers before Enterprise COBOL 5; which date it is has no bytes.
            "DATE" => {
                if !self.accept(&["FORMAT"]) {
                    return Err(self.expected("FORMAT after DATE"));
                }
                self.accept(&["IS"]);
                self.data_name("a date pattern after DATE FORMAT")
                    .map(|_| ())
            }
            // GLOBAL and VOLATILE say nothing about bytes.
            _ => Ok(()),
        }
    }

    fn usage_clause(&mut self, entry: &mut Entry) -> Result<(), Fault> {
        let at = self.here();
        if self.accept(&["USAGE"]) {
            self.accept(&["IS"]);
        }
        let here = self.here();
        let word = self.peek_word().unwrap_or_default();
        if let Some(name) = unsupported(word) {
            return Err(Fault::new(
                here,
                format!("the clause {name} is not supported"),
            ));
        }
        let Some(found) = Usage::from_word(word) else {
            return Err(self.expected("DISPLAY, COMP, COMP-1 to COMP-6, COMP-X, COMP-N, BINARY, BINARY-CHAR, BINARY-SHORT, BINARY-LONG, BINARY-DOUBLE, PACKED-DECIMAL, NATIONAL, DISPLAY-1, UTF-8, INDEX or a pointer after USAGE"));
        };
        if Usage::is_vendors(word) && !self.options.vendor_usages {
            let message = format!(
                "the usage {word} is of some compilers only; for packed without a sign (COMP-3U) and \
                 binary with the least significant byte first (COMP-9), allow it with \
                 --vendor-usages"
            );
            return Err(Fault::new(here, message));
        }
        self.pos += 1;
        let found = match found {
            Usage::ObjectReference => {
                self.object_reference()?;
                found
            }
            Usage::BinarySized { bytes, .. } => {
                let signed = self.accept(&["SIGNED"]) || !self.accept(&["UNSIGNED"]);
                Usage::BinarySized { bytes, signed }
            }
            other => other,
        };
        // `COMP-5 NATIVE`-like suffixes are not COBOL; they end up as an unknown clause.
        set(&mut entry.usage, (found, here), at, "USAGE")
    }

    /// `REFERENCE [class-name]`: which class has no bytes.
    fn object_reference(&mut self) -> Result<(), Fault> {
        if !self.accept(&["REFERENCE"]) {
            return Err(self.expected("REFERENCE after OBJECT"));
        }
        if self.peek_word().is_some_and(|word| !starts_clause(word)) {
            self.data_name("the name of a class")?;
        }
        Ok(())
    }

    fn picture_clause(&mut self, entry: &mut Entry, at: At) -> Result<(), Fault> {
        self.accept(&["IS"]);
        let Some(token) = self.peek().filter(|t| t.kind == TokenKind::Word) else {
            return Err(self.expected("a picture string"));
        };
        let text = self.counted(token.text);
        let mut picture = picture::parse(&text, self.options)
            .map_err(|bad| self.bad_picture(token, &text, bad))?;
        self.pos += 1;
        let here = self.here();
        if self.accept(&["BYTE-LENGTH"]) {
            self.accept(&["IS"]);
            let Picture::Utf8 { chars: 1, bytes } = &mut picture else {
                return Err(Fault::expected(
                    here,
                    "BYTE-LENGTH only after the picture U",
                    "another picture",
                ));
            };
            *bytes = Some(self.integer("a number of bytes after BYTE-LENGTH")?);
        }
        entry.picture_text = Some(token.text.into());
        set(&mut entry.picture, (picture, token.at), at, "PICTURE")
    }

    fn bad_picture(&self, token: &Token<'_>, text: &str, bad: BadPicture) -> Fault {
        let place = |offset, width| token.at.part(offset, width);
        if let Some((picture, clause)) = glued(text, self.options) {
            let offset = picture.chars().count();
            let message = format!(
                "expected a space between the picture `{}` and {clause}, found none",
                super::shorten(picture)
            );
            return Fault::new(place(offset, clause.chars().count()), message);
        }
        let other = CopybookOptions {
            decimal_point_is_comma: !self.options.decimal_point_is_comma,
            ..self.options.clone()
        };
        let hint = match picture::parse(text, &other) {
            Err(_) => "",
            Ok(_) if other.decimal_point_is_comma => {
                "; it is one in a program with DECIMAL-POINT IS COMMA: give --decimal-point-is-comma"
            }
            Ok(_) => "; it is one without --decimal-point-is-comma",
        };
        let message = format!("picture `{}`: {}{hint}", super::shorten(text), bad.message);
        Fault::new(place(bad.offset, 1), message)
    }

    /// `OCCURS [min TO] max [TIMES] [DEPENDING [ON] name] [keys] [INDEXED [BY] names]`.
    fn occurs_clause(&mut self, at: At) -> Result<OccursClause, Fault> {
        if self.peek_word() == Some("DYNAMIC") {
            return Err(Fault::new(at, "the clause OCCURS DYNAMIC is not supported"));
        }
        let first = self.integer("a number of occurrences")?;
        let (mut min, mut max) = (None, first);
        if self.accept(&["TO"]) {
            if self.peek_word() == Some("UNBOUNDED") {
                return Err(Fault::new(
                    self.here(),
                    "the clause OCCURS UNBOUNDED is not supported: only items of the LINKAGE SECTION have it, so no record of a file does; give the greatest number that records have",
                ));
            }
            (min, max) = (
                Some(first),
                self.integer("the greatest number of occurrences")?,
            );
        }
        self.accept(&["TIMES"]);
        let mut depending_on = None;
        loop {
            if self.accept(&["DEPENDING"]) {
                self.accept(&["ON"]);
                let here = self.here();
                let name = self.reference()?;
                set(&mut depending_on, name, here, "DEPENDING ON")?;
            } else if self.accept(&["ASCENDING", "DESCENDING"]) {
                self.accept(&["KEY"]);
                self.accept(&["IS"]);
                self.names()?;
            } else if self.accept(&["INDEXED"]) {
                self.accept(&["BY"]);
                self.names()?;
            } else {
                break;
            }
        }
        Ok(OccursClause {
            min,
            max,
            depending_on,
            at,
        })
    }

    /// One or more names; their meaning (keys, indexes) has no bytes in the record.
    fn names(&mut self) -> Result<(), Fault> {
        self.reference()?;
        while self.peek_word().is_some_and(|w| {
            !starts_clause(w) && !matches!(w, "DEPENDING" | "ASCENDING" | "DESCENDING" | "INDEXED")
        }) {
            self.reference()?;
        }
        Ok(())
    }

    fn sign_clause(&mut self, entry: &mut Entry, at: At) -> Result<(), Fault> {
        let leading = self.accept(&["LEADING"]);
        if !leading && !self.accept(&["TRAILING"]) {
            return Err(self.expected("LEADING or TRAILING after SIGN"));
        }
        let separate = self.accept(&["SEPARATE"]);
        if separate {
            self.accept(&["CHARACTER"]);
        }
        set(
            &mut entry.sign,
            (SignClause { leading, separate }, at),
            at,
            "SIGN",
        )
    }
}

/// A picture and the clause that follows it without a space.
fn glued<'t>(text: &'t str, options: &CopybookOptions) -> Option<(&'t str, &'t str)> {
    // No picture is that long before its clause, and hostile ones must not cost a parse each.
    let ends = text.char_indices().skip(1).take(64).map(|(at, _)| at);
    ends.map(|at| text.split_at(at))
        .filter(|(_, clause)| starts_clause(clause))
        .find(|(picture, _)| picture::parse(picture, options).is_ok())
}

/// Fills a clause's place, once.
fn set<T>(slot: &mut Option<T>, value: T, at: At, clause: &str) -> Result<(), Fault> {
    if slot.is_some() {
        return Err(Fault::new(
            at,
            format!("expected one {clause} clause in an entry, found a second"),
        ));
    }
    *slot = Some(value);
    Ok(())
}

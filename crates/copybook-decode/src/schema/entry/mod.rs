//! One data description entry: level, name, clauses, period.
//!
//! Language Reference, "Data division--data description entry". Nothing is resolved here; names
//! stay names until [`super::tree`] has all entries.

mod clauses;
mod constants;
mod header;
mod values;

use std::collections::BTreeMap;

use compact_str::CompactString;

use super::directive::Value;
use super::error::{At, Fault};
use super::lexer::{Token, TokenKind};
use super::options::CopybookOptions;
use super::picture::Picture;
use super::usage::Usage;
use constants::Constants;
use header::Headers;

/// An entry as written. Clauses that few entries have are boxed, since a copybook may have thousands of
/// entries.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) level: u8,
    pub(super) at: At,
    /// `None` for FILLER and for no name at all.
    pub(super) name: Option<CompactString>,
    pub(super) redefines: Option<Box<Name>>,
    pub(super) picture: Option<(Picture, At)>,
    /// The picture as written, in upper case.
    pub(super) picture_text: Option<CompactString>,
    pub(super) usage: Option<(Usage, At)>,
    pub(super) occurs: Option<Box<OccursClause>>,
    pub(super) sign: Option<(SignClause, At)>,
    pub(super) sync: Option<At>,
    pub(super) justified: Option<At>,
    pub(super) blank_when_zero: Option<At>,
    pub(super) renames: Option<Box<(Name, Option<Name>)>>,
    pub(super) values: Option<CompactString>,
}

/// A reference: the name and the groups that qualify it, innermost first.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub(super) name: CompactString,
    pub(super) qualifiers: Vec<CompactString>,
    pub(super) at: At,
}

#[derive(Debug, Clone)]
pub(super) struct OccursClause {
    pub(super) min: Option<usize>,
    pub(super) max: usize,
    pub(super) depending_on: Option<Name>,
    pub(super) at: At,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SignClause {
    pub(super) leading: bool,
    pub(super) separate: bool,
}

/// Reads every entry. `defined` are the names of conditional compilation.
pub(super) fn entries(
    tokens: &[Token<'_>],
    options: &CopybookOptions,
    defined: &BTreeMap<String, Value>,
) -> Result<Vec<Entry>, Fault> {
    let mut cursor = Cursor {
        tokens,
        pos: 0,
        options,
        defined: constants::of_defined(defined),
        constants: Constants::new(),
        headers: Headers::default(),
    };
    let mut out = Vec::with_capacity(tokens.len() / 6);
    while let Some(token) = cursor.peek() {
        if token.kind == TokenKind::Period {
            // A period too many is a warning to a compiler and nothing to us.
            cursor.pos += 1;
        } else if !(cursor.sql_declaration()? || cursor.header()? || cursor.constant()?) {
            let entry = cursor.entry()?;
            if matches!(entry.level, 1 | 77) {
                cursor.headers.entry(entry.at)?;
            }
            out.push(entry);
        }
    }
    Ok(out)
}

struct Cursor<'a> {
    tokens: &'a [Token<'a>],
    pos: usize,
    options: &'a CopybookOptions,
    /// Names of conditional compilation.
    defined: Constants,
    constants: Constants,
    headers: Headers,
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<&'a Token<'a>> {
        self.tokens.get(self.pos)
    }

    fn peek_word(&self) -> Option<&'a str> {
        self.peek()
            .filter(|t| t.kind == TokenKind::Word)
            .map(|t| t.text)
    }

    /// Takes the next token if it is one of `words`.
    fn accept(&mut self, words: &[&str]) -> bool {
        let found = self.peek_word().is_some_and(|w| words.contains(&w));
        self.pos += usize::from(found);
        found
    }

    /// Where the next token is, or behind the last one.
    fn here(&self) -> At {
        match (self.peek(), self.tokens.last()) {
            (Some(token), _) => token.at,
            (None, Some(last)) => last.at.behind(),
            (None, None) => At::default(),
        }
    }

    fn expected(&self, expected: &str) -> Fault {
        match self.peek() {
            Some(t) if t.kind == TokenKind::Period => {
                Fault::expected(t.at, expected, "the end of the entry (a period)")
            }
            Some(t) => Fault::expected(t.at, expected, format!("`{}`", shorten(t.text))),
            None => Fault::expected(self.here(), expected, "the end of the copybook"),
        }
    }

    fn entry(&mut self) -> Result<Entry, Fault> {
        let at = self.here();
        let level = self.level()?;
        let name = self.entry_name(level)?;
        let mut entry = Entry {
            level,
            at,
            name,
            ..Entry::default()
        };
        loop {
            match self.peek() {
                Some(t) if t.kind == TokenKind::Period => {
                    self.pos += 1;
                    break;
                }
                Some(_) => self.clause(&mut entry)?,
                None => return Err(self.expected("a period at the end of the entry")),
            }
        }
        self.complete(&entry)?;
        Ok(entry)
    }

    fn level(&mut self) -> Result<u8, Fault> {
        if let Some(
            word @ ("EXEC" | "ID" | "IDENTIFICATION" | "ENVIRONMENT" | "PROCEDURE" | "SELECT"),
        ) = self.peek_word()
        {
            let message = format!(
                "expected a data description entry (only those make a copybook), found {word}"
            );
            return Err(Fault::new(self.here(), message));
        }
        let level = self
            .peek_word()
            .filter(|w| w.len() <= 2 && w.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|w| w.parse::<u8>().ok())
            .filter(|n| matches!(n, 1..=49 | 66 | 77 | 88))
            .ok_or_else(|| self.expected("a level number (01 to 49, 66, 77, 78 or 88)"))?;
        self.pos += 1;
        Ok(level)
    }

    fn entry_name(&mut self, level: u8) -> Result<Option<CompactString>, Fault> {
        if self.accept(&["FILLER"]) {
            return Ok(None);
        }
        let next = self.tokens.get(self.pos + 1);
        match self.peek() {
            Some(t)
                if t.kind == TokenKind::Word
                    && (!clauses::starts_clause(t.text) || clauses::names(t.text, next)) =>
            {
                self.data_name("a data name, FILLER or a clause").map(Some)
            }
            _ if matches!(level, 66 | 77 | 88) => Err(self.expected("a data name")),
            _ => Ok(None),
        }
    }

    /// A user-defined word: letters, digits, hyphens and underscores, with a letter.
    fn data_name(&mut self, expected: &str) -> Result<CompactString, Fault> {
        let token = self.peek().filter(|t| t.kind == TokenKind::Word);
        let Some(name) = token.filter(|t| is_data_name(t.text)) else {
            let fault = self.expected(expected);
            return Err(match self.peek_word().and_then(placeholder) {
                Some(tag) => Fault::new(
                    fault.at,
                    format!(
                        "{}; {tag} is a placeholder that programs replace: give the replacement with --replace {tag}=TEXT",
                        fault.message
                    ),
                ),
                None => fault,
            });
        };
        self.pos += 1;
        Ok(name.text.into())
    }

    /// `A OF B IN C`.
    fn reference(&mut self) -> Result<Name, Fault> {
        let at = self.here();
        let name = self.data_name("a data name")?;
        let mut qualifiers = Vec::new();
        while self.accept(&["OF", "IN"]) {
            qualifiers.push(self.data_name("the name of a group")?);
        }
        Ok(Name {
            name,
            qualifiers,
            at,
        })
    }

    /// A number, or a constant that is one.
    fn integer(&mut self, expected: &str) -> Result<usize, Fault> {
        let digits = |word: &str| word.starts_with(|c: char| c.is_alphanumeric());
        let number = self
            .peek_word()
            .filter(|word| digits(word))
            .and_then(|_| self.number())
            .and_then(|number| usize::try_from(number).ok())
            .ok_or_else(|| self.expected(expected))?;
        self.pos += 1;
        Ok(number)
    }

    /// What a level demands as a whole.
    fn complete(&self, entry: &Entry) -> Result<(), Fault> {
        match entry.level {
            66 if entry.renames.is_none() => Err(Fault::expected(
                entry.at,
                "RENAMES in a level-66 entry",
                "none",
            )),
            88 if entry.values.is_none() => Err(Fault::expected(
                entry.at,
                "VALUE in a level-88 entry",
                "none",
            )),
            66 | 88 => {
                let other = [
                    entry.picture.as_ref().map(|p| p.1),
                    entry.usage.map(|u| u.1),
                    entry.occurs.as_ref().map(|o| o.at),
                    entry.redefines.as_ref().map(|r| r.at),
                    entry.sign.map(|s| s.1),
                ];
                let only = if entry.level == 66 {
                    "only RENAMES"
                } else {
                    "only VALUE"
                };
                match other.into_iter().flatten().next() {
                    Some(at) => Err(Fault::expected(at, only, "another clause")),
                    None => Ok(()),
                }
            }
            _ => match entry.renames.as_deref() {
                Some((name, _)) => {
                    let found = format!("level {:02}", entry.level);
                    Err(Fault::expected(name.at, "RENAMES only at level 66", found))
                }
                None => Ok(()),
            },
        }
    }
}

fn is_data_name(word: &str) -> bool {
    let mut letters = false;
    let allowed = match word.is_ascii() {
        true => word.bytes().all(|byte| {
            letters |= byte.is_ascii_alphabetic();
            byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
        }),
        false => word.chars().all(|c| {
            letters |= c.is_alphabetic();
            c.is_alphanumeric() || c == '-' || c == '_'
        }),
    };
    allowed && letters && !word.starts_with('-') && !word.ends_with('-')
}

/// `:TAG:` in a name.
fn placeholder(word: &str) -> Option<&str> {
    let start = word.find(':')?;
    let end = start + 1 + word.get(start + 1..)?.find(':')?;
    word.get(start..=end)
}

/// A word of hostile length is shown in part.
fn shorten(text: &str) -> String {
    const SHOWN: usize = 40;
    if text.chars().count() <= SHOWN {
        return text.to_owned();
    }
    text.chars().take(SHOWN).chain("...".chars()).collect()
}

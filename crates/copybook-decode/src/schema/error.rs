//! What is wrong with a copybook, and where.

use std::fmt;

use super::source::{Detected, Sources};

/// A place in a copybook: file, line, column and how many columns are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct At {
    /// Index into [`Sources`].
    file: u32,
    /// From 1.
    line: u32,
    /// From 1, counted in characters with tabs expanded.
    column: u32,
    /// Columns to underline.
    width: u32,
}

/// In 16 bytes, since every word has a place.
impl At {
    pub(super) fn new(file: usize, line: usize, column: usize, width: usize) -> Self {
        // Text is bounded far below what does not fit.
        let small = |number| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            file: small(file),
            line: small(line),
            column: small(column),
            width: small(width),
        }
    }

    pub(super) fn file(self) -> usize {
        self.file as usize
    }

    pub(super) fn line(self) -> usize {
        self.line as usize
    }

    fn column(self) -> usize {
        self.column as usize
    }

    /// So many columns, as many behind the beginning of this place.
    pub(super) fn part(self, offset: usize, width: usize) -> Self {
        let column = self.column().saturating_add(offset);
        Self::new(self.file(), self.line(), column, width)
    }

    /// The column behind it.
    pub(super) fn behind(self) -> Self {
        self.part(self.width as usize, 1)
    }

    /// Both places, of which `next` follows this one without a gap.
    pub(super) fn with(self, next: At) -> Self {
        Self {
            width: self.width.saturating_add(next.width),
            ..self
        }
    }
}

/// An error before its source line is attached: small, because every rule may return one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) at: At,
    pub(super) message: String,
}

impl Fault {
    pub(super) fn new(at: At, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
        }
    }

    /// `expected X, found Y`.
    pub(super) fn expected(at: At, expected: &str, found: impl fmt::Display) -> Self {
        Self::new(at, format!("expected {expected}, found {found}"))
    }

    /// The same fault, blamed on text that fixed format leaves out.
    pub(super) fn cut_off(self, at: At) -> Self {
        let message = format!(
            "what is after column 72 is no part of the entry in fixed format, which may be why \
             line {} was not understood ({}); continue the entry on the next line, or give the \
             format with --copybook-format free",
            self.at.line, self.message
        );
        Self::new(at, message)
    }

    /// The same fault, of a text that seemed to have another format, in which it was not
    /// understood.
    pub(super) fn rather_than(self, detected: &Detected, first: &Fault) -> Self {
        let place = match detected.line {
            0 => String::new(),
            line => format!(" (line {line})"),
        };
        let message = format!(
            "{} (it seemed to be in {} format, since {}{place}, but like that line {} is not \
             understood; give the format with --copybook-format)",
            self.message,
            detected.form.name(),
            detected.reason,
            first.at.line
        );
        Self::new(self.at, message)
    }
}

/// A copybook that cannot be read.
///
/// [`Display`](fmt::Display) names file, line and column, says what was expected and what was
/// found, and shows the source line with a caret under the place:
///
/// ```text
/// copybook line 2, column 22: picture `X(`: expected a repeat count from 1 to 999999999 in parentheses
///   |
/// 2 |            05 A PIC X(.
///   |                      ^
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaError(Box<Detail>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Detail {
    file: Option<String>,
    at: At,
    message: String,
    source_line: String,
}

impl SchemaError {
    pub(super) fn new(fault: Fault, sources: &Sources) -> Self {
        let (file, source_line) = sources.line(fault.at.file(), fault.at.line());
        Self(Box::new(Detail {
            file,
            at: fault.at,
            message: fault.message,
            source_line,
        }))
    }
}

/// A line longer than this is shown in part: hostile input must not flood the terminal.
const SHOWN: usize = 120;

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Detail {
            file,
            at,
            message,
            source_line,
        } = &*self.0;
        match file {
            Some(name) => write!(f, "copybook member {name}, ")?,
            None => write!(f, "copybook ")?,
        }
        let message: String = message.chars().map(printable).collect();
        writeln!(f, "line {}, column {}: {message}", at.line, at.column)?;
        let before = at.column().saturating_sub(1);
        // The window ends after the caret, so that the caret is always inside.
        let from = (before + 20).saturating_sub(SHOWN);
        let shown: String = source_line.chars().skip(from).take(SHOWN).collect();
        let shown: String = shown.trim_end().chars().map(printable).collect();
        let gutter = at.line.to_string();
        let pad = " ".repeat(gutter.len());
        let caret = "^".repeat((at.width as usize).clamp(1, SHOWN - (before - from)));
        writeln!(f, "{pad} |")?;
        writeln!(f, "{gutter} | {shown}")?;
        write!(f, "{pad} | {}{caret}", " ".repeat(before - from))
    }
}

/// Control characters would move the caret or the terminal.
fn printable(c: char) -> char {
    if c.is_control() { '\u{fffd}' } else { c }
}

impl std::error::Error for SchemaError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caret_stays_under_its_column_in_a_long_line() {
        let mut sources = Sources::default();
        let line = format!("{}X{}", " ".repeat(5000), "y".repeat(5000));
        let file = sources.add(None, &line).unwrap();
        let at = At::new(file, 1, 5001, 1);
        let text = SchemaError::new(Fault::new(at, "here"), &sources).to_string();
        let lines: Vec<&str> = text.lines().collect();
        let caret = lines[3].chars().position(|c| c == '^').unwrap();
        assert_eq!(lines[2].chars().nth(caret), Some('X'));
        assert!(text.len() < 500, "{}", text.len());
    }
}

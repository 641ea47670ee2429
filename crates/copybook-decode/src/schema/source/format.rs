//! Which format a text has, and what a line is.

use memchr::memchr2;

use super::super::options::SourceFormat;

/// Columns between tab stops.
const TAB: usize = 8;
/// Where the text of fixed format ends.
pub(super) const LAST_COLUMN: usize = 72;
/// How nearly every line without a sequence number begins in fixed format.
pub(super) const NO_SEQUENCE: &str = "       ";

/// Reference format of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::schema) enum Form {
    /// Columns 1-6 sequence, 7 indicator, 8-72 text.
    #[default]
    Fixed,
    /// Text anywhere.
    Free,
    /// Fixed without an end at column 72, of Micro Focus.
    Variable,
}

impl Form {
    pub(in crate::schema) fn name(self) -> &'static str {
        match self {
            Form::Fixed => "fixed",
            Form::Free => "free",
            Form::Variable => "variable",
        }
    }
}

/// A format and what speaks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::schema) struct Detected {
    pub(in crate::schema) form: Form,
    /// For messages.
    pub(in crate::schema) reason: &'static str,
    /// Line of what speaks for it, from 1; 0 if nothing does.
    pub(in crate::schema) line: usize,
    /// Nothing else comes into question: an entry starts where area A does.
    pub(in crate::schema) area_a: bool,
}

impl Detected {
    /// What else it could be, if that was guessed.
    pub(in crate::schema) fn other(&self, format: SourceFormat) -> Option<SourceFormat> {
        match (format, self.form) {
            (SourceFormat::Auto, Form::Free) => Some(SourceFormat::Fixed),
            (SourceFormat::Auto, _) => Some(SourceFormat::Free),
            _ => None,
        }
    }
}

/// Splits a line after so many columns; nothing comes after those of a shorter line.
pub(super) fn split_columns(line: &str, columns: usize) -> (&str, &str) {
    let Some(start) = line.as_bytes().get(..columns) else {
        return (line, "");
    };
    if start.is_ascii() {
        return line.split_at(columns);
    }
    let behind = line.char_indices().nth(columns);
    line.split_at(behind.map_or(line.len(), |(at, _)| at))
}

/// How many columns a text takes: one for each character.
pub(in crate::schema) fn columns(text: &str) -> usize {
    match text.is_ascii() {
        true => text.len(),
        false => text.chars().count(),
    }
}

/// The part of a line that this format reads: up to column 72, or all of it.
pub(super) fn cut(line: &str, form: Form) -> &str {
    match form {
        Form::Fixed => split_columns(line, LAST_COLUMN).0,
        Form::Free | Form::Variable => line,
    }
}

/// The text from its first character on that separates nothing.
pub(in crate::schema) fn trim_blanks(text: &str) -> &str {
    // Nearly always all of them are spaces.
    let spaces = text.bytes().take_while(|byte| *byte == b' ').count();
    text[spaces..].trim_start_matches(blank)
}

/// Separators besides the space: what editors and DOS leave behind.
pub(in crate::schema) fn blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{1a}' || c == '\0'
}

/// Appends a line with spaces for its tabs.
pub(super) fn expand_tabs(line: &str, out: &mut String) {
    let mut column = 0;
    for c in line.chars() {
        let width = if c == '\t' { TAB - column % TAB } else { 1 };
        if c == '\t' {
            out.extend(std::iter::repeat_n(' ', width));
        } else {
            out.push(c);
        }
        column += width;
    }
}

/// The format of these lines. Without `directives`, none of them is looked for.
pub(super) fn detect<'t>(
    lines: impl Iterator<Item = &'t str>,
    format: SourceFormat,
    directives: bool,
) -> Detected {
    let given = |form| Detected {
        form,
        reason: "that is the format given",
        line: 0,
        area_a: true,
    };
    match format {
        SourceFormat::Fixed => given(Form::Fixed),
        SourceFormat::Free => given(Form::Free),
        SourceFormat::Auto => guess(lines, directives),
    }
}

/// Fixed if a line has a sequence number, a continuation or an entry in column 8, whatever is
/// before it; else free if an entry starts further left; else fixed. Clauses on a line longer than
/// a card would be lost without a word, so they count more than an entry in column 8.
fn guess<'t>(lines: impl Iterator<Item = &'t str>, directives: bool) -> Detected {
    let (mut free, mut long) = (None, None);
    let fixed = |reason, line, area_a| Detected {
        form: Form::Fixed,
        reason,
        line,
        area_a,
    };
    let mut area_a = None;
    for (number, line) in (1..).zip(lines) {
        if directives && directive(line, Form::Fixed).is_some_and(|(_, text)| names_form(text)) {
            // What follows has the format that it names.
            break;
        }
        let (sequence, rest) = split_columns(line, 6);
        let mut rest = rest.chars();
        let (indicator, text) = (rest.next().unwrap_or(' '), rest.as_str());
        if sequence.len() == 6 && sequence.bytes().all(|b| b.is_ascii_digit()) {
            return fixed("columns 1 to 6 hold a sequence number", number, true);
        }
        if indicator == '-' && sequence.trim().is_empty() {
            return fixed("column 7 continues a line", number, true);
        }
        if long_entry(line) {
            long.get_or_insert(number);
        }
        if blank(indicator) && !text.starts_with(blank) && starts_entry(text) {
            area_a.get_or_insert(number);
        } else if starts_before_text(line) {
            free.get_or_insert(number);
        }
    }
    if let Some(line) = long {
        return Detected {
            form: Form::Free,
            reason: "clauses lie after column 80",
            line,
            area_a: false,
        };
    }
    match (area_a, free) {
        (Some(line), None) => fixed("an entry starts in column 8", line, true),
        (Some(line), Some(_)) => fixed("an entry starts in column 8", line, false),
        (None, Some(line)) => Detected {
            form: Form::Free,
            reason: "an entry starts before column 8",
            line,
            area_a: false,
        },
        (None, None) => fixed("no entry starts before column 8", 0, false),
    }
}

/// Whether a line is longer than a card, and has a clause behind column 72; a description there is
/// no matter.
fn long_entry(line: &str) -> bool {
    const CARD: usize = 80;
    if line.len() <= CARD || columns(line.trim_end_matches(blank)) <= CARD {
        return false;
    }
    let comment = trim_blanks(line).starts_with('*') || line.chars().nth(6) == Some('*');
    if comment {
        return false;
    }
    let (_, behind) = split_columns(line, LAST_COLUMN);
    behind.split_whitespace().any(|word| {
        let word = word.trim_end_matches('.').to_ascii_uppercase();
        matches!(
            word.as_str(),
            "PIC" | "PICTURE" | "REDEFINES" | "OCCURS" | "USAGE" | "VALUE" | "VALUES" | "BINARY"
        ) || word.starts_with("COMP-")
    })
}

/// A `>>SOURCE` or `$SET SOURCEFORMAT` line.
fn names_form(directive: &str) -> bool {
    let upper = directive.to_ascii_uppercase();
    upper[..]
        .trim_start_matches(['>', ' '])
        .starts_with("SOURCE")
        || upper.contains("SOURCEFORMAT")
}

/// Whether an entry (its level number, COPY or REPLACE) starts before column 8. What only looks like
/// one is `1 TO 3` before an entry: without a period, no entry can end there.
pub(super) fn starts_before_text(line: &str) -> bool {
    if line.starts_with(NO_SEQUENCE) {
        return false;
    }
    let starts = line.len() - line.trim_start().len() < 7 && starts_entry(line);
    let remark = || {
        let (sequence, text) = split_columns(line, 7);
        !sequence.contains('.') && sequence.ends_with(blank) && starts_entry(text)
    };
    starts && !remark()
}

/// Whether a text begins with an entry: a level number and no other number behind it, as positions
/// and lengths would have it; COPY or REPLACE.
fn starts_entry(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or("");
    let level = matches!(first.trim_end_matches('.').len(), 1 | 2)
        && first
            .trim_end_matches('.')
            .parse::<u8>()
            .is_ok_and(|n| matches!(n, 1..=49 | 66 | 77 | 78 | 88));
    let numbered = words
        .next()
        .is_some_and(|word| word.bytes().all(|b| b.is_ascii_digit()));
    (level && !numbered)
        || ["COPY", "REPLACE"]
            .iter()
            .any(|word| first.eq_ignore_ascii_case(word))
}

/// A compiler directive (`>>IF`, `$SET`) from its mark on, and the columns before it.
pub(super) fn directive(line: &str, form: Form) -> Option<(usize, &str)> {
    // Few lines have either.
    memchr2(b'>', b'$', line.as_bytes())?;
    let line = cut(line, form);
    let marked = |from: usize| {
        let (before, rest) = split_columns(line, from);
        let text = trim_blanks(rest);
        let setting = |text: &str| text.starts_with(|c: char| c.is_ascii_alphabetic());
        let mark = text.starts_with(">>") || text.strip_prefix('$').is_some_and(setting);
        let skipped = before.len() + rest.len() - text.len();
        mark.then(|| (columns(&line[..skipped]), text))
    };
    // Before the text of fixed format too: nothing else there begins like this.
    let found = marked(0);
    if form == Form::Free || found.is_some() {
        return found;
    }
    match line.chars().nth(6) {
        Some(c) if blank(c) || matches!(c, '>' | '$') => marked(6),
        _ => None,
    }
}

/// Listing control (Language Reference, "Compiler-directing statements"): no data.
pub(super) fn listing(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let first = words
        .next()
        .unwrap_or("")
        .trim_end_matches('.')
        .to_ascii_uppercase();
    let alone = words.next().is_none();
    (alone && matches!(first.as_str(), "EJECT" | "SKIP1" | "SKIP2" | "SKIP3"))
        || (!alone && first == "TITLE" && text.contains(['\'', '"']))
}

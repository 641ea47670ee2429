//! Which format a text has, and what a line is.

use super::super::options::SourceFormat;

/// Columns between tab stops.
const TAB: usize = 8;
/// Where the text of fixed format ends.
pub(super) const LAST_COLUMN: usize = 72;

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
    /// Behind the last column of text.
    pub(super) fn end(self) -> usize {
        match self {
            Form::Fixed => LAST_COLUMN,
            Form::Free | Form::Variable => usize::MAX,
        }
    }

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

/// Separators besides the space: what editors and DOS leave behind.
pub(in crate::schema) fn blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{1a}' || c == '\0'
}

pub(super) fn expand_tabs(line: &str) -> String {
    if !line.contains('\t') {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len());
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
    out
}

pub(super) fn detect(lines: &[String], format: SourceFormat) -> Detected {
    let given = |form| Detected {
        form,
        reason: "that is the format given",
        line: 0,
        area_a: true,
    };
    match format {
        SourceFormat::Fixed => given(Form::Fixed),
        SourceFormat::Free => given(Form::Free),
        SourceFormat::Auto => guess(lines),
    }
}

/// Fixed if a line has a sequence number, a continuation or an entry in column 8, whatever is
/// before it; else free if an entry starts further left; else fixed. Clauses on a line longer than
/// a card would be lost without a word, so they count more than an entry in column 8.
fn guess(lines: &[String]) -> Detected {
    let (mut free, mut long) = (None, None);
    let fixed = |reason, line, area_a| Detected {
        form: Form::Fixed,
        reason,
        line,
        area_a,
    };
    let mut area_a = None;
    let mut chars = Vec::new();
    for (number, line) in (1..).zip(lines) {
        chars.clear();
        chars.extend(line.chars());
        if directive(&chars, Form::Fixed).is_some_and(|(_, text)| names_form(&text)) {
            // What follows has the format that it names.
            break;
        }
        let sequence = &line[..column(line, 7)];
        let indicator = chars.get(6).copied().unwrap_or(' ');
        if sequence.len() == 6 && sequence.bytes().all(|b| b.is_ascii_digit()) {
            return fixed("columns 1 to 6 hold a sequence number", number, true);
        }
        if sequence.trim().is_empty() && indicator == '-' {
            return fixed("column 7 continues a line", number, true);
        }
        if long_entry(&chars) {
            long.get_or_insert(number);
        }
        let text = &line[column(line, 8)..];
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
fn long_entry(line: &[char]) -> bool {
    const CARD: usize = 80;
    let length = line.iter().rposition(|c| !blank(*c)).map_or(0, |at| at + 1);
    let comment = line.iter().find(|c| !blank(**c)) == Some(&'*') || line.get(6) == Some(&'*');
    if length <= CARD || comment {
        return false;
    }
    let behind: String = line[LAST_COLUMN..].iter().collect();
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
    let starts = line.len() - line.trim_start().len() < 7 && starts_entry(line);
    let remark = || {
        let (sequence, text) = line.split_at(column(line, 8));
        !sequence.contains('.') && sequence.ends_with(blank) && starts_entry(text)
    };
    starts && !remark()
}

/// Where a column, from 1, begins; the end of a line that has no such column.
fn column(line: &str, column: usize) -> usize {
    let mut columns = line.char_indices();
    columns.nth(column - 1).map_or(line.len(), |(at, _)| at)
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
pub(super) fn directive(line: &[char], form: Form) -> Option<(usize, String)> {
    let marked = |from: usize, end: usize| {
        let text = line.get(from..end.min(line.len()))?;
        let skipped = text.iter().position(|c| !blank(*c))?;
        let text = &text[skipped..];
        let mark = text.starts_with(&['>', '>'])
            || (text[0] == '$' && text.get(1).is_some_and(char::is_ascii_alphabetic));
        mark.then(|| (from + skipped, text.iter().collect::<String>()))
    };
    let end = form.end();
    // Before the text of fixed format too: nothing else there begins like this.
    let found = marked(0, end);
    if form == Form::Free || found.is_some() {
        return found;
    }
    match line.get(6) {
        Some(c) if blank(*c) || matches!(c, '>' | '$') => marked(6, end),
        _ => None,
    }
}

/// Listing control (Language Reference, "Compiler-directing statements"): no data.
pub(super) fn listing(content: &[char]) -> bool {
    // Nearly every line begins with a number.
    let first = content.iter().find(|c| !c.is_whitespace());
    if first.is_none_or(|c| !matches!(c.to_ascii_uppercase(), 'E' | 'S' | 'T')) {
        return false;
    }
    let text: String = content.iter().collect();
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

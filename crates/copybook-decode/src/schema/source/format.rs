//! Which format a text has, and what a line is.

use super::super::options::SourceFormat;

/// Columns between tab stops.
const TAB: usize = 8;

/// Separators besides the space: what editors and DOS leave behind.
pub(in crate::schema) fn blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{1a}' || c == '\0'
}

pub(super) fn expand_tabs(line: &str) -> String {
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

/// Free if a line has an entry where fixed format has the sequence area, is longer than a card, or
/// names the format;
/// fixed if a line has a sequence number or a continuation, or nothing speaks for either.
pub(super) fn detect(lines: &[String]) -> SourceFormat {
    let mut free = false;
    for line in lines {
        let upper = line.trim().to_ascii_uppercase();
        if upper.starts_with(">>SOURCE") || upper.starts_with("$SET SOURCEFORMAT") {
            let named = if upper.contains("FREE") {
                SourceFormat::Free
            } else {
                SourceFormat::Fixed
            };
            return named;
        }
        let sequence: String = line.chars().take(6).collect();
        let indicator = line.chars().nth(6).unwrap_or(' ');
        let numbered = sequence.len() == 6 && sequence.bytes().all(|b| b.is_ascii_digit());
        if numbered || (sequence.trim().is_empty() && indicator == '-') {
            return SourceFormat::Fixed;
        }
        // A card has 80 columns; what lies beyond would be lost without a word.
        let long = line.trim_end().chars().count() > 80
            && !line.trim_start().starts_with('*')
            && indicator != '*';
        free |= starts_entry(line) || long;
    }
    if free {
        SourceFormat::Free
    } else {
        SourceFormat::Fixed
    }
}

/// Whether an entry (its level number, COPY or REPLACE) starts before column 8.
pub(super) fn starts_entry(line: &str) -> bool {
    let text = line.trim_start();
    let first = text.split_whitespace().next().unwrap_or("");
    let level = matches!(first.len(), 1 | 2)
        && first
            .parse::<u8>()
            .is_ok_and(|n| matches!(n, 1..=49 | 66 | 77 | 88));
    line.len() - text.len() < 7
        && (level
            || ["COPY", "REPLACE"]
                .iter()
                .any(|word| first.eq_ignore_ascii_case(word)))
}

/// Listing control (Language Reference, "Compiler-directing statements"): no data.
pub(super) fn directive(content: &[char]) -> bool {
    let text: String = content.iter().collect();
    let mut words = text.split_whitespace();
    let first = words
        .next()
        .unwrap_or("")
        .trim_end_matches('.')
        .to_ascii_uppercase();
    let alone = words.next().is_none();
    text.trim_start().starts_with(">>")
        || (alone && matches!(first.as_str(), "EJECT" | "SKIP1" | "SKIP2" | "SKIP3"))
        || (!alone && first == "TITLE" && text.contains(['\'', '"']))
}

//! Text as the format sees it.

/// Whether a text says nothing: it is empty, or white space throughout.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_white_space)
}

/// A text for a terminal or a log: characters that move the cursor, end a line, or turn the direction
/// of reading stand as `\u{...}`, so that what a file or a subject says can't pass for our own words.
#[must_use]
pub fn printable(text: &str) -> String {
    escaped(text, is_hidden)
}

/// The same for a text of several lines: line feeds and tabulators stay as they are.
#[must_use]
pub fn printable_lines(text: &str) -> String {
    escaped(text, |c| is_hidden(c) && !matches!(c, '\n' | '\t'))
}

fn escaped(text: &str, hidden: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if hidden(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// With its sign and so many places. What rounds to nothing is `+0.0`, never `-0.0`.
#[must_use]
pub fn signed(value: f64, places: usize) -> String {
    let text = format!("{value:+.places$}");
    let is_zero = text.bytes().skip(1).all(|byte| matches!(byte, b'0' | b'.'));
    if is_zero {
        text.replace('-', "+")
    } else {
        text
    }
}

/// A ratio as a change: 1.05 is `+5.0 %`.
#[must_use]
pub fn percent(ratio: f64) -> String {
    format!("{} %", signed((ratio - 1.0) * 100.0, 1))
}

/// Control characters, line and paragraph separators, marks that change the direction of reading, and
/// the byte order mark.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Unicode's `White_Space` property (PropList.txt), which is what [`char::is_whitespace`] answers.
/// Other languages have other ideas: U+FEFF is white space in ECMAScript, U+001C to U+001F are in
/// Python, and neither is here.
fn is_white_space(c: char) -> bool {
    c.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_the_cursor_is_spelled_out() {
        let forged = "DISPLAY\n\u{1b}[2Kperf.json: ok\u{9b}\u{202e}\u{7f}";
        let shown = printable(forged);
        assert_eq!(
            shown,
            r"DISPLAY\u{a}\u{1b}[2Kperf.json: ok\u{9b}\u{202e}\u{7f}"
        );
        assert_eq!(printable("95 % ± 1, \u{20ac}"), "95 % ± 1, \u{20ac}");
        assert_eq!(printable_lines("a\tb\n\u{1b}c\r"), "a\tb\n\\u{1b}c\\u{d}");
    }

    #[test]
    fn nothing_has_no_minus() {
        for (value, places, expected) in [
            (-0.04, 1, "+0.0"),
            (-0.06, 1, "-0.1"),
            (0.0, 2, "+0.00"),
            (-0.0, 0, "+0"),
            (-10.0, 1, "-10.0"),
            (f64::NAN, 1, "NaN"),
            (f64::NEG_INFINITY, 1, "-inf"),
        ] {
            assert_eq!(signed(value, places), expected);
        }
        assert_eq!(percent(0.9999), "+0.0 %");
        assert_eq!(percent(1.05), "+5.0 %");
    }

    #[test]
    fn white_space_is_what_the_page_lists() {
        let listed = |c: char| {
            matches!(c, '\u{9}'..='\u{d}' | ' ' | '\u{85}' | '\u{a0}' | '\u{1680}'
                | '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
        };
        for c in (0..=0x0010_ffff).filter_map(char::from_u32) {
            assert_eq!(is_white_space(c), listed(c), "{c:?}");
        }
        assert!(is_blank("") && is_blank(" \t") && !is_blank(" x ") && !is_blank("\u{feff}\u{1c}"));
    }
}

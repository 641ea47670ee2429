//! Text as the format sees it.

/// Whether a text says nothing: it is empty, or white space throughout.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_white_space)
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

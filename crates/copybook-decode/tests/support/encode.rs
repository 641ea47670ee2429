//! Text as bytes of a code page.

use copybook_decode::codepage::CodePage;

/// `text` in a page; where several bytes stand for a character, the lowest.
pub(crate) fn encode(page: &CodePage, text: &str) -> Vec<u8> {
    let byte = |wanted| {
        let found = page.chars().iter().position(|&c| c == Some(wanted));
        let found = found.unwrap_or_else(|| panic!("{page} has no {wanted:?}"));
        u8::try_from(found).expect("a table of 256")
    };
    text.chars().map(byte).collect()
}

//! Printable forms of numbers.

/// The numeric-edited picture that shows every digit, and its characters: a floating minus before the
/// digits, or one before the point where there are none before it.
pub fn number(digits: usize, scale: i32) -> (String, usize) {
    let behind = usize::try_from(scale).unwrap_or(0);
    let zeros = usize::try_from(-scale).unwrap_or(0);
    let whole = (digits + zeros).saturating_sub(behind);
    let (picture, length) = match whole {
        0 => ("-".to_owned(), 1),
        whole => (format!("-({whole})9"), whole + 1),
    };
    match behind {
        0 => (picture, length),
        _ => (format!("{picture}.9({behind})"), length + 1 + behind),
    }
}

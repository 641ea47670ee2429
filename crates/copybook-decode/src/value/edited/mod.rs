//! Numeric-edited pictures, read back to the number they show.
//!
//! Source: Enterprise COBOL for z/OS Language Reference, "PICTURE clause editing": insertion
//! (simple, special, fixed, floating) and zero suppression. The text must be the one that editing
//! puts there for the number it shows; a minus beside zero is what is left of a smaller number.

mod picture;
mod read;
#[cfg(test)]
mod tests;
mod write;

use super::Fault;
use super::charset::Charset;
use super::number::Decimal;
use read::Reading;

/// A numeric-edited field: one symbol a byte.
#[derive(Debug, Clone)]
pub(crate) struct Edited {
    symbols: Vec<Symbol>,
    scale: i8,
    /// Zero is all spaces: BLANK WHEN ZERO, or every digit position is suppressed.
    blank_at_zero: bool,
    /// Zero is asterisks, but for the point: every digit position is one.
    asterisks_at_zero: bool,
    /// Digit positions.
    digits: usize,
    /// `+` for `-` and a space for `+` in a sign position, as tools other than COBOL write.
    lenient: bool,
}

/// What one byte of the field may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Symbol {
    /// `9`.
    Digit,
    /// `9` with the sign in its zone (`S999.99` as some tools write it).
    SignedDigit,
    /// `Z` or `*`: a digit, or the fill character before the first digit.
    Suppressed(char),
    /// `+`, `-` or a currency sign in a floating string: also a digit.
    Floating(char),
    /// A single `+` or `-`.
    Sign(char),
    /// First or second letter of CR or DB.
    Credit(char),
    /// Comma, point, `0`, `/`, `B` or a fixed currency sign.
    Insert(char, Instead),
}

/// What may stand where an inserted character does, before the first digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Instead {
    /// Only itself: it lies outside of a string of suppressed or floating symbols, or is the point,
    /// which is never suppressed, or a currency sign.
    Nothing,
    /// What fills a string of `Z` or `*` (Language Reference, "Zero suppression and replacement
    /// editing": insertion characters in the string and right behind it are part of it).
    Fill(char),
    /// A space or the floating symbol ("Floating insertion editing": the same).
    Float(char),
}

/// Most bytes of a field that is read.
const MAX_SIZE: usize = 255;

/// The value takes fewer bytes as text: it has at most 38 digits, moved by P at most 127 places.
pub(crate) const MAX_TEXT: usize = 300;

const REMEDY: &str = "check the field's offset and code page";

impl Edited {
    /// Whether the picture takes that many bytes, and no more than are allowed.
    pub(crate) fn fits(&self, size: usize) -> bool {
        size == self.symbols.len() && size <= MAX_SIZE
    }

    pub(crate) fn decode(&self, charset: &Charset, bytes: &[u8]) -> Result<Decimal, Fault> {
        let mut reading = Reading {
            charset,
            negative: false,
            coefficient: 0,
            started: false,
            lenient: self.lenient,
        };
        let blank = self.blank_at_zero && bytes.iter().all(|&byte| byte == charset.space);
        if blank || (self.asterisks_at_zero && self.is_asterisks(charset, bytes)) {
            return Ok(Decimal::new(false, 0, self.scale));
        }
        let pairs = self.symbols.iter().zip(bytes);
        for (at, (&symbol, &byte)) in pairs.enumerate() {
            reading.symbol(at, symbol, byte)?;
        }
        let (negative, coefficient) = (reading.negative, reading.coefficient);
        self.check(charset, bytes, negative, coefficient)?;
        Ok(Decimal::new(negative, coefficient, self.scale))
    }

    /// Digits behind the point.
    pub(crate) fn scale(&self) -> i8 {
        self.scale
    }

    /// Language Reference, "Zero suppression and replacement editing": zero in a picture whose digit
    /// positions are all `*` fills the whole field, signs and currency symbol included, except for
    /// the decimal point.
    fn is_asterisks(&self, charset: &Charset, bytes: &[u8]) -> bool {
        self.symbols.iter().zip(bytes).all(|(&symbol, &byte)| {
            let character = charset.chars[usize::from(byte)];
            match symbol {
                Symbol::Insert('.' | ',', Instead::Nothing) => symbol.inserts(character),
                _ => character == Some('*'),
            }
        })
    }
}

impl Symbol {
    fn inserts(self, character: Option<char>) -> bool {
        matches!((self, character), (Symbol::Insert(own, _), Some(found)) if own == found)
    }
}

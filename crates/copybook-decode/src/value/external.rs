//! External floating point: a number in characters with an exponent, as `-1.25E+03`.
//!
//! Source: Enterprise COBOL Language Reference, "PICTURE clause", "External floating-point items":
//! `+` in the picture shows either sign, `-` shows a space where the number is not negative. The
//! value is exact: a mantissa of at most 16 digits, moved by at most 99 places.

use super::charset::Charset;
use super::number::Decimal;
use super::{Fault, Signs};

/// Most bytes that the value takes: sign, zero, point, and 115 digits behind it.
pub(crate) const MAX_TEXT: usize = 128;

const REMEDY: &str = "check the field's offset and code page";

/// An external floating-point field: one symbol a byte.
#[derive(Debug, Clone)]
pub(crate) struct ExternalFloat {
    symbols: Vec<Symbol>,
    /// Digits of the mantissa behind its point.
    fraction: i8,
    /// `+` for `-` and a space for `+` in the sign positions, as in edited pictures.
    lenient: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Symbol {
    Sign(char),
    Digit,
    /// The decimal point, or E.
    Insert(char),
}

impl ExternalFloat {
    /// Compiles an expanded picture, or says which symbol it does not know.
    pub(crate) fn new(picture: &str, signs: Signs) -> Result<ExternalFloat, String> {
        let mantissa = picture.split('E').next().unwrap_or_default();
        let behind = mantissa.rsplit_once(['V', '.', ',']);
        let fraction = behind.map_or(0, |(_, digits)| digits.len());
        let symbol = |symbol| match symbol {
            '+' | '-' => Ok(Symbol::Sign(symbol)),
            '9' => Ok(Symbol::Digit),
            '.' | ',' | 'E' => Ok(Symbol::Insert(symbol)),
            _ => Err(format!("symbol `{symbol}` in a floating-point picture")),
        };
        let letters = picture.chars().filter(|&symbol| symbol != 'V');
        let symbols: Vec<Symbol> = letters.map(symbol).collect::<Result<_, _>>()?;
        let digits = symbols.iter().filter(|&&s| s == Symbol::Digit).count();
        if digits > 18 || !picture.ends_with("99") || !picture.contains('E') {
            return Err("a mantissa of more than 16 digits, or no exponent of 99".to_owned());
        }
        Ok(ExternalFloat {
            symbols,
            // At most 16 digits.
            fraction: fraction as i8,
            lenient: signs == Signs::Lenient,
        })
    }

    /// Bytes of the field.
    pub(crate) fn size(&self) -> usize {
        self.symbols.len()
    }

    pub(crate) fn decode(&self, charset: &Charset, bytes: &[u8]) -> Result<Decimal, Fault> {
        // Mantissa, then exponent: negative, digits.
        let mut parts = [(false, 0u64); 2];
        let mut part = 0;
        for (at, (&symbol, &byte)) in self.symbols.iter().zip(bytes).enumerate() {
            let character = charset.chars[usize::from(byte)];
            let (negative, digits) = &mut parts[part];
            match symbol {
                Symbol::Sign(sign) => *negative = self.negative(at, sign, character)?,
                Symbol::Digit => match charset.digit(byte) {
                    // At most 16 digits.
                    Some(digit) => *digits = 10 * *digits + u64::from(digit),
                    None => return Err(Fault::new(at, 1, charset.digit_range(), REMEDY)),
                },
                Symbol::Insert(inserted) if character == Some(inserted) => {
                    part = usize::from(inserted == 'E');
                }
                Symbol::Insert(inserted) => return Err(expected(at, &[inserted])),
            }
        }
        let [(negative, mantissa), (down, exponent)] = parts;
        // Two digits.
        let exponent = exponent as i8;
        let exponent = if down { -exponent } else { exponent };
        Ok(Decimal::new(
            negative,
            u128::from(mantissa),
            self.fraction - exponent,
        ))
    }

    fn negative(&self, at: usize, sign: char, found: Option<char>) -> Result<bool, Fault> {
        let plus = if sign == '+' { '+' } else { ' ' };
        match found {
            Some('-') => Ok(true),
            Some(found) if found == plus => Ok(false),
            Some('+' | ' ') if self.lenient => Ok(false),
            _ => Err(expected(at, &[plus, '-'])),
        }
    }
}

fn expected(at: usize, characters: &[char]) -> Fault {
    let list: Vec<String> = characters.iter().map(|c| format!("`{c}`")).collect();
    Fault::new(at, 1, list.join(" or "), REMEDY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codepage::CodePage;

    fn shown(picture: &str, text: &str) -> Result<String, Fault> {
        let charset = Charset::new(&CodePage::Ascii, Signs::Strict);
        let float = ExternalFloat::new(picture, Signs::Strict).expect("picture");
        assert_eq!(float.size(), text.len(), "{picture}");
        let decimal = float.decode(&charset, text.as_bytes());
        decimal.map(|number| number.to_string())
    }

    #[test]
    fn the_value_is_exact() {
        let most = format!("-0.{:0>115}", 1);
        for (picture, text, number) in [
            ("-9V99E-99", " 123E 02", "123"),
            ("-9V99E-99", "-123E-02", "-0.0123"),
            ("+9.99E+99", "+1.25E+03", "1250"),
            ("+999V99E+99", "-12345E+00", "-123.45"),
            ("-.9E-99", " .5E-01", "0.05"),
            (
                "+V9999999999999999E+99",
                "-0000000000000001E-99",
                most.as_str(),
            ),
            ("+9.E+99", "-0.E+99", "0"),
        ] {
            let found = shown(picture, text);
            assert_eq!(found.as_deref(), Ok(number), "{picture} {text}");
            assert!(number.len() <= MAX_TEXT);
        }
    }

    #[test]
    fn every_byte_must_be_one_that_the_picture_has() {
        for (text, at) in [
            ("123E 02", 0),
            ("+1.25E+03", 0),
            (" 1,25E 03", 2),
            (" 1.25e 03", 5),
            (" 1.25E+03", 6),
            (" 1.25E 0 ", 8),
        ] {
            let picture = if text.len() == 7 {
                "-99E-99"
            } else {
                "-9.99E-99"
            };
            assert_eq!(
                shown(picture, text).map_err(|fault| fault.at),
                Err(at),
                "{text}"
            );
        }
    }
}

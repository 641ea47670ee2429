//! The number that a text shows, byte by byte.

use crate::value::Fault;
use crate::value::charset::Charset;
use crate::value::zoned::overpunched;

use super::{Instead, REMEDY, Symbol};

/// What the bytes so far have shown.
pub(super) struct Reading<'a> {
    pub(super) charset: &'a Charset,
    pub(super) negative: bool,
    pub(super) coefficient: u128,
    /// A digit was seen: nothing is suppressed behind it.
    pub(super) started: bool,
    pub(super) lenient: bool,
}

impl Reading<'_> {
    pub(super) fn symbol(&mut self, at: usize, symbol: Symbol, byte: u8) -> Result<(), Fault> {
        let character = self.charset.chars[usize::from(byte)];
        let digit = self.charset.digit(byte);
        let fill = !self.started;
        match symbol {
            Symbol::Digit => match digit {
                Some(digit) => self.digit(digit),
                None => return Err(Fault::new(at, 1, self.charset.digit_range(), REMEDY)),
            },
            Symbol::SignedDigit => {
                let digit = overpunched(self.charset, at, byte, &mut self.negative)?;
                self.digit(digit);
            }
            Symbol::Suppressed(blank) => match (digit, character) {
                (Some(digit), _) => self.digit(digit),
                (None, Some(found)) if fill && found == blank => {}
                _ => return Err(expected(at, "a digit", &[blank])),
            },
            Symbol::Floating(sign) => match (digit, character) {
                (Some(digit), _) => self.digit(digit),
                (None, Some(found)) if fill && self.floats(sign, found) => {}
                _ => return Err(expected(at, "a digit", &[' ', sign])),
            },
            Symbol::Sign(sign) => match character {
                Some('-') => self.negative = true,
                Some(' ') if sign == '-' || self.lenient => {}
                Some('+') if sign == '+' || self.lenient => {}
                _ => {
                    let plus = if sign == '+' { '+' } else { ' ' };
                    return Err(expected(at, "a sign", &[plus, '-']));
                }
            },
            Symbol::Credit(letter) => match character {
                Some(' ') => {}
                Some(found) if found == letter => self.negative = true,
                _ => return Err(expected(at, "CR, DB or spaces", &[letter, ' '])),
            },
            Symbol::Insert(inserted, instead) => match (character, instead) {
                (Some(found), _) if found == inserted => {}
                (Some(found), Instead::Fill(blank)) if fill && found == blank => {}
                (Some(found), Instead::Float(sign)) if fill && self.floats(sign, found) => {}
                (_, Instead::Fill(blank)) if fill => {
                    return Err(expected(at, "an inserted character", &[inserted, blank]));
                }
                (_, Instead::Float(sign)) if fill => {
                    return Err(expected(
                        at,
                        "an inserted character",
                        &[inserted, ' ', sign],
                    ));
                }
                _ => return Err(expected(at, "an inserted character", &[inserted])),
            },
        }
        Ok(())
    }

    /// Whether a floating string may show that character before its first digit.
    fn floats(&mut self, symbol: char, found: char) -> bool {
        let minus = found == '-' && matches!(symbol, '+' | '-');
        self.negative |= minus;
        minus || found == ' ' || found == symbol
    }

    fn digit(&mut self, digit: u8) {
        self.coefficient = self
            .coefficient
            .wrapping_mul(10)
            .wrapping_add(u128::from(digit));
        self.started = true;
    }
}

fn expected(at: usize, what: &str, characters: &[char]) -> Fault {
    let list: Vec<String> = characters.iter().map(|c| format!("`{c}`")).collect();
    Fault::new(at, 1, format!("{what} ({})", list.join(" or ")), REMEDY)
}

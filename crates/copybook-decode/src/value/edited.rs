//! Numeric-edited pictures, read back to the number they show.
//!
//! Source: Enterprise COBOL for z/OS Language Reference, "PICTURE clause editing": insertion
//! (simple, special, fixed, floating) and zero suppression. The text must be the one that editing
//! puts there for the number it shows; a minus beside zero is what is left of a smaller number.

use crate::schema::may_be_currency;

use super::charset::Charset;
use super::number::Decimal;
use super::zoned::overpunched;
use super::{Fault, Signs};

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
    /// Compiles an expanded picture, or says which symbol it does not know.
    pub(crate) fn new(
        picture: &str,
        scale: i8,
        blank_when_zero: bool,
        signs: Signs,
    ) -> Result<Edited, String> {
        let letters: Vec<char> = picture
            .chars()
            .filter(|symbol| !"VP".contains(*symbol))
            .collect();
        let count = |wanted: char| letters.iter().filter(|&&letter| letter == wanted).count();
        let mut symbols = Vec::with_capacity(letters.len());
        let mut at = 0;
        let mut string = Instead::Nothing;
        let signed = letters.first() == Some(&'S');
        while let Some(&letter) = letters.get(at) {
            at += 1;
            let symbol = match letter {
                'S' if at == 1 => continue,
                '9' => Symbol::Digit,
                'Z' => Symbol::Suppressed(' '),
                '*' => Symbol::Suppressed('*'),
                '+' | '-' if count(letter) == 1 => Symbol::Sign(letter),
                '+' | '-' => Symbol::Floating(letter),
                '.' | ',' if positions(&letters, at) == usize::try_from(scale).ok() => {
                    Symbol::Insert(letter, Instead::Nothing)
                }
                '.' | ',' | '0' | '/' => Symbol::Insert(letter, string),
                'B' => Symbol::Insert(' ', string),
                'C' | 'D' => {
                    let second = if letter == 'C' { 'R' } else { 'B' };
                    if letters.get(at) != Some(&second) {
                        return Err(format!("symbol `{letter}` without `{second}` after it"));
                    }
                    at += 1;
                    symbols.push(Symbol::Credit(letter));
                    Symbol::Credit(second)
                }
                other if !may_be_currency(other) => {
                    return Err(format!("symbol `{other}` in a numeric-edited picture"));
                }
                _ if count(letter) == 1 => Symbol::Insert(letter, Instead::Nothing),
                _ => Symbol::Floating(letter),
            };
            string = match symbol {
                Symbol::Suppressed(fill) => Instead::Fill(fill),
                Symbol::Floating(float) => Instead::Float(float),
                _ => string,
            };
            symbols.push(symbol);
        }
        if signed && let Some(last) = symbols.iter_mut().rev().find(|s| **s == Symbol::Digit) {
            *last = Symbol::SignedDigit;
        }
        let shown = |symbol: &Symbol| matches!(symbol, Symbol::Digit | Symbol::SignedDigit);
        let suppressed = !symbols.iter().any(shown);
        let asterisks = suppressed && symbols.contains(&Symbol::Suppressed('*'));
        // The first symbol of a floating string is never a digit.
        let floats = symbols
            .iter()
            .filter(|s| matches!(s, Symbol::Floating(_)))
            .count();
        let others = symbols
            .iter()
            .filter(|s| shown(s) || matches!(s, Symbol::Suppressed(_)))
            .count();
        Ok(Edited {
            scale,
            blank_at_zero: blank_when_zero || (suppressed && !asterisks),
            asterisks_at_zero: asterisks,
            digits: others + floats.saturating_sub(1),
            symbols,
            lenient: signs == Signs::Lenient,
        })
    }

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

    /// Whether editing writes these bytes for this number.
    fn check(
        &self,
        charset: &Charset,
        bytes: &[u8],
        negative: bool,
        coefficient: u128,
    ) -> Result<(), Fault> {
        let zero = coefficient == 0;
        if zero && (self.blank_at_zero || self.asterisks_at_zero) {
            let expected = match self.asterisks_at_zero {
                true => "asterisks for zero, but for the point",
                false => "spaces for zero",
            };
            return Err(Fault::new(0, bytes.len(), expected, REMEDY));
        }
        let written = self.write(negative, coefficient);
        let pairs = self.symbols.iter().zip(&written).zip(bytes);
        for (at, ((&symbol, &wanted), &byte)) in pairs.enumerate() {
            let found = charset.chars[usize::from(byte)];
            let free = match symbol {
                Symbol::SignedDigit => true,
                // Read leniently or not at all.
                Symbol::Sign(_) => self.lenient,
                _ => false,
            };
            if !free && found != Some(wanted) {
                let number = Decimal::new(negative, coefficient, self.scale);
                let expected = format!("`{wanted}`, as editing writes {number}");
                return Err(Fault::new(at, 1, expected, REMEDY));
            }
        }
        Ok(())
    }

    /// The characters that editing puts there for a number other than a suppressed zero.
    fn write(&self, negative: bool, coefficient: u128) -> Vec<char> {
        let mut out: Vec<char> = Vec::with_capacity(self.symbols.len());
        let mut left = self.digits;
        let digit = |left: usize| {
            let power = 10u128.checked_pow(u32::try_from(left).unwrap_or(u32::MAX));
            let digit = power.map_or(0, |power| coefficient / power % 10);
            // Below ten.
            char::from(b'0' + digit as u8)
        };
        let fraction = usize::try_from(self.scale).unwrap_or(0);
        // Nothing is suppressed behind the first digit that is not zero, nor behind the point.
        let (mut started, mut string, mut floating) = (false, false, None);
        for &symbol in &self.symbols {
            let position = match symbol {
                Symbol::Floating(_) => string,
                Symbol::Digit | Symbol::SignedDigit | Symbol::Suppressed(_) => true,
                _ => false,
            };
            let behind = left <= fraction && fraction <= self.digits;
            left -= usize::from(position);
            let always = matches!(symbol, Symbol::Digit | Symbol::SignedDigit);
            let point = matches!(symbol, Symbol::Insert('.' | ',', Instead::Nothing))
                && left == fraction
                && fraction > 0;
            if always || point || (position && (behind || digit(left) != '0')) {
                // The floating symbol is right before what is shown first.
                if let (Some(symbol), Some(last)) = (floating.take(), out.last_mut()) {
                    *last = symbol;
                }
                started = true;
            }
            out.push(match symbol {
                Symbol::Floating(symbol) if !string => {
                    string = true;
                    floating = Some(signed(symbol, negative));
                    ' '
                }
                Symbol::Digit | Symbol::SignedDigit => digit(left),
                Symbol::Suppressed(_) | Symbol::Floating(_) if started => digit(left),
                Symbol::Suppressed(blank) => blank,
                Symbol::Floating(_) => ' ',
                Symbol::Sign(sign) => signed(sign, negative),
                Symbol::Credit(letter) if negative => letter,
                Symbol::Credit(_) => ' ',
                Symbol::Insert(inserted, Instead::Nothing) => inserted,
                Symbol::Insert(inserted, _) if started => inserted,
                Symbol::Insert(_, Instead::Fill(blank)) => blank,
                Symbol::Insert(_, Instead::Float(_)) => ' ',
            });
        }
        out
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

/// What a sign or currency symbol shows.
fn signed(symbol: char, negative: bool) -> char {
    match symbol {
        '+' | '-' if negative => '-',
        '-' => ' ',
        other => other,
    }
}

/// Digit positions from a symbol on. A floating symbol takes one; a single sign or currency symbol, or
/// CR or DB, takes none.
fn positions(letters: &[char], from: usize) -> Option<usize> {
    let floating = |letter: char| letters.iter().filter(|&&other| other == letter).count() > 1;
    let is_position = |letter: char| match letter {
        '9' | 'Z' | '*' => true,
        '.' | ',' | '0' | '/' | 'B' | 'C' | 'D' | 'R' => false,
        other => floating(other),
    };
    let behind = letters.get(from..)?.iter();
    Some(behind.filter(|&&letter| is_position(letter)).count())
}

impl Symbol {
    fn inserts(self, character: Option<char>) -> bool {
        matches!((self, character), (Symbol::Insert(own, _), Some(found)) if own == found)
    }
}

/// What the bytes so far have shown.
struct Reading<'a> {
    charset: &'a Charset,
    negative: bool,
    coefficient: u128,
    /// A digit was seen: nothing is suppressed behind it.
    started: bool,
    lenient: bool,
}

impl Reading<'_> {
    fn symbol(&mut self, at: usize, symbol: Symbol, byte: u8) -> Result<(), Fault> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codepage::CodePage;

    fn shown(picture: &str, scale: i8, text: &str) -> Result<String, Fault> {
        let charset = Charset::new(&CodePage::Ascii, Signs::Strict);
        let edited = Edited::new(picture, scale, false, Signs::Strict).expect("picture");
        assert!(edited.fits(text.len()), "{picture}");
        edited
            .decode(&charset, text.as_bytes())
            .map(|number| number.to_string())
    }

    #[test]
    fn reads_back_what_editing_wrote() {
        for (picture, scale, text, number) in [
            ("ZZZ9.99-", 2, "  12.30-", "-12.30"),
            ("ZZZ9.99-", 2, "   0.05 ", "0.05"),
            ("+99999999", 0, "-30503932", "-30503932"),
            ("-99999999", 0, " 30503932", "30503932"),
            ("ZZ,ZZ9.99CR", 2, " 1,234.56CR", "-1234.56"),
            ("ZZ,ZZ9.99DB", 2, "     7.00  ", "7.00"),
            ("***,**9.99", 2, "*****12.00", "12.00"),
            ("$$,$$9.99", 2, "  $123.45", "123.45"),
            ("---,--9.99", 2, "   -123.45", "-123.45"),
            ("ZZZZZZVZZ-", 2, "30503932-", "-305039.32"),
            ("ZZZ.ZZ", 2, "      ", "0.00"),
            ("99/99/9999", 0, "12/31/2026", "12312026"),
            ("***,***.**CR", 2, "*******.****", "0.00"),
            ("+***", 0, "****", "0"),
            ("$***", 0, "$**7", "7"),
            ("FFF9.99-", 2, "  F7.25-", "-7.25"),
            ("W9", 0, "W7", "7"),
            ("ZZ.ZZ", 2, "  .05", "0.05"),
            ("--.--", 2, " -.05", "-0.05"),
            ("$$.$$", 2, " $.05", "0.05"),
            ("$$.$", 1, " $.5", "0.5"),
            ("Z.ZZZ,ZZ", 2, "  123,45", "123.45"),
            ("Z/ZZ9", 0, "   12", "12"),
            ("*B**9", 0, "****5", "5"),
            ("++,++9", 0, "  -123", "-123"),
        ] {
            assert_eq!(
                shown(picture, scale, text).as_deref(),
                Ok(number),
                "{picture} {text}"
            );
        }
    }

    #[test]
    fn the_point_is_never_suppressed() {
        for (picture, text, at) in [
            ("ZZ.ZZ", "    5", 2),
            ("**.**", "****5", 2),
            ("$$.$$", "  $05", 2),
        ] {
            let fault = shown(picture, 2, text).map_err(|fault| fault.at);
            assert_eq!(fault, Err(at), "{picture}");
        }
    }

    #[test]
    fn refuses_what_editing_cannot_write() {
        for (picture, text, at) in [
            ("ZZZ9.99-", "  1 .30-", 3),
            ("ZZZ9.99-", "  12,30-", 4),
            ("ZZZ9.99-", "  12.30+", 7),
            ("ZZ9CR", "  1CX", 4),
            ("ZZZ", "1 2", 1),
            ("+**9", "***0", 0),
            ("FF9", " $9", 1),
            ("$,$$9", "F   9", 0),
            ("$9", "-1", 0),
            ("$999", "*123", 0),
            ("/ZZ9", "  12", 0),
            ("Z,ZZ9", " *123", 1),
            ("*,**9", "* 123", 1),
            ("$,$$9", " -123", 1),
        ] {
            assert_eq!(
                shown(picture, 0, text).map_err(|fault| fault.at),
                Err(at),
                "{picture}"
            );
        }
    }
}

//! What editing writes for a number: the text that a field has to hold.

use crate::value::charset::Charset;
use crate::value::{Decimal, Fault};

use super::{Edited, Instead, REMEDY, Symbol};

impl Edited {
    /// Whether editing writes these bytes for this number.
    pub(super) fn check(
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
}

/// What a sign or currency symbol shows.
fn signed(symbol: char, negative: bool) -> char {
    match symbol {
        '+' | '-' if negative => '-',
        '-' => ' ',
        other => other,
    }
}

//! A picture, symbol by symbol.

use crate::schema::may_be_currency;
use crate::value::Signs;

use super::{Edited, Instead, Symbol};

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

//! Numeric-edited pictures: insertion, suppression, floating signs and currency.
//!
//! Language Reference, "Numeric-edited items" and "PICTURE clause editing". Symbols are counted here;
//! in which order they may stand is in [`order`].

use super::{BadPicture, Picture, Run, Symbol, bad, number, order};
use crate::schema::options::CopybookOptions;

/// Bytes of the widest edited field that Enterprise COBOL takes.
const MAX_EDITED: usize = 249;

/// What kind of digit positions a picture has used so far.
#[derive(Debug, Default)]
struct State {
    digits: usize,
    behind_point: usize,
    trailing_p: usize,
    leading_p: usize,
    point: bool,
    /// The symbol (Z, *, +, - or the currency) that suppresses or floats.
    floating: Option<Symbol>,
    /// A 9 was seen: nothing floats or is suppressed behind it.
    nine: bool,
    /// A sign (+, -, CR, DB or S) was seen.
    sign: Option<Symbol>,
    currency: bool,
    /// A trailing sign ends the picture.
    ended: bool,
}

pub(super) fn edited(
    runs: &[Run],
    text: &str,
    options: &CopybookOptions,
) -> Result<Picture, BadPicture> {
    let mut state = State::default();
    for (i, run) in runs.iter().enumerate() {
        if state.ended {
            return Err(bad(run.offset, "nothing after the trailing sign"));
        }
        state.step(*run, i, runs)?;
    }
    order::check(runs)?;
    let behind = if state.leading_p > 0 {
        state.digits + state.leading_p
    } else {
        state.behind_point
    };
    let number = number(state.digits, behind, state.trailing_p)?;
    let picture = expand(runs, options)?;
    let bytes = picture
        .chars()
        .filter(|c| !matches!(c, 'V' | 'P' | 'S'))
        .count();
    debug_assert!(!text.is_empty());
    Ok(Picture::Edited {
        number,
        picture,
        bytes,
    })
}

impl State {
    fn step(&mut self, run: Run, index: usize, runs: &[Run]) -> Result<(), BadPicture> {
        match run.symbol {
            Symbol::Char('9') => {
                self.nine = true;
                self.add_digits(run)
            }
            Symbol::Char('Z' | '*') => self.suppress(run),
            Symbol::Char('+' | '-') | Symbol::Currency => self.sign_or_float(run, index, runs),
            Symbol::Credit | Symbol::Debit => {
                if self.sign.is_some() || run.count != 1 {
                    return Err(bad(run.offset, "one sign (S, +, -, CR or DB) in a picture"));
                }
                self.sign = Some(run.symbol);
                self.ended = true;
                Ok(())
            }
            Symbol::Point | Symbol::Char('V') => {
                // V behind trailing P says again where the point is.
                let again = self.trailing_p == 0 || run.symbol == Symbol::Char('V');
                if self.point || run.count != 1 || !again {
                    return Err(bad(run.offset, "one decimal point"));
                }
                self.point = true;
                Ok(())
            }
            Symbol::Char('P') => self.scale(run),
            // Beyond the Language Reference: S with an explicit point, as other compilers take
            // it; the sign is the zone of the last digit.
            Symbol::Char('S') if index == 0 && run.count == 1 => {
                self.sign = Some(run.symbol);
                Ok(())
            }
            Symbol::Char('B' | '0' | '/') | Symbol::Group => Ok(()),
            Symbol::Char(_) => Err(bad(run.offset, "a symbol of numeric-edited pictures")),
        }
    }

    fn add_digits(&mut self, run: Run) -> Result<(), BadPicture> {
        if self.trailing_p > 0 {
            return Err(bad(run.offset, "no digit after trailing P"));
        }
        self.digits = self.digits.saturating_add(run.count);
        if self.point {
            self.behind_point = self.behind_point.saturating_add(run.count);
        }
        Ok(())
    }

    fn suppress(&mut self, run: Run) -> Result<(), BadPicture> {
        if self.nine {
            return Err(bad(
                run.offset,
                "no suppressed or floating position after a 9",
            ));
        }
        if self.floating.is_some_and(|f| f != run.symbol) {
            return Err(bad(
                run.offset,
                "one kind of suppressed or floating position (Z, *, +, - or currency)",
            ));
        }
        self.floating = Some(run.symbol);
        self.add_digits(run)
    }

    fn scale(&mut self, run: Run) -> Result<(), BadPicture> {
        if self.digits == 0 && self.leading_p == 0 {
            self.leading_p = run.count;
        } else if !self.point && self.leading_p == 0 && self.trailing_p == 0 {
            self.trailing_p = run.count;
        } else {
            return Err(bad(
                run.offset,
                "P only at one end of the digits, away from the point",
            ));
        }
        Ok(())
    }

    /// A sign or currency floats if it is there at least twice with only insertions between; its
    /// first position then holds no digit. Alone it is a fixed insertion.
    fn sign_or_float(&mut self, run: Run, index: usize, runs: &[Run]) -> Result<(), BadPicture> {
        let is_sign = run.symbol != Symbol::Currency;
        if self.floating == Some(run.symbol) {
            return self.suppress(run);
        }
        let again = runs[index + 1..].iter().find(|r| !insertion(r.symbol));
        let floats = run.count > 1 || again.is_some_and(|r| r.symbol == run.symbol);
        if is_sign {
            if self.sign.is_some() {
                return Err(bad(run.offset, "one sign (S, +, -, CR or DB) in a picture"));
            }
            self.sign = Some(run.symbol);
        } else if self.currency {
            return Err(bad(
                run.offset,
                "one currency symbol, or a floating string of it",
            ));
        } else {
            self.currency = true;
        }
        if floats && self.digits == 0 {
            self.suppress(run)?;
            self.digits -= 1;
            self.behind_point -= usize::from(self.point);
            return Ok(());
        }
        if run.count > 1 {
            return Err(bad(
                run.offset,
                "a sign or currency symbol once after the digits",
            ));
        }
        let behind = self.digits > 0;
        let last = runs[index + 1..].iter().all(|r| insertion(r.symbol));
        if behind && is_sign && !last {
            return Err(bad(
                run.offset,
                "the sign at the start or the end of the picture",
            ));
        }
        self.ended = behind && is_sign;
        Ok(())
    }
}

fn insertion(symbol: Symbol) -> bool {
    matches!(
        symbol,
        Symbol::Char('B' | '0' | '/' | 'V') | Symbol::Group | Symbol::Point
    )
}

/// `Z(3)9.99-` as `ZZZ9.99-`.
fn expand(runs: &[Run], options: &CopybookOptions) -> Result<String, BadPicture> {
    let mut out = String::new();
    for run in runs {
        if out.len().saturating_add(run.count) > MAX_EDITED {
            return Err(bad(
                run.offset,
                &format!("at most {MAX_EDITED} positions in an edited picture"),
            ));
        }
        let (point, group) = if options.decimal_point_is_comma {
            (",", ".")
        } else {
            (".", ",")
        };
        let mut buffer = [0; 4];
        let text: &str = match run.symbol {
            Symbol::Char(c) => c.encode_utf8(&mut buffer),
            Symbol::Point => point,
            Symbol::Group => group,
            Symbol::Currency => options.currency.encode_utf8(&mut buffer),
            Symbol::Credit => "CR",
            Symbol::Debit => "DB",
        };
        out.push_str(&text.repeat(run.count));
    }
    Ok(out)
}

//! External floating-point pictures: a number as people write it, with an exponent.
//!
//! Language Reference, "PICTURE clause", "External floating-point items": a sign, a mantissa of 1
//! to 16 digits with one decimal point (actual or V), E, a sign, and an exponent of two digits.

use super::{BadPicture, Picture, Run, Symbol, bad};
use crate::schema::options::CopybookOptions;

const MAX_MANTISSA: usize = 16;

/// Beyond the Language Reference, the mantissa needs no point: it is a whole number then.
pub(super) fn external_float(
    runs: &[Run],
    options: &CopybookOptions,
) -> Result<Picture, BadPicture> {
    let place = runs.iter().position(|run| run.symbol == Symbol::Char('E'));
    let place = place.unwrap_or(runs.len());
    let (before, behind) = runs.split_at(place);
    let end = runs.last().map_or(0, |run| run.offset);
    let [sign, mantissa @ ..] = before else {
        return Err(bad(0, "a sign (+ or -) and a mantissa before E"));
    };
    let [e, exponent_sign, exponent @ ..] = behind else {
        return Err(bad(end, "a sign (+ or -) and 99 after E"));
    };
    if e.count != 1 {
        return Err(bad(e.offset, "one E"));
    }
    let mut picture = String::new();
    picture.push(sign_of(*sign, "a sign (+ or -) before the mantissa")?);
    mantissa_into(mantissa, e.offset, options, &mut picture)?;
    picture.push('E');
    picture.push(sign_of(*exponent_sign, "a sign (+ or -) after E")?);
    match exponent {
        [nines] if nines.symbol == Symbol::Char('9') && nines.count == 2 => picture.push_str("99"),
        [other, ..] => return Err(bad(other.offset, "an exponent of 99")),
        [] => return Err(bad(end, "an exponent of 99")),
    }
    let bytes = picture.chars().filter(|c| *c != 'V').count();
    Ok(Picture::ExternalFloat { picture, bytes })
}

fn sign_of(run: Run, expected: &str) -> Result<char, BadPicture> {
    match run.symbol {
        Symbol::Char(sign @ ('+' | '-')) if run.count == 1 => Ok(sign),
        _ => Err(bad(run.offset, expected)),
    }
}

fn mantissa_into(
    runs: &[Run],
    end: usize,
    options: &CopybookOptions,
    picture: &mut String,
) -> Result<(), BadPicture> {
    let (mut digits, mut point) = (0usize, false);
    for run in runs {
        match run.symbol {
            Symbol::Char('9') => {
                digits = digits.saturating_add(run.count);
                if digits > MAX_MANTISSA {
                    let expected = format!("at most {MAX_MANTISSA} digits in the mantissa");
                    return Err(bad(run.offset, &expected));
                }
                picture.push_str(&"9".repeat(run.count));
            }
            Symbol::Point | Symbol::Char('V') if !point && run.count == 1 => {
                point = true;
                picture.push(match (run.symbol, options.decimal_point_is_comma) {
                    (Symbol::Point, false) => '.',
                    (Symbol::Point, true) => ',',
                    _ => 'V',
                });
            }
            _ => return Err(bad(run.offset, "9 and one decimal point (. or V) before E")),
        }
    }
    if digits == 0 {
        return Err(bad(end, "a digit before E"));
    }
    Ok(())
}

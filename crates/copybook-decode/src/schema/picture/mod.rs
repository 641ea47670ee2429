//! PICTURE strings: what they hold and how many bytes that takes.
//!
//! Rules and names of the symbols: Enterprise COBOL Language Reference, "PICTURE clause".

mod edited;
mod external;
mod order;

use super::options::{CopybookOptions, NSymbol};
use super::{MAX_BYTES, Number};

/// Digits that a number may have: twice the 18 of standard COBOL and two, as COBOL 2002 and the
/// widest binary (16 bytes) allow.
const MAX_DIGITS: usize = 38;

/// A picture, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Picture {
    /// X, A, 9 mixed, and the alphanumeric-edited forms with B, 0 and /.
    Text {
        chars: usize,
        /// X and nothing else.
        only_x: bool,
    },
    /// N, and B, 0 and / among them (national-edited): two bytes a character.
    National {
        chars: usize,
        /// Without a USAGE, it is DISPLAY-1 (compiler option NSYMBOL(DBCS)).
        dbcs: bool,
    },
    /// G, two bytes a character.
    Dbcs { chars: usize },
    /// U, four bytes a character, or one U in as many `bytes` as BYTE-LENGTH says.
    Utf8 { chars: usize, bytes: Option<usize> },
    /// 9, S, V and P only.
    Numeric { number: Number, signed: bool },
    /// External floating point, expanded (`-9V99E-99`), and its size.
    ExternalFloat { picture: String, bytes: usize },
    /// Anything else that shows digits. `picture` is expanded; `bytes` is its size.
    Edited {
        number: Number,
        picture: String,
        bytes: usize,
    },
}

/// Why a picture is none; `offset` in characters from its start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BadPicture {
    pub(super) offset: usize,
    pub(super) message: String,
}

/// One symbol with its repeat count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    symbol: Symbol,
    count: usize,
    offset: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Symbol {
    /// A, X, 9, S, V, P, Z, *, +, -, B, 0, /, comma, point, N, G, U, E.
    Char(char),
    /// The decimal point of this copybook.
    Point,
    /// The grouping mark of this copybook.
    Group,
    Currency,
    Credit,
    Debit,
}

impl Symbol {
    /// A bit of its own for each symbol among [`SYMBOLS`], and one for all others.
    fn bit(self) -> u32 {
        match self {
            Symbol::Char(c) => bit(c),
            _ => OTHER,
        }
    }
}

const SYMBOLS: &str = "AX9SVPZ*+-B0/NGUE";
const OTHER: u32 = 1 << 31;

const BITS: [u32; 128] = {
    let mut bits = [OTHER; 128];
    let mut index = 0;
    while index < SYMBOLS.len() {
        bits[SYMBOLS.as_bytes()[index] as usize] = 1 << index;
        index += 1;
    }
    bits
};

fn bit(c: char) -> u32 {
    *BITS.get(c as usize).unwrap_or(&OTHER)
}

/// The bits of all symbols in a set.
#[inline(always)]
fn bits(set: &str) -> u32 {
    set.chars().fold(0, |bits, c| bits | bit(c))
}

/// Reads a picture string in upper case.
pub(super) fn parse(text: &str, options: &CopybookOptions) -> Result<Picture, BadPicture> {
    let runs = runs(text, options)?;
    let seen = runs.iter().fold(0, |seen, run| seen | run.symbol.bit());
    let has = |set: &str| seen & bits(set) != 0;
    let only = |set: &str| seen & !bits(set) == 0;
    if only("9SVP") {
        numeric(&runs)
    } else if has("E") {
        external::external_float(&runs, options)
    } else if has("U") {
        match runs.iter().find(|r| r.symbol != Symbol::Char('U')) {
            None => Ok(Picture::Utf8 {
                chars: length(&runs)?,
                bytes: None,
            }),
            Some(odd) => Err(bad(odd.offset, "a UTF-8 picture of U only")),
        }
    } else if has("NG") {
        if only("NB0/") {
            Ok(Picture::National {
                chars: length(&runs)?,
                dbcs: options.nsymbol == NSymbol::Dbcs && only("N"),
            })
        } else if only("GB") && has("G") {
            Ok(Picture::Dbcs {
                chars: length(&runs)?,
            })
        } else {
            let odd = runs
                .iter()
                .find(|r| !matches!(r.symbol, Symbol::Char('N' | 'G')));
            Err(bad(
                odd.map_or(0, |r| r.offset),
                "a national picture of N, B, 0 and / only, or a DBCS picture of G and B only",
            ))
        }
    } else if has("AX") {
        if only("AX9B0/") {
            Ok(Picture::Text {
                chars: length(&runs)?,
                only_x: only("X"),
            })
        } else {
            let odd = runs
                .iter()
                .find(|r| !matches!(r.symbol, Symbol::Char(c) if "AX9B0/".contains(c)));
            Err(bad(
                odd.map_or(0, |r| r.offset),
                "only A, X, 9, B, 0 and / beside A or X",
            ))
        }
    } else {
        edited::edited(&runs, text, options)
    }
}

fn bad(offset: usize, expected: &str) -> BadPicture {
    BadPicture {
        offset,
        message: format!("expected {expected}"),
    }
}

/// Splits into symbols and repeat counts.
fn runs(text: &str, options: &CopybookOptions) -> Result<Vec<Run>, BadPicture> {
    // Pictures are short, and few alternate between symbols often.
    let mut out: Vec<Run> = Vec::with_capacity(8);
    let mut rest = text;
    let mut offset = 0;
    while let Some(first) = rest.chars().next() {
        let symbol = symbol(first, rest, options).ok_or_else(|| unknown(first, offset))?;
        let mut width = match symbol {
            Symbol::Credit | Symbol::Debit => 2,
            _ => 1,
        };
        rest = match symbol {
            Symbol::Credit | Symbol::Debit => &rest[2..],
            _ => &rest[first.len_utf8()..],
        };
        let mut count = 1;
        if let Some(behind) = rest.strip_prefix('(') {
            let digits;
            (count, digits) = repeat_count(behind).ok_or_else(|| {
                bad(
                    offset + width,
                    &format!("a repeat count from 1 to {MAX_BYTES} in parentheses"),
                )
            })?;
            rest = &behind[digits + ")".len()..];
            width += "(".len() + digits + ")".len();
        }
        match out.last_mut() {
            Some(last) if last.symbol == symbol => {
                last.count = last
                    .count
                    .checked_add(count)
                    .filter(|n| *n <= MAX_BYTES)
                    .ok_or_else(|| {
                        bad(
                            offset,
                            &format!("at most {MAX_BYTES} characters in a picture"),
                        )
                    })?;
            }
            _ => out.push(Run {
                symbol,
                count,
                offset,
            }),
        }
        offset += width;
    }
    Ok(out)
}

/// A repeat count and how many digits it has, before a closing parenthesis.
fn repeat_count(text: &str) -> Option<(usize, usize)> {
    let mut count: usize = 0;
    for (digits, byte) in text.bytes().enumerate() {
        match byte {
            b'0'..=b'9' => {
                count = count
                    .saturating_mul(10)
                    .saturating_add((byte - b'0').into())
            }
            b')' => return (1..=MAX_BYTES).contains(&count).then_some((count, digits)),
            _ => return None,
        }
    }
    None
}

fn symbol(first: char, rest: &str, options: &CopybookOptions) -> Option<Symbol> {
    let (point, group) = if options.decimal_point_is_comma {
        (',', '.')
    } else {
        ('.', ',')
    };
    Some(match first {
        c if c == options.currency.to_ascii_uppercase() => Symbol::Currency,
        'C' if rest.starts_with("CR") => Symbol::Credit,
        'D' if rest.starts_with("DB") => Symbol::Debit,
        c if c == point => Symbol::Point,
        c if c == group => Symbol::Group,
        c if bit(c) != OTHER => Symbol::Char(c),
        _ => return None,
    })
}

fn unknown(first: char, offset: usize) -> BadPicture {
    let message = match first {
        '1' => "boolean pictures (symbol 1) are not supported".to_owned(),
        c => format!(
            "expected a picture symbol (A X 9 S V P Z * + - B 0 / , . N G U E CR DB or the currency symbol), found `{c}`"
        ),
    };
    BadPicture { offset, message }
}

fn length(runs: &[Run]) -> Result<usize, BadPicture> {
    runs.iter()
        .try_fold(0usize, |sum, r| {
            sum.checked_add(r.count).filter(|n| *n <= MAX_BYTES)
        })
        .ok_or_else(|| bad(0, &format!("a picture of at most {MAX_BYTES} characters")))
}

/// S first, V once, P at one end. The assumed point lies left of leading and right of trailing P.
fn numeric(runs: &[Run]) -> Result<Picture, BadPicture> {
    let (mut digits, mut behind_point) = (0, 0);
    let (mut leading, mut trailing) = (0, 0);
    let (mut signed, mut point) = (false, false);
    for (i, run) in runs.iter().enumerate() {
        match run.symbol {
            Symbol::Char('S') if i == 0 && run.count == 1 => signed = true,
            Symbol::Char('S') => return Err(bad(run.offset, "S once, and first in the picture")),
            Symbol::Char('V') if !point && run.count == 1 && leading == 0 => point = true,
            Symbol::Char('V') => return Err(bad(run.offset, "V once, and not after leading P")),
            Symbol::Char('P') if digits == 0 && leading == 0 => leading = run.count,
            Symbol::Char('P') if !point && leading == 0 && trailing == 0 => trailing = run.count,
            Symbol::Char('P') => {
                return Err(bad(
                    run.offset,
                    "P only at one end of the digits, away from the point",
                ));
            }
            _ if trailing > 0 => return Err(bad(run.offset, "no digit after trailing P")),
            _ => {
                digits += run.count;
                behind_point += if point { run.count } else { 0 };
            }
        }
    }
    if leading > 0 {
        behind_point = digits.saturating_add(leading);
    }
    number(digits, behind_point, trailing).map(|number| Picture::Numeric { number, signed })
}

/// Checks the bounds: 1 to 38 positions, P included.
fn number(digits: usize, behind_point: usize, trailing: usize) -> Result<Number, BadPicture> {
    let positions = digits.max(behind_point).saturating_add(trailing);
    if digits == 0 || positions > MAX_DIGITS {
        let expected =
            format!("1 to {MAX_DIGITS} digit positions, P included, and at least one stored digit");
        return Err(bad(0, &expected));
    }
    // Both fit: at most 38.
    let scale = if trailing > 0 {
        -(trailing as i8)
    } else {
        behind_point as i8
    };
    Ok(Number {
        digits: digits as u8,
        scale,
    })
}

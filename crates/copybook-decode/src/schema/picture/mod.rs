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

/// Reads a picture string in upper case.
pub(super) fn parse(text: &str, options: &CopybookOptions) -> Result<Picture, BadPicture> {
    let runs = runs(text, options)?;
    let has = |set: &str| {
        runs.iter()
            .any(|r| matches!(r.symbol, Symbol::Char(c) if set.contains(c)))
    };
    let only = |set: &str| {
        runs.iter()
            .all(|r| matches!(r.symbol, Symbol::Char(c) if set.contains(c)))
    };
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
    let chars: Vec<char> = text.chars().collect();
    let mut out: Vec<Run> = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let offset = i;
        let symbol = symbol(&chars[i..], options).ok_or_else(|| unknown(&chars[i..], i))?;
        i += if matches!(symbol, Symbol::Credit | Symbol::Debit) {
            2
        } else {
            1
        };
        let mut count = 1;
        if chars.get(i) == Some(&'(') {
            let close = chars[i..].iter().position(|c| *c == ')').map(|n| n + i);
            let digits: Option<String> = close.map(|c| chars[i + 1..c].iter().collect());
            count = digits
                .filter(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()))
                .and_then(|d| d.parse::<usize>().ok())
                .filter(|n| (1..=MAX_BYTES).contains(n))
                .ok_or_else(|| {
                    bad(
                        i,
                        &format!("a repeat count from 1 to {MAX_BYTES} in parentheses"),
                    )
                })?;
            // `close` is there: the count came from inside it.
            i = close.map_or(chars.len(), |c| c + 1);
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
    }
    Ok(out)
}

fn symbol(rest: &[char], options: &CopybookOptions) -> Option<Symbol> {
    let (point, group) = if options.decimal_point_is_comma {
        (',', '.')
    } else {
        ('.', ',')
    };
    Some(match (rest[0], rest.get(1)) {
        (c, _) if c == options.currency.to_ascii_uppercase() => Symbol::Currency,
        ('C', Some('R')) => Symbol::Credit,
        ('D', Some('B')) => Symbol::Debit,
        (c, _) if c == point => Symbol::Point,
        (c, _) if c == group => Symbol::Group,
        (c, _) if "AX9SVPZ*+-B0/NGUE".contains(c) => Symbol::Char(c),
        _ => return None,
    })
}

fn unknown(rest: &[char], offset: usize) -> BadPicture {
    let message = match rest[0] {
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

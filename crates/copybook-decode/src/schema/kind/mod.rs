//! What an elementary item is: picture, usage and sign together.
//!
//! Sizes: Language Reference, "USAGE clause" and "Computational items"; alignment: "SYNCHRONIZED
//! clause" (halfword for 1 to 4 binary digits, fullword for 5 and more and for COMP-1, INDEX and
//! pointers, doubleword for COMP-2; no effect on everything else). Pointers are those of 31-bit
//! addressing, the compiler's LP(32).

mod numeric;

use super::entry::{Entry, SignClause};
use super::error::{At, Fault};
use super::picture::Picture;
use super::usage::Usage;
use super::{Kind, Number, Sign};

/// What a group says for the items in it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Inherited {
    pub(super) usage: Option<Usage>,
    pub(super) sign: Option<SignClause>,
    pub(super) sync: bool,
}

impl Inherited {
    /// An entry's own clauses stand before those of its group.
    pub(super) fn with(self, entry: &Entry) -> Self {
        Self {
            usage: entry.usage.map(|u| u.0).or(self.usage),
            sign: entry.sign.map(|s| s.0).or(self.sign),
            sync: self.sync || entry.sync.is_some(),
        }
    }
}

/// An elementary item.
#[derive(Debug)]
pub(super) struct Elementary {
    pub(super) kind: Kind,
    pub(super) size: usize,
    /// Boundary that SYNCHRONIZED puts it on; 1 for none.
    pub(super) boundary: usize,
}

/// Decides kind, size and boundary of an entry without subordinates.
pub(super) fn elementary(entry: &Entry, inherited: Inherited) -> Result<Elementary, Fault> {
    let merged = inherited.with(entry);
    let (kind, size, natural) = match (&entry.picture, merged.usage) {
        (Some((_, at)), Some(u)) if u.needs_no_picture() => {
            let message = format!("USAGE {} takes no PICTURE; remove one of the two", u.name());
            return Err(Fault::new(*at, message));
        }
        (Some((picture, at)), usage) => pictured(entry, picture, *at, usage, merged.sign)?,
        (None, usage) => plain(usage).ok_or_else(|| {
            Fault::expected(
                entry.at,
                "a PICTURE clause or subordinate entries",
                "neither",
            )
        })?,
    };
    check_clauses(entry, &kind)?;
    Ok(Elementary {
        kind,
        size,
        boundary: if merged.sync { natural } else { 1 },
    })
}

/// Usages that need no picture.
fn plain(usage: Option<Usage>) -> Option<(Kind, usize, usize)> {
    let native = |signed, digits| Kind::Binary {
        number: Number { digits, scale: 0 },
        signed,
        native: true,
        little: false,
    };
    match usage? {
        Usage::Float => Some((Kind::Float, 4, 4)),
        Usage::Double => Some((Kind::Float, 8, 8)),
        Usage::BinarySized { bytes, signed } => Some(numeric::sized(bytes.into(), signed)),
        Usage::Index => Some((native(true, 10), 4, 4)),
        Usage::Pointer | Usage::FunctionPointer | Usage::ObjectReference => {
            Some((native(false, 10), 4, 4))
        }
        // "PROCEDURE-POINTER phrase": 8 bytes whatever the addressing.
        Usage::ProcedurePointer => Some((native(false, 20), 8, 4)),
        _ => None,
    }
}

fn pictured(
    entry: &Entry,
    picture: &Picture,
    at: At,
    usage: Option<Usage>,
    sign: Option<SignClause>,
) -> Result<(Kind, usize, usize), Fault> {
    let usage_at = entry.usage.map_or(at, |u| u.1);
    let wrong = |what: &str, usage: Usage| {
        let from = if entry.usage.is_some() {
            ""
        } else {
            " (from its group)"
        };
        Fault::new(
            usage_at,
            format!("{what} cannot have USAGE {}{from}", usage.name()),
        )
    };
    Ok(match (picture, usage) {
        (Picture::Text { chars, .. }, None | Some(Usage::Display)) => (
            Kind::Text {
                justified: entry.justified.is_some(),
            },
            *chars,
            1,
        ),
        (
            Picture::Text {
                chars,
                only_x: true,
            },
            Some(u @ (Usage::BytesBig | Usage::BytesNative)),
        ) => numeric::bytes(*chars, u == Usage::BytesNative)
            .ok_or_else(|| Fault::expected(at, "1 to 8 X in a number", chars))?,
        (Picture::Text { .. }, Some(u)) => return Err(wrong("an alphanumeric picture", u)),
        (Picture::National { chars, dbcs: true }, None | Some(Usage::Display)) => {
            (Kind::Dbcs, chars * 2, 1)
        }
        (Picture::National { chars, .. }, None | Some(Usage::National | Usage::Display)) => {
            (Kind::National, chars * 2, 1)
        }
        (Picture::National { chars, .. } | Picture::Dbcs { chars }, Some(Usage::Display1)) => {
            (Kind::Dbcs, chars * 2, 1)
        }
        (Picture::Dbcs { chars }, None | Some(Usage::Display)) => (Kind::Dbcs, chars * 2, 1),
        (Picture::Utf8 { chars, bytes }, None | Some(Usage::Utf8 | Usage::Display)) => {
            let chars_if_counted = bytes.is_none().then_some(*chars);
            let kind = Kind::Utf8 {
                chars: chars_if_counted,
            };
            (kind, bytes.unwrap_or(chars * 4), 1)
        }
        (Picture::Utf8 { .. }, Some(u)) => return Err(wrong("a UTF-8 picture", u)),
        (Picture::National { .. }, Some(u)) => return Err(wrong("a national picture", u)),
        (Picture::Dbcs { .. }, Some(u)) => return Err(wrong("a DBCS picture", u)),
        (_, Some(Usage::National)) => {
            let display = pictured(entry, picture, at, Some(Usage::Display), sign)?;
            numeric::national(entry, usage_at, display)?
        }
        (Picture::Numeric { number, signed }, usage) => numeric::numeric(
            entry,
            *number,
            *signed,
            usage.unwrap_or(Usage::Display),
            sign,
        )
        .map_err(|usage| wrong("this numeric picture", usage))?,
        (Picture::ExternalFloat { picture, bytes }, None | Some(Usage::Display)) => {
            let picture = picture.clone();
            (Kind::ExternalFloat { picture }, *bytes, 1)
        }
        (Picture::ExternalFloat { .. }, Some(u)) => {
            return Err(wrong("an external floating-point picture", u));
        }
        (
            Picture::Edited {
                number,
                picture,
                bytes,
            },
            None | Some(Usage::Display),
        ) => {
            let blank_when_zero = entry.blank_when_zero.is_some();
            (
                Kind::Edited {
                    number: *number,
                    picture: picture.clone(),
                    blank_when_zero,
                },
                *bytes,
                1,
            )
        }
        (Picture::Edited { .. }, Some(u)) => return Err(wrong("a numeric-edited picture", u)),
    })
}

/// Clauses that only some kinds may have.
fn check_clauses(entry: &Entry, kind: &Kind) -> Result<(), Fault> {
    let kind = match kind {
        Kind::NationalNumber { display } => display,
        kind => kind,
    };
    let zoned = matches!(kind, Kind::Zoned { .. });
    // Language Reference, "External floating-point items": SIGN is documentation there.
    if let Some((clause, at)) = entry.sign
        && !matches!(kind, Kind::ExternalFloat { .. })
    {
        let signed = !matches!(
            kind,
            Kind::Zoned {
                sign: Sign::Unsigned,
                ..
            }
        );
        if !zoned || !signed {
            let expected = "SIGN only with a numeric DISPLAY picture that has S";
            return Err(Fault::expected(
                at,
                expected,
                if zoned {
                    "a picture without S"
                } else {
                    "another item"
                },
            ));
        }
        debug_assert!(!clause.separate || signed);
    }
    if let Some(at) = entry.justified
        && !matches!(kind, Kind::Text { .. } | Kind::National | Kind::Dbcs)
    {
        return Err(Fault::expected(
            at,
            "JUSTIFIED only with a text picture",
            "a number",
        ));
    }
    if let Some(at) = entry.blank_when_zero
        && !matches!(kind, Kind::Zoned { .. } | Kind::Edited { .. })
    {
        let expected = "BLANK WHEN ZERO only with a numeric DISPLAY or numeric-edited picture";
        return Err(Fault::expected(at, expected, "another item"));
    }
    Ok(())
}

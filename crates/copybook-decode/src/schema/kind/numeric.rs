//! Numbers: usage, sign and bytes.
//!
//! COMP-X and COMP-N are those of Micro Focus, ACUCOBOL and GnuCOBOL: binary in as many bytes as
//! the picture has X, or in the fewest that hold its 9 (ACUCOBOL-GT Reference, "USAGE clause"),
//! where the storage bounds the value; COMP-X has its most significant byte first, COMP-N the order
//! of the machine.

use super::super::entry::{Entry, SignClause};
use super::super::error::{At, Fault};
use super::super::usage::Usage;
use super::super::{Kind, Number, Sign};

/// An item's kind, its bytes and the boundary that SYNCHRONIZED puts it on.
type Sized = (Kind, usize, usize);

/// Numbers by usage; the error is a usage that numbers cannot have here.
pub(super) fn numeric(
    entry: &Entry,
    number: Number,
    signed: bool,
    usage: Usage,
    sign: Option<SignClause>,
) -> Result<Sized, Usage> {
    let digits = usize::from(number.digits);
    Ok(match usage {
        Usage::Display => {
            // SIGN SEPARATE on a picture without S: Enterprise COBOL refuses it, other readers of
            // mainframe data count the sign byte. There is only one thing the clause can mean.
            let signed = signed || entry.sign.is_some_and(|s| s.0.separate);
            let sign = zoned_sign(signed, sign);
            let own = usize::from(matches!(
                sign,
                Sign::LeadingSeparate | Sign::TrailingSeparate
            ));
            let blank_when_zero = entry.blank_when_zero.is_some();
            (
                Kind::Zoned {
                    number,
                    sign,
                    blank_when_zero,
                },
                digits + own,
                1,
            )
        }
        Usage::Packed => (
            Kind::Packed {
                number,
                signed,
                sign_nibble: true,
            },
            digits / 2 + 1,
            1,
        ),
        Usage::PackedUnsigned if !signed => (
            Kind::Packed {
                number,
                signed,
                sign_nibble: false,
            },
            digits.div_ceil(2),
            1,
        ),
        Usage::Binary | Usage::Native | Usage::LittleBinary => {
            let size = binary_size(digits);
            let native = usage == Usage::Native;
            let little = usage == Usage::LittleBinary;
            (
                Kind::Binary {
                    number,
                    signed,
                    native,
                    little,
                },
                size,
                if size == 2 { 2 } else { 4 },
            )
        }
        Usage::BytesBig | Usage::BytesNative => {
            let size = least_bytes(digits, signed);
            let native = usage == Usage::BytesNative;
            binary_of_bytes(size, signed, number.scale, native)
        }
        other => return Err(other),
    })
}

/// `PIC X(size) COMP-X`, or COMP-N.
pub(super) fn bytes(size: usize, native: bool) -> Option<Sized> {
    (1..=8)
        .contains(&size)
        .then(|| binary_of_bytes(size, false, 0, native))
}

/// BINARY-CHAR to BINARY-DOUBLE, with the boundary that halfwords, fullwords and doublewords have.
pub(super) fn sized(size: usize, signed: bool) -> Sized {
    let (kind, size, _) = binary_of_bytes(size, signed, 0, true);
    (kind, size, size)
}

/// A number of the full range of its storage.
fn binary_of_bytes(size: usize, signed: bool, scale: i8, native: bool) -> Sized {
    let greatest = u128::MAX >> (128 - 8 * size + usize::from(signed));
    // At most 39, which the digits of a number cannot be: 16 bytes hold all of 38.
    let digits = (greatest.ilog10() + 1).min(38) as u8;
    let kind = Kind::Binary {
        number: Number { digits, scale },
        signed,
        native,
        little: false,
    };
    (kind, size, 1)
}

/// A number with USAGE NATIONAL from what it is with USAGE DISPLAY (Language Reference, "NATIONAL
/// phrase": a sign must be separate).
pub(super) fn national(entry: &Entry, usage_at: At, display: Sized) -> Result<Sized, Fault> {
    let (display, size, boundary) = display;
    let overpunched = matches!(
        display,
        Kind::Zoned {
            sign: Sign::TrailingOverpunch | Sign::LeadingOverpunch,
            ..
        }
    );
    if overpunched {
        let at = entry.sign.map_or(usage_at, |sign| sign.1);
        let expected = "SIGN ... SEPARATE with a signed number of USAGE NATIONAL";
        return Err(Fault::expected(at, expected, "none"));
    }
    let display = Box::new(display);
    Ok((Kind::NationalNumber { display }, 2 * size, boundary))
}

fn zoned_sign(signed: bool, clause: Option<SignClause>) -> Sign {
    match (signed, clause) {
        (false, _) => Sign::Unsigned,
        (true, None) => Sign::TrailingOverpunch,
        (
            true,
            Some(SignClause {
                leading: true,
                separate: true,
            }),
        ) => Sign::LeadingSeparate,
        (
            true,
            Some(SignClause {
                leading: true,
                separate: false,
            }),
        ) => Sign::LeadingOverpunch,
        (
            true,
            Some(SignClause {
                leading: false,
                separate: true,
            }),
        ) => Sign::TrailingSeparate,
        (
            true,
            Some(SignClause {
                leading: false,
                separate: false,
            }),
        ) => Sign::TrailingOverpunch,
    }
}

/// 2, 4 or 8 bytes up to 18 digits. Beyond (which Enterprise COBOL does not allow) the fewest
/// bytes that hold the digits and a sign bit, which is how the data of other compilers lies:
/// 9 bytes for 19 digits up to 16 for 38.
fn binary_size(digits: usize) -> usize {
    match digits {
        0..=4 => 2,
        5..=9 => 4,
        10..=18 => 8,
        _ => least_bytes(digits, true),
    }
}

/// The fewest bytes that hold so many digits, and a sign bit if there is one.
fn least_bytes(digits: usize, signed: bool) -> usize {
    // 10^38 < 2^127, so the power fits.
    let greatest = 10u128.pow(digits.min(38) as u32) - 1;
    let bits = 128 - greatest.leading_zeros() as usize + usize::from(signed);
    bits.div_ceil(8)
}

//! Numbers: usage, sign and bytes.

use super::super::entry::{Entry, SignClause};
use super::super::usage::Usage;
use super::super::{Kind, Number, Sign};

/// Numbers by usage; the error is a usage that numbers cannot have here.
pub(super) fn numeric(
    entry: &Entry,
    number: Number,
    signed: bool,
    usage: Usage,
    sign: Option<SignClause>,
) -> Result<(Kind, usize, usize), Usage> {
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
        Usage::Binary | Usage::Native => {
            let size = binary_size(digits);
            let native = usage == Usage::Native;
            (
                Kind::Binary {
                    number,
                    signed,
                    native,
                },
                size,
                if size == 2 { 2 } else { 4 },
            )
        }
        other => return Err(other),
    })
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
        _ => {
            // 10^38 < 2^127, so the power fits.
            let greatest = 10u128.pow(digits.min(38) as u32) - 1;
            let bits = 128 - greatest.leading_zeros() as usize + 1;
            bits.div_ceil(8)
        }
    }
}

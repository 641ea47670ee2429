//! GnuCOBOL, which nobody here wrote, reads the same records.

use peer_gnucobol::compiler;
use workload::encode::{Characters, Floats};

use crate::random::Limits;
use crate::sample::Plan;
use crate::{cobol, sample};

/// What GnuCOBOL 3.1 has, or does by the rules of Enterprise COBOL: ../README.md, "Decided
/// differences".
const LIMITS: Limits = Limits {
    items: 16,
    binary_digits: 18,
    synchronized_digits: 9,
    nested_depending: false,
    native_digits: 3,
    packed_p: false,
    scaled_blank: false,
    currency_sign: false,
    leading_slack: false,
    table_slack: false,
    longer_views: false,
    moving_views: false,
    moving_slack: false,
};

#[test]
fn gnucobol_finds_the_same_values_at_the_same_places() {
    if !compiler::present() {
        println!("skipped: cobc (GnuCOBOL) not present");
        return;
    }
    let plan = Plan {
        limits: LIMITS,
        characters: &[
            Characters::Cp037,
            Characters::Ascii,
            Characters::AsciiSigned,
        ],
        floats: Floats::IeeeLittle,
        cases: 100,
        shrink: true,
    };
    let figures = sample::run(plan, cobol::compare).unwrap_or_else(|error| panic!("{error}"));
    println!("GnuCOBOL: {figures:?}");
}

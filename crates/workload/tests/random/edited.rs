//! Random numeric-edited pictures.

use proptest::prelude::*;
use workload::model::{Edited, Fill, Mark};

use super::Limits;

/// Up to 12 digits before the point and 6 behind it.
pub(super) fn pictures(limits: Limits) -> impl Strategy<Value = Edited> {
    let fill = prop_oneof![
        3 => Just(Fill::Spaces),
        2 => Just(Fill::Asterisks),
        1 => Just(Fill::Floating('$')),
        1 => Just(Fill::Floating('+')),
        1 => Just(Fill::Floating('-')),
    ];
    let mark = prop_oneof![
        Just(Mark::None),
        prop_oneof![Just('+'), Just('-')].prop_map(Mark::Leading),
        prop_oneof![Just('+'), Just('-')].prop_map(Mark::Trailing),
        Just(Mark::Credit),
        Just(Mark::Debit),
    ];
    let group = prop::option::of(prop::sample::select(vec![',', ',', 'B', '0', '/']));
    (
        (1..=12_usize, 0..=6_usize, 0..=12_usize),
        (fill, mark, group),
        (any::<bool>(), any::<bool>()),
    )
        .prop_map(
            move |((whole, behind, shown), (fill, mark, group), (currency, blank_when_zero))| {
                let floats = matches!(fill, Fill::Floating(_));
                let sign_floats = matches!(fill, Fill::Floating('+' | '-'));
                let all_currency = fill == Fill::Floating('$') && shown == 0;
                Edited {
                    whole,
                    behind,
                    fill,
                    shown: shown.min(whole),
                    // One sign, one currency symbol.
                    mark: if sign_floats || (all_currency && !limits.currency_sign) {
                        Mark::None
                    } else {
                        mark
                    },
                    group,
                    currency: currency && !floats,
                    // Not with asterisks (Language Reference, "BLANK WHEN ZERO clause").
                    blank_when_zero: blank_when_zero && fill != Fill::Asterisks,
                }
            },
        )
}

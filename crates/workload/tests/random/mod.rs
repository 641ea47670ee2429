//! Random record descriptions.

use proptest::prelude::*;
use proptest::sample::Index;
use workload::model::{Decimal, Description, Item, Kind, Node, Sign};

mod edited;
mod names;
mod views;

use names::Namer;
use views::View;

/// What may be drawn: a decoder to compare with may know less than Enterprise COBOL, or do it in
/// another way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Items of a record but for the first, at most.
    pub items: usize,
    /// Digits of binary fields, at most.
    pub binary_digits: usize,
    /// Digits of binary fields with SYNCHRONIZED, at most.
    pub synchronized_digits: usize,
    /// Digits of COMP-5, at least.
    pub native_digits: usize,
    /// P in packed fields.
    pub packed_p: bool,
    /// V and P in fields with BLANK WHEN ZERO.
    pub scaled_blank: bool,
    /// Tables of variable length in other tables and in groups.
    pub nested_depending: bool,
    /// A sign beside digits that are all floating currency symbols.
    pub currency_sign: bool,
    /// Redefinitions that are longer than what they redefine.
    pub longer_views: bool,
    /// Redefinitions in records with tables of variable length.
    pub moving_views: bool,
    /// Slack bytes before the first item of a group, and so before the group.
    pub leading_slack: bool,
    /// Slack bytes in tables.
    pub table_slack: bool,
    /// Slack bytes in records with tables of variable length.
    pub moving_slack: bool,
}

impl Shape {
    fn varies(&self) -> bool {
        match self {
            Shape::Field(_) | Shape::Synchronized(_) | Shape::Filler(_) => false,
            Shape::Group(shapes) | Shape::FillerGroup(shapes) => shapes.iter().any(Shape::varies),
            // Nothing varies in what is redefined.
            Shape::Viewed(..) => false,
            Shape::Times(_, element) => element.varies(),
            Shape::Depending { .. } => true,
        }
    }
}

impl Limits {
    fn packed(self, decimal: Decimal) -> Decimal {
        let scale = if self.packed_p {
            decimal.scale
        } else {
            decimal.scale.clamp(0, decimal.digits as i32)
        };
        Decimal { scale, ..decimal }
    }

    fn native(self, decimal: Decimal) -> Decimal {
        let digits = decimal.digits.max(self.native_digits);
        Decimal { digits, ..decimal }
    }

    fn blank(self, decimal: Decimal) -> Decimal {
        let scale = if self.scaled_blank { decimal.scale } else { 0 };
        Decimal { scale, ..decimal }
    }
}

/// A description without names, which are given in order afterwards.
#[derive(Debug, Clone)]
enum Shape {
    Field(Kind),
    Synchronized(Kind),
    Filler(Kind),
    Group(Vec<Shape>),
    /// Its items are printed in the group around it.
    FillerGroup(Vec<Shape>),
    /// An item, and its redefinitions.
    Viewed(Box<Shape>, Vec<View>),
    Times(usize, Box<Shape>),
    Depending {
        min: usize,
        more: usize,
        counter: Kind,
        element: Box<Shape>,
    },
}

/// Records with up to three levels of groups and tables.
pub(crate) fn descriptions(limits: Limits) -> impl Strategy<Value = Description> {
    let leaf = prop_oneof![
        12 => kinds(limits).prop_map(Shape::Field),
        2 => synchronized(limits).prop_map(Shape::Synchronized),
        1 => kinds(limits).prop_map(Shape::Filler),
        2 => views::of_characters(limits).prop_map(|(kind, views)| {
            Shape::Viewed(Box::new(Shape::Field(kind)), views)
        }),
    ];
    let shape = leaf.prop_recursive(3, 24, 5, |inner| {
        let group = || prop::collection::vec(inner.clone(), 1..5);
        prop_oneof![
            3 => group().prop_map(Shape::Group),
            1 => group().prop_map(Shape::FillerGroup),
            1 => (group(), views::hidden()).prop_map(|(shapes, view)| {
                Shape::Viewed(Box::new(Shape::Group(shapes)), vec![view])
            }),
            2 => (1..5_usize, printed(inner.clone()))
                .prop_map(|(times, element)| Shape::Times(times, Box::new(element))),
            2 => (0..3_usize, 1..4_usize, counters(), printed(inner)).prop_map(
                |(min, more, counter, element)| Shape::Depending {
                    min,
                    more,
                    counter,
                    element: Box::new(element),
                }
            ),
        ]
    });
    prop::collection::vec(shape, 1..limits.items).prop_map(move |shapes| {
        // A record needs at least one byte that is always there, and something to print.
        let mut items = vec![Item::once("ITEM-0", Node::Field(Kind::Text { length: 1 }))];
        Namer::new(limits, shapes.iter().any(Shape::varies)).all(shapes, &mut items);
        Description {
            name: "RANDOM-RECORD".to_owned(),
            items,
        }
    })
}

/// An element of a table has a name, is no table itself (COBOL has no OCCURS OCCURS) and is not
/// redefined.
fn printed(inner: impl Strategy<Value = Shape>) -> impl Strategy<Value = Shape> {
    inner.prop_map(|shape| match shape {
        Shape::Filler(kind) => Shape::Field(kind),
        Shape::FillerGroup(shapes) => Shape::Group(shapes),
        Shape::Times(..) | Shape::Depending { .. } | Shape::Viewed(..) => Shape::Group(vec![shape]),
        other => other,
    })
}

fn counters() -> impl Strategy<Value = Kind> {
    let count = Decimal {
        digits: 2,
        scale: 0,
        signed: false,
    };
    prop_oneof![
        Just(Kind::Zoned(count, Sign::Trailing)),
        Just(Kind::Packed(count)),
        Just(Kind::Binary(count)),
        Just(Kind::Binary(Decimal {
            signed: true,
            ..count
        })),
    ]
}

fn kinds(limits: Limits) -> impl Strategy<Value = Kind> {
    let signs = prop_oneof![
        Just(Sign::Trailing),
        Just(Sign::Leading),
        Just(Sign::TrailingSeparate),
        Just(Sign::LeadingSeparate),
    ];
    let unsigned = |decimal| Decimal {
        signed: false,
        ..decimal
    };
    let packed = move || decimals(38).prop_map(move |decimal| limits.packed(decimal));
    prop_oneof![
        3 => lengths().prop_map(|length| Kind::Text { length }),
        1 => lengths().prop_map(|length| Kind::Justified { length }),
        3 => (decimals(38), signs).prop_map(|(decimal, sign)| Kind::Zoned(decimal, sign)),
        1 => decimals(38).prop_map(move |decimal| Kind::Blank(unsigned(limits.blank(decimal)))),
        2 => edited::pictures(limits).prop_map(Kind::Edited),
        3 => packed().prop_map(Kind::Packed),
        1 => packed().prop_map(move |decimal| Kind::Unsigned(unsigned(decimal))),
        2 => decimals(limits.binary_digits).prop_map(Kind::Binary),
        1 => decimals(limits.binary_digits).prop_map(move |decimal| Kind::Native(limits.native(decimal))),
        1 => any::<bool>().prop_map(|double| Kind::Float { double }),
    ]
}

/// Fields on a boundary, and some that the clause does not move.
fn synchronized(limits: Limits) -> impl Strategy<Value = Kind> {
    let digits = limits.synchronized_digits;
    prop_oneof![
        3 => decimals(digits).prop_map(Kind::Binary),
        1 => decimals(digits).prop_map(move |decimal| Kind::Native(limits.native(decimal))),
        2 => any::<bool>().prop_map(|double| Kind::Float { double }),
        1 => decimals(18).prop_map(move |decimal| Kind::Packed(limits.packed(decimal))),
    ]
}

fn lengths() -> impl Strategy<Value = usize> {
    prop_oneof![1..8_usize, 8..80_usize]
}

/// Short ones as often as long ones; the point within the digits, or off either end.
fn decimals(most: usize) -> impl Strategy<Value = Decimal> {
    let digits = prop_oneof![1..=most.min(11), 1..=most.min(18), 1..=most];
    (digits, any::<bool>(), 0..8_u8, any::<Index>()).prop_map(
        move |(digits, signed, place, index)| {
            let room = most - digits + 1;
            let scale = match place {
                0 => -(index.index(room.min(5)) as i32),
                1 => (digits + index.index(room.min(5))) as i32,
                2 | 3 => 0,
                _ => index.index(digits + 1) as i32,
            };
            Decimal {
                digits,
                scale,
                signed,
            }
        },
    )
}

//! Random record descriptions.

use proptest::prelude::*;
use workload::model::{Decimal, Description, FILLER, Item, Kind, Node, Occurs, Sign};

/// A description without names, which are given in order afterwards.
#[derive(Debug, Clone)]
enum Shape {
    Field(Kind),
    Filler(Kind),
    Group(Vec<Shape>),
    Times(usize, Box<Shape>),
    Depending {
        min: usize,
        more: usize,
        counter: Kind,
        element: Box<Shape>,
    },
}

/// Records of one to eight items, up to three levels of groups and tables.
pub(crate) fn descriptions() -> impl Strategy<Value = Description> {
    let leaf = prop_oneof![
        12 => kinds().prop_map(Shape::Field),
        1 => kinds().prop_map(Shape::Filler),
    ];
    let shape = leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 1..5).prop_map(Shape::Group),
            2 => (1..5_usize, printed(inner.clone()))
                .prop_map(|(times, element)| Shape::Times(times, Box::new(element))),
            2 => (0..3_usize, 0..4_usize, counters(), printed(inner)).prop_map(
                |(min, more, counter, element)| Shape::Depending {
                    min,
                    more,
                    counter,
                    element: Box::new(element),
                }
            ),
        ]
    });
    prop::collection::vec(shape, 1..8).prop_map(|shapes| {
        let mut namer = Namer(0);
        // A record needs at least one byte that is always there, and something to print.
        let mut items = vec![Item::once("FIRST", Node::Field(Kind::Text { length: 1 }))];
        for shape in shapes {
            namer.items(shape, &mut items);
        }
        Description {
            name: "RANDOM-RECORD".to_owned(),
            items,
        }
    })
}

/// An element of a table has a name, and is no table itself: COBOL has no OCCURS OCCURS.
fn printed(inner: impl Strategy<Value = Shape>) -> impl Strategy<Value = Shape> {
    inner.prop_map(|shape| match shape {
        Shape::Filler(kind) => Shape::Field(kind),
        Shape::Times(..) | Shape::Depending { .. } => Shape::Group(vec![shape]),
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

fn kinds() -> impl Strategy<Value = Kind> {
    let signs = prop_oneof![
        Just(Sign::Trailing),
        Just(Sign::Leading),
        Just(Sign::TrailingSeparate),
        Just(Sign::LeadingSeparate),
    ];
    prop_oneof![
        3 => prop_oneof![1..8_usize, 8..80_usize].prop_map(|length| Kind::Text { length }),
        3 => (decimals(38), signs).prop_map(|(decimal, sign)| Kind::Zoned(decimal, sign)),
        3 => decimals(38).prop_map(Kind::Packed),
        1 => decimals(38).prop_map(|decimal| Kind::Unsigned(Decimal { signed: false, ..decimal })),
        2 => decimals(38).prop_map(Kind::Binary),
        1 => decimals(38).prop_map(Kind::Native),
        1 => any::<bool>().prop_map(|double| Kind::Float { double }),
    ]
}

/// Short ones as often as long ones; the point within the digits, or off either end.
fn decimals(most: usize) -> impl Strategy<Value = Decimal> {
    let digits = prop_oneof![1..=11_usize, 1..=18_usize, 1..=most];
    (digits, any::<bool>(), 0..8_u8, any::<prop::sample::Index>()).prop_map(
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

struct Namer(usize);

impl Namer {
    fn name(&mut self) -> String {
        self.0 += 1;
        format!("ITEM-{}", self.0)
    }

    fn items(&mut self, shape: Shape, out: &mut Vec<Item>) {
        let occurs = match &shape {
            Shape::Times(times, _) => Occurs::Times(*times),
            Shape::Depending {
                min, more, counter, ..
            } => {
                let name = self.name();
                out.push(Item::once(&name, Node::Field(*counter)));
                Occurs::DependingOn {
                    min: *min,
                    max: (min + more).max(1),
                    counter: name,
                }
            }
            _ => Occurs::Once,
        };
        let name = match &shape {
            Shape::Filler(_) => FILLER.to_owned(),
            _ => self.name(),
        };
        let node = self.node(shape);
        out.push(Item { name, occurs, node });
    }

    fn node(&mut self, shape: Shape) -> Node {
        match shape {
            Shape::Field(kind) | Shape::Filler(kind) => Node::Field(kind),
            Shape::Group(shapes) => {
                let mut items = Vec::new();
                for shape in shapes {
                    self.items(shape, &mut items);
                }
                Node::Group(items)
            }
            Shape::Times(_, element) | Shape::Depending { element, .. } => self.node(*element),
        }
    }
}

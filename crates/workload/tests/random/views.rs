//! Redefinitions of random items, in the ways in which copybooks use them: a date taken apart, a
//! text cut into parts, an area with a FILLER over it.

use proptest::prelude::*;
use proptest::sample::Index;
use workload::model::{Decimal, FILLER, Item, Kind, Node, Occurs, Sign};

use super::names::Namer;
use super::{Limits, decimals, edited};

/// A redefinition, whatever the length of what it redefines.
#[derive(Debug, Clone)]
pub(super) enum View {
    /// FILLER of so many bytes.
    Hidden(usize),
    /// The same bytes as one field, of digits with another scale if they are digits.
    Whole(Index),
    /// Cut where these say, in a group, which may be a FILLER; so many bytes longer.
    Parts(Vec<Index>, bool, usize),
    /// A table of fields of one length.
    Table(Index),
}

/// A field of characters, and what redefines it.
pub(super) fn of_characters(limits: Limits) -> impl Strategy<Value = (Kind, Vec<View>)> {
    let digits = decimals(18).prop_map(|decimal| {
        let decimal = Decimal {
            signed: false,
            ..decimal
        };
        Kind::Zoned(decimal, Sign::Trailing)
    });
    let target = prop_oneof![
        2 => (1..30_usize).prop_map(|length| Kind::Text { length }),
        1 => (1..30_usize).prop_map(|length| Kind::Justified { length }),
        1 => edited::pictures(limits).prop_map(Kind::Edited),
        2 => digits,
    ];
    let view = prop_oneof![
        1 => hidden(),
        1 => any::<Index>().prop_map(View::Whole),
        3 => (prop::collection::vec(any::<Index>(), 0..3), any::<bool>(), 0..4_usize)
            .prop_map(|(cuts, filler, longer)| View::Parts(cuts, filler, longer)),
        1 => any::<Index>().prop_map(View::Table),
    ];
    (target, prop::collection::vec(view, 1..3))
}

/// A redefinition that nobody prints, of whatever it may be.
pub(super) fn hidden() -> impl Strategy<Value = View> {
    (1..40_usize).prop_map(View::Hidden)
}

/// Appends the views of the last item.
pub(super) fn items(namer: &mut Namer, longer: bool, views: Vec<View>, out: &mut Vec<Item>) {
    let Some(target) = out.last().cloned() else {
        return;
    };
    for view in views {
        let item = match (view, &target.node) {
            (View::Hidden(length), _) => {
                // No item is shorter than a byte.
                let length = if longer { length } else { 1 };
                Item::once(FILLER, Node::Field(Kind::Text { length }))
            }
            (view, Node::Field(kind)) => {
                let digits = matches!(kind, Kind::Zoned(..));
                visible(namer, longer, view, kind.length(), digits)
            }
            (_, Node::Group(_)) => continue,
        };
        out.push(Item {
            redefines: Some(target.name.clone()),
            ..item
        });
    }
}

fn visible(namer: &mut Namer, longer: bool, view: View, length: usize, digits: bool) -> Item {
    match view {
        View::Parts(cuts, filler, more) => {
            let length = length + if longer { more } else { 0 };
            // What it is longer by is spaces.
            let digits = digits && (more == 0 || !longer);
            let name = if filler {
                FILLER.to_owned()
            } else {
                namer.name()
            };
            let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(length)).collect();
            ends.extend([0, length]);
            ends.sort_unstable();
            ends.dedup();
            let parts = ends.windows(2).enumerate().map(|(i, pair)| {
                // Of digits, every second part stays text.
                let kind = field(pair[1] - pair[0], digits && i % 2 == 0, 0);
                Item::once(&namer.name(), Node::Field(kind))
            });
            Item::once(&name, Node::Group(parts.collect()))
        }
        View::Table(index) => {
            let width = 1 + index.index(length);
            let node = Node::Field(field(width, digits, 0));
            Item::table(&namer.name(), Occurs::Times(length / width), node)
        }
        View::Whole(index) => {
            let kind = field(length, digits, index.index(length + 1));
            Item::once(&namer.name(), Node::Field(kind))
        }
        View::Hidden(_) => unreachable!("it shows nothing"),
    }
}

fn field(length: usize, digits: bool, scale: usize) -> Kind {
    if !digits {
        return Kind::Text { length };
    }
    let decimal = Decimal {
        digits: length,
        scale: scale as i32,
        signed: false,
    };
    Kind::Zoned(decimal, Sign::Trailing)
}

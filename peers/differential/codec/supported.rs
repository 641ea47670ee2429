//! What copybook-codec does not have, or does by other rules than Enterprise COBOL: taken out of a
//! description, rule by rule, each with its row in ../../README.md, "Decided differences".

use std::collections::BTreeMap;

use workload::model::{Decimal, Description, Edited, FILLER, Fill, Item, Kind, Node, Occurs, Sign};

/// A reason to draw something else than what was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// A picture that begins with V is refused: it gets a digit before the V.
    NoDigitBeforeV,
    /// P is refused at the front and ignored at the end: left out.
    Scaling,
    /// More than 18 digits are refused, or overflow for most values: 18.
    MoreThan18Digits,
    /// SIGN LEADING in the zone of the first digit is refused: the last one.
    LeadingOverpunch,
    /// COMP-5 is read as DISPLAY: COMP.
    Comp5,
    /// COMP-6 is read as DISPLAY: COMP-3.
    Comp6,
    /// OCCURS DEPENDING ON is refused unless nothing follows and nothing is redefined: a table of
    /// the greatest length.
    MovingFields,
    /// Groups without a name are members of one name in its JSON, so that one hides the other: each
    /// gets a name.
    FillerGroup,
    /// A FILLER that redefines is decoded, as text, whatever lies there: left out.
    FillerView,
    /// Inserted B and 0 are taken for the end of the picture or for digits: a text.
    InsertedSpaceOrZero,
    /// Insertion characters among suppressed digits have to be there all the same: a text.
    SuppressedInsertion,
    /// A floating sign or currency symbol has to stand at its first place: a text.
    FloatingInsertion,
    /// Where every digit can be suppressed, zero, which has no point or sign then, is refused: a
    /// text.
    NothingShown,
    /// Digits around a point, and nothing else to edit, is refused: a text.
    OnlyAPoint,
}

impl Rule {
    /// Every one.
    pub const ALL: [Rule; 14] = [
        Rule::NoDigitBeforeV,
        Rule::Scaling,
        Rule::MoreThan18Digits,
        Rule::LeadingOverpunch,
        Rule::Comp5,
        Rule::Comp6,
        Rule::MovingFields,
        Rule::FillerGroup,
        Rule::FillerView,
        Rule::InsertedSpaceOrZero,
        Rule::SuppressedInsertion,
        Rule::FloatingInsertion,
        Rule::NothingShown,
        Rule::OnlyAPoint,
    ];
}

/// Takes out what can't be compared, and counts.
#[derive(Debug, Default)]
pub struct Filter {
    /// This one is left in, to see whether it is still a reason.
    pub without: Option<Rule>,
    /// How often each applied.
    pub applied: BTreeMap<Rule, u64>,
}

impl Filter {
    /// The description without what copybook-codec can not be compared on.
    pub fn supported(&mut self, description: &Description) -> Description {
        let last = !redefines(&description.items);
        let items = self.items(&description.items, last);
        Description {
            name: description.name.clone(),
            items,
        }
    }

    /// Whether there is such a reason, and it counts.
    fn applies(&mut self, rule: Rule, it: bool) -> bool {
        let applies = it && self.without != Some(rule);
        *self.applied.entry(rule).or_default() += u64::from(applies);
        applies
    }

    /// `last`: nothing lies behind them.
    fn items(&mut self, items: &[Item], last: bool) -> Vec<Item> {
        let mut out = Vec::new();
        for (i, item) in items.iter().enumerate() {
            let view = item.redefines.is_some() && item.name == FILLER;
            if !self.applies(
                Rule::FillerView,
                view && matches!(item.node, Node::Field(_)),
            ) {
                out.push(self.item(item, last && i + 1 == items.len()));
            }
        }
        out
    }

    fn item(&mut self, item: &Item, last: bool) -> Item {
        let varies = matches!(item.occurs, Occurs::DependingOn { .. });
        let occurs = match item.occurs {
            Occurs::DependingOn { max, .. }
                if self.applies(Rule::MovingFields, varies && !last) =>
            {
                Occurs::Times(max)
            }
            _ => item.occurs.clone(),
        };
        let (mut name, last) = (item.name.clone(), last && item.occurs == Occurs::Once);
        let node = match &item.node {
            Node::Group(items) => {
                if self.applies(Rule::FillerGroup, item.name == FILLER) {
                    name = format!("GROUP-{}", self.applied[&Rule::FillerGroup]);
                }
                Node::Group(self.items(items, last))
            }
            Node::Field(kind) => Node::Field(self.kind(*kind)),
        };
        Item {
            name,
            node,
            occurs,
            ..item.clone()
        }
    }

    fn kind(&mut self, kind: Kind) -> Kind {
        match kind {
            Kind::Zoned(decimal, sign) => {
                let leading = decimal.signed && sign == Sign::Leading;
                let trailing = self.applies(Rule::LeadingOverpunch, leading);
                Kind::Zoned(
                    self.decimal(decimal),
                    if trailing { Sign::Trailing } else { sign },
                )
            }
            Kind::Blank(decimal) => Kind::Blank(self.decimal(decimal)),
            Kind::Packed(decimal) => Kind::Packed(self.decimal(decimal)),
            Kind::Unsigned(decimal) => match self.applies(Rule::Comp6, true) {
                true => Kind::Packed(self.decimal(decimal)),
                false => kind,
            },
            Kind::Binary(decimal) => Kind::Binary(self.decimal(decimal)),
            Kind::Native(decimal) => match self.applies(Rule::Comp5, true) {
                true => Kind::Binary(self.decimal(decimal)),
                false => kind,
            },
            Kind::Edited(edited) => match reason(edited) {
                Some(rule) if self.applies(rule, true) => Kind::Text {
                    length: kind.length(),
                },
                _ => kind,
            },
            Kind::Text { .. } | Kind::Justified { .. } | Kind::Float { .. } => kind,
        }
    }

    fn decimal(&mut self, decimal: Decimal) -> Decimal {
        let Decimal {
            mut digits,
            mut scale,
            signed,
        } = decimal;
        if self.applies(Rule::Scaling, scale < 0 || scale > digits as i32) {
            scale = scale.clamp(0, digits as i32);
        }
        if self.applies(Rule::MoreThan18Digits, digits > 18) {
            scale = scale.min(18);
            digits = 18;
        }
        if self.applies(Rule::NoDigitBeforeV, scale == digits as i32) {
            scale -= 1;
        }
        Decimal {
            digits,
            scale,
            signed,
        }
    }
}

/// Why an edited picture can't be compared.
fn reason(edited: Edited) -> Option<Rule> {
    let picture = edited.picture();
    let suppressed = edited.shown < edited.whole;
    if edited
        .group
        .is_some_and(|group| "B0".contains(group) && edited.whole > 3)
    {
        Some(Rule::InsertedSpaceOrZero)
    } else if suppressed && matches!(edited.fill, Fill::Floating(_)) {
        Some(Rule::FloatingInsertion)
    } else if suppressed && picture.contains([',', '/']) {
        Some(Rule::SuppressedInsertion)
    } else if edited.shown == 0 {
        Some(Rule::NothingShown)
    } else if picture.chars().all(|c| "9.".contains(c)) {
        Some(Rule::OnlyAPoint)
    } else {
        None
    }
}

fn redefines(items: &[Item]) -> bool {
    items.iter().any(|item| match &item.node {
        _ if item.redefines.is_some() => true,
        Node::Group(items) => redefines(items),
        Node::Field(_) => false,
    })
}

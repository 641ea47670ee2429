//! What a record looks like, described once: the copybook, the values, the bytes and the expected
//! output all follow from it, each by a way of its own.

use std::fmt::{self, Write as _};

use crate::canonical::{Spelling, Spellings};

mod edited;
mod layout;

pub use edited::{Edited, Fill, Mark};
pub(crate) use layout::Places;

/// A record: the level-01 group and what is in it. Its debug form is the copybook, which a failing
/// test shows.
#[derive(Clone)]
pub struct Description {
    /// Name of the level-01 entry.
    pub name: String,
    /// Its children in order.
    pub items: Vec<Item>,
}

/// Name of an item that is not printed: an elementary one has bytes all the same, and what is in a
/// group is printed in the group around it.
pub const FILLER: &str = "FILLER";

/// One data description entry.
#[derive(Debug, Clone)]
pub struct Item {
    /// Upper-case name; unique within its group, or [`FILLER`].
    pub name: String,
    /// OCCURS clause.
    pub occurs: Occurs,
    /// REDEFINES: the item before it, among its siblings, whose bytes it shows in another way.
    /// Neither has a DEPENDING ON in it. The values follow from those of that item, where both are
    /// characters throughout; otherwise this one is a [`FILLER`] of text.
    pub redefines: Option<String>,
    /// SYNCHRONIZED, of an elementary item.
    pub synchronized: bool,
    /// Group or elementary field.
    pub node: Node,
}

/// Group or elementary field.
#[derive(Debug, Clone)]
pub enum Node {
    /// Children in order.
    Group(Vec<Item>),
    /// An elementary field.
    Field(Kind),
}

/// OCCURS clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occurs {
    /// None.
    Once,
    /// OCCURS n.
    Times(usize),
    /// OCCURS min TO max DEPENDING ON counter. What follows moves; a record of fixed
    /// length is padded with X'00' to the greatest.
    DependingOn {
        /// Least number.
        min: usize,
        /// Greatest number.
        max: usize,
        /// Name of an earlier integer field, itself in no other table than this one is in.
        counter: String,
    },
}

/// Picture and usage of an elementary field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// PIC X(length).
    Text {
        /// Characters.
        length: usize,
    },
    /// PIC X(length) JUSTIFIED: the spaces come first.
    Justified {
        /// Characters.
        length: usize,
    },
    /// USAGE DISPLAY.
    Zoned(Decimal, Sign),
    /// USAGE DISPLAY without S, BLANK WHEN ZERO: zero is spaces.
    Blank(Decimal),
    /// A numeric-edited picture.
    Edited(Edited),
    /// USAGE COMP-3.
    Packed(Decimal),
    /// USAGE COMP: the picture bounds the value.
    Binary(Decimal),
    /// USAGE COMP-5: the storage bounds the value.
    Native(Decimal),
    /// COMP-6 in GnuCOBOL and Micro Focus: packed without a sign; the picture has no S.
    Unsigned(Decimal),
    /// COMP-1, or COMP-2 where `double`. Drawn values are whole eighths below 2^17, which every
    /// format holds exactly and no shorter decimal names.
    Float {
        /// COMP-2.
        double: bool,
    },
}

/// The value is a whole number times 10^-scale: `S9(digits - scale)V9(scale)`, with S where signed;
/// `VP(scale - digits)9(digits)` where the scale is greater, `9(digits)P(-scale)` where it is
/// negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// Digits that are stored, 1 to 38.
    pub digits: usize,
    /// Digits behind the point.
    pub scale: i32,
    /// With S.
    pub signed: bool,
}

/// Where a signed zoned number keeps its sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Zone of the last digit.
    Trailing,
    /// Zone of the first digit.
    Leading,
    /// A byte behind the digits.
    TrailingSeparate,
    /// A byte before the digits.
    LeadingSeparate,
}

impl fmt::Debug for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{}", self.copybook())
    }
}

impl Description {
    /// The copybook in fixed format, lines within columns 8 to 72.
    pub fn copybook(&self) -> String {
        let mut out = format!("       01  {}.\n", self.name);
        render(&self.items, 5, &mut out);
        out
    }

    /// How every elementary field is spelled in the canonical form. Names are unique in a record.
    pub fn spellings(&self) -> Spellings {
        let mut out = Spellings::new();
        spell(&self.items, &mut out);
        out
    }
}

impl Item {
    /// A field or group that stands once.
    pub fn once(name: &str, node: Node) -> Item {
        Item::table(name, Occurs::Once, node)
    }

    /// A field or group with an OCCURS clause.
    pub fn table(name: &str, occurs: Occurs, node: Node) -> Item {
        Item {
            name: name.to_owned(),
            occurs,
            redefines: None,
            synchronized: false,
            node,
        }
    }
}

impl Kind {
    /// Bytes. Binary: Enterprise COBOL Language Reference, "Computational items": 1 to 4 digits in
    /// 2 bytes, 5 to 9 in 4, 10 to 18 in 8. Beyond, which that compiler does not have, the fewest
    /// bytes that hold the digits and a sign bit.
    pub fn length(self) -> usize {
        match self {
            Kind::Text { length } | Kind::Justified { length } => length,
            Kind::Blank(decimal) => decimal.digits,
            Kind::Edited(edited) => edited.length(),
            Kind::Zoned(decimal, sign) => {
                let separate = matches!(sign, Sign::TrailingSeparate | Sign::LeadingSeparate);
                decimal.digits + usize::from(decimal.signed && separate)
            }
            Kind::Packed(decimal) => decimal.digits / 2 + 1,
            Kind::Unsigned(decimal) => decimal.digits.div_ceil(2),
            Kind::Float { double } => 4 << usize::from(double),
            Kind::Binary(decimal) | Kind::Native(decimal) => match decimal.digits {
                0..=4 => 2,
                5..=9 => 4,
                10..=18 => 8,
                19..=21 => 9,
                22 | 23 => 10,
                24..=26 => 11,
                27 | 28 => 12,
                29..=31 => 13,
                32 | 33 => 14,
                34 | 35 => 15,
                _ => 16,
            },
        }
    }

    fn clause(self) -> String {
        match self {
            Kind::Text { length } => format!("PIC X({length})"),
            Kind::Justified { length } => format!("PIC X({length}) JUSTIFIED RIGHT"),
            Kind::Blank(decimal) => format!("PIC {} BLANK WHEN ZERO", decimal.picture()),
            Kind::Edited(edited) => edited.clause(),
            Kind::Packed(decimal) => format!("PIC {} COMP-3", decimal.picture()),
            Kind::Binary(decimal) => format!("PIC {} COMP", decimal.picture()),
            Kind::Native(decimal) => format!("PIC {} COMP-5", decimal.picture()),
            Kind::Unsigned(decimal) => format!("PIC {} COMP-6", decimal.picture()),
            Kind::Float { double: false } => "COMP-1".to_owned(),
            Kind::Float { double: true } => "COMP-2".to_owned(),
            Kind::Zoned(decimal, sign) => {
                let place = match sign {
                    _ if !decimal.signed => "",
                    Sign::Trailing => "",
                    Sign::Leading => " SIGN LEADING",
                    Sign::TrailingSeparate => " SIGN TRAILING SEPARATE",
                    Sign::LeadingSeparate => " SIGN LEADING SEPARATE",
                };
                format!("PIC {}{place}", decimal.picture())
            }
        }
    }
}

impl Decimal {
    fn picture(self) -> String {
        let sign = if self.signed { "S" } else { "" };
        let nines = |count: usize| match count {
            0 => String::new(),
            count => format!("9({count})"),
        };
        let behind = usize::try_from(self.scale).unwrap_or(0);
        if self.scale < 0 {
            format!("{sign}{}P({})", nines(self.digits), -self.scale)
        } else if behind > self.digits {
            let places = behind - self.digits;
            format!("{sign}VP({places}){}", nines(self.digits))
        } else {
            let point = if behind > 0 { "V" } else { "" };
            let whole = nines(self.digits - behind);
            format!("{sign}{whole}{point}{}", nines(behind))
        }
    }
}

fn render(items: &[Item], level: usize, out: &mut String) {
    for item in items {
        let mut clauses = vec![format!("{level:02}  {}", item.name)];
        if let Some(target) = &item.redefines {
            clauses.push(format!("REDEFINES {target}"));
        }
        if let Node::Field(kind) = &item.node {
            clauses.push(kind.clause());
        }
        match &item.occurs {
            Occurs::Once => {}
            Occurs::Times(times) => clauses.push(format!("OCCURS {times} TIMES")),
            Occurs::DependingOn { min, max, counter } => {
                clauses.push(format!("OCCURS {min} TO {max} TIMES"));
                clauses.push(format!("DEPENDING ON {counter}"));
            }
        }
        if item.synchronized {
            clauses.push("SYNCHRONIZED".to_owned());
        }
        // A clause a line: no name is so long that it reaches column 73.
        let _ = writeln!(out, "           {}.", clauses.join("\n               "));
        if let Node::Group(children) = &item.node {
            render(children, level + 5, out);
        }
    }
}

fn spell(items: &[Item], out: &mut Spellings) {
    for item in items {
        match &item.node {
            Node::Group(children) => spell(children, out),
            Node::Field(_) if item.name == FILLER => {}
            Node::Field(Kind::Text { .. } | Kind::Justified { .. }) => {
                out.insert(item.name.clone(), Spelling::Text);
            }
            Node::Field(_) => {
                out.insert(item.name.clone(), Spelling::Number);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copybook_says_what_the_description_does() {
        let amount = Decimal {
            digits: 11,
            scale: 2,
            signed: true,
        };
        let description = Description {
            name: "R".into(),
            items: vec![
                Item::once("A", Node::Field(Kind::Text { length: 3 })),
                Item::table(
                    "T",
                    Occurs::Times(2),
                    Node::Group(vec![Item::once("B", Node::Field(Kind::Packed(amount)))]),
                ),
            ],
        };
        assert_eq!(
            description.copybook(),
            "       01  R.\n           05  A\n               PIC X(3).\n           05  T\n               \
             OCCURS 2 TIMES.\n           10  B\n               PIC S9(9)V9(2) COMP-3.\n"
        );
        assert_eq!(description.record_length(), 3 + 2 * 6);
    }
}

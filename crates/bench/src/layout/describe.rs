//! From a schema's field to what is shown of it.

use std::collections::HashMap;

use copybook_decode::schema::{self, FieldId, Kind, Number, Schema, Sign};

use super::{Condition, Field, Occurs, Renames};

/// Where in each record what follows may move: behind the first table of varying length.
pub(super) struct Varying(HashMap<FieldId, usize>);

impl Varying {
    pub(super) fn of(schema: &Schema) -> Self {
        let mut ends = HashMap::new();
        for (id, table) in schema.iter() {
            let Some(occurs) = table.occurs().filter(|one| one.depending_on().is_some()) else {
                continue;
            };
            let end = table.offset() + table.size() * occurs.max().get();
            let first = ends.entry(schema.root_of(id)).or_insert(end);
            *first = end.min(*first);
        }
        Self(ends)
    }

    fn moves(&self, schema: &Schema, id: FieldId) -> bool {
        let end = self.0.get(&schema.root_of(id));
        end.is_some_and(|end| *end <= schema.field(id).offset())
    }
}

pub(super) fn field(schema: &Schema, id: FieldId, varying: &Varying) -> Field {
    let field = schema.field(id);
    let number = number(field.kind());
    Field {
        level: if matches!(field.kind(), Kind::Rename { .. }) {
            66
        } else {
            field.level()
        },
        name: field.name().to_owned(),
        path: schema.path(id),
        depth: schema.ancestors(id).count(),
        line: field.line(),
        offset: field.offset(),
        moves: varying.moves(schema, id),
        length: field.size(),
        picture: field.picture().map(str::to_owned),
        usage: usage(field),
        digits: number.map(|(number, _)| number.digits),
        scale: number.map(|(number, _)| number.scale),
        signed: number.map(|(_, signed)| signed),
        occurs: field.occurs().map(|occurs| Occurs {
            min: occurs.min(),
            max: occurs.max().get(),
            stride: field.size(),
            depending_on: occurs.depending_on().map(|count| schema.path(count)),
        }),
        redefines: field.redefines().map(|target| schema.path(target)),
        renames: match field.kind() {
            Kind::Rename { from, through } => Some(Renames {
                from: schema.path(*from),
                through: schema.path(*through),
            }),
            _ => None,
        },
        clauses: clauses(field.kind()),
        conditions: field.conditions().iter().map(condition).collect(),
    }
}

fn condition(condition: &schema::Condition) -> Condition {
    Condition {
        name: condition.name().to_owned(),
        values: condition.values().to_owned(),
    }
}

/// What the clause says, else what the picture implies.
fn usage(field: &schema::Field) -> Option<&'static str> {
    match field.kind() {
        Kind::Group { .. } | Kind::Rename { .. } => None,
        kind => Some(field.usage().unwrap_or(match kind {
            Kind::National | Kind::NationalNumber { .. } => "NATIONAL",
            Kind::Dbcs => "DISPLAY-1",
            Kind::Utf8 { .. } => "UTF-8",
            _ => "DISPLAY",
        })),
    }
}

/// Digits, scale, and whether there is a sign.
fn number(kind: &Kind) -> Option<(Number, bool)> {
    match kind {
        Kind::Zoned { number, sign, .. } => Some((*number, *sign != Sign::Unsigned)),
        Kind::Packed { number, signed, .. } | Kind::Binary { number, signed, .. } => {
            Some((*number, *signed))
        }
        Kind::Edited {
            number, picture, ..
        } => {
            let signs = ["+", "-", "CR", "DB", "S"];
            Some((*number, signs.iter().any(|sign| picture.contains(sign))))
        }
        Kind::NationalNumber { display } => self::number(display),
        _ => None,
    }
}

fn clauses(kind: &Kind) -> Vec<&'static str> {
    match kind {
        Kind::Text { justified: true } => vec!["justified right"],
        Kind::Zoned {
            sign,
            blank_when_zero,
            ..
        } => {
            let sign = match sign {
                Sign::Unsigned | Sign::TrailingOverpunch => None,
                Sign::LeadingOverpunch => Some("sign leading"),
                Sign::TrailingSeparate => Some("sign trailing separate"),
                Sign::LeadingSeparate => Some("sign leading separate"),
            };
            let blank = blank_when_zero.then_some("blank when zero");
            sign.into_iter().chain(blank).collect()
        }
        Kind::Edited {
            blank_when_zero: true,
            ..
        } => vec!["blank when zero"],
        Kind::NationalNumber { display } => clauses(display),
        _ => Vec::new(),
    }
}

//! Every elementary field and occurrence of a record, as something to print.

use anyhow::{Context, Result};
use workload::copybook_decode::Schema;
use workload::model::{Decimal, FILLER, Item, Kind, Node, Occurs};

use crate::fields;
use crate::sample::Sample;

/// Characters of an offset and a length in a row.
pub(super) const PLACE: usize = 16;

/// Fields in sets that do not redefine each other: those without REDEFINES first.
pub(super) struct Columns {
    pub(super) passes: Vec<Vec<Column>>,
}

/// A field, in one occurrence.
pub(super) struct Column {
    pub(super) name: String,
    /// Subscripts.
    pub(super) at: Vec<usize>,
    pub(super) kind: Kind,
    /// Where we say that it starts, unless it moves with a table before it.
    pub(super) offset: Option<usize>,
    /// Bytes that we say it has.
    pub(super) size: usize,
    /// It is there if these fields are not less than that.
    pub(super) counts: Vec<(String, usize)>,
    /// It counts a table.
    pub(super) is_count: bool,
}

impl Columns {
    pub(super) fn of(sample: &Sample) -> Result<Columns> {
        let mut counters = Vec::new();
        collect_counters(&sample.description.items, &mut counters);
        let mut walk = Walk {
            schema: sample.schema()?,
            passes: vec![Vec::new()],
            counters,
            moves: false,
        };
        walk.items(&sample.description.items, &Place::default(), 0)?;
        Ok(Columns { passes: walk.passes })
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Column> {
        self.passes.iter().flatten()
    }

    pub(super) fn row_length(&self) -> usize {
        self.all().map(Column::row_length).sum()
    }
}

impl Column {
    /// `ITEM-3(1, 2)`.
    pub(super) fn reference(&self) -> String {
        fields::reference(&self.name, &self.at)
    }

    /// The printable field: its picture and characters.
    pub(super) fn printed(&self) -> (String, usize) {
        match self.kind {
            Kind::Text { length } | Kind::Justified { length } => (format!("X({length})"), length),
            Kind::Zoned(decimal, _)
            | Kind::Blank(decimal)
            | Kind::Packed(decimal)
            | Kind::Unsigned(decimal)
            | Kind::Binary(decimal) => number(decimal.digits, decimal.scale),
            Kind::Native(decimal) => number(native_digits(self.kind, decimal), decimal.scale),
            Kind::Float { .. } => number(10, 3),
            Kind::Edited(edited) => number(edited.digits(), edited.behind as i32),
        }
    }

    pub(super) fn row_length(&self) -> usize {
        let edited = match self.kind {
            Kind::Edited(edited) => 2 * edited.length(),
            _ => 0,
        };
        self.printed().1 + PLACE + edited
    }

    /// Whether it is made of characters.
    pub(super) fn is_display(&self) -> bool {
        use Kind::{Blank, Edited, Justified, Text, Zoned};
        matches!(self.kind, Text { .. } | Justified { .. } | Zoned(..) | Blank(_) | Edited(_))
    }
}

/// Digits of the greatest number that the storage holds.
fn native_digits(kind: Kind, decimal: Decimal) -> usize {
    match kind.length() {
        2 => 5,
        4 => 10,
        8 => 20,
        _ => decimal.digits,
    }
}

/// The numeric-edited picture that shows every digit: a floating minus, or one before the point.
fn number(digits: usize, scale: i32) -> (String, usize) {
    let behind = usize::try_from(scale).unwrap_or(0);
    let zeros = usize::try_from(-scale).unwrap_or(0);
    let whole = (digits + zeros).saturating_sub(behind);
    let (picture, length) = match whole {
        0 => ("-".to_owned(), 1),
        whole => (format!("-({whole})9"), whole + 1),
    };
    match behind {
        0 => (picture, length),
        _ => (format!("{picture}.9({behind})"), length + 1 + behind),
    }
}

fn collect_counters(items: &[Item], out: &mut Vec<String>) {
    for item in items {
        if let Occurs::DependingOn { counter, .. } = &item.occurs {
            out.push(counter.clone());
        }
        if let Node::Group(children) = &item.node {
            collect_counters(children, out);
        }
    }
}

/// Where in the tables a field is.
#[derive(Clone, Default)]
struct Place {
    at: Vec<usize>,
    /// Bytes from the first occurrence.
    moved: usize,
    counts: Vec<(String, usize)>,
}

struct Walk {
    schema: Schema,
    passes: Vec<Vec<Column>>,
    counters: Vec<String>,
    /// A table of variable length lies before.
    moves: bool,
}

impl Walk {
    fn items(&mut self, items: &[Item], place: &Place, pass: usize) -> Result<()> {
        for item in items {
            let pass = match item.redefines {
                None => pass,
                Some(_) => {
                    self.passes.push(Vec::new());
                    self.passes.len() - 1
                }
            };
            let (times, counter) = match &item.occurs {
                Occurs::Once => {
                    self.node(item, place, pass)?;
                    continue;
                }
                Occurs::Times(times) => (*times, None),
                Occurs::DependingOn { max, counter, .. } => (*max, Some(counter)),
            };
            let stride = self.field(&item.name)?.1;
            for index in 0..times {
                let mut place = place.clone();
                place.at.push(index + 1);
                place.moved += index * stride;
                place.counts.extend(counter.map(|counter| (counter.clone(), index + 1)));
                self.node(item, &place, pass)?;
            }
            self.moves |= counter.is_some();
        }
        Ok(())
    }

    fn node(&mut self, item: &Item, place: &Place, pass: usize) -> Result<()> {
        let kind = match &item.node {
            Node::Group(items) => return self.items(items, place, pass),
            Node::Field(_) if item.name == FILLER => return Ok(()),
            Node::Field(kind) => *kind,
        };
        let (offset, size) = self.field(&item.name)?;
        self.passes[pass].push(Column {
            name: item.name.clone(),
            at: place.at.clone(),
            kind,
            offset: (!self.moves).then_some(offset + place.moved),
            size,
            counts: place.counts.clone(),
            is_count: self.counters.contains(&item.name),
        });
        Ok(())
    }

    /// Offset and size in our layout.
    fn field(&self, name: &str) -> Result<(usize, usize)> {
        let mut fields = self.schema.fields.iter();
        let field = fields.find(|field| field.name == name);
        let field = field.with_context(|| format!("{name} is not in the schema"))?;
        Ok((field.offset, field.size))
    }
}

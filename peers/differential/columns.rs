//! Every elementary field and occurrence of a record, and where it lies.

use anyhow::{Context, Result};
use workload::copybook_decode::Schema;
use workload::model::{FILLER, Item, Kind, Node, Occurs};

use crate::fields;
use crate::sample::Sample;

/// Fields in sets that do not redefine each other: those without REDEFINES first.
pub struct Columns {
    pub passes: Vec<Vec<Column>>,
}

/// A field, in one occurrence.
pub struct Column {
    pub name: String,
    /// Subscripts.
    pub at: Vec<usize>,
    pub kind: Kind,
    /// Where we say that it starts, unless it moves with a table before it.
    pub offset: Option<usize>,
    /// Bytes that we say it has.
    pub size: usize,
    /// It is there if these fields are not less than that.
    pub counts: Vec<(String, usize)>,
    /// It counts a table.
    pub is_count: bool,
}

impl Columns {
    pub fn of(sample: &Sample) -> Result<Columns> {
        let mut counters = Vec::new();
        collect_counters(&sample.description.items, &mut counters);
        let mut walk = Walk {
            schema: sample.schema()?,
            passes: vec![Vec::new()],
            counters,
            moves: false,
        };
        walk.items(&sample.description.items, &Place::default(), 0)?;
        Ok(Columns {
            passes: walk.passes,
        })
    }

    pub fn all(&self) -> impl Iterator<Item = &Column> {
        self.passes.iter().flatten()
    }
}

impl Column {
    /// `ITEM-3(1, 2)`.
    pub fn reference(&self) -> String {
        fields::reference(&self.name, &self.at)
    }

    /// Whether it is made of characters.
    pub fn is_display(&self) -> bool {
        use Kind::{Blank, Edited, Justified, Text, Zoned};
        matches!(
            self.kind,
            Text { .. } | Justified { .. } | Zoned(..) | Blank(_) | Edited(_)
        )
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
                place
                    .counts
                    .extend(counter.map(|counter| (counter.clone(), index + 1)));
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
        let mut fields = self.schema.fields().iter();
        let field = fields.find(|field| field.name() == name);
        let field = field.with_context(|| format!("{name} is not in the schema"))?;
        Ok((field.offset(), field.size()))
    }
}

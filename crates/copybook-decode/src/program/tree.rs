//! The schema as output: which fields are printed, under which key, in which object.

use std::collections::{HashMap, HashSet};

use crate::record::FileFormat;
use crate::schema::{Field, FieldId, Kind, Schema};

use super::leaf::Leaf;
use super::{
    Counts, Fillers, Groups, LongRecords, NamedFields, Names, PlanError, ProgramOptions, Renames,
    Tables,
};

/// A schema prepared for walking a record.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    pub roots: Vec<Node>,
    /// What each counter of OCCURS DEPENDING ON may hold.
    pub counters: Vec<Bounds>,
    /// Least and greatest bytes of a record.
    pub min: usize,
    pub max: usize,
}

/// Least and greatest value of a counter that suit every table it counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub min: usize,
    pub max: usize,
}

/// A field, with everything that walking asks of it.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// Which field of the schema it is.
    pub id: FieldId,
    /// Name in the copybook, for errors.
    pub name: String,
    /// Key in the output; unique among its siblings.
    pub key: String,
    /// Key of its raw bytes, where that is not [`Node::key`] with `_raw` behind it: another field has
    /// that name.
    pub raw_key: Option<String>,
    /// Whether anything of it is printed.
    pub printed: bool,
    /// Bytes from the start of the record, as in [`Field::offset`].
    pub offset: usize,
    /// Bytes of one occurrence, as in [`Field::size`].
    pub size: usize,
    pub table: Option<Table>,
    /// REDEFINES: starts where the last sibling without it started.
    pub view: bool,
    /// The slot in which its value is kept as a counter.
    pub counter: Option<usize>,
    pub body: Body,
}

/// Bounds of a table and the slot of its count; the least number is that of which the room is there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table {
    pub min: usize,
    pub max: usize,
    pub counter: Option<usize>,
}

#[derive(Debug, Clone)]
pub(crate) enum Body {
    Group {
        children: Vec<Node>,
        /// Printed as an object; otherwise its children are printed in the enclosing one.
        object: bool,
    },
    Leaf(Leaf),
}

impl Tree {
    pub(crate) fn new(
        schema: &Schema,
        options: &ProgramOptions,
        named: &NamedFields,
    ) -> Result<Tree, PlanError> {
        let counters = Counters::of(schema, options.counts);
        let mut builder = Builder {
            schema,
            options,
            named,
            slots: counters.slots,
            seen: HashSet::new(),
            written: schema
                .fields()
                .iter()
                .map(|field| spell(options, field.name()))
                .collect(),
        };
        let mut names = Keys::default();
        let single = schema.roots().len() == 1;
        let mut roots = Vec::with_capacity(schema.roots().len());
        for &root in schema.roots() {
            let mut node = builder.node(root, &mut names, single)?;
            // Records of one file share their storage (Language Reference, "File section").
            node.view = !roots.is_empty() && node.offset == 0;
            roots.push(node);
        }
        let max = roots.iter().map(Node::end).max().unwrap_or(0);
        if max == 0 {
            return Err(PlanError::Empty);
        }
        super::raw_keys::assign(&mut roots, &builder.written, &spell(options, "-"));
        let min = min_end(&roots);
        Ok(Tree {
            roots,
            counters: counters.bounds,
            min,
            max,
        })
    }
}

impl Tree {
    /// Whether bytes behind tables that are not full are an error.
    pub(crate) fn checks_surplus(&self, options: &ProgramOptions) -> bool {
        !self.counters.is_empty()
            && options.tables == Tables::Slide
            && options.long_records == LongRecords::Error
    }
}

impl Node {
    /// Byte behind the last occurrence, every count at its maximum.
    pub(crate) fn end(&self) -> usize {
        self.offset + self.size * self.table.map_or(1, |table| table.max)
    }

    /// Bytes of all occurrences with every count at its minimum.
    fn min_size(&self) -> usize {
        let one = match &self.body {
            Body::Leaf(_) => self.size,
            Body::Group { children, .. } if children.is_empty() => self.size,
            Body::Group { children, .. } => min_end(children).saturating_sub(self.offset),
        };
        one * self.table.map_or(1, |table| table.min)
    }
}

/// Where the siblings end with every count at its minimum.
fn min_end(siblings: &[Node]) -> usize {
    let (mut start, mut after, mut end) = (0, 0, 0);
    // Bytes by which variable tables before the current sibling are short of their maximum.
    let mut short = 0;
    for node in siblings {
        if !node.view {
            start = node.offset.saturating_sub(short);
            after = start + node.min_size();
            short = node.end().saturating_sub(after);
        }
        end = end.max(if node.view {
            start + node.min_size()
        } else {
            after
        });
    }
    end
}

pub(super) struct Builder<'a> {
    pub(super) schema: &'a Schema,
    pub(super) options: &'a ProgramOptions,
    pub(super) named: &'a NamedFields,
    /// Slots of the fields that count tables.
    slots: HashMap<FieldId, usize>,
    /// Integers that lie before the current field.
    seen: HashSet<FieldId>,
    /// Every name as it is spelled in keys.
    written: HashSet<String>,
}

impl<'a> Builder<'a> {
    fn node(
        &mut self,
        id: FieldId,
        names: &mut Keys,
        single_root: bool,
    ) -> Result<Node, PlanError> {
        let field = self.schema.field(id);
        let table = self.table(field)?;
        let is_group = matches!(field.kind(), Kind::Group { .. });
        let nameless = field.name().eq_ignore_ascii_case("FILLER");
        let filler = nameless && (is_group || self.options.fillers == Fillers::Drop);
        let selected = self.named.prints(id);
        let flat = self.options.groups == Groups::Flat;
        let object = table.is_some() || !(filler || single_root || flat);
        let takes_key = if is_group { object } else { !filler };
        let key = if takes_key {
            self.unique(field.name(), names)
        } else {
            String::new()
        };
        let (body, printed) = if let Kind::Group { children } = field.kind() {
            let (mut children, printed) = self.children(id, children, names, object)?;
            if self.options.group_text && !nameless && selected {
                let own = object || single_root;
                children.splice(..0, self.group_text(id, own, names));
            }
            (
                Body::Group { children, object },
                printed || (!filler && selected),
            )
        } else {
            let leaf = self.named.leaf(self.schema, id, &self.options.values)?;
            (Body::Leaf(leaf), !filler && selected)
        };
        self.check_size(field)?;
        // What a selection left out counts nothing.
        if field.kind().countable().is_some() {
            self.seen.insert(id);
        }
        Ok(Node {
            id,
            name: field.name().to_owned(),
            key,
            raw_key: None,
            printed,
            offset: field.offset(),
            size: field.size(),
            table,
            view: field.redefines().is_some(),
            counter: self.slots.get(&id).copied(),
            body,
        })
    }

    fn children(
        &mut self,
        group: FieldId,
        ids: &[FieldId],
        names: &mut Keys,
        object: bool,
    ) -> Result<(Vec<Node>, bool), PlanError> {
        let mut own = Keys::default();
        let names = if object { &mut own } else { names };
        let mut children = Vec::with_capacity(ids.len());
        for &id in ids {
            children.push(self.node(id, names, false)?);
        }
        let is_root = self.schema.field(group).parent().is_none();
        if is_root && self.options.renames == Renames::Keep {
            self.renames(group, &mut children, names)?;
        }
        let printed = children.iter().any(|child| child.printed);
        Ok((children, printed))
    }

    fn table(&self, field: &Field) -> Result<Option<Table>, PlanError> {
        let Some(occurs) = field.occurs() else {
            return Ok(None);
        };
        let counter = match occurs.depending_on() {
            None => None,
            Some(id) if self.seen.contains(&id) => self.slots.get(&id).copied(),
            Some(_) => {
                return Err(PlanError::Field {
                    line: field.line(),
                    field: field.name().to_owned(),
                    problem: "its DEPENDING ON field lies in a segment that not every record has"
                        .to_owned(),
                    remedy: "let it depend on a field that every record has",
                });
            }
        };
        Ok(Some(Table {
            min: match (self.options.tables, self.options.counts) {
                _ if counter.is_none() => occurs.min(),
                (Tables::Full, _) => occurs.max().get(),
                (Tables::Slide, Counts::Strict) => occurs.min(),
                (Tables::Slide, Counts::Lenient) => 0,
            },
            max: occurs.max().get(),
            counter,
        }))
    }

    fn check_size(&self, field: &Field) -> Result<(), PlanError> {
        let count = field.occurs().map_or(1, |occurs| occurs.max().get());
        let end = field
            .size()
            .checked_mul(count)
            .and_then(|size| size.checked_add(field.offset()));
        if end.is_some_and(|end| end <= FileFormat::LONGEST) {
            return Ok(());
        }
        Err(PlanError::Field {
            line: field.line(),
            field: field.name().to_owned(),
            problem: format!("it ends after byte {} of the record", FileFormat::LONGEST),
            remedy: "check its OCCURS and its picture",
        })
    }

    /// The key for a name: the name itself unless a sibling before it took that, else with the
    /// first of `-2`, `-3`, ... (snake case `_2`) that makes it a name no field has.
    pub(super) fn unique(&self, name: &str, names: &mut Keys) -> String {
        let base = spell(self.options, name);
        if names.taken.insert(base.clone()) {
            return base;
        }
        let hyphen = spell(self.options, "-");
        // From where the last one stopped: many fields may have one name.
        let next = names.next.entry(base.clone()).or_insert(2);
        loop {
            let key = format!("{base}{hyphen}{next}");
            *next += 1;
            if !self.written.contains(&key) && names.taken.insert(key.clone()) {
                return key;
            }
        }
    }
}

/// Keys of one object.
#[derive(Default)]
pub(super) struct Keys {
    taken: HashSet<String>,
    /// Numbers to go on with, by spelled name.
    next: HashMap<String, usize>,
}

fn spell(options: &ProgramOptions, name: &str) -> String {
    match options.names {
        Names::AsWritten => name.to_owned(),
        Names::Snake => name.to_lowercase().replace('-', "_"),
    }
}

/// Every field that counts a table, once, in the order of the tables.
struct Counters {
    slots: HashMap<FieldId, usize>,
    bounds: Vec<Bounds>,
}

impl Counters {
    fn of(schema: &Schema, counts: Counts) -> Counters {
        let (mut slots, mut bounds) = (HashMap::new(), Vec::new());
        for occurs in schema.fields().iter().filter_map(Field::occurs) {
            let Some(id) = occurs.depending_on() else {
                continue;
            };
            let slot = *slots.entry(id).or_insert_with(|| {
                bounds.push(Bounds {
                    min: 0,
                    max: usize::MAX,
                });
                bounds.len() - 1
            });
            let bounds: &mut Bounds = &mut bounds[slot];
            bounds.max = bounds.max.min(occurs.max().get());
            if counts == Counts::Strict {
                bounds.min = bounds.min.max(occurs.min());
            }
        }
        Counters { slots, bounds }
    }
}

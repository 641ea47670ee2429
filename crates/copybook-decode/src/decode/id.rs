//! What identifies a record: the value of a field at a fixed place, or of several together.

use crate::program::leaf::Leaf;
use crate::program::{NamedFields, PlanError};
use crate::schema::{FieldId, Kind, Schema};
use crate::value::Value;
use crate::value::charset::Charset;

use super::names::{ambiguous, named, none};
use super::{DecodeOptions, Trim};

/// Fields that are read before the others.
#[derive(Debug)]
pub(crate) struct Id {
    parts: Vec<Part>,
    charset: Charset,
}

#[derive(Debug)]
struct Part {
    name: String,
    offset: usize,
    size: usize,
    leaf: Leaf,
}

impl Id {
    /// Finds the fields; `what` is what messages call them.
    pub(super) fn new<'a>(
        schema: &Schema,
        names: impl Iterator<Item = &'a str>,
        what: &str,
        options: &DecodeOptions,
        fields: &NamedFields,
    ) -> Result<Id, PlanError> {
        // Trimming is about output.
        let mut values = options.program().values;
        values.trim = Trim::None;
        let part = |name: &str| {
            let id = id_field(schema, name.trim(), what)?;
            let field = schema.field(id);
            Ok(Part {
                name: schema.path(id),
                offset: field.offset(),
                size: field.size(),
                // A group is text.
                leaf: match field.kind() {
                    Kind::Group { .. } => Leaf::Text(Trim::None),
                    _ => fields.leaf(schema, id, &values)?,
                },
            })
        };
        Ok(Id {
            parts: names.map(part).collect::<Result<_, PlanError>>()?,
            charset: Charset::new(&options.code_page, options.signs),
        })
    }

    /// What messages call it.
    pub(super) fn name(&self) -> String {
        let names: Vec<&str> = self.parts.iter().map(|part| part.name.as_str()).collect();
        names.join(",")
    }

    /// Bytes of a record that it takes.
    pub(crate) fn end(&self) -> usize {
        let ends = self.parts.iter().map(|part| part.offset + part.size);
        ends.max().unwrap_or(0)
    }

    /// Place and bytes of the first field, as far as the record has it.
    pub(super) fn first<'a>(&self, record: &'a [u8]) -> (usize, &'a [u8]) {
        let first = self.parts.first();
        first.map_or((0, &[]), |part| (part.offset, part.bytes(record)))
    }

    /// Whether two records have the same bytes there.
    pub(crate) fn same(&self, left: &[u8], right: &[u8]) -> bool {
        let same = |part: &Part| part.bytes(left) == part.bytes(right);
        self.parts.iter().all(same)
    }

    /// The values with commas between them; nothing if one of them is invalid or behind the end of
    /// the record.
    pub(crate) fn text(&self, record: &[u8]) -> Option<String> {
        if let [part] = &self.parts[..] {
            return part.text(&self.charset, record);
        }
        let values = self
            .parts
            .iter()
            .map(|part| part.text(&self.charset, record));
        Some(values.collect::<Option<Vec<_>>>()?.join(","))
    }
}

impl Part {
    fn bytes<'a>(&self, record: &'a [u8]) -> &'a [u8] {
        let bytes = record.get(self.offset..self.offset + self.size);
        bytes.unwrap_or_default()
    }

    fn text(&self, charset: &Charset, record: &[u8]) -> Option<String> {
        let bytes = self.bytes(record);
        let mut scratch = String::new();
        if bytes.is_empty() {
            return None;
        }
        match self.leaf.decode(charset, bytes, &mut scratch) {
            Ok(Value::Text(text)) => Some(text.trim_matches([' ', '\0']).to_owned()),
            Ok(Value::Decimal(number)) => {
                let mut text = Vec::new();
                number.write(&mut text);
                String::from_utf8(text).ok()
            }
            _ => None,
        }
    }
}

/// A field that is read before the others, and so must lie at the same place in every record.
pub(super) fn id_field(schema: &Schema, name: &str, what: &str) -> Result<FieldId, PlanError> {
    let found = named(schema, name);
    let first = *found.first().ok_or_else(|| none(name))?;
    let field = schema.field(first);
    let alike = |&id: &FieldId| {
        let other = schema.field(id);
        (other.offset(), other.size(), other.kind()) == (field.offset(), field.size(), field.kind())
    };
    if !found.iter().all(alike) {
        return Err(ambiguous(schema, name, &found));
    }
    let in_table = std::iter::once(first)
        .chain(schema.ancestors(first))
        .any(|id| schema.field(id).occurs().is_some());
    let moves = schema.fields().iter().any(|other| {
        other.offset() < field.offset()
            && other.occurs().is_some_and(|o| o.depending_on().is_some())
    });
    if in_table || moves {
        return Err(PlanError::Options {
            problem: format!("the {what} {name} has no fixed place in the record"),
            remedy: "choose a field that is in no table and comes before the tables of variable length",
        });
    }
    Ok(first)
}

//! The printable record: one column an elementary field and occurrence, and its way back to JSON.

use anyhow::{Result, bail, ensure};
use peer_gnucobol::picture;
use workload::copybook_decode::schema::{Field, FieldId, Kind, Number, Schema};

/// All columns of a record, in copybook order.
pub struct Columns {
    pub columns: Vec<Column>,
    tree: Vec<Node>,
}

/// One printable field.
pub struct Column {
    /// Reference in COBOL: `NAME` or `NAME(1, 2)`.
    pub reference: String,
    /// PICTURE of the printable field.
    pub picture: String,
    /// Bytes of the printable field.
    pub length: usize,
    /// The record's own bytes (offset, length) that are characters and have to be converted from
    /// EBCDIC before the MOVE.
    pub characters: Option<(usize, usize)>,
}

enum Node {
    Value(String),
    Table(String, Vec<Vec<Node>>),
}

impl Columns {
    /// # Errors
    ///
    /// A clause that the generated program has no MOVE for.
    pub fn new(schema: &Schema) -> Result<Self> {
        ensure!(
            schema.roots().len() == 1,
            "expected one level 01, found {}",
            schema.roots().len()
        );
        let mut columns = Columns {
            columns: Vec::new(),
            tree: Vec::new(),
        };
        columns.tree = columns.group(schema, schema.roots()[0], 0, &[])?;
        Ok(columns)
    }

    /// Bytes of one printable record.
    pub fn row_length(&self) -> usize {
        self.columns.iter().map(|column| column.length).sum()
    }

    /// A printable record as a JSON object.
    pub fn json(&self, row: &[u8]) -> Result<String> {
        let mut texts = self.columns.iter().scan(0, |start, column| {
            let text = &row[*start..*start + column.length];
            *start += column.length;
            Some(text)
        });
        let mut out = String::new();
        object(&self.tree, &mut texts, &mut out)?;
        Ok(out)
    }

    fn group(
        &mut self,
        schema: &Schema,
        id: FieldId,
        moved: usize,
        at: &[usize],
    ) -> Result<Vec<Node>> {
        let field = schema.field(id);
        let Kind::Group { children } = field.kind() else {
            return Ok(self.column(field, moved, at)?.into_iter().collect());
        };
        let mut nodes = Vec::new();
        for &child in children {
            let entry = schema.field(child);
            if entry.redefines().is_some() {
                continue; // another view of bytes that are printed already
            }
            let Some(occurs) = entry.occurs() else {
                nodes.extend(self.group(schema, child, moved, at)?);
                continue;
            };
            ensure!(
                occurs.depending_on().is_none(),
                "{}: DEPENDING ON has no adapter",
                entry.name()
            );
            let mut rows = Vec::new();
            for i in 0..occurs.max().get() {
                let at = [at, &[i + 1]].concat();
                rows.push(self.group(schema, child, moved + i * entry.size(), &at)?);
            }
            nodes.push(Node::Table(entry.name().to_owned(), rows));
        }
        Ok(nodes)
    }

    fn column(&mut self, field: &Field, moved: usize, at: &[usize]) -> Result<Option<Node>> {
        if field.name() == "FILLER" {
            return Ok(None);
        }
        let subscripts: Vec<_> = at.iter().map(usize::to_string).collect();
        let reference = match at {
            [] => field.name().to_owned(),
            _ => format!("{}({})", field.name(), subscripts.join(", ")),
        };
        let characters = Some((field.offset() + moved, field.size()));
        let ((picture, length), characters) = match field.kind() {
            Kind::Text { .. } => ((format!("X({})", field.size()), field.size()), characters),
            Kind::Zoned { number, .. } => (edited(number), characters),
            Kind::Packed { number, .. } | Kind::Binary { number, .. } => (edited(number), None),
            other => bail!("{}: {other:?} has no adapter", field.name()),
        };
        self.columns.push(Column {
            reference,
            picture,
            length,
            characters,
        });
        Ok(Some(Node::Value(field.name().to_owned())))
    }
}

/// The picture that shows every digit, and its length.
fn edited(number: &Number) -> (String, usize) {
    picture::number(usize::from(number.digits), i32::from(number.scale))
}

fn object<'a>(
    nodes: &[Node],
    texts: &mut impl Iterator<Item = &'a [u8]>,
    out: &mut String,
) -> Result<()> {
    out.push('{');
    for (i, node) in nodes.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        match node {
            Node::Value(name) => {
                out.push_str(&format!("\"{name}\":"));
                value(texts, out)?;
            }
            Node::Table(name, rows) => {
                out.push_str(&format!("\"{name}\":["));
                for (i, row) in rows.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    match row.as_slice() {
                        [Node::Value(inner)] if inner == name => value(texts, out)?,
                        _ => object(row, texts, out)?,
                    }
                }
                out.push(']');
            }
        }
    }
    out.push('}');
    Ok(())
}

fn value<'a>(texts: &mut impl Iterator<Item = &'a [u8]>, out: &mut String) -> Result<()> {
    let Some(bytes) = texts.next() else {
        bail!("a row has fewer columns than fields")
    };
    // Latin-1, which the program's conversion table produces.
    let text: String = bytes.iter().map(|&byte| char::from(byte)).collect();
    out.push_str(&serde_json::to_string(&text)?);
    Ok(())
}

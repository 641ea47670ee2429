//! Values to record bytes.
//!
//! Written from the manuals, not from the decoder: Enterprise COBOL for z/OS Language Reference,
//! "USAGE clause" and "SIGN clause"; IBM z/Architecture Principles of Operation, "Decimal-Number
//! Formats" (zones F, sign codes C and D) and "Hexadecimal-Floating-Point Data Formats".

use std::collections::BTreeMap;

use crate::model::{Description, Item, Kind, Node, Occurs, Places, Sign};
use crate::value::{Blank, Value};

mod number;

/// How a machine represents what a copybook leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Encoding {
    /// Of text, zoned digits and separate signs.
    pub characters: Characters,
    /// Of COMP-1 and COMP-2.
    pub floats: Floats,
    /// Of COMP-5.
    pub native: Order,
    /// Of packed numbers, and of signed zoned ones in EBCDIC.
    pub signs: SignCodes,
    /// DEPENDING ON tables take the room of their maximum (NOODOSLIDE).
    pub full_tables: bool,
}

/// Which of the codes of a sign are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SignCodes {
    /// C, D and F, which COBOL writes.
    #[default]
    Preferred,
    /// The others that the machine takes: A, E and F for plus, B for minus.
    Others,
}

/// Character set. All of it is printable ASCII here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Characters {
    /// EBCDIC code page 037.
    #[default]
    Cp037,
    /// ASCII; overpunched signs are the EBCDIC characters, as in files converted from a mainframe.
    Ascii,
    /// ASCII; an overpunched digit is plain where positive, `p` to `y` where negative, as GnuCOBOL
    /// and Micro Focus write it (GnuCOBOL Programmer's Guide, `-fsign=ASCII`).
    AsciiSigned,
}

/// Order of a binary number's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The machine is a mainframe.
    #[default]
    BigEndian,
    /// It is x86-64, or most others.
    LittleEndian,
}

/// Floating-point format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Floats {
    /// IBM hexadecimal, big endian.
    #[default]
    Ibm,
    /// The same with its least significant byte first.
    IbmLittle,
    /// IEEE 754, big endian.
    IeeeBig,
    /// IEEE 754, little endian.
    IeeeLittle,
}

/// Code page 037 for the printable ASCII characters, X'20' to X'7E'.
const CP037: [u8; 95] = [
    0x40, 0x5a, 0x7f, 0x7b, 0x5b, 0x6c, 0x50, 0x7d, 0x4d, 0x5d, 0x5c, 0x4e, 0x6b, 0x60, 0x4b, 0x61,
    0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0x7a, 0x5e, 0x4c, 0x7e, 0x6e, 0x6f,
    0x7c, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6,
    0xd7, 0xd8, 0xd9, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xba, 0xe0, 0xbb, 0xb0, 0x6d,
    0x79, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96,
    0x97, 0x98, 0x99, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xc0, 0x4f, 0xd0, 0xa1,
];

impl Characters {
    /// The byte of a printable ASCII character.
    pub fn byte(self, ascii: u8) -> u8 {
        match self {
            Characters::Cp037 => CP037[usize::from(ascii - b' ')],
            Characters::Ascii | Characters::AsciiSigned => ascii,
        }
    }
}

/// Appends one record of exactly [`Description::record_length`] bytes: a record whose DEPENDING ON
/// tables are short is padded with X'00'.
pub fn record(description: &Description, encoding: Encoding, values: &[Value], out: &mut Vec<u8>) {
    let start = out.len();
    varying_record(description, encoding, values, out);
    out.resize(start + description.record_length(), 0);
}

/// Appends one record, as long as its DEPENDING ON tables make it.
pub fn varying_record(
    description: &Description,
    encoding: Encoding,
    values: &[Value],
    out: &mut Vec<u8>,
) {
    items(&description.items, 0, encoding, values, out);
}

/// Slack bytes.
const SLACK: u8 = 0;

/// `offset` is where the first of them may start in a record whose tables have their greatest
/// length: slack bytes are counted there.
fn items(
    siblings: &[Item],
    offset: usize,
    encoding: Encoding,
    values: &[Value],
    out: &mut Vec<u8>,
) {
    let places = Places::of(siblings, offset);
    let mut starts = BTreeMap::new();
    let mut end = offset;
    for ((item, value), start) in siblings.iter().zip(values).zip(places.starts) {
        let length = item.times() * item.stride(start);
        if let Some(target) = &item.redefines {
            let mut view = Vec::new();
            one_item(item, start, encoding, value, &mut view);
            // The bytes are there already, but for what the view is longer by.
            let there = out.len() - starts[target.as_str()];
            out.extend(view.into_iter().skip(there));
            end = end.max(start + length);
            continue;
        }
        out.resize(out.len() + (start - end), SLACK);
        starts.insert(item.name.as_str(), out.len());
        one_item(item, start, encoding, value, out);
        end = start + length;
    }
}

fn one_item(item: &Item, start: usize, encoding: Encoding, value: &Value, out: &mut Vec<u8>) {
    match (&item.occurs, value) {
        (Occurs::Once, value) => element(&item.node, start, encoding, value, out),
        (_, Value::Table(rows)) => {
            let slack = item.stride(start) - item.node_length(start);
            for row in rows {
                element(&item.node, start, encoding, row, out);
                out.resize(out.len() + slack, SLACK);
            }
            if encoding.full_tables {
                let missing = item.times() - rows.len();
                out.resize(out.len() + missing * item.stride(start), SLACK);
            }
        }
        (_, other) => unreachable!("{}: a table's value is a table, not {other:?}", item.name),
    }
}

fn element(node: &Node, start: usize, encoding: Encoding, value: &Value, out: &mut Vec<u8>) {
    match (node, value) {
        (Node::Group(children), Value::Group(values)) => {
            items(children, start, encoding, values, out);
        }
        (Node::Field(Kind::Text { length }), Value::Text(text)) => {
            characters(text, *length, encoding.characters, out);
        }
        (Node::Field(Kind::Justified { length }), Value::Text(text)) => {
            characters(
                &format!("{text:>length$}"),
                *length,
                encoding.characters,
                out,
            );
        }
        (Node::Field(kind), Value::Number(number)) => field(*kind, encoding, *number, out),
        (Node::Field(kind), Value::Blank(Blank::Spaces)) => {
            characters("", kind.length(), encoding.characters, out);
        }
        (Node::Field(kind), Value::Blank(Blank::Zeros)) => {
            out.resize(out.len() + kind.length(), 0);
        }
        (node, value) => unreachable!("{value:?} was drawn for {node:?}"),
    }
}

fn field(kind: Kind, encoding: Encoding, value: i128, out: &mut Vec<u8>) {
    match kind {
        Kind::Zoned(decimal, sign) => number::zoned(value, decimal, sign, encoding, out),
        Kind::Blank(decimal) if value == 0 => {
            characters("", decimal.digits, encoding.characters, out);
        }
        Kind::Blank(decimal) => {
            number::zoned(value, decimal, Sign::Trailing, encoding, out);
        }
        Kind::Edited(edited) => {
            let text = edited.characters(value);
            characters(&text, text.len(), encoding.characters, out);
        }
        Kind::Packed(decimal) => number::packed(value, decimal, encoding.signs, out),
        Kind::Unsigned(decimal) => number::unsigned_packed(value, decimal, out),
        Kind::Native(_) if encoding.native == Order::LittleEndian => {
            out.extend_from_slice(&value.to_le_bytes()[..kind.length()]);
        }
        Kind::Binary(_) | Kind::Native(_) => {
            out.extend_from_slice(&value.to_be_bytes()[16 - kind.length()..]);
        }
        Kind::Float { double } => number::float(value, double, encoding.floats, out),
        Kind::Text { .. } | Kind::Justified { .. } => unreachable!("a number was drawn for text"),
    }
}

fn characters(text: &str, length: usize, set: Characters, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend(text.bytes().map(|byte| set.byte(byte)));
    out.resize(start + length, set.byte(b' '));
}

#[cfg(test)]
mod tests;

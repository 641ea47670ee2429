//! What a row of the program holds of a column.

use workload::model::{Decimal, Kind};

use crate::columns::{Column, Columns};
use peer_gnucobol::picture::number;

/// Characters of an offset and a length in a row.
pub(super) const PLACE: usize = 16;

impl Columns {
    pub(super) fn row_length(&self) -> usize {
        self.all().map(Column::row_length).sum()
    }
}

impl Column {
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

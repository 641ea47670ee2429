//! Text in aligned columns.

use std::fmt::Write as _;

/// No column is made wider: a cell that is longer pushes the rest of its own line to the right, instead of
/// filling every other line with spaces.
const WIDEST: usize = 100;

/// How a column is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// The rows with two spaces between columns and none at the end of a line. Columns that are empty
/// in every row are left out. Every row has as many cells as there are columns.
pub(crate) fn aligned<const N: usize>(columns: [Align; N], rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: [usize; N] = std::array::from_fn(|column| width(column).unwrap_or(0).min(WIDEST));
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        let cells = row.iter().zip(columns).zip(widths);
        for ((cell, align), width) in cells.filter(|(_, width)| *width > 0) {
            // Writing to a String cannot fail.
            let _ = match align {
                Align::Left => write!(line, "{cell:<width$}  "),
                Align::Right => write!(line, "{cell:>width$}  "),
            };
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [
            ["a", "", "1", "x"].map(str::to_owned),
            ["höher", "", "200", ""].map(str::to_owned),
        ];
        let columns = [Align::Left, Align::Left, Align::Right, Align::Left];
        assert_eq!(aligned(columns, &rows), "a        1  x\nhöher  200\n");
    }
}

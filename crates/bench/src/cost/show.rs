//! Costs as a table for a terminal.

use super::units::Figure;
use super::{Answer, Row};
use crate::table::{Align, aligned};

/// One line a row, cheapest first.
pub(crate) fn text(answer: &Answer) -> String {
    let currency = &answer.currency;
    let power = |row: &Row| row.watt_hours_per_terabyte.is_some();
    let watt_hours = if answer.rows.iter().any(power) {
        "Wh/TB"
    } else {
        ""
    };
    let head = [
        &format!("{currency}/TB"),
        "95 % interval",
        &format!("{currency}/10^9 records"),
        "95 % interval",
        watt_hours,
        "machine",
        "price",
        "decoder",
        "benchmark",
        "receipt",
    ];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(answer.rows.iter().map(cells));
    let mut columns = [Align::Left; 10];
    columns[..5].fill(Align::Right);
    aligned(columns, &rows).trim_end().to_owned()
}

fn cells(row: &Row) -> [String; 10] {
    let interval = |figure: Figure| {
        let [low, high] = figure.ci95.map(digits);
        format!("{low} to {high}")
    };
    let caveat = if row.answers_checked {
        ""
    } else {
        " (answers not checked)"
    };
    [
        digits(row.per_terabyte.mean),
        interval(row.per_terabyte),
        digits(row.per_1e9_records.mean),
        interval(row.per_1e9_records),
        row.watt_hours_per_terabyte
            .map_or_else(String::new, |figure| digits(figure.mean)),
        format!("{} {}, {}", row.cloud, row.machine, row.region),
        row.price.to_owned(),
        row.subject.clone(),
        format!("{}{caveat}", row.benchmark),
        row.receipt.clone(),
    ]
}

/// Four significant digits, 0.01282, 1.208, 1534; with an exponent only where a price or a power is beyond
/// all experience: nothing that costs something is shown as 0.
fn digits(value: f64) -> String {
    let whole = value.abs().log10().floor();
    if (-9.0..15.0).contains(&whole) {
        let places = (3.0 - whole).max(0.0) as usize;
        return format!("{value:.places$}");
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    format!("{value:.3e}")
}

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn four_digits_say_something_at_any_size() {
        for (value, expected) in [
            (0.012_824, "0.01282"),
            (1.208_4, "1.208"),
            (1_534.4, "1534"),
            (123_456.0, "123456"),
            (0.0, "0"),
            (0.000_000_001_234_4, "0.000000001234"),
            (1.234_4e-10, "1.234e-10"),
            (1.234_4e300, "1.234e300"),
        ] {
            assert_eq!(digits(value), expected);
        }
    }
}

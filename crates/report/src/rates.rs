//! The rates of a self-test as a table, for a terminal and for a document.

use gate::Bounds;
use gate::selftest::{Rates, SelfTest, rates};

/// What [`cells`] gives, column by column.
pub const HEAD: [&str; 7] = [
    "extra work",
    "neighbour",
    "rows",
    "found",
    "95 % interval",
    "ratio's interval holds it",
    "time to decision",
];

/// The line of one condition.
#[must_use]
pub fn cells(rates: &Rates) -> [String; 7] {
    [
        format!("{} %", rates.injected),
        if rates.neighbour { "noisy" } else { "none" }.to_owned(),
        rates.rows.to_string(),
        rates.found.to_string(),
        share(rates.found95()),
        format!("{} ({})", rates.held, share(rates.held95())),
        format!("{:.0} s", rates.seconds),
    ]
}

/// The table of a self-test as Markdown, with what it is a table of.
#[must_use]
pub fn markdown(test: &SelfTest) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut out = line(&HEAD.map(str::to_owned));
    out.push_str("|---:|---|---:|---:|---:|---:|---:|\n");
    for rates in rates(test) {
        out.push_str(&line(&cells(&rates)));
    }
    out.push_str(&format!(
        "\nA row is one benchmark of one comparison of the suite with itself, on {} x {}; what is found at 0 % is a \
         false alarm. Intervals of shares are exact (Clopper and Pearson); the time is the mean for one benchmark.\n",
        test.host.cores, test.host.cpu
    ));
    out
}

fn share(share: Bounds) -> String {
    format!("{:.1} to {:.1} %", share.low * 100.0, share.high * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_a_line_with_exact_intervals() {
        let rates = Rates {
            injected: 2.5,
            neighbour: true,
            rows: 2,
            found: 1,
            held: 2,
            seconds: 39.6,
        };
        // Of 1 of 2: from 1 - sqrt(0.975) to its mirror image.
        let expected = [
            "2.5 %",
            "noisy",
            "2",
            "1",
            "1.3 to 98.7 %",
            "2 (15.8 to 100.0 %)",
            "40 s",
        ];
        assert_eq!(cells(&rates), expected);
    }
}

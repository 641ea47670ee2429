//! Shares as a table for a terminal.

use report::profile::Folded;

use crate::table::{Align, aligned};

/// Most functions that are shown.
const ROWS: usize = 15;

/// The functions with the most of their own, there or in a base, and how each changed against that.
pub(crate) fn text(name: &str, folded: &Folded, base: Option<&Folded>, unit: &str) -> String {
    let changed = if base.is_some() { "points" } else { "" };
    let mut rows = vec![["own", changed, "with callees", "function"].map(str::to_owned)];
    let shares = folded.against(base);
    rows.extend(shares.iter().take(ROWS).map(|(share, points)| {
        [
            format!("{:.1} %", 100.0 * share.own),
            points.map_or_else(String::new, |points| receipt::words::signed(points, 1)),
            format!("{:.1} %", 100.0 * share.with_callees),
            share.function.clone(),
        ]
    }));
    let columns = [Align::Right, Align::Right, Align::Right, Align::Left];
    format!(
        "{name}: {} {unit}\n{}",
        folded.total(),
        aligned(columns, &rows)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_function_comes_first_with_its_change() {
        let folded = |text| Folded::parse(text).expect("folded");
        let (new, base) = (folded("a;b 3\na 1\n"), folded("a;b 1\na 1\n"));
        let text = text("g/one", &new, Some(&base), "samples");
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], "g/one: 4 samples");
        assert_eq!(lines[2], "75.0 %   +25.0        75.0 %  b");
        assert_eq!(lines[3], "25.0 %   -25.0       100.0 %  a");
    }
}

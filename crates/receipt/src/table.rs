//! Receipts as one Markdown table, for documents: every figure in it comes from the file it links.

use std::fmt::Write as _;

use crate::model::{Receipt, Verdict};
use crate::words;

/// One row a receipt; `file` is the link's target, as written.
///
/// Rates are means in MiB/s of input with their 95 % interval; an objective that a receipt did not
/// measure is a dash.
#[must_use]
pub fn markdown<'a>(receipts: impl IntoIterator<Item = (&'a str, &'a Receipt)>) -> String {
    let mut out = String::from(
        "| decoder | DISPLAY, MiB/s | COMP-3, MiB/s | verdict | peak RSS, MiB | CPU | receipt |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for (file, receipt) in receipts {
        let subject = &receipt.subject;
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "| {} {} | {} | {} | {} | {:.1} | {} x {} | [{}]({file}) |",
            cell(&subject.name),
            cell(&subject.version),
            rate(receipt, "display_mibps"),
            rate(receipt, "comp3_mibps"),
            verdict(receipt.status),
            receipt.summary.max_rss_mib,
            receipt.summary.host_cores,
            cell(&receipt.summary.host_cpu),
            cell(receipt.timestamp.get(..10).unwrap_or(&receipt.timestamp)),
        );
    }
    out
}

/// Text that is no Markdown of its own.
fn cell(text: &str) -> String {
    words::printable(text)
        .replace('|', "\\|")
        .replace('<', "&lt;")
}

fn rate(receipt: &Receipt, metric: &str) -> String {
    let Some(slo) = receipt.slo.iter().find(|slo| slo.metric == metric) else {
        return "–".to_owned();
    };
    let Some(benchmark) = receipt.judged(slo) else {
        return "–".to_owned();
    };
    let (mean, [low, high]) = (benchmark.mean_mibps, benchmark.ci95_mibps);
    let caveat = benchmark.verified.caveat();
    format!("{mean:.1} ({low:.1} to {high:.1}){caveat}")
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "met",
        Verdict::Fail => "missed",
        Verdict::Inconclusive => "inconclusive",
    }
}

//! The page that leads to the others.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::Page;
use crate::html::{self, Options, icon, tone};
use crate::number::said;
use crate::runs::Runs;

pub(super) fn render(runs: &Runs, series: &[Page], receipts: &[Page]) -> String {
    let mut machines: BTreeMap<&str, Vec<(&str, &Page)>> = BTreeMap::new();
    for ((key, _), page) in runs.series.iter().zip(series) {
        let pages = machines.entry(&key.machine).or_default();
        pages.push((&key.benchmark, page));
    }
    let content = html! {
        h1 { "How fast, and since when?" }
        p class="subtitle" { "Every figure here was computed from receipts that were verified first." }
        @if !receipts.is_empty() {
            section aria-labelledby="newest" {
                h2 id="newest" { "Newest runs" }
                ul class="parts" { @for page in receipts { (line(&format!("{}, {}", said(&page.subject), page.part.subtitle), page)) } }
            }
        }
        @for (number, (machine, pages)) in machines.iter().enumerate() {
            @let id = format!("machine-{number}");
            section aria-labelledby=(id) {
                h2 id=(id) { (said(machine)) }
                ul class="parts" {
                    @for (benchmark, page) in pages { (line(&named(benchmark, page), page)) }
                }
            }
        }
    };
    html::page(
        "copybook-bench: how fast, and since when?",
        &content,
        &Options::default(),
    )
}

/// The benchmark, with its decoder where that is not ours.
fn named(benchmark: &str, page: &Page) -> String {
    match page.subject.as_str() {
        "copybook-decode" => said(benchmark),
        other => format!("{} of {}", said(benchmark), said(other)),
    }
}

fn line(name: &str, page: &Page) -> Markup {
    let verdict = &page.part.verdict;
    html! {
        li class=(tone(verdict.tone)) {
            a href=(page.file) { (name) }
            br;
            (icon(verdict.tone)) " " (verdict.headline)
        }
    }
}

//! The page that leads to the others.

use std::collections::BTreeMap;

use gate::fleet::Fleet;
use maud::{Markup, html};

use super::Page;
use crate::html::{self, Options, icon, tone};
use crate::model::{Part, Tone, Verdict};
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

/// A node's page.
pub(super) struct Node {
    /// Which of the fleet's types it is of.
    pub(super) of: usize,
    pub(super) name: String,
    pub(super) file: String,
    pub(super) verdict: Verdict,
}

/// Of a fleet: its verdict, then the nodes by type, the sick ones first.
pub(super) fn fleet(fleet: &Fleet, whole: &Part, nodes: &[Node]) -> String {
    let content = html! {
        h1 { (whole.title) }
        p class="subtitle" { (whole.subtitle) }
        ul class="parts" { (entry("fleet.html", "The whole fleet", &whole.verdict)) }
        @for (number, of) in fleet.derived.types.iter().enumerate() {
            @let id = format!("type-{number}");
            section aria-labelledby=(id) {
                h2 id=(id) { (said(&of.name)) }
                ul class="parts" {
                    @for sick in [true, false] {
                        @for node in nodes.iter().filter(|node| node.of == number) {
                            @if (node.verdict.tone == Tone::Bad) == sick {
                                (entry(&node.file, &node.name, &node.verdict))
                            }
                        }
                    }
                }
            }
        }
    };
    html::page(&whole.title, &content, &Options::default())
}

/// The benchmark, with its decoder where that is not ours.
fn named(benchmark: &str, page: &Page) -> String {
    match page.subject.as_str() {
        "copybook-decode" => said(benchmark),
        other => format!("{} of {}", said(benchmark), said(other)),
    }
}

fn line(name: &str, page: &Page) -> Markup {
    entry(&page.file, name, &page.part.verdict)
}

fn entry(file: &str, name: &str, verdict: &Verdict) -> Markup {
    html! {
        li class=(tone(verdict.tone)) {
            a href=(file) { (name) }
            br;
            (icon(verdict.tone)) " " (verdict.headline)
        }
    }
}

//! The pieces of a section.

use maud::{Markup, PreEscaped, html};

use crate::chart::Size;
use crate::model::{Body, Column, Fact, Figure, Flame, Series, Step, Table};
use crate::profile::Graph;

/// A word of more characters is too long for a narrow column.
const LONG: usize = 16;
/// A piece of fewer bytes looks lost on a line.
const SHORT: usize = 6;
/// A hash is broken into lines of so many digits.
const HASH: usize = 32;
/// How a series is used, until it is.
const HINT: &str = "Point at a run to read it, or drag over a stretch to zoom into it. The keys + and − zoom, 0 shows \
                    everything, and the arrows go from run to run.";

/// `deep`: a section's heading is of the third level already.
pub(super) fn render(body: &Body, part: &str, deep: bool) -> Markup {
    match body {
        Body::Figure(Figure::Series(series)) => self::series(series, part),
        Body::Figure(drawn) => figure(drawn),
        Body::Table(table) => self::table(table),
        Body::Facts(facts) => self::facts(facts),
        Body::Warnings(warnings) => html! {
            ul class="warnings" { @for warning in warnings { li { (rich(warning)) } } }
        },
        Body::Text(text) => html! { p { (breakable(text)) } },
        Body::Heading(text) if deep => html! { h4 class="sub" { (breakable(text)) } },
        Body::Heading(text) => html! { h3 class="sub" { (breakable(text)) } },
        Body::Commands(steps) => self::steps(steps),
        Body::Flame(flame) => self::flame(flame),
    }
}

fn figure(figure: &Figure) -> Markup {
    let (wide, narrow) = (figure.chart(Size::Wide), figure.chart(Size::Narrow));
    html! {
        figure {
            // One chart of a section bears its heading already.
            @if matches!(figure, Figure::Spread(_)) { figcaption { (breakable(&wide.title)) } }
            (wide.inline("wide"))
            (narrow.inline("narrow"))
        }
    }
}

/// Frames can be searched, and clicked; on a narrow screen they are moved sideways.
fn flame(flame: &Flame) -> Markup {
    let graph = Graph {
        title: &flame.title,
        unit: &flame.unit,
        folded: &flame.folded,
        base: flame.base.as_ref(),
    };
    html! {
        figure class="flames" {
            p class="controls scripted" {
                label { "Search functions " input type="search"; }
                span class="found" role="status" {}
            }
            div class="sideways" tabindex="0" role="group" aria-label={ "Flame graph of " (flame.title) } {
                (PreEscaped(graph.inline()))
            }
        }
    }
}

/// A series can be zoomed into: by pointer, by buttons, by keys.
fn series(series: &Series, part: &str) -> Markup {
    let (wide, narrow) = (series.chart(Size::Wide), series.chart(Size::Narrow));
    html! {
        figure class="series" data-source={ (part) "-data" } data-index=(series.index) {
            figcaption id={ (series.id) "-caption" } { (breakable(&series.title())) }
            div class="controls scripted" role="group" aria-label={ "Zoom " (series.name) } {
                button type="button" data-zoom="in" { "Zoom in" }
                button type="button" data-zoom="out" { "Zoom out" }
                button type="button" data-zoom="earlier" { "Earlier" }
                button type="button" data-zoom="later" { "Later" }
                button type="button" data-zoom="all" { "All" }
            }
            div class="canvas" tabindex="0" role="group" aria-labelledby={ (series.id) "-caption" } {
                (wide.inline("wide"))
                (narrow.inline("narrow"))
            }
            p class="reading scripted" aria-live="polite" { (HINT) }
        }
    }
}

fn table(table: &Table) -> Markup {
    let class = |column: usize| match &table.head[column] {
        Column { number: true, .. } => Some("number"),
        Column { whole: true, .. } => Some("whole"),
        _ => None,
    };
    html! {
        div class="table" tabindex="0" role="group" aria-label=(table.caption) {
            table {
                caption { (table.caption) }
                thead { tr { @for (at, column) in table.head.iter().enumerate() {
                    th scope="col" class=[class(at)] { (column.name) }
                } } }
                tbody { @for cells in &table.rows { tr { @for (at, cell) in cells.iter().enumerate() {
                    @if at == 0 { th scope="row" class=[class(at)] { (breakable(cell)) } } @else { td class=[class(at)] { (rich(cell)) } }
                } } } }
            }
        }
    }
}

fn facts(facts: &[Fact]) -> Markup {
    html! {
        dl class="facts" {
            @for fact in facts {
                div {
                    dt { (fact.name) }
                    @match &fact.value {
                        Some(value) => dd { (value) },
                        None => dd class="unknown" { "unknown" },
                    }
                }
            }
        }
    }
}

fn steps(steps: &[Step]) -> Markup {
    html! {
        @for step in steps {
            p class="why" { (rich(&step.why)) }
            div class="command" {
                pre tabindex="0" { code { (step.command) } }
                button type="button" class="scripted" data-copy { "Copy" }
            }
        }
    }
}

/// A text in which what stands between backticks is code.
pub(super) fn rich(text: &str) -> Markup {
    let even = text.matches('`').count().is_multiple_of(2);
    html! {
        @if even {
            @for (at, piece) in text.split('`').enumerate() {
                @if at % 2 == 1 { code { (piece) } } @else { (breakable(piece)) }
            }
        } @else { (breakable(text)) }
    }
}

/// A text whose long names may be broken behind `/`, `_` and `::`, so that a narrow column breaks them there and
/// not inside a word.
pub(super) fn breakable(text: &str) -> Markup {
    html! {
        @for word in text.split_inclusive(' ') {
            @for (at, piece) in pieces(word).into_iter().enumerate() { @if at > 0 { wbr; } (piece) }
        }
    }
}

/// The pieces of a word between which it may be broken: one if it is short, and none too short for a line of its
/// own but the last.
fn pieces(word: &str) -> Vec<&str> {
    if word.chars().count() <= LONG {
        return vec![word];
    }
    let (mut all, mut start) = (Vec::new(), 0);
    for (at, found) in word.match_indices(['/', '_', ':']) {
        let end = at + found.len();
        let half = word[end..].starts_with(':') || found == ":" && !word[..at].ends_with(':');
        if !half && end - start >= SHORT {
            all.push(&word[start..end]);
            start = end;
        }
    }
    if start < word.len() {
        all.push(&word[start..]);
    }
    // A hash has no such places, and none that is better than another.
    match all[..] {
        [hash] if hash.len() > HASH && hash.is_ascii() => {
            let starts = (0..hash.len()).step_by(HASH);
            starts
                .map(|start| &hash[start..hash.len().min(start + HASH)])
                .collect()
        }
        _ => all,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_break_where_their_words_end() {
        for (word, expected) in [
            ("(x86_64)", "(x86_64)"),
            (
                "slo_validation/comp3_heavy_slo_40mbps",
                "slo_validation/|comp3_|heavy_|slo_40mbps",
            ),
            (
                "copybook_decode::kernel::avx2::run",
                "copybook_|decode::|kernel::|avx2::|run",
            ),
            ("12:04:05:06:07:08:09", "12:04:05:06:07:08:09"),
            ("ends_in_a_separator_", "ends_in_|a_separator_"),
        ] {
            assert_eq!(pieces(word).join("|"), expected);
        }
        let half = "d1".repeat(16);
        assert_eq!(pieces(&half.repeat(2)), [&half, &half]);
    }
}

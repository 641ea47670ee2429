//! A badge: two words on coloured ground, for a README.

use maud::{Markup, html};

use crate::model::{Tone, Verdict};

/// `label` on the left, the verdict's word on the right.
pub(super) fn svg(label: &str, verdict: &Verdict) -> String {
    // White text has a contrast of at least 4.5 : 1 with each.
    let ground = match verdict.tone {
        Tone::Good => "#0b7247",
        Tone::Bad => "#b92a2a",
        Tone::Unsure => "#835a00",
        Tone::Neutral => "#59616b",
    };
    let width = |text: &str| 14 + 7 * text.chars().count();
    let (left, right) = (width(label), width(&verdict.word));
    let text = |x: usize, width: usize, text: &str| -> Markup {
        html! {
            text x=(x + width / 2) y="14" textLength=(width - 14) { (text) }
        }
    };
    let markup = html! {
        svg xmlns="http://www.w3.org/2000/svg" width=(left + right) height="20" role="img"
            aria-label={ (label) ": " (verdict.word) } {
            title { (label) ": " (verdict.headline) }
            clipPath id="round" { rect width=(left + right) height="20" rx="3" {} }
            g clip-path="url(#round)" {
                rect width=(left) height="20" fill="#3a4048" {}
                rect x=(left) width=(right) height="20" fill=(ground) {}
            }
            g fill="#ffffff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" {
                (text(0, left, label))
                (text(left, right, &verdict.word))
            }
        }
    };
    markup.into_string() + "\n"
}

//! A report as one page that needs nothing else: styles, script and data are in it, and its content
//! security policy forbids it to load anything.

mod body;
mod head;

use std::fmt::Write as _;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::model::{Kind, Part, Raw, Report, Tone, Verdict};
use crate::number::said;

/// What a page is for, besides being read.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Ask this server again and again whether there is something new.
    pub live: bool,
    /// Leads back to an index, by relative address and text.
    pub back: Option<(String, String)>,
}

/// The whole page.
#[must_use]
pub fn render(report: &Report, options: &Options) -> String {
    let content = html! {
        @if let [one] = &report.parts[..] {
            (part(one, false))
        } @else {
            (contents(report))
            @for one in &report.parts { (part(one, true)) }
        }
        @for one in &report.parts { (data(&one.id, &one.raw)) }
    };
    // A profile has no samples that anything could be computed again from.
    let again = report.parts.iter().all(|part| part.kind != Kind::Profile);
    whole(&report.title, &content, options, again)
}

/// A page with this content between our header and footer.
#[must_use]
pub(crate) fn page(title: &str, content: &Markup, options: &Options) -> String {
    whole(title, content, options, true)
}

/// `again`: whether every figure was computed again from samples.
fn whole(title: &str, content: &Markup, options: &Options, again: bool) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" class="no-script" {
            (head::head(title, options.live))
            body {
                a class="skip" href="#main" { "Skip to the content" }
                header class="top" {
                    p class="brand" {
                        "copybook-bench"
                        @if let Some((address, text)) = &options.back { " · " a href=(address) { (text) } }
                    }
                    fieldset class="theme scripted" {
                        legend { "Colours" }
                        @for (value, text) in [("auto", "Auto"), ("light", "Light"), ("dark", "Dark")] {
                            label {
                                input type="radio" name="theme" value=(value) checked[value == "auto"];
                                span { (text) }
                            }
                        }
                    }
                }
                main id="main" tabindex="-1" data-live[options.live] { (content) }
                footer {
                    p {
                        "Made by " code { "bench report" }
                        @if again { " from files whose figures were computed again from their samples before they were shown" }
                        ". This page loads nothing and sends nothing."
                    }
                }
            }
        }
    };
    markup.into_string()
}

/// The list of parts, each with its verdict, where there are several.
fn contents(report: &Report) -> Markup {
    html! {
        h1 { "Report" }
        nav aria-label="Parts" {
            ul class="parts" {
                @for part in &report.parts {
                    li class=(tone(part.verdict.tone)) {
                        a href={ "#" (part.id) } { (part.title) }
                        " " (icon(part.verdict.tone)) " " (part.verdict.headline)
                    }
                }
            }
        }
    }
}

fn part(part: &Part, one_of_many: bool) -> Markup {
    // Landmarks need names of their own, and the parts of a page have sections of the same names.
    let landmark = |section: &str| (!one_of_many).then(|| format!("{}-{section}", part.id));
    html! {
        article id=(part.id) aria-labelledby={ (part.id) "-title" } {
            @if one_of_many {
                h2 class="title" id={ (part.id) "-title" } { (body::breakable(&part.title)) }
            } @else {
                h1 id={ (part.id) "-title" } { (body::breakable(&part.title)) }
            }
            p class="subtitle" { (body::breakable(&part.subtitle)) }
            (verdict(&part.verdict))
            @for section in &part.sections {
                section aria-labelledby=[landmark(section.id)] {
                    @if one_of_many {
                        h3 id={ (part.id) "-" (section.id) } { (section.heading) }
                    } @else {
                        h2 id={ (part.id) "-" (section.id) } { (section.heading) }
                    }
                    @if !section.note.is_empty() { p class="note" { (body::rich(&section.note)) } }
                    @for body in &section.body { (body::render(body, &part.id, one_of_many)) }
                }
            }
            section aria-labelledby=[landmark("raw")] {
                @if one_of_many {
                    h3 id={ (part.id) "-raw" } { "Raw data" }
                } @else {
                    h2 id={ (part.id) "-raw" } { "Raw data" }
                }
                p class="note" {
                    "Everything above was made from these data, which are in this page as JSON (" (size(&part.raw)) ")."
                }
                p class="scripted" {
                    button type="button" data-save={ (part.id) "-data" } data-name=(part.raw.file) { "Save " (part.raw.file) }
                }
                noscript { p { "They are in the element " code { (part.id) "-data" } " of this page's source." } }
            }
        }
    }
}

fn verdict(verdict: &Verdict) -> Markup {
    html! {
        div class={ "verdict " (tone(verdict.tone)) } {
            p class="headline" { (icon(verdict.tone)) span { (body::breakable(&verdict.headline)) } }
            @if !verdict.reasons.is_empty() {
                ul { @for reason in &verdict.reasons { li { (body::rich(reason)) } } }
            }
        }
    }
}

/// The data as they are: a browser does not run this type.
fn data(id: &str, raw: &Raw) -> Markup {
    html! {
        script type="application/json" id={ (id) "-data" } { (PreEscaped(inert(&raw.json))) }
    }
}

/// The same JSON in which no text ends an element or turns the direction of reading: such characters
/// occur in strings only, where an escape stands for the same.
fn inert(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        let plain = (' '..='~').contains(&c) || said(c.encode_utf8(&mut [0; 4])).starts_with(c);
        if c != '<' && plain {
            out.push(c);
        } else {
            // Writing to a String cannot fail. All such characters lie below U+10000.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        }
    }
    out
}

fn size(raw: &Raw) -> String {
    crate::number::bytes(raw.json.len() as u64)
}

pub(crate) fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "good",
        Tone::Bad => "bad",
        Tone::Unsure => "unsure",
        Tone::Neutral => "neutral",
    }
}

/// A sign beside the words, so that nothing is told by colour alone; the words say it to those who
/// don't see it.
pub(crate) fn icon(tone: Tone) -> Markup {
    let sign = match tone {
        Tone::Good => "M4 11l5 5L17 6",
        Tone::Bad => "M5 5l10 10M15 5L5 15",
        Tone::Unsure => "M6.5 7.5a3.5 3.5 0 1 1 5 3.2c-1.2.6-1.5 1.2-1.5 2.3M10 16.4v.2",
        Tone::Neutral => "M5 10h10",
    };
    html! {
        svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false" {
            path d=(sign) {}
        }
    }
}

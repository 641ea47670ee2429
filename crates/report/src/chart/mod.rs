//! Charts: a small SVG module of our own.
//!
//! It draws dots, intervals and lines on one axis, and four kinds of chart are made of that. Libraries
//! were considered: plotters lays out for one size in fixed colours and measures text with a font file,
//! charming needs a JavaScript engine to draw or its script of a megabyte in the page, and neither lets a
//! page's style sheet choose the colours, which light, dark and print need.

pub mod change;
mod draw;
pub mod history;
pub mod marks;
pub mod png;
pub mod rates;
mod scale;
pub mod spread;
pub(crate) mod theme;

use maud::{Markup, PreEscaped, html};

/// For which width a chart is laid out. A page holds both forms and shows the one that fits, so that
/// text has its size on a phone, too, and nothing moves when it loads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// 860 pixels.
    Wide,
    /// 360 pixels.
    Narrow,
}

impl Size {
    /// Pixels.
    #[must_use]
    pub const fn width(self) -> f64 {
        match self {
            Self::Wide => 860.0,
            Self::Narrow => 360.0,
        }
    }

    fn ticks(self) -> usize {
        match self {
            Self::Wide => 8,
            Self::Narrow => 5,
        }
    }
}

/// A drawn chart.
#[derive(Debug, Clone)]
pub struct Chart {
    /// For names of files and parts; letters, digits and `-`.
    pub id: String,
    /// What it shows, in a few words.
    pub title: String,
    /// What it says, for those who can't see it.
    pub description: String,
    /// Pixels.
    pub width: f64,
    /// Pixels.
    pub height: f64,
    /// The shapes.
    body: Markup,
}

/// First in its list is the reader's own, last is what every system has.
const FONTS: &str = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";

impl Chart {
    /// As a part of a page, in the page's colours. `class` tells the page which form it is.
    #[must_use]
    pub fn inline(&self, class: &str) -> Markup {
        let (title, text) = (
            format!("{}-{class}-title", self.id),
            format!("{}-{class}-text", self.id),
        );
        html! {
            svg class={ "chart " (class) } viewBox=(self.view()) width=(draw::n(self.width)) height=(draw::n(self.height))
                role="img" aria-labelledby={ (title) " " (text) } font-size="13" {
                title id=(title) { (self.title) }
                desc id=(text) { (self.description) }
                (self.body)
            }
        }
    }

    /// As a file of its own, which follows the reader's setting of light or dark.
    #[must_use]
    pub fn svg(&self) -> String {
        self.file(&theme::file_classes())
    }

    /// As a file on light ground, with a margin: what a picture is made from.
    #[must_use]
    pub(crate) fn light_svg(&self) -> String {
        self.file(&theme::light_classes())
    }

    fn file(&self, style: &str) -> String {
        const MARGIN: f64 = 16.0;
        let (width, height) = (self.width + 2.0 * MARGIN, self.height + 2.0 * MARGIN + 26.0);
        let markup = html! {
            svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (draw::n(width)) " " (draw::n(height)) }
                width=(draw::n(width)) height=(draw::n(height)) role="img" font-family=(FONTS) font-size="13" {
                title { (self.title) }
                desc { (self.description) }
                style { (PreEscaped(style)) }
                (draw::area([0.0, 0.0], [width, height], "surface"))
                g font-size="15" {
                    (draw::bold(MARGIN, MARGIN + 13.0, draw::Anchor::Start, "ink", &self.title))
                }
                g transform={ "translate(" (draw::n(MARGIN)) " " (draw::n(MARGIN + 26.0)) ")" } { (self.body) }
            }
        };
        markup.into_string() + "\n"
    }

    fn view(&self) -> String {
        format!("0 0 {} {}", draw::n(self.width), draw::n(self.height))
    }

    /// A chart whose shapes end at `bottom`, with room for an axis and its unit below.
    fn over_axis(
        id: &str,
        title: &str,
        description: String,
        size: Size,
        bottom: f64,
        body: Markup,
    ) -> Self {
        Self {
            id: id.to_owned(),
            title: title.to_owned(),
            description,
            width: size.width(),
            height: bottom + 42.0,
            body,
        }
    }
}

/// An axis below a chart: its line, a grid above it, and a text at each tick.
fn axis(scale: &scale::Scale, size: Size, top: f64, bottom: f64, unit: &str) -> Markup {
    let right = size.width() - 2.0;
    html! {
        @for (value, text) in scale.ticks(size.ticks()) {
            (draw::line([scale.at(value), top], [scale.at(value), bottom], "grid", 1.0))
            (draw::text(scale.at(value), bottom + 18.0, draw::Anchor::Middle, "muted", &text))
        }
        (draw::line([0.0, bottom], [size.width(), bottom], "muted", 1.0))
        (draw::text(right, bottom + 36.0, draw::Anchor::End, "muted", unit))
    }
}

/// A name that can stand in an `id` and in a file's name: letters, digits, `-`, at most 120 of them.
#[must_use]
pub fn id(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(120) {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    let out = out.trim_end_matches('-');
    if out.is_empty() {
        "unnamed".to_owned()
    } else {
        out.to_owned()
    }
}

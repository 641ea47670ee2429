//! The few shapes that charts are made of.

use std::fmt::Write as _;

use maud::{Markup, html};

/// A coordinate with at most one decimal: a tenth of a pixel is more than anybody sees.
pub(crate) fn n(value: f64) -> String {
    let tenths = (value * 10.0).round() / 10.0;
    // No negative zero.
    format!("{}", tenths + 0.0)
}

/// Where a text begins, ends or has its middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A text whose baseline is at (x, y).
pub(crate) fn text(x: f64, y: f64, anchor: Anchor, role: &str, content: &str) -> Markup {
    styled(x, y, anchor, role, None, content)
}

/// The same in bold.
pub(crate) fn bold(x: f64, y: f64, anchor: Anchor, role: &str, content: &str) -> Markup {
    styled(x, y, anchor, role, Some("700"), content)
}

fn styled(
    x: f64,
    y: f64,
    anchor: Anchor,
    role: &str,
    weight: Option<&str>,
    content: &str,
) -> Markup {
    let anchor = match anchor {
        Anchor::Start => None,
        Anchor::Middle => Some("middle"),
        Anchor::End => Some("end"),
    };
    html! {
        text x=(n(x)) y=(n(y)) class={ "f-" (role) } text-anchor=[anchor] font-weight=[weight] { (content) }
    }
}

/// A straight line.
pub(crate) fn line([x1, y1]: [f64; 2], [x2, y2]: [f64; 2], role: &str, width: f64) -> Markup {
    html! {
        path d={ "M" (n(x1)) " " (n(y1)) "L" (n(x2)) " " (n(y2)) } class={ "s-" (role) } stroke-width=(n(width)) {}
    }
}

/// A dashed line.
pub(crate) fn dashed([x1, y1]: [f64; 2], [x2, y2]: [f64; 2], role: &str) -> Markup {
    html! {
        path d={ "M" (n(x1)) " " (n(y1)) "L" (n(x2)) " " (n(y2)) } class={ "s-" (role) }
            stroke-width="1.5" stroke-dasharray="5 4" {}
    }
}

/// A filled rectangle.
pub(crate) fn area([x, y]: [f64; 2], [width, height]: [f64; 2], role: &str) -> Markup {
    html! {
        rect x=(n(x)) y=(n(y)) width=(n(width.max(0.0))) height=(n(height.max(0.0))) class={ "f-" (role) } {}
    }
}

/// A filled circle.
pub(crate) fn dot([x, y]: [f64; 2], radius: f64, role: &str) -> Markup {
    html! { circle cx=(n(x)) cy=(n(y)) r=(n(radius)) class={ "f-" (role) } {} }
}

/// A hollow circle.
pub(crate) fn ring([x, y]: [f64; 2], radius: f64, role: &str) -> Markup {
    html! { circle cx=(n(x)) cy=(n(y)) r=(n(radius)) class={ "s-" (role) } stroke-width="2" {} }
}

/// A triangle that points down to (x, y): a floor.
pub(crate) fn pointer([x, y]: [f64; 2], role: &str) -> Markup {
    html! { path d={ "M" (n(x)) " " (n(y)) "l-5.5 -9h11z" } class={ "f-" (role) } {} }
}

/// An arrow whose point is at (x, y) and whose other end lies `length` to the right of it. Drawn, since the font of
/// pictures has no such letter.
pub(crate) fn arrow([x, y]: [f64; 2], length: f64, role: &str) -> Markup {
    let back = 4.0 * length.signum();
    html! {
        path d={ "M" (n(x + length)) " " (n(y)) "H" (n(x)) "m" (n(back)) " -4l" (n(-back)) " 4l" (n(back)) " 4" }
            class={ "s-" (role) } stroke-width="1.5" {}
    }
}

/// A hollow diamond around (x, y): a baseline.
pub(crate) fn diamond([x, y]: [f64; 2], role: &str) -> Markup {
    html! {
        path d={ "M" (n(x)) " " (n(y - 6.5)) "l6.5 6.5l-6.5 6.5l-6.5 -6.5z" } class={ "s-" (role) } stroke-width="2" {}
    }
}

/// An interval with its ends as short strokes; an end that nothing bounds is an arrow at the edge.
pub(crate) fn whisker(
    [low, high]: [f64; 2],
    y: f64,
    open: [bool; 2],
    role: &str,
    width: f64,
) -> Markup {
    let mut d = format!("M{} {}H{}", n(low), n(y), n(high));
    for (x, open, inward) in [(low, open[0], 6.0), (high, open[1], -6.0)] {
        // Writing to a String cannot fail.
        let _ = if open {
            write!(
                d,
                "m0 0M{} {}L{} {}l{} 5",
                n(x + inward),
                n(y - 5.0),
                n(x),
                n(y),
                n(inward)
            )
        } else {
            write!(d, "M{} {}v8", n(x), n(y - 4.0))
        };
    }
    html! { path d=(d) class={ "s-" (role) } stroke-width=(n(width)) {} }
}

/// Many points as one path of strokes without length, which round caps make dots. Each is said by its
/// distance from the one before it, in a third fewer characters than by its place: a page holds thousands.
pub(crate) fn dots(
    points: impl IntoIterator<Item = [f64; 2]>,
    [size, opacity]: [f64; 2],
    role: &str,
) -> Markup {
    let mut d = String::new();
    let mut before = [0, 0];
    for point in points {
        let at = point.map(|value| (value * 10.0).round() as i64);
        let command = if d.is_empty() { 'M' } else { 'm' };
        let [x, y] = [0, 1].map(|axis| tenths(at[axis] - before[axis]));
        // A minus separates as well as a blank does.
        let blank = if y.starts_with('-') { "" } else { " " };
        let _ = write!(d, "{command}{x}{blank}{y}h0");
        before = at;
    }
    html! {
        path d=(d) class={ "s-" (role) } stroke-width=(n(size)) stroke-linecap="round" opacity=(n(opacity)) {}
    }
}

/// A number of tenths, without a leading or a trailing zero.
fn tenths(value: i64) -> String {
    let (whole, rest) = (value.abs() / 10, value.abs() % 10);
    let sign = if value < 0 { "-" } else { "" };
    match (whole, rest) {
        (whole, 0) => format!("{sign}{whole}"),
        (0, rest) => format!("{sign}.{rest}"),
        (whole, rest) => format!("{sign}{whole}.{rest}"),
    }
}

/// Filled columns that stand on `bottom`, as one path: each from its left end, with its width and height.
pub(crate) fn columns(
    columns: impl IntoIterator<Item = [f64; 3]>,
    bottom: f64,
    role: &str,
) -> Markup {
    let mut d = String::new();
    for [x, width, height] in columns {
        let _ = write!(
            d,
            "M{} {}v{}h{}v{}z",
            n(x),
            n(bottom),
            n(-height),
            n(width),
            n(height)
        );
    }
    html! { path d=(d) class={ "f-" (role) } {} }
}

/// How wide a letter of 13-pixel text is: that of a wide sans-serif, since the reader's font is not known.
const LETTER: f64 = 7.3;

/// How many pixels a text of 13 pixels takes at most.
pub(crate) fn width(content: &str) -> f64 {
    content.chars().count() as f64 * LETTER
}

/// What fits into `width` pixels of 13-pixel text, cut with an ellipsis.
pub(crate) fn fit(content: &str, width: f64) -> String {
    let most = (width / LETTER).max(3.0) as usize;
    if content.chars().count() <= most {
        return content.to_owned();
    }
    let head: String = content.chars().take(most - 1).collect();
    format!("{head}…")
}

//! A flame graph: one self-contained SVG from folded stacks.
//!
//! The width of a frame is its share of everything counted, with what it called on top of it; the order
//! from left to right is that of the names and means nothing (Gregg, "The Flame Graph", CACM 59(6),
//! 2016). Names can be searched, a frame can be clicked to fill the width. With a base, colours say what
//! grew (red) and what shrank (blue), by its own share.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::folded::{Folded, UNKNOWN};

const WIDTH: f64 = 1200.0;
const ROW: usize = 18;
const HEAD: usize = 56;
const FOOT: usize = 12;
/// A frame narrower than this can't be seen.
const LEAST: f64 = 0.3;
/// Of a letter, at the size that is used.
const LETTER: f64 = 7.3;

const STYLE: &str = include_str!("flame.css");
/// Also of pages; it makes every `svg.flame` work.
pub(crate) const SCRIPT: &str = include_str!("flame.js");

/// A function within the functions that called it.
#[derive(Default)]
struct Frame {
    count: u64,
    own: u64,
    inner: BTreeMap<String, Frame>,
}

/// What is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Graph<'a> {
    /// The benchmark.
    pub title: &'a str,
    /// `samples`, `instructions`.
    pub unit: &'a str,
    /// The stacks.
    pub folded: &'a Folded,
    /// Those that colours compare them with.
    pub base: Option<&'a Folded>,
}

impl Graph<'_> {
    /// A document that needs nothing else.
    #[must_use]
    pub fn svg(&self) -> String {
        let root = Frame::of(self.folded);
        let base = self.base.map(Frame::of);
        let height = HEAD + root.depth() * ROW + FOOT;
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <svg xmlns=\"http://www.w3.org/2000/svg\" class=\"flame\" viewBox=\"0 0 {WIDTH} {height}\" width=\"100%\" role=\"img\">\n\
             <title>{title}</title>\n<style>{STYLE}</style>\n\
             <rect class=\"paper\" width=\"{WIDTH}\" height=\"{height}\"/>\n\
             <text class=\"title\" x=\"10\" y=\"22\">{title}</text>\n\
             <text class=\"note\" x=\"10\" y=\"42\">{total} {unit}{legend}</text>\n\
             <foreignObject x=\"{search}\" y=\"8\" width=\"290\" height=\"30\"><input xmlns=\"http://www.w3.org/1999/xhtml\" \
             type=\"search\" placeholder=\"search\" aria-label=\"search functions\"/></foreignObject>\n\
             <text class=\"note found\" x=\"{right}\" y=\"52\" text-anchor=\"end\"></text>\n<g>\n",
            title = escaped(self.title),
            total = root.count,
            unit = escaped(self.unit),
            legend = if base.is_some() {
                "; red: more of its own than in the base, blue: less"
            } else {
                ""
            },
            search = WIDTH - 300.0,
            right = WIDTH - 10.0,
        );
        self.draw(&root, base.as_ref(), HEAD, &mut out);
        let _ = write!(
            out,
            "</g>\n<script><![CDATA[\n{SCRIPT}]]></script>\n</svg>\n"
        );
        out
    }

    /// The frames alone, for a page that has styles and a script for them, and says in words what it shows.
    #[must_use]
    pub fn inline(&self) -> String {
        let root = Frame::of(self.folded);
        let base = self.base.map(Frame::of);
        let mut out = format!(
            "<svg class=\"flame\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"flame graph of {title}\"><g>\n",
            height = root.depth() * ROW,
            title = escaped(self.title),
        );
        self.draw(&root, base.as_ref(), 0, &mut out);
        out.push_str("</g></svg>");
        out
    }

    /// `head` is the room above the frames.
    fn draw(&self, root: &Frame, base: Option<&Frame>, head: usize, out: &mut String) {
        let whole = Whole {
            count: root.count.max(1) as f64,
            base: base.map_or(1.0, |base| base.count.max(1) as f64),
            depth: root.depth(),
            head,
            unit: self.unit,
            is_differential: base.is_some(),
        };
        whole.draw("all", root, base, 0.0, 0, out);
    }
}

impl Frame {
    fn of(folded: &Folded) -> Self {
        let mut root = Self::default();
        for (stack, count) in folded.stacks() {
            let mut at = &mut root;
            at.count += count;
            for function in stack {
                at = at.inner.entry(function.clone()).or_default();
                at.count += count;
            }
            at.own += count;
        }
        root
    }

    /// Rows that it takes, its own among them.
    fn depth(&self) -> usize {
        1 + self.inner.values().map(Self::depth).max().unwrap_or(0)
    }
}

/// What every frame is compared with.
struct Whole<'a> {
    count: f64,
    base: f64,
    depth: usize,
    head: usize,
    unit: &'a str,
    is_differential: bool,
}

impl Whole<'_> {
    fn draw(
        &self,
        name: &str,
        frame: &Frame,
        base: Option<&Frame>,
        left: f64,
        level: usize,
        out: &mut String,
    ) {
        let width = frame.count as f64 / self.count * WIDTH;
        if width < LEAST {
            return;
        }
        let y = self.head + (self.depth - 1 - level) * ROW;
        let share = 100.0 * frame.count as f64 / self.count;
        let own = 100.0 * frame.own as f64 / self.count;
        let change = own - 100.0 * base.map_or(0.0, |base| base.own as f64 / self.base);
        let told = if self.is_differential {
            format!(", own share {} points", receipt::words::signed(change, 2))
        } else {
            String::new()
        };
        let colour = if self.is_differential {
            difference(change)
        } else {
            warm(name)
        };
        let letters = ((width - 6.0) / LETTER).max(0.0) as usize;
        let _ = writeln!(
            out,
            "<g class=\"frame\" data-x=\"{left:.3}\" data-w=\"{width:.3}\" data-level=\"{level}\" data-name=\"{full}\">\
             <title>{full}: {share:.2} % ({count} {unit}), {own:.2} % its own{told}</title>\
             <rect x=\"{left:.3}\" y=\"{y}\" width=\"{width:.3}\" height=\"{high}\" fill=\"{colour}\" rx=\"1\"/>\
             <text x=\"{text:.3}\" y=\"{base_line}\">{short}</text></g>",
            full = escaped(name),
            count = frame.count,
            unit = escaped(self.unit),
            high = ROW - 1,
            text = left + 3.0,
            base_line = y + 13,
            short = escaped(&short(name, letters)),
        );
        let mut left = left;
        for (name, inner) in &frame.inner {
            let base = base.and_then(|base| base.inner.get(name));
            self.draw(name, inner, base, left, level + 1, out);
            left += inner.count as f64 / self.count * WIDTH;
        }
    }
}

/// As many letters as fit; nothing where only a few would.
fn short(name: &str, letters: usize) -> String {
    match name.chars().count() {
        count if count <= letters => name.to_owned(),
        _ if letters < 4 => String::new(),
        _ => name.chars().take(letters - 1).chain(['…']).collect(),
    }
}

/// A colour between yellow and red that is always the same for a name; grey for what has none.
fn warm(name: &str) -> String {
    if name == UNKNOWN {
        return "#bbb".to_owned();
    }
    let hash = name.bytes().fold(2_166_136_261_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(16_777_619)
    });
    let hue = 10 + hash % 45;
    let light = 58 + (hash >> 8) % 14;
    format!("hsl({hue},85%,{light}%)")
}

/// Red for more, blue for less, the stronger the more, up to five points; white for the same.
fn difference(points: f64) -> String {
    let strength = (points.abs() / 5.0).min(1.0);
    let light = 97.0 - 42.0 * strength;
    let hue = if points > 0.0 { 4 } else { 215 };
    format!("hsl({hue},85%,{light:.0}%)")
}

/// Text for XML 1.0, in content or in an attribute: what it has no letter for is replaced.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(text: &str, base: Option<&str>) -> String {
        let parse = |text| Folded::parse(text).expect("folded");
        let (folded, base) = (parse(text), base.map(parse));
        Graph {
            title: "a & b",
            unit: "samples",
            folded: &folded,
            base: base.as_ref(),
        }
        .svg()
    }

    /// (name, x, width) of each frame.
    fn frames(svg: &str) -> Vec<(String, f64, f64)> {
        let value = |line: &str, key: &str| {
            let from = line.split(&format!("{key}=\"")).nth(1).expect(key);
            from.split('"').next().expect("an end").to_owned()
        };
        let lines = svg
            .lines()
            .filter(|line| line.starts_with("<g class=\"frame\""));
        lines
            .map(|line| {
                let number = |key| value(line, key).parse().expect("a number");
                (value(line, "data-name"), number("data-x"), number("data-w"))
            })
            .collect()
    }

    #[test]
    fn widths_are_shares_and_inner_frames_lie_on_theirs() {
        let svg = svg("a;b 6\na 2\nc 4\n", None);
        let expected = [
            ("all", 0.0, 1200.0),
            ("a", 0.0, 800.0),
            ("b", 0.0, 600.0),
            ("c", 800.0, 400.0),
        ];
        let expected = expected.map(|(name, x, width)| (name.to_owned(), x, width));
        assert_eq!(frames(&svg), expected);
    }

    #[test]
    fn names_are_text_and_never_markup() {
        let svg = svg("</title><script>alert(1)</script>\"'& 1\n", None);
        assert_eq!(svg.matches("<script>").count(), 1, "our own");
        assert!(
            svg.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;"),
            "{svg}"
        );
        assert!(svg.contains("a &amp; b"));
        assert!(!svg.contains("http://") || svg.matches("http://www.w3.org/").count() == 2);
    }

    #[test]
    fn what_grew_is_red_and_what_shrank_is_blue() {
        let svg = svg("a 8\nb 2\n", Some("a 5\nb 5\n"));
        let frame = |name: &str| {
            let key = format!("data-name=\"{name}\"");
            svg.lines()
                .find(|line| line.contains(&key))
                .expect(name)
                .to_owned()
        };
        assert!(frame("a").contains("hsl(4,") && frame("a").contains("+30.00 points"));
        assert!(frame("b").contains("hsl(215,") && frame("b").contains("-30.00 points"));
        assert!(
            frame("all").contains("97%"),
            "its own share is none in both"
        );
    }

    #[test]
    fn names_are_cut_where_they_do_not_fit() {
        assert_eq!(short("abcdef", 6), "abcdef");
        assert_eq!(short("abcdef", 5), "abcd…");
        assert_eq!(short("abcdef", 3), "");
        assert_eq!(escaped("a\u{1}b"), "a\u{fffd}b");
    }
}

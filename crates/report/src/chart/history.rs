//! A history: throughput run after run, with what changed where.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::draw::{self, Anchor, n};
use super::scale::Scale;
use super::{Chart, Size};
use crate::model::{Series, Shift};
use crate::number;

const HEAD: f64 = 46.0;
const PLOT: f64 = 230.0;
/// Texts of two changes closer than this, pixels, lie on two rows, so far apart.
const NEAR: f64 = 110.0;
const ROW: f64 = 15.0;
/// Room for the texts of the vertical axis.
const LEFT: f64 = 62.0;
/// Dots in a drawing. A longer series is thinned to the least and the greatest of each stretch, so
/// that no outlier is hidden; the page draws what one zooms into from all the data.
const MOST: usize = 600;
/// So few dots are drawn larger, and their band has an outline: that of one run alone has no width.
const FEW: usize = 100;

impl Series {
    /// Draws the whole series; runs lie evenly, in the order of their times.
    #[must_use]
    pub fn chart(&self, size: Size) -> Chart {
        let bottom = HEAD + PLOT;
        let pixels = [LEFT, size.width() - 10.0];
        let across = Scale::linear(self.ends(), pixels);
        let dot = if self.is_short() {
            [6.0, 0.9]
        } else {
            [4.0, 0.5]
        };
        let floor = self.floor.filter(|floor| self.near(*floor));
        let seen = self.runs.iter().flat_map(|run| run.interval);
        let up = Scale::around(seen.chain(floor), 0.06, [bottom, HEAD]);
        let body = html! {
            g class="plot" data-left=(n(LEFT)) data-right=(n(pixels[1])) data-top=(n(HEAD)) data-bottom=(n(bottom)) {
                @for (value, text) in up.ticks(5) {
                    (draw::line([LEFT, up.at(value)], [pixels[1], up.at(value)], "grid", 1.0))
                    (draw::text(LEFT - 8.0, up.at(value) + 4.5, Anchor::End, "muted", &text))
                }
                @for at in self.days(size) {
                    (draw::text(across.at(at as f64), bottom + 20.0, day_anchor(at, self.runs.len()), "muted", self.day(at)))
                }
                (self.band(&across, &up))
                @if let Some(floor) = floor {
                    (draw::dashed([LEFT, up.at(floor)], [pixels[1], up.at(floor)], "bad"))
                    (draw::text(LEFT + 4.0, up.at(floor) - 5.0, Anchor::Start, "bad", "floor"))
                }
                @for (shift, row) in self.shifts.iter().zip(self.rows(&across)) { (self.mark(shift, row, &across, bottom)) }
                (draw::dots(self.thinned().map(|at| [across.at(at as f64), up.at(self.runs[at].mean)]), dot, "accent"))
                (draw::line([LEFT, bottom], [pixels[1], bottom], "muted", 1.0))
            }
            (draw::text(0.0, 10.0, Anchor::Start, "muted", "MiB/s of input"))
        };
        Chart {
            id: self.id.clone(),
            title: self.title(),
            description: self.in_words(),
            width: size.width(),
            height: bottom + 30.0,
            body,
        }
    }

    /// The positions at both ends of the axis: the first and the last run, or around the only one.
    fn ends(&self) -> [f64; 2] {
        match self.runs.len() {
            0 | 1 => [-1.0, 1.0],
            count => [0.0, (count - 1) as f64],
        }
    }

    fn is_short(&self) -> bool {
        self.runs.len() <= FEW
    }

    fn in_words(&self) -> String {
        let shifts: Vec<String> = self.shifts.iter().map(Shift::in_words).collect();
        let runs = number::count(self.runs.len(), "run", "runs");
        let changes = match &shifts[..] {
            [] => "No change was found.".to_owned(),
            some => format!("Changes: {}", some.join(" ")),
        };
        format!(
            "{runs} from {} to {}. {changes}",
            self.day(0),
            self.day(self.runs.len() - 1)
        )
    }

    /// Whether a floor is close enough to the runs to lie on their axis without flattening them.
    fn near(&self, floor: f64) -> bool {
        let least = self
            .runs
            .iter()
            .map(|run| run.mean)
            .fold(f64::INFINITY, f64::min);
        floor > least * 0.5
    }

    /// The positions to draw: all, or the least and the greatest mean of each stretch.
    fn thinned(&self) -> Box<dyn Iterator<Item = usize> + '_> {
        let count = self.runs.len();
        if count <= MOST {
            return Box::new(0..count);
        }
        let each = count.div_ceil(MOST / 2);
        let mean = |at: &usize| self.runs[*at].mean;
        Box::new((0..count).step_by(each).flat_map(move |from| {
            let stretch = || from..(from + each).min(count);
            let least = stretch().min_by(|a, b| mean(a).total_cmp(&mean(b)));
            let most = stretch().max_by(|a, b| mean(a).total_cmp(&mean(b)));
            [least, most].into_iter().flatten()
        }))
    }

    /// The 95 % intervals of the runs as a band.
    fn band(&self, across: &Scale, up: &Scale) -> Markup {
        let at: Vec<usize> = self.thinned().collect();
        let mut d = String::new();
        let ends = at.iter().map(|at| (*at, self.runs[*at].interval[1]));
        let back = at.iter().rev().map(|at| (*at, self.runs[*at].interval[0]));
        for (index, (at, value)) in ends.chain(back).enumerate() {
            let command = if index == 0 { 'M' } else { 'L' };
            // Writing to a String cannot fail.
            let _ = write!(
                d,
                "{command}{} {}",
                n(across.at(at as f64)),
                n(up.at(value))
            );
        }
        html! {
            path d=(d) class="f-band" {}
            @if self.is_short() { path d=(d) class="s-band" stroke-width="2" {} }
        }
    }

    /// The row of each change's text: the upper one where the text before it is close.
    fn rows(&self, across: &Scale) -> Vec<f64> {
        let mut rows: Vec<f64> = Vec::new();
        let mut before = f64::NEG_INFINITY;
        for shift in &self.shifts {
            let x = across.at(shift.at as f64 - 0.5);
            let near = x - before < NEAR && rows.last() == Some(&0.0);
            rows.push(if near { ROW } else { 0.0 });
            before = x;
        }
        rows
    }

    fn mark(&self, shift: &Shift, row: f64, across: &Scale, bottom: f64) -> Markup {
        let x = across.at(shift.at as f64 - 0.5);
        let role = shift.role();
        let anchor = if x > (LEFT + across.at(f64::MAX)) / 2.0 {
            Anchor::End
        } else {
            Anchor::Start
        };
        let near = if anchor == Anchor::End {
            x - 4.0
        } else {
            x + 4.0
        };
        html! {
            g {
                title { (shift.in_words()) }
                @if shift.acknowledged.is_some() {
                    (draw::dashed([x, HEAD - 6.0 - row], [x, bottom], role))
                } @else {
                    (draw::line([x, HEAD - 6.0 - row], [x, bottom], role, 2.0))
                }
                (draw::bold(near, HEAD - 10.0 - row, anchor, role, &number::change(shift.ratio)))
            }
        }
    }

    /// The runs whose day is written below the axis: evenly spaced, each day once.
    fn days(&self, size: Size) -> Vec<usize> {
        let most = if size == Size::Wide { 7 } else { 3 };
        let last = self.runs.len().saturating_sub(1);
        let mut days: Vec<usize> = (0..most).map(|step| last * step / (most - 1)).collect();
        days.dedup_by_key(|at| self.day(*at).to_owned());
        days
    }

    fn day(&self, at: usize) -> &str {
        self.runs
            .get(at)
            .map_or("", |run| run.timestamp.get(..10).unwrap_or(&run.timestamp))
    }
}

/// The first and the last day stay within the picture.
fn day_anchor(at: usize, runs: usize) -> Anchor {
    match at {
        _ if runs < 2 => Anchor::Middle,
        0 => Anchor::Start,
        at if at + 1 == runs => Anchor::End,
        _ => Anchor::Middle,
    }
}

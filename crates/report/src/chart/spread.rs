//! Distributions: every sample of every launch on one axis, and how many lie where.

use maud::{Markup, html};

use super::draw::{self, Anchor};
use super::scale::Scale;
use super::{Chart, Size, axis};
use crate::model::Spread;
use crate::number;

const HISTOGRAM: f64 = 76.0;
const HEAD: f64 = 22.0;
/// Dots of a row that have room to be larger.
const FEW: usize = 40;
/// Room for the names of groups: least, and most.
const NAMES: [f64; 2] = [74.0, 124.0];

impl Spread {
    /// One strip of dots for each group, and above them a histogram of all values where they have one mean: of
    /// launches, which measure the same. Arms, which are compared, have none: mixed they say nothing.
    #[must_use]
    pub fn chart(&self, size: Size) -> Chart {
        let names = self
            .groups
            .iter()
            .map(|group| draw::width(&group.name) + 6.0);
        let left = names.fold(NAMES[0], f64::max).min(NAMES[1]);
        let row = if self.groups.len() > 12 { 18.0 } else { 26.0 };
        let pixels = [left, size.width() - 8.0];
        let all: Vec<f64> = self.values().collect();
        let marks = self.interval.into_iter().flatten();
        let scale = Scale::around(all.iter().copied().chain(marks), 0.04, pixels);
        let rows = match self.mean {
            Some(_) => HEAD + HISTOGRAM + 6.0,
            None => HEAD,
        };
        let bottom = rows + row * self.groups.len() as f64 + 4.0;
        let body = html! {
            @if let Some([low, high]) = self.interval.map(|ends| ends.map(|end| scale.at(end))) {
                (draw::area([low, HEAD], [high - low, bottom - HEAD], "band"))
            }
            (axis(&scale, size, HEAD, bottom, &self.unit))
            @if self.mean.is_some() { (histogram(&all, &scale, pixels, size)) }
            (self.head(&scale, size, bottom))
            @for (index, group) in self.groups.iter().enumerate() {
                (strip(&draw::fit(&group.name, left - 2.0), &group.values, &scale, rows + row * index as f64, row))
            }
        };
        Chart::over_axis(&self.id, &self.title, self.in_words(), size, bottom, body)
    }

    fn values(&self) -> impl Iterator<Item = f64> {
        self.groups
            .iter()
            .flat_map(|group| group.values.iter().copied())
    }

    fn in_words(&self) -> String {
        let medians = self.groups.iter().map(|group| {
            let median = middle(&group.values).map_or_else(|| "none".to_owned(), number::rate);
            format!("{} {median}", group.name)
        });
        format!(
            "{} in {}. Medians: {}.",
            number::count(self.values().count(), "value", "values"),
            self.unit,
            medians.collect::<Vec<_>>().join(", ")
        )
    }

    /// The mean as a line through everything, named above it.
    fn head(&self, scale: &Scale, size: Size, bottom: f64) -> Markup {
        let Some(mean) = self.mean else {
            return html! {};
        };
        let x = scale.at(mean);
        let (anchor, at) = if x > size.width() * 0.6 {
            (Anchor::End, (x + 40.0).min(size.width()))
        } else {
            (Anchor::Start, (x - 40.0).max(0.0))
        };
        let name = match self.interval {
            Some(ends) => format!("mean {} ({})", number::rate(mean), number::range(ends)),
            None => format!("mean {}", number::rate(mean)),
        };
        html! {
            (draw::line([x, HEAD - 4.0], [x, bottom], "ink", 1.0))
            (draw::bold(at, 14.0, anchor, "ink", &name))
        }
    }
}

fn histogram(values: &[f64], scale: &Scale, [from, to]: [f64; 2], size: Size) -> Markup {
    let bins = if size == Size::Wide { 64 } else { 32 };
    let width = (to - from) / bins as f64;
    let mut counts = vec![0_usize; bins];
    for value in values {
        let bin = ((scale.at(*value) - from) / width) as usize;
        counts[bin.min(bins - 1)] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(1).max(1);
    let columns = (0..).zip(&counts).filter(|(_, count)| **count > 0);
    let columns = columns.map(|(bin, count)| {
        let height = (HISTOGRAM - 4.0) * *count as f64 / most as f64;
        [from + width * f64::from(bin) + 0.5, width - 1.0, height]
    });
    html! {
        (draw::text(0.0, HEAD + 14.0, Anchor::Start, "muted", "all"))
        (draw::columns(columns, HEAD + HISTOGRAM, "accent"))
    }
}

/// A group's values as dots, spread a little so that equal ones are seen, and its median as a stroke.
fn strip(name: &str, values: &[f64], scale: &Scale, top: f64, row: f64) -> Markup {
    let y = top + row / 2.0;
    // Spread by position, not by chance: the same page comes from the same receipt.
    let off = |index: usize| ((index * 7) % 5) as f64 - 2.0;
    let step = row / 9.0;
    let points = values.iter().enumerate();
    let points = points.map(|(index, value)| [scale.at(*value), y + step * off(index)]);
    // From left to right the distances are short.
    let mut points: Vec<[f64; 2]> = points.collect();
    points.sort_by(|a, b| a[0].total_cmp(&b[0]));
    html! {
        (draw::text(0.0, y + 4.5, Anchor::Start, "muted", name))
        (draw::dots(points, [if values.len() > FEW { 4.0 } else { 6.0 }, 0.5], "accent"))
        @if let Some(median) = middle(values) {
            @let x = scale.at(median);
            (draw::line([x, top + 3.0], [x, top + row - 3.0], "ink", 2.0))
        }
    }
}

/// The median, for a mark in a picture; `None` where there is no value.
fn middle(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (low, high) = (
        sorted.get(sorted.len().checked_sub(1)? / 2)?,
        sorted.get(sorted.len() / 2)?,
    );
    Some((low + high) / 2.0)
}

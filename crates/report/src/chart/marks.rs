//! Several subjects on one axis, row after row: who is where, by orders of magnitude.

use maud::{Markup, html};

use super::draw::{self, Anchor};
use super::scale::Scale;
use super::{Chart, Size, axis};
use crate::number;

const ROW: f64 = 30.0;
const LEFT: f64 = 132.0;

/// Rates of up to five subjects.
#[derive(Debug, Clone, PartialEq)]
pub struct Marks {
    /// Of the chart.
    pub id: String,
    /// Of the chart.
    pub title: String,
    /// Of the subjects, the first of which is the one that the picture is about.
    pub names: Vec<String>,
    /// Where they are measured.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// MiB/s of each subject, `None` where it has none.
    pub values: Vec<Option<f64>>,
}

impl Marks {
    /// Draws them.
    #[must_use]
    pub fn chart(&self, size: Size) -> Chart {
        let all = self
            .rows
            .iter()
            .flat_map(|row| row.values.iter().flatten().copied());
        let scale = Scale::of_rates(all, [LEFT, size.width() - 8.0]);
        let head = 36.0;
        let bottom = head + ROW * self.rows.len() as f64 + 2.0;
        let body = html! {
            (self.legend())
            (axis(&scale, size, head, bottom, "MiB/s of input"))
            @for (index, row) in self.rows.iter().enumerate() {
                (row.draw(&scale, head + ROW * index as f64))
            }
        };
        Chart {
            id: self.id.clone(),
            title: self.title.clone(),
            description: self.alternative(),
            width: size.width(),
            height: bottom + 42.0,
            body,
        }
    }

    /// The rates in words, for those who can't see the picture.
    #[must_use]
    pub fn alternative(&self) -> String {
        let rows = self.rows.iter().map(|row| {
            let values = self.names.iter().zip(&row.values);
            let known = values
                .filter_map(|(name, value)| Some(format!("{name} {}", number::rate((*value)?))));
            format!("{}: {}", row.name, known.collect::<Vec<_>>().join(", "))
        });
        format!("MiB/s of input. {}.", rows.collect::<Vec<_>>().join("; "))
    }

    fn legend(&self) -> Markup {
        let width = |name: &String| 38.0 + 7.0 * name.chars().count() as f64;
        let places = self.names.iter().scan(LEFT, |x, name| {
            let place = *x;
            *x += width(name);
            Some(place)
        });
        html! {
            @for (index, (name, x)) in self.names.iter().zip(places).enumerate() {
                (mark([x + 6.0, 12.0], index))
                (draw::text(x + 18.0, 16.5, Anchor::Start, "ink", name))
            }
        }
    }
}

impl Row {
    fn draw(&self, scale: &Scale, top: f64) -> Markup {
        let y = top + ROW / 2.0;
        let known = self.values.iter().flatten();
        let (low, high) = known.fold((f64::INFINITY, 0.0_f64), |(low, high), value| {
            (low.min(*value), high.max(*value))
        });
        html! {
            (draw::text(0.0, y + 4.5, Anchor::Start, "ink", &draw::fit(&self.name, LEFT - 8.0)))
            @if low <= high { (draw::line([scale.at(low), y], [scale.at(high), y], "grid", 2.0)) }
            // The first lies on top of the others.
            @for (index, value) in self.values.iter().enumerate().rev() {
                @if let Some(value) = value { (mark([scale.at(*value), y], index)) }
            }
        }
    }
}

/// Told apart by shape, not by colour alone.
fn mark([x, y]: [f64; 2], index: usize) -> Markup {
    match index {
        0 => draw::dot([x, y], 6.0, "accent"),
        1 => draw::ring([x, y], 5.0, "accent"),
        2 => draw::area([x - 4.5, y - 4.5], [9.0, 9.0], "unsure"),
        3 => draw::pointer([x, y + 5.0], "bad"),
        _ => draw::diamond([x, y], "base"),
    }
}

//! Throughput: one row a benchmark, its mean and interval against its floor and the baseline.

use maud::{Markup, html};

use super::draw::{self, Anchor};
use super::scale::Scale;
use super::{Chart, Size, axis};
use crate::model::{Rates, Tone};
use crate::number;

const ROW: f64 = 54.0;
const LEGEND: f64 = 30.0;

impl Rates {
    /// Draws all rows on one axis: from zero where the rates are of one size, else by equal ratios.
    #[must_use]
    pub fn chart(&self, size: Size) -> Chart {
        let all = self.rows.iter().flat_map(|row| {
            let marks = [row.floor, row.baseline].into_iter().flatten();
            row.interval.into_iter().chain([row.mean]).chain(marks)
        });
        let scale = Scale::of_rates(all, [4.0, size.width() - 8.0]);
        let bottom = LEGEND + ROW * self.rows.len() as f64 + 4.0;
        let body = html! {
            (self.legend())
            (axis(&scale, size, LEGEND, bottom, "MiB/s of input"))
            @for (index, row) in self.rows.iter().enumerate() {
                (row.draw(&scale, size, LEGEND + ROW * index as f64))
            }
        };
        Chart::over_axis(&self.id, &self.title, self.in_words(), size, bottom, body)
    }

    fn in_words(&self) -> String {
        let rows = self.rows.iter().map(|row| {
            let floor = row.floor.map_or_else(String::new, |floor| {
                format!(", {}", number::against(row.mean, floor, "floor"))
            });
            let (name, mean, range) = (
                &row.name,
                number::rate(row.mean),
                number::range(row.interval),
            );
            format!("{name}: {mean} MiB/s, 95 % interval {range}{floor}.")
        });
        rows.collect::<Vec<_>>().join(" ")
    }

    fn legend(&self) -> Markup {
        let has = |mark: fn(&crate::model::Rate) -> Option<f64>| {
            self.rows.iter().any(|row| mark(row).is_some())
        };
        let (floor, baseline) = (has(|row| row.floor), has(|row| row.baseline));
        let after = 178.0;
        html! {
            (draw::whisker([2.0, 22.0], 9.0, [false; 2], "ink", 2.0))
            (draw::dot([12.0, 9.0], 4.5, "ink"))
            (draw::text(29.0, 13.5, Anchor::Start, "muted", "mean, 95 % interval"))
            @if floor {
                (draw::pointer([after + 6.0, 14.0], "ink"))
                (draw::text(after + 16.0, 13.5, Anchor::Start, "muted", "floor"))
            }
            @if baseline {
                (draw::diamond([after + 74.0, 9.0], "base"))
                (draw::text(after + 87.0, 13.5, Anchor::Start, "muted", "baseline"))
            }
        }
    }
}

impl crate::model::Rate {
    fn draw(&self, scale: &Scale, size: Size, top: f64) -> Markup {
        let y = top + 38.0;
        let role = match self.tone {
            Tone::Good => "good",
            Tone::Bad => "bad",
            Tone::Unsure => "unsure",
            Tone::Neutral => "accent",
        };
        let value = match size {
            Size::Wide => format!(
                "{} MiB/s ({})",
                number::rate(self.mean),
                number::range(self.interval)
            ),
            Size::Narrow => format!("{} MiB/s", number::rate(self.mean)),
        };
        let room = size.width() - 7.6 * value.chars().count() as f64 - 12.0;
        let [low, high] = self.interval.map(|end| scale.at(end));
        html! {
            g {
                title { (self.name) ": " (number::rate(self.mean)) " MiB/s (" (number::range(self.interval)) ")" }
                (draw::text(0.0, top + 14.0, Anchor::Start, "ink", &draw::fit(&self.name, room)))
                (draw::bold(size.width(), top + 14.0, Anchor::End, "ink", &value))
                @if let Some(floor) = self.floor {
                    (draw::line([scale.at(floor), y - 6.0], [scale.at(floor), y + 6.0], "ink", 1.5))
                    (draw::line([scale.at(floor), y], [scale.at(self.mean), y], "grid", 2.0))
                    (draw::pointer([scale.at(floor), y - 6.0], "ink"))
                }
                @if let Some(baseline) = self.baseline { (draw::diamond([scale.at(baseline), y], "base")) }
                (draw::whisker([low, high], y, [false; 2], role, 2.0))
                (draw::dot([scale.at(self.mean), y], 5.0, role))
            }
        }
    }
}

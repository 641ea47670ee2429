//! Changes: one row a benchmark, how much the new side differs, with its interval around no difference.

use maud::{Markup, html};

use super::draw::{self, Anchor};
use super::scale::Scale;
use super::{Chart, Size};
use crate::model::{Change, Changes, Tone};
use crate::number;

const ROW: f64 = 54.0;
const HEAD: f64 = 26.0;

impl Changes {
    /// Draws the rows on one axis with no difference in its middle; faster lies to the right.
    #[must_use]
    pub fn chart(&self, size: Size) -> Chart {
        let reach = self.reach();
        let scale = Scale::linear([-reach, reach], [6.0, size.width() - 6.0]);
        let bottom = HEAD + ROW * self.rows.len() as f64 + 4.0;
        let same = [-self.same * 100.0, self.same * 100.0].map(|end| scale.at(end));
        let body = html! {
            (draw::arrow([1.0, 9.5], 12.0, "muted"))
            (draw::text(18.0, 14.0, Anchor::Start, "muted", "slower"))
            (draw::text(scale.at(0.0), 14.0, Anchor::Middle, "muted", &format!("no {}", self.what)))
            (draw::text(size.width() - 18.0, 14.0, Anchor::End, "muted", "faster"))
            (draw::arrow([size.width() - 1.0, 9.5], -12.0, "muted"))
            (draw::area([same[0], HEAD], [same[1] - same[0], bottom - HEAD], "band"))
            @for (value, text) in scale.ticks(size.ticks()) {
                (draw::line([scale.at(value), HEAD], [scale.at(value), bottom], "grid", 1.0))
                (draw::text(scale.at(value), bottom + 18.0, Anchor::Middle, "muted", &text))
            }
            (draw::line([scale.at(0.0), HEAD], [scale.at(0.0), bottom], "ink", 1.0))
            (draw::line([0.0, bottom], [size.width(), bottom], "muted", 1.0))
            (draw::text(size.width(), bottom + 36.0, Anchor::End, "muted", &format!("{} in throughput, %", self.what)))
            @for (index, row) in self.rows.iter().enumerate() {
                (row.draw(&scale, size, HEAD + ROW * index as f64, reach))
            }
        };
        Chart::over_axis(&self.id, &self.title, self.in_words(), size, bottom, body)
    }

    /// Per cent on either side: all finite ends, at least twice what counts as the same.
    fn reach(&self) -> f64 {
        let ends = self.rows.iter().flat_map(|row| {
            let bounds = row.interval.into_iter().flatten();
            bounds.chain([row.ratio])
        });
        let far = ends.map(|ratio| (ratio - 1.0).abs() * 100.0);
        let far = far.filter(|far| far.is_finite()).fold(0.0, f64::max);
        (far * 1.15).max(self.same * 200.0)
    }

    fn in_words(&self) -> String {
        let rows = self.rows.iter().map(|row| {
            let (name, verdict) = (&row.name, &row.verdict);
            format!("{name}: {}, {verdict}.", row.with_interval())
        });
        rows.collect::<Vec<_>>().join(" ")
    }
}

impl Change {
    /// `+5.0 % (+4.1 % to +5.9 %)`.
    pub(crate) fn with_interval(&self) -> String {
        format!("{} ({})", number::change(self.ratio), self.bounds())
    }

    /// The interval in words, an end that nothing bounds named so.
    pub(crate) fn bounds(&self) -> String {
        match self.interval {
            [None, None] => "interval unknown".to_owned(),
            [Some(low), Some(high)] => {
                format!("{} to {}", number::change(low), number::change(high))
            }
            [Some(low), None] => format!("at least {}", number::change(low)),
            [None, Some(high)] => format!("at most {}", number::change(high)),
        }
    }

    fn draw(&self, scale: &Scale, size: Size, top: f64, reach: f64) -> Markup {
        let y = top + 38.0;
        let role = match self.tone {
            Tone::Good => "good",
            Tone::Bad => "bad",
            Tone::Unsure => "unsure",
            Tone::Neutral => "accent",
        };
        let value = match size {
            Size::Wide => format!("{}: {}", self.verdict, self.with_interval()),
            Size::Narrow => format!("{}: {}", self.verdict, number::change(self.ratio)),
        };
        let room = size.width() - 7.6 * value.chars().count() as f64 - 12.0;
        let ends = [
            self.interval[0].map_or(-reach, |low| (low - 1.0) * 100.0),
            self.interval[1].map_or(reach, |high| (high - 1.0) * 100.0),
        ];
        let open = self.interval.map(|end| end.is_none());
        html! {
            g {
                title { (self.name) ": " (self.with_interval()) ", " (self.verdict) }
                (draw::text(0.0, top + 18.0, Anchor::Start, "ink", &draw::fit(&self.name, room)))
                (draw::bold(size.width(), top + 18.0, Anchor::End, role, &value))
                (draw::whisker(ends.map(|end| scale.at(end)), y, open, role, 2.0))
                (draw::dot([scale.at((self.ratio - 1.0) * 100.0), y], 5.0, role))
            }
        }
    }
}

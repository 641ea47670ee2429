//! From values to pixels, and where the ticks go.

use crate::number;

/// An axis: values from `low` to `high` on pixels from `from` to `to`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
    logarithmic: bool,
}

impl Scale {
    /// Even steps. A span of nothing is widened, so that one value lies in the middle.
    pub(crate) fn linear([low, high]: [f64; 2], [from, to]: [f64; 2]) -> Self {
        let (low, high) = if high > low {
            (low, high)
        } else {
            let half = (low.abs() * 0.01).max(1e-9);
            (low - half, high + half)
        };
        Self {
            low,
            high,
            from,
            to,
            logarithmic: false,
        }
    }

    /// Even steps from zero where the values are of one size, else equal ratios: a linear axis
    /// over a span of more than 25 would push all but the greatest to its end.
    pub(crate) fn of_rates(values: impl IntoIterator<Item = f64>, pixels: [f64; 2]) -> Self {
        let usable = values
            .into_iter()
            .filter(|value| value.is_finite() && *value > 0.0);
        let (low, high) = usable.fold((f64::INFINITY, 0.0_f64), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        if high / low <= 25.0 || !low.is_finite() {
            return Self::linear([0.0, (high * 1.05).max(1e-9)], pixels);
        }
        Self {
            low: low / 1.3,
            high: high * 1.3,
            from: pixels[0],
            to: pixels[1],
            logarithmic: true,
        }
    }

    /// The values with room around them: `share` of the span on either side.
    pub(crate) fn around(
        values: impl IntoIterator<Item = f64>,
        share: f64,
        pixels: [f64; 2],
    ) -> Self {
        let usable = values.into_iter().filter(|value| value.is_finite());
        let (low, high) = usable.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        if low > high {
            return Self::linear([0.0, 1.0], pixels);
        }
        let room = (high - low) * share;
        Self::linear([low - room, high + room], pixels)
    }

    /// The pixel of a value; what lies outside is put on the edge.
    pub(crate) fn at(&self, value: f64) -> f64 {
        let share = if self.logarithmic {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        self.from + share.clamp(0.0, 1.0) * (self.to - self.from)
    }

    /// Values to mark, at most about `most`, with their text.
    pub(crate) fn ticks(&self, most: usize) -> Vec<(f64, String)> {
        if self.logarithmic {
            return self.ratios(most);
        }
        let step = step((self.high - self.low) / most.max(1) as f64);
        let digits = (-step.log10().floor()).max(0.0) as usize;
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step).floor() as i64;
        (first..=last)
            .map(|at| {
                let value = at as f64 * step;
                (value, plain(value, digits))
            })
            .collect()
    }

    fn ratios(&self, most: usize) -> Vec<(f64, String)> {
        let decades = self.low.log10().floor() as i32..=self.high.log10().ceil() as i32;
        let of = |steps: &[f64]| -> Vec<f64> {
            decades
                .clone()
                .flat_map(|decade| steps.iter().map(move |step| step * 10f64.powi(decade)))
                .filter(|value| (self.low..=self.high).contains(value))
                .collect()
        };
        let dense = of(&[1.0, 2.0, 5.0]);
        let ticks = if dense.len() <= most {
            dense
        } else {
            of(&[1.0])
        };
        let text = |value: f64| match value {
            value if value >= 1.0 => number::thousands(value),
            value => format!("{value}"),
        };
        ticks
            .into_iter()
            .map(|value| (value, text(value)))
            .collect()
    }
}

fn plain(value: f64, digits: usize) -> String {
    if digits == 0 {
        return number::thousands(value);
    }
    format!("{value:.digits$}").replace('-', "−")
}

/// 1, 2 or 5 times a power of ten, at least `rough`.
fn step(rough: f64) -> f64 {
    let power = 10f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power);
    let fits = steps.into_iter().find(|step| *step >= rough * (1.0 - 1e-9));
    fits.unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(scale: Scale, most: usize) -> Vec<String> {
        scale
            .ticks(most)
            .into_iter()
            .map(|(_, text)| text)
            .collect()
    }

    #[test]
    fn rates_of_one_size_start_at_zero_and_others_go_by_ratios() {
        let near = Scale::of_rates([400.0, 900.0], [0.0, 100.0]);
        assert_eq!(texts(near, 5), ["0", "200", "400", "600", "800"]);
        assert!(near.at(0.0) == 0.0 && near.at(945.0) == 100.0);
        let far = Scale::of_rates([40.0, 16_000.0], [0.0, 100.0]);
        assert_eq!(texts(far, 4), ["100", "1,000", "10,000"]);
        assert!((far.at((40.0 * 16_000.0_f64).sqrt()) - 50.0).abs() < 1e-9);
    }

    #[test]
    fn an_axis_of_one_value_or_none_is_still_an_axis() {
        let one = Scale::around([5.0], 0.1, [0.0, 100.0]);
        assert!((one.at(5.0) - 50.0).abs() < 1e-9);
        let none = Scale::around([f64::NAN], 0.1, [0.0, 100.0]);
        assert!(none.at(0.5).is_finite());
        assert!(!Scale::of_rates([], [0.0, 1.0]).ticks(4).is_empty());
    }

    #[test]
    fn what_lies_outside_stays_on_the_edge() {
        let scale = Scale::linear([-1.0, 1.0], [10.0, 20.0]);
        assert_eq!(scale.at(-3.0), 10.0);
        assert_eq!(scale.at(f64::INFINITY), 20.0);
        assert_eq!(texts(scale, 4), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
    }
}

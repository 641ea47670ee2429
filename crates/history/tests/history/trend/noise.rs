//! Noise of several shapes, drawn from a seed.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// What values scatter around: so low that hardly any change is smaller than the least size.
pub(crate) const LEVEL: f64 = 10.0;

/// How they scatter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Shape {
    /// Standard deviation 1.
    Normal,
    /// A long tail: what interference does to times.
    Lognormal,
    /// Three in ten lie three higher: layout, or the kind of a build.
    Bimodal,
    /// Each remembers 0.3 of the one before.
    Autoregressive,
}

pub(crate) const SHAPES: [Shape; 4] = [
    Shape::Normal,
    Shape::Lognormal,
    Shape::Bimodal,
    Shape::Autoregressive,
];

pub(crate) struct Noise(ChaCha8Rng);

impl Noise {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    pub(crate) fn series(&mut self, shape: Shape, n: usize) -> Vec<f64> {
        let mut last = 0.0;
        let mut value = || match shape {
            Shape::Normal => self.normal(),
            Shape::Lognormal => (0.8 * self.normal()).exp(),
            Shape::Bimodal => {
                let mode = if self.uniform() < 0.3 { 3.0 } else { 0.0 };
                0.3 * self.normal() + mode
            }
            Shape::Autoregressive => {
                last = 0.3 * last + self.normal();
                last
            }
        };
        (0..n).map(|_| LEVEL + value()).collect()
    }

    /// Normal noise whose level falls by so many standard deviations at a position.
    pub(crate) fn step(&mut self, n: usize, at: usize, by: f64) -> Vec<f64> {
        let mut values = self.series(Shape::Normal, n);
        values[at..].iter_mut().for_each(|value| *value -= by);
        values
    }

    /// Above 0, below 1.
    pub(crate) fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Box and Muller's.
    pub(crate) fn normal(&mut self) -> f64 {
        let (radius, angle) = (self.uniform(), self.uniform());
        (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    }
}

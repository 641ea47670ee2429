//! Which samples the bootstrap draws, kept for the next receipt.
//!
//! The draws follow from the benchmark's name and the numbers of its launches and samples. Receipts of
//! one suite therefore share them, and whoever verifies many of those draws once. Sums are added in
//! the documented order, each replicate on its own: several side by side only keep the processor busy
//! while an addition waits for the one before it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::bootstrap::{RESAMPLES, SplitMix64};

/// Replicates that are added up side by side.
const LANES: usize = 8;
/// Positions that fit in a byte, whose draws take half the room.
const NARROW: usize = 1 << 8;
/// Positions that fit in two bytes.
const WIDE: usize = 1 << 16;
/// Most samples of a benchmark whose draws are kept: its table then takes 4 MB.
const MOST_SAMPLES: usize = 1024;
/// Bytes of all tables that are kept.
const MOST_BYTES: usize = 16 << 20;

/// What the draws follow from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// First state of the generator.
    pub(super) seed: u64,
    pub(super) launches: usize,
    pub(super) per_launch: usize,
}

impl Shape {
    fn samples(self) -> usize {
        self.launches * self.per_launch
    }
}

/// The draws of all replicates.
pub(super) struct Draws {
    shape: Shape,
    positions: Positions,
}

/// Positions in the samples: groups of [`LANES`] replicates, each group's first draws, then its second
/// ones, and so on. Replicates behind the last one fill up its group.
enum Positions {
    Narrow(Vec<u8>),
    Wide(Vec<u16>),
}

impl Draws {
    /// The draws of a shape, from those that were kept where they are; `None` where there are too many
    /// samples to keep any.
    pub(super) fn of(shape: Shape) -> Option<Arc<Self>> {
        if shape.samples() > MOST_SAMPLES {
            return None;
        }
        if let Some(found) = kept().find(shape) {
            return Some(found);
        }
        let drawn = Arc::new(Self::draw(shape));
        kept().add(Arc::clone(&drawn));
        Some(drawn)
    }

    fn draw(shape: Shape) -> Self {
        // There are no more samples than MOST_SAMPLES.
        let positions = match shape.samples() {
            ..=NARROW => Positions::Narrow(positions(shape, |position| position as u8)),
            _ => Positions::Wide(positions(shape, |position| position as u16)),
        };
        Self { shape, positions }
    }

    /// The sum of each replicate.
    pub(super) fn sums(&self, samples: &[f64]) -> Vec<f64> {
        match &self.positions {
            Positions::Narrow(positions) => sums::<_, NARROW>(positions, samples),
            Positions::Wide(positions) => sums::<_, WIDE>(positions, samples),
        }
    }

    fn bytes(&self) -> usize {
        match &self.positions {
            Positions::Narrow(positions) => size_of_val(positions.as_slice()),
            Positions::Wide(positions) => size_of_val(positions.as_slice()),
        }
    }
}

fn positions<P: Copy + Default>(shape: Shape, position: fn(usize) -> P) -> Vec<P> {
    let samples = shape.samples();
    let mut positions = vec![P::default(); RESAMPLES.next_multiple_of(LANES) * samples];
    let mut random = SplitMix64(shape.seed);
    for replicate in 0..RESAMPLES {
        let first = replicate / LANES * LANES * samples + replicate % LANES;
        let mut places = positions[first..].iter_mut().step_by(LANES);
        for _ in 0..shape.launches {
            let launch = random.below(shape.launches) * shape.per_launch;
            for place in places.by_ref().take(shape.per_launch) {
                *place = position(launch + random.below(shape.per_launch));
            }
        }
    }
    positions
}

/// The sum of each replicate. `N` is how many values a position can have: with a sample for each of
/// them no index has to be checked, which would double the time.
fn sums<P: Copy + Into<usize>, const N: usize>(positions: &[P], samples: &[f64]) -> Vec<f64> {
    let mut filled = vec![0.0; N];
    filled[..samples.len()].copy_from_slice(samples);
    let mut all = Vec::with_capacity(RESAMPLES.next_multiple_of(LANES));
    let Some(filled) = filled.first_chunk::<N>() else {
        return all;
    };
    for group in positions.chunks_exact(LANES * samples.len()) {
        let mut sums = [0.0; LANES];
        let (steps, _) = group.as_chunks::<LANES>();
        for step in steps {
            for (sum, position) in sums.iter_mut().zip(step) {
                *sum += filled[(*position).into()];
            }
        }
        all.extend(sums);
    }
    all.truncate(RESAMPLES);
    all
}

/// Tables that are kept, the one that was asked for last behind all others.
struct Kept(Vec<Arc<Draws>>);

static KEPT: Mutex<Kept> = Mutex::new(Kept(Vec::new()));

fn kept() -> MutexGuard<'static, Kept> {
    // A thread that panicked left whole tables.
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Kept {
    fn find(&mut self, shape: Shape) -> Option<Arc<Draws>> {
        let at = self.0.iter().rposition(|draws| draws.shape == shape)?;
        self.0[at..].rotate_left(1);
        self.0.last().cloned()
    }

    fn add(&mut self, draws: Arc<Draws>) {
        if self.find(draws.shape).is_some() {
            return;
        }
        self.0.push(draws);
        let mut bytes: usize = self.0.iter().map(|draws| draws.bytes()).sum();
        while bytes > MOST_BYTES {
            bytes -= self.0.remove(0).bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(seed: u64, samples: usize) -> Shape {
        Shape {
            seed,
            launches: 1,
            per_launch: samples,
        }
    }

    #[test]
    fn what_was_not_asked_for_lately_goes_first() {
        let mut kept = Kept(Vec::new());
        let each = Draws::draw(shape(0, MOST_SAMPLES)).bytes();
        let room = (MOST_BYTES / each) as u64;
        for seed in 0..room {
            kept.add(Arc::new(Draws::draw(shape(seed, MOST_SAMPLES))));
        }
        assert!(kept.find(shape(0, MOST_SAMPLES)).is_some());
        kept.add(Arc::new(Draws::draw(shape(room, 1000))));
        assert_eq!(kept.0.len() as u64, room);
        assert!(kept.find(shape(0, MOST_SAMPLES)).is_some());
        assert!(kept.find(shape(1, MOST_SAMPLES)).is_none());
    }

    #[test]
    fn too_many_samples_are_not_kept() {
        assert!(Draws::of(shape(0, MOST_SAMPLES + 1)).is_none());
    }
}

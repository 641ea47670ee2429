//! Makes the table of thresholds (`src/change/thresholds.txt`): for each length the quantile, over many
//! shuffled series, of the greatest CUSUM of ranks in any seeded interval. Shuffled ranks are what ranks
//! of independent values are, whatever their distribution.
//!
//! ```sh
//! cargo run --release -p history --example thresholds > crates/history/src/change/thresholds.txt
//! ```

use std::thread;

use history::change::{ALPHA, LENGTHS, Ranked};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// Series of the shortest lengths; longer ones take longer and get fewer, down to a fifth.
const SERIES: usize = 100_000;
/// Each draws from a stream of its own: as many on every machine, so that the table is the same.
const THREADS: usize = 8;

fn main() {
    println!("# The height that {ALPHA} of all series without a change exceed, by length.");
    println!("# Made by crates/history/examples/thresholds.rs.");
    for length in LENGTHS {
        let count = (SERIES * 100 / length.max(100)).max(SERIES / 50);
        let share = count.div_ceil(THREADS);
        let mut heights: Vec<f64> = thread::scope(|scope| {
            let work = |thread: usize| scope.spawn(move || simulate(length, share, thread as u64));
            let running: Vec<_> = (0..THREADS).map(work).collect();
            let done = running
                .into_iter()
                .map(|thread| thread.join().expect("no panic"));
            done.flatten().collect()
        });
        heights.sort_by(f64::total_cmp);
        let rank = ((1.0 - ALPHA) * heights.len() as f64).ceil() as usize - 1;
        println!("{length} {:.4}", heights[rank]);
    }
}

/// The heights of `count` shuffled series.
fn simulate(length: usize, count: usize, thread: u64) -> Vec<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(length as u64);
    random.set_stream(thread);
    let mut values: Vec<f64> = (0..length).map(|value| value as f64).collect();
    let one = |_| {
        for last in (1..length).rev() {
            // Fisher and Yates; the remainder's bias is below 2^-50.
            let other = random.next_u64() % (last as u64 + 1);
            values.swap(last, other as usize);
        }
        Ranked::of(&values).greatest()
    };
    (0..count).map(one).collect()
}

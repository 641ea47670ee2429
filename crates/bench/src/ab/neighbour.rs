//! A noisy neighbour that is started and stopped: what a shared machine does to a gate.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Beyond the second cache, so that it takes memory bandwidth as well as time.
const BYTES: usize = 16 << 20;

/// Bursts of copying on every CPU, 20 to 200 ms long, with pauses of the same lengths, until it is
/// dropped.
pub(super) struct Neighbour {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Neighbour {
    pub(super) fn start(cpus: u32) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let threads = (0..cpus).map(|cpu| {
            let stop = Arc::clone(&stop);
            thread::spawn(move || disturb(u64::from(cpu) + 1, &stop))
        });
        let threads = threads.collect();
        Self { stop, threads }
    }
}

impl Drop for Neighbour {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            // One that panicked disturbs nobody any more.
            let _ = thread.join();
        }
    }
}

fn disturb(mut state: u64, stop: &AtomicBool) {
    let from = vec![1u8; BYTES];
    let mut to = vec![0u8; BYTES];
    while !stop.load(Ordering::Relaxed) {
        // Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8(14), 2003.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let burst = Duration::from_millis(20 + state % 180);
        let pause = Duration::from_millis(20 + (state >> 20) % 180);
        let until = Instant::now() + burst;
        while Instant::now() < until {
            to.copy_from_slice(&from);
            black_box(&to);
        }
        thread::sleep(pause);
    }
}

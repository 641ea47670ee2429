//! The design against simulated machines: how often it is wrong, and how often it sees.
//!
//! The noise is that of a shared machine: a drift that one launch hands to the next, an effect of
//! memory layout in every launch, and one launch in ten slowed by something else.

use gate::ab::{Arm, Design, Lots, Rounds, State, Verdict, judge::judge};

/// Seeded, and the same on every machine.
struct Noise {
    state: u64,
    drift: f64,
}

impl Noise {
    fn new(seed: u64) -> Self {
        let mut noise = Self {
            state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            drift: 0.0,
        };
        noise.drift = noise.normal() * DRIFT;
        noise
    }

    fn uniform(&mut self) -> f64 {
        // Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8(14), 2003.
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Sum of twelve uniform numbers: variance 1.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }

    /// Time of the next launch, ns.
    fn launch(&mut self, factor: f64) -> f64 {
        self.drift = KEPT * self.drift + self.normal() * DRIFT * (1.0 - KEPT * KEPT).sqrt();
        let mut x = self.drift + self.normal() * LAYOUT;
        if self.uniform() < 0.1 {
            x += -0.1 * (1.0 - self.uniform()).ln();
        }
        1e6 * x.exp() * factor
    }
}

/// Standard deviation of the drift, and what one launch keeps of it from the one before.
const DRIFT: f64 = 0.03;
const KEPT: f64 = 0.9;
const LAYOUT: f64 = 0.01;

/// One whole comparison; the verdict and the rounds it took.
fn compare(seed: u64, factor: f64) -> (Verdict, usize) {
    let design = Design::default();
    let (mut noise, mut lots) = (Noise::new(seed), Lots::new(seed));
    let mut state = State::default();
    let mut rounds = 0;
    loop {
        let found = judge(&design, std::slice::from_ref(&state)).remove(0);
        if let Some(verdict) = found.verdict {
            return (verdict, rounds);
        }
        let stage = match found.suspicion {
            Some(_) => &mut state.confirmation,
            None => &mut state.screening,
        };
        // Nothing can change before the next look.
        let next = design
            .looks
            .iter()
            .find(|look| **look as usize > stage.len());
        for _ in stage.len()..*next.expect("unsettled before the last look") as usize {
            round(stage, &mut noise, &mut lots, factor);
            rounds += 1;
        }
    }
}

fn round(stage: &mut Rounds, noise: &mut Noise, lots: &mut Lots, factor: f64) {
    for arm in lots.draw() {
        match arm {
            Arm::Base => stage.base.push(noise.launch(1.0)),
            Arm::Control => stage.control.push(noise.launch(1.0)),
            Arm::New => stage.new.push(noise.launch(factor)),
        }
    }
}

fn share(tries: u64, factor: f64, verdict: Verdict) -> (f64, f64) {
    let all: Vec<_> = (1..=tries).map(|seed| compare(seed, factor)).collect();
    let hits = all.iter().filter(|(found, _)| *found == verdict).count();
    let rounds: usize = all.iter().map(|(_, rounds)| rounds).sum();
    (hits as f64 / tries as f64, rounds as f64 / tries as f64)
}

#[test]
fn equal_programs_are_hardly_ever_found_to_differ() {
    let slower = share(600, 1.0, Verdict::Slower);
    let faster = share(600, 1.0, Verdict::Faster);
    println!("null: slower {slower:?}, faster {faster:?}");
    // 0.05 twice is 0.0025 each; three of 600 are within chance, more are not (P < 0.02).
    assert!(
        slower.0 <= 0.006 && faster.0 <= 0.006,
        "{slower:?} {faster:?}"
    );
}

#[test]
fn two_per_cent_are_mostly_found_and_five_always() {
    let (two, rounds) = share(150, 1.02, Verdict::Slower);
    println!("2 %: found {two}, {rounds} rounds");
    assert!(two >= 0.8, "{two}");
    let (five, rounds) = share(100, 1.05, Verdict::Slower);
    println!("5 %: found {five}, {rounds} rounds");
    assert!(five >= 0.97, "{five}");
    let (gain, _) = share(100, 0.95, Verdict::Faster);
    assert!(gain >= 0.97, "{gain}");
}

//! The design against simulated machines: how often it is wrong, and how often it sees.
//!
//! The noise is that of a shared machine: a drift that one launch hands to the next, an effect of
//! memory layout in every launch, and one launch in ten slowed by something else.

use gate::ab::{Arm, Design, Session, Values, Verdict};

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
    let mut noise = Noise::new(seed);
    let mut session = Session::new(Design::default(), seed, 1);
    let mut rounds = 0;
    while let Some(next) = session.next() {
        let mut values = Values::default();
        for arm in next.arms {
            match arm {
                Arm::Base => values.base.push(noise.launch(1.0)),
                Arm::Control => values.control.push(noise.launch(1.0)),
                Arm::New => values.new.push(noise.launch(factor)),
            }
        }
        session.push(&values);
        rounds += 1;
    }
    (session.findings()[0].verdict.expect("settled"), rounds)
}

/// Shares of the comparisons that end as slower and as faster, and rounds on average.
fn shares(tries: u64, factor: f64) -> [f64; 3] {
    let all: Vec<_> = (1..=tries).map(|seed| compare(seed, factor)).collect();
    let share =
        |verdict| all.iter().filter(|(found, _)| *found == verdict).count() as f64 / tries as f64;
    let rounds: usize = all.iter().map(|(_, rounds)| rounds).sum();
    let shares = [
        share(Verdict::Slower),
        share(Verdict::Faster),
        rounds as f64 / tries as f64,
    ];
    println!(
        "{factor}: slower {}, faster {}, rounds {}",
        shares[0], shares[1], shares[2]
    );
    shares
}

#[test]
fn equal_programs_are_hardly_ever_found_to_differ() {
    let [slower, faster, _] = shares(300, 1.0);
    // 0.05 twice is 0.0025 each way: two of 300 are within chance, more are not (P < 0.01).
    assert!(slower <= 0.007 && faster <= 0.007, "{slower} {faster}");
}

#[test]
fn two_per_cent_are_mostly_found_and_five_always() {
    let [two, wrong, _] = shares(100, 1.02);
    assert!(two >= 0.8 && wrong == 0.0, "{two} {wrong}");
    let [five, wrong, _] = shares(100, 1.05);
    assert!(five >= 0.97 && wrong == 0.0, "{five} {wrong}");
    let [_, gain, _] = shares(50, 0.95);
    assert!(gain >= 0.95, "{gain}");
}

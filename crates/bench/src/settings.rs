//! How long and how often: the three efforts, and what single flags change about them.

use std::time::Duration;

use instrument::subject::Limits;

/// What one run measures with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Settings {
    /// Processes of the suite.
    pub(crate) launches: u32,
    /// Seconds before the first sample of a benchmark.
    pub(crate) warm_up: f64,
    /// Seconds of samples of a benchmark.
    pub(crate) measure: f64,
    /// Samples of a benchmark in one launch; Criterion takes at least 10.
    pub(crate) samples: u32,
}

/// Between launches mean results move more than within one, so effort buys launches first.
pub(crate) const QUICK: Settings = Settings {
    launches: 3,
    warm_up: 0.3,
    measure: 1.0,
    samples: 20,
};
/// The default: under 90 seconds for the two objectives.
pub(crate) const NORMAL: Settings = Settings {
    launches: 5,
    warm_up: 1.0,
    measure: 4.0,
    samples: 30,
};
/// For figures that get published.
pub(crate) const THOROUGH: Settings = Settings {
    launches: 10,
    warm_up: 3.0,
    measure: 10.0,
    samples: 50,
};

/// Process start and Criterion's own analysis, per benchmark and launch, seconds; measured on a
/// two-core cloud machine, rounded up.
const OVERHEAD: f64 = 0.4;
/// Bytes a second that data is drawn, encoded and verified at; a low guess.
const PREPARED: f64 = 50e6;
/// Bytes a second that an iteration takes its input at; a low guess, for estimates only.
const DECODED: f64 = 300e6;
/// Bytes a second below which an iteration counts as hung.
const STUCK: f64 = 10e6;
/// How long a program may take to start and say who it is.
const START: Duration = Duration::from_secs(60);
/// A subject that shows signs of life gets so many times the patience that a silent one gets.
const LIVELY: u32 = 4;

impl Settings {
    /// What a run over benchmarks with so many input bytes each will take.
    pub(crate) fn estimate(&self, inputs: impl IntoIterator<Item = u64>) -> Duration {
        let one_launch: f64 = inputs.into_iter().map(|bytes| self.one(bytes)).sum();
        Duration::from_secs_f64(one_launch * f64::from(self.launches))
    }

    /// How long one launch over benchmarks with so many input bytes may be silent, and take in all.
    /// The caller's own time for silence wins, and makes the whole longer where it is.
    pub(crate) fn limits(&self, inputs: &[u64], silence: Option<Duration>) -> Limits {
        let longest = inputs.iter().map(|&bytes| self.patience(bytes)).max();
        let each = inputs
            .iter()
            .map(|&bytes| self.patience(bytes).max(silence.unwrap_or_default()));
        Limits {
            silence: silence.or(longest).unwrap_or(START),
            whole: START + each.sum::<Duration>() * LIVELY,
        }
    }

    /// A benchmark of so many input bytes that has not said anything for so long has hung.
    fn patience(&self, bytes: u64) -> Duration {
        let iterations = 2.0 * f64::from(self.samples) * bytes as f64 / STUCK;
        START + Duration::from_secs_f64(10.0 * (self.warm_up + self.measure) + iterations)
    }

    /// Seconds that a benchmark of so many input bytes takes in one launch. There is at least one
    /// iteration a sample, however long that is.
    pub(crate) fn one(&self, bytes: u64) -> f64 {
        let bytes = bytes as f64;
        let samples = f64::from(self.samples) * bytes / DECODED;
        OVERHEAD + bytes / PREPARED + self.warm_up + self.measure.max(samples)
    }
}

/// `1 min 5 s`, `12 s`.
pub(crate) fn words(duration: Duration) -> String {
    let seconds = duration.as_secs_f64().ceil() as u64;
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_efforts_keep_their_promises_for_the_two_objectives() {
        let objectives = [5_000_000, 600_000];
        assert!(QUICK.estimate(objectives) < Duration::from_secs(20));
        assert!(NORMAL.estimate(objectives) < Duration::from_secs(90));
        assert!(THOROUGH.estimate(objectives) > NORMAL.estimate(objectives));
    }

    #[test]
    fn large_inputs_take_longer_and_may_be_silent_for_longer() {
        assert!(QUICK.estimate([1 << 30]) > QUICK.estimate([1 << 20]));
        let silence = |bytes| QUICK.limits(&[bytes], None).silence;
        assert!(silence(1 << 30) > silence(1 << 20));
    }

    #[test]
    fn a_launch_may_take_longer_than_any_silence_in_it() {
        let given = QUICK.limits(&[1, 1], Some(Duration::from_secs(600)));
        assert_eq!(given.silence, Duration::from_secs(600));
        assert!(given.whole > 2 * given.silence);
        let (one, two) = (QUICK.limits(&[1], None), QUICK.limits(&[1, 1], None));
        assert_eq!(one.silence, two.silence);
        assert!(two.whole > one.whole && one.whole > one.silence);
    }

    #[test]
    fn durations_are_rounded_up() {
        assert_eq!(words(Duration::from_millis(11_200)), "12 s");
        assert_eq!(words(Duration::from_secs(65)), "1 min 5 s");
    }
}

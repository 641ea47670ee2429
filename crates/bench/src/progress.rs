//! What a waiting human sees: a bar on a terminal, plain lines elsewhere. Always standard error.

use std::io::{IsTerminal as _, stderr};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::settings::words;
use crate::streams::note;

/// Steps of the bar.
const STEPS: u64 = 1000;

/// Before so much is done, the time that it took says nothing about the rest.
const TELLING: f64 = 0.05;

/// Moves with the signs of life of what is measured; drawn twice a second at most.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    started: Instant,
    /// Expected seconds of everything.
    total: f64,
    /// Expected seconds of what is done.
    done: f64,
}

impl Progress {
    /// For work that is expected to take so long.
    pub(crate) fn new(estimate: Duration) -> Self {
        let bar = stderr().is_terminal().then(|| {
            let target = ProgressDrawTarget::stderr_with_hz(2);
            let style =
                ProgressStyle::with_template("{elapsed:>5} [{bar:24}] {percent:>3} % {wide_msg}");
            // The template is a constant that indicatif accepts.
            ProgressBar::with_draw_target(Some(STEPS), target)
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self {
            bar,
            started: Instant::now(),
            total: estimate.as_secs_f64(),
            done: 0.0,
        }
    }

    /// A line that stays.
    pub(crate) fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| note!("{line}")),
            None => note!("{line}"),
        }
    }

    /// What is under way, and how long the rest will take; on a terminal only.
    pub(crate) fn doing(&self, what: &str) {
        if let Some(bar) = &self.bar {
            let left = remaining(self.started.elapsed(), self.done, self.total);
            bar.set_message(format!("{what}, about {} left", words(left)));
            bar.tick();
        }
    }

    /// So many of the expected seconds are done now.
    pub(crate) fn reach(&mut self, done: f64) {
        self.done = done;
        if let Some(bar) = &self.bar {
            let share = (done / self.total).clamp(0.0, 1.0);
            bar.set_position((share * STEPS as f64) as u64);
        }
    }
}

/// How long the rest takes, when so much of the expected time is done: at the pace so far, as soon as
/// that says something.
fn remaining(elapsed: Duration, done: f64, total: f64) -> Duration {
    let rest = (total - done).max(0.0);
    let pace = match done >= TELLING * total && done > 0.0 {
        true => elapsed.as_secs_f64() / done,
        false => 1.0,
    };
    Duration::try_from_secs_f64(rest * pace).unwrap_or_default()
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// The first line: what will happen and how long it takes.
pub(crate) fn announce(benchmarks: usize, launches: u32, estimate: Duration) -> String {
    let many =
        |count: u64, one: &'static str, more: &'static str| if count == 1 { one } else { more };
    format!(
        "{benchmarks} {} in {launches} {}, about {}",
        many(benchmarks as u64, "benchmark", "benchmarks"),
        many(launches.into(), "launch", "launches"),
        words(estimate)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_takes_what_its_pace_says() {
        let left = |elapsed, done| remaining(Duration::from_secs(elapsed), done, 100.0).as_secs();
        assert_eq!(left(0, 0.0), 100, "the estimate");
        assert_eq!(left(30, 1.0), 99, "one per cent says nothing yet");
        assert_eq!(left(50, 25.0), 150, "twice as slow as expected");
        assert_eq!(left(25, 50.0), 25, "twice as fast");
        assert_eq!(left(200, 100.0), 0);
        assert_eq!(left(300, 120.0), 0, "more than expected");
    }
}

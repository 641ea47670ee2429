//! What a waiting human sees: a bar on a terminal, plain lines elsewhere. Always standard error.

use std::io::{IsTerminal as _, stderr};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::settings::words;
use crate::streams::note;

/// Moves by whole benchmarks; drawn once a second at most, from a parent that else sleeps.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    done: u64,
}

impl Progress {
    /// For so many steps, a step being one benchmark in one launch.
    pub(crate) fn new(steps: u64) -> Self {
        let bar = stderr().is_terminal().then(|| {
            let target = ProgressDrawTarget::stderr_with_hz(2);
            let style =
                ProgressStyle::with_template("{elapsed:>5} [{bar:24}] {pos}/{len} {wide_msg}");
            // The template is a constant that indicatif accepts.
            ProgressBar::with_draw_target(Some(steps), target)
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self { bar, done: 0 }
    }

    /// A line that stays.
    pub(crate) fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| note!("{line}")),
            None => note!("{line}"),
        }
    }

    /// What is under way; on a terminal only.
    pub(crate) fn doing(&self, what: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(what.to_owned());
            bar.tick();
        }
    }

    /// So many steps are done now.
    pub(crate) fn reach(&mut self, steps: u64) {
        self.done = steps;
        if let Some(bar) = &self.bar {
            bar.set_position(steps);
        }
    }

    /// Shows that time passes.
    pub(crate) fn tick(&self) {
        if let Some(bar) = &self.bar {
            bar.tick();
        }
    }
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

//! Follows a launch: heartbeat and bar, from what the subject says and from its silence.

use std::time::Duration;

use instrument::subject::Listener;
use instrument::wire::{self, Phase};

use super::task::Task;
use crate::heartbeat::Heartbeat;
use crate::progress::Progress;
use crate::settings::Settings;

/// Listens to one launch.
pub(crate) struct Observer<'a> {
    pub(crate) settings: Settings,
    pub(crate) heartbeat: &'a Heartbeat,
    pub(crate) progress: &'a mut Progress,
    pub(crate) hang_timeout: Duration,
    /// `launch 2 of 5`.
    pub(crate) name: String,
    /// Names and expected seconds of the launch's benchmarks.
    steps: Vec<(String, f64)>,
    /// Expected seconds of all launches before this one.
    before: f64,
    present: usize,
}

impl<'a> Observer<'a> {
    /// Of a launch that comes after so many expected seconds of others.
    pub(crate) fn new(
        settings: Settings,
        heartbeat: &'a Heartbeat,
        progress: &'a mut Progress,
        hang_timeout: Duration,
        name: String,
        tasks: &[Task],
        before: f64,
    ) -> Self {
        let steps = tasks
            .iter()
            .map(|task| (task.name.clone(), settings.one(task.bytes)));
        let observer = Self {
            settings,
            heartbeat,
            progress,
            hang_timeout,
            name,
            steps: steps.collect(),
            before,
            present: 0,
        };
        observer.show(Duration::ZERO);
        observer
    }

    /// The benchmark of this index is next, or the end.
    pub(crate) fn begin(&mut self, index: usize) {
        self.present = index;
        self.reach(0.0);
        self.show(Duration::ZERO);
    }

    /// So much of the present benchmark is done, from 0 to 1.
    fn reach(&mut self, share: f64) {
        let done: f64 = self
            .steps
            .iter()
            .take(self.present)
            .map(|step| step.1)
            .sum();
        let present = self.steps.get(self.present).map_or(0.0, |step| step.1);
        self.progress.reach(self.before + done + share * present);
    }

    /// An orchestrator should see a hung launch before we end it, hence half the time.
    fn show(&self, silent: Duration) {
        let left = (self.hang_timeout / 2).saturating_sub(silent);
        let doing = match self.steps.get(self.present) {
            Some((benchmark, _)) => format!("{}: {benchmark}", self.name),
            None => self.name.clone(),
        };
        self.heartbeat.beat(&doing, left);
        self.progress.doing(&doing);
    }
}

impl Listener for Observer<'_> {
    fn progress(&mut self, progress: &wire::Progress) {
        self.reach(share(&self.settings, progress));
    }

    fn tick(&mut self, silent: Duration) {
        self.show(silent);
    }
}

/// How much of a benchmark's time lies behind a sign of life, from 0 to 1. Verification comes first
/// and takes an unknown time, which counts as nothing.
fn share(settings: &Settings, progress: &wire::Progress) -> f64 {
    let whole = settings.warm_up + settings.measure;
    let part = match progress.of {
        0 => 0.0,
        of => progress.done.min(of) as f64 / of as f64,
    };
    match progress.phase {
        Phase::Verifying => 0.0,
        Phase::WarmUp => part * settings.warm_up / whole,
        Phase::Measuring => (settings.warm_up + part * settings.measure) / whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::NORMAL;

    #[test]
    fn a_benchmark_moves_from_nothing_to_all() {
        let at = |phase, done, of| {
            let benchmark = "g/f".to_owned();
            share(
                &NORMAL,
                &wire::Progress {
                    benchmark,
                    phase,
                    done,
                    of,
                },
            )
        };
        let shares = [
            at(Phase::Verifying, 0, 0),
            at(Phase::WarmUp, 500, 1000),
            at(Phase::Measuring, 0, 30),
            at(Phase::Measuring, 15, 30),
            at(Phase::Measuring, 30, 30),
        ];
        assert_eq!(shares, [0.0, 0.1, 0.2, 0.6, 1.0]);
        assert_eq!(at(Phase::Measuring, 31, 30), 1.0, "never more than all");
    }
}

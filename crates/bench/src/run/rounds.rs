//! The loop over launches and subjects.

use anyhow::{Context as _, Error, Result};

use super::launch::{Launched, Launcher};
use super::{Contender, Run, facts};
use crate::output::Work;
use crate::progress::{self, Progress};
use crate::streams::note;

impl Run<'_> {
    /// All launches of all subjects. One that fails is out; alone, it fails the run.
    pub(super) fn measure(
        &self,
        mut contenders: Vec<Contender>,
        work: &Work,
    ) -> Result<(Vec<Contender>, Vec<Error>)> {
        let settings = self.plan.settings;
        let several = contenders.len() as u32;
        let tasks = contenders.iter().take(1).flat_map(|one| one.tasks.iter());
        let inputs: Vec<u64> = tasks.map(|task| task.bytes).collect();
        let once = settings.estimate(inputs.iter().copied()) / settings.launches;
        let rounds = settings.launches * several;
        note!(
            "{}",
            progress::announce(inputs.len(), rounds, once * rounds)
        );
        let limits = settings.limits(&inputs, self.plan.hang_timeout);
        let launcher = self.launcher(limits, work.path());
        let mut progress = Progress::new(once * rounds);
        let (mut failures, mut turn) = (Vec::new(), 0);
        for number in 1..=settings.launches {
            let mut right = Vec::new();
            for mut contender in contenders {
                let before = (once * turn).as_secs_f64();
                turn += 1;
                match self.turn(&contender, &launcher, number, before, &mut progress) {
                    Ok(launched) => {
                        contender.launches.push(launched);
                        right.push(contender);
                    }
                    Err(error) => {
                        self.supervisor.check()?;
                        if several == 1 {
                            return Err(error);
                        }
                        progress.say(&format!(
                            "{} is out: {}",
                            contender.program.name(),
                            crate::words::error(&error)
                        ));
                        failures.push(error);
                    }
                }
            }
            contenders = right;
        }
        Ok((contenders, failures))
    }

    /// One launch of one subject, with a line about it; `before` is how many expected seconds of
    /// others lie behind.
    fn turn(
        &self,
        contender: &Contender,
        launcher: &Launcher<'_>,
        number: u32,
        before: f64,
        progress: &mut Progress,
    ) -> Result<Launched> {
        let Contender {
            program,
            hello,
            tasks,
            ..
        } = contender;
        let mut name = format!("launch {number} of {}", self.plan.settings.launches);
        if self.several() {
            name = format!("{name} of {}", program.name());
        }
        let mut observer = self.observer(launcher.limits, name.clone(), tasks, before, progress);
        let folder = format!("{}/launch-{number}", program.name());
        let launcher = Launcher {
            kernel: self.kernel(program),
            ..*launcher
        };
        let launched = launcher.launch(program, hello, tasks, &folder, &mut observer);
        let launched = launched.with_context(|| name.clone())?;
        self.report(progress, &name, &launched, number == 1);
        Ok(launched)
    }

    fn report(&self, progress: &Progress, name: &str, launched: &Launched, first: bool) {
        progress.say(&format!(
            "{name}: verified and measured in {:.1} s, peak {:.1} MiB",
            launched.wall.as_secs_f64(),
            launched.max_rss_bytes as f64 / (1 << 20) as f64
        ));
        if first {
            // Only the subject itself knows what built it and what it decodes with.
            let toolchain = launched
                .hello
                .toolchain
                .as_deref()
                .unwrap_or("unknown compiler");
            match facts::kernels(launched) {
                Some(kernels) => {
                    progress.say(&format!("{toolchain}, kernels: {}", kernels.join(", ")))
                }
                None => progress.say(toolchain),
            }
        }
    }
}

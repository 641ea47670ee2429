//! The loop over launches and subjects.

use std::rc::Rc;

use anyhow::{Context as _, Result};

use super::launch::Launched;
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
    ) -> Result<(Vec<Contender>, Vec<anyhow::Error>)> {
        let settings = self.plan.settings;
        let several = contenders.len() as u32;
        let tasks = contenders.first().map(|first| Rc::clone(&first.tasks));
        let inputs: Vec<u64> = tasks
            .iter()
            .flat_map(|tasks| tasks.iter())
            .map(|task| task.bytes)
            .collect();
        let rounds = settings.launches * several;
        let estimate = settings.estimate(inputs.iter().copied()) * several;
        note!("{}", progress::announce(inputs.len(), rounds, estimate));
        let limits = settings.limits(&inputs, self.plan.hang_timeout);
        let launcher = self.launcher(limits, work.path());
        let mut progress = Progress::new(estimate);
        let (mut failures, mut turn) = (Vec::new(), 0);
        for number in 1..=settings.launches {
            let mut right = Vec::new();
            for mut contender in contenders {
                let before = estimate.as_secs_f64() * f64::from(turn) / f64::from(rounds);
                turn += 1;
                let mut name = format!("launch {number} of {}", settings.launches);
                if several > 1 {
                    name = format!("{name} of {}", contender.program.name());
                }
                let tasks = Rc::clone(&contender.tasks);
                let mut observer =
                    self.observer(limits, name.clone(), &tasks, before, &mut progress);
                let folder = format!("{}/launch-{number}", contender.program.name());
                let launched = launcher.launch(
                    &contender.program,
                    &contender.hello,
                    &tasks,
                    &folder,
                    &mut observer,
                );
                match launched.with_context(|| name.clone()) {
                    Ok(launched) => {
                        self.report(&progress, &name, &launched, number == 1);
                        contender.launches.push(launched);
                        right.push(contender);
                    }
                    Err(error) => {
                        self.supervisor.check()?;
                        if several == 1 {
                            return Err(error);
                        }
                        progress.say(&format!("{} is out: {error:#}", contender.program.name()));
                        failures.push(error);
                    }
                }
            }
            contenders = right;
        }
        Ok((contenders, failures))
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

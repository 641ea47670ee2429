//! Both programs laid out and asked who they are, before anything is measured.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use gate::ab::Verdict;
use gate::ab::record::{Program, Settings, Subjects};
use instrument::subject::{Limits, Supervisor};
use instrument::wire::Hello;

use super::Plan;
use super::answers::common;
use super::build::Built;
use super::launch::{Arm, Launcher};
use super::side::{Copies, Side};
use crate::heartbeat::Heartbeat;

/// What a comparison needs, whichever witness is asked.
pub(super) struct Ready<'a> {
    pub(super) launcher: Launcher<'a>,
    /// Base, control and new.
    pub(super) arms: [Arm; 3],
    /// Of base and new.
    pub(super) hellos: [Hello; 2],
    /// The benchmarks that take part.
    pub(super) names: Vec<String>,
    /// Benchmarks of the base that the new program lacks.
    pub(super) lacking: Vec<String>,
    /// What only one of both has, in words.
    pub(super) remarks: Vec<String>,
    pub(super) subjects: Subjects,
}

impl<'a> Ready<'a> {
    /// # Errors
    /// A program can't be copied or asked, or the two share no benchmark.
    pub(super) fn make(
        plan: &'a Plan,
        programs: &[Built; 2],
        work: &Path,
        supervisor: &'a Supervisor,
        heartbeat: &'a Heartbeat,
    ) -> Result<Self> {
        let arms = arms(programs, work)?;
        let launcher = Launcher {
            settings: &plan.settings,
            supervisor,
            heartbeat,
            limits: limits(&plan.settings),
            environment: &plan.environment,
        };
        let ask = |arm: &Arm, flag: &str, asked: &str| {
            launcher.ask(arm).with_context(|| format!("{flag} {asked}"))
        };
        let hellos = [
            ask(&arms[0], "--base", &plan.base)?,
            ask(&arms[2], "--new", &plan.new)?,
        ];
        let common = common(plan, &hellos)?;
        let subjects = Subjects {
            base: program(&plan.base, &programs[0], &hellos[0]),
            new: program(&plan.new, &programs[1], &hellos[1]),
        };
        Ok(Self {
            launcher,
            arms,
            hellos,
            remarks: common.remarks(),
            names: common.names,
            lacking: common.only_base,
            subjects,
        })
    }
}

impl Ready<'_> {
    /// The verdicts of benchmarks that the new program lacks: nothing is known of them.
    pub(super) fn unknown(&self) -> impl Iterator<Item = Verdict> {
        self.lacking.iter().map(|_| Verdict::Inconclusive)
    }
}

/// Why two commits have nothing to measure: their suites are the same program, or were built alike of
/// the same sources. `None` where there may be a difference, and for programs and images, which
/// somebody may name twice to see what a comparison makes of no difference.
pub(super) fn equal(sides: &[Side; 2], subjects: &Subjects) -> Option<String> {
    if !sides.iter().all(|side| matches!(side, Side::Revision(_))) {
        return None;
    }
    let Subjects { base, new } = subjects;
    if base.program_sha256 == new.program_sha256 {
        let short = &base.program_sha256[..12];
        return Some(format!("both build the same suite program ({short})"));
    }
    let source = base.source_hash.as_ref()?;
    let how = |side: &Program| {
        let Program {
            source_hash,
            toolchain,
            flags,
            profile,
            ..
        } = side.clone();
        [source_hash, toolchain, flags, profile]
    };
    (how(base) == how(new)).then(|| {
        format!("both have the same sources of the suite ({source}), compiled with the same compiler and flags")
    })
}

/// Base, control and new, each with a folder of its own.
fn arms(programs: &[Built; 2], work: &Path) -> Result<[Arm; 3]> {
    let [base, new] = programs;
    let copies = Copies::make(&base.program, &new.program, work)?;
    let mut index = 0;
    Ok(copies.programs.map(|program| {
        let folder = program.parent().unwrap_or(work).to_owned();
        let arm = Arm {
            index,
            program,
            folder,
        };
        index += 1;
        arm
    }))
}

/// A launch takes a second or so; one that takes minutes is hung.
fn limits(settings: &Settings) -> Limits {
    let silence = Duration::from_secs_f64(60.0 + settings.warm_up_s + settings.measure_s);
    Limits {
        silence,
        whole: silence * 10,
    }
}

fn program(asked: &str, built: &Built, hello: &Hello) -> Program {
    Program {
        asked: asked.to_owned(),
        name: hello.subject.name.clone(),
        version: hello.subject.version.clone(),
        commit: built.commit.clone(),
        program_sha256: built.sha256.clone(),
        source_hash: hello.sources.clone(),
        toolchain: hello.toolchain.clone(),
        flags: hello.flags.clone(),
        profile: hello.profile.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(asked: &str, sha256: char, sources: Option<&str>) -> Program {
        Program {
            asked: asked.to_owned(),
            name: "copybook-decode".to_owned(),
            version: "1".to_owned(),
            commit: Some(asked.to_owned()),
            program_sha256: sha256.to_string().repeat(64),
            source_hash: sources.map(str::to_owned),
            toolchain: Some("rustc 1.89.0".to_owned()),
            flags: None,
            profile: Some("release".to_owned()),
        }
    }

    #[test]
    fn commits_are_equal_where_nothing_can_differ() {
        let revisions = ["one", "two"].map(|name| Side::Revision(name.to_owned()));
        let found = |base: Program, new: Program| equal(&revisions, &Subjects { base, new });
        let one = built("one", 'a', Some("5e1f"));
        let said = found(one.clone(), built("two", 'a', None)).expect("one program");
        assert!(said.contains("same suite program (aaaaaaaaaaaa)"), "{said}");
        let said = found(one.clone(), built("two", 'b', Some("5e1f"))).expect("one source");
        assert!(said.contains("same sources of the suite (5e1f)"), "{said}");
        assert_eq!(found(one.clone(), built("two", 'b', Some("0ther"))), None);
        let unknown = |sha256| built("two", sha256, None);
        assert_eq!(found(unknown('a'), unknown('b')), None, "nothing is known");
        let other = Program {
            toolchain: Some("rustc 1.90.0".to_owned()),
            ..built("two", 'b', Some("5e1f"))
        };
        assert_eq!(found(one.clone(), other), None, "another compiler");

        // Somebody wants to see what is made of no difference.
        let sides = [Side::Program("a".into()), Side::Revision("b".to_owned())];
        let subjects = Subjects {
            base: one.clone(),
            new: one,
        };
        assert_eq!(equal(&sides, &subjects), None);
    }
}

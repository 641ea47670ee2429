//! Counts the instructions of one iteration under Callgrind.
//!
//! Valgrind itself and not gungraun: the counted function has to be the suite's own run, of whatever commit,
//! behind the same protocol and after the same check of its answer; gungraun wants benchmarks of its own
//! that are compiled in. A launch prepares and verifies one benchmark and is asked for no samples, and
//! verifying runs it exactly once: Callgrind collects inside that one function.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use gate::instructions::{Counts, Limits, Row};
use instrument::subject::Subject;
use instrument::wire::COUNTED_EARLY;
use receipt::slo::InstructionLimits;
use receipt::words::percent;

use super::launch::{Arm, Ears, Launcher};
use crate::streams::note;
use crate::table::{Align, aligned};

/// The suite's run of a benchmark, as the compiler names it in either of its manglings.
const TIMED: &str = "*instrument*suite*case*Case*run*";
/// An emulated CPU takes fifty times as long, and the data are prepared on it too.
const PATIENCE: Duration = Duration::from_secs(600);
/// Name of the file in the output folder.
pub(super) const NAME: &str = "instructions.json";

/// Counts every benchmark twice in either program; what is allowed stands beside the counts.
///
/// # Errors
/// There is no valgrind, a program can't run under it, or nothing was counted.
pub(super) fn count(
    launcher: &Launcher<'_>,
    arms: &[Arm; 3],
    names: &[String],
    limits: &InstructionLimits,
) -> Result<Vec<(Counts, Limits)>> {
    found()?;
    let mut counted = Vec::new();
    for name in names {
        note!("{name}: counting instructions, twice in each program");
        let twice = |arm: &Arm| -> Result<([u64; 2], Option<Vec<String>>)> {
            let (first, kernels) = once(launcher, arm, name)?;
            let (second, _) = once(launcher, arm, name)?;
            Ok(([first, second], kernels))
        };
        let (base, kernels_base) = twice(&arms[0]).context("counting base")?;
        let (new, kernels_new) = twice(&arms[2]).context("counting new")?;
        let (soft_pct, hard) = limits.of(name);
        let counts = Counts {
            benchmark: name.clone(),
            base,
            new,
            kernels_base,
            kernels_new,
        };
        counted.push((counts, Limits { soft_pct, hard }));
    }
    Ok(counted)
}

fn found() -> Result<()> {
    let version = Command::new("valgrind").arg("--version").output();
    ensure!(
        version.is_ok_and(|said| said.status.success()),
        "--instructions: expected valgrind on PATH, found none: install it (Debian: apt install valgrind)"
    );
    Ok(())
}

/// Instructions of one iteration, and the kernels that decoded.
fn once(launcher: &Launcher<'_>, arm: &Arm, name: &str) -> Result<(u64, Option<Vec<String>>)> {
    let (out, log) = (
        arm.folder.join("callgrind.out"),
        arm.folder.join("valgrind.log"),
    );
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "--collect-atstart=no", "--quiet"])
        .arg(format!("--toggle-collect={TIMED}"))
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(format!("--log-file={}", log.display()))
        .arg(&arm.program);
    launcher.settle(&mut command, arm, &arm.folder.join("criterion"));
    let mut limits = launcher.limits;
    (limits.silence, limits.whole) = (PATIENCE, PATIENCE * 2);
    let mut ears = Ears(launcher.heartbeat);
    let (mut subject, hello) = Subject::start(command, limits, launcher.supervisor, &mut ears)?;
    ensure!(
        hello.protocol != COUNTED_EARLY,
        "{name}: expected a suite that runs the case once before it is measured, found one of protocol {COUNTED_EARLY}, \
         which runs it twice, so that its count would be doubled; compare with an earlier or a later commit, or by \
         time alone"
    );
    let verified = subject.verify(&launcher.job(name), &mut ears)?;
    subject.dismiss(&mut ears)?;
    let instructions = total(&out).with_context(|| {
        let said = fs::read_to_string(&log).unwrap_or_default();
        format!("{name}: nothing was counted in a function like {TIMED}: expected a suite program with its symbols, not a script or a container {said}")
    })?;
    Ok((instructions, verified.kernels))
}

/// The sum that Callgrind writes at the end of its file.
fn total(file: &Path) -> Result<u64> {
    let text =
        fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))?;
    let line = text.lines().find_map(|line| line.strip_prefix("totals: "));
    let total: u64 = line.context("no `totals:` in it")?.trim().parse()?;
    fs::remove_file(file)?;
    ensure!(total > 0, "the total is 0");
    Ok(total)
}

/// A table, and where the witnesses disagree.
pub(super) fn text(rows: &[Row]) -> String {
    let head = [
        "benchmark",
        "instructions of base",
        "change",
        "kernel",
        "counted",
        "time",
        "together",
    ];
    let mut table = vec![head.map(str::to_owned)];
    for row in rows {
        let kernels = row.kernels_new.as_ref();
        table.push([
            row.benchmark.clone(),
            row.base[0].min(row.base[1]).to_string(),
            row.ratio.map_or_else(|| "unknown".to_owned(), percent),
            kernels.map_or_else(|| "unknown".to_owned(), |all| all.join(", ")),
            row.counted.to_string(),
            row.time
                .map_or_else(|| "not taken".to_owned(), |time| time.to_string()),
            row.together.to_string(),
        ]);
    }
    let (left, right) = (Align::Left, Align::Right);
    let mut out = aligned([left, right, right, left, left, left, left], &table);
    for row in rows {
        if let Some(reason) = &row.reason {
            out.push_str(&format!("{}: counted: {reason}\n", row.benchmark));
        }
        if let Some(time) = row.time.filter(|_| row.disagree) {
            out.push_str(&format!(
                "{}: the witnesses disagree: by time {time}, by instructions {}; time counts, since an instruction is no unit of time\n",
                row.benchmark, row.counted
            ));
        }
    }
    out.trim_end().to_owned()
}

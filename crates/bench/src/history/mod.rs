//! What the command does with a history: shows what `history` did, and how far it is.

pub(crate) mod trend;

use std::io::{BufWriter, IsTerminal as _, Write as _, stderr};
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context as _, Result};
use history::import::{self, Event, Options, Tally};
use history::{Entry, History};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;
use receipt::{Receipt, words};

use crate::Outcome;
use crate::streams::{note, say};
use crate::table::{Align, aligned};
use crate::words::count;

/// An import, as the command line asks for it.
pub(crate) struct Import<'a> {
    pub(crate) history: &'a Path,
    pub(crate) paths: &'a [PathBuf],
    pub(crate) trust: bool,
    pub(crate) future: bool,
}

/// Imports; [`Outcome::No`] if anything could not be imported, or nothing was found.
///
/// # Errors
/// The history can't be written.
pub(crate) fn import(plan: &Import<'_>) -> Result<Outcome> {
    let mut history = History::open(plan.history)?;
    let bar = bar(plan.paths);
    let options = Options {
        trust: plan.trust,
        future: plan.future,
        now: Timestamp::now(),
        threads: thread::available_parallelism().map_or(1, usize::from),
    };
    let mut on = |event: Event<'_>| match event {
        Event::Fault(fault) => bar.suspend(|| {
            note!(
                "{}: {}",
                words::printable(&fault.source),
                words::printable(&fault.reason)
            );
        }),
        Event::Written(tally) => {
            bar.set_position(tally.bytes);
            let done = tally.appended.new + tally.appended.known;
            bar.set_message(count(done, "receipt"));
        }
    };
    let tally = import::import(&mut history, plan.paths, &options, &mut on)?;
    bar.finish_and_clear();
    say!("{}", told(&tally, plan.trust))?;
    let appended = tally.appended;
    let found = appended.new + appended.known + appended.verified;
    if found == 0 && tally.faults == 0 {
        note!("expected receipts, found none");
    }
    Ok(match (found, tally.faults) {
        (1.., 0) => Outcome::Done,
        _ => Outcome::No,
    })
}

/// On a terminal only; what there is to read is counted for it first.
fn bar(paths: &[PathBuf]) -> ProgressBar {
    if !stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let target = ProgressDrawTarget::stderr_with_hz(2);
    // The template is a constant that indicatif accepts.
    let style = ProgressStyle::with_template(
        "{elapsed:>5} [{bar:24}] {percent:>3} % {msg}, about {eta} left",
    );
    ProgressBar::with_draw_target(Some(import::bytes(paths)), target)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn told(tally: &Tally, trust: bool) -> String {
    let done = tally.appended;
    let how = if trust { "taken on trust" } else { "verified" };
    let (receipts, points) = (count(done.new, "receipt"), count(done.points, "point"));
    let mut text = format!("{receipts} added ({how}), {points}");
    let more = [
        (done.verified, "verified that were taken on trust before"),
        (done.known, "known already"),
        (tally.faults, "not imported"),
    ];
    for (count, what) in more {
        if count > 0 {
            text.push_str(&format!("; {count} {what}"));
        }
    }
    if tally.others > 0 {
        let others = count(tally.others, "other JSON file");
        text.push_str(&format!("; {others} left out"));
    }
    text
}

/// # Errors
/// The history can't be read.
pub(crate) fn list(path: &Path) -> Result<Outcome> {
    let all = History::read(path)?.series()?;
    let head = [
        "benchmark",
        "decoder",
        "kernel",
        "machine",
        "runs",
        "first",
        "last",
    ];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(all.into_iter().map(|series| {
        let day = |time: Timestamp| time.strftime("%Y-%m-%d").to_string();
        [
            words::printable(&series.key.benchmark),
            words::printable(&series.key.subject),
            words::printable(series.key.kernel.as_deref().unwrap_or("best")),
            words::printable(&series.key.machine),
            series.points.to_string(),
            day(series.first),
            day(series.last),
        ]
    }));
    let mut columns = [Align::Left; 7];
    columns[4] = Align::Right;
    say!("{}", aligned(columns, &rows).trim_end())?;
    Ok(Outcome::Done)
}

/// # Errors
/// The history can't be read, or not be written.
pub(crate) fn prune(path: &Path, before: Timestamp, dry_run: bool) -> Result<Outcome> {
    let done = if dry_run {
        History::read(path)?.prunable(before)?
    } else {
        // Not `open`, which would make one.
        drop(History::read(path)?);
        History::open(path)?.prune(before)?
    };
    let verb = if dry_run {
        "would be taken out"
    } else {
        "taken out"
    };
    say!(
        "{} with {} {verb}",
        count(done.receipts, "receipt"),
        count(done.points, "point")
    )?;
    Ok(Outcome::Done)
}

/// # Errors
/// The history can't be read, or `to` not be written; what was there before is untouched then.
pub(crate) fn export(path: &Path, to: &Path) -> Result<Outcome> {
    let history = History::read(path)?;
    if to == Path::new("-") {
        let mut out = BufWriter::new(std::io::stdout().lock());
        history.export(&mut out)?;
        out.flush().context("can't write to standard output")?;
        return Ok(Outcome::Done);
    }
    let receipts = crate::files::whole(to, |file| {
        let mut out = BufWriter::new(file);
        let count = history.export(&mut out)?;
        out.flush()?;
        Ok(count)
    })?;
    note!("{}: {}", count(receipts, "receipt"), to.display());
    Ok(Outcome::Done)
}

/// [`Outcome::No`] if there is a problem.
///
/// # Errors
/// The file can't be read at all.
pub(crate) fn check(path: &Path) -> Result<Outcome> {
    let found = History::read(path)?.check()?;
    for problem in &found.problems {
        note!("{}: {}", path.display(), words::printable(problem));
    }
    let sound = found.problems.is_empty();
    say!(
        "{}: {}: {} ({} taken on trust), {} in {} series",
        path.display(),
        if sound { "sound" } else { "damaged" },
        count(found.receipts, "receipt"),
        found.trusted,
        count(found.points, "point"),
        found.series
    )?;
    if !sound {
        note!("importing the receipts into a new file restores what is damaged");
    }
    Ok(if sound { Outcome::Done } else { Outcome::No })
}

/// A history that a run will be added to: opened before anything is measured, so that a run is not
/// lost to a file that can't be written.
pub(crate) struct Log(History);

impl Log {
    /// # Errors
    /// The history can't be opened or made.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        Ok(Self(History::open(path)?))
    }

    /// Adds the receipt of a run, which lies at `source`.
    ///
    /// # Errors
    /// It can't be written. The receipt is.
    pub(crate) fn add(&mut self, receipt: &Receipt, source: &str) -> Result<()> {
        let text = receipt
            .to_json()
            .context("the receipt is not representable")?;
        let sound = receipt::verify(receipt, &text).is_ok();
        let entry = Entry::of(receipt, source, sound)?;
        for measurement in &entry.measurements {
            let newest = self.0.newest(&measurement.series)?;
            if let Some(newest) = newest.filter(|newest| *newest > entry.time) {
                note!(
                    "warning: {} already has a run of {newest}, after this one began ({}): a clock was wrong then or is now; check it, since a trend follows the time",
                    measurement.series.benchmark,
                    entry.time
                );
                break;
            }
        }
        let path = self.0.path().display().to_string();
        self.0.append(&[entry]).with_context(|| {
            format!("the receipt is written, but not added to the history: add it with `bench history import --history {path} {source}`")
        })?;
        Ok(())
    }
}

//! `bench history`: the receipts of many runs in one file.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::error::ErrorKind;
use jiff::Timestamp;

use crate::Outcome;
use crate::history::{self, Import};

/// Keep what many runs measured in one file, for `bench trend`, `bench report` and `bench export`.
///
/// The file is an SQLite database. A receipt is in it once, known by its seal, however often it is
/// imported. The receipts' samples stay in the receipts: each point names the one that it came from.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

/// Which file.
#[derive(Debug, clap::Args)]
pub(crate) struct HistoryFile {
    /// The history, one file.
    #[arg(
        long = "history",
        env = "BENCH_HISTORY",
        value_name = "FILE",
        default_value = "history.db"
    )]
    pub(crate) path: PathBuf,
}

/// What commands that look at a history take beside it: nothing, and whoever names a file is told where it
/// belongs.
#[derive(Debug, clap::Args)]
pub(crate) struct NoFile {
    #[arg(value_name = "FILE", hide = true)]
    files: Vec<PathBuf>,
}

impl NoFile {
    /// # Errors
    /// There is one.
    pub(crate) fn check(&self) -> Result<()> {
        let Some(file) = self.files.first() else {
            return Ok(());
        };
        let file = file.display();
        let message = format!(
            "expected no file but the history (--history FILE), found {file}; if it is a receipt or a folder of \
             receipts, `bench history import {file}` puts it into a history, and `bench report {file}` shows it\n"
        );
        bail!(clap::Error::raw(ErrorKind::UnknownArgument, message));
    }
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Import(ImportArgs),
    List(List),
    Prune(Prune),
    Export(Export),
    Check(Check),
}

/// Add receipts to a history, each verified first; makes the file where there is none.
///
/// Takes receipts (.json, .json.gz), folders with all that lies below them, and archives (.tar, .tar.gz, .tgz,
/// .zip, and those within them) as continuous integration keeps them and as `docker cp` writes them; `-` reads
/// one of these from standard input. JSON files in folders and archives that are no receipts are counted
/// and left alone; a receipt that breaks off is not among them. What can't be imported is listed, keeps
/// nothing else from being imported, and makes the exit code 1.
#[derive(Debug, clap::Args)]
struct ImportArgs {
    #[command(flatten)]
    history: HistoryFile,

    /// Receipts, folders and archives, or `-` for standard input.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    /// Do not verify, when you verified already and there are very many, or for lines of `bench
    /// history export` (.jsonl). Each such point is marked as taken on trust until its receipt is
    /// imported without this flag.
    #[arg(long)]
    trust: bool,

    /// Take receipts that are dated after this machine's clock, when that clock is the wrong one.
    #[arg(long)]
    future: bool,
}

/// List the series of a history: benchmark, machine, number of runs, first and last day.
#[derive(Debug, clap::Args)]
struct List {
    #[command(flatten)]
    history: HistoryFile,

    #[command(flatten)]
    no_file: NoFile,
}

/// Take old runs out of a history, and give their room back to the disk.
#[derive(Debug, clap::Args)]
struct Prune {
    #[command(flatten)]
    history: HistoryFile,

    #[command(flatten)]
    no_file: NoFile,

    /// Take out what ran before this day or time (UTC), such as 2026-01-31 or 2026-01-31T12:00:00Z.
    #[arg(long, value_name = "DATE", value_parser = date)]
    before: Timestamp,

    /// Say how much that is, and change nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Write every run as a line of JSON, oldest first: a copy that needs no SQLite.
///
/// `bench history import --trust` reads it again. The lines have no samples, so that they can't be
/// verified: keep the receipts too.
#[derive(Debug, clap::Args)]
struct Export {
    #[command(flatten)]
    history: HistoryFile,

    /// File to write (.jsonl), whole or not at all; `-` for standard output.
    #[arg(value_name = "FILE")]
    to: PathBuf,
}

/// Check a history: its structure, the checksum of every row, that no receipt lacks a point, and the
/// write-ahead log that a killed writer left.
///
/// Exits with 1 if there is a problem. A sound history tells what was written; bytes of its file that
/// hold nothing are not looked at.
#[derive(Debug, clap::Args)]
struct Check {
    #[command(flatten)]
    history: HistoryFile,

    #[command(flatten)]
    no_file: NoFile,
}

/// # Errors
/// The history can't be read or written.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    match &args.what {
        What::List(List { no_file, .. })
        | What::Prune(Prune { no_file, .. })
        | What::Check(Check { no_file, .. }) => no_file.check()?,
        What::Import(_) | What::Export(_) => {}
    }
    match &args.what {
        What::Import(args) => history::import(&Import {
            history: &args.history.path,
            paths: &args.paths,
            trust: args.trust,
            future: args.future,
        }),
        What::List(args) => history::list(&args.history.path),
        What::Prune(args) => history::prune(&args.history.path, args.before, args.dry_run),
        What::Export(args) => history::export(&args.history.path, &args.to),
        What::Check(args) => history::check(&args.history.path),
    }
}

/// A day or a time, in UTC.
pub(super) fn date(text: &str) -> Result<Timestamp, String> {
    let day = || {
        let date = text.parse::<jiff::civil::Date>().ok()?;
        date.to_zoned(jiff::tz::TimeZone::UTC).ok()
    };
    text.parse()
        .ok()
        .or_else(|| day().map(|day| day.timestamp()))
        .ok_or_else(|| "expected a date such as 2026-01-31 or 2026-01-31T12:00:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn a_day_begins_at_midnight_in_utc() {
        let time = |text: &str| date(text).map(|time| time.to_string());
        assert_eq!(time("2026-01-31"), Ok("2026-01-31T00:00:00Z".to_owned()));
        let exact = "2026-01-31T12:34:56Z";
        assert_eq!(time(exact), Ok(exact.to_owned()));
        assert!(date("yesterday").is_err() && date("2026-02-30").is_err());
    }
}

//! The subcommands: one file each, which parses flags, calls one function, prints.

mod ab;
mod baseline;
mod compare;
mod completions;
mod cost;
mod decode;
mod doctor;
mod export;
mod file;
mod fleet;
mod healthcheck;
mod history;
mod layout;
mod list;
mod man;
mod profile;
mod report;
mod run;
mod sbom;
mod selftest;
mod sign;
mod summarize;
mod tables;
mod trend;
pub(crate) mod verify;
mod workload;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::LazyLock;

use anyhow::Result;
use clap::{CommandFactory as _, FromArgMatches as _};

use crate::{Outcome, provenance, variables};
pub(crate) use export::Format;

/// Behind the name in `bench --version`: the version, and on lines of their own what built it and
/// from which sources.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{}\n{}\nsources: {}",
        env!("CARGO_PKG_VERSION"),
        provenance::TOOLCHAIN,
        provenance::SOURCES
    )
});

/// Is this decoder still fast enough, and can I believe the number?
///
/// Verifies the decoder's whole output against known answers, measures it with Criterion in several
/// processes, judges the throughput against objectives, and writes one receipt: perf.json.
#[derive(Debug, clap::Parser)]
#[command(name = "bench", version, long_version = VERSION.as_str())]
pub(crate) enum Command {
    Run(Box<run::Args>),
    Summarize(summarize::Args),
    Verify(verify::Args),
    Sign(sign::Args),
    List(list::Args),
    Layout(layout::Args),
    Decode(Box<decode::Args>),
    Doctor(doctor::Args),
    Sbom(sbom::Args),
    Healthcheck(healthcheck::Args),
    Completions(completions::Args),
    Man(man::Args),
    Ab(Box<ab::Args>),
    Compare(compare::Args),
    Cost(cost::Args),
    Profile(profile::Args),
    Fleet(fleet::Args),
    Baseline(baseline::Args),
    History(history::Args),
    Trend(trend::Args),
    Export(Box<export::Args>),
    Selftest(Box<selftest::Args>),
    Workload(workload::Args),
    Report(report::Args),
    Tables(tables::Args),
}

/// Reads the command line and the variables that stand for flags.
///
/// # Errors
/// A [`clap::Error`]: it is wrong, or asks for help.
pub(crate) fn parse() -> Result<Command> {
    parse_from(env::args_os())
}

/// The same for a command line that somebody else will use: word by word, the program's name first.
///
/// # Errors
/// See [`parse`].
fn parse_from(words: impl IntoIterator<Item = OsString>) -> Result<Command> {
    let command = negative_numbers(Command::command());
    let mut command = variables::without_empty(command);
    let mut matches = command.try_get_matches_from_mut(words)?;
    let parsed = Command::from_arg_matches_mut(&mut matches);
    Ok(parsed.map_err(|error| error.format(&mut command))?)
}

/// A number below 0 is the value of its flag, and refused as such, not a flag that nobody knows.
fn negative_numbers(command: clap::Command) -> clap::Command {
    let flag = |arg: clap::Arg| {
        let has_value = arg.get_action().takes_values() && !arg.is_positional();
        arg.allow_negative_numbers(has_value)
    };
    command.mut_args(flag).mut_subcommands(negative_numbers)
}

impl Command {
    /// Runs the chosen one.
    ///
    /// # Errors
    /// It could not be done; the chain says what and where.
    pub(crate) fn run(self) -> Result<ExitCode> {
        let outcome = match self {
            Self::Run(args) => run::run(&args),
            Self::Summarize(args) => summarize::run(&args),
            Self::Verify(args) => verify::run(&args),
            Self::Sign(args) => sign::run(&args),
            Self::List(args) => list::run(&args),
            Self::Layout(args) => layout::run(&args),
            Self::Decode(args) => decode::run(&args),
            Self::Doctor(args) => doctor::run(&args),
            Self::Sbom(args) => sbom::run(&args),
            Self::Healthcheck(args) => healthcheck::run(&args),
            Self::Completions(args) => completions::run(&args),
            Self::Man(args) => man::run(&args),
            Self::Ab(args) => ab::run(&args),
            Self::Selftest(args) => selftest::run(&args),
            Self::Compare(args) => compare::run(&args),
            Self::Cost(args) => cost::run(&args),
            Self::Fleet(args) => fleet::run(&args),
            Self::Profile(args) => profile::run(&args),
            Self::Workload(args) => workload::run(&args),
            Self::Baseline(args) => baseline::run(&args),
            Self::Report(args) => report::run(&args),
            Self::History(args) => history::run(&args),
            Self::Trend(args) => trend::run(&args),
            Self::Export(args) => export::run(&args),
            Self::Tables(args) => tables::run(&args),
        };
        outcome.map(Outcome::into)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Command;

    #[test]
    fn the_flags_of_all_subcommands_fit_together() {
        Command::command().debug_assert();
    }

    #[test]
    fn the_long_version_names_compiler_and_sources() {
        let found = Command::command().render_long_version();
        let lines: Vec<_> = found.lines().collect();
        assert_eq!(lines[0], concat!("bench ", env!("CARGO_PKG_VERSION")));
        assert!(lines[1].starts_with("rustc 1."), "{found}");
        let hash = lines[2].strip_prefix("sources: ").expect("the sources");
        assert_eq!(hash.len(), 64, "{found}");
    }
}

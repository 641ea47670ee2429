//! `bench completions`: what a shell needs to complete our subcommands and flags.

use anyhow::Result;
use clap::CommandFactory as _;
use clap_complete::Shell;

use super::Command;
use crate::Outcome;
use crate::streams;

/// Print a script that completes subcommands and flags in your shell.
///
/// For one session: `source <(bench completions bash)`. For good, write it to the shell's folder
/// of completions, such as ~/.local/share/bash-completion/completions/bench. The packages of the
/// flake have them already.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Shell to complete in.
    shell: Shell,
}

/// # Errors
/// The script can't be printed.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Command::command(), "bench", &mut script);
    streams::document(&String::from_utf8(script)?)?;
    Ok(Outcome::Done)
}

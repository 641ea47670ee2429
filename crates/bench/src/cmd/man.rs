//! `bench man`: the manual as man pages.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::CommandFactory as _;

use super::Command;
use crate::Outcome;
use crate::streams::note;

/// Write the manual: one man page for `bench` and one for each subcommand.
///
/// For packages, and for machines without one: `bench man ~/.local/share/man/man1`, then
/// `man bench-run`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder to write them to, such as /usr/local/share/man/man1; it is created.
    folder: PathBuf,
}

/// # Errors
/// The folder can't be written.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let folder = &args.folder;
    let wrote = fs::create_dir_all(folder).and_then(|()| {
        clap_mangen::generate_to(Command::command().disable_help_subcommand(true), folder)
    });
    wrote.with_context(|| format!("can't write man pages to {}", folder.display()))?;
    note!("man pages are in {}", folder.display());
    Ok(Outcome::Done)
}

//! `bench`: answers "is this decoder still fast enough, and can I believe the number?"

#![cfg_attr(not(test), deny(clippy::print_stdout, clippy::print_stderr))]

mod ab;
mod against;
mod baseline;
mod cmd;
mod compare;
mod cost;
mod custom_args;
mod decode_args;
mod decoding_table;
mod explain;
mod export;
mod files;
mod fleet;
mod heartbeat;
mod history;
mod host;
mod interruption;
mod layout;
mod machine_lock;
mod outcome;
mod output;
mod profile;
mod progress;
mod provenance;
mod run;
mod settings;
mod shared_place;
mod signature;
mod streams;
mod suite;
mod table;
mod variables;
mod warnings;
mod words;

use std::process::ExitCode;

use anyhow::{Error, Result};

use outcome::Outcome;

fn main() -> ExitCode {
    let result = cmd::parse().and_then(cmd::Command::run);
    match result.or_else(command_line) {
        Ok(code) => code,
        Err(error) => {
            streams::complain(&error);
            ExitCode::FAILURE
        }
    }
}

/// A wrong command line is 2, wherever it was found; `--help` comes this way too.
fn command_line(error: Error) -> Result<ExitCode> {
    let error = error.downcast::<clap::Error>()?;
    let printed = error.print();
    if error.use_stderr() {
        return Ok(ExitCode::from(2));
    }
    streams::settle(printed)?;
    Ok(ExitCode::SUCCESS)
}

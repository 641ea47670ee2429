//! `bench decode`, as a process of its own.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use adapter::process::{self, Process, WholeProcess, Writes};
use adapter::{Hello, Records};
use anyhow::{Context, Result};

/// Variable: the program that asks, and that is measured.
const PROGRAM: &str = "BENCH_PROGRAM";

pub fn serve() -> ExitCode {
    adapter::serve(
        || hello(&bench()?),
        |hello, records| prepare(&bench()?, hello, records),
    )
}

fn bench() -> Result<PathBuf> {
    let bench = env::var_os(PROGRAM).map(PathBuf::from);
    bench.with_context(|| format!("{PROGRAM} does not say where bench is"))
}

fn prepare(bench: &Path, hello: &Hello, records: &Records) -> Result<WholeProcess> {
    let mut command = Command::new(bench);
    command
        .args(["decode", "--threads", "1", "--copybook"])
        .arg(&records.copybook);
    command.arg("--data").arg(&records.data);
    let process = Process::new(hello, records, command, Writes::StandardOutput)?;
    Ok(WholeProcess(process))
}

/// What `bench` says it is, and what built it: it decodes, not the decoder in this program.
fn hello(bench: &Path) -> Result<Hello> {
    let asked = || format!("{} --version", bench.display());
    let output = Command::new(bench)
        .arg("--version")
        .output()
        .with_context(asked)?;
    let text = String::from_utf8(output.stdout).with_context(asked)?;
    let facts = facts(&text).with_context(|| {
        format!(
            "{}: expected `bench VERSION`, its compiler and `sources: HASH`, found {text:?}",
            asked()
        )
    })?;
    let [version, compiler, sources] = facts;
    Ok(Hello {
        toolchain: Some(compiler.to_owned()),
        sources: Some(sources.to_owned()),
        file_system: Some(process::file_system()?),
        ..adapter::hello("copybook-decode-process", version)
    })
}

/// Version, compiler and hash of the sources, each from a line of its own.
fn facts(text: &str) -> Option<[&str; 3]> {
    let mut lines = text.lines();
    let version = lines.next()?.strip_prefix("bench ")?;
    let compiler = lines.next()?;
    let sources = lines.next()?.strip_prefix("sources: ")?;
    Some([version, compiler, sources])
}

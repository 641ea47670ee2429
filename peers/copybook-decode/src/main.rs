//! Our own decoder behind the peers' protocol, so that it is measured from where the others are.
//!
//! With the argument `process`, what is measured is `bench decode` with one thread, from a file to a
//! file; the driver says where that program is, and the program who it is. Another one forces a
//! kernel, `scalar` for example; `copy` decodes once and from then on copies that output, which shows
//! how much of the time is writing it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, mem};

use anyhow::{Context, Error, Result};
use protocol::process::{Process, WholeProcess, Writes};
use protocol::{Identity, Job, Peer};
use workload::copybook_decode::decode::{KernelChoice, Report};
use workload::copybook_decode::{DecodeOptions, Decoder, Schema};

fn main() -> Result<()> {
    match env::args().nth(1).as_deref() {
        Some("process") => protocol::serve(whole_process),
        _ => protocol::serve(Ours::prepare),
    }
}

struct Ours {
    decoder: Decoder,
    data: Vec<u8>,
    out: Vec<u8>,
    /// What was asked for beyond decoding by the best kernel.
    variant: Option<String>,
    /// The output of the first decoding, where it is to be copied.
    first: Vec<u8>,
}

impl Ours {
    fn prepare(job: &Job) -> Result<Self> {
        let text = fs::read_to_string(&job.copybook)
            .with_context(|| format!("reading {}", job.copybook.display()))?;
        let variant = env::args().nth(1);
        let kernel = variant.as_deref().filter(|name| *name != "copy");
        let kernel = kernel
            .map(str::parse::<KernelChoice>)
            .transpose()
            .map_err(Error::msg)?;
        let options = DecodeOptions {
            kernel,
            ..DecodeOptions::default()
        };
        let decoder = Decoder::new(&Schema::parse(&text)?, &options)?;
        let data =
            fs::read(&job.data).with_context(|| format!("reading {}", job.data.display()))?;
        Ok(Ours {
            decoder,
            data,
            out: Vec::new(),
            variant,
            first: Vec::new(),
        })
    }
}

impl Peer for Ours {
    fn identity(&self) -> Identity {
        let name = match self.variant.as_deref() {
            None => "copybook-decode".to_owned(),
            Some("copy") => "copy-of-output".to_owned(),
            Some(kernel) => format!("copybook-decode-{kernel}"),
        };
        Identity {
            name,
            version: workload::copybook_decode::VERSION.to_owned(),
            toolchain: protocol::RUSTC.to_owned(),
        }
    }

    fn decode(&mut self) -> Result<()> {
        self.out.clear();
        if !self.first.is_empty() {
            self.out.extend_from_slice(&self.first);
            return Ok(());
        }
        let mut report = Report::default();
        self.decoder
            .decode_fixed(&self.data, &mut self.out, &mut report)?;
        if self.variant.as_deref() == Some("copy") {
            // The copy is what is checked.
            mem::swap(&mut self.first, &mut self.out);
            self.out.extend_from_slice(&self.first);
        }
        Ok(())
    }

    fn output(&mut self, line: &mut dyn FnMut(&str) -> Result<()>) -> Result<u64> {
        protocol::output_in_memory(&self.out, line)
    }
}

fn whole_process(job: &Job) -> Result<WholeProcess> {
    let bench = env::var_os("BENCH_PROGRAM").map(PathBuf::from);
    let bench = bench.context("BENCH_PROGRAM does not say where bench is")?;
    let mut command = Command::new(&bench);
    command
        .args(["decode", "--threads", "1", "--copybook"])
        .arg(&job.copybook);
    command.arg("--data").arg(&job.data);
    let process = Process::new(job, command, Writes::StandardOutput)?;
    let (version, compiler) = version(&bench)?;
    let identity = Identity {
        name: "copybook-decode-process".to_owned(),
        version,
        toolchain: format!("{compiler}, bench decode --threads 1, {}", process.remark()),
    };
    Ok(WholeProcess { process, identity })
}

/// What `bench` says it is, and what built it: it decodes, not the decoder in this program.
fn version(bench: &Path) -> Result<(String, String)> {
    let asked = || format!("{} --version", bench.display());
    let output = Command::new(bench)
        .arg("--version")
        .output()
        .with_context(asked)?;
    let text = String::from_utf8(output.stdout).with_context(asked)?;
    let lines = text
        .strip_prefix("bench ")
        .and_then(|text| text.trim_end().split_once('\n'));
    let (version, compiler) = lines.with_context(|| {
        format!(
            "{}: expected `bench VERSION` and its compiler, found {text:?}",
            asked()
        )
    })?;
    Ok((version.to_owned(), compiler.to_owned()))
}

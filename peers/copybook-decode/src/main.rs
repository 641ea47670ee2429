//! Our own decoder behind the peers' protocol, so that it is measured from where the others are.
//!
//! With the argument `process`, what is measured is `bench decode` with one thread, from a file to a
//! file; the driver says where that program is. Another one forces a kernel, `scalar` for example; `copy` decodes once and from then on copies that
//! output, which shows how much of the time is writing it.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use std::{env, fs, mem};

use anyhow::{Context, Error, Result};
use protocol::process::{Process, Writes};
use protocol::{Identity, Job, Peer};
use workload::copybook_decode::decode::{KernelChoice, Report};
use workload::copybook_decode::{DecodeOptions, Decoder, Schema};

fn main() -> Result<()> {
    match env::args().nth(1).as_deref() {
        Some("process") => protocol::serve::<WholeProcess>(),
        _ => protocol::serve::<Ours>(),
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

impl Peer for Ours {
    fn prepare(job: &Job) -> Result<Self> {
        let text = fs::read_to_string(&job.copybook)
            .with_context(|| format!("reading {}", job.copybook.display()))?;
        let variant = env::args().nth(1);
        let kernel = variant.as_deref().filter(|name| *name != "copy");
        let kernel = kernel.map(str::parse::<KernelChoice>).transpose().map_err(Error::msg)?;
        let options = DecodeOptions { kernel, ..DecodeOptions::default() };
        let decoder = Decoder::new(&Schema::parse(&text)?, &options)?;
        let data =
            fs::read(&job.data).with_context(|| format!("reading {}", job.data.display()))?;
        Ok(Ours { decoder, data, out: Vec::new(), variant, first: Vec::new() })
    }

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
        self.decoder.decode_fixed(&self.data, &mut self.out, &mut report)?;
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

struct WholeProcess(Process);

impl Peer for WholeProcess {
    fn prepare(job: &Job) -> Result<Self> {
        let bench = env::var_os("BENCH_PROGRAM").map(PathBuf::from);
        let mut command = Command::new(bench.context("BENCH_PROGRAM does not say where bench is")?);
        command.args(["decode", "--threads", "1", "--copybook"]).arg(&job.copybook);
        command.arg("--data").arg(&job.data);
        Ok(WholeProcess(Process::new(job, command, Writes::StandardOutput)?))
    }

    fn identity(&self) -> Identity {
        Identity {
            name: "copybook-decode-process".to_owned(),
            version: workload::copybook_decode::VERSION.to_owned(),
            toolchain: format!(
                "{}, bench decode --threads 1, {}",
                protocol::RUSTC,
                self.0.remark()
            ),
        }
    }

    fn decode(&mut self) -> Result<()> {
        self.0.run().map(drop)
    }

    fn output(&mut self, line: &mut dyn FnMut(&str) -> Result<()>) -> Result<u64> {
        self.0.output(line)
    }

    fn sample(&mut self, iterations: u64) -> Result<Duration> {
        self.0.sample(iterations)
    }

    fn max_rss_bytes(&self) -> Result<u64> {
        self.0.max_rss_bytes()
    }
}

//! copybook-codec behind the peers' protocol, called as its own benchmark calls it: one reader over
//! the data in memory, one writer, its default options but for the code page and exact numbers.
//!
//! With the argument `process`, what is measured is a process that makes that call from a file to a
//! file, buffered, as its own command does: this program with `decode COPYBOOK DATA OUTPUT`.

use std::env;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Cursor, Read, Write};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use copybook_codec::{
    Codepage, DecodeOptions, JsonNumberMode, RecordFormat, RunSummary, decode_file_to_jsonl,
};
use copybook_core::{Schema, parse_copybook};
use protocol::process::{Process, WholeProcess, Writes};
use protocol::{Identity, Job, Peer};

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => protocol::serve(InMemory::prepare),
        ["process"] => protocol::serve(whole_process),
        ["decode", copybook, data, output] => {
            decode_file(copybook.as_ref(), data.as_ref(), output.as_ref())
        }
        _ => bail!("expected nothing, `process`, or `decode COPYBOOK DATA OUTPUT`"),
    }
}

struct InMemory {
    schema: Schema,
    data: Vec<u8>,
    out: Vec<u8>,
    records: u64,
}

impl InMemory {
    fn prepare(job: &Job) -> Result<Self> {
        let data =
            fs::read(&job.data).with_context(|| format!("reading {}", job.data.display()))?;
        let schema = schema(&job.copybook)?;
        Ok(InMemory {
            schema,
            data,
            out: Vec::new(),
            records: job.records,
        })
    }
}

impl Peer for InMemory {
    fn identity(&self) -> Identity {
        identity("copybook-codec", protocol::RUSTC.to_owned())
    }

    fn decode(&mut self) -> Result<()> {
        self.out.clear();
        let summary = decode(&self.schema, Cursor::new(&self.data), &mut self.out)?;
        ensure!(
            summary.records_processed == self.records,
            "expected {} records, found {}",
            self.records,
            summary.records_processed
        );
        Ok(())
    }

    fn output(&mut self, line: &mut dyn FnMut(&str) -> Result<()>) -> Result<u64> {
        protocol::output_in_memory(&self.out, line)
    }
}

fn whole_process(job: &Job) -> Result<WholeProcess> {
    let mut command = Command::new(env::current_exe()?);
    command
        .arg("decode")
        .args([&job.copybook, &job.data, &Process::output_file(job)]);
    let process = Process::new(job, command, Writes::File)?;
    let toolchain = format!("{}, {}", protocol::RUSTC, process.remark());
    Ok(WholeProcess {
        process,
        identity: identity("copybook-codec-process", toolchain),
    })
}

fn identity(name: &str, toolchain: String) -> Identity {
    // Its version is pinned with `=` in Cargo.toml.
    Identity {
        name: name.to_owned(),
        version: "0.6.1".to_owned(),
        toolchain,
    }
}

fn decode_file(copybook: &Path, data: &Path, output: &Path) -> Result<()> {
    let schema = schema(copybook)?;
    let input = File::open(data).with_context(|| format!("reading {}", data.display()))?;
    let output = File::create(output).with_context(|| format!("writing {}", output.display()))?;
    let mut output = BufWriter::new(output);
    decode(&schema, BufReader::new(input), &mut output)?;
    output.flush().context("writing the output")
}

fn schema(copybook: &Path) -> Result<Schema> {
    let text = fs::read_to_string(copybook);
    let text = text.with_context(|| format!("reading {}", copybook.display()))?;
    Ok(parse_copybook(&text)?)
}

fn decode(schema: &Schema, input: impl Read, output: impl Write) -> Result<RunSummary> {
    let options = DecodeOptions::new()
        .with_codepage(Codepage::CP037)
        .with_format(RecordFormat::Fixed)
        .with_json_number_mode(JsonNumberMode::Lossless);
    let summary = decode_file_to_jsonl(schema, input, output, &options)?;
    // Its summary, not its result, says whether records failed.
    ensure!(
        summary.records_with_errors == 0,
        "{} records with errors",
        summary.records_with_errors
    );
    Ok(summary)
}

//! copybook-codec behind the protocol of docs/protocol.md, called as its own benchmark calls it: one reader over
//! the data in memory, one writer, its default options but for the code page and exact numbers.
//!
//! With the argument `process`, what is measured is a process that makes that call from a file to a
//! file, buffered, as its own command does: this program with `decode COPYBOOK DATA OUTPUT`.

use std::env;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Cursor, Read, Write};
use std::path::Path;
use std::process::{Command, ExitCode};

use adapter::process::{self, Process, WholeProcess, Writes};
use adapter::{Hello, Peer, Records};
use anyhow::{Context, Result, ensure};
use copybook_codec::{
    Codepage, DecodeOptions, JsonNumberMode, RecordFormat, RunSummary, decode_file_to_jsonl,
};
use copybook_core::{Schema, parse_copybook};

/// Pinned with `=` in Cargo.toml.
const VERSION: &str = "0.6.1";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => adapter::serve(
            || Ok(hello("copybook-codec")),
            |_, records| InMemory::prepare(records),
        ),
        ["process"] => adapter::serve(
            || {
                Ok(Hello {
                    file_system: Some(process::file_system()?),
                    ..hello("copybook-codec-process")
                })
            },
            whole_process,
        ),
        ["decode", copybook, data, output] => {
            match decode_file(copybook.as_ref(), data.as_ref(), output.as_ref()) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => failed(&format!("{error:#}"), 1),
            }
        }
        _ => failed(
            "expected nothing, `process`, or `decode COPYBOOK DATA OUTPUT`",
            2,
        ),
    }
}

fn failed(why: &str, code: u8) -> ExitCode {
    eprintln!("error: {why}");
    ExitCode::from(code)
}

fn hello(name: &str) -> Hello {
    adapter::built!(adapter::hello(name, VERSION))
}

struct InMemory {
    schema: Schema,
    data: Vec<u8>,
    out: Vec<u8>,
    records: u64,
}

impl InMemory {
    fn prepare(handed: &Records) -> Result<Self> {
        let data =
            fs::read(&handed.data).with_context(|| format!("reading {}", handed.data.display()))?;
        let schema = schema(&handed.copybook)?;
        Ok(InMemory {
            schema,
            data,
            out: Vec::new(),
            records: handed.records,
        })
    }
}

impl Peer for InMemory {
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
        adapter::output_in_memory(&self.out, line)
    }
}

fn whole_process(hello: &Hello, records: &Records) -> Result<WholeProcess> {
    let mut command = Command::new(env::current_exe()?);
    let output = Process::output_file(records);
    command
        .arg("decode")
        .args([&records.copybook, &records.data, &output]);
    let process = Process::new(hello, records, command, Writes::File)?;
    Ok(WholeProcess(process))
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

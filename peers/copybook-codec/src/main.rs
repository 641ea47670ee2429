//! copybook-codec behind the peers' protocol, called as its own benchmark calls it: one reader over
//! the data in memory, one writer, its default options but for the code page and exact numbers.

use std::fs;
use std::io::Cursor;

use anyhow::{Context, Result, ensure};
use copybook_codec::{Codepage, DecodeOptions, JsonNumberMode, RecordFormat, decode_file_to_jsonl};
use copybook_core::{Schema, parse_copybook};
use protocol::{Identity, Job, Peer};

fn main() -> Result<()> {
    protocol::serve::<Codec>()
}

struct Codec {
    schema: Schema,
    options: DecodeOptions,
    data: Vec<u8>,
    out: Vec<u8>,
    records: u64,
}

impl Peer for Codec {
    fn prepare(job: &Job) -> Result<Self> {
        let text = fs::read_to_string(&job.copybook)
            .with_context(|| format!("reading {}", job.copybook.display()))?;
        let schema = parse_copybook(&text)?;
        let options = DecodeOptions::new()
            .with_codepage(Codepage::CP037)
            .with_format(RecordFormat::Fixed)
            .with_json_number_mode(JsonNumberMode::Lossless);
        let data = fs::read(&job.data).with_context(|| format!("reading {}", job.data.display()))?;
        Ok(Codec { schema, options, data, out: Vec::new(), records: job.records })
    }

    fn identity(&self) -> Identity {
        Identity {
            name: "copybook-codec".to_owned(),
            version: "0.6.1".to_owned(), // pinned with `=` in Cargo.toml
            toolchain: protocol::RUSTC.to_owned(),
        }
    }

    fn decode(&mut self) -> Result<()> {
        self.out.clear();
        let input = Cursor::new(&self.data);
        let summary = decode_file_to_jsonl(&self.schema, input, &mut self.out, &self.options)?;
        // Its summary, not its result, says whether records failed.
        ensure!(
            summary.records_with_errors == 0 && summary.records_processed == self.records,
            "expected {} records without error, found {} and {} with errors",
            self.records,
            summary.records_processed,
            summary.records_with_errors
        );
        Ok(())
    }

    fn output(&mut self) -> Result<Vec<u8>> {
        Ok(self.out.clone())
    }
}

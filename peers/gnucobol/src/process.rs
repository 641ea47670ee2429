//! From a file to a file: the program reads a record, MOVEs every field and writes a line.

use std::fs;
use std::process::ExitCode;
use std::time::Duration;

use adapter::process::{self, Process, Writes};
use adapter::{Hello, Peer, Records};
use anyhow::{Context, Result};
use peer_gnucobol::compiler;
use workload::copybook_decode::Schema;

use crate::columns::Columns;
use crate::{FLAGS, program};

pub struct LineSequential {
    process: Process,
    columns: Columns,
    /// Holds the program and its source.
    _folder: tempfile::TempDir,
}

pub fn serve() -> ExitCode {
    adapter::serve(
        || {
            Ok(Hello {
                file_system: Some(process::file_system()?),
                ..crate::hello("gnucobol-process")?
            })
        },
        LineSequential::prepare,
    )
}

impl LineSequential {
    fn prepare(hello: &Hello, records: &Records) -> Result<Self> {
        let text = fs::read_to_string(&records.copybook)
            .with_context(|| format!("reading {}", records.copybook.display()))?;
        let columns = Columns::new(&Schema::parse(&text)?)?;
        let folder = tempfile::tempdir()?;
        let source = program::from_file_to_file(&text, &columns, records);
        let binary = compiler::compile(folder.path(), &source, FLAGS)?;
        let output = Process::output_file(records);
        let command = compiler::command(&binary, &records.data, &output);
        Ok(LineSequential {
            process: Process::new(hello, records, command, Writes::File)?,
            columns,
            _folder: folder,
        })
    }
}

impl Peer for LineSequential {
    fn decode(&mut self) -> Result<()> {
        self.process.run().map(drop)
    }

    fn output(&mut self, line: &mut dyn FnMut(&str) -> Result<()>) -> Result<u64> {
        let columns = &self.columns;
        // Lines of text have no spaces at their end, whatever the record has.
        self.process.output(&mut |row| {
            line(&columns.json(format!("{row:width$}", width = columns.row_length()).as_bytes())?)
        })
    }

    fn sample(&mut self, iterations: u64) -> Result<Duration> {
        self.process.sample(iterations)
    }

    fn max_rss_bytes(&self) -> Result<u64> {
        self.process.max_rss_bytes()
    }
}

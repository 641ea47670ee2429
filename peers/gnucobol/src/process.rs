//! From a file to a file: the program reads a record, MOVEs every field and writes a line.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use peer_gnucobol::compiler;
use protocol::process::{Process, Writes};
use protocol::{Identity, Job, Peer};
use workload::copybook_decode::Schema;

use crate::columns::Columns;
use crate::{FLAGS, program};

pub struct LineSequential {
    process: Process,
    columns: Columns,
    version: String,
    /// Holds the program and its source.
    _folder: tempfile::TempDir,
}

impl LineSequential {
    pub fn prepare(job: &Job) -> Result<Self> {
        let text = fs::read_to_string(&job.copybook)
            .with_context(|| format!("reading {}", job.copybook.display()))?;
        let columns = Columns::new(&Schema::parse(&text)?)?;
        let folder = tempfile::tempdir()?;
        let source = program::from_file_to_file(&text, &columns, job);
        let binary = compiler::compile(folder.path(), &source, FLAGS)?;
        let command = compiler::command(&binary, &job.data, &Process::output_file(job));
        Ok(LineSequential {
            process: Process::new(job, command, Writes::File)?,
            columns,
            version: compiler::version()?,
            _folder: folder,
        })
    }
}

impl Peer for LineSequential {
    fn identity(&self) -> Identity {
        let Identity {
            toolchain, version, ..
        } = crate::identity(&self.version);
        let toolchain = format!("{toolchain}, {}", self.process.remark());
        Identity {
            name: "gnucobol-process".to_owned(),
            version,
            toolchain,
        }
    }

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

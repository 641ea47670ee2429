//! GnuCOBOL behind the protocol of docs/protocol.md: a program generated from the copybook, compiled with
//! `cobc -O2`, which holds all records in its WORKING-STORAGE, converts the EBCDIC and MOVEs every
//! field to a printable one. What is timed is that loop, by the program's own monotonic clock. With
//! the argument `process`, it is a program that goes from a file to a file, from its start to its end.

mod columns;
mod process;
mod program;

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, ExitCode, Stdio};
use std::time::Duration;

use adapter::{Hello, Peer, Records};
use anyhow::{Context, Result, ensure};
use peer_gnucobol::compiler;
use workload::copybook_decode::Schema;

use columns::Columns;

/// What the compiler is passed, besides what [`compiler::compile`] always does.
const FLAGS: &[&str] = &["-O2", "-fsign=EBCDIC"];

fn main() -> ExitCode {
    match env::args().nth(1).as_deref() {
        Some("process") => process::serve(),
        _ => adapter::serve(
            || hello("gnucobol"),
            |_, records| GnuCobol::prepare(records),
        ),
    }
}

/// What decodes was built by `cobc`, whatever built this adapter.
fn hello(name: &str) -> Result<Hello> {
    let version = compiler::version()?;
    let flags = [compiler::DIALECT, FLAGS].concat();
    Ok(Hello {
        toolchain: Some(format!("cobc (GnuCOBOL) {version}")),
        flags: Some(flags.join(" ")),
        ..adapter::hello(name, &version)
    })
}

struct GnuCobol {
    columns: Columns,
    output: PathBuf,
    child: Child,
    orders: ChildStdin,
    replies: BufReader<ChildStdout>,
    /// Holds the program, its source and its output.
    _folder: tempfile::TempDir,
}

impl GnuCobol {
    fn prepare(handed: &Records) -> Result<Self> {
        let text = fs::read_to_string(&handed.copybook)
            .with_context(|| format!("reading {}", handed.copybook.display()))?;
        let columns = Columns::new(&Schema::parse(&text)?)?;
        let folder = tempfile::tempdir()?;
        let source = program::generate(&text, &columns, handed)?;
        let binary = compiler::compile(folder.path(), &source, FLAGS)?;
        let output = folder.path().join("out");
        let mut child = compiler::command(&binary, &handed.data, &output)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let orders = child.stdin.take().context("the program's input is piped")?;
        let replies = BufReader::new(child.stdout.take().context("its output, too")?);
        Ok(GnuCobol {
            columns,
            output,
            child,
            orders,
            replies,
            _folder: folder,
        })
    }

    /// Iterations, or 0 for writing the output; the answer is the time it took in ns.
    fn order(&mut self, iterations: u64) -> Result<u64> {
        writeln!(self.orders, "{iterations:09}")?;
        self.orders.flush()?;
        let mut line = String::new();
        self.replies.read_line(&mut line)?;
        line.trim()
            .parse()
            .with_context(|| format!("expected nanoseconds, found {line:?}"))
    }
}

impl Peer for GnuCobol {
    fn decode(&mut self) -> Result<()> {
        self.sample(1).map(drop)
    }

    fn output(&mut self, line: &mut dyn FnMut(&str) -> Result<()>) -> Result<u64> {
        self.order(0)?; // writes its table of printable records to DD_PEEROUT
        let rows = fs::read(&self.output)?;
        ensure!(
            rows.len() % self.columns.row_length() == 0,
            "expected rows of {} bytes, found {} bytes in all",
            self.columns.row_length(),
            rows.len()
        );
        let mut each = rows.chunks(self.columns.row_length());
        each.try_for_each(|row| line(&self.columns.json(row)?))?;
        Ok(rows.len() as u64)
    }

    fn sample(&mut self, iterations: u64) -> Result<Duration> {
        Ok(Duration::from_nanos(self.order(iterations)?))
    }

    fn max_rss_bytes(&self) -> Result<u64> {
        adapter::peak_rss(self.child.id())
    }
}

impl Drop for GnuCobol {
    fn drop(&mut self) {
        // Nothing to save: the program only waits for orders.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

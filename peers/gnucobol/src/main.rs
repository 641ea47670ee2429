//! GnuCOBOL behind the peers' protocol: a program generated from the copybook, compiled with
//! `cobc -O2`, which holds all records in its WORKING-STORAGE, converts the EBCDIC and MOVEs every
//! field to a printable one. What is timed is that loop, by the program's own monotonic clock.

mod columns;
mod program;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use protocol::{Identity, Job, Peer};
use workload::copybook_decode::Schema;

use columns::Columns;

fn main() -> Result<()> {
    protocol::serve::<GnuCobol>()
}

struct GnuCobol {
    version: String,
    columns: Columns,
    output: PathBuf,
    child: Child,
    orders: ChildStdin,
    replies: BufReader<ChildStdout>,
    /// Holds the program, its source and its output.
    _folder: tempfile::TempDir,
}

impl Peer for GnuCobol {
    fn prepare(job: &Job) -> Result<Self> {
        let text = fs::read_to_string(&job.copybook)
            .with_context(|| format!("reading {}", job.copybook.display()))?;
        let columns = Columns::new(&Schema::parse(&text)?)?;
        let folder = tempfile::tempdir()?;
        let binary = compile(folder.path(), &program::generate(&text, &columns, job)?)?;
        let output = folder.path().join("out");
        let mut child = Command::new(binary)
            .env("DD_PEERIN", &job.data)
            .env("DD_PEEROUT", &output)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let orders = child.stdin.take().context("the program's input is piped")?;
        let replies = BufReader::new(child.stdout.take().context("its output, too")?);
        let version = version()?;
        Ok(GnuCobol { version, columns, output, child, orders, replies, _folder: folder })
    }

    fn identity(&self) -> Identity {
        Identity {
            name: "gnucobol".to_owned(),
            version: self.version.clone(),
            toolchain: format!("cobc (GnuCOBOL) {} -O2 -std=ibm", self.version),
        }
    }

    fn decode(&mut self) -> Result<()> {
        self.sample(1).map(drop)
    }

    fn output(&mut self) -> Result<Vec<u8>> {
        self.order(0)?; // writes its table of printable records to DD_PEEROUT
        let rows = fs::read(&self.output)?;
        ensure!(
            rows.len() % self.columns.row_length() == 0,
            "expected rows of {} bytes, found {} bytes in all",
            self.columns.row_length(),
            rows.len()
        );
        let lines = rows.chunks(self.columns.row_length()).map(|row| self.columns.json(row));
        Ok(lines.collect::<Result<Vec<_>>>()?.concat().into_bytes())
    }

    fn sample(&mut self, iterations: u64) -> Result<Duration> {
        Ok(Duration::from_nanos(self.order(iterations)?))
    }

    fn max_rss_bytes(&self) -> Result<u64> {
        protocol::peak_rss(self.child.id())
    }
}

impl GnuCobol {
    /// Iterations, or 0 for writing the output; the answer is the time it took in ns.
    fn order(&mut self, iterations: u64) -> Result<u64> {
        writeln!(self.orders, "{iterations:09}")?;
        self.orders.flush()?;
        let mut line = String::new();
        self.replies.read_line(&mut line)?;
        line.trim().parse().with_context(|| format!("expected nanoseconds, found {line:?}"))
    }
}

impl Drop for GnuCobol {
    fn drop(&mut self) {
        // Nothing to save: the program only waits for orders.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn compile(folder: &Path, source: &str) -> Result<PathBuf> {
    let (program, binary) = (folder.join("peer.cob"), folder.join("peer"));
    fs::write(&program, source)?;
    let output = Command::new("cobc")
        .args(["-x", "-O2", "-std=ibm", "-fsign=EBCDIC", "-fixed", "-o"])
        .args([&binary, &program])
        .output()
        .context("running cobc; install GnuCOBOL (Debian: gnucobol)")?;
    ensure!(
        output.status.success(),
        "cobc refused the program:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(binary)
}

/// `3.1.2.0` from `cobc (GnuCOBOL) 3.1.2.0`.
fn version() -> Result<String> {
    let output = Command::new("cobc").arg("--version").output().context("running cobc")?;
    let text = String::from_utf8(output.stdout)?;
    let first = text.lines().next().unwrap_or_default();
    Ok(first.rsplit(' ').next().context("cobc --version prints nothing")?.to_owned())
}

//! `bench decode`: look at one's own data before measuring it.

use std::fs::File;
use std::io::{self, Read as _};
use std::num::NonZeroUsize;
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};
use clap::error::ErrorKind;
use copybook_decode::decode::{KernelChoice, Report};
use copybook_decode::stream::{Cause, StreamError, decode_file, decode_slice};
use copybook_decode::{DecodeOptions, Decoder, FileFormat};
use vmap::Map;
use workload::{machine, packed};

use crate::Outcome;
use crate::decode_args::DecodeArgs;
use crate::explain;
use crate::layout;
use crate::streams::{note, say};
use crate::words;

/// Decode a file of records to JSON Lines on standard output.
///
/// Use it to look at your own data before you measure it: it takes the same flags as `bench run
/// --copybook`. Totals, errors by field and throughput go to standard error. The lines keep the
/// order of the records whatever the number of threads, and memory use does not grow with the file.
/// Exit codes: 0 done; 1 an invalid field or record, or a file that can't be read or written; 2 the
/// command line is wrong.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// File of records; `-` reads standard input, for example from a program that decompresses.
    /// Repeat it to decode several files one after the other; record numbers start anew in each,
    /// and --with-file prints their names.
    #[arg(long, value_name = "FILE", required = true)]
    data: Vec<PathBuf>,

    /// Map the file into memory instead of reading it: faster if it is in the page cache already.
    /// Truncating the file while it is mapped kills bench (SIGBUS), so don't use this on a file
    /// that is still being written.
    #[arg(long)]
    memory_map: bool,

    /// Number of decoding threads; by default one for each CPU. Use 1 to compare with programs that
    /// have a single thread.
    #[arg(long, value_name = "COUNT", value_parser = threads)]
    threads: Option<NonZeroUsize>,

    /// Instruction set of the inner loops: scalar, avx2, avx512 or neon. The default is the fastest
    /// that this CPU supports.
    #[arg(long, env = "BENCH_KERNEL", value_name = "NAME")]
    kernel: Option<String>,

    /// Say what makes this copybook slow, instead of printing lines: which loop prints which fields, what
    /// each costs in ns a record on your data, and how many records only the slow reader could print.
    /// Takes some seconds, on one thread.
    #[arg(long, conflicts_with_all = ["memory_map", "threads"])]
    explain: bool,

    #[command(flatten)]
    decode: DecodeArgs,
}

/// # Errors
/// The copybook or the records are not what they should be, or cannot be read.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    args.decode.check()?;
    if args.memory_map && args.data.iter().any(|data| data == Path::new("-")) {
        let message = "--memory-map takes a file, found `-`: standard input can't be mapped\n";
        bail!(clap::Error::raw(ErrorKind::ArgumentConflict, message));
    }
    let options = DecodeOptions {
        kernel: kernel(args)?,
        ..args.decode.options()?
    };
    let schema = args.decode.schema()?;
    if args.explain {
        layout::paths_fit(&schema)?;
    }
    let decoder = Decoder::new(&schema, &options)
        .with_context(|| format!("copybook {}", args.decode.copybook().display()))?;
    let format = args.decode.file_format(decoder.record_length().max)?;
    if args.explain {
        let [data] = &args.data[..] else {
            let message = "--explain takes one sample; give --data once\n";
            bail!(clap::Error::raw(ErrorKind::ArgumentConflict, message));
        };
        let found = explain::explain(&decoder, &format, &read_sample(data)?)
            .with_context(|| data.display().to_string())?;
        say!("{}", explain::text(&found).trim_end())?;
        return Ok(Outcome::Done);
    }
    let threads = args.threads.unwrap_or_else(machine::threads);
    let start = Instant::now();
    let mut totals = Totals::default();
    let mut outcome = Ok(());
    for data in &args.data {
        // The name of the file is all that differs.
        let decoder = match &options.with_file {
            Some(_) => decoder.with_file(&data.display().to_string()),
            None => decoder.clone(),
        };
        let input = match Input::open(data, args.memory_map) {
            // Of the files before it something is to be told.
            Err(error) if totals.files > 0 => {
                outcome = Err(error);
                break;
            }
            input => input?,
        };
        let (report, failure) = match decode(&decoder, &format, threads, input)? {
            Ok(report) => (report, None),
            Err(error) => (*error.report, Some(error.cause)),
        };
        totals.add(report, data);
        match failure {
            None => {}
            // Whoever reads the lines has seen enough (`| head`).
            Some(cause) if is_broken_pipe(&cause) => return Ok(Outcome::Done),
            Some(cause) => {
                let what = packed::remark(data);
                outcome = Err(cause).with_context(|| format!("{}{what}", data.display()));
                break;
            }
        }
    }
    tell(&totals, start.elapsed(), threads, decoder.kernel());
    outcome.map(|()| Outcome::Done)
}

fn decode(
    decoder: &Decoder,
    format: &FileFormat,
    threads: NonZeroUsize,
    input: Input,
) -> Result<Result<Report, StreamError>> {
    // The standard library would look for line ends in what is whole lines already.
    let output = File::from(
        io::stdout()
            .as_fd()
            .try_clone_to_owned()
            .context("standard output")?,
    );
    Ok(match input {
        Input::Stream(file) => decode_file(decoder, format, threads, file, output),
        Input::Mapped(map) => decode_slice(decoder, format, threads, &map, output),
        Input::Empty => decode_slice(decoder, format, threads, &[], output),
    })
}

/// What became of all files.
#[derive(Default)]
struct Totals<'a> {
    report: Report,
    /// The file with the first error that did not end the decoding, if there are several files.
    first: Option<&'a Path>,
    files: usize,
}

impl<'a> Totals<'a> {
    fn add(&mut self, report: Report, file: &'a Path) {
        self.files += 1;
        if self.report.first_error.is_none() && report.first_error.is_some() {
            self.first = Some(file);
        }
        self.report.merge(&report);
    }
}

/// The whole file, which is read again and again.
fn read_sample(path: &Path) -> Result<Vec<u8>> {
    let input: Box<dyn io::Read> = if path == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(path).with_context(|| format!("cannot open {}", path.display()))?)
    };
    let mut data = Vec::new();
    input
        .take(explain::MOST + 1)
        .read_to_end(&mut data)
        .with_context(|| format!("cannot read {}", path.display()))?;
    if data.len() as u64 > explain::MOST {
        bail!(
            "{}: --explain takes a sample of at most {} MiB, found more: make a file of its first records",
            path.display(),
            words::mib(explain::MOST)
        );
    }
    Ok(data)
}

/// More than any machine has CPUs would cost memory and gain nothing.
fn threads(text: &str) -> Result<NonZeroUsize, String> {
    const MOST: usize = 1024;
    match text.parse::<NonZeroUsize>() {
        Ok(count) if count.get() <= MOST => Ok(count),
        Ok(_) => Err(format!("expected at most {MOST}")),
        Err(error) => Err(error.to_string()),
    }
}

/// As given, unless empty, which wrappers use for "not given".
fn kernel(args: &Args) -> Result<Option<KernelChoice>> {
    let given = args.kernel.as_deref().filter(|name| !name.is_empty());
    given
        .map(|name| {
            name.parse()
                .map_err(|error: String| anyhow!("--kernel: {error}"))
        })
        .transpose()
}

/// Where records come from.
enum Input {
    Stream(File),
    Mapped(Map),
    /// No bytes can't be mapped.
    Empty,
}

impl Input {
    fn open(path: &Path, map: bool) -> Result<Input> {
        let describe = || format!("cannot open {}", path.display());
        if path == Path::new("-") {
            let stdin = io::stdin().as_fd().try_clone_to_owned();
            return Ok(Input::Stream(File::from(stdin.context("standard input")?)));
        }
        let file = File::open(path).with_context(describe)?;
        if !map {
            return Ok(Input::Stream(file));
        }
        let metadata = file.metadata().with_context(describe)?;
        if !metadata.is_file() {
            bail!(
                "--memory-map takes a file on a disk, found something else at {}: leave it out to \
                 read a pipe or a device",
                path.display()
            );
        }
        if metadata.len() == 0 {
            return Ok(Input::Empty);
        }
        let (map, _) = Map::with_options()
            .open(path)
            .with_context(|| format!("cannot map {} into memory", path.display()))?;
        Ok(Input::Mapped(map))
    }
}

fn is_broken_pipe(cause: &Cause) -> bool {
    matches!(cause, Cause::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
}

/// Totals for a reader of standard error.
fn tell(totals: &Totals<'_>, elapsed: Duration, threads: NonZeroUsize, kernel: &str) {
    let report = &totals.report;
    let seconds = elapsed.as_secs_f64();
    let mib = report.input_bytes as f64 / f64::from(1 << 20);
    note!(
        "{}, {} in, {} out, {seconds:.3} s: {:.1} MiB/s of input, file to file ({}, {kernel} \
         kernel)",
        words::count(report.records, "record"),
        words::count(report.input_bytes, "byte"),
        words::count(report.output_bytes, "byte"),
        mib / seconds.max(f64::MIN_POSITIVE),
        words::count(threads.get() as u64, "thread"),
    );
    if report.skipped > 0 {
        note!(
            "{} left out",
            words::count(report.skipped, "invalid record")
        );
    }
    if report.left_out > 0 {
        note!(
            "{} of other segments left out",
            words::count(report.left_out, "record")
        );
    }
    if report.nulls > 0 {
        note!(
            "{} written as null",
            words::count(report.nulls, "invalid field")
        );
    }
    if report.blanks > 0 {
        note!("{}", words::count(report.blanks, "blank number"));
    }
    if report.absent > 0 {
        note!(
            "{} written as null: the record ends before, or a counter that is invalid hides the place",
            words::count(report.absent, "field")
        );
    }
    for (field, count) in &report.errors {
        note!("  {count} x {field}");
    }
    if report.other_errors > 0 {
        note!("  {} x other fields", report.other_errors);
    }
    if let Some(error) = &report.first_error {
        match totals.first.filter(|_| totals.files > 1) {
            Some(file) => note!("the first one, in {}: {error}", file.display()),
            None => note!("the first one: {error}"),
        }
    }
    if let Some(error) = &report.truncated {
        note!("warning: {error}");
    }
}

//! Runs the catalog under Criterion and reports what was verified.

mod bench;

use std::env;
use std::error::Error;
use std::path::Path;

use criterion::Criterion;
use workload::catalog::{self, Benchmark};
use workload::copybook_decode::decode::KernelChoice;
use workload::job::Job;
use workload::protocol::{self, SuiteBenchmark, SuiteReport};
use workload::{case, expected, machine};

type Failure = Box<dyn Error>;

/// The whole suite, as Criterion's arguments and the protocol's variables select it.
pub(crate) fn run() -> Result<(), Failure> {
    die_with_parent();
    let kernel = forced_kernel()?;
    let mut criterion = Criterion::default().configure_from_args();
    let mut done = Vec::new();
    for benchmark in &benchmarks()? {
        done.extend(bench::run(&mut criterion, benchmark, kernel)?);
    }
    criterion.final_summary();
    match env::var_os(protocol::REPORT) {
        Some(path) => write_report(Path::new(&path), kernel, done),
        None => Ok(()), // `cargo bench` by hand
    }
}

/// The user's own data if that is the job, else the catalog.
fn benchmarks() -> Result<Vec<Benchmark>, Failure> {
    if let Some(path) = env::var_os(protocol::JOB).filter(|path| !path.is_empty()) {
        let path = Path::new(&path);
        let job = Job::read(path).map_err(|error| format!("job {}: {error}", path.display()))?;
        return Ok(vec![Benchmark::custom(job)?]);
    }
    let (benchmarks, refused) = catalog::all();
    for refused in refused {
        eprintln!("not on this machine: {}: {}", refused.name, refused.reason);
    }
    Ok(benchmarks)
}

fn write_report(
    path: &Path,
    kernel: Option<KernelChoice>,
    benchmarks: Vec<SuiteBenchmark>,
) -> Result<(), Failure> {
    let style = expected::Style::default();
    let decoder = case::decoder(&workload::Workload::customer(1), style, kernel)?;
    let report = SuiteReport {
        subject_name: "copybook-decode".to_owned(),
        subject_version: workload::copybook_decode::VERSION.to_owned(),
        toolchain: env!("BUILT_TOOLCHAIN").to_owned(),
        rustc: env!("BUILT_RUSTC").to_owned(),
        flags: instrument_flags::flags!().to_owned(),
        profile: Some(instrument_flags::profile!().to_owned()).filter(|name| !name.is_empty()),
        sources: Some(env!("BUILT_SOURCES").to_owned()),
        kernels: vec![decoder.kernel().to_owned()],
        max_rss_bytes: machine::peak_rss().ok_or("/proc/self/status has no VmHWM")?,
        benchmarks,
    };
    report
        .write(path)
        .map_err(|error| format!("writing {}: {error}", path.display()))?;
    Ok(())
}

fn forced_kernel() -> Result<Option<KernelChoice>, Failure> {
    match env::var(protocol::KERNEL) {
        Ok(name) if !name.is_empty() => Ok(Some(name.parse()?)),
        _ => Ok(None),
    }
}

/// A run that is killed must not leave its suite behind, measuring for nobody.
fn die_with_parent() {
    use rustix::process::{Signal, getppid, set_parent_process_death_signal};
    let Some(parent) = env::var(protocol::PARENT_PID)
        .ok()
        .and_then(|pid| pid.parse::<i32>().ok())
    else {
        return;
    };
    // A kernel without prctl leaves us with the check below.
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    // It may have died before the line above.
    if getppid().is_none_or(|pid| pid.as_raw_nonzero().get() != parent) {
        eprintln!(
            "error: {} is {parent}, which does not run this suite",
            protocol::PARENT_PID
        );
        std::process::exit(1);
    }
}

//! A suite for `bench run`: verifies, lets Criterion measure, then reports what it verified.

use std::process::ExitCode;
use std::{env, fs, io, path::Path};

use criterion::{Criterion, Throughput};
use serde_json::json;
use sha2::{Digest, Sha256};

/// As in flake.nix's catalog.
const GROUP: &str = "hex";
const NAME: &str = "encode";
const BYTES: usize = 1 << 20;

fn main() -> ExitCode {
    let input: Vec<u8> = (0..BYTES).map(|n| (n * 31 % 251) as u8).collect();
    // The answer comes from the values, never from the code under test.
    let expected: String = input.iter().map(|byte| format!("{byte:02x}")).collect();

    let mut output = Vec::with_capacity(2 * BYTES);
    let mut ran = false;
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group(GROUP);
    group.throughput(Throughput::Bytes(BYTES as u64));
    group.bench_function(NAME, |bencher| {
        // Nothing is timed before its answer was verified.
        if !ran {
            example::encode(&input, &mut output);
            if output != expected.as_bytes() {
                eprintln!("error: {GROUP}/{NAME}: wrong answer, nothing was timed");
                std::process::exit(1);
            }
            ran = true;
        }
        bencher.iter(|| {
            output.clear();
            example::encode(&input, &mut output);
        });
    });
    group.finish();
    criterion.final_summary();

    if ran && output != expected.as_bytes() {
        eprintln!("error: {GROUP}/{NAME}: the answer changed while it was timed");
        return ExitCode::FAILURE;
    }
    // Not set: `cargo bench` by hand.
    let Some(path) = env::var_os("BENCH_SUITE_REPORT") else {
        return ExitCode::SUCCESS;
    };
    match report(Path::new(&path), ran.then_some(&output)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: writing {}: {error}", path.display());
            ExitCode::FAILURE
        }
    }
}

/// The protocol's one file, written whole or not at all.
fn report(path: &Path, output: Option<&Vec<u8>>) -> io::Result<()> {
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let benchmarks: Vec<_> = output
        .map(|output| {
            json!({
                "name": format!("{GROUP}/{NAME}"),
                "bytes": BYTES,
                "verified": {
                    "against": "values",
                    "records": 1,
                    "output_bytes": output.len(),
                    "output_sha256": hex(&Sha256::digest(output)),
                },
            })
        })
        .into_iter()
        .collect();
    let report = json!({
        "subject_name": env!("CARGO_PKG_NAME"),
        "subject_version": env!("CARGO_PKG_VERSION"),
        "toolchain": env!("SUITE_RUSTC"),
        "rustc": env!("SUITE_RUSTC"),
        "flags": concat!("target=", env!("SUITE_TARGET")),
        // Which of several implementations ran; here there is one.
        "kernels": ["scalar"],
        "max_rss_bytes": peak_rss()?,
        "benchmarks": benchmarks,
    });
    let beside = path.with_extension("new");
    fs::write(&beside, report.to_string())?;
    fs::rename(beside, path)
}

fn peak_rss() -> io::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let kib = status.lines().find_map(|line| {
        line.strip_prefix("VmHWM:")?
            .strip_suffix("kB")?
            .trim()
            .parse::<u64>()
            .ok()
    });
    kib.map(|kib| kib * 1024)
        .ok_or_else(|| io::Error::other("/proc/self/status has no VmHWM"))
}

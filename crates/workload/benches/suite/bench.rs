//! One benchmark under Criterion: verified before the first sample, checked again after the last.

use criterion::{Criterion, Throughput};
use workload::case::Case;
use workload::catalog::Benchmark;
use workload::copybook_decode::decode::KernelChoice;
use workload::protocol::SuiteBenchmark;
use workload::verify::Verified;

use super::Failure;

struct Ready {
    case: Box<dyn Case>,
    verified: Verified,
}

/// Runs it if Criterion's filter selects it; `None` if not.
///
/// # Errors
///
/// The answer was wrong, before or after the samples.
pub(crate) fn run(
    criterion: &mut Criterion,
    benchmark: &Benchmark,
    kernel: Option<KernelChoice>,
) -> Result<Option<SuiteBenchmark>, Failure> {
    let name = benchmark.name();
    let mut ready: Option<Ready> = None;
    let mut group = criterion.benchmark_group(benchmark.group);
    group.throughput(Throughput::Bytes(benchmark.bytes));
    group.bench_function(&benchmark.id, |bencher| {
        // Criterion calls this only for what is selected, and more than once.
        let ready = ready.get_or_insert_with(|| {
            prepare(benchmark, kernel).unwrap_or_else(|error| refuse(&name, &*error))
        });
        bencher.iter(|| {
            ready
                .case
                .run()
                .unwrap_or_else(|error| refuse(&name, &error))
        });
    });
    group.finish();

    let Some(ready) = ready else { return Ok(None) };
    let digest = ready.case.digest();
    if digest != ready.verified.output_sha256 {
        let before = &ready.verified.output_sha256;
        return Err(format!(
            "{name}: the answer changed while it was timed: SHA-256 {before} became {digest}"
        )
        .into());
    }
    Ok(Some(SuiteBenchmark {
        name,
        bytes: ready.case.bytes(),
        verified: ready.verified,
    }))
}

fn prepare(benchmark: &Benchmark, kernel: Option<KernelChoice>) -> Result<Ready, Failure> {
    let mut case = benchmark.prepare(kernel)?;
    case.run()?;
    let verified = case.check()?;
    Ok(Ready { case, verified })
}

/// Criterion has no way out of a benchmark but the end of the process; without its samples' end and
/// without a report, nothing that was measured so far counts.
fn refuse(name: &str, error: &dyn std::fmt::Display) -> ! {
    eprintln!("error: {name}: {error}");
    std::process::exit(1);
}

//! `cargo bench`: Criterion's own arguments and output, with every answer verified.

use criterion::{Criterion, Throughput};

use super::{Entry, Failure, Suite, timing};

/// All benchmarks that Criterion's arguments select.
pub(super) fn run(mut suite: Suite<'_>) -> Result<(), Failure> {
    let mut criterion = Criterion::default().configure_from_args();
    for entry in &mut suite.entries {
        bench(&mut criterion, entry)?;
    }
    criterion.final_summary();
    Ok(())
}

/// Criterion calls the function only for what is selected, and more than once.
fn bench(criterion: &mut Criterion, entry: &mut Entry<'_>) -> Result<(), Failure> {
    let name = entry.benchmark.name.as_str();
    let (group, id) = timing::parts(name);
    let prepare = &mut entry.prepare;
    let mut ready = None;
    let mut group = criterion.benchmark_group(group);
    group.throughput(Throughput::Bytes(entry.benchmark.bytes));
    group.bench_function(id, |bencher| {
        let (case, _) = ready.get_or_insert_with(|| {
            let verified = prepare(None).and_then(|mut case| {
                let answer = timing::verify(&mut *case)?;
                Ok((case, answer))
            });
            verified.unwrap_or_else(|error| refuse(name, &*error))
        });
        if let Err(error) = case.time(bencher) {
            refuse(name, &*error);
        }
    });
    group.finish();
    match ready {
        Some((mut case, answer)) => timing::same(&mut *case, &answer)
            .map(drop)
            .map_err(|error| format!("{name}: {error}").into()),
        None => Ok(()),
    }
}

/// Criterion has no way out of a benchmark but the end of the process.
fn refuse(name: &str, error: &dyn std::error::Error) -> ! {
    eprintln!("error: {name}: {error}");
    std::process::exit(1);
}

//! The catalog as Criterion benchmarks behind the instrument's protocol.

use std::path::Path;

use instrument::answer::Answer;
use instrument::suite::{Built, Case, Failure, Suite};
use workload::case;
use workload::catalog::{self, Benchmark};
use workload::copybook_decode::VERSION;
use workload::job::Job;

/// Every benchmark that this machine can run.
pub(crate) fn suite() -> Suite<'static> {
    let mut suite = Suite::new("copybook-decode", VERSION);
    suite.built(Built {
        toolchain: Some(env!("BUILT_TOOLCHAIN")),
        rustc: Some(env!("BUILT_RUSTC")),
        flags: Some(instrument_flags::flags!()),
        profile: Some(instrument_flags::profile!()).filter(|name| !name.is_empty()),
        sources: Some(env!("BUILT_SOURCES")),
    });
    let (benchmarks, refused) = catalog::all();
    for refused in refused {
        eprintln!("not on this machine: {}: {}", refused.name, refused.reason);
    }
    for benchmark in benchmarks {
        let (name, bytes) = (benchmark.name(), benchmark.bytes);
        suite.case(&name, bytes, move |kernel| {
            Timed::prepare(&benchmark, kernel)
        });
    }
    suite.copybook(|file, kernel| {
        let benchmark = from_file(file)?;
        Ok((benchmark.bytes, Timed::prepare(&benchmark, kernel)?))
    });
    suite
}

fn from_file(path: &Path) -> Result<Benchmark, Failure> {
    let job = Job::read(path).map_err(|error| format!("job {}: {error}", path.display()))?;
    Ok(Benchmark::custom(job)?)
}

/// A case of the library, as the instrument wants it.
struct Timed(Box<dyn case::Case>);

impl Timed {
    fn prepare(benchmark: &Benchmark, kernel: Option<&str>) -> Result<Box<dyn Case>, Failure> {
        let kernel = kernel.map(str::parse).transpose()?;
        let case = benchmark.prepare(kernel)?;
        if case.bytes() != benchmark.bytes {
            let (expected, found) = (benchmark.bytes, case.bytes());
            return Err(format!("expected {expected} input bytes, found {found}").into());
        }
        Ok(Box::new(Timed(case)))
    }
}

impl Case for Timed {
    fn run(&mut self) -> Result<(), Failure> {
        Ok(self.0.run()?)
    }

    fn check(&mut self) -> Result<Answer, Failure> {
        Ok(self.0.check()?)
    }

    fn digest(&mut self) -> Result<String, Failure> {
        Ok(self.0.digest())
    }

    fn kernels(&self) -> Option<Vec<String>> {
        Some(vec![self.0.kernel()?.to_owned()])
    }
}

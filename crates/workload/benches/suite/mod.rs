//! The catalog as Criterion benchmarks behind the instrument's protocol.

use std::path::Path;

use instrument::answer::Answer;
use instrument::suite::{Built, Case, Failure, Suite};
use workload::case;
use workload::catalog::{self, Benchmark};
use workload::copybook_decode::VERSION;
use workload::job::Job;

/// Variable: per cent of extra work in every timed run, for the self-test of a gate (`bench selftest`).
/// An empty text means none, and 0 a run laid out like one with extra work. The version of the decoder says it, so that nobody takes the
/// figures for its own.
const BURDEN: &str = "BENCH_BURDEN";

/// Every benchmark that this machine can run.
///
/// # Errors
///
/// The variable holds no number.
pub(crate) fn suite() -> Result<Suite<'static>, Failure> {
    let burden = burden()?;
    let version = match burden {
        Some(percent) if percent > 0.0 => format!("{VERSION} with {percent} % extra work"),
        _ => VERSION.to_owned(),
    };
    let mut suite = Suite::new("copybook-decode", &version);
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
            Timed::prepare(&benchmark, kernel, burden)
        });
    }
    suite.copybook(move |file, kernel| {
        let benchmark = from_file(file)?;
        Ok((benchmark.bytes, Timed::prepare(&benchmark, kernel, burden)?))
    });
    Ok(suite)
}

fn burden() -> Result<Option<f64>, Failure> {
    let text = std::env::var(BURDEN).unwrap_or_default();
    if text.is_empty() {
        return Ok(None);
    }
    let percent: f64 = text
        .parse()
        .map_err(|_| format!("{BURDEN}: expected per cent of extra work, found `{text}`"))?;
    Ok(Some(percent))
}

fn from_file(path: &Path) -> Result<Benchmark, Failure> {
    let job = Job::read(path).map_err(|error| format!("job {}: {error}", path.display()))?;
    Ok(Benchmark::custom(job)?)
}

/// A case of the library, as the instrument wants it.
struct Timed(Box<dyn case::Case>);

impl Timed {
    fn prepare(
        benchmark: &Benchmark,
        kernel: Option<&str>,
        burden: Option<f64>,
    ) -> Result<Box<dyn Case>, Failure> {
        let kernel = kernel.map(str::parse).transpose()?;
        let case = match burden {
            Some(percent) => benchmark.burdened(kernel, percent)?,
            None => benchmark.prepare(kernel)?,
        };
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

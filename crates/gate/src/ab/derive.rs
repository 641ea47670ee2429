//! From launches to verdicts: the same walk for the program that measured and for the one that
//! verifies its record.

use thiserror::Error;

use super::design::Design;
use super::judge::{Finding, Verdict};
use super::order::Arm;
use super::record::{Benchmark, Launch, Measured, Row};
use super::session::{Next, Session, Values, overall};
use crate::quantile::{self, QuantileError};

/// Launches that are not those the rules ask for.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum WalkError {
    /// The design is none.
    #[error("design: {0}")]
    Design(String),
    /// Another launch belongs here.
    #[error("launch {index}: expected {expected}, found {found}")]
    Launch {
        /// Position, from 0.
        index: usize,
        /// What the seed and the launches before it ask for.
        expected: String,
        /// What is recorded.
        found: String,
    },
    /// A benchmark without a usable sample.
    #[error("launch {index}, {benchmark}: {source}")]
    Samples {
        /// Position, from 0.
        index: usize,
        /// Its name.
        benchmark: String,
        /// What is wrong with them.
        source: QuantileError,
    },
    /// Iterations and times don't pair up.
    #[error(
        "launch {index}, {benchmark}: expected one time for each count of iterations, and no count of 0, found {iterations} counts and {times} times"
    )]
    Unpaired {
        /// Position, from 0.
        index: usize,
        /// Its name.
        benchmark: String,
        /// Counts.
        iterations: usize,
        /// Times.
        times: usize,
    },
    /// The rules ask for more launches.
    #[error("expected more launches: after {launches}, {open} is not settled")]
    Unfinished {
        /// Found.
        launches: usize,
        /// A benchmark that is open.
        open: String,
    },
    /// The rules asked for fewer.
    #[error("expected {expected} launches, after which everything is settled, found {found}")]
    Surplus {
        /// Needed.
        expected: usize,
        /// Recorded.
        found: usize,
    },
}

/// Walks through the complete rounds of `launches`: the session after them, and how many launches it
/// took. An incomplete round at the end (a run that was cut off) is left over.
///
/// # Errors
/// A launch is not the one that the seed and the launches before it ask for.
pub fn walk(
    design: &Design,
    seed: u64,
    names: &[&str],
    launches: &[Launch],
) -> Result<(Session, usize), WalkError> {
    design.check().map_err(WalkError::Design)?;
    let mut session = Session::new(design.clone(), seed, names.len());
    let mut taken = 0;
    while session.next().is_some() {
        let Some(round) = launches.get(taken..taken + 3) else {
            break;
        };
        step(&mut session, names, round, taken)?;
        taken += 3;
    }
    Ok((session, taken))
}

/// Hands a round to the session that asked for it; at a look, what every benchmark looks like now.
/// `at` is the position of its first launch, for messages.
///
/// # Errors
/// These are not the launches that were asked for.
pub fn step(
    session: &mut Session,
    names: &[&str],
    round: &[Launch],
    at: usize,
) -> Result<Option<Vec<Finding>>, WalkError> {
    let Some(next) = session.next().cloned() else {
        return Err(WalkError::Surplus {
            expected: at,
            found: at + round.len(),
        });
    };
    let values = values(&next, names, round, at)?;
    Ok(session.push(&values))
}

/// The rows of a finished comparison, and its verdict.
///
/// # Errors
/// As [`walk`], and where launches are missing or left over.
pub fn derive(
    design: &Design,
    seed: u64,
    benchmarks: &[Benchmark],
    launches: &[Launch],
) -> Result<(Vec<Row>, Verdict), WalkError> {
    let names: Vec<&str> = benchmarks
        .iter()
        .map(|benchmark| benchmark.name.as_str())
        .collect();
    let (session, taken) = walk(design, seed, &names, launches)?;
    if let Some(next) = session.next() {
        return Err(WalkError::Unfinished {
            launches: launches.len(),
            open: names[next.benchmarks[0]].to_owned(),
        });
    }
    if taken != launches.len() {
        return Err(WalkError::Surplus {
            expected: taken,
            found: launches.len(),
        });
    }
    let findings = session.findings();
    let verdict = overall(&findings).unwrap_or(Verdict::Inconclusive);
    let rows = benchmarks
        .iter()
        .zip(findings)
        .map(|(benchmark, finding)| row(benchmark, &finding));
    Ok((rows.collect(), verdict))
}

fn values(next: &Next, names: &[&str], round: &[Launch], at: usize) -> Result<Values, WalkError> {
    let mut values = Values::default();
    for ((launch, arm), index) in round.iter().zip(next.arms).zip(at..) {
        let asked: Vec<&str> = next.benchmarks.iter().map(|&index| names[index]).collect();
        expect(launch, next, arm, &asked, index)?;
        values.set(arm, lows(launch, index)?);
    }
    Ok(values)
}

/// The values of a launch, ns per iteration, one a benchmark. `index` is its position, for messages.
///
/// # Errors
/// It has no usable samples.
pub(crate) fn lows(launch: &Launch, index: usize) -> Result<Vec<f64>, WalkError> {
    let each = launch.measured.iter();
    each.map(|measured| low(measured, index)).collect()
}

/// The value of a launch for one benchmark, ns per iteration.
///
/// # Errors
/// It has no usable samples.
fn low(measured: &Measured, index: usize) -> Result<f64, WalkError> {
    let (iterations, times) = (measured.iterations.len(), measured.elapsed_ns.len());
    if iterations != times || measured.iterations.contains(&0) {
        return Err(WalkError::Unpaired {
            index,
            benchmark: measured.benchmark.clone(),
            iterations,
            times,
        });
    }
    quantile::low(&measured.samples()).map_err(|source| WalkError::Samples {
        index,
        benchmark: measured.benchmark.clone(),
        source,
    })
}

fn expect(
    launch: &Launch,
    next: &Next,
    arm: Arm,
    asked: &[&str],
    index: usize,
) -> Result<(), WalkError> {
    let found: Vec<&str> = launch
        .measured
        .iter()
        .map(|one| one.benchmark.as_str())
        .collect();
    let right = launch.stage == next.stage
        && launch.round == next.round
        && launch.arm == arm
        && found == asked;
    if right {
        return Ok(());
    }
    let say = |stage, round: u32, arm, names: &[&str]| {
        format!("{stage:?} round {round}, {arm:?}, of {}", names.join(", "))
    };
    Err(WalkError::Launch {
        index,
        expected: say(next.stage, next.round, arm, asked),
        found: say(launch.stage, launch.round, launch.arm, &found),
    })
}

fn row(benchmark: &Benchmark, finding: &Finding) -> Row {
    Row {
        name: benchmark.name.clone(),
        bytes: benchmark.bytes,
        verified: benchmark.verified.clone(),
        kernels_base: benchmark.kernels_base.clone(),
        kernels_new: benchmark.kernels_new.clone(),
        suspicion: finding.suspicion,
        verdict: finding.verdict.unwrap_or(Verdict::Inconclusive),
        // A settled benchmark has rounds.
        ratio: finding.ratio.unwrap_or(f64::NAN),
        ci95: finding.ends(),
        pairs: finding.pairs as u32,
        detectable: finding.detectable,
        control_differs: finding.control_differs,
    }
}

#[cfg(test)]
mod tests {
    use receipt::model::Against;
    use receipt::model::Verified;

    use super::*;
    use crate::ab::Stage;

    fn benchmark(name: &str) -> Benchmark {
        Benchmark {
            name: name.to_owned(),
            bytes: 1 << 20,
            verified: Verified {
                against: Against::Values,
                records: 10,
                output_bytes: 100,
                output_sha256: "0".repeat(64),
            },
            kernels_base: None,
            kernels_new: None,
        }
    }

    /// Launches as the session asks for them, new slower by `factor`.
    fn launches(seed: u64, factor: f64) -> Vec<Launch> {
        let mut session = Session::new(Design::default(), seed, 1);
        let mut all = Vec::new();
        while let Some(next) = session.next().cloned() {
            for (place, arm) in next.arms.into_iter().enumerate() {
                let n = (all.len() * 37 + place) % 17;
                let factor = if arm == Arm::New { factor } else { 1.0 };
                let elapsed = (1e6 * factor) as u64 + 10 * n as u64;
                let measured = Measured {
                    benchmark: "g/f".to_owned(),
                    iterations: vec![1000; 3],
                    elapsed_ns: vec![elapsed, elapsed + 500, elapsed + 900],
                };
                let (stage, round) = (next.stage, next.round);
                all.push(Launch {
                    stage,
                    round,
                    arm,
                    measured: vec![measured],
                });
            }
            let names = ["g/f"];
            session = walk(&Design::default(), seed, &names, &all)
                .expect("as asked for")
                .0;
        }
        all
    }

    #[test]
    fn launches_become_a_verdict() {
        let all = launches(3, 1.05);
        let (rows, verdict) =
            derive(&Design::default(), 3, &[benchmark("g/f")], &all).expect("a comparison");
        assert_eq!((rows.len(), verdict), (1, Verdict::Slower));
        assert!((rows[0].ratio - 1.05).abs() < 1e-3, "{:?}", rows[0]);
        assert_eq!((rows[0].pairs, all.len()), (16, 96));
        let equal = launches(4, 1.0);
        let (_, verdict) =
            derive(&Design::default(), 4, &[benchmark("g/f")], &equal).expect("a comparison");
        assert_eq!((verdict, equal.len()), (Verdict::Same, 48));
    }

    #[test]
    fn any_other_story_is_refused() {
        let all = launches(3, 1.05);
        let judge = |seed, launches: &[Launch]| {
            derive(&Design::default(), seed, &[benchmark("g/f")], launches).expect_err("refused")
        };
        assert!(matches!(judge(4, &all), WalkError::Launch { .. }));
        assert!(matches!(
            judge(3, &all[..93]),
            WalkError::Unfinished { launches: 93, .. }
        ));
        assert!(matches!(judge(3, &all[..94]), WalkError::Unfinished { .. }));
        assert!(matches!(judge(3, &[]), WalkError::Unfinished { .. }));
        let more = [&all[..], &all[..3]].concat();
        assert!(matches!(
            judge(3, &more),
            WalkError::Surplus { expected: 96, .. }
        ));
        let change = |at: usize, with: &dyn Fn(&mut Launch)| {
            let mut changed = all.clone();
            with(&mut changed[at]);
            judge(3, &changed)
        };
        let confirming = |launch: &mut Launch| launch.stage = Stage::Confirmation;
        assert!(matches!(
            change(5, &confirming),
            WalkError::Launch { index: 5, .. }
        ));
        let empty = |launch: &mut Launch| launch.measured[0].elapsed_ns.clear();
        assert!(matches!(
            change(7, &empty),
            WalkError::Unpaired { index: 7, .. }
        ));
        let none = |launch: &mut Launch| launch.measured.clear();
        assert!(matches!(
            change(8, &none),
            WalkError::Launch { index: 8, .. }
        ));
        let zero = |launch: &mut Launch| launch.measured[0].elapsed_ns[1] = 0;
        assert!(matches!(
            change(9, &zero),
            WalkError::Samples { index: 9, .. }
        ));
    }
}

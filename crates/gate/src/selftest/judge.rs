//! From the values of a trial's launches to what it said: the walk that a comparison makes.

use super::record::{Row, Trial};
use super::verify::SelfTestError;
use crate::ab::derive::{WalkError, lows};
use crate::ab::record::Launch;
use crate::ab::{Design, Finding, Session, Values, Verdict};

/// What a trial of so many benchmarks says of each of them.
///
/// # Errors
/// These are not the rounds that the design asks for.
pub(super) fn judge(
    design: &Design,
    benchmarks: usize,
    trial: &Trial,
) -> Result<Vec<Row>, SelfTestError> {
    design.check().map_err(WalkError::Design)?;
    let mut session = Session::new(design.clone(), trial.seed, benchmarks);
    let mut taken = 0;
    while let Some(next) = session.next() {
        let Some(round) = trial.rounds.get(taken) else {
            return Err(SelfTestError::Unfinished {
                rounds: trial.rounds.len(),
            });
        };
        let open = next.benchmarks.len();
        let arms = [&round.base, &round.control, &round.new];
        if let Some(found) = arms.iter().map(|arm| arm.len()).find(|len| *len != open) {
            return Err(SelfTestError::Round {
                index: taken,
                expected: open,
                found,
            });
        }
        let values = arms.into_iter().flatten();
        if let Some(found) = values.copied().find(|value| !is_time(*value)) {
            return Err(SelfTestError::Value {
                index: taken,
                found,
            });
        }
        session.push(round);
        taken += 1;
    }
    if taken != trial.rounds.len() {
        return Err(SelfTestError::Surplus {
            expected: taken,
            found: trial.rounds.len(),
        });
    }
    Ok(session.findings().iter().map(row).collect())
}

/// What the verdicts of a comparison were judged from.
///
/// # Errors
/// A launch has no usable samples.
pub fn rounds(launches: &[Launch]) -> Result<Vec<Values>, WalkError> {
    let round = |(at, launches): (usize, &[Launch])| {
        let mut values = Values::default();
        for (launch, index) in launches.iter().zip(at * 3..) {
            values.set(launch.arm, lows(launch, index)?);
        }
        Ok(values)
    };
    launches.chunks(3).enumerate().map(round).collect()
}

fn is_time(value: f64) -> bool {
    value.is_finite() && value > 0.0
}

fn row(finding: &Finding) -> Row {
    Row {
        verdict: finding.verdict.unwrap_or(Verdict::Inconclusive),
        // A settled benchmark has rounds.
        ratio: finding.ratio.unwrap_or(f64::NAN),
        ci95: finding.ends(),
        pairs: finding.pairs as u32,
    }
}

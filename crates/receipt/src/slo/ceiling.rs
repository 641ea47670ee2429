//! Ceilings over what a run has once, so that nothing is estimated and there is no interval.

use crate::model::Verdict;
use crate::stats::MIN_LAUNCHES;

/// Whether peak memory stays under its ceiling. It is a maximum, not an estimate: one launch above
/// the ceiling is enough to fail, and a pass needs [`MIN_LAUNCHES`] of them.
#[must_use]
pub fn under(max_rss_mib: f64, launches: usize, ceiling_mib: f64) -> Verdict {
    if max_rss_mib > ceiling_mib {
        Verdict::Fail
    } else if launches < MIN_LAUNCHES as usize {
        Verdict::Inconclusive
    } else {
        Verdict::Pass
    }
}

/// Whether the first launch came in time: a statement about this run, whose wait is over, and not
/// about the next one's.
#[must_use]
pub fn within(first_launch_s: f64, ceiling_s: f64) -> Verdict {
    if first_launch_s > ceiling_s {
        Verdict::Fail
    } else {
        Verdict::Pass
    }
}

#[cfg(test)]
mod tests {
    use super::super::Objectives;
    use super::super::verdict::tests::{benchmark, evidence};
    use super::*;
    use crate::model::Benchmark;

    #[test]
    fn memory_is_judged_where_only_its_group_ran() {
        let text = "[[slo]]\nmetric = 'max_rss_mib'\nbenchmark = 'group/'\nlabel = 'M'\nceiling_mib = 20\nwhy = 'x'";
        let objectives = Objectives::parse(text, "slo.toml".as_ref()).unwrap();
        let measured = vec![benchmark(3, [1.0, 2.0])];
        let judged = objectives.judge(evidence(&measured));
        assert_eq!(
            (judged[0].verdict, judged[0].delta_pct),
            (Verdict::Pass, -50.0)
        );
        assert!(objectives.not_judged(evidence(&measured)).is_empty());
        not_beside_another(&objectives, measured);
        assert_eq!(under(20.0, 3, 20.0), Verdict::Pass);
        assert_eq!(under(20.0, 2, 20.0), Verdict::Inconclusive);
        assert_eq!(under(20.1, 1, 20.0), Verdict::Fail);
    }

    #[test]
    fn the_first_launch_is_judged_where_only_its_group_ran() {
        let text = "[[slo]]\nmetric = 'first_launch_s'\nbenchmark = 'group/'\nlabel = 'F'\nceiling_s = 4\nwhy = 'x'";
        let objectives = Objectives::parse(text, "slo.toml".as_ref()).unwrap();
        let measured = vec![benchmark(3, [1.0, 2.0])];
        let judged = &objectives.judge(evidence(&measured))[0];
        assert_eq!((judged.verdict, judged.delta_pct), (Verdict::Pass, -50.0));
        not_beside_another(&objectives, measured);
        // One launch says as much as three.
        assert_eq!(within(4.0, 4.0), Verdict::Pass);
        assert_eq!(within(4.1, 4.0), Verdict::Fail);
    }

    #[test]
    fn both_ceilings_of_one_group_stand_side_by_side() {
        let entry = |metric: &str, bound: &str, label: &str| {
            format!(
                "[[slo]]\nmetric = '{metric}'\nbenchmark = 'group/'\nlabel = '{label}'\n{bound} = 4\nwhy = 'x'\n"
            )
        };
        let memory = entry("max_rss_mib", "ceiling_mib", "M");
        let wait = entry("first_launch_s", "ceiling_s", "F");
        let parse = |text: &str| Objectives::parse(text, "slo.toml".as_ref());
        assert!(parse(&format!("{memory}{wait}")).is_ok());
        let again = entry("first_launch_s", "ceiling_s", "again");
        let error = parse(&format!("{wait}{again}")).unwrap_err().to_string();
        assert!(error.contains("each metric once"), "{error}");
    }

    /// Where a benchmark of another group ran too, nothing is judged, and that one is named.
    fn not_beside_another(objectives: &Objectives, mut measured: Vec<Benchmark>) {
        measured.push(Benchmark {
            name: "other/name".to_owned(),
            ..measured[0].clone()
        });
        assert!(objectives.judge(evidence(&measured)).is_empty());
        let reason = &objectives.not_judged(evidence(&measured))[0].reason;
        assert!(reason.contains("other/name"), "{reason}");
    }
}

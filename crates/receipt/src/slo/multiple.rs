//! A floor as a multiple of a peer's throughput, judged launch by launch.

use super::verdict::{Evidence, Judged, beyond, delta_pct};
use crate::model::SloVerdict;
use crate::stats::{decisive, relative};

/// The multiple of a peer's throughput: the mean, over launches that ran in turn, of the ratios of their
/// 10th percentiles.
pub(super) fn times(entry: &SloVerdict, floor: f64, evidence: Evidence<'_>) -> Option<Judged> {
    let mut all = evidence.benchmarks.iter();
    let benchmark = all.find(|one| one.name == entry.benchmark)?;
    let name = entry.peer.as_deref()?;
    let peer = evidence.peers.iter().find(|peer| peer.name == name)?;
    let peer = peer
        .benchmarks
        .iter()
        .find(|one| one.name == entry.benchmark)?;
    let ours = relative::lows(&benchmark.samples, benchmark.launches);
    let ratios: Vec<f64> = peer
        .lows_ns
        .iter()
        .zip(&ours)
        .map(|(peer, ours)| peer / ours)
        .collect();
    // One pair has no interval; it decides nothing, as its launches don't either.
    let (mean, ci95) = relative::of_pairs(&ratios).unwrap_or_else(|| {
        let mean = relative::mean(&ratios);
        (mean, [mean, mean])
    });
    let decides = decisive(benchmark.samples.len(), benchmark.launches);
    Some(Judged {
        verdict: beyond(ci95, floor, decides),
        delta_pct: delta_pct(mean, floor),
        ci95_mibps: None,
        ci95_times: Some(ci95),
    })
}

#[cfg(test)]
mod tests {
    use super::super::Objectives;
    use super::super::verdict::tests::{benchmark, evidence};
    use super::*;
    use crate::model::{Peer, Verdict};

    #[test]
    fn a_multiple_of_a_peer_is_judged_launch_by_launch() {
        let text = "[[slo]]\nmetric = 'a_times'\nbenchmark = 'group/name'\nlabel = 'A'\nfloor_times = 40\npeer = 'codec'\nwhy = 'x'";
        let objectives = Objectives::parse(text, "slo.toml".as_ref()).unwrap();
        // Its launches take 1 ns each.
        let measured = [benchmark(3, [1.0, 2.0])];
        let alone = evidence(&measured);
        assert!(objectives.judge(alone).is_empty());
        let not = &objectives.not_judged(alone)[0];
        assert!(not.reason.contains("--peers"), "{}", not.reason);
        let judge = |lows_ns: &[f64]| {
            let peers = [Peer {
                name: "codec".to_owned(),
                subject: crate::model::Subject {
                    name: "codec".to_owned(),
                    version: "1".to_owned(),
                },
                receipt_sha256: String::new(),
                benchmarks: vec![crate::model::PeerBenchmark {
                    name: "group/name".to_owned(),
                    lows_ns: lows_ns.to_vec(),
                }],
            }];
            let evidence = Evidence {
                peers: &peers,
                ..alone
            };
            assert!(objectives.not_judged(evidence).is_empty());
            objectives.judge(evidence)[0].clone()
        };
        assert_eq!(judge(&[50.0, 50.1, 49.9]).verdict, Verdict::Pass);
        assert_eq!(judge(&[30.0, 30.1, 29.9]).verdict, Verdict::Fail);
        let wide = judge(&[35.0, 55.0, 42.0]);
        assert_eq!(wide.verdict, Verdict::Inconclusive);
        assert!((wide.delta_pct - 10.0).abs() < 1e-9, "{wide:?}");
        assert_eq!(wide.ci95_mibps, None);
    }
}

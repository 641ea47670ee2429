//! The lines that operators' scripts look for.

use crate::common::{self, COMP3, DISPLAY, draft, objectives, three, with_first_launch};
use receipt::model::Against;
use receipt::{Measured, Objectives, Receipt, table};

/// A benchmark whose samples give this rate to the digits shown, and no two are alike.
fn exactly(name: &str, mibps: f64) -> Measured {
    let mut measured = common::measured(name, 1_048_576, 1.0, 0, 0);
    let ns = 1e9 / mibps;
    let sample = |launch: i32, index: i32| ns + f64::from(10 * (index - 5) + launch);
    let launch = |at| common::linear((0..11).map(|index| sample(at, index)));
    measured.allocations = None;
    measured.launches = (-1..2).map(launch).collect();
    measured
}

/// The two objectives' benchmarks and one more, in a run without `--peers`.
fn receipt(display: f64, comp3: f64, launches: usize, each: usize) -> Receipt {
    let mut objectives = objectives();
    objectives.slo.retain(|one| one.peer.is_none());
    let three = three(display, comp3, launches, each);
    three.into_receipt(&objectives, |_| true).unwrap()
}

fn of(benchmarks: Vec<Measured>, objectives: &Objectives) -> Receipt {
    draft(benchmarks)
        .into_receipt(objectives, |_| false)
        .unwrap()
}

#[test]
fn met_is_the_predecessors_form() {
    let receipt = of(
        vec![exactly(COMP3, 58.0), exactly(DISPLAY, 205.0)],
        &objectives(),
    );
    assert_eq!(
        receipt.summary(),
        "DISPLAY: 205.0 MiB/s (SLO 80 MiB/s, +156.2%) | COMP-3: 58.0 MiB/s (SLO 40 MiB/s, +45.0%)\n\
         ✓ All SLOs met\n\
         peak RSS: 20.0 MiB (SLO at most 256 MiB, -92.2%)\n\
         · Not judged without --peers: DISPLAY over copybook-codec, COMP-3 over copybook-codec"
    );
}

#[test]
fn the_time_to_the_first_launch_has_a_line_of_its_own() {
    let receipt = of(vec![exactly(DISPLAY, 205.0)], &with_first_launch(0.5));
    assert_eq!(
        receipt.summary(),
        "DISPLAY: 205.0 MiB/s (SLO 80 MiB/s, +156.2%)\n\
         ✗ SLO missed: first launch\n\
         peak RSS: 20.0 MiB (SLO at most 256 MiB, -92.2%)\n\
         first launch: 0.75 s (SLO at most 0.5 s, +50.0%)\n\
         · Not judged without --peers: DISPLAY over copybook-codec"
    );
}

#[test]
fn missed_names_each_label() {
    let receipt = of(
        vec![exactly(DISPLAY, 205.0), exactly(COMP3, 26.0)],
        &objectives(),
    );
    assert_eq!(
        receipt.summary(),
        "DISPLAY: 205.0 MiB/s (SLO 80 MiB/s, +156.2%) | COMP-3: 26.0 MiB/s (SLO 40 MiB/s, -35.0%)\n\
         ✗ SLO missed: COMP-3\n\
         peak RSS: 20.0 MiB (SLO at most 256 MiB, -92.2%)\n\
         · Not judged without --peers: DISPLAY over copybook-codec, COMP-3 over copybook-codec"
    );
    let receipt = of(
        vec![exactly(DISPLAY, 79.0), exactly(COMP3, 26.0)],
        &objectives(),
    );
    assert!(
        receipt
            .summary()
            .contains("\n✗ SLO missed: DISPLAY, COMP-3\n"),
        "{}",
        receipt.summary()
    );
}

#[test]
fn undecided_says_why_and_what_to_do() {
    let straddling = receipt(205.0, 40.6, 3, 10).summary();
    let (rates, outcome) = straddling.split_once('\n').unwrap();
    assert!(
        rates.starts_with("DISPLAY: 20") && rates.contains(" | COMP-3: "),
        "{rates}"
    );
    assert!(
        outcome.starts_with("? Inconclusive: COMP-3: the 95 % interval straddles the floor (3"),
        "{outcome}"
    );
    assert!(
        outcome.contains("`bench doctor`") && !outcome.contains("DISPLAY"),
        "{outcome}"
    );
    let few = receipt(205.0, 58.0, 2, 10).summary();
    assert!(
        few.contains("\n? Inconclusive: DISPLAY has 20 samples of 2 launches"),
        "{few}"
    );
    assert!(!few.contains('✓'), "{few}");
}

#[test]
fn missed_and_undecided_are_both_told() {
    let said = receipt(20.0, 40.6, 3, 10).summary();
    let outcome: Vec<_> = said.lines().skip(1).collect();
    assert_eq!(outcome[0], "✗ SLO missed: DISPLAY");
    assert!(outcome[1].starts_with("? Inconclusive: COMP-3"), "{said}");
}

/// "All" would be read as both.
#[test]
fn one_objective_alone_is_not_all() {
    let receipt = of(vec![exactly(DISPLAY, 205.0)], &objectives());
    assert_eq!(
        receipt.summary(),
        "DISPLAY: 205.0 MiB/s (SLO 80 MiB/s, +156.2%)\n\
         ✓ All measured SLOs met; not judged: COMP-3\n\
         peak RSS: 20.0 MiB (SLO at most 256 MiB, -92.2%)\n\
         · Not judged without --peers: DISPLAY over copybook-codec"
    );
}

/// Another project's suite has none of ours to miss.
#[test]
fn another_suites_objectives_are_not_compared_with_ours() {
    let mut objectives = objectives();
    objectives.slo.truncate(1);
    let theirs = &mut objectives.slo[0];
    (theirs.metric, theirs.label) = ("encode_mibps".to_owned(), "encode".to_owned());
    theirs.benchmark = "hex/encode".to_owned();
    let receipt = of(vec![exactly("hex/encode", 120.0)], &objectives);
    assert_eq!(
        receipt.summary(),
        "encode: 120.0 MiB/s (SLO 80 MiB/s, +50.0%)\n✓ All SLOs met"
    );
}

#[test]
fn without_objectives_every_benchmark_has_a_line_and_nothing_passes() {
    let receipt = of(
        vec![
            exactly("customer/decode", 512.0),
            exactly("sizes/l3", 300.21),
        ],
        &objectives(),
    );
    assert_eq!(
        receipt.summary(),
        "customer/decode: 512.0 MiB/s (95 % interval 512.0 to 512.0)\n\
         sizes/l3: 300.2 MiB/s (95 % interval 300.2 to 300.2)\n\
         ? No objective measured: nothing to pass or fail"
    );
}

#[test]
fn floors_keep_only_the_decimals_they_have() {
    let mut objectives = objectives();
    objectives.slo[0].floor_mibps = Some(80.5);
    let receipt = of(vec![exactly(DISPLAY, 205.0)], &objectives);
    assert!(
        receipt.summary().contains("(SLO 80.5 MiB/s, +154.7%)"),
        "{}",
        receipt.summary()
    );
}

/// A figure behind which nothing was checked says so wherever it stands.
#[test]
fn unchecked_answers_are_told_beside_every_figure() {
    let mut benchmarks = vec![exactly(DISPLAY, 205.0), exactly(COMP3, 58.0)];
    benchmarks[0].verified.against = Against::DecodesOnly;
    let unjudged = Objectives::default();
    let (judged, listed) = (
        of(benchmarks.clone(), &objectives()),
        of(benchmarks, &unjudged),
    );
    for text in [
        judged.summary(),
        listed.summary(),
        table::markdown([("a.json", &judged)]),
    ] {
        let figures = text
            .split(['|', '\n'])
            .filter(|part| part.contains("205.0"));
        let said: Vec<_> = figures
            .map(|part| part.contains("(answers not checked)"))
            .collect();
        assert_eq!(said, [true], "{text}");
        assert_eq!(text.matches("not checked").count(), 1, "{text}");
    }
    let warnings = judged.environment.warnings;
    let told = warnings
        .iter()
        .any(|text| text.ends_with("the expected values with --expect"));
    assert!(told, "{warnings:?}");
}

#[test]
fn an_unfit_host_is_told_once() {
    let benchmarks = vec![exactly(DISPLAY, 205.0), exactly(COMP3, 26.0)];
    let mut draft = draft(benchmarks);
    draft.environment.unfit = vec!["others keep it busy: stop them".to_owned()];
    let receipt = draft.into_receipt(&objectives(), |_| false).unwrap();
    let summary = receipt.summary();
    let lines: Vec<_> = summary.lines().collect();
    let expected =
        "? Inconclusive: this host is unfit to be judged on: others keep it busy: stop them";
    assert_eq!(lines.get(1), Some(&expected), "{summary}");
    assert_eq!(summary.matches("Inconclusive").count(), 1, "{summary}");
}

#[test]
fn a_baseline_and_a_peer_have_lines_of_their_own() {
    let mut draft = common::held(three(205.0, 58.0, 5, 20));
    let said = draft.clone().into_receipt(&objectives(), |_| true).unwrap();
    let said = said.summary();
    let start = "DISPLAY over copybook-codec: 151.3 times copybook-codec (95 % interval 150.3 to 152.3; SLO 100 times, +51.3%)";
    assert!(said.lines().any(|line| line == start), "{said}");
    assert!(
        said.contains("\n✓ slo_validation/display_heavy_slo_80mbps: "),
        "{said}"
    );
    assert!(!said.contains("Not judged without"), "{said}");

    let rows = &mut draft.baseline.as_mut().unwrap().benchmarks;
    for (row, factor) in rows.iter_mut().zip([0.93, 0.8, 1.2]) {
        row.runs_ns.iter_mut().for_each(|ns| *ns *= factor);
    }
    let lost = draft.clone().into_receipt(&objectives(), |_| true).unwrap();
    let said = lost.summary();
    assert_eq!(lost.status, receipt::Verdict::Fail);
    for expected in [
        "! slo_validation/display",
        "✗ slo_validation/comp3",
        "✓ sizes/customer",
    ] {
        assert!(said.contains(&format!("\n{expected}")), "{said}");
    }
    // The floors are met all the same, and said to be.
    assert!(
        said.contains("✓ All measured SLOs met; not judged: peak RSS"),
        "{said}"
    );

    draft.environment.source_hash = Some("7a".repeat(32));
    let same = draft.into_receipt(&objectives(), |_| true).unwrap();
    assert_eq!(same.status, receipt::Verdict::Pass);
    let said = same.summary();
    assert!(
        said.contains("of the same program: equal, not measured to be"),
        "{said}"
    );
}

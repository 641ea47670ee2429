//! Receipts of real runs, and what changes of them must lead to.

use std::path::Path;

use gate::ab::Verdict;
use gate::compare::{CompareError, Field, compare};
use receipt::Receipt;

/// A run of the objectives' benchmarks, as it was recorded.
fn recorded() -> Receipt {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../results/epyc-2-cpus-kvm/2026-11-27.json");
    Receipt::load(&path).expect("a receipt")
}

/// The same run, its times multiplied, as one that another program left.
fn run(factor: f64, number: u32) -> Receipt {
    let mut receipt = recorded();
    for benchmark in &mut receipt.benchmarks {
        for sample in &mut benchmark.samples {
            *sample *= factor;
        }
    }
    receipt.integrity.sha256 = format!("{number:064x}");
    receipt
}

/// Five runs of a machine that drifts by about 1 %.
fn drifting(factor: f64, from: u32) -> Vec<Receipt> {
    let drifts = [1.0, 1.012, 0.991, 1.004, 0.995];
    (from..)
        .zip(drifts)
        .map(|(number, drift)| run(drift * factor, number))
        .collect()
}

/// Built from other sources than the base.
fn built_anew(mut receipts: Vec<Receipt>) -> Vec<Receipt> {
    for receipt in &mut receipts {
        receipt.environment.suite_sha256 = "1".repeat(64);
    }
    receipts
}

#[test]
fn one_run_each_says_nothing() {
    let new = built_anew(vec![run(1.5, 1)]);
    let found = compare(&[recorded()], &new, &[]).expect("alike");
    for row in &found.rows {
        assert_eq!((row.verdict, row.ci95), (Verdict::Inconclusive, None));
        assert!(
            row.reason
                .as_deref()
                .expect("a reason")
                .contains("one run each"),
            "{row:?}"
        );
        assert!((row.ratio - 1.0 / 1.5).abs() < 1e-9);
    }
}

#[test]
fn the_spread_of_the_base_decides() {
    let judge = |factor: f64| {
        let new = built_anew(vec![run(factor, 9)]);
        compare(&drifting(1.0, 1), &new, &[]).expect("alike").rows[0].clone()
    };
    assert_eq!(judge(1.10).verdict, Verdict::Slower);
    assert_eq!(judge(0.90).verdict, Verdict::Faster);
    // Within what the machine drifts by itself.
    let row = judge(1.01);
    assert_eq!(row.verdict, Verdict::Inconclusive, "{row:?}");
    let [low, high] = row.ci95.expect("five runs");
    assert!(low < 1.0 && 1.0 < high && high / low < 1.08, "{row:?}");
}

#[test]
fn one_program_is_equal_to_itself() {
    let found = compare(&drifting(1.0, 1), &[run(1.2, 9)], &[]).expect("alike");
    assert!(found.same_program);
    assert!(found.rows.iter().all(|row| row.verdict == Verdict::Same));
    assert!(
        found.rows[0]
            .reason
            .as_deref()
            .expect("a reason")
            .contains("not measured")
    );
}

/// With another kernel, on another machine or with other records the same program is not equal to
/// itself: the difference is what was asked for.
#[test]
fn one_program_is_not_equal_across_what_is_overlooked() {
    let judge = |change: &dyn Fn(&mut Receipt), field: Field| {
        let mut new = run(1.5, 9);
        change(&mut new);
        let found = compare(&drifting(1.0, 1), &[new.clone()], &[field]).expect("overlooked");
        assert!(found.same_program);
        let rows = found.rows.iter().map(|row| row.verdict);
        let many = rows.collect::<Vec<_>>();
        let one = compare(&[recorded()], &[new], &[field]).expect("overlooked");
        (many, one.rows[0].verdict)
    };
    let (slower, open) = (Verdict::Slower, Verdict::Inconclusive);
    let scalar = Some(vec!["scalar".to_owned()]);
    assert_eq!(
        judge(
            &|new| new.environment.kernels.clone_from(&scalar),
            Field::Kernels
        ),
        (vec![slower; 2], open)
    );
    assert_eq!(
        judge(&|new| new.summary.host_cores = 64, Field::Machine),
        (vec![slower; 2], open)
    );
    // Of one benchmark alone: the other one is the same work.
    let (mut verdicts, _) = judge(
        &|new| new.benchmarks[0].verified.output_sha256 = "0".repeat(64),
        Field::Workload,
    );
    verdicts.sort();
    assert_eq!(verdicts, [Verdict::Same, slower]);
    // Nothing differs that could be overlooked.
    assert_eq!(
        judge(&|_| {}, Field::Machine),
        (vec![Verdict::Same; 2], Verdict::Same)
    );
}

#[test]
fn a_side_is_one_program() {
    let mixed = [run(1.0, 1), built_anew(vec![run(1.5, 2)]).remove(0)];
    let new = run(1.2, 9);
    for (base, new) in [(&mixed[..], &[new.clone()][..]), (&[new][..], &mixed[..])] {
        let error = compare(base, new, &[]).expect_err("refused");
        assert!(matches!(error, CompareError::Mixed { .. }), "{error}");
    }
    // Built twice from the same sources, which another compiler makes another program of.
    let mut mixed = mixed;
    for receipt in &mut mixed {
        receipt.environment.source_hash = Some("2".repeat(64));
    }
    compare(&mixed, &[run(1.2, 9)], &[]).expect("one program");
    mixed[1].toolchain = "rustc 9.9.9".to_owned();
    let error = compare(&mixed, &[run(1.2, 9)], &[]).expect_err("refused");
    assert!(
        error
            .to_string()
            .contains("the base: expected runs of one program"),
        "{error}"
    );
}

#[test]
fn what_is_not_alike_is_refused_by_name() {
    let refuse = |change: &dyn Fn(&mut Receipt), field: Field| {
        let mut new = run(1.001, 1);
        change(&mut new);
        let error = compare(&[recorded()], &[new.clone()], &[]).expect_err("refused");
        assert!(
            matches!(&error, CompareError::Unlike(unlike) if unlike.field == field),
            "{error}"
        );
        let words = error.to_string();
        assert!(words.contains(&format!("--across {field}")), "{words}");
        compare(&[recorded()], &[new], &[field]).expect("overlooked");
    };
    refuse(&|new| new.summary.host_cores = 64, Field::Machine);
    refuse(
        &|new| new.environment.cpu.model = "another".to_owned(),
        Field::Machine,
    );
    refuse(
        &|new| new.environment.cgroup.cpu_limit = Some(1.0),
        Field::Container,
    );
    refuse(
        &|new| new.environment.container = Some("podman".to_owned()),
        Field::Container,
    );
    refuse(
        &|new| new.subject.name = "gnucobol".to_owned(),
        Field::Subject,
    );
    refuse(
        &|new| new.benchmarks[0].verified.output_sha256 = "0".repeat(64),
        Field::Workload,
    );
    refuse(
        &|new| new.benchmarks[1].verified.records += 1,
        Field::Workload,
    );
    refuse(
        &|new| new.benchmarks[0].bytes_processed += 1,
        Field::Workload,
    );
    let decodes_only = receipt::model::Against::DecodesOnly;
    refuse(
        &|new| new.benchmarks[0].verified.against = decodes_only,
        Field::Verification,
    );
}

#[test]
fn benchmarks_of_one_side_are_named() {
    let mut new = run(1.001, 1);
    let gone = new.benchmarks[0].name.clone();
    new.benchmarks[0].name = "slo_validation/renamed".to_owned();
    let found = compare(&[recorded()], &[new.clone()], &[]).expect("one in common");
    assert_eq!(
        (found.only_base, found.only_new),
        (vec![gone], vec!["slo_validation/renamed".to_owned()])
    );
    assert_eq!(found.rows.len(), new.benchmarks.len() - 1);
    new.benchmarks.truncate(1);
    let error = compare(&[recorded()], &[new], &[]).expect_err("nothing in common");
    assert!(matches!(error, CompareError::Disjoint { .. }), "{error}");
}

/// Whichever run of a side has a benchmark, in whichever order they are given.
#[test]
fn a_benchmark_that_only_some_runs_have_is_compared() {
    let mut some = run(1.1, 1);
    let gone = some.benchmarks.remove(0).name;
    let all = run(1.2, 2);
    for new in [[all.clone(), some.clone()], [some, all]] {
        let found = compare(&[recorded()], &new, &[]).expect("alike");
        assert!(found.rows.iter().any(|row| row.name == gone), "{found:?}");
        assert_eq!((found.only_base.len(), found.only_new.len()), (0, 0));
    }
}

#[test]
fn one_run_is_no_two() {
    let error = compare(&[recorded()], &[recorded()], &[]).expect_err("the same run");
    assert!(matches!(error, CompareError::Twice(_)), "{error}");
    assert_eq!(compare(&[], &[recorded()], &[]), Err(CompareError::Nothing));
    assert_eq!(compare(&[recorded()], &[], &[]), Err(CompareError::Nothing));
    // The same samples under another seal: a copy, with another time perhaps.
    let error = compare(&[recorded()], &[run(1.0, 1)], &[]).expect_err("a copy");
    assert!(
        error.to_string().contains("the very same samples"),
        "{error}"
    );
}

#[test]
fn samples_that_do_not_move_are_no_measurement() {
    let mut new = run(1.001, 1);
    for sample in &mut new.benchmarks[0].samples {
        *sample = 1000.0;
    }
    let error = compare(&[recorded()], &[new], &[]).expect_err("refused");
    assert!(matches!(error, CompareError::Constant { .. }), "{error}");
    let mut new = run(1.001, 1);
    new.benchmarks[0].samples.pop();
    let error = compare(&[recorded()], &[new], &[]).expect_err("refused");
    assert!(matches!(error, CompareError::Uneven { .. }), "{error}");
}

/// A receipt of version 1 names the kernels of all benchmarks together, one of version 2 those of each.
#[test]
fn older_receipts_compare_where_their_fields_suffice() {
    assert_eq!(recorded().schema_version, 1);
    let mut new = run(1.1, 1);
    new.schema_version = 2;
    let kernels = new.environment.kernels.clone();
    for benchmark in &mut new.benchmarks {
        benchmark.kernels.clone_from(&kernels);
    }
    let found = compare(&[recorded()], &[new.clone()], &[]).expect("alike");
    assert_eq!(found.rows.len(), 2);
    new.environment.kernels = Some(vec!["scalar".to_owned()]);
    let error = compare(&[recorded()], &[new.clone()], &[]).expect_err("other kernels");
    assert!(error.to_string().contains("--across kernels"), "{error}");
    // Between two of version 2 the kernels of each benchmark count, and not their union.
    let mut other = new.clone();
    other.integrity.sha256 = "7".repeat(64);
    for sample in &mut other.benchmarks[0].samples {
        *sample *= 1.01;
    }
    other.environment.kernels = None;
    compare(&[new.clone()], &[other.clone()], &[]).expect("the same kernels");
    other.benchmarks[1].kernels = Some(vec!["scalar".to_owned()]);
    let error = compare(&[new], &[other], &[]).expect_err("other kernels");
    assert!(error.to_string().contains("--across kernels"), "{error}");
}

#[test]
fn samples_that_are_none_are_refused() {
    for bad in [f64::NAN, 0.0, f64::INFINITY] {
        let mut new = run(1.0, 1);
        new.benchmarks[0].samples[3] = bad;
        let error = compare(&[recorded()], &[new], &[]).expect_err("refused");
        assert!(
            matches!(error, CompareError::Samples { .. }),
            "{bad}: {error}"
        );
    }
    let mut new = run(1.0, 1);
    new.benchmarks[0].launches = 0;
    new.benchmarks[0].samples.clear();
    let error = compare(&[recorded()], &[new], &[]).expect_err("refused");
    assert!(matches!(error, CompareError::Samples { .. }), "{error}");
}

//! Baselines from receipts of real runs.

use std::path::Path;

use gate::baseline::{AddError, Baseline, FileError, Place, RUNS, SPREAD};
use gate::compare::{Run, runs};
use receipt::Receipt;

/// The recorded run with all times multiplied, under another seal.
fn receipt(factor: f64, number: u32) -> Receipt {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../results/epyc-2-cpus-kvm/2026-11-27.json");
    let mut receipt = Receipt::load(&path).expect("a receipt");
    for benchmark in &mut receipt.benchmarks {
        for sample in &mut benchmark.samples {
            *sample *= factor;
        }
    }
    receipt.timestamp = format!("2026-11-27T13:00:{number:02}Z");
    receipt.integrity.sha256 = format!("{number:064x}");
    receipt
}

fn run(factor: f64, number: u32) -> Run {
    Run::of(&receipt(factor, number)).expect("a run")
}

fn five() -> Baseline {
    let mut baseline = Baseline::begin(&run(1.0, 1), SPREAD).expect("fit");
    for (number, factor) in [(2, 1.01), (3, 0.99), (4, 1.005), (5, 0.995)] {
        assert!(!baseline.is_complete());
        baseline.add(&run(factor, number), SPREAD).expect("fit");
    }
    baseline
}

#[test]
fn five_runs_make_one_and_their_drift_decides() {
    let baseline = five();
    assert_eq!(baseline.runs.len(), RUNS);
    assert!(baseline.is_complete());
    let mut new = run(1.08, 9);
    new.program = "1".repeat(64);
    new.sources = None;
    assert!(!baseline.is_of(&new));
    let found = runs(&baseline.runs(), &[new], &[]).expect("alike");
    assert!(
        found
            .rows
            .iter()
            .all(|row| row.ci95.is_some_and(|[low, high]| low < high && high < 1.0))
    );
}

#[test]
fn what_is_not_fit_is_refused_and_says_why() {
    let mut baseline = five();
    let mut wild = run(1.0, 6);
    wild.benchmarks[0].lows_ns[1] *= 1.5;
    let error = baseline.add(&wild, SPREAD).expect_err("disturbed");
    assert!(matches!(error, AddError::Spread { .. }), "{error}");
    assert!(error.to_string().contains("--spread"), "{error}");
    let mut short = run(1.0, 6);
    short.benchmarks[0].lows_ns.truncate(2);
    let error = baseline.add(&short, SPREAD).expect_err("two launches");
    assert!(
        matches!(error, AddError::Launches { found: 2, .. }),
        "{error}"
    );
    let mut other = run(1.001, 6);
    other.program = "1".repeat(64);
    other.sources = Some("2".repeat(64));
    let error = baseline.add(&other, SPREAD).expect_err("another program");
    assert!(error.to_string().contains("--replace"), "{error}");
    let error = baseline
        .add(&run(1.01, 2), SPREAD)
        .expect_err("there already");
    assert!(
        error.to_string().contains("in the baseline already"),
        "{error}"
    );
    let error = baseline.add(&run(1.01, 7), SPREAD).expect_err("a copy");
    assert!(
        error.to_string().contains("the very same samples"),
        "{error}"
    );
    assert_eq!(baseline, five(), "nothing of it was kept");
}

/// The same sources built again are the same program, unless another compiler built them.
#[test]
fn a_program_is_its_sources_and_its_compiler() {
    let built = |number: u32, toolchain: &str| {
        let mut run = run(1.0 + f64::from(number) / 1000.0, number);
        run.program = format!("{number}").repeat(64);
        run.sources = Some("2".repeat(64));
        run.toolchain = Some(toolchain.to_owned());
        run
    };
    let mut baseline = Baseline::begin(&built(1, "rustc 1.95.0"), SPREAD).expect("fit");
    let again = built(3, "rustc 1.95.0");
    assert!(baseline.is_of(&again));
    baseline.add(&again, SPREAD).expect("the same sources");
    let newer = built(4, "rustc 1.96.0");
    assert!(!baseline.is_of(&newer));
    let error = baseline.add(&newer, SPREAD).expect_err("another compiler");
    assert!(matches!(error, AddError::Program { .. }), "{error}");
    // Of a file that was written before the compiler was kept nobody knows.
    baseline.toolchain = None;
    assert!(!baseline.is_of(&again));
}

/// Everything that must be equal for a comparison has a place of its own, and nothing else has.
#[test]
fn the_place_is_what_must_be_equal() {
    let place = Place::of(&run(1.0, 1));
    assert_eq!(place, Place::of(&run(1.3, 2)));
    assert_eq!(place, five().place());
    let other = |change: &dyn Fn(&mut Receipt)| {
        let mut receipt = receipt(1.0, 1);
        change(&mut receipt);
        Place::of(&Run::of(&receipt).expect("a run"))
    };
    let machines: [&dyn Fn(&mut Receipt); 3] = [
        &|new| new.summary.host_cores = 64,
        &|new| new.environment.cgroup.cpu_limit = Some(1.0),
        &|new| new.environment.container = Some("podman".to_owned()),
    ];
    for change in machines {
        let found = other(change);
        assert_ne!(found.machine, place.machine);
        assert_eq!(found.set, place.set);
    }
    let sets: [&dyn Fn(&mut Receipt); 7] = [
        &|new| new.subject.name = "gnucobol".to_owned(),
        &|new| new.environment.flags = Some("-C target-cpu=native".to_owned()),
        &|new| new.environment.kernels = Some(vec!["scalar".to_owned()]),
        &|new| new.benchmarks[0].bytes_processed += 1,
        &|new| new.benchmarks[0].verified.output_sha256 = "0".repeat(64),
        &|new| new.benchmarks[0].verified.against = receipt::model::Against::DecodesOnly,
        &|new| drop(new.benchmarks.pop()),
    ];
    for change in sets {
        let found = other(change);
        assert_eq!(found.machine, place.machine);
        assert_ne!(found.set, place.set);
    }
    let same = other(&|new| {
        new.environment.suite_sha256 = "1".repeat(64);
        new.commit = None;
        new.benchmarks.reverse();
    });
    assert_eq!(same, place);
}

#[test]
fn a_file_is_read_as_it_was_written_and_nothing_else() {
    let mut baseline = five();
    let place = baseline.place();
    let text = baseline.to_json().expect("finite");
    assert_eq!(Baseline::parse_at(&text, &place).expect("sound"), baseline);
    let refuse = |text: &str, says: &str| {
        let error = Baseline::parse_at(text, &place)
            .expect_err(says)
            .to_string();
        assert!(error.contains(says), "{error}");
    };
    refuse("", "expected a baseline");
    refuse(&text[..text.len() / 2], "expected a baseline");
    refuse(
        &text.replace("\"baseline\"", "\"comparison\""),
        "expected a baseline",
    );
    refuse(
        &text.replace("\"schema_version\": 1", "\"schema_version\": 2"),
        "up to 1, found 2",
    );
    refuse(
        &text.replacen("2026", "2027", 1),
        "was changed after it was written",
    );
    refuse(
        &serde_json::to_string(&receipt(1.0, 1)).expect("JSON"),
        "expected a baseline",
    );
    let elsewhere = Place {
        machine: "another".to_owned(),
        ..place.clone()
    };
    let error = Baseline::parse_at(&text, &elsewhere).expect_err("foreign");
    assert!(
        matches!(&error, FileError::Foreign(right) if *right == place),
        "{error}"
    );
    let mut torn = five();
    torn.runs[2].lows_ns.pop();
    let text = torn.to_json().expect("finite");
    refuse(
        &text,
        ".runs[2].lows_ns: expected one list for each of 2 benchmarks, found 1",
    );
    let mut torn = five();
    torn.runs[0].lows_ns[0][0] = -1.0;
    let text = torn.to_json().expect("finite");
    refuse(&text, "times above 0");
}

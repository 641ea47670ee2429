//! Apache Otava (the former Hunter: Fleming et al., "Hunter: Using Change Point Detection to Hunt for
//! Performance Regressions", ICPE 2023) on the same series, to know what another detector makes of them.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use history::change::{LEAST_SIZE, search};

use super::is_long;
use super::labelled::{self, Labelled};
use super::noise::{Noise, SHAPES, Shape};

/// The positions that Otava finds in each series; `None` where it is not installed. The variable names a
/// Python that has it; scripts/test.sh installs one.
fn otava(series: &[Vec<f64>], least: f64) -> Option<Vec<Vec<usize>>> {
    let python = std::env::var_os("COPYBOOK_OTAVA").unwrap_or_else(|| "python3".into());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/history/trend/run_otava.py");
    let has = Command::new(&python)
        .args(["-c", "import otava.analysis"])
        .stderr(Stdio::null())
        .status();
    if !has.is_ok_and(|status| status.success()) {
        return None;
    }
    let mut running = Command::new(&python)
        .arg(script)
        .arg(least.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it ran before");
    let text = serde_json::to_vec(series).expect("finite");
    running
        .stdin
        .take()
        .expect("piped")
        .write_all(&text)
        .expect("it reads");
    let output = running.wait_with_output().expect("it ends");
    assert!(output.status.success(), "run_otava.py failed");
    Some(serde_json::from_slice(&output.stdout).expect("positions"))
}

fn skipped() {
    println!("skipped: Apache Otava (COPYBOOK_OTAVA names no Python that has it, nor has python3)");
}

#[test]
fn side_by_side_on_labelled_series() {
    let Some(all) = labelled::all() else { return };
    let values: Vec<Vec<f64>> = all.iter().map(Labelled::durations).collect();
    let Some(theirs) = otava(&values, LEAST_SIZE) else {
        return skipped();
    };
    let mut wrong = [0, 0];
    for (one, theirs) in all.iter().zip(theirs) {
        let ours: Vec<usize> = one.found().changes.iter().map(|change| change.at).collect();
        for (count, found) in wrong.iter_mut().zip([&ours, &theirs]) {
            *count += usize::from(!one.is_right(found));
        }
        println!(
            "{} {}, labelled {}: history {ours:?}, Otava {theirs:?}",
            one.file, one.kind, one.last
        );
    }
    let [ours, theirs] = wrong;
    println!(
        "series not as labelled, of {}: history {ours}, Otava at 2 % {theirs}",
        all.len()
    );
    assert!(
        ours <= theirs,
        "another detector agrees with people on more series"
    );
}

#[test]
fn side_by_side_on_series_without_and_with_a_change() {
    let count = if is_long() { 1_000 } else { 40 };
    for shape in SHAPES {
        let mut noise = Noise::seeded(11);
        let series: Vec<_> = (0..count).map(|_| noise.series(shape, 100)).collect();
        let Some(theirs) = otava(&series, 0.0) else {
            return skipped();
        };
        let ours = series
            .iter()
            .filter(|values| !search(values).at.is_empty())
            .count();
        let theirs = theirs.iter().filter(|found| !found.is_empty()).count();
        let share = |count_of: usize| 100.0 * count_of as f64 / count as f64;
        println!(
            "100 values, {shape:?}: alarms history {:.1} %, Otava {:.1} %",
            share(ours),
            share(theirs)
        );
    }
    let mut noise = Noise::seeded(12);
    let series: Vec<_> = (0..count).map(|_| noise.step(100, 90, 2.0)).collect();
    let theirs = otava(&series, 0.0).expect("it was there before");
    let near = |found: &[usize]| found.iter().any(|at| at.abs_diff(90) <= 3);
    let ours = series
        .iter()
        .filter(|values| near(&search(values).at))
        .count();
    let theirs = theirs.iter().filter(|found| near(found)).count();
    println!(
        "{:?}, a step of 2 standard deviations, 10 behind it: history finds {ours} of {count}, Otava {theirs}",
        Shape::Normal
    );
}

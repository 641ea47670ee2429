//! Series that look like what people labelled: regressions, and what only looks like one.

use super::noise::{Noise, Shape};
use super::{alone, found};

/// So many series of each kind; seeded, so that the same ones are drawn every time.
const SERIES: u64 = 40;
/// Of forty quiet series at one alarm in a hundred, three or more alarm with probability 0.8 %.
const FEW: usize = 2;

/// Rows of builds that were measured one to nine times each; `level` says what a build is worth, and
/// every row has 1 % of noise.
fn measured(
    noise: &mut Noise,
    builds: u64,
    mut level: impl FnMut(&mut Noise, u64) -> f64,
) -> Vec<(u64, f64)> {
    let mut rows = Vec::new();
    for build in 0..builds {
        let level = level(noise, build);
        let times = 1 + (noise.uniform() * 9.0) as usize;
        rows.extend((0..times).map(|_| (build, level * (1.0 + 0.01 * noise.normal()))));
    }
    rows
}

/// How many of the series have a change.
fn alarms(mut series: impl FnMut(&mut Noise) -> Vec<(u64, f64)>) -> usize {
    let draw = |seed| series(&mut Noise::seeded(seed));
    let rows: Vec<_> = (0..SERIES).map(draw).collect();
    rows.iter()
        .filter(|rows| !found(rows).changes.is_empty())
        .count()
}

#[test]
fn a_regression_of_five_per_cent_is_found_where_it_is() {
    for seed in 0..SERIES {
        let mut noise = Noise::seeded(seed);
        let at = 20 + seed % 20;
        let rows = measured(
            &mut noise,
            60,
            |_, build| if build < at { 500.0 } else { 475.0 },
        );
        let first = rows
            .iter()
            .position(|&(build, _)| build == at)
            .expect("a row");
        let found = found(&rows);
        let [change] = &found.changes[..] else {
            panic!(
                "seed {seed}: expected one change, found {:?}",
                found.changes
            );
        };
        assert_eq!(change.at, first, "seed {seed}");
        assert!(change.slowdown);
        let [low, high] = change.size.ci95;
        assert!(
            low < change.size.ratio && change.size.ratio < high && high < 1.0,
            "{change:?}"
        );
        assert!((change.size.ratio - 0.95).abs() < 0.01, "{change:?}");
        // Receipts and commits on both sides.
        let commit = |build: u64| Some(format!("{build:040x}"));
        assert_eq!(
            (&change.before.commit, &change.after.commit),
            (&commit(at - 1), &commit(at))
        );
        assert_eq!(change.after.seal, format!("{first:064x}"));
    }
}

#[test]
fn a_regression_that_was_mended_is_two_changes() {
    let rows = measured(&mut Noise::seeded(5), 90, |_, build| match build {
        30..60 => 450.0,
        _ => 500.0,
    });
    let found = found(&rows);
    let slowdowns: Vec<bool> = found.changes.iter().map(|change| change.slowdown).collect();
    assert_eq!(slowdowns, [true, false], "{:?}", found.changes);
}

/// Builds differ by what they are (their layout), several runs of one build hardly at all.
#[test]
fn builds_that_differ_are_no_changes() {
    let count =
        alarms(|noise| measured(noise, 100, |noise, _| 500.0 * (1.0 + 0.05 * noise.normal())));
    assert!(count <= FEW, "{count} of {SERIES}");
}

#[test]
fn spikes_are_no_changes() {
    let count = alarms(|noise| {
        measured(noise, 100, |noise, _| {
            if noise.uniform() < 0.1 { 300.0 } else { 500.0 }
        })
    });
    assert!(count <= FEW, "{count} of {SERIES}");
}

#[test]
fn two_kinds_of_builds_are_no_changes() {
    let count = alarms(|noise| {
        measured(noise, 100, |noise, _| {
            if noise.uniform() < 0.4 { 400.0 } else { 500.0 }
        })
    });
    assert!(count <= FEW, "{count} of {SERIES}");
}

/// A step of 1 % is below the least size, however clearly it can be seen.
#[test]
fn a_small_step_is_no_change() {
    let values: Vec<f64> = Noise::seeded(7).series(Shape::Normal, 200);
    let step = |(at, value): (usize, &f64)| 1000.0 + value - if at < 100 { 0.0 } else { 10.0 };
    let values: Vec<f64> = values.iter().enumerate().map(step).collect();
    assert!(found(&alone(&values)).changes.is_empty());
}

#[test]
fn what_can_not_have_a_change_has_none() {
    for values in [vec![], vec![5.0], vec![5.0; 9], vec![5.0; 500]] {
        let found = found(&alone(&values));
        assert!(found.changes.is_empty());
        assert_eq!(found.too_short, values.len() < 10);
    }
}

/// Only the newest are searched where there are more than the table has lengths for.
#[test]
fn of_a_very_long_series_the_newest_end_is_searched() {
    let mut values = Noise::seeded(1).series(Shape::Normal, history::change::LONGEST + 500);
    values[..400].iter_mut().for_each(|value| *value *= 2.0);
    let last = values.len() - 300;
    values[last..].iter_mut().for_each(|value| *value *= 0.8);
    let found = found(&alone(&values));
    assert_eq!(found.points, history::change::LONGEST);
    let at: Vec<usize> = found.changes.iter().map(|change| change.at).collect();
    assert_eq!(at, [last]);
}

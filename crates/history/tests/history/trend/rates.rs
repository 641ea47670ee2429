//! How often a series without a change has one found in it, and how often one that is there is found.

use history::change::search;

use super::noise::{Noise, SHAPES, Shape};
use super::{alone, found, is_long};

/// At most so many null series may have an alarm.
const ALARMS: f64 = 0.015;
/// The same where neighbours resemble each other.
const ALARMS_AUTOREGRESSIVE: f64 = 0.04;
/// At least so many steps of two standard deviations with ten values behind them are found.
const FOUND: f64 = 0.8;

fn series() -> usize {
    if is_long() { 10_000 } else { 1_000 }
}

#[test]
fn few_series_without_a_change_alarm() {
    let mut wrong = Vec::new();
    for n in [50, 100, 300] {
        for shape in SHAPES {
            let mut noise = Noise::seeded(n as u64);
            let alarms = (0..series())
                .filter(|_| !search(&noise.series(shape, n)).at.is_empty())
                .count();
            let share = alarms as f64 / series() as f64;
            println!(
                "{n} values, {shape:?}: {:.2} % of {} alarm",
                100.0 * share,
                series()
            );
            let most = match shape {
                Shape::Autoregressive => ALARMS_AUTOREGRESSIVE,
                _ => ALARMS,
            };
            if share > most {
                wrong.push(format!("{n} {shape:?} {share}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn a_step_of_two_standard_deviations_is_found_with_ten_values_behind_it() {
    let mut noise = Noise::seeded(2);
    let hits = (0..series())
        .filter(|_| {
            found(&alone(&noise.step(100, 90, 2.0)))
                .changes
                .iter()
                .any(|change| change.at.abs_diff(90) <= 3)
        })
        .count();
    let share = hits as f64 / series() as f64;
    println!(
        "2 standard deviations, 10 behind: {:.1} % of {} found",
        100.0 * share,
        series()
    );
    assert!(share >= FOUND, "{share}");
}

//! What self-tests say of the gate on this machine, in one line below a verdict.

use receipt::bounded;
use std::fs;
use std::path::{Path, PathBuf};

use gate::ab::record::Host;
use gate::selftest::{Rates, SelfTest, rates};

use super::NAME;

/// The first self-test of this machine that verifies: in `output`, else among those that the checkout
/// keeps as evidence in `results/MACHINE/selftest`.
pub(in crate::ab) fn of_machine(
    output: &Path,
    checkout: Option<&Path>,
    host: &Host,
) -> Option<String> {
    let mut places = vec![output.join(NAME)];
    places.extend(checkout.map(kept).unwrap_or_default());
    places.iter().find_map(|path| line(path, host))
}

/// The newest first, by their names, which are dates.
fn kept(checkout: &Path) -> Vec<PathBuf> {
    let within = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    };
    let machines = within(&checkout.join("results"));
    let mut files: Vec<PathBuf> = machines
        .iter()
        .flat_map(|machine| within(&machine.join("selftest")))
        .collect();
    files.sort_by(|a, b| b.file_name().cmp(&a.file_name()));
    files
}

fn line(path: &Path, host: &Host) -> Option<String> {
    let test =
        SelfTest::verified(&bounded::regular_to_string(path, bounded::DOCUMENT).ok()?).ok()?;
    if test.host.cpu != host.cpu || test.host.cores != host.cores {
        return None;
    }
    let rates = rates(&test);
    let (noisy, quiet): (Vec<&Rates>, Vec<&Rates>) = rates.iter().partition(|one| one.neighbour);
    let mut parts = Vec::new();
    for (rates, place) in [(quiet, ""), (noisy, "beside a noisy neighbour ")] {
        if !rates.is_empty() {
            parts.push(format!("{place}{}", told(&rates)));
        }
    }
    Some(format!(
        "this gate, on this machine: {} ({})",
        parts.join("; "),
        path.display()
    ))
}

fn told(rates: &[&Rates]) -> String {
    let one = |rates: &&Rates| match rates.injected {
        0.0 => format!("{} of {} false alarms", rates.found, rates.rows),
        share => format!("finds {share} % in {} of {}", rates.found, rates.rows),
    };
    rates.iter().map(one).collect::<Vec<_>>().join(", ")
}

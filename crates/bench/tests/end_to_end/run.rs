//! What a whole run leaves, prints and returns.

use std::fs;
use std::hint;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use receipt::Verdict;
use serde_json::Value;

use crate::support::{bench, exits, folder, names, run, sound, wrapper};

#[test]
fn a_run_leaves_a_receipt_that_verifies() {
    let at = folder();
    let task = "41/3-1-2-n7";
    let (stdout, stderr) = exits(run(at.path()).args(["--fleet-task", task]), 0);
    assert!(stdout.starts_with("DISPLAY: "), "{stdout}");
    assert!(stdout.contains(" MiB/s (SLO 80 MiB/s, "), "{stdout}");
    assert!(stderr.contains("about"), "no estimate: {stderr}");
    assert_eq!(names(at.path()), ["criterion", "perf.json"]);

    let receipt = sound(at.path());
    // Two floors, and the memory of both.
    assert_eq!(receipt.slo.len(), 3);
    assert_eq!(receipt.environment.launches.len(), 3);
    assert!(
        receipt.summary.max_rss_mib < 64.0,
        "{} MiB",
        receipt.summary.max_rss_mib
    );

    for benchmark in &receipt.benchmarks {
        let counted = benchmark.allocations.as_ref().expect("our suite counts");
        assert_eq!(counted.len(), 3);
        let per_record = benchmark.allocations_per_record();
        assert!(per_record.is_some_and(|count| count < 0.01), "{counted:?}");
    }

    let found = receipt.environment.task.expect("of a fleet");
    assert_eq!(found.to_string(), task);
    let words = "job 41, task 3, restart 1, run 2 on n7";
    assert!(stdout.contains(&format!("· Fleet: {words}")), "{stdout}");

    let path = at.path().join("perf.json");
    let (_, stderr) = exits(bench(["verify"]).arg(&path), 0);
    assert!(stderr.contains(words), "{stderr}");
    let (summary, _) = exits(bench(["summarize"]).arg(&path), 0);
    assert_eq!(summary, stdout);
}

#[test]
fn a_changed_number_does_not_verify() {
    let at = folder();
    exits(&mut run(at.path()), 0);
    let path = at.path().join("perf.json");
    let text = fs::read_to_string(&path).expect("a receipt");
    let mut receipt: Value = serde_json::from_str(&text).expect("JSON");
    receipt["benchmarks"][0]["samples"][3] = Value::from(1.0);
    fs::write(&path, receipt.to_string()).expect("written");
    let (_, stderr) = exits(bench(["verify"]).arg(&path), 1);
    assert!(stderr.contains("perf.json: .integrity.sha256"), "{stderr}");

    receipt["status"] = Value::from("perfect");
    fs::write(&path, receipt.to_string()).expect("written");
    let (_, stderr) = exits(bench(["verify"]).arg(&path), 1);
    assert!(stderr.contains("/status"), "{stderr}");
}

#[test]
fn enforce_turns_a_missed_objective_into_3() {
    let at = folder();
    let slo = at.path().join("slo.toml");
    let text = "[[slo]]\nmetric = \"display_mibps\"\nlabel = \"DISPLAY\"\nwhy = \"out of reach\"\n\
                benchmark = \"slo_validation/display_heavy_slo_80mbps\"\nfloor_mibps = 1e9\n\
                [[slo]]\nmetric = \"first_launch_s\"\nlabel = \"first launch\"\nwhy = \"no program starts so fast\"\n\
                benchmark = \"slo_validation/\"\nceiling_s = 1e-6\n";
    fs::write(&slo, text).expect("written");
    let output = at.path().join("out");
    let begun = Instant::now();
    let ended = run(&output)
        .arg("--enforce")
        .arg("--slo")
        .arg(&slo)
        .output();
    let ended = ended.expect("it starts");
    let stderr = String::from_utf8_lossy(&ended.stderr);
    let first = sound(&output).environment.first_launch_s;
    let wall = begun.elapsed().as_secs_f64();
    assert!(
        first.is_some_and(|first| first > 0.0 && first < wall),
        "{first:?} of {wall} s"
    );
    if stderr.contains("unfit to be judged on") {
        // Other tests keep all CPUs busy, and then nothing is decided.
        assert_eq!(ended.status.code(), Some(4), "{stderr}");
    } else {
        let stdout = String::from_utf8_lossy(&ended.stdout);
        assert!(
            stdout.contains("SLO missed: DISPLAY, first launch"),
            "{stdout}"
        );
        assert_eq!(ended.status.code(), Some(3), "{stderr}");
    }
    // Without --enforce it is a result like any other.
    exits(run(&output).arg("--slo").arg(&slo), 0);
}

/// More threads at work than there are CPUs, until it is dropped.
struct Hogs(Arc<AtomicBool>);

impl Hogs {
    fn start() -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        for _ in 0..2 * thread::available_parallelism().map_or(1, NonZero::get) {
            let stop = Arc::clone(&stop);
            thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    hint::spin_loop();
                }
            });
        }
        Self(stop)
    }
}

impl Drop for Hogs {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_host_that_is_known_to_be_unfit_decides_nothing() {
    let at = folder();
    let slo = at.path().join("slo.toml");
    let text = "[[slo]]\nmetric = \"display_mibps\"\nlabel = \"DISPLAY\"\nwhy = \"out of reach\"\n\
                benchmark = \"slo_validation/display_heavy_slo_80mbps\"\nfloor_mibps = 1e9\n";
    fs::write(&slo, text).expect("written");
    let output = at.path().join("out");
    let hogs = Hogs::start();
    let (_, stderr) = exits(run(&output).arg("--enforce").arg("--slo").arg(&slo), 4);
    drop(hogs);
    let expected = "unfit to be judged on: other programs kept";
    assert!(stderr.contains(expected), "{stderr}");
    let receipt = sound(&output);
    assert_eq!(receipt.status, Verdict::Inconclusive);
    let unfit = receipt.environment.unfit;
    assert!(unfit.iter().any(|text| text.contains("busy")), "{unfit:?}");
}

#[test]
fn too_few_launches_decide_nothing() {
    let at = folder();
    let (stdout, _) = exits(run(at.path()).args(["--launches", "1", "--enforce"]), 4);
    assert!(stdout.contains("Inconclusive"), "{stdout}");
    let receipt = sound(at.path());
    assert_eq!(receipt.status, Verdict::Inconclusive);
    // The remedy is one: --quick was not given. Where other tests keep all CPUs busy, they come first.
    if receipt.environment.unfit.is_empty() {
        assert!(stdout.contains("--launches 3 --samples"), "{stdout}");
    }
}

#[test]
fn what_is_not_measured_can_not_be_enforced() {
    let at = folder();
    let (_, stderr) = exits(
        run(at.path()).args(["--filter", "comp3_heavy", "--enforce"]),
        1,
    );
    assert!(stderr.contains("can't judge DISPLAY"), "{stderr}");
    assert!(names(at.path()).is_empty());
}

#[test]
fn a_filter_that_selects_nothing_is_an_error() {
    let at = folder();
    let (_, stderr) = exits(run(at.path()).args(["--filter", "no such benchmark"]), 1);
    assert!(
        stderr.contains("no such benchmark") && stderr.contains("bench list"),
        "{stderr}"
    );
    assert!(names(at.path()).is_empty());
}

#[test]
fn a_full_disk_behind_the_summary_leaves_the_receipt() {
    let at = folder();
    let full = fs::File::options().write(true).open("/dev/full");
    let mut command = run(at.path());
    let ended = command.stdout(full.expect("Linux has it")).output();
    let ended = ended.expect("it starts");
    let stderr = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.contains("standard output: No space left"),
        "{stderr}"
    );
    sound(at.path());
}

#[test]
fn a_failed_run_leaves_no_empty_folder() {
    let at = folder();
    let output = at.path().join("a/b");
    let suite = wrapper(at.path(), "echo 'no' >&2; exit 101");
    exits(run(&output).env("BENCH_SUITE", suite), 1);
    assert_eq!(names(at.path()), ["suite.sh"]);
}

#[test]
fn a_flag_wins_over_the_environment() {
    let at = folder();
    let mut command = run(at.path());
    command
        .env("BENCH_FILTER", "no such benchmark")
        .env("BENCH_OUTPUT", "/no/such/folder");
    let exact = "=slo_validation/comp3_heavy_slo_40mbps";
    exits(
        command.args(["--filter", exact, "--filter", "=parse/customer"]),
        0,
    );
    let receipt = sound(at.path());
    let names: Vec<_> = receipt.benchmarks.iter().map(|one| &one.name).collect();
    assert_eq!(names, [&exact[1..], "parse/customer"]);
}

#[test]
fn a_wrong_command_line_is_2() {
    exits(&mut bench(["run", "--quick", "--thorough"]), 2);
    exits(&mut bench(["run", "--samples", "3"]), 2);
    exits(&mut bench(["frobnicate"]), 2);
}

#[test]
fn list_names_what_would_run() {
    let (stdout, _) = exits(&mut bench(["list"]), 0);
    assert!(
        stdout.contains("slo_validation/display_heavy_slo_80mbps"),
        "{stdout}"
    );
    assert!(
        stdout.contains("slo_validation/comp3_heavy_slo_40mbps"),
        "{stdout}"
    );
}

#[test]
fn doctor_calls_an_unoptimised_build_meaningless() {
    let at = folder();
    let mut command = bench(["doctor"]);
    command.arg("--output").arg(at.path());
    if cfg!(debug_assertions) {
        let (stdout, _) = exits(&mut command, 1);
        assert!(
            stdout.contains("FATAL: this program was built without optimisation"),
            "{stdout}"
        );
    } else {
        println!("skipped: this build is optimised, so there is nothing to find for certain");
    }
}

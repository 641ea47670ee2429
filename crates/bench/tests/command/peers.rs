//! `bench run --peers`: objectives that are multiples of another decoder's speed, launch by launch.

use std::fs;
use std::process::Command;

use crate::known::{self, BASE, Known};
use crate::program;
use receipt::{Receipt, Verdict};
use tempfile::TempDir;

const SLO: &str = "[[slo]]
metric = 'display_mibps'
benchmark = 'slo_validation/display'
label = 'DISPLAY'
floor_mibps = 0.1
why = 'x'

[[slo]]
metric = 'display_times'
benchmark = 'slo_validation/display'
label = 'DISPLAY over codec'
floor_times = 4
peer = 'codec'
why = 'x'
";

/// They live at least as long as the times that they report.
const OURS: Known = Known {
    pause: 0.06,
    ..BASE
};

/// A checkout with a suite and a peer that is so many times as slow.
fn scene(factor: f64) -> TempDir {
    let at = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = at.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, text).expect("a file");
    };
    // How `bench` knows a checkout.
    write("crates/workload/benches/slo_validation.rs", "");
    write("slo.toml", SLO);
    write(
        "peers/peers.toml",
        "[[peer]]\nname = 'codec'\nwhy = 'a test'\nprepare = []\ncommand = ['codec']\n",
    );
    program::copy(env!("CARGO_BIN_EXE_bench"), &at.path().join("bench"));
    known::write(&at.path().join("suite"), OURS);
    let theirs = Known {
        factor,
        pause: 0.06 * factor,
        ..BASE
    };
    known::write(&at.path().join("peers/codec"), theirs);
    at
}

/// Its exit status, what it said, and the receipt.
fn run(at: &TempDir, flags: &[&str]) -> (Option<i32>, String, Option<Receipt>) {
    let args = [
        "run",
        "--no-lock",
        "--quick",
        "--samples",
        "10",
        "--enforce",
    ];
    let output = Command::new(at.path().join("bench"))
        .current_dir(at.path())
        .args(args)
        .args(["--slo", "slo.toml", "--suite", "suite", "--output", "out"])
        .args(flags)
        .output()
        .expect("bench runs");
    let words = [output.stdout, output.stderr].concat();
    let words = String::from_utf8_lossy(&words).into_owned();
    let receipt = Receipt::load(&at.path().join("out/perf.json")).ok();
    (output.status.code(), words, receipt)
}

#[test]
fn a_multiple_of_a_peer_is_judged_by_launches_in_turn() {
    for (factor, expected) in [(5.0, Verdict::Pass), (3.0, Verdict::Fail)] {
        let at = scene(factor);
        let (code, words, receipt) = run(&at, &["--peers"]);
        let receipt = receipt.expect(&words);
        let entry = &receipt.slo[1];
        let [low, high] = entry.ci95_times.expect("an interval");
        // By its own definition a 95 % interval misses the value once in 20 runs, so its middle is asked:
        // it scatters by 0.25 %.
        let middle = f64::midpoint(low, high);
        assert!(
            low < high && (middle / factor - 1.0).abs() < 0.02,
            "{low} to {high}: {words}"
        );
        assert!(words.contains(" times codec (95 % interval "), "{words}");
        let peer = Receipt::load(&at.path().join("out/codec/perf.json")).expect("the peer's");
        assert_eq!(receipt.peers[0].receipt_sha256, peer.integrity.sha256);
        assert_eq!(receipt.peers[0].benchmarks[0].lows_ns.len(), 3);
        // Other tests may well keep this machine busy.
        if receipt.environment.unfit.is_empty() {
            assert_eq!(entry.verdict, expected, "{words}");
            let met = if expected == Verdict::Pass { 0 } else { 3 };
            assert_eq!(code, Some(met), "{words}");
        } else {
            assert_eq!(code, Some(4), "{words}");
        }
    }
}

/// `--kernel` is for our own decoder: peers have no choice of its kernels, and refuse one.
#[test]
fn a_kernel_is_asked_of_our_decoder_and_of_no_peer() {
    let at = scene(5.0);
    let (_, words, receipt) = run(&at, &["--peers", "--kernel", "scalar"]);
    let receipt = receipt.expect(&words);
    assert_eq!(
        receipt.settings.expect("settings").kernel.as_deref(),
        Some("scalar")
    );
    assert_eq!(receipt.slo.len(), 2, "{words}");
    let peer = Receipt::load(&at.path().join("out/codec/perf.json")).expect(&words);
    assert_eq!(peer.settings.expect("settings").kernel, None);
}

#[test]
fn without_its_peer_a_multiple_is_not_judged_and_said_not_to_be() {
    let at = scene(5.0);
    let (_, words, receipt) = run(&at, &[]);
    let receipt = receipt.expect(&words);
    assert_eq!(receipt.slo.len(), 1, "{words}");
    assert_eq!(receipt.not_judged[0].peer.as_deref(), Some("codec"));
    assert!(
        words.contains("Not judged without --peers: DISPLAY over codec"),
        "{words}"
    );

    fs::write(
        at.path().join("slo.toml"),
        &SLO[..SLO.find("\n\n").expect("two")],
    )
    .expect("a file");
    let (code, words, _) = run(&at, &["--peers"]);
    assert_eq!(code, Some(1), "{words}");
    assert!(
        words.contains("no objective of a benchmark that would run names a peer"),
        "{words}"
    );
}

/// A peer that fails takes nothing from the suite's own receipt, and its objective is not judged.
#[test]
fn a_peer_that_fails_is_told_and_the_suite_is_judged_all_the_same() {
    let at = scene(5.0);
    let script = "#!/bin/sh\nexit 7\n";
    program::script(&at.path().join("peers/codec"), script);
    let (code, words, receipt) = run(&at, &["--peers"]);
    assert_eq!(code, Some(1), "{words}");
    assert!(words.contains("codec"), "{words}");
    assert!(
        receipt.is_none_or(|receipt| receipt.peers.is_empty()),
        "{words}"
    );
}

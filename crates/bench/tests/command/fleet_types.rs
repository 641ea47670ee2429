//! `bench fleet collect`: what may be averaged, and what makes a type or a fleet of its own.

use std::fs;
use std::path::Path;

use crate::common;
use crate::fleet::{of_receipt, of_two_cpus, result, same};
use crate::remade::Remade;
use crate::support::{bench, ended};

/// One name for all of them, and one of them has other CPUs.
#[test]
fn machines_that_differ_are_not_averaged_under_one_name() {
    let at = tempfile::tempdir().expect("a folder");
    let folder = at.path();
    for name in of_two_cpus(folder) {
        let path = folder.join(format!("{name}.json"));
        let text = fs::read_to_string(&path).expect("a result");
        let named = text.replacen(r#""machine_type":null"#, r#""machine_type":"big""#, 1);
        assert_ne!(named, text);
        fs::write(path, named).expect("a file");
    }
    let (code, stdout, stderr) = ended(bench(["fleet", "collect"]).arg(folder));
    assert_eq!(code, Some(0), "{stderr}");
    assert!(
        stdout.contains("big, 2 x one CPU x86_64: 2 nodes\n")
            && stdout.contains("big, 2 x another CPU x86_64: 1 node\n"),
        "{stdout}"
    );
}

/// The same suite program decodes whatever file `--data` names, and with whatever kernel it is told to.
#[test]
fn what_did_other_work_is_not_averaged() {
    let at = tempfile::tempdir().expect("a folder");
    let folder = at.path();
    let put = |task: u64, node: &str, change: &dyn Fn(&mut receipt::Receipt)| {
        let name = format!("41/{task}-0-1-{node}");
        let remade = Remade {
            factor: 1.0,
            seconds: u32::try_from(task).expect("small"),
            program: 'a',
        };
        let mut receipt = remade.receipt();
        change(&mut receipt);
        of_receipt(folder, &name, &name, Some(&name), receipt);
    };
    put(0, "n0", &|_| ());
    put(1, "n1", &|_| ());
    put(2, "n2", &|receipt| {
        let scalar = vec!["scalar".to_owned()];
        for one in &mut receipt.benchmarks {
            one.kernels = Some(scalar.clone());
        }
        receipt.environment.kernels = Some(scalar);
    });
    let (code, stdout, stderr) = ended(bench(["fleet", "collect"]).arg(folder));
    assert_eq!(code, Some(0), "{stderr}");
    assert!(
        stdout.contains("2 x AMD EPYC x86_64, kernels scalar: 1 node\n"),
        "{stdout}"
    );
    assert!(
        stdout.contains("2 x AMD EPYC x86_64, kernels avx512: 2 nodes\n"),
        "{stdout}"
    );

    put(3, "n3", &|receipt| {
        receipt.benchmarks[1].verified.output_sha256 = "0".repeat(64);
    });
    let (code, _, stderr) = ended(bench(["fleet", "collect"]).arg(folder));
    assert_eq!(code, Some(1), "{stderr}");
    for words in [
        "expected the same work of slo_validation/comp3_heavy_slo_40mbps in all results",
        "(job 41, task 3 on n3)",
        "move the results of one of them elsewhere",
    ] {
        assert!(stderr.contains(words), "{stderr}");
    }
}

/// An objective that was measured on other machines only is not met on these.
#[test]
fn an_objective_that_was_not_measured_on_a_type_is_not_met_there() {
    let at = tempfile::tempdir().expect("a folder");
    let folder = at.path();
    let measured = [
        common::measured(common::DISPLAY, 5_000_000, 200.0, 5, 30),
        common::measured(common::COMP3, 600_000, 60.0, 5, 30),
    ];
    for (task, count) in [(0, 2), (1, 1)] {
        let draft = common::draft(measured[..count].to_vec());
        let objectives = common::objectives();
        let receipt = draft.into_receipt(&objectives, |name| count == 2 || name == common::DISPLAY);
        let mut receipt = receipt.expect("a receipt");
        if count == 1 {
            receipt.environment.cpu.model = "another CPU".to_owned();
            receipt.environment.cpu_model = Some("another CPU".to_owned());
            receipt.summary.host_cpu = "another CPU".to_owned();
        }
        let name = format!("41/{task}-0-1-n{task}");
        of_receipt(folder, &name, &name, Some(&name), receipt);
    }
    let mut collect = bench(["fleet", "collect", "--tasks", "2", "--enforce"]);
    let (code, stdout, stderr) = ended(collect.arg(folder));
    assert_eq!(code, Some(4), "{stdout}{stderr}");
    let (_, other) = stdout.split_once("another CPU").expect("a type");
    assert!(
        other.contains("DISPLAY, floor 80 MiB/s: met\nCOMP-3, floor 40 MiB/s: not measured\n"),
        "{stdout}"
    );
}

#[test]
fn two_programs_are_not_one_fleet() {
    let at = tempfile::tempdir().expect("a folder");
    result(at.path(), 0, 0, "n1", same);
    result(at.path(), 1, 0, "n2", |text| {
        let mut receipt = receipt::Receipt::parse(&text, Path::new("x")).expect("a receipt");
        receipt.environment.suite_sha256 = "1".repeat(64);
        receipt.seal().expect("finite");
        receipt.to_json().expect("finite")
    });
    let name = at.path().to_str().expect("a name");
    let (code, _, stderr) = ended(&mut bench(["fleet", "collect", name]));
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("expected one suite program") && stderr.contains("task 1 on n2"),
        "{stderr}"
    );
}

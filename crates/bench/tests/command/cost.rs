//! `bench cost` on receipts that were recorded and on the prices that the project ships.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const TODAY: &str = r#"
currency = "EUR"
dated = 2026-11-01
source = "made up for this test"
[[machine]]
type = "small"
cloud = "own"
region = "cellar"
cpus = 2
cpu_models = ["AMD EPYC"]
watts = 10.0
[machine.hourly]
on_demand = 3.6
reserved = 1.8
[[machine]]
type = "large"
cloud = "own"
region = "cellar"
cpus = 64
[machine.hourly]
on_demand = 30.0
"#;

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

fn threads() -> PathBuf {
    project("results/epyc-2-cpus-kvm/threads/2026-11-27.json")
}

fn slo() -> PathBuf {
    project("results/epyc-2-cpus-kvm/2026-11-27.json")
}

fn cost(prices: &Path, receipts: &[PathBuf], flags: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bench"))
        .args(["cost", "--prices"])
        .arg(prices)
        .args(receipts)
        .args(flags)
        .output()
        .expect("bench runs")
}

/// A file of prices in a folder of its own.
fn prices(text: &str) -> (tempfile::TempDir, PathBuf) {
    let at = tempfile::tempdir().expect("a folder");
    let path = at.path().join("prices.toml");
    fs::write(&path, text).expect("a file");
    (at, path)
}

fn failed(output: &Output, expected: &str) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains(expected), "{error}");
}

/// 3.60 an hour is 0.001 a second, so a terabyte costs a thousandth of its seconds.
#[test]
fn a_terabyte_costs_its_seconds() {
    let (_at, prices) = prices(TODAY);
    let output = cost(&prices, &[threads()], &["--json"]);
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let rows = answer["rows"].as_array().expect("rows");
    let receipt: Value =
        serde_json::from_str(&fs::read_to_string(threads()).expect("a receipt")).expect("JSON");
    let all = &receipt["benchmarks"][1];
    let seconds_per_byte =
        all["mean_ns"].as_f64().unwrap() / 1e9 / all["bytes_processed"].as_f64().unwrap();
    let length =
        all["bytes_processed"].as_f64().unwrap() / all["verified"]["records"].as_f64().unwrap();

    assert_eq!(rows.len(), 2, "{answer}");
    for (row, price, hourly) in [(&rows[0], "reserved", 1.8), (&rows[1], "on_demand", 3.6)] {
        assert_eq!((&row["price"], &row["threads"]), (&price.into(), &2.into()));
        let second = hourly / 3600.0;
        for (key, expected) in [
            ("per_terabyte", 1e12 * seconds_per_byte * second),
            ("per_1e9_records", 1e9 * length * seconds_per_byte * second),
            (
                "watt_hours_per_terabyte",
                1e12 * seconds_per_byte / 3600.0 * 10.0,
            ),
        ] {
            let found = row[key]["mean"].as_f64().expect("a figure");
            assert!(
                (found / expected - 1.0).abs() < 1e-9,
                "{key}: {found}, not {expected}"
            );
            let ends = [0, 1].map(|end| row[key]["ci95"][end].as_f64().expect("an end"));
            assert!(ends[0] < found && found < ends[1], "{key}: {ends:?}");
        }
    }
}

#[test]
fn several_receipts_make_a_table_with_the_cheapest_first() {
    let (_at, prices) = prices(TODAY);
    let flags = ["--benchmark", "customer", "--watts", "25"];
    let workloads = "results/epyc-2-cpus-kvm/workloads";
    let receipts = [
        project(&format!("{workloads}/customer-copybook-codec.json")),
        project(&format!("{workloads}/customer-copybook-decode.json")),
    ];
    let output = cost(&prices, &receipts, &flags);
    let text = String::from_utf8_lossy(&output.stdout);
    let lines: Vec<_> = text.lines().collect();
    assert!(
        lines[0].trim_start().starts_with("EUR/TB") && lines[0].contains("Wh/TB"),
        "{text}"
    );
    let reserved = lines[1..].iter().map(|line| line.contains("reserved"));
    let ours = lines[1..]
        .iter()
        .map(|line| line.contains("copybook-decode "));
    assert_eq!(
        reserved.collect::<Vec<_>>(),
        [true, false, true, false],
        "{text}"
    );
    assert_eq!(
        ours.collect::<Vec<_>>(),
        [true, true, false, false],
        "{text}"
    );
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        error.contains("4 of 4 rows are of benchmarks that use fewer threads"),
        "{error}"
    );
}

#[test]
fn a_machine_that_the_receipt_can_not_be_from_is_refused() {
    let (_at, prices) = prices(TODAY);
    let large = cost(&prices, &[threads()], &["--machine", "large"]);
    failed(
        &large,
        "expected a receipt of 64 CPUs, as large has, found 2",
    );
    let unknown = cost(&prices, &[threads()], &["--machine", "huge"]);
    failed(
        &unknown,
        "expected one of small (2 CPUs), large (64 CPUs), found \"huge\"",
    );
    let (_at, other) = self::prices(&TODAY.replace("AMD EPYC", "Xeon"));
    failed(
        &cost(&other, &[threads()], &[]),
        "name the type with --machine",
    );
}

#[test]
fn one_thread_is_not_priced_as_if_it_were_all() {
    let (_at, prices) = prices(TODAY);
    failed(
        &cost(&prices, &[slo()], &[]),
        "`bench run --filter threads`",
    );
}

#[test]
fn a_receipt_that_does_not_verify_is_refused() {
    let (at, prices) = prices(TODAY);
    let changed = at.path().join("changed.json");
    let text = fs::read_to_string(threads()).expect("a receipt");
    fs::write(
        &changed,
        text.replacen("\"mean_ns\": ", "\"mean_ns\": 1", 1),
    )
    .expect("a file");
    failed(&cost(&prices, &[changed], &[]), "is no sound receipt");
}

#[test]
fn currencies_are_not_mixed() {
    let (_at, euros) = prices(TODAY);
    let (_at, dollars) = self::prices(&TODAY.replace("EUR", "USD"));
    let flags = ["--prices", dollars.to_str().expect("a name")];
    failed(&cost(&euros, &[threads()], &flags), "found EUR and USD");
}

#[test]
fn a_power_of_nothing_is_a_wrong_command_line() {
    let (_at, prices) = prices(TODAY);
    for watts in ["0", "-1", "nan", "much"] {
        let output = cost(&prices, &[threads()], &["--watts", watts]);
        assert_eq!(output.status.code(), Some(2), "{watts}");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.contains("invalid value"), "{watts}: {error}");
    }
}

/// The examples say of what day they are and where from; without a day or a price they are refused.
#[test]
fn the_shipped_examples_are_dated_and_sourced() {
    for (file, machine, price) in [
        (
            "prices/aws.toml",
            "m5.large",
            "on_demand = 0.096\nspot = 0.04366\n",
        ),
        (
            "prices/azure.toml",
            "Standard_D2s_v5",
            "on_demand = 0.096\nspot = 0.020266\n",
        ),
        ("prices/gcp.toml", "n2-standard-2", "on_demand = 0.0971\n"),
    ] {
        let flags = ["--machine", machine];
        let output = cost(&project(file), &[threads()], &flags);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{error}");
        let table = String::from_utf8_lossy(&output.stdout);
        assert!(table.contains(machine) && table.contains("USD"), "{table}");

        let text = fs::read_to_string(project(file)).expect("an example");
        let changed = |from: &str, to: &str| {
            assert!(text.contains(from), "{file}: {from}");
            prices(&text.replacen(from, to, 1))
        };
        let (_at, old) = changed("dated = 2026-09-06", "dated = 2026-01-31");
        let output = cost(&old, &[threads()], &flags);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.contains("days ago, and prices change"), "{error}");

        let (_at, undated) = changed("dated = 2026-09-06", "");
        failed(&cost(&undated, &[threads()], &flags), "set it and fill in");
        let (_at, free) = changed(price, "");
        let output = cost(&free, &[threads()], &flags);
        failed(&output, &format!("{machine} has no price yet"));
        assert!(output.stdout.is_empty(), "{file}");
    }
}

//! `bench list`: names to filter by, for people and for programs.

use serde_json::Value;

use crate::support::{bench, ended};

fn listed(filters: &[&str]) -> Value {
    let mut command = bench(["list", "--json"]);
    for filter in filters {
        command.args(["--filter", filter]);
    }
    let (code, stdout, stderr) = ended(&mut command);
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{filters:?}");
    serde_json::from_str(&stdout).expect("one document")
}

fn names(filters: &[&str]) -> Vec<String> {
    let listing = listed(filters);
    let benchmarks = listing["benchmarks"].as_array().expect("an array");
    let names = benchmarks
        .iter()
        .map(|benchmark| benchmark["name"].as_str());
    names.map(|name| name.expect("a name").to_owned()).collect()
}

#[test]
fn filters_are_parts_or_whole_names_and_add_up() {
    let (display, comp3) = (
        "slo_validation/display_heavy_slo_80mbps",
        "slo_validation/comp3_heavy_slo_40mbps",
    );
    assert_eq!(names(&["slo_validation"]), [display, comp3]);
    assert_eq!(names(&[&format!("={comp3}")]), [comp3]);
    assert_eq!(
        names(&["display_heavy_slo", "parse/customer"]),
        [display, "parse/customer"]
    );
    assert_eq!(
        names(&["display_heavy_slo,parse/customer"]),
        [display, "parse/customer"]
    );
    assert_eq!(names(&["all"]), names(&[]));
    let (code, _, stderr) = ended(&mut bench(["list", "--filter", "=slo_validation"]));
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("no benchmark's name matches `=slo_validation`"),
        "{stderr}"
    );
}

#[test]
fn a_listing_says_what_programs_need() {
    let listing = listed(&["display_heavy_slo"]);
    let benchmark = &listing["benchmarks"][0];
    assert_eq!(benchmark["input_bytes"], 5_000_000);
    assert!(
        benchmark["memory_bytes"].as_u64() > Some(5_000_000),
        "{listing}"
    );
    assert!(benchmark["seconds"].as_f64() > Some(1.0), "{listing}");
    assert_eq!(benchmark["seconds"], listing["seconds"]);
    assert!(listing["refused"].is_array(), "{listing}");
    let (_, text, _) = ended(&mut bench(["list", "--filter", "display_heavy_slo"]));
    assert!(text.contains("1 benchmark, about"), "{text}");
    assert!(
        text.contains("`bench run --filter 'display_heavy_slo'`"),
        "{text}"
    );
}

//! What a verifier says of a bad receipt, and of wrong usage.

use std::ffi::OsStr;

use receipt::verify;
use serde_json::json;

use super::both::{parse, script};
use super::edit::text_with;
use super::value;
use crate::common::python;

#[test]
fn a_problem_is_named_by_place_expected_and_found() {
    let text = text_with(&value(), "/display_gibps", json!(7.5), true);
    let problems = verify(&parse(&text).unwrap(), &text).unwrap_err();
    let [problem] = &problems[..] else {
        panic!("{problems:?}")
    };
    assert_eq!(problem.path, ".display_gibps");
    assert_eq!(problem.found, "7.5");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("perf.json");
    std::fs::write(&file, &text).unwrap();
    let output = python(&[script().as_os_str(), file.as_os_str()]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said, format!("{}: {problem}\n", file.display()));
}

#[test]
fn python_tells_wrong_usage_from_a_bad_receipt() {
    let script = script();
    let code = |arguments: &[&OsStr]| python(arguments).status.code();
    assert_eq!(code(&[script.as_os_str()]), Some(2));
    assert_eq!(code(&[script.as_os_str(), OsStr::new("--quick")]), Some(2));
    assert_eq!(
        code(&[script.as_os_str(), OsStr::new("/absent/perf.json")]),
        Some(1)
    );
}

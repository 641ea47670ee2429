//! The two verifiers, asked the same: `bench verify` as a library and the Python program.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use receipt::{Receipt, verify};

use crate::common::{python, repository};

/// Names of the cases that a verifier accepts; panics where the two disagree.
pub(crate) fn both_accept(cases: &[(String, String)]) -> BTreeSet<String> {
    let texts: Vec<_> = cases.iter().map(|(_, text)| text).collect();
    let second = python_accepts(&texts);
    let mut accepted = BTreeSet::new();
    for ((name, text), second) in cases.iter().zip(second) {
        let first = parse(text).is_some_and(|receipt| verify(&receipt, text).is_ok());
        assert_eq!(
            first, second,
            "{name}: bench and verify_receipt.py disagree"
        );
        if first {
            accepted.insert(name.clone());
        }
    }
    accepted
}

/// All in one process, since starting Python takes longer than a verification.
pub(crate) fn python_accepts<T: AsRef<str>>(texts: &[T]) -> Vec<bool> {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<_> = (0..texts.len())
        .map(|index| folder.path().join(index.to_string()))
        .collect();
    for (file, text) in files.iter().zip(texts) {
        std::fs::write(file, text.as_ref()).unwrap();
    }
    let script = script();
    let arguments: Vec<_> = [script.as_os_str()]
        .into_iter()
        .chain(files.iter().map(|file| file.as_os_str()))
        .collect();
    let output = python(&arguments);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let said = String::from_utf8(output.stdout).unwrap();
    let accepted: BTreeSet<&str> = said
        .lines()
        .filter_map(|line| line.strip_suffix(": ok"))
        .collect();
    let ok: Vec<_> = files
        .iter()
        .map(|file| accepted.contains(file.to_str().unwrap()))
        .collect();
    assert_eq!(output.status.code(), Some(i32::from(ok.contains(&false))));
    ok
}

pub(crate) fn parse(text: &str) -> Option<Receipt> {
    Receipt::parse(text, Path::new("perf.json")).ok()
}

pub(crate) fn script() -> PathBuf {
    repository("scripts/verify_receipt.py")
}

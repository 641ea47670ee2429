//! Many receipts through both commands at once, since starting one takes longer than a verification.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

use crate::common::{python, repository};

/// What a verifier says of one receipt.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) accepted: bool,
    /// Names of contradictions.
    pub(crate) classes: BTreeSet<String>,
    /// Its lines on this receipt.
    pub(crate) lines: Vec<String>,
}

/// What both say of each text, `bench verify` first.
pub(crate) fn both(texts: &[String]) -> Vec<(Said, Said)> {
    let folder = tempfile::tempdir().expect("temporary folder");
    let files: Vec<PathBuf> = (0..texts.len())
        .map(|index| folder.path().join(format!("{index}.json")))
        .collect();
    for (file, text) in files.iter().zip(texts) {
        std::fs::write(file, text).expect("written");
    }
    let bench = Command::new(env!("CARGO_BIN_EXE_bench"))
        .arg("verify")
        .args(&files)
        .output()
        .expect("bench");
    let script = repository("scripts/verify_receipt.py");
    let mut arguments = vec![script.as_os_str()];
    arguments.extend(files.iter().map(|file| file.as_os_str()));
    let python = python(&arguments);
    let of = |output: &Output, ok: &str| -> Vec<Said> {
        let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
        let text = String::from_utf8(text).expect("UTF-8");
        assert!(
            !text.contains("panicked") && !text.contains("Traceback"),
            "{text}"
        );
        files.iter().map(|file| said(&text, file, ok)).collect()
    };
    let (first, second) = (of(&bench, "verified"), of(&python, "ok"));
    first.into_iter().zip(second).collect()
}

fn said(text: &str, file: &std::path::Path, ok: &str) -> Said {
    let start = format!("{}: ", file.display());
    let lines: Vec<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix(&start))
        .map(str::to_owned)
        .collect();
    assert!(!lines.is_empty(), "nothing on {start}{text}");
    let class = |line: &String| {
        let (_, name) = line.strip_suffix(')')?.rsplit_once(" (")?;
        let word = |c: char| c.is_ascii_lowercase() || c == '-';
        (name.contains('-') && name.chars().all(word)).then(|| name.to_owned())
    };
    Said {
        accepted: lines == [ok],
        classes: lines.iter().filter_map(class).collect(),
        lines,
    }
}

/// With a new hash.
pub(crate) fn sealed(mut value: Value) -> String {
    if let Ok(hash) = receipt::seal::sha256(value.clone())
        && let Some(place) = value.pointer_mut("/integrity/sha256")
    {
        *place = hash.into();
    }
    value.to_string()
}

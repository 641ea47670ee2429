//! Subjects whose speed is known, for tests of what compares them.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

#[path = "../program/mod.rs"]
pub(crate) mod program;

/// How a subject behaves; see subject.py.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    pub(crate) factor: f64,
    pub(crate) control: f64,
    pub(crate) answer: char,
    pub(crate) spread: f64,
    pub(crate) pause: f64,
    pub(crate) work: u32,
    pub(crate) wrong_after: u32,
}

pub(crate) const BASE: Known = Known {
    factor: 1.0,
    control: 1.0,
    answer: 'a',
    spread: 0.003,
    pause: 0.0,
    work: 0,
    wrong_after: u32::MAX,
};

/// Writes a program that behaves so.
pub(crate) fn write(path: &Path, known: Known) {
    let script = include_str!("subject.py")
        .replace("/usr/bin/env -S python3", interpreter())
        .replace("{factor}", &known.factor.to_string())
        .replace("{control}", &known.control.to_string())
        .replace("{answer}", &known.answer.to_string())
        .replace("{spread}", &known.spread.to_string())
        .replace("{pause}", &known.pause.to_string())
        .replace("{work}", &known.work.to_string())
        .replace("{wrong_after}", &known.wrong_after.to_string())
        .replace("{{", "{")
        .replace("}}", "}");
    program::script(path, &script);
}

/// The interpreter itself: what PATH has may be a script that looks for one, hundreds of times.
pub(crate) fn interpreter() -> &'static str {
    static FOUND: OnceLock<String> = OnceLock::new();
    FOUND.get_or_init(|| {
        let ask = ["-c", "import sys; print(sys.executable)"];
        let output = Command::new("python3").args(ask).output().expect("python3");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    })
}

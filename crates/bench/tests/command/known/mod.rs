//! Subjects whose speed is known, for tests of what compares them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::program;

/// How a subject behaves; see examples/known.rs.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    pub(crate) factor: f64,
    pub(crate) control: f64,
    pub(crate) answer: char,
    pub(crate) spread: f64,
    pub(crate) pause: f64,
    pub(crate) work: u64,
    pub(crate) wrong_after: u32,
    pub(crate) benchmarks: usize,
}

pub(crate) const BASE: Known = Known {
    factor: 1.0,
    control: 1.0,
    answer: 'a',
    spread: 0.003,
    pause: 0.0,
    work: 0,
    wrong_after: u32::MAX,
    benchmarks: 2,
};

/// Writes a program that behaves so.
pub(crate) fn write(path: &Path, known: Known) {
    let Known {
        factor,
        control,
        answer,
        spread,
        pause,
        work,
        wrong_after,
        benchmarks,
    } = known;
    let example = example().display();
    program::script(
        path,
        &format!(
            "#!/bin/sh\nexec '{example}' \"$0\" {factor} {control} {answer} {spread} {pause} {work} {wrong_after} {benchmarks}\n"
        ),
    );
}

/// The program, with the features that it has where the whole workspace is tested: there it is built already.
fn example() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let output = Command::new(env!("CARGO"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(["build", "--locked", "--workspace", "--example", "known"])
            .args(["--message-format", "json-render-diagnostics"])
            .output()
            .expect("cargo runs, since it runs this test");
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words}");
        let messages = String::from_utf8(output.stdout).expect("UTF-8");
        let mut programs = messages.lines().filter_map(|line| {
            let message: serde_json::Value = serde_json::from_str(line).ok()?;
            message["executable"].as_str().map(PathBuf::from)
        });
        programs.next_back().expect("cargo says where it is")
    })
}

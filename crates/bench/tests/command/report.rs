//! `bench report` where nobody has measured yet.

use std::process::Command;

use crate::support::{ended, receipt};

/// A program that lies in no checkout, as an installed one: what other commands left is shown all the same.
#[test]
fn the_folder_of_the_page_is_made() {
    let at = tempfile::tempdir().expect("a folder");
    let program = at.path().join("bench");
    // By another process: a program that this one has open for writing, as any test that starts something
    // might inherit it, can't be started.
    let copied = Command::new("cp")
        .arg(env!("CARGO_BIN_EXE_bench"))
        .arg(&program)
        .status();
    assert!(copied.expect("cp").success());
    let (code, _, stderr) = ended(
        Command::new(program)
            .arg("report")
            .arg(receipt())
            .current_dir(at.path()),
    );
    assert_eq!(code, Some(0), "{stderr}");
    assert!(at.path().join("output/report.html").exists(), "{stderr}");
}

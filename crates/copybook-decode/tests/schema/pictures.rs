//! Edited pictures against GnuCOBOL, which has the precedence table of the standard: every string
//! of symbols up to some length.

use std::collections::BTreeSet;
use std::process::Command;

use copybook_decode::Schema;

const SYMBOLS: &[&str] = &["9", "Z", "*", "+", "-", "$", ".", ",", "V", "B", "/", "CR"];
const LONGEST: u32 = 4;

fn pictures() -> Vec<String> {
    let mut all = Vec::new();
    let mut last = vec![String::new()];
    let word = |p: &String| !p.ends_with([',', '.']);
    for _ in 0..LONGEST {
        last = last
            .iter()
            .flat_map(|start| SYMBOLS.iter().map(move |symbol| format!("{start}{symbol}")))
            .collect();
        all.extend(last.iter().filter(|p| word(p)).cloned());
    }
    all
}

/// The pictures that GnuCOBOL takes, by the lines that it complains about.
fn theirs(pictures: &[String]) -> Option<BTreeSet<String>> {
    let dir = tempfile::tempdir().unwrap();
    let source = dir.path().join("pictures.cob");
    let head = "       IDENTIFICATION DIVISION.\n       PROGRAM-ID. P.\n       DATA DIVISION.\n       \
                WORKING-STORAGE SECTION.\n";
    let entry =
        |(number, picture): (usize, &String)| format!("       01 F{number} PIC {picture} .\n");
    let entries: String = pictures.iter().enumerate().map(entry).collect();
    std::fs::write(
        &source,
        format!("{head}{entries}       PROCEDURE DIVISION.\n           STOP RUN.\n"),
    )
    .unwrap();
    let done = Command::new("cobc")
        .args(["-std=ibm", "-fsyntax-only", "-fmax-errors=100000"])
        .arg(&source)
        .output()
        .ok()?;
    let errors = String::from_utf8_lossy(&done.stderr).into_owned();
    let bad: BTreeSet<usize> = errors
        .lines()
        .filter(|line| line.contains("error:"))
        .filter_map(|line| line.split(':').nth(1)?.trim().parse().ok())
        .collect();
    let good = pictures
        .iter()
        .enumerate()
        .filter(|(i, _)| !bad.contains(&(i + 5)));
    Some(good.map(|(_, picture)| picture.clone()).collect())
}

#[test]
fn gnucobol_takes_the_same_edited_pictures() {
    let pictures = pictures();
    let Some(theirs) = theirs(&pictures) else {
        println!("skipped: cobc (GnuCOBOL) not present");
        return;
    };
    let ours: BTreeSet<String> = pictures
        .iter()
        .filter(|picture| Schema::parse(&format!("       01 F PIC {picture} .\n")).is_ok())
        .cloned()
        .collect();
    let only_ours: Vec<&String> = ours
        .difference(&theirs)
        .filter(|p| !narrow(p) && !trails(p))
        .collect();
    let only_theirs: Vec<&String> = theirs.difference(&ours).collect();
    let both = ours.intersection(&theirs).count();
    assert!(both > 3000, "{both} pictures taken by both");
    assert!(only_theirs.is_empty(), "{only_theirs:?}");
    assert!(only_ours.is_empty(), "{only_ours:?}");
}

/// Whether a single currency symbol stands behind the digits, of which GnuCOBOL takes some and not
/// others.
fn trails(picture: &str) -> bool {
    let behind = |(before, _): (&str, &str)| before.contains(['9', 'Z', '*']);
    picture.matches('$').count() == 1 && picture.split_once('$').is_some_and(behind)
}

/// Whether a floating string has no two of its symbols side by side before the point: one digit,
/// or digits behind the point only. GnuCOBOL does not count these as positions; the Language
/// Reference does ("Floating insertion editing").
fn narrow(picture: &str) -> bool {
    let whole = picture.split(['.', 'V']).next().unwrap_or("");
    ["$", "+", "-"]
        .iter()
        .any(|s| picture.matches(s).count() > 1 && !whole.contains(&s.repeat(2)))
}

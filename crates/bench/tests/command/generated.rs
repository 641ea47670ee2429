//! What is made from the program itself: completions and man pages, which know every subcommand and
//! flag, and the table of what the decoder takes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::{bench, ended};

fn subcommands() -> BTreeSet<String> {
    subcommands_of(&[])
}

/// From `bench ... --help`: the indented words under "Commands:"; none where there is no such list.
fn subcommands_of(command: &[&str]) -> BTreeSet<String> {
    let (_, help, _) = ended(&mut bench([command, &["--help"]].concat()));
    let Some((_, list)) = help.split_once("Commands:\n") else {
        return BTreeSet::new();
    };
    let lines = list.lines().take_while(|line| !line.is_empty());
    // A line that goes on with a description has no word there.
    let words = lines.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn completions_know_every_subcommand() {
    for (shell, start) in [
        ("bash", "_bench()"),
        ("zsh", "#compdef bench"),
        ("fish", "# Print"),
    ] {
        let (code, stdout, stderr) = ended(&mut bench(["completions", shell]));
        assert_eq!(code, Some(0), "{stderr}");
        assert!(stdout.starts_with(start), "{shell}: {}", &stdout[..60]);
        for name in subcommands() {
            assert!(stdout.contains(&name), "{shell} knows no {name}");
        }
        assert!(stdout.contains("hang-timeout"), "{shell}");
    }
    let (code, _, stderr) = ended(&mut bench(["completions", "cmd.exe"]));
    assert_eq!(code, Some(2));
    assert!(
        stderr.contains("bash, elvish, fish, powershell, zsh"),
        "{stderr}"
    );
}

#[test]
fn every_subcommand_has_its_man_page() {
    let at = tempfile::tempdir().expect("a folder");
    let folder = at.path().join("share/man/man1");
    let (code, _, stderr) = ended(bench(["man"]).arg(&folder));
    assert_eq!(code, Some(0), "{stderr}");
    let pages = fs::read_dir(&folder).expect("pages");
    let pages: BTreeSet<String> = pages
        .map(|page| {
            page.expect("a page")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    let mut expected = BTreeSet::from(["bench.1".to_owned()]);
    for name in subcommands().iter().filter(|name| *name != "help") {
        expected.insert(format!("bench-{name}.1"));
        let nested = subcommands_of(&[name]);
        let nested = nested.iter().filter(|name| *name != "help");
        expected.extend(nested.map(|inner| format!("bench-{name}-{inner}.1")));
    }
    assert_eq!(pages, expected);
    let run = fs::read_to_string(folder.join("bench-run.1")).expect("a page");
    assert!(run.contains(".TH bench-run 1"), "{run}");
    assert!(run.contains("BENCH_FILTER"), "the variables are missing");
    let again = at.path().join("again");
    ended(bench(["man"]).arg(&again));
    let other = fs::read_to_string(again.join("bench-run.1")).expect("a page");
    assert!(run == other, "a page depends on more than the program");
}

#[test]
fn the_tables_in_the_docs_are_what_the_decoder_does() {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/methodology.md");
    let Ok(text) = fs::read_to_string(&document) else {
        println!("skipped: docs/ not present");
        return;
    };
    let (code, _, stderr) = ended(bench(["tables", "--check"]).arg(&document));
    assert_eq!(code, Some(0), "{stderr}");
    let at = tempfile::tempdir().expect("a folder");
    let changed = at.path().join("changed.md");
    let packed = "| packed, signed | plus C; minus D |";
    assert!(text.contains(packed), "{text}");
    fs::write(
        &changed,
        text.replace(packed, "| packed, signed | plus C F; minus D |"),
    )
    .expect("room");
    let (code, _, stderr) = ended(bench(["tables", "--check"]).arg(&changed));
    assert_eq!(code, Some(1), "{stderr}");
    assert!(
        stderr.contains("expected what the receipts and the decoder say"),
        "{stderr}"
    );
    assert_eq!(ended(bench(["tables"]).arg(&changed)).0, Some(0));
    assert_eq!(fs::read_to_string(&changed).expect("a document"), text);
}

//! The hash of sources, against the shell line that documents it and against Nix where it is there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use instrument_build::sources::{self, SourcesError};
use tempfile::TempDir;

/// Root of this project.
fn ours() -> PathBuf {
    sources::root(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("a workspace")
}

/// A project of its own, with what editors leave, and what does not belong to the build.
fn project(cargo_toml: &str) -> TempDir {
    let at = tempfile::tempdir().expect("a temporary folder");
    let files = [
        ("Cargo.toml", cargo_toml),
        ("Cargo.lock", "version = 4\n"),
        ("README.md", "words\n"),
        ("src/lib.rs", "//! A library.\n"),
        // Sorted as text `src-gen` comes before `src/`, part by part after it.
        ("src-gen/a.rs", "\n"),
        ("src/data.bin", "\0\u{1}"),
        ("src/.lib.rs.swp", "b0VIM"),
        ("src/lib.rs~", "//! Before.\n"),
        (".cargo/config.toml", "[build]\n"),
        (".github/dependabot.toml", "\n"),
        (
            "target/CACHEDIR.TAG",
            "Signature: 8a477f597d28d172789f06886806bc55\n",
        ),
        ("target/debug/build/generated.rs", "\n"),
    ];
    for (name, text) in files {
        let path = at.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    at
}

const LISTED: &str =
    "[workspace]\n[workspace.metadata.sources]\nfiles = [\"Cargo.toml\", \"src\", \"src-gen\"]\n";

/// The documented line, in a folder that holds these files and nothing else.
fn by_shell(root: &Path) -> String {
    let copy = tempfile::tempdir().expect("a temporary folder");
    for name in sources::files(root).expect("files") {
        let to = copy.path().join(&name);
        fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        fs::copy(root.join(&name), to).expect("a copy");
    }
    let line = r"find -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum";
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(copy.path())
        .output()
        .expect("a shell");
    let text = String::from_utf8(output.stdout).expect("text");
    text.split(' ').next().expect("a digest").to_owned()
}

/// What nix/source.nix says; nothing where there is no Nix.
fn by_nix(root: &Path) -> Option<String> {
    let file = ours().join("nix/source.nix");
    if !file.is_file() {
        return None; // In the sandbox of a check.
    }
    let expression = format!(
        "(import {} {{ lib = null; root = {}; }}).hash",
        file.display(),
        root.display()
    );
    let output = Command::new("nix-instantiate")
        .args(["--eval", "--strict", "--json", "--expr", &expression])
        .env("NIX_REMOTE", "dummy://")
        .output()
        .ok()?;
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{problem}");
    let text = String::from_utf8(output.stdout).expect("text");
    Some(text.trim().trim_matches('"').to_owned())
}

#[test]
fn ours_is_what_the_shell_and_nix_say() {
    let hash = sources::hash(&ours()).expect("a hash");
    assert_eq!(hash, by_shell(&ours()));
    match by_nix(&ours()) {
        Some(found) => assert_eq!(hash, found),
        None => println!("skipped: comparison with nix/source.nix, which needs nix-instantiate"),
    }
}

#[test]
fn another_project_is_read_alike() {
    for (cargo_toml, expected) in [
        (
            LISTED,
            vec!["Cargo.toml", "src-gen/a.rs", "src/data.bin", "src/lib.rs"],
        ),
        (
            "[package]\nname = \"a\"\n",
            vec![
                ".cargo/config.toml",
                "Cargo.lock",
                "Cargo.toml",
                "src-gen/a.rs",
                "src/lib.rs",
            ],
        ),
    ] {
        let at = project(cargo_toml);
        assert_eq!(sources::files(at.path()).expect("files"), expected);
        let hash = sources::hash(at.path()).expect("a hash");
        assert_eq!(hash, by_shell(at.path()));
        if let Some(found) = by_nix_without_target(&at) {
            assert_eq!(hash, found, "{cargo_toml}");
        }
    }
}

/// A flake never sees the target folder.
fn by_nix_without_target(at: &TempDir) -> Option<String> {
    fs::remove_dir_all(at.path().join("target")).expect("removed");
    by_nix(at.path())
}

#[test]
fn every_change_of_a_source_changes_it_and_nothing_else_does() {
    let at = project(LISTED);
    let hash = || sources::hash(at.path()).expect("a hash");
    let write = |name: &str, text: &str| fs::write(at.path().join(name), text).expect("a file");
    let before = hash();
    for other in ["README.md", "src/.lib.rs.swp", "new.rs"] {
        write(other, "changed");
        assert_eq!(hash(), before, "{other}");
    }
    write("src/lib.rs", "//! Changed.\n");
    let edited = hash();
    write("src/new.txt", "");
    let added = hash();
    fs::rename(
        at.path().join("src/new.txt"),
        at.path().join("src/newer.txt"),
    )
    .expect("renamed");
    let renamed = hash();
    let all = [&before, &edited, &added, &renamed];
    let distinct: std::collections::BTreeSet<_> = all.iter().collect();
    assert_eq!(distinct.len(), all.len());
    fs::remove_file(at.path().join("src/newer.txt")).expect("removed");
    assert_eq!(hash(), edited);
}

#[test]
fn what_two_tools_would_read_in_two_ways_is_refused() {
    let at = project(LISTED);
    let odd = at.path().join("src/a\\b.rs");
    fs::write(&odd, "").expect("a file");
    assert!(matches!(sources::hash(at.path()), Err(SourcesError::Odd(path)) if path == odd));
    fs::remove_file(odd).expect("removed");
    std::os::unix::fs::symlink("lib.rs", at.path().join("src/link.rs")).expect("a link");
    let error = sources::hash(at.path()).expect_err("a link").to_string();
    assert!(error.contains("src/link.rs"), "{error}");

    let missing = project("[workspace.metadata.sources]\nfiles = [\"absent\"]\n");
    let error = sources::hash(missing.path())
        .expect_err("missing")
        .to_string();
    assert!(
        error.contains("can't read") && error.contains("absent"),
        "{error}"
    );
}

#[test]
fn the_root_is_the_nearest_workspace() {
    let at = project(LISTED);
    let package = at.path().join("crates/a");
    fs::create_dir_all(&package).expect("a folder");
    fs::write(package.join("Cargo.toml"), "[package]\nname = \"a\"\n").expect("a file");
    assert_eq!(sources::root(&package).expect("a root"), at.path());
    let alone = project("[package]\nname = \"a\"\n");
    assert_eq!(sources::root(alone.path()).expect("a root"), alone.path());
}

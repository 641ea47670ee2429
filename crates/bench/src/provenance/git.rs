//! What git says about a checkout: which commit has the sources that a program was built from.
//!
//! Only commands that read objects are used: they run nothing that the repository's configuration
//! names (hooks, filters, file system monitors).

use std::collections::BTreeMap;
use std::env;
use std::io::{self, BufRead, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use instrument_build::rule::Rule;
use instrument_build::sources::{self, hex};
use sha2::{Digest as _, Sha256};

use super::{Checkout, Doubt};

/// `HEAD` of a checkout whose files have the hash `sources`; with `-dirty` where they don't have it
/// in `HEAD` itself. Files that are no sources, such as documents, count for neither.
pub(super) fn revision(checkout: &Checkout, sources: &str) -> Result<String, Doubt> {
    let root = checkout.root();
    let unreadable = |error: sources::SourcesError| Doubt::Unreadable(error.to_string());
    if sources::hash(root).map_err(unreadable)? != sources {
        return Err(Doubt::OtherSources(root.to_owned()));
    }
    let head = head(root)?;
    let rule = Rule::read(root).map_err(unreadable)?;
    let committed =
        committed(root, &head, &rule).map_err(|error| Doubt::Unreadable(error.to_string()))?;
    Ok(if committed == sources {
        head
    } else {
        format!("{head}-dirty")
    })
}

/// The hash of a commit's sources.
///
/// # Errors
/// There is no such commit here, or git can't read it.
pub(crate) fn sources_of(checkout: &Checkout, commit: &str) -> Result<String, Doubt> {
    let root = checkout.root();
    let unreadable = |error: &dyn std::fmt::Display| Doubt::Unreadable(error.to_string());
    let wanted = format!("{commit}^{{commit}}");
    line(root, &["rev-parse", "--verify", "--quiet", &wanted])?;
    let rule = Rule::read(root).map_err(|error| unreadable(&error))?;
    committed(root, commit, &rule).map_err(|error| unreadable(&error))
}

/// Whether the user told git that a folder is safe although others can write into it.
pub(super) fn is_safe(root: &Path) -> bool {
    // As for git, only the user's and the system's configuration may say so: no repository is here.
    let output = git(Path::new("/"))
        .env("GIT_DIR", "/dev/null")
        .args(["config", "--null", "--get-all", "safe.directory"])
        .output();
    let Ok(output) = output else {
        return false;
    };
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut safe = Vec::new();
    for entry in listed.split_terminator('\0') {
        // An empty entry takes back those before it.
        if entry.is_empty() {
            safe.clear();
        } else {
            safe.push(entry);
        }
    }
    safe.iter().any(|entry| match entry.strip_suffix("/*") {
        _ if *entry == "*" => true,
        Some(above) => root.starts_with(above) && root != Path::new(above),
        None => root == Path::new(entry),
    })
}

/// The commit that is checked out. A tarball unpacked inside somebody else's repository has none.
fn head(root: &Path) -> Result<String, Doubt> {
    let shown = || root.display().to_string();
    let top = line(root, &["rev-parse", "--show-toplevel"])?;
    let same = Path::new(&top).canonicalize().ok() == root.canonicalize().ok();
    if !same {
        return Err(Doubt::NoRepository(shown()));
    }
    line(root, &["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]).map_err(
        |doubt| match doubt {
            Doubt::NoRepository(root) => Doubt::NoCommit(root),
            other => other,
        },
    )
}

fn line(root: &Path, arguments: &[&str]) -> Result<String, Doubt> {
    let output = git(root)
        .args(arguments)
        .output()
        .map_err(|error| Doubt::NoGit(error.to_string()))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let shown = root.display().to_string();
    let problem = String::from_utf8_lossy(&output.stderr);
    Err(if problem.contains("dubious ownership") {
        Doubt::Dubious(shown)
    } else {
        Doubt::NoRepository(shown)
    })
}

/// The hash of a commit's sources, by the rule of the checkout: another rule is another Cargo.toml,
/// which is one of the sources.
fn committed(root: &Path, commit: &str, rule: &Rule) -> io::Result<String> {
    let listing = git(root)
        .args(["ls-tree", "-r", "-z", "--full-tree", commit])
        .output()?;
    let listing = String::from_utf8_lossy(&listing.stdout).into_owned();
    let mut objects = BTreeMap::new();
    for entry in listing.split_terminator('\0') {
        // `100644 blob 1ab…<tab>crates/a.rs`
        let (facts, name) = entry.split_once('\t').unwrap_or_default();
        let mut facts = facts.split(' ');
        if let (Some("100644" | "100755"), Some("blob"), Some(object)) =
            (facts.next(), facts.next(), facts.next())
            && rule.holds(name)
        {
            objects.insert(name.to_owned(), object.to_owned());
        }
    }
    let digests = digests(root, objects.values())?;
    let names = objects.into_keys();
    Ok(sources::hash_of(&names.zip(digests).collect()))
}

/// SHA-256 of each object's bytes, in order.
fn digests<'a>(root: &Path, objects: impl Iterator<Item = &'a String>) -> io::Result<Vec<String>> {
    let asked: Vec<&String> = objects.collect();
    let mut process = git(root)
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let input = process.stdin.take();
    let output = process.stdout.take();
    let (Some(mut input), Some(output)) = (input, output) else {
        return Err(io::Error::other("git has no pipes"));
    };
    let found = thread::scope(|scope| {
        // Git answers while it reads: asked and read by turns in one thread, both pipes could fill.
        scope.spawn(|| {
            for object in &asked {
                if writeln!(input, "{object}").is_err() {
                    break;
                }
            }
            drop(input);
        });
        let mut output = BufReader::new(output);
        asked.iter().map(|_| digest(&mut output)).collect()
    });
    process.wait()?;
    found
}

/// One answer of `cat-file --batch`: `1ab… blob 5`, the bytes, a line feed.
fn digest(output: &mut impl BufRead) -> io::Result<String> {
    let mut header = String::new();
    output.read_line(&mut header)?;
    let size = header.trim_end().rsplit(' ').next();
    let size: u64 = size.and_then(|size| size.parse().ok()).ok_or_else(|| {
        io::Error::other(format!("git can't read an object: {}", header.trim_end()))
    })?;
    let mut hash = Sha256::new();
    let copied = io::copy(&mut output.by_ref().take(size), &mut hash)?;
    let mut end = [0];
    output.read_exact(&mut end)?;
    if copied != size {
        return Err(io::Error::other("git ended in the middle of an object"));
    }
    Ok(hex(&hash.finalize()))
}

/// Git in a folder, without what the caller's environment says about repositories: inside a hook
/// `GIT_DIR` names another one.
pub(crate) fn git(root: &Path) -> Command {
    let mut command = Command::new("git");
    for (name, _) in env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"GIT_") {
            command.env_remove(name);
        }
    }
    command
        .arg("-C")
        .arg(root)
        .env("LC_ALL", "C")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_NO_LAZY_FETCH", "1")
        .stdin(Stdio::null());
    command
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    /// A repository with one commit; nothing without git.
    fn repository() -> Option<TempDir> {
        let at = tempfile::tempdir().expect("temporary folder");
        fs::create_dir(at.path().join("src")).expect("folder");
        let list = "[workspace.metadata.sources]\nfiles = [\"Cargo.toml\", \"src\"]\n";
        for (name, text) in [
            ("Cargo.toml", list),
            ("README.md", "words"),
            ("src/lib.rs", "//! A library.\n"),
            ("src/data.bin", "\0\n\0 blob 12\n"),
        ] {
            fs::write(at.path().join(name), text).expect("file");
        }
        if run(&at, &["init", "-q"]).is_none() {
            println!("skipped: git is not installed");
            return None;
        }
        run(&at, &["add", "-A"]).expect("added");
        commit(&at);
        Some(at)
    }

    fn run(at: &TempDir, arguments: &[&str]) -> Option<()> {
        let output = git(at.path()).args(arguments).output().ok()?;
        output.status.success().then_some(())
    }

    fn commit(at: &TempDir) {
        let author = ["-c", "user.name=a", "-c", "user.email=a@b.invalid"];
        let all = [&author[..], &["commit", "-q", "-a", "-m", "a"]].concat();
        run(at, &all).expect("a commit");
    }

    /// What is said of a program that was built from the files as they are now.
    fn now(at: &TempDir) -> Result<String, Doubt> {
        let hash = sources::hash(at.path()).expect("a hash");
        revision(&Checkout::of(at.path()), &hash)
    }

    fn head_of(at: &TempDir) -> String {
        head(at.path()).expect("a commit")
    }

    #[test]
    fn a_revision_is_of_sources_not_of_documents() {
        let Some(at) = repository() else { return };
        assert_eq!(now(&at), Ok(head_of(&at)));
        fs::write(at.path().join("README.md"), "other words").expect("file");
        fs::write(at.path().join("notes.txt"), "untracked").expect("file");
        assert_eq!(now(&at), Ok(head_of(&at)));
        let dirty = Ok(format!("{}-dirty", head_of(&at)));
        fs::write(at.path().join("src/new.rs"), "").expect("file");
        assert_eq!(now(&at), dirty);
        fs::remove_file(at.path().join("src/new.rs")).expect("removed");
        assert_eq!(now(&at), Ok(head_of(&at)));
        fs::write(at.path().join("src/lib.rs"), "//! Another.\n").expect("file");
        assert_eq!(now(&at), dirty);
    }

    #[test]
    fn a_program_of_other_sources_has_no_revision_here() {
        let Some(at) = repository() else { return };
        let before = sources::hash(at.path()).expect("a hash");
        fs::write(at.path().join("src/lib.rs"), "//! Another.\n").expect("file");
        commit(&at);
        let found = revision(&Checkout::of(at.path()), &before);
        assert_eq!(found, Err(Doubt::OtherSources(at.path().to_owned())));
    }

    #[test]
    fn what_git_was_told_to_overlook_is_seen() {
        let Some(at) = repository() else { return };
        fs::write(at.path().join("src/lib.rs"), "//! Another.\n").expect("file");
        run(&at, &["update-index", "--assume-unchanged", "src/lib.rs"]).expect("told");
        assert_eq!(now(&at), Ok(format!("{}-dirty", head_of(&at))));
    }

    #[test]
    fn a_repository_knows_its_own_tree_only() {
        let Some(at) = repository() else { return };
        let unpacked = at.path().join("unpacked");
        fs::create_dir(&unpacked).expect("folder");
        let shown = unpacked.display().to_string();
        assert_eq!(head(&unpacked), Err(Doubt::NoRepository(shown)));
        let empty = tempfile::tempdir().expect("temporary folder");
        run(&empty, &["init", "-q"]).expect("a repository");
        let shown = empty.path().display().to_string();
        assert_eq!(head(empty.path()), Err(Doubt::NoCommit(shown)));
    }
}

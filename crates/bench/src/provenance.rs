//! Where the programs come from: revision, builder, hashes.

use std::env;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use receipt::model::EnvironmentKind;
use sha2::{Digest as _, Sha256};

/// SHA-256 of the sources that this program was built from.
pub(crate) const SOURCES: &str = env!("BUILT_SOURCES");
/// `rustc --version` of the compiler that built this program.
pub(crate) const TOOLCHAIN: &str = env!("BUILT_TOOLCHAIN");

/// What a reader needs to build the same programs again; null where it does not apply.
pub(crate) struct Provenance {
    /// Revision of the source.
    pub(crate) commit: Option<String>,
    /// How the programs came to be.
    pub(crate) kind: EnvironmentKind,
    /// SHA-256 of flake.lock, for what Nix built.
    pub(crate) flake_lock_sha256: Option<String>,
    /// Store path of the suite.
    pub(crate) store_path: Option<String>,
    /// Digest of the container image.
    pub(crate) image_digest: Option<String>,
    /// SHA-256 of the source tree.
    pub(crate) source_hash: Option<String>,
    /// SHA-256 of the suite program.
    pub(crate) suite_sha256: String,
}

impl Provenance {
    /// From the wrapper's environment (`BENCH_REVISION`, `BENCH_ENVIRONMENT`, ...), else from git.
    ///
    /// # Errors
    /// `BENCH_ENVIRONMENT` is none of nix, image, host, or the suite program can't be read.
    pub(crate) fn of(suite: &Path, checkout: Option<&Path>) -> Result<Self> {
        let kind = match set("BENCH_ENVIRONMENT").as_deref() {
            None | Some("host") => EnvironmentKind::Host,
            Some("nix") => EnvironmentKind::Nix,
            Some("image") => EnvironmentKind::Image,
            Some(other) => bail!("BENCH_ENVIRONMENT is `{other}`; expected nix, image or host"),
        };
        // A revision of the checkout says something only about programs that were built from it.
        let commit = set("BENCH_REVISION").or_else(|| {
            if kind == EnvironmentKind::Host {
                revision(checkout?)
            } else {
                None
            }
        });
        Ok(Self {
            commit,
            kind,
            flake_lock_sha256: set("BENCH_FLAKE_LOCK_SHA256"),
            store_path: store_path(suite),
            image_digest: set("BENCH_IMAGE_DIGEST"),
            source_hash: set("BENCH_SOURCE_HASH"),
            suite_sha256: sha256(suite)?,
        })
    }
}

/// SHA-256 of a file, lower-case hex.
///
/// # Errors
/// It can't be read.
pub(crate) fn sha256(path: &Path) -> Result<String> {
    let read = || {
        let mut hash = Sha256::new();
        io::copy(&mut File::open(path)?, &mut hash)?;
        Ok::<_, io::Error>(hash.finalize())
    };
    let digest = read().with_context(|| format!("can't read {}", path.display()))?;
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Unset and empty mean the same: a wrapper passes on what it may not have.
fn set(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// `HEAD`, with `-dirty` where anything differs from it; `None` without git or outside its tree (a
/// tarball unpacked inside somebody else's repository is not that repository's revision).
fn revision(root: &Path) -> Option<String> {
    let top = PathBuf::from(git(root, &["rev-parse", "--show-toplevel"])?);
    if top.canonicalize().ok()? != root.canonicalize().ok()? {
        return None;
    }
    let head = git(root, &["rev-parse", "HEAD"])?;
    let changed = !git(root, &["status", "--porcelain"])?.is_empty();
    Some(if changed {
        format!("{head}-dirty")
    } else {
        head
    })
}

fn git(root: &Path, args: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .args(args)
        .current_dir(root)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

fn store_path(program: &Path) -> Option<String> {
    let inside = program.strip_prefix("/nix/store").ok()?;
    let name = inside.components().next()?.as_os_str().to_str()?;
    Some(format!("/nix/store/{name}"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn store_paths_end_at_the_package() {
        let program = Path::new("/nix/store/abc-bench-0.1.0/libexec/copybook-bench/slo_validation");
        assert_eq!(
            store_path(program).as_deref(),
            Some("/nix/store/abc-bench-0.1.0")
        );
        assert_eq!(store_path(Path::new("/usr/bin/bench")), None);
    }

    #[test]
    fn the_hash_is_that_of_the_bytes() {
        let at = tempfile::tempdir().expect("temporary folder");
        let path = at.path().join("program");
        fs::write(&path, "abc").expect("file");
        // FIPS 180-4's example.
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(&path).expect("readable"), known);
    }

    #[test]
    fn a_revision_knows_its_own_tree_only() {
        let at = tempfile::tempdir().expect("temporary folder");
        assert_eq!(revision(at.path()), None);
        let run = |args: &[&str]| git(at.path(), args).map(|_| ());
        if run(&["init", "-q"]).is_none() {
            println!("skipped: git is not installed");
            return;
        }
        let author = ["-c", "user.name=a", "-c", "user.email=a@b.invalid"];
        let commit = ["commit", "-q", "--allow-empty", "-m", "first"];
        run(&[&author[..], &commit[..]].concat()).expect("a commit");
        let clean = revision(at.path()).expect("a revision");
        assert_eq!(clean.len(), 40);
        fs::write(at.path().join("new"), "").expect("file");
        assert_eq!(revision(at.path()), Some(format!("{clean}-dirty")));
        fs::create_dir(at.path().join("unpacked")).expect("folder");
        assert_eq!(revision(&at.path().join("unpacked")), None);
    }
}

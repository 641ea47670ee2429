//! Turns what the command line names into programs: revisions are built, images are wrapped.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use instrument::subject::Supervisor;

use super::side::Side;
use crate::provenance::{self, git};
use crate::streams::note;
use crate::suite::locate;

/// A side, ready to be started.
#[derive(Debug, Clone)]
pub(crate) struct Built {
    pub(crate) program: PathBuf,
    /// SHA-256 of the program; of an image, its identity, which is the hash of its configuration.
    pub(crate) sha256: String,
    /// The commit, where we built it.
    pub(crate) commit: Option<String>,
}

/// Both sides; nothing is measured before both are there.
///
/// # Errors
/// A revision is unknown or does not build, an image is not there, or there is no checkout.
pub(crate) fn all(
    sides: &[Side; 2],
    checkout: Option<&Path>,
    work: &Path,
    supervisor: &Supervisor,
) -> Result<[Built; 2]> {
    let one = |side: &Side, flag: &str| {
        let built = match side {
            Side::Program(path) => program(path),
            Side::Image(name) => image(name, work),
            Side::Revision(name) => revision(name, checkout, supervisor),
        };
        built.with_context(|| flag.to_owned())
    };
    Ok([one(&sides[0], "--base")?, one(&sides[1], "--new")?])
}

pub(super) fn program(path: &Path) -> Result<Built> {
    Ok(Built {
        program: path.to_owned(),
        sha256: provenance::sha256(path)?,
        commit: None,
    })
}

/// Builds a revision in a worktree of its own with a target folder of its own, both below the
/// checkout's target folder and named by the full hash, so that all such paths have one length. They
/// stay, and the next comparison with the same commit finds it built.
fn revision(name: &str, checkout: Option<&Path>, supervisor: &Supervisor) -> Result<Built> {
    let checkout = match checkout {
        Some(folder) => provenance::named(folder)?,
        None => provenance::own_checkout().map_err(|doubt| {
            anyhow::anyhow!(
                "{name} is no path, so it should be a commit, and there is no checkout to look it up in ({doubt}); name one with --checkout{}",
                beside(name)
            )
        })?,
    };
    let root = checkout.root();
    let asked = format!("{name}^{{commit}}");
    let commit = said(git::git(root).args([
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &asked,
    ]))
    .with_context(|| {
        format!(
            "{name} is neither a path nor a commit that {} has{}",
            root.display(),
            beside(name)
        )
    })?;
    let folder = root.join("target/ab").join(&commit);
    let (source, target) = (folder.join("source"), folder.join("target"));
    if !source.join("Cargo.toml").is_file() {
        worktree(root, &source, &commit)?;
    }
    note!(
        "building {name} ({}) in {}",
        &commit[..12.min(commit.len())],
        source.display()
    );
    let built = locate::build(&source, Some(&target), supervisor)
        .with_context(|| format!("{name} does not build"))?;
    Ok(Built {
        commit: Some(commit),
        ..program(&built)?
    })
}

/// What to write for the file of that name in the current folder, where there is one.
fn beside(name: &str) -> String {
    match Path::new(name).is_file() {
        true => format!("; to compare the program in the current folder, write ./{name}"),
        false => String::new(),
    }
}

fn worktree(root: &Path, source: &Path, commit: &str) -> Result<()> {
    // One that was cut off while it was made, or whose folder somebody removed.
    if source.exists() {
        fs::remove_dir_all(source).with_context(|| format!("can't remove {}", source.display()))?;
    }
    let parent = source.parent().unwrap_or(root);
    fs::create_dir_all(parent).with_context(|| format!("can't create {}", parent.display()))?;
    said(git::git(root).args(["worktree", "prune"]))?;
    let mut add = git::git(root);
    // A hook of the repository would run with our environment, and could change what is built.
    add.args([
        "-c",
        "core.hooksPath=/dev/null",
        "worktree",
        "add",
        "--quiet",
        "--detach",
        "--force",
    ])
    .arg(source)
    .arg(commit);
    said(&mut add).context("git can't lay out the commit")?;
    Ok(())
}

/// Removes the containers that this process leaves. One that is being created when the comparison is
/// interrupted would stay, never started, since the client that would start and remove it is gone.
pub(super) struct Containers {
    label: Option<String>,
}

impl Containers {
    /// For images among `sides`; removes them when it is dropped.
    pub(super) fn of(sides: &[Side; 2]) -> Self {
        let is_image = |side: &Side| matches!(side, Side::Image(_));
        Self {
            label: sides.iter().any(is_image).then(label),
        }
    }
}

impl Drop for Containers {
    fn drop(&mut self) {
        let Some(label) = &self.label else { return };
        let filter = format!("label={label}");
        let list = ["ps", "--quiet", "--all", "--filter", &filter];
        let left = said(Command::new("docker").args(list)).unwrap_or_default();
        if !left.is_empty() {
            let remove = ["rm", "--force"].into_iter().chain(left.lines());
            if let Err(error) = said(Command::new("docker").args(remove)) {
                note!("warning: containers with the label {label} are left: {error:#}");
            }
        }
    }
}

/// Of the containers of this process.
fn label() -> String {
    format!("copybook-bench.ab={}", std::process::id())
}

/// A script that starts the suite of an image in a container without a network.
fn image(name: &str, work: &Path) -> Result<Built> {
    let identity = said(
        Command::new("docker").args(["image", "inspect", "--format", "{{.Id}}", name]),
    )
    .with_context(|| {
        format!(
            "expected an image {name} that docker has (`docker load` or `docker pull` it first)"
        )
    })?;
    let sha256 = identity
        .strip_prefix("sha256:")
        .unwrap_or(&identity)
        .to_owned();
    ensure!(
        sha256.len() == 64,
        "docker calls the image {name} `{identity}`, expected sha256: and 64 digits"
    );
    let program = work.join(format!("{}.sh", &sha256[..16]));
    // Standard input is the driver's pipe: when it closes, the suite in the container ends.
    let script = format!(
        "#!/bin/sh\nexec docker run --rm --label {} --interactive --network none --read-only --tmpfs /tmp \\\n  --env BENCH_PROTOCOL --env BENCH_BURDEN --env CRITERION_HOME=/tmp/criterion --entrypoint sh sha256:{sha256} -c 'exec \"$BENCH_SUITE\"'\n",
        label()
    );
    fs::write(&program, script)
        .and_then(|()| fs::set_permissions(&program, fs::Permissions::from_mode(0o755)))
        .with_context(|| format!("can't write {}", program.display()))?;
    Ok(Built {
        program,
        sha256,
        commit: None,
    })
}

/// What a command printed, without the line's end.
fn said(command: &mut Command) -> Result<String> {
    let shown = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .with_context(|| format!("can't start {shown}"))?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        bail!("{shown} ended with {}: {}", output.status, error.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

//! Finds the suite program, or builds it where the source is.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use instrument::subject::{Deadline, SubjectError, Supervisor, Watch};

use crate::provenance::{self, Checkout, Doubt};

/// Name of the bench target, and of the program in packages and images.
const NAME: &str = "slo_validation";

/// The program that the user named first, then a build in the checkout that the user named, then the
/// neighbours of this program, then a build in the checkout that this program lies in. Never one in
/// the current folder: `bench` runs no stranger's code because one happens to stand in it.
///
/// # Errors
/// The given program does not exist, the build fails, somebody else can change the checkout or the
/// neighbour, or there is neither program nor source.
pub(crate) fn locate(
    given: Option<&Path>,
    checkout: Option<&Path>,
    supervisor: &Supervisor,
) -> Result<PathBuf> {
    if let Some(path) = given {
        let found = fs::metadata(path)
            .with_context(|| format!("the suite program {} can't be read", path.display()))?;
        ensure!(
            found.is_file(),
            "the suite program {} is not a file",
            path.display()
        );
        return path
            .canonicalize()
            .context("can't resolve the path of the suite program");
    }
    if let Some(folder) = checkout {
        let checkout = provenance::named(folder)?;
        ensure!(
            checkout.is_ours(),
            "--checkout {}: expected this project, found another one; name its suite with --suite",
            folder.display()
        );
        return build(checkout.root(), None, supervisor);
    }
    match around()? {
        Around::Neighbour(neighbour) => Ok(neighbour),
        Around::Checkout(checkout) => build(checkout.root(), None, supervisor),
    }
}

/// Whether there is a suite that nobody has to name, or what it is built from.
///
/// # Errors
/// There is neither, or somebody else can change it.
pub(crate) fn is_there() -> Result<()> {
    around().map(|_| ())
}

/// What lies around this program.
enum Around {
    Neighbour(PathBuf),
    Checkout(Checkout),
}

fn around() -> Result<Around> {
    let own = env::current_exe().context("can't find out where this program lies")?;
    if let Some(neighbour) = neighbour(&own) {
        provenance::neighbour(&neighbour, &own)?;
        return Ok(Around::Neighbour(neighbour));
    }
    match provenance::own_checkout() {
        Ok(checkout) => Ok(Around::Checkout(checkout)),
        Err(Doubt::Untrusted(error)) => Err(error).context("the suite is not built"),
        Err(_) => bail!(
            "no suite program: {NAME} is neither beside {} nor in ../libexec/copybook-bench, and \
             that program lies in no checkout to build it from; name a suite with --suite, or a \
             checkout with --checkout",
            own.display()
        ),
    }
}

/// `output/` of the checkout that `--checkout` names or this program lies in, else of the current
/// folder.
pub(crate) fn output(checkout: Option<&Path>) -> PathBuf {
    let own = || Some(provenance::own_checkout().ok()?.root().to_owned());
    let root = checkout.map(Path::to_owned).or_else(own);
    root.unwrap_or_default().join("output")
}

fn neighbour(own: &Path) -> Option<PathBuf> {
    let beside = own.parent()?;
    let libexec = beside.parent()?.join("libexec/copybook-bench");
    [beside, &libexec]
        .map(|folder| folder.join(NAME))
        .into_iter()
        .find(|path| path.is_file())
}

/// Builds the suite of the checkout at `root`, in cargo's own target folder or in another one. Cargo
/// knows best whether anything changed; its progress goes straight to the terminal.
///
/// # Errors
/// Cargo is not there, or can't build it.
pub(crate) fn build(
    root: &Path,
    target: Option<&Path>,
    supervisor: &Supervisor,
) -> Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // Cargo unites the features of the packages it is asked for. With the command among them, the suite
    // uses the very build of the decoder that the command was linked with, and nothing is built twice.
    // A folder of its own has nothing to share, and may belong to a commit that knows no such package.
    let alongside = target.is_none().then_some(["-p", "copybook-bench"]);
    let mut command = Command::new(cargo);
    command
        .current_dir(root)
        .envs(target_folders())
        .args([
            "bench", "--no-run", "--locked", "-p", "workload", "--bench", NAME,
        ])
        .args(alongside.into_iter().flatten())
        .args(["--message-format", "json-render-diagnostics"])
        .args(target.map(|_| "--target-dir"))
        .args(target)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut messages = Messages { program: None };
    let ended = supervisor.run(command, &mut messages);
    let ended = ended.map_err(without_cargo)?;
    ensure!(
        ended.status.success(),
        "cargo could not build the suite ({})",
        ended.status
    );
    messages
        .program
        .context("cargo built the suite and did not say where")
}

/// Rust has to be installed only where cargo can't be started; a build that was stopped has another reason.
fn without_cargo(error: SubjectError) -> anyhow::Error {
    let doing = match error {
        SubjectError::Interrupted(_) => return error.into(),
        SubjectError::Start { .. } => {
            "can't build the suite; install Rust, or name a built one with --suite"
        }
        _ => "can't build the suite",
    };
    anyhow::Error::from(error).context(doing)
}

/// Cargo is started in the checkout, so that it reads no configuration of the folder one stands in.
/// What these variables say relative to that folder has to be said in full.
fn target_folders() -> Vec<(&'static str, PathBuf)> {
    let full = |name| {
        let folder = PathBuf::from(env::var_os(name).filter(|folder| !folder.is_empty())?);
        Some((name, std::path::absolute(folder).ok()?))
    };
    let names = ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"];
    names.into_iter().filter_map(full).collect()
}

/// Cargo's messages, one JSON object a line.
struct Messages {
    program: Option<PathBuf>,
}

impl Watch for Messages {
    fn line(&mut self, line: &str) {
        if let Some(path) = executable(line) {
            self.program = Some(path);
        }
    }

    fn tick(&mut self) {}

    /// How long a build takes is not ours to judge.
    fn deadline(&self) -> Option<Deadline> {
        None
    }
}

fn executable(message: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    let ours = message["reason"] == "compiler-artifact" && message["target"]["name"] == NAME;
    ours.then(|| message["executable"].as_str().map(PathBuf::from))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_taken_from_cargos_messages() {
        let ours = r#"{"reason":"compiler-artifact","target":{"kind":["bench"],"name":"slo_validation"},"executable":"/t/slo_validation-1"}"#;
        assert_eq!(executable(ours), Some(PathBuf::from("/t/slo_validation-1")));
        assert_eq!(
            executable(&ours.replace(r#""slo_validation""#, r#""workload""#)),
            None
        );
        assert_eq!(
            executable(r#"{"reason":"build-finished","success":true}"#),
            None
        );
        assert_eq!(executable("Compiling"), None);
    }

    #[test]
    fn packages_keep_it_beside_or_in_libexec() {
        let root = tempfile::tempdir().expect("temporary folder");
        let (bin, libexec) = (
            root.path().join("bin"),
            root.path().join("libexec/copybook-bench"),
        );
        fs::create_dir_all(&bin).expect("folder");
        fs::create_dir_all(&libexec).expect("folder");
        let own = bin.join("bench");
        assert_eq!(neighbour(&own), None);
        fs::write(libexec.join(NAME), "").expect("file");
        assert_eq!(neighbour(&own), Some(libexec.join(NAME)));
        fs::write(bin.join(NAME), "").expect("file");
        assert_eq!(neighbour(&own), Some(bin.join(NAME)));
    }
}

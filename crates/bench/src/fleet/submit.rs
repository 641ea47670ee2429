//! What Slurm is given: an array job, and behind it a job that collects.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use gate::fleet::{Expected, asked_for};
use receipt::file::write_whole;

use super::result::{MANIFEST, Manifest};
use super::scripts::{JOB, Scripts, scripts};
use crate::streams::{document, say};
use crate::words;

/// What the command line asked for.
pub(crate) struct Plan {
    pub(crate) nodes: u64,
    pub(crate) per_node: u64,
    pub(crate) results: PathBuf,
    pub(crate) image: Option<String>,
    pub(crate) suite: Option<PathBuf>,
    pub(crate) machine_type: Option<String>,
    /// Words for sbatch, such as `--partition=bench`.
    pub(crate) sbatch: Vec<String>,
    /// For `bench run`.
    pub(crate) flags: Vec<String>,
    pub(crate) dry_run: bool,
}

/// Submits both jobs, or prints them.
///
/// # Errors
/// The folder can't be written, or sbatch refuses.
pub(crate) fn execute(plan: &Plan) -> Result<()> {
    let program = env::current_exe().context("can't find out where this program lies")?;
    let results = std::path::absolute(&plan.results).context("the folder of the results")?;
    is_there("--suite", plan.suite.as_deref())?;
    if let Some(folder) = plan.suite.as_deref().filter(|path| path.is_dir()) {
        bail!(
            "--suite: expected a program, found the folder {}",
            folder.display()
        );
    }
    // What is written as a path can't be a reference.
    let image = plan.image.as_deref().map(Path::new);
    is_there(
        "--image",
        image.filter(|path| path.is_absolute() || path.starts_with(".") || path.starts_with("..")),
    )?;
    let asked = Expected {
        job: String::new(),
        tasks: Some(plan.nodes),
        runs: plan.per_node,
    };
    asked_for(&[asked]).context("--nodes times --per-node")?;
    let scripts = scripts(plan, &program, &results)?;
    if plan.dry_run {
        return print(&scripts);
    }
    let log = results.join("log");
    fs::create_dir_all(&log).with_context(|| format!("can't create {}", log.display()))?;
    // Held until what was asked for is written down: a job that nobody knows of can't lose a task.
    let job = sbatch(&scripts.array_options, &["--hold"], &scripts.array)?;
    let kept = manifest(&results, &job, plan).and_then(|()| {
        let behind = [format!("--dependency=afterany:{job}")];
        let behind: Vec<&str> = behind.iter().map(String::as_str).collect();
        sbatch(
            &scripts.collect_options,
            &behind,
            &scripts.collect.replace(JOB, &job),
        )
    });
    let collect = match kept {
        Ok(collect) => collect,
        Err(error) => {
            let undone = run("scancel", &[job.as_str()]);
            let also = undone
                .err()
                .map_or_else(String::new, |error| format!("; {error:#}"));
            return Err(error).with_context(|| format!("job {job} was taken back{also}"));
        }
    };
    run("scontrol", &["release", job.as_str()])?;
    say!(
        "job {job}: {} of {}, each alone on its node",
        words::count(plan.nodes, "task"),
        words::count(plan.per_node, "run")
    )?;
    say!(
        "job {collect}: collects them into {}",
        results.join(format!("fleet-{job}.json")).display()
    )
}

/// Said before forty nodes say it.
fn is_there(flag: &str, path: Option<&Path>) -> Result<()> {
    let missing = path.filter(|path| !path.exists());
    missing.map_or(Ok(()), |path| {
        bail!(
            "{flag}: expected a path on the disk that all nodes share, found nothing at {}",
            path.display()
        )
    })
}

fn print(scripts: &Scripts) -> Result<()> {
    let words = |options: &[String], more: &[&str]| -> String {
        let all = options
            .iter()
            .map(String::as_str)
            .chain(more.iter().copied());
        all.map(words::quoted).collect::<Vec<_>>().join(" ")
    };
    say!(
        "# sbatch --parsable {} --hold",
        words(&scripts.array_options, &[])
    )?;
    document(&scripts.array)?;
    say!(
        "# sbatch --parsable {} --dependency=afterany:{JOB}",
        words(&scripts.collect_options, &[])
    )?;
    document(&scripts.collect)
}

/// What was asked for, beside the results.
fn manifest(results: &Path, job: &str, plan: &Plan) -> Result<()> {
    let path = results.join(job).join(MANIFEST);
    let text = serde_json::to_string(&Manifest {
        job: job.to_owned(),
        tasks: plan.nodes,
        runs: plan.per_node,
    })?;
    let folder = results.join(job);
    fs::create_dir_all(&folder).with_context(|| format!("can't create {}", folder.display()))?;
    Ok(write_whole(&path, format!("{text}\n").as_bytes())?)
}

/// The number of the job.
fn sbatch(options: &[String], more: &[&str], script: &str) -> Result<String> {
    let mut command = Command::new("sbatch");
    command
        .arg("--parsable")
        .args(options)
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().context(
        "can't start sbatch: run this where Slurm's commands are, or print the scripts with --dry-run",
    )?;
    if let Some(mut pipe) = child.stdin.take() {
        pipe.write_all(script.as_bytes())
            .context("sbatch does not read the script")?;
    }
    let ended = child.wait_with_output().context("can't wait for sbatch")?;
    ensure!(
        ended.status.success(),
        "sbatch refused the job: {}",
        with_remedy(String::from_utf8_lossy(&ended.stderr).trim())
    );
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    // `NUMBER` or `NUMBER;CLUSTER`.
    let number = said.trim().split(';').next().unwrap_or_default().to_owned();
    if number.is_empty() || !number.chars().all(|c| c.is_ascii_digit()) {
        bail!("expected the number of a job from sbatch, found {said:?}");
    }
    Ok(number)
}

/// What sbatch says of an array that is too large does not say so.
fn with_remedy(said: &str) -> String {
    if !said.contains("Invalid job array specification") {
        return said.to_owned();
    }
    format!(
        "{said}; the site's MaxArraySize (`scontrol show config`) bounds the tasks of one array: submit several with fewer --nodes and the same --results, and `bench fleet collect` reads them together"
    )
}

fn run(program: &str, arguments: &[&str]) -> Result<()> {
    let ended = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("can't start {program}"))?;
    ensure!(
        ended.status.success(),
        "{program} {}: {}",
        arguments.join(" "),
        String::from_utf8_lossy(&ended.stderr).trim()
    );
    Ok(())
}

/// Words of the command line as text.
///
/// # Errors
/// One is not UTF-8, which no script can hold.
pub(crate) fn words(all: &[OsString]) -> Result<Vec<String>> {
    let word = |one: &OsString| {
        let text = one
            .to_str()
            .with_context(|| format!("{}: expected UTF-8", one.display()))?;
        Ok(text.to_owned())
    };
    all.iter().map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_that_is_too_large_has_a_remedy() {
        let said = "sbatch: error: Batch job submission failed: Invalid job array specification";
        assert!(with_remedy(said).contains("MaxArraySize"));
        assert_eq!(with_remedy("no partition"), "no partition");
    }
}

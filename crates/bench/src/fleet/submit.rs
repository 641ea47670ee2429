//! What Slurm is given: an array job, and behind it a job that collects.

use std::env;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use receipt::file::write_whole;

use super::result::{MANIFEST, Manifest};
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

/// The two scripts and what sbatch is called with.
struct Scripts {
    array: String,
    array_options: Vec<String>,
    collect: String,
    collect_options: Vec<String>,
}

/// Submits both jobs, or prints them.
///
/// # Errors
/// The folder can't be written, or sbatch refuses.
pub(crate) fn execute(plan: &Plan) -> Result<()> {
    let program = env::current_exe().context("can't find out where this program lies")?;
    let results = std::path::absolute(&plan.results).context("the folder of the results")?;
    is_there("--suite", plan.suite.as_deref())?;
    // What is written as a path can't be a reference.
    let image = plan.image.as_deref().map(Path::new);
    is_there(
        "--image",
        image.filter(|path| path.is_absolute() || path.starts_with(".") || path.starts_with("..")),
    )?;
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

/// Stands for the array's number in the second script.
const JOB: &str = "@JOB@";

fn scripts(plan: &Plan, program: &Path, results: &Path) -> Result<Scripts> {
    for word in plan.flags.iter().chain(&plan.sbatch) {
        ensure!(
            !word.contains('\n'),
            "expected flags without a line break, found {word:?}"
        );
    }
    let text = |path: &Path| -> Result<String> {
        let text = path
            .to_str()
            .with_context(|| format!("{}: expected a name in UTF-8", path.display()))?;
        ensure!(
            !text.contains(['\n', '%']),
            "{text}: expected a path without line breaks and `%`, which Slurm replaces"
        );
        Ok(text.to_owned())
    };
    let (program, results) = (text(program)?, text(results)?);
    let log = |name: &str| format!("--output={results}/log/{name}.txt");
    let array_options = [
        "--job-name=bench-fleet".to_owned(),
        format!("--array=0-{}", plan.nodes - 1),
        "--nodes=1".to_owned(),
        "--exclusive".to_owned(),
        "--requeue".to_owned(),
        "--open-mode=append".to_owned(),
        log("%A-%a"),
    ];
    let collect_options = [
        "--job-name=bench-collect".to_owned(),
        log("%A"),
        "--requeue".to_owned(),
    ];
    let with_own = |options: &[String]| [options, plan.sbatch.as_slice()].concat();
    Ok(Scripts {
        array: array_script(plan, &program, &results)?,
        array_options: with_own(&array_options),
        collect: format!(
            "#!/bin/bash\nset -eu\nexec {} fleet collect {} --job {JOB}\n",
            quoted(&program),
            quoted(&results)
        ),
        collect_options: with_own(&collect_options),
    })
}

fn array_script(plan: &Plan, program: &str, results: &str) -> Result<String> {
    let mut out = String::from("#!/bin/bash\nset -eu\nrunner=()\n");
    if let Some(image) = &plan.image {
        out.push_str(&container(image)?);
    }
    // Writing to a String can't fail.
    let _ = write!(
        out,
        "exec {} fleet task --results {} --job \"$SLURM_ARRAY_JOB_ID\" --task \"$SLURM_ARRAY_TASK_ID\" \\\n  \
         --restart \"${{SLURM_RESTART_COUNT:-0}}\" --node \"$SLURMD_NODENAME\" --runs {}",
        quoted(program),
        quoted(results),
        plan.per_node
    );
    if let Some(name) = &plan.machine_type {
        let _ = write!(out, " --machine-type {}", quoted(name));
    }
    out.push_str(" \"${runner[@]/#/--runner=}\" \\\n  --");
    if let Some(suite) = &plan.suite {
        let suite = std::path::absolute(suite).context("the suite")?;
        let suite = suite
            .to_str()
            .context("--suite: expected a name in UTF-8")?;
        let _ = write!(out, " --suite {}", quoted(suite));
    }
    for flag in &plan.flags {
        let _ = write!(out, " {}", quoted(flag));
    }
    out.push('\n');
    Ok(out)
}

/// How a node starts `bench` in the image: an unpacked OCI bundle with Slurm's own container support, a
/// reference with whichever of apptainer and podman the node has. Nothing of the job's environment goes
/// into the container: srun would put the host's PATH in the place of the image's, and `bench` be nowhere.
fn container(image: &str) -> Result<String> {
    if Path::new(image).join("config.json").is_file() {
        let bundle = std::path::absolute(image).context("--image")?;
        let bundle = bundle
            .to_str()
            .context("--image: expected a name in UTF-8")?;
        return Ok(format!(
            "runner=(srun --ntasks=1 --export=NONE --container={} bench)\n",
            quoted(bundle)
        ));
    }
    let image = quoted(image);
    Ok(format!(
        "image={image}\n\
         if command -v apptainer >/dev/null; then\n  \
           [[ -e $image || $image == *://* ]] || image=docker://$image\n  \
           runner=(apptainer exec --containall --no-home \"$image\" bench)\n\
         elif command -v podman >/dev/null; then\n  \
           runner=(podman run --rm --no-healthcheck --network none --read-only --entrypoint bench \"$image\")\n\
         else\n  \
           echo \"expected apptainer or podman on $SLURMD_NODENAME, or an OCI bundle as --image\" >&2\n  exit 1\n\
         fi\n"
    ))
}

/// For a shell: within single quotes nothing means anything but their end.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-=:,@+".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn print(scripts: &Scripts) -> Result<()> {
    let words = |options: &[String], more: &[&str]| -> String {
        let all = options
            .iter()
            .map(String::as_str)
            .chain(more.iter().copied());
        all.map(quoted).collect::<Vec<_>>().join(" ")
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
        String::from_utf8_lossy(&ended.stderr).trim()
    );
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    // `NUMBER` or `NUMBER;CLUSTER`.
    let number = said.trim().split(';').next().unwrap_or_default().to_owned();
    if number.is_empty() || !number.chars().all(|c| c.is_ascii_digit()) {
        bail!("expected the number of a job from sbatch, found {said:?}");
    }
    Ok(number)
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

    fn plan() -> Plan {
        Plan {
            nodes: 4,
            per_node: 2,
            results: PathBuf::from("/shared/results"),
            image: None,
            suite: None,
            machine_type: Some("big one".to_owned()),
            sbatch: vec!["--partition=bench".to_owned()],
            flags: vec!["--quick".to_owned(), "it's".to_owned()],
            dry_run: true,
        }
    }

    fn of(plan: &Plan) -> Scripts {
        scripts(plan, Path::new("/opt/bench"), &plan.results).expect("scripts")
    }

    #[test]
    fn every_task_has_a_node_of_its_own_and_comes_back() {
        let found = of(&plan());
        for option in [
            "--array=0-3",
            "--exclusive",
            "--requeue",
            "--partition=bench",
        ] {
            assert!(found.array_options.contains(&option.to_owned()), "{option}");
        }
        assert!(
            found.array.contains(r"--machine-type 'big one'"),
            "{}",
            found.array
        );
        assert!(
            found.array.ends_with("-- --quick 'it'\\''s'\n"),
            "{}",
            found.array
        );
        assert!(
            found
                .collect
                .contains("fleet collect /shared/results --job @JOB@")
        );
    }

    /// What a shell makes of the words is what was meant.
    #[test]
    fn a_shell_reads_the_words_as_they_were() {
        for word in [
            "it's",
            "$(reboot)",
            "a b",
            "",
            "`x`",
            "\"",
            "\\",
            "-x=1",
            "*",
        ] {
            let shell = Command::new("bash")
                .args(["-c", &format!("printf %s {}", quoted(word))])
                .output()
                .expect("bash");
            assert_eq!(String::from_utf8_lossy(&shell.stdout), word);
        }
    }

    /// The host's PATH would hide the image's, and `bench` with it.
    #[test]
    fn a_container_keeps_its_own_environment() {
        let bundle = tempfile::tempdir().expect("a folder");
        fs::write(bundle.path().join("config.json"), "{}").expect("a file");
        let image = bundle.path().to_str().map(str::to_owned);
        let script = of(&Plan { image, ..plan() }).array;
        assert!(
            script.contains("srun --ntasks=1 --export=NONE --container=/"),
            "{script}"
        );
    }

    /// A reference that names its transport is taken as it is.
    #[test]
    fn a_transport_is_put_before_a_bare_reference_only() {
        for (image, expected) in [
            ("site/bench:1", "docker://site/bench:1"),
            ("docker://site/bench:1", "docker://site/bench:1"),
            ("/dev/null", "/dev/null"),
        ] {
            let script = container(image).expect("a script");
            let chosen = format!("apptainer() {{ :; }}\n{script}printf %s \"${{runner[-2]}}\"");
            let shell = Command::new("bash").args(["-c", &chosen]).output();
            let shell = shell.expect("bash");
            assert_eq!(String::from_utf8_lossy(&shell.stdout), expected, "{script}");
        }
    }

    /// The scripts are bash, and an image's runner reaches the task word by word.
    #[test]
    fn scripts_are_valid_with_and_without_an_image() {
        for image in [None, Some("registry/bench:1".to_owned())] {
            let script = of(&Plan { image, ..plan() }).array;
            let checked = Command::new("bash")
                .args(["-n", "-c", &script])
                .output()
                .expect("bash");
            assert!(checked.status.success(), "{script}");
        }
        let with = of(&Plan {
            image: Some("registry/bench:1".to_owned()),
            ..plan()
        });
        assert!(with.array.contains("docker://$image") && with.array.contains("podman run"));
    }

    #[test]
    fn a_path_that_slurm_would_change_is_refused() {
        let found = scripts(&plan(), Path::new("/opt/%A/bench"), Path::new("/r"));
        assert!(found.is_err());
    }
}

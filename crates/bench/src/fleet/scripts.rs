//! The two scripts that Slurm is given: bash, in which every word of the command line is what it was.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use super::submit::Plan;
use crate::words::quoted;

/// The two scripts and what sbatch is called with.
pub(super) struct Scripts {
    pub(super) array: String,
    pub(super) array_options: Vec<String>,
    pub(super) collect: String,
    pub(super) collect_options: Vec<String>,
}

/// Stands for the array's number in the second script.
pub(super) const JOB: &str = "@JOB@";

/// Both, for this program and a folder of results on the shared disk.
///
/// # Errors
/// A name or a flag that no script can hold.
pub(super) fn scripts(plan: &Plan, program: &Path, results: &Path) -> Result<Scripts> {
    for word in plan.flags.iter().chain(&plan.sbatch) {
        ensure!(
            !word.contains('\n'),
            "expected flags without a line break, found {word:?}"
        );
    }
    plan.sbatch.iter().try_for_each(|word| is_ours(word))?;
    let text = |path: &Path| -> Result<String> {
        let text = path
            .to_str()
            .with_context(|| format!("{}: expected a name in UTF-8", path.display()))?;
        ensure!(
            !text.contains(['\n', '%', '\\']),
            "{text}: expected a path without line breaks, `%`, which Slurm replaces, and `\\`, at which it replaces nothing"
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

/// What would make another array of it than the one that is written down, or put another script in its place.
fn is_ours(word: &str) -> Result<()> {
    ensure!(
        !(word.starts_with("--array") || word.starts_with("-a")),
        "--sbatch: expected no {word}; ask for tasks with --nodes"
    );
    ensure!(
        !word.starts_with("--wrap"),
        "--sbatch: expected no --wrap, since the script is ours"
    );
    Ok(())
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
           case $image in\n    \
             *://* | docker-archive:* | docker-daemon:* | oci:* | oci-archive:*) ;;\n    \
             *) [[ -e $image ]] || image=docker://$image ;;\n  \
           esac\n  \
           runner=(apptainer exec --containall --no-home \"$image\" bench)\n\
         elif command -v podman >/dev/null; then\n  \
           runner=(podman run --rm --no-healthcheck --network none --read-only --entrypoint bench \"$image\")\n\
         else\n  \
           echo \"expected apptainer or podman on $SLURMD_NODENAME, or an OCI bundle as --image\" >&2\n  exit 1\n\
         fi\n"
    ))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;
    use std::process::Command;

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
            (
                "registry.site:5000/bench",
                "docker://registry.site:5000/bench",
            ),
            ("docker://site/bench:1", "docker://site/bench:1"),
            ("oras://site/bench:1", "oras://site/bench:1"),
            // These are written without slashes.
            ("docker-archive:bench.tar", "docker-archive:bench.tar"),
            ("oci-archive:bench.tar", "oci-archive:bench.tar"),
            ("oci:/shared/bench:latest", "oci:/shared/bench:latest"),
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

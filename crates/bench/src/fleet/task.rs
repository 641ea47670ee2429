//! What runs on a node: `bench run`, so many times, each receipt kept as a result.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use gate::fleet::ResultFile;
use receipt::file::write_whole;
use receipt::model::{self, TASK_FLAG};
use receipt::{FileError, Receipt};
use serde_json::value::RawValue;

use super::result;
use crate::streams::note;
use crate::words;

/// Between two attempts to write to a folder that refuses.
const PAUSE: Duration = Duration::from_secs(2);

/// What the batch script asks for.
pub(crate) struct Task {
    pub(crate) results: PathBuf,
    /// Its run counts from 1.
    pub(crate) key: model::Task,
    pub(crate) runs: u64,
    pub(crate) machine_type: Option<String>,
    /// What starts `bench` elsewhere, such as in a container; empty: this program.
    pub(crate) runner: Vec<OsString>,
    /// For `bench run`.
    pub(crate) flags: Vec<OsString>,
    /// How long a full or absent disk is waited for.
    pub(crate) patience: Duration,
}

/// Runs them all; the first that fails ends the task, and what was kept before stays.
///
/// # Errors
/// A run left no sound receipt, or the folder of the results did not take one.
pub(crate) fn execute(task: &Task) -> Result<()> {
    result::check(&task.key)?;
    for run in 1..=task.runs {
        let key = model::Task {
            run,
            ..task.key.clone()
        };
        note!("{}, of {}", key.in_words(), words::count(task.runs, "run"));
        let text = receipt(task, &key)?;
        keep(task, &key, &text)?;
    }
    Ok(())
}

/// The text of one receipt, which verifies and says of no other task that it is of that.
fn receipt(task: &Task, key: &model::Task) -> Result<String> {
    let ourselves = env::current_exe().context("can't find out where this program lies")?;
    let mut words = task.runner.iter();
    let mut command = Command::new(words.next().map_or(ourselves.as_os_str(), |word| word));
    command
        .args(words)
        .arg("run")
        .args(&task.flags)
        // Of a flag that is there twice the last one counts, and the receipt has to come here.
        .args(["--output", "-", TASK_FLAG])
        .arg(key.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let child = command.spawn().context("can't start the run")?;
    let ended = child.wait_with_output().context("can't wait for the run")?;
    // With --enforce, 3 and 4 say something of the result, which is there.
    let left_one = matches!(ended.status.code(), Some(0 | 3 | 4));
    ensure!(left_one, "the run left no receipt: {}", ended.status);
    let text = String::from_utf8(ended.stdout).context("the run printed no text")?;
    let name = Path::new("what the run printed");
    let parsed = Receipt::parse(&text, name)?;
    if let Err(problems) = receipt::verify(&parsed, &text) {
        bail!("what the run printed is no sound receipt: {}", problems[0]);
    }
    if let Some(other) = parsed.environment.task.filter(|found| found != key) {
        bail!(
            "expected a receipt of {}, and the run printed one of {}",
            key.in_words(),
            other.in_words()
        );
    }
    Ok(text)
}

/// Keeps it, however long the shared disk takes to be there and to have room; at last on this node.
fn keep(task: &Task, key: &model::Task, text: &str) -> Result<()> {
    let receipt = RawValue::from_string(text.trim().to_owned()).context("no JSON")?;
    let file = ResultFile::new(key, task.machine_type.clone(), receipt);
    let file = serde_json::to_string(&file)? + "\n";
    let path = result::path(&task.results, key);
    let started = Instant::now();
    let mut told = false;
    loop {
        let Err(error) = write(&path, &file) else {
            note!("kept {}", path.display());
            return Ok(());
        };
        let transient = !matches!(
            error.kind(),
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem | ErrorKind::NotADirectory
        );
        if transient && started.elapsed() < task.patience {
            if !std::mem::replace(&mut told, true) {
                note!("can't write {}: {error}; trying again", path.display());
            }
            thread::sleep(PAUSE);
            continue;
        }
        let spare = env::temp_dir().join(format!(
            "bench-fleet-{}-{}",
            key.job,
            path.file_name().unwrap_or_default().display()
        ));
        write_whole(&spare, file.as_bytes())
            .with_context(|| format!("can't write {} ({error}), nor here", path.display()))?;
        bail!(
            "can't write {}: {error}; the result is at {} on {}: copy it there",
            path.display(),
            spare.display(),
            key.node
        );
    }
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    write_whole(path, text.as_bytes()).map_err(|error| match error {
        FileError::Write { source, .. } | FileError::Unsynced { source, .. } => source,
        other => std::io::Error::other(other),
    })
}

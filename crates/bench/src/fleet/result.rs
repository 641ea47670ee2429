//! A result as a file: one receipt, and which run of which task it is of.
//!
//! `FOLDER/JOB/TASK-RESTART-RUN-NODE.json`, written by rename: whoever lists the folder sees whole
//! results only, and two nodes that were given the same task never write the same file.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use receipt::model::Task;
use receipt::shape::is_plain_name;
use serde::{Deserialize, Serialize};

/// The file that says what was asked for, in a job's folder.
pub(crate) const MANIFEST: &str = "job.json";

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    pub(crate) job: String,
    pub(crate) tasks: u64,
    pub(crate) runs: u64,
}

/// Whether the names can be parts of a file's name.
///
/// # Errors
/// One can't; the flag that gave it is named.
pub(crate) fn check(task: &Task) -> Result<()> {
    for (what, name) in [("--job", &task.job), ("--node", &task.node)] {
        ensure!(
            is_plain_name(name),
            "{what}: expected letters, digits, `.`, `_` and `-`, not `.` first, found {name:?}"
        );
    }
    Ok(())
}

/// Where the result of a task lies.
pub(crate) fn path(folder: &Path, task: &Task) -> PathBuf {
    folder.join(format!("{task}.json"))
}

/// Whether a file lies where the result of a task belongs.
pub(crate) fn lies_right(file: &Path, task: &Task) -> bool {
    file.ends_with(path(Path::new(""), task))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(job: &str, node: &str) -> Task {
        Task {
            job: job.to_owned(),
            task: 3,
            restart: 1,
            run: 2,
            node: node.to_owned(),
        }
    }

    #[test]
    fn every_part_of_the_key_is_in_the_name() {
        let path = path(Path::new("/r"), &task("41", "n-7.site"));
        assert_eq!(path, Path::new("/r/41/3-1-2-n-7.site.json"));
    }

    #[test]
    fn a_name_can_not_leave_the_folder() {
        for (job, node) in [
            ("..", "n1"),
            ("41", "../n1"),
            ("", "n1"),
            ("41", ""),
            ("4 1", "n1"),
        ] {
            assert!(check(&task(job, node)).is_err(), "{job:?} {node:?}");
        }
        check(&task("bench_41-a", "n1.site")).expect("plain names");
    }
}

//! A result as a file: one receipt, and which run of which task it is of.
//!
//! `FOLDER/JOB/TASK-RESTART-RUN-NODE.json`, written by rename: whoever lists the folder sees whole
//! results only, and two nodes that were given the same task never write the same file.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// What `kind` says.
pub(crate) const KIND: &str = "fleet-result";
/// The file that says what was asked for, in a job's folder.
pub(crate) const MANIFEST: &str = "job.json";

/// What names a result.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Key {
    /// The scheduler's number or name of the array.
    pub(crate) job: String,
    /// From 0.
    pub(crate) task: u64,
    /// How often the scheduler had started the task before.
    pub(crate) restart: u64,
    /// From 1.
    pub(crate) run: u64,
    /// Where it ran.
    pub(crate) node: String,
}

/// The file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) schema_version: u32,
    pub(crate) kind: String,
    pub(crate) job: String,
    pub(crate) task: u64,
    pub(crate) restart: u64,
    pub(crate) run: u64,
    pub(crate) node: String,
    /// As the operator calls it; null: the receipt's CPUs say it.
    pub(crate) machine_type: Option<String>,
    /// Character by character as the run left it.
    pub(crate) receipt: Box<RawValue>,
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    pub(crate) job: String,
    pub(crate) tasks: u64,
    pub(crate) runs: u64,
}

impl Key {
    /// # Errors
    /// A name that can't be part of a file's name.
    pub(crate) fn check(&self) -> Result<()> {
        for (what, name) in [("--job", &self.job), ("--node", &self.node)] {
            let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
            ensure!(
                !name.is_empty() && name.chars().all(plain) && !name.starts_with('.'),
                "{what}: expected letters, digits, `.`, `_` and `-`, not `.` first, found {name:?}"
            );
        }
        Ok(())
    }

    /// Where its file lies.
    pub(crate) fn path(&self, folder: &Path) -> PathBuf {
        let Self {
            job,
            task,
            restart,
            run,
            node,
        } = self;
        folder
            .join(job)
            .join(format!("{task}-{restart}-{run}-{node}.json"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(job: &str, node: &str) -> Key {
        Key {
            job: job.to_owned(),
            task: 3,
            restart: 1,
            run: 2,
            node: node.to_owned(),
        }
    }

    #[test]
    fn every_part_of_the_key_is_in_the_name() {
        let path = key("41", "n-7.site").path(Path::new("/r"));
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
            assert!(key(job, node).check().is_err(), "{job:?} {node:?}");
        }
        key("bench_41-a", "n1.site").check().expect("plain names");
    }
}

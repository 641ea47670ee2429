//! Which task of a fleet a run was.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::shape::is_plain_name;

/// The flag of `bench run` that says it; its value is a [`Task`] as text.
pub const TASK_FLAG: &str = "--fleet-task";

/// What a scheduler started the run as. As text `JOB/TASK-RESTART-RUN-NODE`, the name of the result's
/// file without `.json`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// The scheduler's number or name of the array.
    pub job: String,
    /// From 0.
    pub task: u64,
    /// How often the scheduler had started the task before.
    pub restart: u64,
    /// From 1, where a task runs several times.
    pub run: u64,
    /// Where it ran.
    pub node: String,
}

/// A text that is no [`Task`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "expected JOB/TASK-RESTART-RUN-NODE: names of letters, digits, `.`, `_` and `-`, not `.` first, and whole \
     numbers, RUN from 1"
)]
pub struct TaskError;

impl Task {
    /// Whether its names can be parts of a file's name and its run counts from 1.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        is_plain_name(&self.job) && is_plain_name(&self.node) && self.run > 0
    }

    /// For people.
    #[must_use]
    pub fn in_words(&self) -> String {
        format!(
            "job {}, task {}, restart {}, run {} on {}",
            self.job, self.task, self.restart, self.run, self.node
        )
    }
}

impl fmt::Display for Task {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            job,
            task,
            restart,
            run,
            node,
        } = self;
        write!(out, "{job}/{task}-{restart}-{run}-{node}")
    }
}

impl FromStr for Task {
    type Err = TaskError;

    fn from_str(text: &str) -> Result<Self, TaskError> {
        let (job, rest) = text.split_once('/').ok_or(TaskError)?;
        let mut parts = rest.splitn(4, '-');
        let mut next = || parts.next().ok_or(TaskError);
        let number = |text: &str| text.parse::<u64>().map_err(|_| TaskError);
        let task = Self {
            job: job.to_owned(),
            task: number(next()?)?,
            restart: number(next()?)?,
            run: number(next()?)?,
            node: next()?.to_owned(),
        };
        // One way to write it: no sign and no leading zeros.
        let fits = task.is_sound() && task.to_string() == text;
        fits.then_some(task).ok_or(TaskError)
    }
}

/// The last task that a command names, as the command line has it.
pub(crate) fn named(command: &[String]) -> Option<&str> {
    let mut found = None;
    for (index, argument) in command.iter().enumerate() {
        if argument == TASK_FLAG {
            found = Some(command.get(index + 1).map_or("", String::as_str));
        } else if let Some(value) = argument.strip_prefix(TASK_FLAG) {
            found = value.strip_prefix('=').or(found);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_what_its_text_says() {
        for text in ["41/3-1-2-n-7.site", "bench_a-b/0-0-1-x"] {
            let task: Task = text.parse().expect("a task");
            assert_eq!(task.to_string(), text);
        }
        let task: Task = "41/3-1-2-n-7".parse().expect("a task");
        assert_eq!((task.task, task.restart, task.run), (3, 1, 2));
        assert_eq!((task.job.as_str(), task.node.as_str()), ("41", "n-7"));
    }

    #[test]
    fn any_other_text_is_refused() {
        for text in [
            "",
            "41",
            "41/3-1-2",
            "41/3-1-2-",
            "41/3-1-0-n1",
            "41/03-1-2-n1",
            "41/+3-1-2-n1",
            "41/3-1-2-.n1",
            "../3-1-2-n1",
            "/3-1-2-n1",
            "4/1/3-1-2-n1",
            "41/3--1-2-n1",
        ] {
            assert_eq!(text.parse::<Task>(), Err(TaskError), "{text}");
        }
    }

    #[test]
    fn of_several_flags_the_last_counts() {
        let command = |words: &[&str]| {
            words
                .iter()
                .map(|&word| word.to_owned())
                .collect::<Vec<_>>()
        };
        for (words, expected) in [
            (&["bench", "run"][..], None),
            (&["bench", "--fleet-task", "a"], Some("a")),
            (&["bench", "--fleet-task=a", "--fleet-task", "b"], Some("b")),
            (&["bench", "--fleet-task"], Some("")),
            (&["bench", "--fleet-tasks=a", "x--fleet-task=b"], None),
        ] {
            assert_eq!(named(&command(words)), expected, "{words:?}");
        }
    }
}

//! Why a launch failed, with what the host knows about it and the flag that helps.

use anyhow::{Error, anyhow};
use instrument::subject::SubjectError;

use crate::host::cgroup::{Groups, Pressed};

/// What the control groups had counted before a launch.
pub(super) struct Counters {
    groups: Option<Groups>,
    before: Pressed,
}

impl Counters {
    /// As they are now; none where they can't be read.
    pub(super) fn now() -> Self {
        let groups = Groups::current().ok();
        let before = groups.as_ref().map(Groups::pressed).unwrap_or_default();
        Self { groups, before }
    }

    /// What was refused to the launch since then, in words.
    fn refused(&self, killed: bool) -> Option<String> {
        let groups = self.groups.as_ref()?;
        words(
            &self.before,
            &groups.pressed(),
            groups.limits().memory_limit_bytes,
            killed,
        )
    }
}

/// In the words of this command.
pub(super) fn explain(error: SubjectError, counters: &Counters) -> Error {
    const REMEDY: &str = "(--hang-timeout, if this machine is that slow)";
    let refused = counters.refused(error.killed());
    let text = match &error {
        SubjectError::Hung {
            doing,
            silence,
            said,
        } => format!(
            "{doing} hung: no sign of life for {} s {REMEDY}{}",
            silence.as_secs(),
            tail(said)
        ),
        SubjectError::Overdue { doing, whole, said } => format!(
            "{doing} takes too long: the launch was not done within {} s {REMEDY}{}",
            whole.as_secs(),
            tail(said)
        ),
        _ => {
            return match refused {
                Some(refused) => Error::from(error).context(refused),
                None => error.into(),
            };
        }
    };
    match refused {
        Some(refused) => anyhow!(text).context(refused),
        None => anyhow!(text),
    }
}

fn tail(said: &str) -> String {
    match said {
        "" => String::new(),
        said => format!("; its last words:\n{said}"),
    }
}

fn words(before: &Pressed, after: &Pressed, memory: Option<u64>, killed: bool) -> Option<String> {
    let grew = |before: Option<u64>, after: Option<u64>| after > before;
    if killed && grew(before.oom_kills, after.oom_kills) {
        return Some(match memory {
            Some(bytes) => format!(
                "killed for lack of memory: the control group's limit is {} MiB; raise it (`docker run \
                 --memory`), or narrow --filter",
                bytes >> 20
            ),
            None => "killed for lack of memory: free some, or narrow --filter".to_owned(),
        });
    }
    if grew(before.fork_failures, after.fork_failures) {
        let limit = after
            .pids_limit
            .map_or(String::new(), |limit| format!(" of {limit}"));
        return Some(format!(
            "the control group's limit{limit} processes and threads was reached; raise it (`docker run \
             --pids-limit`)"
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kill_for_memory_says_so_with_the_limit() {
        let before = Pressed {
            oom_kills: Some(1),
            ..Pressed::default()
        };
        let after = Pressed {
            oom_kills: Some(2),
            ..Pressed::default()
        };
        let text = words(&before, &after, Some(64 << 20), true).expect("it was killed");
        assert!(
            text.contains("lack of memory") && text.contains("64 MiB"),
            "{text}"
        );
        let text = words(&before, &after, None, true).expect("it was killed");
        assert!(text.contains("lack of memory"), "{text}");
        assert_eq!(
            words(&before, &before, Some(1), true),
            None,
            "killed by somebody else"
        );
        assert_eq!(
            words(&before, &after, Some(1), false),
            None,
            "somebody else was killed"
        );
    }

    #[test]
    fn too_many_threads_say_so_with_the_limit() {
        let before = Pressed {
            fork_failures: Some(0),
            pids_limit: Some(20),
            ..Pressed::default()
        };
        let after = Pressed {
            fork_failures: Some(3),
            ..before
        };
        let text = words(&before, &after, None, false).expect("it was refused");
        assert!(text.contains("limit of 20 processes and threads"), "{text}");
        assert_eq!(words(&before, &before, None, false), None);
    }
}

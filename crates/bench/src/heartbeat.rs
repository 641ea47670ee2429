//! A sign of life for `bench healthcheck`, in a file that an image puts into memory (`/dev/shm`).
//!
//! The parent writes it while it sleeps between the suite's lines, at most once a second, so that
//! an orchestrator sees a hung launch before the run gives up on it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};

/// A parent that has not written for so long is dead or stopped.
const SILENCE: Duration = Duration::from_secs(30);

/// Where a run says that it lives, if anywhere; removed when the run ends.
pub(crate) struct Heartbeat {
    path: Option<PathBuf>,
}

/// Times are milliseconds since 1970.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Beat {
    /// When it was written.
    written: u64,
    /// By when the step should have moved on.
    deadline: u64,
    /// The step.
    doing: String,
}

impl Heartbeat {
    /// At `BENCH_HEARTBEAT`, or nowhere.
    pub(crate) fn from_env() -> Self {
        Self {
            path: path_from_env(),
        }
    }

    /// Says what is being done, and by when it will have moved on. A heartbeat that can't be
    /// written is no reason to spoil a run: the health check sees that it is missing.
    pub(crate) fn beat(&self, doing: &str, left: Duration) {
        if let Some(path) = &self.path {
            let written = now();
            let deadline = written.saturating_add(left.as_millis() as u64);
            let _ = write(
                path,
                &Beat {
                    written,
                    deadline,
                    doing: doing.to_owned(),
                },
            );
        }
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            let _ = fs::remove_file(path);
        }
    }
}

/// `BENCH_HEARTBEAT`, unless empty.
pub(crate) fn path_from_env() -> Option<PathBuf> {
    env::var_os("BENCH_HEARTBEAT")
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
}

/// What a healthy run is doing.
///
/// # Errors
/// No run is under way, it has hung, or its parent process is dead.
pub(crate) fn check(path: &Path) -> Result<String> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("no run is under way: no heartbeat at {}", path.display()))?;
    let beat: Beat = serde_json::from_str(&text)
        .with_context(|| format!("{} is no heartbeat", path.display()))?;
    let now = now();
    let late = Duration::from_millis(now.saturating_sub(beat.deadline));
    ensure!(
        late.is_zero(),
        "hung for {} s: {}",
        late.as_secs(),
        beat.doing
    );
    let silent = Duration::from_millis(now.saturating_sub(beat.written));
    ensure!(
        silent < SILENCE,
        "no sign of life for {} s: {}",
        silent.as_secs(),
        beat.doing
    );
    Ok(beat.doing)
}

fn write(path: &Path, beat: &Beat) -> Result<()> {
    let beside = path.with_extension("new");
    fs::write(&beside, serde_json::to_string(beat)?)?;
    Ok(fs::rename(beside, path)?)
}

fn now() -> u64 {
    // A clock before 1970 makes every beat look late, which is what it is.
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(beat: &Beat) -> Result<String> {
        let at = tempfile::tempdir().expect("temporary folder");
        let path = at.path().join("beat");
        write(&path, beat).expect("written");
        check(&path)
    }

    #[test]
    fn healthy_until_the_deadline() {
        let beat = |written, deadline| Beat {
            written,
            deadline,
            doing: "launch 1".to_owned(),
        };
        assert_eq!(
            verdict(&beat(now(), now() + 60_000)).expect("healthy"),
            "launch 1"
        );
        let hung = verdict(&beat(now(), now() - 5_000))
            .expect_err("hung")
            .to_string();
        assert!(
            hung.contains("hung for") && hung.contains("launch 1"),
            "{hung}"
        );
        let dead = verdict(&beat(now() - 31_000, now() + 60_000))
            .expect_err("dead")
            .to_string();
        assert!(dead.contains("no sign of life"), "{dead}");
    }

    #[test]
    fn no_run_is_not_healthy() {
        assert!(check(Path::new("/no/such/heartbeat")).is_err());
    }

    #[test]
    fn the_file_goes_with_the_run() {
        let at = tempfile::tempdir().expect("temporary folder");
        let path = at.path().join("beat");
        let heartbeat = Heartbeat {
            path: Some(path.clone()),
        };
        heartbeat.beat("verifying", Duration::from_secs(60));
        assert_eq!(check(&path).expect("healthy"), "verifying");
        drop(heartbeat);
        assert!(!path.exists());
    }
}

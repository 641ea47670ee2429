//! A sign of life for `bench healthcheck`, in a file that an image puts into memory (`/dev/shm`).
//!
//! The parent writes it while it sleeps between the suite's lines, at most once a second, so that
//! an orchestrator sees a hung launch before the run gives up on it.

use std::env;
use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};

use crate::shared_place;

/// A parent that has not written for so long is dead or stopped.
const SILENCE: Duration = Duration::from_secs(30);
/// A heartbeat is shorter, bytes.
const MOST: u64 = 64 << 10;

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
    let text = read(path)
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

/// Neither follows a link nor waits at a pipe that somebody put there.
fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let file = shared_place::file(path, OFlags::RDONLY)?;
    file.take(MOST).read_to_string(&mut text)?;
    Ok(text)
}

/// A rename replaces a link and leaves its target alone, and so does a new file beside it.
fn write(path: &Path, beat: &Beat) -> Result<()> {
    let beside = path.with_extension("new");
    let _ = fs::remove_file(&beside);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o644)
        .open(&beside)?;
    file.write_all(serde_json::to_string(beat)?.as_bytes())?;
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
    fn links_and_pipes_are_neither_followed_nor_waited_for() {
        let at = tempfile::tempdir().expect("temporary folder");
        let (path, victim) = (at.path().join("beat"), at.path().join("victim"));
        fs::write(&victim, "precious").expect("file");
        let beat = Beat {
            written: now(),
            deadline: now() + 60_000,
            doing: "launch 1".to_owned(),
        };
        for planted in [&path, &path.with_extension("new")] {
            std::os::unix::fs::symlink(&victim, planted).expect("link");
            write(&path, &beat).expect("written");
            assert_eq!(fs::read_to_string(&victim).expect("kept"), "precious");
            assert!(check(&path).is_ok());
            fs::remove_file(&path).expect("removed");
        }
        let (fifo, all) = (rustix::fs::FileType::Fifo, 0o666.into());
        rustix::fs::mknodat(rustix::fs::CWD, &path, fifo, all, 0).expect("pipe");
        let error = format!("{:#}", check(&path).expect_err("a pipe"));
        assert!(error.contains("not a file"), "{error}");
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

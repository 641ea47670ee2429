//! The programs that look into a running suite: perf, and Valgrind's Callgrind.
//!
//! Both start counting when the answer was verified and stop when the measurement is over, so that what
//! is seen is what is timed, and neither the drawing of the data nor its verification.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

use super::folded;
use report::profile::Folded;

/// Samples a second; a prime, so that nothing periodic is always or never hit.
const FREQUENCY: &str = "997";
/// Time that perf gets to attach, during the warm-up.
const ATTACH: Duration = Duration::from_millis(500);
/// Or perf keeps a copy of every program that it has seen in `~/.debug`, and names a stripped one by it.
const NO_COPIES: &str = "--no-buildid-cache";
const PARANOID: &str = "/proc/sys/kernel/perf_event_paranoid";

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// Samples of the running program, by time.
    Perf,
    /// Every instruction, in Valgrind's virtual CPU.
    Callgrind,
}

/// A profiler that is installed and may be used.
pub(crate) struct Recorder {
    method: Method,
    /// perf's event.
    event: &'static str,
    data: PathBuf,
    attached: Option<Child>,
}

impl Recorder {
    /// Checks that there is one, before anything is started. Its data goes to the folder `work`.
    ///
    /// # Errors
    /// It is not installed, or the kernel does not allow it; each with its remedy.
    pub(crate) fn new(method: Method, work: &Path) -> Result<Self> {
        let event = match method {
            Method::Perf => perf_event(work)?,
            Method::Callgrind => {
                installed(
                    "valgrind",
                    "valgrind",
                    "or leave out --instructions to sample with perf",
                )?;
                "instructions"
            }
        };
        let data = work.join(match method {
            Method::Perf => "perf.data",
            Method::Callgrind => "callgrind.out",
        });
        Ok(Self {
            method,
            event,
            data,
            attached: None,
        })
    }

    /// What is counted, in words.
    pub(crate) fn event(&self) -> &'static str {
        self.event
    }

    /// The suite's command, as this profiler needs it started.
    pub(crate) fn wrap(&self, suite: Command) -> Command {
        if self.method == Method::Perf {
            return suite;
        }
        let mut command = Command::new("valgrind");
        let mut out = std::ffi::OsString::from("--callgrind-out-file=");
        out.push(&self.data);
        command
            .args([
                "--tool=callgrind",
                "--instr-atstart=no",
                "--separate-callers=24",
            ])
            .args(["--demangle=no", "--quiet"])
            .arg(out)
            .arg(suite.get_program())
            .args(suite.get_args());
        for (name, value) in suite.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }

    /// Starts to count in the process of this number.
    ///
    /// # Errors
    /// It can't be attached to.
    pub(crate) fn start(&mut self, pid: u32) -> Result<()> {
        if self.method == Method::Callgrind {
            return instrumentation(pid, "on");
        }
        let mut perf = Command::new("perf");
        perf.args(["record", "--quiet", "-e", self.event, "-F", FREQUENCY])
            .arg(NO_COPIES)
            .args(["--call-graph", "dwarf,16384", "-p", &pid.to_string(), "-o"])
            .arg(&self.data)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = perf.spawn().context("can't start perf")?;
        thread::sleep(ATTACH);
        if child.try_wait().context("can't wait for perf")?.is_some() {
            let said = child.wait_with_output().context("can't wait for perf")?;
            return Err(refused(&String::from_utf8_lossy(&said.stderr)));
        }
        self.attached = Some(child);
        Ok(())
    }

    /// Stops counting.
    ///
    /// # Errors
    /// The profiler failed meanwhile.
    pub(crate) fn stop(&mut self, pid: u32) -> Result<()> {
        if self.method == Method::Callgrind {
            return instrumentation(pid, "off");
        }
        let Some(child) = self.attached.take() else {
            return Ok(());
        };
        let id = i32::try_from(child.id()).context("a process number")?;
        let id = rustix::process::Pid::from_raw(id).context("a process number")?;
        rustix::process::kill_process(id, rustix::process::Signal::INT)
            .context("can't stop perf")?;
        let said = child.wait_with_output().context("can't wait for perf")?;
        let wrote = fs::metadata(&self.data).is_ok_and(|data| data.len() > 0);
        ensure!(
            wrote,
            "perf left no data: {}",
            String::from_utf8_lossy(&said.stderr).trim()
        );
        Ok(())
    }

    /// What was counted; the suite has ended.
    ///
    /// # Errors
    /// There is nothing, or it can't be read.
    pub(crate) fn folded(&self) -> Result<Folded> {
        let folded = match self.method {
            Method::Callgrind => {
                let text = fs::read_to_string(&self.data)
                    .with_context(|| format!("can't read {}", self.data.display()))?;
                folded::from_callgrind(&text)?
            }
            Method::Perf => {
                let mut perf = Command::new("perf");
                perf.args([
                    "script",
                    "--no-inline",
                    "--no-demangle",
                    "-F",
                    "comm,ip,sym",
                    "-i",
                ])
                .arg(&self.data)
                .stdin(Stdio::null());
                let done = perf.output().context("can't start perf")?;
                ensure!(
                    done.status.success(),
                    "perf can't read its own data: {}",
                    String::from_utf8_lossy(&done.stderr).trim()
                );
                folded::from_perf_script(&String::from_utf8_lossy(&done.stdout))
            }
        };
        ensure!(
            folded.total() > 0,
            "nothing was counted while the benchmark ran; measure longer with --seconds"
        );
        Ok(folded)
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        if let Some(child) = &mut self.attached {
            // Nothing can be done about a profiler that has ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Cycles, where the machine counts them, else the kernel's clock.
fn perf_event(work: &Path) -> Result<&'static str> {
    installed(
        "perf",
        "linux-perf",
        "or count instructions without it: --instructions, which needs valgrind",
    )?;
    let mut said = String::new();
    for event in ["cycles:u", "cpu-clock:u"] {
        let probe = Command::new("perf")
            .args(["record", "--quiet", NO_COPIES, "-e", event, "-o"])
            .arg(work.join("probe.data"))
            .args(["--", "true"])
            .stdin(Stdio::null())
            .output()
            .context("can't start perf")?;
        if probe.status.success() {
            return Ok(event);
        }
        said = String::from_utf8_lossy(&probe.stderr).into_owned();
    }
    Err(refused(&said))
}

/// Why perf may not look, and who can allow it.
fn refused(said: &str) -> anyhow::Error {
    let level = fs::read_to_string(PARANOID).ok();
    refused_at(level.and_then(|text| text.trim().parse().ok()), said.trim())
}

/// The kernel itself has levels up to 2. Those of Debian and Ubuntu have higher ones, at which whoever lacks
/// SYS_ADMIN is refused, PERFMON or not.
fn refused_at(level: Option<i32>, said: &str) -> anyhow::Error {
    match level {
        Some(level) if level > 2 => anyhow::anyhow!(
            "expected {PARANOID} of at most 2, found {level}; set it with `sysctl -w kernel.perf_event_paranoid=2`, or run as root with the capability SYS_ADMIN, since the kernels that know such a level may ask for no less (docker run --user 0 --cap-add SYS_ADMIN; perf says: {said})"
        ),
        _ => anyhow::anyhow!(
            "perf may not look into the suite: {said}; a container's filter of system calls has to let it (docker run --cap-add PERFMON; --cap-add SYS_ADMIN for Podman and where Docker does not know PERFMON), or count instructions with --instructions"
        ),
    }
}

fn installed(program: &str, package: &str, otherwise: &str) -> Result<()> {
    let started = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .output();
    match started {
        Ok(done) if done.status.success() => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(
            "expected the program {program}, found none; install it (Debian's package {package}), {otherwise}"
        ),
        Ok(done) => bail!(
            "{program} --version failed: {}",
            String::from_utf8_lossy(&done.stderr).trim()
        ),
        Err(error) => Err(error).with_context(|| format!("can't start {program}")),
    }
}

/// Turns Callgrind's counting on or off.
fn instrumentation(pid: u32, state: &str) -> Result<()> {
    let done = Command::new("vgdb")
        .args([
            &format!("--pid={pid}"),
            "--wait=30",
            "instrumentation",
            state,
        ])
        .stdin(Stdio::null())
        .output()
        .context("can't start vgdb, which comes with valgrind")?;
    ensure!(
        done.status.success(),
        "can't turn Callgrind's counting {state}: {}",
        String::from_utf8_lossy(&done.stderr).trim()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_with_its_package() {
        let error =
            installed("no-such-profiler", "a-package", "or do without").expect_err("missing");
        let error = format!("{error:#}");
        assert!(
            error.contains("no-such-profiler") && error.contains("a-package"),
            "{error}"
        );
        assert!(error.ends_with("or do without"), "{error}");
    }

    #[test]
    fn a_refusal_names_what_allows_it() {
        for (level, capability) in [
            (None, "PERFMON"),
            (Some(2), "PERFMON"),
            (Some(3), "SYS_ADMIN"),
        ] {
            let error = refused_at(level, "Permission denied").to_string();
            assert!(
                error.contains(&format!("--cap-add {capability}")),
                "{error}"
            );
            assert!(error.contains("Permission denied"), "{error}");
        }
    }

    #[test]
    fn callgrind_starts_the_very_same_command() {
        let mut suite = Command::new("/suite");
        suite.arg("flag").env("A", "b").env_remove("C");
        let recorder = Recorder {
            method: Method::Callgrind,
            event: "instructions",
            data: PathBuf::from("/elsewhere/out"),
            attached: None,
        };
        let wrapped = recorder.wrap(suite);
        let args: Vec<_> = wrapped
            .get_args()
            .map(|arg| arg.to_string_lossy().into_owned())
            .collect();
        assert!(args.ends_with(&[
            "--callgrind-out-file=/elsewhere/out".to_owned(),
            "/suite".to_owned(),
            "flag".to_owned()
        ]));
        let envs: Vec<_> = wrapped.get_envs().collect();
        assert_eq!(envs.len(), 2);
    }
}

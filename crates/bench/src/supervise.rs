//! Runs a child process and dies with it: its lines, its deadline, our signals.
//!
//! The parent sleeps in one channel and wakes about once a second, so that it takes no time from
//! what the child measures.

use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// Lines of the child's output that an error message repeats.
const TAIL: usize = 40;
/// Time between two calls of [`Watch::tick`].
const TICK: Duration = Duration::from_secs(1);
/// Time between two looks for a signal while we compute.
const GLANCE: Duration = Duration::from_millis(50);

/// What the caller wants to know while the child runs.
pub(crate) trait Watch {
    /// The child wrote a line, to standard output or error as far as they are piped.
    fn line(&mut self, line: &str);
    /// About a second went by.
    fn tick(&mut self);
    /// When the child counts as hung, and what it was doing.
    fn deadline(&self) -> Option<Deadline>;
}

/// A moment, and the words for what should have been done by then.
pub(crate) struct Deadline {
    pub(crate) at: Instant,
    pub(crate) doing: String,
}

/// What a child left behind.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) wall: Duration,
    /// The last lines it wrote.
    pub(crate) tail: String,
}

/// Owns the signal handlers: one for the life of the process.
pub(crate) struct Supervisor {
    events: Receiver<Event>,
    sender: Sender<Event>,
}

/// A signal asked us to stop.
#[derive(Debug)]
pub(crate) struct Interrupted(i32);

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = signal_hook::low_level::signal_name(self.0).unwrap_or("a signal");
        write!(f, "interrupted by {name}; nothing was written")
    }
}

impl std::error::Error for Interrupted {}

enum Event {
    Line(String),
    Signal(i32),
}

impl Supervisor {
    /// Catches SIGINT, SIGTERM and SIGHUP from now on.
    ///
    /// # Errors
    /// The handlers can't be installed.
    pub(crate) fn new() -> Result<Self> {
        let (sender, events) = channel();
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGCHLD])
            .context("can't install signal handlers")?;
        let to = sender.clone();
        thread::spawn(move || {
            for signal in signals.forever() {
                if to.send(Event::Signal(signal)).is_err() {
                    break;
                }
            }
        });
        Ok(Self { events, sender })
    }

    /// Call between steps that run no child.
    ///
    /// # Errors
    /// [`Interrupted`], if a signal came.
    pub(crate) fn check(&self) -> Result<()> {
        for event in self.events.try_iter() {
            interrupt(&event)?;
        }
        Ok(())
    }

    /// Does `work` on a thread of its own, so that a signal ends us at once, however long it takes.
    ///
    /// # Errors
    /// [`Interrupted`]; the work is then left where it is and ends with the process.
    pub(crate) fn during<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let (sender, done) = channel();
        thread::spawn(move || sender.send(work()));
        loop {
            match done.recv_timeout(GLANCE) {
                Ok(result) => return Ok(result),
                Err(RecvTimeoutError::Timeout) => self.check()?,
                Err(RecvTimeoutError::Disconnected) => bail!("a thread of this program panicked"),
            }
        }
    }

    /// Runs `command` to its end in a process group of its own, which is killed whole on every
    /// way out. What is not piped by the caller is left as it is.
    ///
    /// # Errors
    /// It can't be started, [`Interrupted`], or the deadline passed.
    pub(crate) fn run(&self, mut command: Command, watch: &mut dyn Watch) -> Result<Ended> {
        self.check()?;
        let program = command.get_program().to_string_lossy().into_owned();
        let started = Instant::now();
        let child = command.process_group(0).spawn();
        let mut group = Group(child.with_context(|| format!("can't start {program}"))?);
        let readers = self.read(&mut group.0);
        let mut tail = Vec::new();
        let status = self.wait(&mut group, watch, &mut tail)?;
        // A grandchild that still holds the pipe would make the readers wait for ever.
        drop(group);
        for reader in readers {
            // A reader that panicked has lost lines, which matter only for the message.
            let _ = reader.join();
        }
        for event in self.events.try_iter() {
            handle(event, watch, &mut tail)?;
        }
        Ok(Ended {
            status,
            wall: started.elapsed(),
            tail: tail.join("\n"),
        })
    }

    fn wait(
        &self,
        group: &mut Group,
        watch: &mut dyn Watch,
        tail: &mut Vec<String>,
    ) -> Result<ExitStatus> {
        let mut tick = Instant::now() + TICK;
        loop {
            let wake = watch
                .deadline()
                .map_or(tick, |deadline| deadline.at.min(tick));
            match self
                .events
                .recv_timeout(wake.saturating_duration_since(Instant::now()))
            {
                Ok(event) => handle(event, watch, tail)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => bail!("the signal thread is gone"),
            }
            if let Some(status) = group.0.try_wait().context("can't wait for the child")? {
                return Ok(status);
            }
            let now = Instant::now();
            if let Some(late) = watch.deadline().filter(|deadline| deadline.at <= now) {
                bail!("{}; its last output:\n{}", late.doing, tail.join("\n"));
            }
            if tick <= now {
                watch.tick();
                tick = now + TICK;
            }
        }
    }

    fn read(&self, child: &mut Child) -> Vec<JoinHandle<()>> {
        let stdout = child
            .stdout
            .take()
            .map(|pipe| forward(pipe, self.sender.clone()));
        let stderr = child
            .stderr
            .take()
            .map(|pipe| forward(pipe, self.sender.clone()));
        stdout.into_iter().chain(stderr).collect()
    }
}

fn handle(event: Event, watch: &mut dyn Watch, tail: &mut Vec<String>) -> Result<()> {
    interrupt(&event)?;
    if let Event::Line(line) = event {
        watch.line(&line);
        if tail.len() == TAIL {
            tail.remove(0);
        }
        tail.push(line);
    }
    Ok(())
}

/// SIGCHLD only wakes us.
fn interrupt(event: &Event) -> Result<()> {
    match event {
        Event::Signal(signal) if *signal != SIGCHLD => bail!(Interrupted(*signal)),
        _ => Ok(()),
    }
}

fn forward(pipe: impl Read + Send + 'static, to: Sender<Event>) -> JoinHandle<()> {
    thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while pipe.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            if to.send(Event::Line(text)).is_err() {
                break;
            }
            line.clear();
        }
    })
}

/// The child and whatever it started; killed when dropped.
struct Group(Child);

impl Drop for Group {
    fn drop(&mut self) {
        let leader = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw);
        if let Some(leader) = leader {
            // Fails where everybody has gone already, as it should be.
            let _ = kill_process_group(leader, Signal::KILL);
        }
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;

    use super::*;

    struct Lines {
        seen: Vec<String>,
        at: Option<Instant>,
    }

    impl Watch for Lines {
        fn line(&mut self, line: &str) {
            self.seen.push(line.to_owned());
        }

        fn tick(&mut self) {}

        fn deadline(&self) -> Option<Deadline> {
            self.at.map(|at| Deadline {
                at,
                doing: "launch 2 hung in g/f".to_owned(),
            })
        }
    }

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    #[test]
    fn every_line_and_the_status_arrive() {
        let mut lines = Lines {
            seen: Vec::new(),
            at: None,
        };
        let supervisor = Supervisor::new().expect("handlers");
        let ended = supervisor
            .run(shell("echo a; echo b; exit 7"), &mut lines)
            .expect("ran");
        assert_eq!(ended.status.code(), Some(7));
        assert_eq!(lines.seen, ["a", "b"]);
        assert_eq!(ended.tail, "a\nb");
    }

    #[test]
    fn a_hung_child_dies_with_its_children() {
        let mut lines = Lines {
            seen: Vec::new(),
            at: Some(Instant::now() + Duration::from_millis(300)),
        };
        let supervisor = Supervisor::new().expect("handlers");
        let error = supervisor
            .run(shell("sleep 600 & echo $!; wait"), &mut lines)
            .err();
        let error = error.expect("overdue").to_string();
        assert!(error.contains("launch 2 hung in g/f"), "{error}");
        let grandchild: i32 = lines.seen[0].parse().expect("a process id");
        let gone = || {
            let stat = std::fs::read_to_string(format!("/proc/{grandchild}/stat"));
            // Or a zombie that init has not collected yet.
            stat.map_or(true, |text| text.contains(") Z "))
        };
        let give_up = Instant::now() + Duration::from_secs(5);
        while !gone() && Instant::now() < give_up {
            thread::sleep(Duration::from_millis(5));
        }
        assert!(gone(), "{grandchild} lives on");
    }

    #[test]
    fn a_grandchild_that_holds_the_pipe_does_not_hold_us() {
        let mut lines = Lines {
            seen: Vec::new(),
            at: None,
        };
        let supervisor = Supervisor::new().expect("handlers");
        let started = Instant::now();
        let ended = supervisor
            .run(shell("sleep 600 & echo done"), &mut lines)
            .expect("ran");
        assert!(ended.status.success() && started.elapsed() < Duration::from_secs(60));
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let mut lines = Lines {
            seen: Vec::new(),
            at: None,
        };
        let supervisor = Supervisor::new().expect("handlers");
        let error = supervisor
            .run(Command::new("/no/such/suite"), &mut lines)
            .err();
        assert!(format!("{:#}", error.expect("refused")).contains("/no/such/suite"));
    }
}

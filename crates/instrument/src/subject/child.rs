//! Any child process, run to its end under the same supervision: for builds.

use std::process::{Command, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use super::error::SubjectError;
use super::family::Family;
use super::pipes::{self, Event, Tail};
use super::supervisor::Supervisor;

/// Time between two calls of [`Watch::tick`].
pub(super) const TICK: Duration = Duration::from_secs(1);

/// How long a pipe may stay open behind the end of its process.
pub(super) const GRACE: Duration = Duration::from_secs(2);

/// What the caller wants to know while the child runs.
pub trait Watch {
    /// The child wrote a line to standard output, if that is piped.
    fn line(&mut self, line: &str);
    /// About a second went by.
    fn tick(&mut self);
    /// When the child counts as hung, and what to say then.
    fn deadline(&self) -> Option<Deadline>;
}

/// A moment, and the words for what should have been done by then.
pub struct Deadline {
    /// The moment.
    pub at: Instant,
    /// The words.
    pub doing: String,
}

/// What a child left behind.
pub struct Ended {
    /// How it ended.
    pub status: ExitStatus,
    /// From its start to its end.
    pub wall: Duration,
    /// The last lines it wrote, as far as they were piped.
    pub tail: String,
}

impl Supervisor {
    /// Runs `command` to its end, and ends whatever it started on every way out. What is not piped by
    /// the caller is left as it is.
    ///
    /// # Errors
    ///
    /// It can't be started, [`SubjectError::Interrupted`], or the deadline passed.
    pub fn run(&self, command: Command, watch: &mut dyn Watch) -> Result<Ended, SubjectError> {
        self.check()?;
        let started = Instant::now();
        let (sender, events) = sync_channel(pipes::QUEUE);
        self.listen(sender.clone());
        let mut family = start(command)?;
        let tail = Tail::default();
        let mut open = 0;
        if let Some(pipe) = family.child.stdout().take() {
            pipes::output(pipe, sender.clone());
            open += 1;
        }
        if let Some(pipe) = family.child.stderr().take() {
            pipes::errors(pipe, tail.clone(), sender.clone());
            open += 1;
        }
        drop(sender);
        let status = self.wait(&mut family, &events, &tail, watch, &mut open)?;
        let wall = started.elapsed();
        // A grandchild that still holds a pipe would make us wait for ever.
        family.end();
        let until = Instant::now() + GRACE;
        while open > 0 {
            let left = until.saturating_duration_since(Instant::now());
            match events.recv_timeout(left) {
                Ok(event) => heard(event, &tail, watch, &mut open),
                Err(_) => break,
            }
        }
        let tail = tail.text();
        Ok(Ended { status, wall, tail })
    }

    fn wait(
        &self,
        family: &mut Family,
        events: &Receiver<Event>,
        tail: &Tail,
        watch: &mut dyn Watch,
        open: &mut u32,
    ) -> Result<ExitStatus, SubjectError> {
        let mut tick = Instant::now() + TICK;
        loop {
            let due = watch.deadline();
            let wake = due.map_or(tick, |deadline| deadline.at.min(tick));
            match events.recv_timeout(wake.saturating_duration_since(Instant::now())) {
                Ok(event) => heard(event, tail, watch, open),
                // Only the supervisor's own sender is left, which never hangs up before us.
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
            self.check()?;
            if let Some(status) = exited(family)? {
                return Ok(status);
            }
            let now = Instant::now();
            if let Some(late) = watch.deadline().filter(|deadline| deadline.at <= now) {
                return Err(SubjectError::Late {
                    doing: late.doing,
                    said: tail.text(),
                });
            }
            if tick <= now {
                watch.tick();
                tick = now + TICK;
            }
        }
    }
}

/// # Errors
///
/// The program is named.
pub(super) fn start(command: Command) -> Result<Family, SubjectError> {
    let program = command.get_program().to_string_lossy().into_owned();
    Family::start(command).map_err(|source| SubjectError::Start { program, source })
}

pub(super) fn exited(family: &mut Family) -> Result<Option<ExitStatus>, SubjectError> {
    let status = family.child.try_wait();
    status.map_err(|source| SubjectError::System {
        what: "wait for the child",
        source,
    })
}

fn heard(event: Event, tail: &Tail, watch: &mut dyn Watch, open: &mut u32) {
    match event {
        Event::Line(line) => {
            watch.line(&line);
            tail.push(&line);
        }
        Event::Broken(error) => {
            tail.push(&error.to_string());
            *open -= 1;
        }
        Event::OutputClosed | Event::ErrorsClosed => *open -= 1,
        Event::Wake => {}
    }
}

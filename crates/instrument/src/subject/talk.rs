//! The driver's side of the conversation.

use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use super::child;
use super::error::SubjectError;
use super::family::Family;
use super::pipes::{self, Event, Tail};
use super::supervisor::Supervisor;
use super::tell::Orders;
use crate::wire::{
    COUNTED_EARLY, End, FromSubject, Hello, Job, Progress, Samples, ToSubject, VARIABLE, VERSION,
    Verified,
};

/// How long a launch may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Without a message for so long, it counts as hung.
    pub silence: Duration,
    /// From its start to its end, however lively it is.
    pub whole: Duration,
}

/// Who wants to know what goes on.
pub trait Listener {
    /// A sign of life.
    fn progress(&mut self, progress: &Progress);
    /// About a second went by; the last message came so long ago.
    fn tick(&mut self, silent: Duration);
}

/// A subject that runs. When dropped, it is ended with everything that it started.
pub struct Subject<'s> {
    pub(super) supervisor: &'s Supervisor,
    pub(super) limits: Limits,
    pub(super) family: Family,
    pub(super) orders: Option<Orders>,
    pub(super) events: Receiver<Event>,
    /// Keeps the channel open behind the end of both pipes.
    _sender: SyncSender<Event>,
    pub(super) tail: Tail,
    /// Standard output and standard error, as far as they are open.
    pub(super) open: u32,
    pub(super) started: Instant,
    pub(super) last_sign: Instant,
    pub(super) signs: u64,
    pub(super) doing: String,
    /// The version that it speaks.
    protocol: u32,
}

impl<'s> Subject<'s> {
    /// Starts it and hears who it is. The three standard streams are ours, whatever the command says.
    ///
    /// # Errors
    ///
    /// It can't be started, says nothing, something else, or speaks another version.
    pub fn start(
        mut command: Command,
        limits: Limits,
        supervisor: &'s Supervisor,
        listener: &mut dyn Listener,
    ) -> Result<(Self, Hello), SubjectError> {
        supervisor.check()?;
        command
            .env(VARIABLE, VERSION.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let (sender, events) = sync_channel(pipes::QUEUE);
        supervisor.listen(sender.clone());
        let mut family = child::start(command)?;
        let tail = Tail::default();
        let (mut orders, mut open) = (None, 0);
        if let Some(pipe) = family.child.stdin().take() {
            orders = Some(Orders::new(pipe));
        }
        if let Some(pipe) = family.child.stdout().take() {
            pipes::output(pipe, sender.clone());
            open += 1;
        }
        if let Some(pipe) = family.child.stderr().take() {
            pipes::errors(pipe, tail.clone(), sender.clone());
            open += 1;
        }
        let now = Instant::now();
        let mut subject = Subject {
            supervisor,
            limits,
            family,
            orders,
            events,
            _sender: sender,
            tail,
            open,
            started: now,
            last_sign: now,
            signs: 0,
            doing: "the start".to_owned(),
            protocol: VERSION,
        };
        let hello = match subject.next(listener)? {
            FromSubject::Hello(hello) => hello,
            other => return subject.unexpected("hello", &other),
        };
        subject.check_hello(&hello)?;
        subject.protocol = hello.protocol;
        Ok((subject, hello))
    }

    /// Has one benchmark prepared and verified.
    ///
    /// # Errors
    ///
    /// Its answer is wrong, or what it says does not fit the job.
    pub fn verify(
        &mut self,
        job: &Job,
        listener: &mut dyn Listener,
    ) -> Result<Verified, SubjectError> {
        self.doing = job.benchmark.clone();
        self.say(&ToSubject::Job(job.clone()))?;
        let mut verified = match self.next(listener)? {
            FromSubject::Verified(verified) => verified,
            other => return self.unexpected("verified", &other),
        };
        self.same("benchmark", &job.benchmark, &verified.benchmark)?;
        self.digest("output_sha256", &verified.output_sha256)?;
        if verified.bytes == 0 || verified.records == 0 {
            return self.broken("expected input bytes and records above 0, found 0".to_owned());
        }
        if verified.allocations.take().is_some() && self.protocol != COUNTED_EARLY {
            return self
                .broken("expected allocations with the samples, found them before".to_owned());
        }
        Ok(verified)
    }

    /// Has it timed. Call it when the answer is accepted.
    ///
    /// # Errors
    ///
    /// Its samples are none, or its answer changed meanwhile.
    pub fn measure(
        &mut self,
        job: &Job,
        verified: &Verified,
        listener: &mut dyn Listener,
    ) -> Result<Samples, SubjectError> {
        self.say(&ToSubject::measure(&job.benchmark))?;
        let samples = match self.next(listener)? {
            FromSubject::Samples(samples) => samples,
            other => return self.unexpected("samples", &other),
        };
        self.same("benchmark", &job.benchmark, &samples.benchmark)?;
        self.same(
            "number of samples",
            &(job.samples as usize),
            &samples.iterations.len(),
        )?;
        if let Err(what) = samples.check() {
            return self.broken(what);
        }
        if samples.output_sha256 != verified.output_sha256 {
            let (before, after) = (&verified.output_sha256, &samples.output_sha256);
            return self.broken(format!(
                "the answer changed while it was timed: SHA-256 {before} became {after}"
            ));
        }
        Ok(samples)
    }

    /// Tells it that there are no more jobs, and sees it end; its peak and how long it ran.
    ///
    /// # Errors
    ///
    /// It does not end as it should, or leaves something running that holds its pipes.
    pub fn end(mut self, listener: &mut dyn Listener) -> Result<(End, Duration), SubjectError> {
        self.doing = "the end".to_owned();
        self.say(&ToSubject::End {})?;
        self.orders = None;
        let end = match self.next(listener)? {
            FromSubject::End(end) if end.max_rss_bytes > 0 => end,
            FromSubject::End(_) => {
                return self.broken("expected a peak resident set above 0, found 0".to_owned());
            }
            other => return self.unexpected("end", &other),
        };
        let wall = self.hang_up(listener)?;
        Ok((end, wall))
    }

    /// Ends the conversation without a job, as one does with a subject that was only asked who it is.
    ///
    /// # Errors
    ///
    /// As [`Subject::end`].
    pub fn dismiss(mut self, listener: &mut dyn Listener) -> Result<(), SubjectError> {
        self.doing = "the end".to_owned();
        self.orders = None;
        self.hang_up(listener).map(drop)
    }

    fn say(&mut self, message: &ToSubject) -> Result<(), SubjectError> {
        self.last_sign = Instant::now();
        let said = self.orders.as_ref().map(|orders| orders.say(message));
        match said {
            Some(Err(source)) => Err(self.torn(source)),
            _ => Ok(()),
        }
    }
}

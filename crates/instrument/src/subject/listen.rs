//! Waiting for the next message: signs of life, deadlines, signals, and every way to end early.

use std::process::ExitStatus;
use std::time::{Duration, Instant};

use super::child::{self, GRACE, TICK};
use super::error::SubjectError;
use super::pipes::Event;
use super::talk::{Listener, Subject};
use crate::wire::{self, FromSubject, Progress};

/// Progress messages that may come at once, and a second on the average: twice what the protocol
/// allows, since they pile up while we are stopped.
const BURST: u64 = 1000;
const PER_SECOND: u64 = 20;

impl Subject<'_> {
    /// The next message that is no sign of life.
    pub(super) fn next(
        &mut self,
        listener: &mut dyn Listener,
    ) -> Result<FromSubject, SubjectError> {
        let mut tick = Instant::now() + TICK;
        loop {
            let event = self.event(&mut tick, listener)?;
            let message = match event {
                Some(Event::Line(line)) => wire::parse(&line),
                Some(Event::Broken(source)) => return Err(self.torn(source)),
                _ if self.open == 0 => return Err(self.gone(listener)?),
                _ => {
                    if child::exited(&mut self.family)?.is_some() {
                        // What it said last may still be on its way.
                        return self.last_words(listener);
                    }
                    continue;
                }
            };
            match message {
                Ok(FromSubject::Progress(progress)) => self.sign(&progress, listener)?,
                Ok(FromSubject::Error(failure)) => return Err(self.refused(failure, listener)),
                Ok(message) => {
                    self.last_sign = Instant::now();
                    return Ok(message);
                }
                Err(source) => {
                    return Err(SubjectError::Message {
                        doing: self.doing.clone(),
                        source,
                        said: self.tail.text(),
                    });
                }
            }
        }
    }

    /// One event, a tick, or a deadline that passed.
    fn event(
        &mut self,
        tick: &mut Instant,
        listener: &mut dyn Listener,
    ) -> Result<Option<Event>, SubjectError> {
        self.supervisor.check()?;
        let (hung, overdue) = (
            self.last_sign + self.limits.silence,
            self.started + self.limits.whole,
        );
        let wake = hung.min(overdue).min(*tick);
        let left = wake.saturating_duration_since(Instant::now());
        let event = self.events.recv_timeout(left);
        self.supervisor.check()?;
        if let Ok(event) = event {
            if matches!(
                event,
                Event::OutputClosed | Event::ErrorsClosed | Event::Broken(_)
            ) {
                self.open -= 1;
            }
            return Ok(Some(event));
        }
        let now = Instant::now();
        let (doing, said) = (self.doing.clone(), self.tail.text());
        if hung <= now {
            let silence = self.limits.silence;
            return Err(SubjectError::Hung {
                doing,
                silence,
                said,
            });
        }
        if overdue <= now {
            let whole = self.limits.whole;
            return Err(SubjectError::Overdue { doing, whole, said });
        }
        if *tick <= now {
            listener.tick(now.duration_since(self.last_sign));
            *tick = now + TICK;
        }
        Ok(None)
    }

    fn sign(
        &mut self,
        progress: &Progress,
        listener: &mut dyn Listener,
    ) -> Result<(), SubjectError> {
        self.last_sign = Instant::now();
        self.signs += 1;
        let allowed = BURST + PER_SECOND * self.started.elapsed().as_secs();
        if self.signs > allowed {
            return self.broken(format!(
                "expected at most ten progress messages a second, found {} in {} s",
                self.signs,
                self.started.elapsed().as_secs()
            ));
        }
        if self.last_sign.duration_since(self.started) > self.limits.whole {
            return Err(SubjectError::Overdue {
                doing: self.doing.clone(),
                whole: self.limits.whole,
                said: self.tail.text(),
            });
        }
        self.same("benchmark", &self.doing.clone(), &progress.benchmark)?;
        listener.progress(progress);
        Ok(())
    }

    /// The process has ended and a pipe is still open: what it said last arrives, or somebody else
    /// holds the pipe.
    fn last_words(&mut self, listener: &mut dyn Listener) -> Result<FromSubject, SubjectError> {
        let until = Instant::now() + GRACE;
        while self.open > 0 {
            let left = until.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left) {
                Ok(Event::Line(line)) => match wire::parse(&line) {
                    Ok(FromSubject::Error(failure)) => return Err(self.refused(failure, listener)),
                    Ok(FromSubject::Progress(_)) => {}
                    Ok(message) => return Ok(message),
                    Err(source) => {
                        return Err(SubjectError::Message {
                            doing: self.doing.clone(),
                            source,
                            said: self.tail.text(),
                        });
                    }
                },
                Ok(Event::Broken(source)) => return Err(self.torn(source)),
                Ok(Event::OutputClosed | Event::ErrorsClosed) => self.open -= 1,
                Ok(Event::Wake) => self.supervisor.check()?,
                Err(_) => break,
            }
        }
        Err(self.gone(listener)?)
    }

    /// It is gone, or at least its pipes are: how it ended.
    fn gone(&mut self, listener: &mut dyn Listener) -> Result<SubjectError, SubjectError> {
        let status = self.exit(listener)?;
        Ok(SubjectError::Ended {
            doing: self.doing.clone(),
            status,
            said: self.tail.text(),
        })
    }

    /// It said why it gives up. How it ends then is a detail, but it has to.
    fn refused(&mut self, failure: wire::Failure, listener: &mut dyn Listener) -> SubjectError {
        self.orders = None;
        SubjectError::Refused {
            benchmark: failure.benchmark,
            message: failure.message,
            status: self.exit(listener).ok(),
        }
    }

    /// Waits for the exit of a subject that has nothing more to say.
    fn exit(&mut self, listener: &mut dyn Listener) -> Result<ExitStatus, SubjectError> {
        let mut tick = Instant::now() + TICK;
        loop {
            if let Some(status) = child::exited(&mut self.family)? {
                return Ok(status);
            }
            self.event(&mut tick, listener)?;
        }
    }

    /// Sees a subject end well, with nobody left who holds its pipes.
    pub(super) fn hang_up(
        &mut self,
        listener: &mut dyn Listener,
    ) -> Result<Duration, SubjectError> {
        let mut tick = Instant::now() + TICK;
        let mut grace = None;
        loop {
            if let Some(status) = child::exited(&mut self.family)? {
                if !status.success() {
                    return Err(SubjectError::Ended {
                        doing: self.doing.clone(),
                        status,
                        said: self.tail.text(),
                    });
                }
                if self.open == 0 {
                    return Ok(self.started.elapsed());
                }
                let until = *grace.get_or_insert(Instant::now() + GRACE);
                if until <= Instant::now() {
                    return self.broken(
                        "it ended and left a process behind that keeps its pipes open".to_owned(),
                    );
                }
                tick = until.min(tick);
            }
            match self.event(&mut tick, listener)? {
                Some(Event::Line(line)) => {
                    return self.broken(format!("expected nothing behind the end, found {line}"));
                }
                Some(Event::Broken(source)) => return Err(self.torn(source)),
                _ => {}
            }
        }
    }
}

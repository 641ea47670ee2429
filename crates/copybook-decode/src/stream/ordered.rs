//! Batches on several threads, handed on in order.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::decode::{DecodeError, Decoder, Report};
use crate::record::{Failure, FileFormat};

use super::part::{BatchDecoder, Part};
use super::share::Share;
use super::source::Source;
use super::{Cause, StreamError};

/// Decodes every batch of the source and hands its lines to the sink.
pub(super) fn run<S: Source + Send>(
    decoder: &Decoder,
    format: &FileFormat,
    share: Share,
    mut source: S,
    sink: impl FnMut(&[u8]) -> io::Result<()> + Send,
) -> Result<Report, StreamError> {
    let decoder = BatchDecoder::new(decoder, format, share.sizes);
    let mut exit = Exit {
        sink,
        totals: Report::default(),
        found: 0,
    };
    source.take_for_equal(decoder.equal_lines());
    let outcome = if share.threads == 1 {
        alone(&decoder, &mut source, &mut exit)
    } else {
        let line = Line::new(decoder, source, &mut exit, share);
        together(&line, share.threads);
        line.state().failure.take().map_or(Ok(()), Err)
    };
    match outcome {
        Ok(()) => Ok(exit.totals),
        Err(cause) => Err(StreamError {
            cause,
            report: Box::new(exit.totals),
        }),
    }
}

fn alone<S: Source>(
    decoder: &BatchDecoder<'_>,
    source: &mut S,
    exit: &mut Exit<impl FnMut(&[u8]) -> io::Result<()>>,
) -> Result<(), Cause> {
    let mut part = Part::default();
    while source.fill(&mut part.batch) {
        part.batch.shift(exit.found);
        let outcome = decoder.begin(&mut part, &mut exit.totals);
        exit.hand_on(decoder, &mut part, outcome)?;
    }
    Ok(())
}

fn together<S: Source + Send, F: FnMut(&[u8]) -> io::Result<()> + Send>(
    line: &Line<'_, S, F>,
    threads: usize,
) {
    thread::scope(|scope| {
        for _ in 1..threads {
            // Where the system gives no more threads, those that there are do the work.
            let more = thread::Builder::new().spawn_scoped(scope, || line.work());
            if more.is_err() {
                break;
            }
        }
        line.work();
    });
}

/// Where lines leave, and the totals of those that left.
struct Exit<F> {
    sink: F,
    totals: Report,
    /// Records in these batches beyond those that the source counted.
    found: u64,
}

impl<F: FnMut(&[u8]) -> io::Result<()>> Exit<F> {
    /// Hands the lines on, those before an error too, decodes what is left of the batch, then says
    /// what ends the decoding here.
    fn hand_on<B: AsRef<[u8]>>(
        &mut self,
        decoder: &BatchDecoder<'_>,
        part: &mut Part<B>,
        mut outcome: Result<(), DecodeError>,
    ) -> Result<(), Cause> {
        loop {
            if !part.lines.is_empty() {
                (self.sink)(&part.lines).map_err(Cause::Write)?;
            }
            outcome.map_err(Cause::Decode)?;
            if part.done >= part.batch.count() {
                break;
            }
            outcome = decoder.go_on(part, &mut self.totals);
        }
        self.found += part.batch.found;
        match part.batch.failure.take() {
            None => Ok(()),
            Some(Failure::Frame(error)) => Err(Cause::Frame(error)),
            Some(Failure::Read(error)) => {
                let offset = part.batch.offset + part.batch.length as u64;
                Err(Cause::Read { offset, error })
            }
            Some(Failure::Truncated(error)) => {
                self.totals.truncated = Some(error);
                Ok(())
            }
        }
    }
}

/// What the threads share. Locks are never held while decoding.
struct Line<'a, S: Source, F> {
    decoder: BatchDecoder<'a>,
    /// The source and the number of the next batch.
    entry: Mutex<(S, u64)>,
    state: Mutex<State<S::Bytes>>,
    /// Some batch was handed on, or there is no more to do.
    moved: Condvar,
    /// Only of the thread that set [`State::handing_on`].
    exit: Mutex<&'a mut Exit<F>>,
    share: Share,
}

struct State<B> {
    /// Number of the batch that is handed on next.
    due: u64,
    /// Decoded batches that are not due yet.
    parked: BTreeMap<u64, Part<B>>,
    /// Buffers for reuse.
    spare: Vec<Part<B>>,
    /// Batches that were taken and not handed on yet, and the bytes of their records.
    held: usize,
    records: usize,
    /// Whether a thread is handing batches on.
    handing_on: bool,
    /// No batch after the one that is due will be handed on.
    stopped: bool,
    failure: Option<Cause>,
}

impl<'a, S: Source, F: FnMut(&[u8]) -> io::Result<()>> Line<'a, S, F> {
    fn new(decoder: BatchDecoder<'a>, source: S, exit: &'a mut Exit<F>, share: Share) -> Self {
        let state = State {
            due: 0,
            parked: BTreeMap::new(),
            spare: Vec::new(),
            held: 0,
            records: 0,
            handing_on: false,
            stopped: false,
            failure: None,
        };
        Line {
            decoder,
            entry: Mutex::new((source, 0)),
            state: Mutex::new(state),
            moved: Condvar::new(),
            exit: Mutex::new(exit),
            share,
        }
    }

    /// What each thread does until there is nothing left.
    fn work(&self) {
        let _guard = StopOnPanic(self);
        while let Some((number, mut part)) = self.take() {
            self.decoder.decode(&mut part);
            if !self.park(number, part) {
                return;
            }
        }
    }

    /// The next batch, as soon as there is room for it; `None` if there is nothing more to do.
    fn take(&self) -> Option<(u64, Part<S::Bytes>)> {
        let mut entry = lock(&self.entry);
        let mut part = self.vacant()?;
        if !entry.0.fill(&mut part.batch) {
            return None;
        }
        part.taken = part.records();
        self.state().records += part.taken;
        let number = entry.1;
        entry.1 += 1;
        Some((number, part))
    }

    /// Room for a batch, for which whoever holds the entry may have to wait: the batch that is due is in
    /// work on another thread, or is being handed on.
    fn vacant(&self) -> Option<Part<S::Bytes>> {
        let mut state = self.state();
        loop {
            let full = state.held >= self.share.batches || state.records >= self.share.records;
            if state.stopped {
                return None;
            }
            if state.held == 0 || !full {
                break;
            }
            state = self
                .moved
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.held += 1;
        Some(state.spare.pop().unwrap_or_default())
    }

    /// Leaves a decoded batch to whoever hands on, this thread if no other does. False if there is
    /// nothing more to do.
    fn park(&self, number: u64, part: Part<S::Bytes>) -> bool {
        let mut state = self.state();
        state.parked.insert(number, part);
        while !state.handing_on && !state.stopped {
            let due = state.due;
            let Some(mut part) = state.parked.remove(&due) else {
                break;
            };
            state.handing_on = true;
            drop(state);
            let outcome = self.hand_on(&mut part);
            state = self.state();
            state.handing_on = false;
            state.due += 1;
            state.held -= 1;
            state.records -= part.taken;
            part.shrink(self.share.sizes);
            state.spare.push(part);
            if let Err(cause) = outcome {
                state.failure = Some(cause);
                state.stopped = true;
            }
            self.moved.notify_all();
        }
        !state.stopped
    }

    fn hand_on(&self, part: &mut Part<S::Bytes>) -> Result<(), Cause> {
        let mut exit = lock(&self.exit);
        let found = exit.found;
        let outcome = self.decoder.settle(part, found, &mut exit.totals);
        exit.hand_on(&self.decoder, part, outcome)
    }

    fn state(&self) -> MutexGuard<'_, State<S::Bytes>> {
        lock(&self.state)
    }
}

/// A thread that panics (a sink may) never hands on: the others must not wait for it.
struct StopOnPanic<'a, 'b, S: Source, F>(&'a Line<'b, S, F>);

impl<S: Source, F> Drop for StopOnPanic<'_, '_, S, F> {
    fn drop(&mut self) {
        if thread::panicking() {
            lock(&self.0.state).stopped = true;
            self.0.moved.notify_all();
        }
    }
}

/// A panic ends everything anyway, with its own message.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

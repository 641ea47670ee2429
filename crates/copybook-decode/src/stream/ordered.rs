//! Batches on several threads, handed on in order.

use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::decode::{DecodeError, Decoder, Report};
use crate::record::{Failure, FileFormat};

use super::part::{BatchDecoder, Part, WAITING};
use super::source::Source;
use super::{Cause, StreamError};

/// What records that print much may take together, bytes of lines, while they are decoded or wait.
const TOGETHER: usize = 64 << 20;
/// Batches that may wait beside those in work.
const PARKED: usize = 2;

/// Decodes every batch of the source and hands its lines to the sink.
pub(super) fn run<S: Source + Send>(
    decoder: &Decoder,
    format: &FileFormat,
    threads: NonZeroUsize,
    mut source: S,
    sink: impl FnMut(&[u8]) -> io::Result<()> + Send,
) -> Result<Report, StreamError> {
    let threads = affordable(decoder, threads);
    let decoder = BatchDecoder::new(decoder, format);
    let mut exit = Exit {
        sink,
        totals: Report::default(),
        found: 0,
    };
    source.take_for_equal(decoder.equal_lines());
    // Which record others belong to is known only where the records before them were seen.
    let in_order = threads == 1 || decoder.in_order();
    let outcome = if in_order {
        alone(&decoder, &mut source, &mut exit)
    } else {
        let line = Line::new(decoder, source, &mut exit, threads);
        together(&line, threads);
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

/// Each thread holds what a record prints, which may be 64 MiB: then fewer threads have to do.
fn affordable(decoder: &Decoder, threads: NonZeroUsize) -> usize {
    let each = decoder.max_output();
    // Beside raw bytes nobody has counted it.
    if each == usize::MAX && decoder.options().raw.is_some() {
        return threads.get();
    }
    let most = (TOGETHER / each.max(1)).saturating_sub(PARKED).max(1);
    threads.get().min(most)
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
    /// Batches that may be parked or in work at a time.
    window: u64,
}

struct State<B> {
    /// Number of the batch that is handed on next.
    due: u64,
    /// Decoded batches that are not due yet.
    parked: BTreeMap<u64, Part<B>>,
    /// Buffers for reuse.
    spare: Vec<Part<B>>,
    /// Whether a thread is handing batches on.
    handing_on: bool,
    /// No batch after the one that is due will be handed on.
    stopped: bool,
    failure: Option<Cause>,
}

impl<'a, S: Source, F: FnMut(&[u8]) -> io::Result<()>> Line<'a, S, F> {
    fn new(decoder: BatchDecoder<'a>, source: S, exit: &'a mut Exit<F>, threads: usize) -> Self {
        let state = State {
            due: 0,
            parked: BTreeMap::new(),
            spare: Vec::new(),
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
            window: (threads + PARKED) as u64,
        }
    }

    /// What each thread does until there is nothing left.
    fn work(&self) {
        let _guard = StopOnPanic(self);
        loop {
            let mut part = self.state().spare.pop().unwrap_or_default();
            let Some(number) = self.take(&mut part) else {
                return;
            };
            self.decoder.decode(&mut part);
            if !self.park(number, part) {
                return;
            }
        }
    }

    fn take(&self, part: &mut Part<S::Bytes>) -> Option<u64> {
        let mut entry = lock(&self.entry);
        if !entry.0.fill(&mut part.batch) {
            return None;
        }
        entry.1 += 1;
        Some(entry.1 - 1)
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
            if part.lines.capacity() > 2 * WAITING {
                part.lines = Vec::new();
            }
            state.spare.push(part);
            if let Err(cause) = outcome {
                state.failure = Some(cause);
                state.stopped = true;
            }
            self.moved.notify_all();
        }
        // Not too far ahead: the batch that is due is in work on another thread.
        while !state.stopped && number >= state.due + self.window {
            state = self
                .moved
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::DecodeOptions;
    use crate::schema::Schema;

    /// Twenty thousand keys of 3 kB: 60 MB a record, of which 16 threads held 2 GB.
    #[test]
    fn records_that_print_much_get_fewer_threads() {
        for (times, threads) in [(1, 16), (2_000, 9), (20_000, 1), (40_000, 1)] {
            let name = "A".repeat(3_000);
            let copybook = format!("01 R.\n05 T OCCURS {times}.\n10 {name} PIC X.\n");
            let schema = Schema::parse(&copybook).expect("a copybook");
            let decoder = Decoder::new(&schema, &DecodeOptions::default()).expect("a plan");
            let asked = NonZeroUsize::new(16).expect("threads");
            assert_eq!(affordable(&decoder, asked), threads, "{times}");
        }
    }
}

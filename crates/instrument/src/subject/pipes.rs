//! A child's pipes, each read on a thread of its own into a channel of bounded size: a child that
//! talks faster than we listen has to wait, and never fills our memory.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::wire::{LineError, LineReader};

/// Events under way; a line has at most 1 MiB.
pub(super) const QUEUE: usize = 16;

/// Last lines that an error message repeats.
const TAIL: usize = 40;
/// Bytes of such a line.
const TAIL_LINE: usize = 2000;

/// What wakes a waiting conversation.
pub(super) enum Event {
    /// A line of standard output.
    Line(String),
    /// Standard output has a line that is none; nothing more is read of it.
    Broken(LineError),
    /// The end of standard output.
    OutputClosed,
    /// The end of standard error.
    ErrorsClosed,
    /// A signal came.
    Wake,
}

/// The last lines of a stream.
#[derive(Clone, Default)]
pub(super) struct Tail(Arc<Mutex<VecDeque<String>>>);

impl Tail {
    pub(super) fn push(&self, line: &str) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == TAIL {
            lines.pop_front();
        }
        lines.push_back(line.to_owned());
    }

    pub(super) fn text(&self) -> String {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Vec::from_iter(lines.iter().map(String::as_str)).join("\n")
    }
}

/// Passes on the lines of standard output.
pub(super) fn output(pipe: impl Read + Send + 'static, to: SyncSender<Event>) {
    thread::spawn(move || {
        let mut lines = LineReader::new(BufReader::new(pipe));
        loop {
            let event = match lines.next_line() {
                Ok(Some(line)) => Event::Line(line.to_owned()),
                Ok(None) => Event::OutputClosed,
                Err(error) => Event::Broken(error),
            };
            let last = !matches!(event, Event::Line(_));
            // Nobody listens any more: the child is being ended.
            if to.send(event).is_err() || last {
                break;
            }
        }
    });
}

/// Keeps the end of standard error, which may be endless, or one endless line.
pub(super) fn errors(pipe: impl Read + Send + 'static, tail: Tail, to: SyncSender<Event>) {
    thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        loop {
            let read = match pipe.fill_buf() {
                Ok(bytes) if !bytes.is_empty() => bytes,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                _ => break,
            };
            let end = read.iter().position(|&byte| byte == b'\n');
            let part = &read[..end.unwrap_or(read.len())];
            let room = TAIL_LINE.saturating_sub(line.len()).min(part.len());
            line.extend_from_slice(&part[..room]);
            let used = end.map_or(part.len(), |end| end + 1);
            pipe.consume(used);
            if end.is_some() {
                tail.push(String::from_utf8_lossy(&line).trim_end());
                line.clear();
            }
        }
        if !line.is_empty() {
            tail.push(String::from_utf8_lossy(&line).trim_end());
        }
        let _ = to.send(Event::ErrorsClosed);
    });
}

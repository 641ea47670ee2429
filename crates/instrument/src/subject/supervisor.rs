//! The signals of this process, and what must end with them.

use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::error::{Interrupted, SubjectError};
use super::family;
use super::pipes::Event;

/// Time between two looks for a signal while we compute.
const GLANCE: Duration = Duration::from_millis(50);

/// Owns the signal handlers: one for the life of the process.
pub struct Supervisor {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// The signal that asked us to stop; 0 for none.
    stop: AtomicI32,
    /// Where a waiting conversation is woken.
    listener: Mutex<Option<SyncSender<Event>>>,
}

impl Supervisor {
    /// Catches SIGINT, SIGTERM and SIGHUP from now on, and takes over what a subject leaves behind.
    ///
    /// # Errors
    ///
    /// The handlers can't be installed.
    pub fn new() -> Result<Self, SubjectError> {
        family::adopt();
        let shared = Arc::new(Shared::default());
        let signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGCHLD]);
        let mut signals = signals.map_err(|source| SubjectError::System {
            what: "install signal handlers",
            source,
        })?;
        let to = Arc::clone(&shared);
        thread::spawn(move || {
            for signal in signals.forever() {
                if signal != SIGCHLD {
                    to.stop.store(signal, Ordering::SeqCst);
                }
                to.wake();
            }
        });
        Ok(Supervisor { shared })
    }

    /// Call between steps that run no child.
    ///
    /// # Errors
    ///
    /// [`Interrupted`], if a signal came.
    pub fn check(&self) -> Result<(), SubjectError> {
        match self.shared.stop.load(Ordering::SeqCst) {
            0 => Ok(()),
            signal => Err(Interrupted(signal).into()),
        }
    }

    /// Does `work` on a thread of its own, so that a signal ends us at once, however long it takes.
    ///
    /// # Errors
    ///
    /// [`Interrupted`]; the work is then left where it is and ends with the process.
    pub fn during<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, SubjectError> {
        let (sender, done) = channel();
        thread::spawn(move || sender.send(work()));
        loop {
            match done.recv_timeout(GLANCE) {
                Ok(result) => return Ok(result),
                Err(RecvTimeoutError::Timeout) => self.check()?,
                Err(RecvTimeoutError::Disconnected) => return Err(SubjectError::Panicked),
            }
        }
    }

    /// Wakes `listener` for every signal, until another takes its place.
    pub(super) fn listen(&self, listener: SyncSender<Event>) {
        *self.shared.lock() = Some(listener);
    }
}

impl Shared {
    /// A full channel means that its reader is awake, and will look at the signal next.
    fn wake(&self) {
        if let Some(listener) = &*self.lock() {
            let _ = listener.try_send(Event::Wake);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<SyncSender<Event>>> {
        self.listener.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

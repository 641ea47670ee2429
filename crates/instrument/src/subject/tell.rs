//! Orders to a subject, written on a thread of their own: one that does not read must not hold us.

use std::io::Write;
use std::process::ChildStdin;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use crate::wire::{self, LineError, ToSubject};

/// The subject's standard input; closed when dropped, behind what was said before.
pub(super) struct Orders(Sender<Vec<u8>>);

impl Orders {
    pub(super) fn new(mut pipe: ChildStdin) -> Self {
        let (sender, orders) = channel::<Vec<u8>>();
        thread::spawn(move || {
            for order in orders {
                // A subject that has ended is seen by its exit, which says more than a closed pipe.
                if pipe.write_all(&order).is_err() {
                    break;
                }
            }
        });
        Orders(sender)
    }

    /// # Errors
    ///
    /// The message is longer than a line may be.
    pub(super) fn say(&self, message: &ToSubject) -> Result<(), LineError> {
        let mut line = Vec::new();
        wire::say(&mut line, message)?;
        let _ = self.0.send(line);
        Ok(())
    }
}

//! The driver's side: starts a subject, talks to it, and ends it with everything that it started.
//!
//! A [`Supervisor`] owns the signals of the calling process; [`Subject::start`] begins a conversation.
//! The parent sleeps in one channel and wakes about once a second, so that it takes no time from what
//! is measured.

mod check;
mod child;
mod error;
mod family;
mod listen;
mod pipes;
mod supervisor;
mod talk;
mod tell;

pub use child::{Deadline, Ended, Watch};
pub use error::{Interrupted, SubjectError};
pub use supervisor::Supervisor;
pub use talk::{Limits, Listener, Subject};

//! The sequential A/B test of two programs: which launches come next, and what they say.
//!
//! A round is three launches in an order drawn by lot: base, new, and base once more as a control.
//! Screening looks at the rounds four times and picks what seems to differ; fresh rounds confirm it.
//! Nothing is found by one look at data that were gathered until something was found.

pub mod derive;
pub mod design;
pub mod judge;
pub mod order;
pub mod record;
pub mod session;
pub mod verify;

pub use design::Design;
pub use judge::{Direction, Finding, Rounds, State, Verdict};
pub use order::{Arm, Lots};
pub use session::{Next, Session, Stage, Values};

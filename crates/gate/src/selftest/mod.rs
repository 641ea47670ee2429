//! The gate against itself: comparisons of a program with itself, unchanged and slowed by a known share.
//!
//! What is found where nothing was changed is a false alarm; what is found where a share of extra work
//! was injected is right, and the interval should hold that share. A self-test keeps what each verdict
//! was judged from, so that `bench verify` and `scripts/verify/selftest.py` judge all of them again.

mod judge;
mod rates;
mod record;
mod verify;

pub use judge::rounds;
pub use rates::{Rates, rates};
pub use record::{KIND, Kind, Row, SCHEMA_VERSION, SelfTest, Trial};
pub use verify::SelfTestError;

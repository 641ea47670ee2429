//! What measures, the same for every subject: the protocol between `bench` and the programs that it
//! measures, which docs/protocol.md describes for authors of subjects in any language.
//!
//! [`wire`] has the messages, and how they are read and written; `suite` (a feature) puts Criterion
//! benchmarks behind them, and `subject` (another) is what `bench` starts them with. The crate uses nothing else of this project, so that another project's suite
//! stays light.

pub mod answer;
#[cfg(feature = "subject")]
pub mod subject;
#[cfg(feature = "suite")]
pub mod suite;
pub mod wire;

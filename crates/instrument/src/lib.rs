//! What measures, the same for every subject: the protocol between `bench` and the programs that it
//! measures, which docs/protocol.md describes for authors of subjects in any language.
//!
//! [`wire`] has the messages, and how they are read and written. It uses nothing else of this
//! project, so that another project's suite stays light.

pub mod wire;

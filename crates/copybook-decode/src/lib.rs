//! Turns COBOL copybooks and the records they describe into JSON Lines.
//!
//! It leans towards refusing: a byte that a picture does not allow is an error that names record,
//! field and offset, never a guess.
//!
//! The way through, in order: [`schema`] reads the copybook and computes the layout, [`record`]
//! cuts the data into records, [`decode`] compiles the layout into a plan and runs it, [`stream`]
//! does so for files of any length on several threads.
//! Nothing here reads a clock, parses a command line or knows what a benchmark is.

pub mod codepage;
pub mod decode;
mod kernel;
pub mod record;
pub mod schema;
pub mod stream;

pub use decode::{DecodeOptions, Decoder};
pub use record::{FileFormat, Framing};
pub use schema::Schema;
pub use stream::{decode_blocks, decode_slice, decode_stream};

/// Version of this decoder, for receipts.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

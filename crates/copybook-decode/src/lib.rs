//! Turns COBOL copybooks and the records they describe into JSON Lines.
//!
//! It leans towards refusing: a byte that a picture does not allow is an error that names record,
//! field and offset, never a guess.
//!
//! The way through, in order: [`schema`] reads the copybook and computes the layout, [`record`]
//! cuts the data into records, `value` knows what the bytes of a field are worth, `program` compiles
//! the layout into steps, `kernel` runs them, [`decode`] puts this together, [`stream`] does so for
//! files of any length on several threads. Each knows only what stands before it.
//! Nothing here reads a clock, parses a command line or knows what a benchmark is.

pub mod codepage;
pub mod decode;
mod kernel;
mod program;
pub mod record;
pub mod schema;
pub mod stream;
mod value;

pub use decode::{DecodeOptions, Decoder};
pub use record::{FileFormat, Framing};
pub use schema::Schema;
pub use stream::{decode_blocks, decode_slice, decode_stream};

/// Version of this decoder, for receipts.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

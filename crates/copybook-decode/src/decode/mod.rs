//! The compiled plan and its execution.

mod binary;
mod charset;
mod decoder;
mod edited;
mod error;
mod float;
mod json;
mod leaf;
mod number;
mod options;
mod packed;
pub mod reader;
mod report;
mod text;
mod tree;
mod zoned;

pub use decoder::{Decoder, RecordLength};
pub(crate) use error::Fault;
pub use error::{DecodeError, PlanError};
pub use float::Float;
pub use leaf::Value;
pub use number::Decimal;
pub use options::{
    BinaryRange, Decimals, DecodeOptions, FloatFormat, Groups, KernelChoice, Names, OnError,
    PackedBlanks, RawBytes, Signs, Trim,
};
pub use report::Report;

//! The compiled plan and its execution.

mod binary;
pub(crate) mod charset;
mod compile;
mod decoder;
mod edited;
mod error;
mod external;
mod float;
pub(crate) mod json;
pub(crate) mod leaf;
mod national;
mod number;
mod options;
mod packed;
pub(crate) mod plan;
pub mod reader;
mod report;
mod select;
pub(crate) mod shape;
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
pub use select::Selection;

//! Records decoded: the kernel first, and the plain reader for what it suspects.

mod decoder;
mod error;
mod explain;
mod family;
mod id;
mod json;
mod measure;
mod names;
mod options;
pub mod reader;
mod report;
mod select;
#[cfg(test)]
mod tests;

pub use crate::kernel::choice::KernelChoice;
pub use crate::program::error::PlanError;
pub use crate::program::options::{
    Counts, Decimals, Fillers, Groups, LongRecords, Names, Renames, Tables,
};
pub use crate::value::Value;
pub use crate::value::float::Float;
pub use crate::value::number::Decimal;
pub use crate::value::options::{BinaryRange, FloatFormat, Signs, Trim};
pub use decoder::{Decoder, RecordLength};
pub use error::DecodeError;
pub use explain::{Part, PrintedBy};
pub(crate) use family::{Ancestor, Ancestors};
pub use measure::LengthField;
pub use options::{BlankNumbers, DecodeOptions, OnError, RawBytes, ShortRecords};
pub use report::Report;
pub use select::{SegmentParent, Selection, UnknownSegment};

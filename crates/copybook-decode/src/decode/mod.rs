//! The compiled plan and its execution.

mod options;

pub use options::{
    Decimals, DecodeOptions, FloatFormat, Groups, Names, OnError, PackedBlanks, RawBytes, Signs,
    Trim,
};

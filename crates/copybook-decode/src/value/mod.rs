//! What the bytes of a field are worth.
//!
//! One file a usage. Each says what its bytes may be and names the first that is not; none of them
//! knows where a field lies or how a value is printed in JSON.

pub(crate) mod binary;
pub(crate) mod charset;
pub(crate) mod edited;
pub(crate) mod external;
mod fault;
pub(crate) mod float;
mod mixed;
pub(crate) mod national;
pub(crate) mod number;
pub(crate) mod options;
pub(crate) mod packed;
pub(crate) mod text;
pub(crate) mod zoned;

pub(crate) use fault::Fault;
pub(crate) use float::Float;
pub(crate) use number::Decimal;
pub(crate) use options::{BinaryRange, FloatFormat, Signs, Trim, ValueOptions};

/// What an elementary field holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Text, trimmed as chosen.
    Text(&'a str),
    /// An exact number.
    Decimal(Decimal),
    /// A floating-point number.
    Float(Float),
    /// The field is invalid and the policy is to null it.
    Null,
}

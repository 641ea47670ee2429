//! One elementary field: what its bytes are worth.

use std::sync::Arc;

use crate::record::Endian;
use crate::schema::{Field, Kind};
use crate::value::binary::Binary;
use crate::value::charset::Charset;
use crate::value::edited::{self, Edited};
use crate::value::external::{self, ExternalFloat};
use crate::value::float;
use crate::value::national::NationalNumber;
use crate::value::number;
use crate::value::packed::{self, Packed};
use crate::value::text;
use crate::value::zoned::Zoned;
use crate::value::{Decimal, Fault, FloatFormat, Trim, Value, ValueOptions};

use super::PlanError;

/// How the bytes of an elementary field are read.
#[derive(Debug, Clone)]
pub(crate) enum Leaf {
    Text(Trim),
    /// What a record that ends early has of it.
    CutText(Trim),
    National(Trim),
    DoubleByte(Trim),
    /// Characters, if they are counted.
    Utf8(Option<usize>, Trim),
    Zoned(Zoned),
    Packed(Packed),
    Binary(Binary),
    /// With its bytes in the opposite order.
    LittleBinary(Binary),
    Float(FloatFormat),
    Edited(Edited),
    ExternalFloat(ExternalFloat),
    NationalNumber(Box<NationalNumber>),
    /// In another code page than the rest of the record.
    Paged(Arc<Charset>, Box<Leaf>),
}

impl Leaf {
    /// Compiles an elementary field; checks that its size fits its picture, so that no decoder has
    /// to.
    pub(crate) fn new(field: &Field, options: &ValueOptions) -> Result<Leaf, PlanError> {
        let bad = |problem: String| PlanError::Field {
            line: field.line(),
            field: field.name().to_owned(),
            problem,
            remedy: "correct the copybook",
        };
        let leaf = Leaf::of(field.kind(), options).map_err(bad)?;
        if leaf.fits(field.size()) {
            Ok(leaf)
        } else {
            Err(bad(format!(
                "its picture does not fit {} bytes",
                field.size()
            )))
        }
    }

    /// The same with a page of its own, if the page matters for its usage.
    pub(crate) fn with_page(self, charset: &Arc<Charset>) -> Leaf {
        match self {
            Leaf::Text(_)
            | Leaf::CutText(_)
            | Leaf::DoubleByte(_)
            | Leaf::Zoned(_)
            | Leaf::Edited(_)
            | Leaf::ExternalFloat(_) => Leaf::Paged(charset.clone(), Box::new(self)),
            other => other,
        }
    }

    fn of(kind: &Kind, options: &ValueOptions) -> Result<Leaf, String> {
        Ok(match kind {
            Kind::Text { .. } => Leaf::Text(options.trim),
            Kind::National => Leaf::National(options.trim),
            Kind::Dbcs => Leaf::DoubleByte(options.trim),
            Kind::Utf8 { chars } => Leaf::Utf8(*chars, options.trim),
            Kind::Zoned {
                number,
                sign,
                blank_when_zero,
            } => Leaf::Zoned(Zoned::new(*number, *sign, *blank_when_zero, options.signs)),
            Kind::Packed {
                number,
                signed,
                sign_nibble,
            } => Leaf::Packed(Packed::new(*number, *signed, *sign_nibble, options.signs)),
            Kind::Binary {
                number,
                signed,
                native,
                little,
            } => {
                let binary = Binary::new(*number, *signed, *native, options.binary_range);
                if *little || (*native && options.native_order == Endian::Little) {
                    Leaf::LittleBinary(binary)
                } else {
                    Leaf::Binary(binary)
                }
            }
            Kind::Float => Leaf::Float(options.floats),
            Kind::Edited {
                number,
                picture,
                blank_when_zero,
            } => Leaf::Edited(Edited::new(
                picture,
                number.scale,
                *blank_when_zero,
                options.signs,
            )?),
            Kind::ExternalFloat { picture } => {
                Leaf::ExternalFloat(ExternalFloat::new(picture, options.signs)?)
            }
            Kind::NationalNumber { display } => {
                Leaf::NationalNumber(Box::new(NationalNumber::new(display, options)?))
            }
            Kind::Group { .. } | Kind::Rename { .. } => {
                return Err("it has no bytes of its own".to_owned());
            }
        })
    }

    fn fits(&self, size: usize) -> bool {
        match self {
            Leaf::Text(_) | Leaf::CutText(_) => true,
            Leaf::Utf8(chars, _) => chars.is_none_or(|chars| chars.checked_mul(4) == Some(size)),
            Leaf::National(_) | Leaf::DoubleByte(_) => size.is_multiple_of(2),
            Leaf::Zoned(zoned) => zoned.fits(size),
            Leaf::Packed(packed) => {
                let digits = usize::from(packed.number.digits);
                let nibbles = digits + usize::from(packed.sign_nibble);
                (1..=38).contains(&digits) && size == nibbles.div_ceil(2)
            }
            Leaf::Binary(_) | Leaf::LittleBinary(_) => (1..=16).contains(&size),
            Leaf::Float(_) => size == 4 || size == 8,
            Leaf::Edited(edited) => edited.fits(size),
            Leaf::ExternalFloat(float) => size == float.size(),
            Leaf::NationalNumber(number) => number.fits(size),
            Leaf::Paged(_, leaf) => leaf.fits(size),
        }
    }

    /// Reads the field's bytes; text is put in `scratch`.
    pub(crate) fn decode<'a>(
        &self,
        charset: &Charset,
        bytes: &[u8],
        scratch: &'a mut String,
    ) -> Result<Value<'a>, Fault> {
        match self {
            Leaf::Text(trim) => {
                text::characters(charset, *trim, bytes, scratch)?;
                Ok(Value::Text(scratch))
            }
            Leaf::CutText(trim) => {
                text::cut_characters(charset, *trim, bytes, scratch)?;
                Ok(Value::Text(scratch))
            }
            Leaf::National(trim) => {
                text::national(*trim, bytes, scratch)?;
                Ok(Value::Text(scratch))
            }
            Leaf::DoubleByte(trim) => {
                text::double_byte(charset, *trim, bytes, scratch)?;
                Ok(Value::Text(scratch))
            }
            Leaf::Utf8(chars, trim) => {
                text::utf8(*chars, *trim, bytes, scratch)?;
                Ok(Value::Text(scratch))
            }
            Leaf::Zoned(zoned) => zoned.decode(charset, bytes).map(Value::Decimal),
            Leaf::Packed(packed) => packed.decode(bytes).map(Value::Decimal),
            Leaf::Binary(binary) => binary.decode(bytes).map(Value::Decimal),
            Leaf::LittleBinary(binary) => binary.decode_little(bytes).map(Value::Decimal),
            Leaf::Float(format) => float::decode(*format, bytes).map(Value::Float),
            Leaf::Edited(edited) => edited.decode(charset, bytes).map(Value::Decimal),
            Leaf::ExternalFloat(float) => float.decode(charset, bytes).map(Value::Decimal),
            Leaf::NationalNumber(number) => number.decode(bytes).map(Value::Decimal),
            Leaf::Paged(own, leaf) => leaf.decode(own, bytes, scratch),
        }
    }

    /// The zero of a number in characters or packed, if the bytes are only spaces or only zero
    /// bytes: in other numbers that is a value.
    pub(crate) fn blank(&self, charset: &Charset, bytes: &[u8]) -> Option<Decimal> {
        if let Leaf::Paged(own, leaf) = self {
            return leaf.blank(own, bytes);
        }
        let all = |blank: u8| bytes.iter().all(|&byte| byte == blank);
        let characters = all(charset.space) || all(0);
        let (blank, scale) = match self {
            Leaf::Zoned(zoned) => (characters, zoned.number.scale),
            // Without a sign nibble, X'40' is two digits like any other.
            Leaf::Packed(packed) => {
                let blank = packed.sign_nibble && packed::is_blank(bytes);
                (blank, packed.number.scale)
            }
            Leaf::Edited(edited) => (characters, edited.scale()),
            Leaf::ExternalFloat(_) => (characters, 0),
            Leaf::NationalNumber(number) => (number.is_blank(bytes), number.scale()),
            _ => (false, 0),
        };
        blank.then(|| Decimal::new(false, 0, scale))
    }

    /// Whether it is characters that can be cut off anywhere, and how many bytes of so many are
    /// whole characters.
    pub(crate) fn cut(&self, bytes: &[u8]) -> Option<usize> {
        match self {
            Leaf::Text(_) | Leaf::CutText(_) => Some(bytes.len()),
            Leaf::National(_) | Leaf::DoubleByte(_) => Some(bytes.len() & !1),
            Leaf::Utf8(..) => Some(match std::str::from_utf8(bytes) {
                // An invalid character is an error; one that is cut off is left out.
                Err(error) if error.error_len().is_none() => error.valid_up_to(),
                _ => bytes.len(),
            }),
            Leaf::Paged(_, leaf) => leaf.cut(bytes),
            _ => None,
        }
    }

    /// The same text, of however many characters.
    pub(crate) fn shortened(&self) -> Leaf {
        match self {
            Leaf::Utf8(_, trim) => Leaf::Utf8(None, *trim),
            Leaf::Text(trim) => Leaf::CutText(*trim),
            Leaf::Paged(charset, leaf) => Leaf::Paged(charset.clone(), Box::new(leaf.shortened())),
            leaf => leaf.clone(),
        }
    }

    /// Most bytes that the value can take in JSON, without quotes.
    pub(crate) fn max_output(&self, size: usize) -> usize {
        match self {
            // `\u0000`, or up to 4 bytes of UTF-8, a character; two characters for two bytes, or
            // their four digits.
            Leaf::Text(_)
            | Leaf::CutText(_)
            | Leaf::National(_)
            | Leaf::Utf8(..)
            | Leaf::DoubleByte(_) => 6 * size,
            Leaf::Zoned(zoned) => number::max_text(zoned.number),
            Leaf::Packed(packed) => number::max_text(packed.number),
            Leaf::Binary(binary) | Leaf::LittleBinary(binary) => number::max_text(binary.number),
            Leaf::Float(_) => float::MAX_TEXT,
            Leaf::Edited(_) => edited::MAX_TEXT,
            Leaf::ExternalFloat(_) => external::MAX_TEXT,
            Leaf::NationalNumber(number) => number.max_text(),
            Leaf::Paged(_, leaf) => leaf.max_output(size),
        }
    }

    /// Whether JSON quotes the value.
    pub(crate) fn quoted(&self, decimals_as_text: bool) -> bool {
        match self {
            Leaf::Text(_)
            | Leaf::CutText(_)
            | Leaf::National(_)
            | Leaf::DoubleByte(_)
            | Leaf::Utf8(..) => true,
            Leaf::Float(_) => false,
            Leaf::Paged(_, leaf) => leaf.quoted(decimals_as_text),
            _ => decimals_as_text,
        }
    }
}

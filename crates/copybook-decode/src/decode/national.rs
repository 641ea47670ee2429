//! Numbers with USAGE NATIONAL: the characters of the same number with USAGE DISPLAY, in UTF-16.
//!
//! Source: Enterprise COBOL Programming Guide, "Formats for numeric data" (national decimal,
//! national floating-point) and Language Reference, "NATIONAL phrase".

use crate::codepage::CodePage;
use crate::schema::Kind;

use super::charset::Charset;
use super::leaf::{Leaf, Value};
use super::{DecodeOptions, Fault};

/// A number in UTF-16, big endian.
#[derive(Debug, Clone)]
pub(crate) struct NationalNumber {
    /// What it is with USAGE DISPLAY, one byte a character.
    display: Leaf,
    /// Latin-1: those bytes are the lower halves of the code units.
    charset: Charset,
}

impl NationalNumber {
    pub(crate) fn new(display: &Kind, options: &DecodeOptions) -> Result<NationalNumber, String> {
        Ok(NationalNumber {
            display: Leaf::of(display, options)?,
            charset: Charset::new(&CodePage::Latin1, options.signs),
        })
    }

    pub(crate) fn fits(&self, size: usize) -> bool {
        size.is_multiple_of(2) && size <= 512 && self.display.fits(size / 2)
    }

    pub(crate) fn max_output(&self, size: usize) -> usize {
        self.display.max_output(size / 2)
    }

    pub(crate) fn decode<'a>(
        &self,
        bytes: &[u8],
        scratch: &'a mut String,
    ) -> Result<Value<'a>, Fault> {
        let mut narrow = [0; 256];
        let units = bytes.as_chunks::<2>().0;
        for (at, (byte, unit)) in narrow.iter_mut().zip(units).enumerate() {
            if unit[0] != 0 {
                return Err(Fault::new(
                    2 * at,
                    2,
                    "a character of a number in UTF-16",
                    REMEDY,
                ));
            }
            *byte = unit[1];
        }
        let narrow = &narrow[..units.len().min(256)];
        let decoded = self.display.decode(&self.charset, narrow, scratch);
        decoded.map_err(|fault| Fault {
            at: 2 * fault.at,
            len: 2 * fault.len,
            expected: format!("{} in UTF-16", fault.expected).into(),
            remedy: REMEDY,
        })
    }
}

const REMEDY: &str = "check the field's offset and length";

//! Numbers with USAGE NATIONAL: the characters of the same number with USAGE DISPLAY, in UTF-16.
//!
//! Source: Enterprise COBOL Programming Guide, "Formats for numeric data" (national decimal,
//! national floating-point) and Language Reference, "NATIONAL phrase".

use crate::codepage::CodePage;
use crate::schema::Kind;

use super::charset::Charset;
use super::edited::{self, Edited};
use super::external::{self, ExternalFloat};
use super::number::{self, Decimal};
use super::zoned::Zoned;
use super::{Fault, ValueOptions};

/// A number in UTF-16, big endian.
#[derive(Debug, Clone)]
pub(crate) struct NationalNumber {
    display: Display,
    /// Latin-1: those bytes are the lower halves of the code units.
    charset: Charset,
}

/// What the number is with USAGE DISPLAY, one byte a character.
#[derive(Debug, Clone)]
enum Display {
    Zoned(Zoned),
    Edited(Edited),
    ExternalFloat(ExternalFloat),
}

impl NationalNumber {
    pub(crate) fn new(display: &Kind, options: &ValueOptions) -> Result<NationalNumber, String> {
        Ok(NationalNumber {
            display: Display::new(display, options)?,
            charset: Charset::new(&CodePage::Latin1, options.signs),
        })
    }

    pub(crate) fn fits(&self, size: usize) -> bool {
        let chars = size / 2;
        size.is_multiple_of(2)
            && size <= 512
            && match &self.display {
                Display::Zoned(zoned) => zoned.fits(chars),
                Display::Edited(edited) => edited.fits(chars),
                Display::ExternalFloat(float) => chars == float.size(),
            }
    }

    /// Only spaces or only zero bytes.
    pub(crate) fn is_blank(&self, bytes: &[u8]) -> bool {
        let units = bytes.as_chunks::<2>().0;
        units.iter().all(|unit| *unit == [0, b' ']) || bytes.iter().all(|&byte| byte == 0)
    }

    pub(crate) fn scale(&self) -> i8 {
        match &self.display {
            Display::Zoned(zoned) => zoned.number.scale,
            Display::Edited(edited) => edited.scale(),
            Display::ExternalFloat(_) => 0,
        }
    }

    /// Most bytes that the value takes as text.
    pub(crate) fn max_text(&self) -> usize {
        match &self.display {
            Display::Zoned(zoned) => number::max_text(zoned.number),
            Display::Edited(_) => edited::MAX_TEXT,
            Display::ExternalFloat(_) => external::MAX_TEXT,
        }
    }

    pub(crate) fn decode(&self, bytes: &[u8]) -> Result<Decimal, Fault> {
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
        let decoded = match &self.display {
            Display::Zoned(zoned) => zoned.decode(&self.charset, narrow),
            Display::Edited(edited) => edited.decode(&self.charset, narrow),
            Display::ExternalFloat(float) => float.decode(&self.charset, narrow),
        };
        decoded.map_err(|fault| Fault {
            at: 2 * fault.at,
            len: 2 * fault.len,
            expected: format!("{} in UTF-16", fault.expected).into(),
            remedy: REMEDY,
        })
    }
}

impl Display {
    fn new(kind: &Kind, options: &ValueOptions) -> Result<Display, String> {
        match kind {
            Kind::Zoned {
                number,
                sign,
                blank_when_zero,
            } => {
                let zoned = Zoned::new(*number, *sign, *blank_when_zero, options.signs);
                Ok(Display::Zoned(zoned))
            }
            Kind::Edited {
                number,
                picture,
                blank_when_zero,
            } => Edited::new(picture, number.scale, *blank_when_zero, options.signs)
                .map(Display::Edited),
            Kind::ExternalFloat { picture } => {
                ExternalFloat::new(picture, options.signs).map(Display::ExternalFloat)
            }
            _ => Err("no number of USAGE DISPLAY".to_owned()),
        }
    }
}

const REMEDY: &str = "check the field's offset and length";

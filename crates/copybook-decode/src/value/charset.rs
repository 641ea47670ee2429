//! A code page, prepared for decoding: what each byte prints as, what it means as a sign.

use std::sync::Arc;

use crate::codepage::{CodePage, DoubleBytes};

use super::{Fault, Signs};

/// Mark of a byte in [`Charset::plain`] that is not printed as itself.
pub(crate) const SPECIAL: u8 = 0x80;

/// Bits of an entry of [`Charset::overpunch`]: the digit is in the low four.
pub(crate) const NEGATIVE: u8 = 0x10;
/// Not a sign.
pub(crate) const INVALID: u8 = 0x80;

/// What a decoder asks of a code page, answered by table.
#[derive(Debug, Clone)]
pub(crate) struct Charset {
    /// The character of each byte, if it has one.
    pub chars: [Option<char>; 256],
    /// The byte itself in ASCII where JSON prints it as one unescaped byte, else [`SPECIAL`].
    pub plain: [u8; 256],
    /// The byte that a space is.
    pub space: u8,
    /// Zone of a digit, in the high nibble: X'F0' in EBCDIC, X'30' in ASCII.
    pub zone: u8,
    /// The byte that prints as a space, if there is one only.
    pub only_space: Option<u8>,
    /// Byte of `+`.
    pub plus: u8,
    /// Byte of `-`.
    pub minus: u8,
    /// Digit and sign of an overpunched byte, for the chosen strictness.
    pub overpunch: [u8; 256],
    /// The same for a sign of its own, without a digit.
    pub separate: [u8; 256],
    /// The same as `overpunch` for an item without a sign, which stays positive whatever sign code
    /// it has.
    pub unsigned: [u8; 256],
    /// Characters of two bytes, if the page has any.
    pub double: Option<Arc<DoubleBytes>>,
    strict: bool,
}

impl Charset {
    pub(crate) fn new(page: &CodePage, signs: Signs) -> Charset {
        let chars = *page.chars();
        let plain = chars.map(|character| match character {
            Some(found @ ' '..='~') if found != '"' && found != '\\' => found as u8,
            _ => SPECIAL,
        });
        let ebcdic = chars[0xF0] == Some('0');
        let byte_of = |character: char, otherwise: u8| page.byte(character).unwrap_or(otherwise);
        let plus = byte_of('+', if ebcdic { 0x4E } else { 0x2B });
        let minus = byte_of('-', if ebcdic { 0x60 } else { 0x2D });
        let mut separate = [INVALID; 256];
        separate[usize::from(plus)] = 0;
        separate[usize::from(minus)] = NEGATIVE;
        let overpunch = if ebcdic {
            ebcdic_signs(signs)
        } else {
            ascii_signs(signs)
        };
        let mut spaces = (0..=u8::MAX).filter(|&byte| plain[usize::from(byte)] == b' ');
        Charset {
            only_space: spaces.next().filter(|_| spaces.next().is_none()),
            space: byte_of(' ', if ebcdic { 0x40 } else { 0x20 }),
            plus,
            minus,
            separate,
            zone: if ebcdic { 0xF0 } else { 0x30 },
            overpunch,
            unsigned: overpunch.map(|entry| entry & !NEGATIVE),
            double: page.double_bytes().cloned(),
            strict: signs == Signs::Strict,
            chars,
            plain,
        }
    }

    /// The digit that a byte without sign stands for.
    pub(crate) fn digit(&self, byte: u8) -> Option<u8> {
        let digit = byte.wrapping_sub(self.zone);
        (digit <= 9).then_some(digit)
    }

    /// Whether lenient signs would accept a byte as a digit with its sign, and strict ones do not.
    pub(crate) fn lenient_helps(&self, byte: u8) -> bool {
        let lenient = if self.zone == 0xF0 {
            ebcdic_signs(Signs::Lenient)
        } else {
            ascii_signs(Signs::Lenient)
        };
        self.strict && lenient[usize::from(byte)] & INVALID == 0
    }

    /// What a digit must look like, for errors.
    pub(crate) fn digit_range(&self) -> &'static str {
        if self.zone == 0xF0 {
            "a digit X'F0' to X'F9'"
        } else {
            "a digit X'30' to X'39'"
        }
    }

    /// Appends the text of `bytes`.
    pub(crate) fn text(&self, bytes: &[u8], out: &mut String) -> Result<(), Fault> {
        out.reserve(bytes.len());
        for (at, &byte) in bytes.iter().enumerate() {
            match self.chars[usize::from(byte)] {
                Some(character) => out.push(character),
                None => return Err(unassigned(at, 1)),
            }
        }
        Ok(())
    }
}

/// Bytes that the page assigns no character.
pub(super) fn unassigned(at: usize, len: usize) -> Fault {
    Fault::new(
        at,
        len,
        "a character of the code page",
        "check the field's offset in the copybook, or give the code page with --code-page",
    )
}

/// EBCDIC: the sign is in the zone of the byte. C and D are what compilers write; A, B, E and F
/// are what z/Architecture's decimal instructions accept besides (Principles of Operation,
/// chapter 8, "Decimal-Number Formats": A, C, E, F plus; B, D minus).
fn ebcdic_signs(signs: Signs) -> [u8; 256] {
    let mut table = [INVALID; 256];
    for zone in 0xA..=0xF_u8 {
        let preferred = matches!(zone, 0xC | 0xD);
        if preferred || signs == Signs::Lenient {
            let minus = if matches!(zone, 0xB | 0xD) {
                NEGATIVE
            } else {
                0
            };
            for digit in 0..10 {
                table[usize::from(zone << 4 | digit)] = digit | minus;
            }
        }
    }
    table
}

/// ASCII: the EBCDIC characters carried over (`{ABCDEFGHI` plus, `}JKLMNOPQR` minus), as files
/// converted from a mainframe have them. Lenient adds the convention of Micro Focus and GnuCOBOL:
/// plain digits plus, `p` to `y` minus.
fn ascii_signs(signs: Signs) -> [u8; 256] {
    let mut table = [INVALID; 256];
    let mut set = |characters: &[u8; 10], minus: u8| {
        for (digit, &character) in (0u8..).zip(characters) {
            table[usize::from(character)] = digit | minus;
        }
    };
    set(b"{ABCDEFGHI", 0);
    set(b"}JKLMNOPQR", NEGATIVE);
    if signs == Signs::Lenient {
        set(b"0123456789", 0);
        set(b"pqrstuvwxy", NEGATIVE);
    }
    table
}

//! Text of a page that has characters of two bytes.
//!
//! EBCDIC puts shift-out X'0E' before such characters and shift-in X'0F' behind them (Enterprise
//! COBOL Language Reference, "Character sets", and Programming Guide, "Storing DBCS literals": in
//! pairs, and closed within a field). PIC G has only such characters, and no shifts.

use crate::codepage::{DoubleBytes, Switch};

use super::Fault;
use super::charset::{Charset, unassigned};

const SHIFT_OUT: u8 = 0x0E;
const SHIFT_IN: u8 = 0x0F;

/// Whether a field may end within characters of two bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// No: shift-in has to come before.
    Closed,
    /// Its record was cut off: half a character is left out.
    Cut,
}

/// Decodes characters of one and of two bytes.
pub(super) fn text(
    charset: &Charset,
    double: &DoubleBytes,
    end: End,
    bytes: &[u8],
    out: &mut String,
) -> Result<(), Fault> {
    match double.switch() {
        Switch::Shifts => shifted(charset, double, end, bytes, out),
        Switch::Lead => led(charset, double, end, bytes, out),
    }
}

/// Decodes nothing but characters of two bytes, of which there is a whole number.
pub(super) fn pairs(double: &DoubleBytes, bytes: &[u8], out: &mut String) -> Result<(), Fault> {
    for (index, pair) in bytes.as_chunks::<2>().0.iter().enumerate() {
        if !double.append(*pair, out) {
            return Err(unassigned(2 * index, 2));
        }
    }
    Ok(())
}

fn shifted(
    charset: &Charset,
    double: &DoubleBytes,
    end: End,
    bytes: &[u8],
    out: &mut String,
) -> Result<(), Fault> {
    // Where shift-out stands, between it and shift-in.
    let mut out_at = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match (out_at, byte) {
            (None, SHIFT_OUT) => out_at = Some(at),
            (Some(_), SHIFT_IN) => out_at = None,
            (None, SHIFT_IN) => {
                return Err(bad_shift(at, 1, "shift-out X'0E' before shift-in X'0F'"));
            }
            (Some(_), SHIFT_OUT) => {
                return Err(bad_shift(
                    at,
                    1,
                    "shift-in X'0F' before the next shift-out X'0E'",
                ));
            }
            (None, byte) => match charset.chars[usize::from(byte)] {
                Some(character) => out.push(character),
                None => return Err(unassigned(at, 1)),
            },
            (Some(_), first) => {
                match bytes.get(at + 1) {
                    Some(&SHIFT_IN) => {
                        let expected = "two bytes a character between shift-out and shift-in";
                        return Err(bad_shift(at, 2, expected));
                    }
                    Some(&second) if double.append([first, second], out) => {}
                    Some(_) => return Err(unassigned(at, 2)),
                    // Without shift-in, as is said below.
                    None => {}
                }
                at += 1;
            }
        }
        at += 1;
    }
    match out_at {
        Some(at) if end == End::Closed => Err(bad_shift(
            at,
            bytes.len() - at,
            "shift-in X'0F' before the end of the field",
        )),
        _ => Ok(()),
    }
}

fn led(
    charset: &Charset,
    double: &DoubleBytes,
    end: End,
    bytes: &[u8],
    out: &mut String,
) -> Result<(), Fault> {
    let mut at = 0;
    while let Some(&first) = bytes.get(at) {
        at += 1;
        if let Some(character) = charset.chars[usize::from(first)] {
            out.push(character);
            continue;
        }
        if !double.leads(first) {
            return Err(unassigned(at - 1, 1));
        }
        match bytes.get(at) {
            Some(&second) if double.append([first, second], out) => at += 1,
            None if end == End::Cut => {}
            second => return Err(unassigned(at - 1, 1 + usize::from(second.is_some()))),
        }
    }
    Ok(())
}

fn bad_shift(at: usize, len: usize, expected: &'static str) -> Fault {
    Fault::new(
        at,
        len,
        expected,
        "check the field's offset and length, or give another code page with --code-page",
    )
}

//! An answer that was found right: what a subject says of it before anything is timed.

use sha2::{Digest as _, Sha256};

use crate::wire::Against;

/// The facts of an output that was compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What it was compared with.
    pub against: Against,
    /// Records decoded.
    pub records: u64,
    /// Bytes of the whole output.
    pub output_bytes: u64,
    /// SHA-256 of the whole output, lower-case hexadecimal digits.
    pub output_sha256: String,
}

/// An output that is not what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "wrong answer at byte {offset} of the output: expected `{expected}`, found `{found}`; nothing was timed"
)]
pub struct Mismatch {
    /// Offset of the first byte that differs.
    pub offset: usize,
    /// What should stand there.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

impl Answer {
    /// Of an output that was compared already.
    #[must_use]
    pub fn of(against: Against, records: u64, output: &[u8]) -> Self {
        Answer {
            against,
            records,
            output_bytes: output.len() as u64,
            output_sha256: sha256(output),
        }
    }

    /// Of an output that has to be `expected`, which comes from the values that were encoded, never
    /// from the code under test.
    ///
    /// # Errors
    ///
    /// Where they differ first.
    pub fn expect(records: u64, expected: &[u8], output: &[u8]) -> Result<Self, Mismatch> {
        if expected == output {
            return Ok(Self::of(Against::Values, records, output));
        }
        let same = expected.iter().zip(output).take_while(|(e, f)| e == f);
        let offset = same.count();
        Err(Mismatch {
            offset,
            expected: shown(expected, offset),
            found: shown(output, offset),
        })
    }
}

/// SHA-256 in lower-case hexadecimal digits.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn shown(bytes: &[u8], offset: usize) -> String {
    const MOST: usize = 40;
    match &bytes[offset..] {
        [] => "the end".to_owned(),
        rest => String::from_utf8_lossy(&rest[..rest.len().min(MOST)]).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_output_has_its_digest() {
        let answer = Answer::expect(1, b"abc", b"abc").expect("it is right");
        assert_eq!((answer.records, answer.output_bytes), (1, 3));
        // FIPS 180-4, example "abc".
        let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(answer.output_sha256, digest);
    }

    #[test]
    fn the_first_difference_is_shown() {
        let error = |expected: &[u8], output: &[u8]| {
            let wrong = Answer::expect(1, expected, output);
            wrong.expect_err("it is wrong").to_string()
        };
        let text = error(b"00ff7f", b"00fe7f");
        assert!(
            text.contains("byte 3 of the output: expected `f7f`, found `e7f`"),
            "{text}"
        );
        assert!(error(b"00ff", b"00").contains("expected `ff`, found `the end`"));
        assert!(error(b"", b"0").contains("expected `the end`, found `0`"));
    }
}

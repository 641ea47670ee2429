//! Everything a receipt says, checked against its own primary data.
//!
//! docs/receipt.md states the rules; scripts/verify_receipt.py checks the same ones, written from
//! that page and not from this code. Equality of numbers means equality of bits.

mod benchmarks;
mod environment;
mod outcome;
mod raw;

use std::fmt;

use serde::Serialize;

use crate::model::{Receipt, SCHEMA_VERSION};

/// One thing that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where, as `jq` would ask for it, e.g. `.benchmarks[0].mean_ns`.
    pub path: String,
    /// What is demanded, or follows from the rest of the receipt.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{}: expected {}, found {}",
            self.path, self.expected, self.found
        )
    }
}

/// Checks `receipt`, which was read from the text `raw`: form, integrity, every derived number,
/// and whether its parts fit together.
///
/// # Errors
/// Every problem found, not only the first.
pub fn verify(receipt: &Receipt, raw: &str) -> Result<(), Vec<Problem>> {
    let mut problems = Problems::default();
    raw::check(receipt, raw, &mut problems);
    check_head(receipt, &mut problems);
    benchmarks::check(receipt, &mut problems);
    outcome::check(receipt, &mut problems);
    environment::check(receipt, &mut problems);
    if problems.0.is_empty() {
        Ok(())
    } else {
        Err(problems.0)
    }
}

/// Collects what is wrong.
#[derive(Default)]
struct Problems(Vec<Problem>);

impl Problems {
    fn add(
        &mut self,
        path: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) {
        self.0.push(Problem {
            path: path.into(),
            expected: expected.into(),
            found: found.into(),
        });
    }

    /// A value that must be as computed.
    fn same<T: Bits>(&mut self, path: impl Into<String>, expected: T, found: T) {
        if !expected.same(&found) {
            self.add(path, shown(&expected), shown(&found));
        }
    }

    /// A value that must satisfy something.
    fn require(
        &mut self,
        holds: bool,
        path: impl Into<String>,
        expected: &str,
        found: impl Serialize,
    ) {
        if !holds {
            self.add(path, expected, shown(&found));
        }
    }

    fn text(&mut self, path: impl Into<String>, found: &str) {
        self.require(
            !found.trim().is_empty(),
            path,
            "a text that is not empty",
            found,
        );
    }

    fn sha256(&mut self, path: impl Into<String>, found: &str) {
        self.require(is_sha256(found), path, "64 lower-case hex digits", found);
    }
}

/// As it stands, or would stand, in the file; our values always have such a form.
fn shown(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| error.to_string())
}

/// Equality that tells 0.0 from -0.0 and knows no tolerance.
trait Bits: Serialize {
    fn same(&self, other: &Self) -> bool;
}

impl Bits for f64 {
    fn same(&self, other: &Self) -> bool {
        self.to_bits() == other.to_bits()
    }
}

impl Bits for Option<f64> {
    fn same(&self, other: &Self) -> bool {
        self.map(f64::to_bits) == other.map(f64::to_bits)
    }
}

impl Bits for crate::Verdict {
    fn same(&self, other: &Self) -> bool {
        self == other
    }
}

impl Bits for usize {
    fn same(&self, other: &Self) -> bool {
        self == other
    }
}

impl Bits for &str {
    fn same(&self, other: &Self) -> bool {
        self == other
    }
}

fn check_head(receipt: &Receipt, problems: &mut Problems) {
    problems.same(
        ".schema_version",
        SCHEMA_VERSION as usize,
        receipt.schema_version as usize,
    );
    problems.require(
        is_utc(&receipt.timestamp),
        ".timestamp",
        "a date and time as 2026-01-31T23:59:59Z",
        &receipt.timestamp,
    );
    if let Some(commit) = &receipt.commit {
        let revision = commit.strip_suffix("-dirty").unwrap_or(commit);
        let fits = (7..=64).contains(&revision.len()) && is_hex(revision);
        problems.require(
            fits,
            ".commit",
            "7 to 64 lower-case hex digits, perhaps -dirty",
            commit,
        );
    }
    problems.text(".toolchain", &receipt.toolchain);
    problems.text(".subject.name", &receipt.subject.name);
    problems.text(".subject.version", &receipt.subject.version);
    let program = receipt.command.first().map_or("", String::as_str);
    problems.text(".command[0]", program);
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && is_hex(text)
}

/// RFC 3339 in UTC with `Z`, years 2000 to 2999, a fraction of one to nine digits or none, no leap
/// second.
fn is_utc(text: &str) -> bool {
    let shape = |(at, c): (usize, u8)| match at {
        0 => c == b'2',
        4 | 7 => c == b'-',
        10 => c == b'T',
        13 | 16 => c == b':',
        _ => c.is_ascii_digit(),
    };
    let Some((whole, fraction)) = text
        .strip_suffix('Z')
        .filter(|_| text.is_ascii())
        .and_then(|text| text.split_at_checked(19))
    else {
        return false;
    };
    let fraction_fits = fraction.is_empty()
        || fraction.strip_prefix('.').is_some_and(|digits| {
            (1..=9).contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_digit())
        });
    fraction_fits && whole.bytes().enumerate().all(shape) && on_the_calendar(whole)
}

/// `whole` has the shape `YYYY-MM-DDTHH:MM:SS`.
fn on_the_calendar(whole: &str) -> bool {
    let number = |at: std::ops::Range<usize>| whole[at].parse::<u32>().unwrap_or(u32::MAX);
    let (year, month) = (number(0..4), number(5..7));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&number(8..10))
        && number(11..13) < 24
        && number(14..16) < 60
        && number(17..19) < 60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_utc_to_the_letter() {
        for good in [
            "2026-11-23T20:26:55Z",
            "2024-02-29T23:59:59.123456789Z",
            "2000-02-29T00:00:00.0Z",
        ] {
            assert!(is_utc(good), "{good}");
        }
        for bad in [
            "",
            "Z",
            "2026-11-23T20:26:55",
            "2026-11-23T20:26:55+00:00",
            "2026-11-23 20:26:55Z",
            "2026-11-23t20:26:55Z",
            "2026-02-29T00:00:00Z",
            "2100-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:60Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00.1234567890Z",
            "1999-01-01T00:00:00Z",
            "2026-01-01T00:00:00é",
            "2026-01-01T00:00:0éZ",
            "+026-01-01T00:00:00Z",
        ] {
            assert!(!is_utc(bad), "{bad}");
        }
    }
}

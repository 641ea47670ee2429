//! Everything a receipt says, checked against its own primary data.
//!
//! docs/receipt.md states the rules; scripts/verify_receipt.py checks the same ones, written from
//! that page and not from this code. Equality of numbers means equality of bits.

mod benchmarks;
mod class;
mod contradictions;
mod environment;
mod outcome;
mod raw;
mod relative;
mod version;

use std::fmt;

use serde::Serialize;

use crate::model::{Receipt, SCHEMA_VERSION};
use crate::{shape, words};

pub use class::Class;

/// One thing that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where, as `jq` would ask for it, e.g. `.benchmarks[0].mean_ns`.
    pub path: String,
    /// What is demanded, or follows from the rest of the receipt.
    pub expected: String,
    /// What stands there.
    pub found: String,
    /// Its name, where the receipt contradicts itself.
    pub class: Option<Class>,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            expected,
            found,
            class,
        } = self;
        let text = format!("{path}: expected {expected}, found {found}");
        out.write_str(&words::printable(&text))?;
        match class {
            Some(class) => write!(out, " ({class})"),
            None => Ok(()),
        }
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
    relative::check(receipt, &mut problems);
    environment::check(receipt, &mut problems);
    version::check(receipt, &mut problems);
    contradictions::check(receipt, &mut problems);
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
            class: None,
        });
    }

    /// A contradiction where something does not hold.
    fn contradiction(
        &mut self,
        class: Class,
        holds: bool,
        path: impl Into<String>,
        expected: &str,
        found: impl Serialize,
    ) {
        if !holds {
            self.0.push(Problem {
                path: path.into(),
                expected: expected.to_owned(),
                found: shown(&found),
                class: Some(class),
            });
        }
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
            !words::is_blank(found),
            path,
            "a text that is not empty",
            found,
        );
    }

    /// A list of texts that is not empty where it is there.
    fn texts(&mut self, path: &str, found: Option<&[String]>) {
        let Some(found) = found else { return };
        self.require(!found.is_empty(), path, "at least one text, or null", 0);
        for (index, text) in found.iter().enumerate() {
            self.text(format!("{path}[{index}]"), text);
        }
    }

    fn sha256(&mut self, path: impl Into<String>, found: &str) {
        self.require(
            shape::is_sha256(found),
            path,
            "64 lower-case hex digits",
            found,
        );
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

impl Bits for crate::slo::baseline::Standing {
    fn same(&self, other: &Self) -> bool {
        self == other
    }
}

impl Bits for crate::Verdict {
    fn same(&self, other: &Self) -> bool {
        self == other
    }
}

impl<T: Serialize + Eq> Bits for &T {
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
    problems.require(
        (1..=SCHEMA_VERSION).contains(&receipt.schema_version),
        ".schema_version",
        &format!("1 to {SCHEMA_VERSION}"),
        receipt.schema_version,
    );
    problems.require(
        shape::is_utc(&receipt.timestamp),
        ".timestamp",
        "a date and time as 2026-01-31T23:59:59Z",
        &receipt.timestamp,
    );
    if let Some(commit) = &receipt.commit {
        problems.require(
            shape::is_revision(commit),
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

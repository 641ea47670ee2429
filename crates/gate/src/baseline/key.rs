//! Where a baseline lies in its folder: by all that must be equal for a comparison.

use std::fmt;

use receipt::seal;

use super::{Baseline, Benchmark};
use crate::compare::{Measured, Run};

/// Hexadecimal digits of a hash in a name: with 48 bits two keys of a folder never meet by chance.
const DIGITS: usize = 12;
/// The most of a name that is there for people.
const WORDS: usize = 48;

/// `<machine>/<benchmark set>.json`, each readable words and the beginning of a hash.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Folder: machine and container.
    pub machine: String,
    /// File without its ending: subject, flags, and each benchmark with workload, check and kernels.
    pub set: String,
}

impl Place {
    /// Where the baseline of a run lies.
    #[must_use]
    pub fn of(run: &Run) -> Self {
        let all = run.benchmarks.iter();
        let all = all.map(|one| (one.name.as_str(), fact(one, kernels(one, run).as_deref())));
        place(
            [&run.machine, &run.container],
            &run.subject,
            run.flags.as_deref(),
            all.collect(),
        )
    }
}

impl Baseline {
    /// Where it belongs.
    #[must_use]
    pub fn place(&self) -> Place {
        let runs = self.benchmarks.iter().map(|one| {
            let measured = Measured {
                name: one.name.clone(),
                bytes: one.bytes,
                verified: one.verified.clone(),
                kernels: one.kernels.clone(),
                lows_ns: Vec::new(),
            };
            (one.name.as_str(), fact(&measured, one.kernels.as_deref()))
        });
        place(
            [&self.machine, &self.container],
            &self.subject,
            self.flags.as_deref(),
            runs.collect(),
        )
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}.json", self.machine, self.set)
    }
}

/// Kernels of a benchmark; a receipt of version 1 has them for all benchmarks together.
pub(super) fn kernels(one: &Measured, run: &Run) -> Option<Vec<String>> {
    one.kernels.clone().or_else(|| run.kernels.clone())
}

/// Every kernel once, in order of appearance, as a receipt has them for all benchmarks together.
pub(super) fn all_kernels(benchmarks: &[Benchmark]) -> Option<Vec<String>> {
    let mut all: Option<Vec<String>> = None;
    for kernel in benchmarks
        .iter()
        .filter_map(|one| one.kernels.as_ref())
        .flatten()
    {
        let all = all.get_or_insert_default();
        if !all.contains(kernel) {
            all.push(kernel.clone());
        }
    }
    all
}

fn fact(one: &Measured, kernels: Option<&[String]>) -> String {
    let verified = &one.verified;
    format!(
        "{}\n{}\n{}\n{}\n{:?}\n{}",
        one.name,
        one.bytes,
        verified.records,
        verified.output_sha256,
        verified.against,
        kernels.map_or_else(|| "none".to_owned(), |all| all.join(",")),
    )
}

fn place(
    machine: [&str; 2],
    subject: &str,
    flags: Option<&str>,
    mut benchmarks: Vec<(&str, String)>,
) -> Place {
    benchmarks.sort();
    let mut groups: Vec<&str> = benchmarks
        .iter()
        .map(|(name, _)| name.split('/').next().unwrap_or(name))
        .collect();
    groups.dedup();
    let facts: Vec<&str> = benchmarks.iter().map(|(_, fact)| fact.as_str()).collect();
    let set = [&[subject, flags.unwrap_or("unknown flags")], &facts[..]].concat();
    Place {
        machine: name(machine[0], &machine),
        set: name(&groups.join("-"), &set),
    }
}

/// Words that any file system takes, and the beginning of the hash of all parts.
fn name(words: &str, parts: &[&str]) -> String {
    let mut slug = String::new();
    for c in words.chars() {
        match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() || c == '_' => slug.push(c),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
        if slug.len() >= WORDS {
            break;
        }
    }
    // A length before each part: no two lists of parts are one text.
    let whole: Vec<String> = parts
        .iter()
        .map(|part| format!("{}:{part}", part.len()))
        .collect();
    let hash = seal::hex(whole.concat().as_bytes());
    format!("{}-{}", slug.trim_end_matches('-'), &hash[..DIGITS])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_every_file_system_and_tell_parts_apart() {
        let one = name("2 x AMD EPYC (x86_64, virtual)", &["a", "bc"]);
        assert!(one.starts_with("2-x-amd-epyc-x86_64-virtual-"), "{one}");
        assert_ne!(name("m", &["a", "bc"]), name("m", &["ab", "c"]));
        let odd = name("../../\u{202e}é\n", &["x"]);
        assert!(
            odd.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'),
            "{odd}"
        );
        assert!(name(&"long ".repeat(99), &[]).len() <= WORDS + DIGITS + 1);
    }
}

//! Tables of rates, and of how many times as fast one is as another: measured launch by launch, since
//! the launches of one run take turns.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use receipt::Receipt;
use receipt::model::Benchmark;
use receipt::stats::relative;
use receipt::table::markdown;

use super::{TableError, beside, sources};
use crate::number;

/// Every whole run against its objectives.
pub(super) fn objectives(results: &Path) -> Result<String, TableError> {
    let sources = sources(results, "")?;
    let receipts = sources
        .iter()
        .map(|source| Ok((source.link.as_str(), Receipt::load(&source.path)?)))
        .collect::<Result<Vec<_>, TableError>>()?;
    Ok(
        markdown(receipts.iter().map(|(link, receipt)| (*link, receipt)))
            + "\nMean and 95 % interval. Each receipt records its own command; \
           `bench tables` made every table on this page from the receipts. "
            + &built(results, "")?,
    )
}

/// By kind of record: our decoder beside others.
pub(super) fn peers(results: &Path) -> Result<String, TableError> {
    const OURS: &str = "-copybook-decode";
    let mut out = String::from(
        "| records | copybook-decode, MiB/s | of the speed of copying its output | times copybook-codec | times gnucobol | without vectors, times copybook-codec |\n\
         |---|---|---|---|---|---|\n",
    );
    for source in sources(results, "workloads")? {
        let Some(run) = source.stem.strip_suffix(OURS) else {
            continue;
        };
        let ours = Receipt::load(&source.path)?;
        let of = |subject: &str| beside(&source.path, &format!("{run}-{subject}"));
        let (codec, cobol) = (of("copybook-codec")?, of("gnucobol")?);
        let scalar = of("copybook-decode-scalar")?;
        let copy = of("copy-of-output")?;
        let times = |one: Option<&Receipt>, other: Option<&Receipt>| match (one, other) {
            (Some(one), Some(other)) => between(one, other, &source.link).map(Some),
            _ => Ok(None),
        };
        let name = &first(&ours)?.name;
        let lacks = || TableError::lacks(&source.link, "a name with a group");
        let (_, name) = name.split_once('/').ok_or_else(lacks)?;
        let _ = writeln!(
            out,
            "| [{name}]({}) | {:.0} | {} | {} | {} | {} |",
            source.link,
            first(&ours)?.mean_mibps,
            cell(times(Some(&ours), copy.as_ref())?, |times| times.percent()),
            cell(times(Some(&ours), codec.as_ref())?, |times| times.text(0)),
            cell(times(Some(&ours), cobol.as_ref())?, |times| times.text(0)),
            cell(times(scalar.as_ref(), codec.as_ref())?, |times| times
                .text(0)),
        );
    }
    out += "\nMean rates, and how many times as fast, with its 95 % interval: the launches take turns, and \
            each gives the ratio of two 10th percentiles. A dash: that decoder left no receipt, because its values \
            were wrong, because it can't decode these records, or because it took no part. \
            Measured by `scripts/peers.sh compare FOLDER`. ";
    Ok(out + &built(results, "workloads")?)
}

/// One thread beside two.
pub(super) fn threads(results: &Path) -> Result<String, TableError> {
    let mut out = String::from(
        "| machine | one thread, MiB/s | two threads, MiB/s | times |\n|---|---|---|---|\n",
    );
    for source in sources(results, "threads")? {
        let receipt = Receipt::load(&source.path)?;
        let rate = |threads: u32| {
            let name = format!("threads/customer_64mb_{threads}");
            let found = receipt.benchmarks.iter().find(|b| b.name == name);
            found.ok_or_else(|| TableError::lacks(&source.link, name))
        };
        let (one, two) = (rate(1)?, rate(2)?);
        let _ = writeln!(
            out,
            "| [{} x {}]({}) | {:.0} | {:.0} | {} |",
            receipt.summary.host_cores,
            receipt.summary.host_cpu,
            source.link,
            one.mean_mibps,
            two.mean_mibps,
            times(two, one, &source.link)?.text(2),
        );
    }
    out += "\nMean rates, and how many times as fast with its 95 % interval, from the 10th percentiles of \
            each launch. Measured by `bench run --filter threads --launches 3`. ";
    Ok(out + &built(results, "threads")?)
}

/// Every benchmark of the catalogue, in the order they ran; a table for each receipt.
pub(super) fn full(results: &Path) -> Result<String, TableError> {
    let mut out = String::new();
    for source in sources(results, "full")? {
        let receipt = Receipt::load(&source.path)?;
        let counted = receipt
            .benchmarks
            .iter()
            .any(|one| one.allocations.is_some());
        let (head, rule) = match counted {
            true => (" allocations per 1,000 records |", "---|"),
            false => ("", ""),
        };
        let _ = write!(
            out,
            "[{} x {}]({}), {} {}:\n\n| benchmark | MiB/s | 95 % interval | ns a record |{head}\n|---|---|---|---|{rule}\n",
            receipt.summary.host_cores,
            receipt.summary.host_cpu,
            source.link,
            receipt.subject.name,
            receipt.subject.version,
        );
        for one in &receipt.benchmarks {
            let [low, high] = one.ci95_mibps;
            let _ = writeln!(
                out,
                "| {}{} | {:.0} | {low:.0} to {high:.0} | {:.1} |{}",
                one.name,
                one.verified.caveat(),
                one.mean_mibps,
                one.mean_ns / one.verified.records as f64,
                match counted {
                    true => format!(" {} |", number::allocations(one.allocations_per_record())),
                    false => String::new(),
                },
            );
        }
        out.push('\n');
    }
    out += "Measured by `bench run --suite-name full`. ";
    Ok(out + &built(results, "full")?)
}

/// Whole processes, from a file to a file; the receipts' names begin with the file system.
pub(super) fn files(results: &Path) -> Result<String, TableError> {
    let mut out = String::from(
        "| files on | bench decode, s | gnucobol -O2, s | copybook-codec, s | times gnucobol | times copybook-codec |\n\
         |---|---|---|---|---|---|\n",
    );
    for source in sources(results, "files")? {
        let Some(system) = source.stem.strip_suffix("-copybook-decode-process") else {
            continue;
        };
        let other = |subject: &str| {
            let name = format!("{system}-{subject}-process");
            let lacks = || TableError::lacks(&source.link, format!("{name}.json beside it"));
            beside(&source.path, &name)?.ok_or_else(lacks)
        };
        let ours = Receipt::load(&source.path)?;
        let (cobol, codec) = (other("gnucobol")?, other("copybook-codec")?);
        let _ = writeln!(
            out,
            "| [{system}]({}) | {:.2} | {:.2} | {:.2} | {} | {} |",
            source.link,
            seconds(&ours)?,
            seconds(&cobol)?,
            seconds(&codec)?,
            between(&ours, &cobol, &source.link)?.text(1),
            between(&ours, &codec, &source.link)?.text(1),
        );
    }
    out += "\nMean time of whole processes with one thread, and how many times as fast with its 95 % \
            interval: the launches take turns, and each gives the ratio of two 10th percentiles. \
            Measured by `scripts/peers.sh files FOLDER`. ";
    Ok(out + &built(results, "files")?)
}

pub(super) fn first(receipt: &Receipt) -> Result<&Benchmark, TableError> {
    let found = receipt.benchmarks.first();
    found.ok_or_else(|| TableError::lacks(&receipt.timestamp, "a receipt with a benchmark"))
}

/// Which compiler made which decoder, as a sentence of its own: the compiler need not be the pinned one.
fn built(results: &Path, folder: &str) -> Result<String, TableError> {
    let mut compilers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources(results, folder)? {
        let receipt = Receipt::load(&source.path)?;
        // Behind the comma is what was measured, in the bracket the compiler's own commit.
        let compiler = receipt.toolchain.split(", ").next().unwrap_or_default();
        let release = match compiler.split_once(" (") {
            Some((release, _)) if release.starts_with("rustc ") => release,
            _ => compiler,
        };
        let decoders = compilers.entry(release.to_owned()).or_default();
        decoders.insert(receipt.subject.name);
    }
    if let [compiler] = &compilers.keys().collect::<Vec<_>>()[..] {
        return Ok(format!("Built with {compiler}.\n"));
    }
    let told = compilers.iter().map(|(compiler, decoders)| {
        let decoders: Vec<&str> = decoders.iter().map(String::as_str).collect();
        format!("{} with {compiler}", decoders.join(", "))
    });
    let told: Vec<String> = told.collect();
    Ok(format!("Built: {}.\n", told.join("; ")))
}

fn seconds(receipt: &Receipt) -> Result<f64, TableError> {
    Ok(first(receipt)?.mean_ns / 1e9)
}

/// How many times as fast, with its 95 % interval.
struct Times {
    mean: f64,
    ci95: [f64; 2],
}

/// How many times as fast `one` is as `other`, whose launches took turns with its own: as an objective
/// relative to another decoder is judged.
fn times(one: &Benchmark, other: &Benchmark, link: &str) -> Result<Times, TableError> {
    let lows = |of: &Benchmark| relative::lows(&of.samples, of.launches);
    let (one, other) = (lows(one), lows(other));
    let ratios: Vec<f64> = one.iter().zip(&other).map(|(a, b)| b / a).collect();
    let found = relative::of_pairs(&ratios).filter(|_| one.len() == other.len());
    let lacks = || TableError::lacks(link, "two launches or more, and as many of each decoder");
    let (mean, ci95) = found.ok_or_else(lacks)?;
    Ok(Times { mean, ci95 })
}

/// The same of the only benchmarks of two receipts, which have to be of one run.
fn between(one: &Receipt, other: &Receipt, link: &str) -> Result<Times, TableError> {
    if one.timestamp != other.timestamp {
        let expected = "the receipts beside it to be of its run; measure all of them together";
        return Err(TableError::lacks(link, expected));
    }
    times(first(one)?, first(other)?, link)
}

impl Times {
    /// With so many digits behind the point.
    fn text(&self, digits: usize) -> String {
        let [low, high] = self.ci95;
        format!("{:.digits$} ({low:.digits$} to {high:.digits$})", self.mean)
    }

    fn percent(&self) -> String {
        let [low, high] = self.ci95.map(|times| 100.0 * times);
        format!("{:.0} % ({low:.0} to {high:.0})", 100.0 * self.mean)
    }
}

fn cell(times: Option<Times>, text: impl Fn(&Times) -> String) -> String {
    times.as_ref().map_or("-".to_owned(), text)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use receipt::model::Allocations;

    use super::*;

    fn load(name: &str) -> Receipt {
        let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../results");
        Receipt::load(&results.join(name)).expect("a receipt")
    }

    #[test]
    fn the_compilers_are_told() {
        let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../results");
        let told = |folder| built(&results, folder).expect("receipts");
        let cobol = "cobc (GnuCOBOL) 3.1.2.0 -O2 -std=ibm";
        for (folder, kind) in [("", ""), ("files", "-process")] {
            let text = told(folder);
            let expected = format!(
                "Built: gnucobol{kind} with {cobol}; copybook-codec{kind}, copybook-decode{kind} with rustc 1."
            );
            assert!(text.starts_with(&expected), "{text}");
            assert!(!text.contains("whole process"), "{text}");
        }
        assert!(told("threads").starts_with("Built with rustc 1."));
    }

    #[test]
    fn the_full_table_has_allocations_where_they_were_counted() {
        let results = tempfile::tempdir().expect("a folder");
        let folder = results.path().join("machine/full");
        std::fs::create_dir_all(&folder).expect("a folder");
        let mut receipt = load("epyc-2-cpus-kvm/full/2026-11-28.json");
        // As a suite says it that does not count them.
        for one in &mut receipt.benchmarks {
            one.allocations = None;
        }
        let table = |receipt: &mut Receipt| {
            receipt.seal().expect("finite figures");
            receipt.save(&folder.join("a.json")).expect("a file");
            full(results.path()).expect("a table")
        };
        assert!(!table(&mut receipt).contains("allocations"));
        receipt.benchmarks.truncate(2);
        let one = &mut receipt.benchmarks[1];
        let records = one.verified.records;
        let launches = [records, 2 * records].map(|count| Allocations {
            count,
            bytes: 64 * count,
        });
        one.allocations = Some(launches.to_vec());
        let table = table(&mut receipt);
        assert!(
            table.contains(
                "| ns a record | allocations per 1,000 records |\n|---|---|---|---|---|\n"
            ),
            "{table}"
        );
        let rows: Vec<&str> = table.lines().filter(|line| line.contains(" to ")).collect();
        assert!(rows[0].ends_with(" | – |"), "{table}");
        assert!(rows[1].ends_with(" | 2,000 |"), "{table}");
    }

    /// Student's t for two degrees of freedom around the mean of the launches' ratios.
    #[test]
    fn a_ratio_has_the_interval_of_its_launches() {
        let mut one = load("epyc-2-cpus-kvm/workloads/customer-copybook-decode.json");
        one.benchmarks[0].launches = 3;
        let mut other = one.clone();
        let count = one.benchmarks[0].samples.len();
        one.benchmarks[0].samples = vec![1.0; count];
        let launch = |at: usize| [2.0, 3.0, 4.0][at * 3 / count];
        other.benchmarks[0].samples = (0..count).map(launch).collect();
        let found = between(&one, &other, "a.json").expect("of one run");
        let half = 4.302_652_729_749_464 / f64::sqrt(3.0);
        assert_eq!(found.mean, 3.0);
        assert!((found.ci95[0] - (3.0 - half)).abs() < 1e-12);
        assert!((found.ci95[1] - (3.0 + half)).abs() < 1e-12);
        assert_eq!(found.text(1), "3.0 (0.5 to 5.5)");
        assert_eq!(found.percent(), "300 % (52 to 548)");
    }

    #[test]
    fn what_was_not_measured_in_turn_has_no_ratio() {
        let ours = load("epyc-2-cpus-kvm/workloads/customer-copybook-decode.json");
        let mut other = load("epyc-2-cpus-kvm/workloads/customer-gnucobol.json");
        assert!(between(&ours, &other, "a.json").is_ok());
        let launches = other.benchmarks[0].launches;
        other.benchmarks[0].launches = launches - 1;
        let refused = between(&ours, &other, "a.json").err().expect("refused");
        assert!(refused.to_string().contains("as many of each"), "{refused}");
        other.benchmarks[0].launches = launches;
        other.timestamp = "2026-11-28T00:00:00Z".to_owned();
        let refused = between(&ours, &other, "a.json").err().expect("refused");
        assert!(refused.to_string().contains("of its run"), "{refused}");
    }
}

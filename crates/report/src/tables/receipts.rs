//! Tables of rates: means of input bytes, and ratios of such means between receipts of one run.

use std::fmt::Write as _;
use std::path::Path;

use receipt::Receipt;
use receipt::table::markdown;

use super::{TableError, beside, sources};

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
           `bench tables` made every table on this page from the receipts.\n",
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
        let copied = ratio(Some(&ours), copy.as_ref())?.map(|ratio| 100.0 * ratio);
        let name = &first(&ours)?.name;
        let lacks = || TableError::lacks(&source.link, "a name with a group");
        let (_, name) = name.split_once('/').ok_or_else(lacks)?;
        let _ = writeln!(
            out,
            "| [{name}]({}) | {:.0} | {} | {} | {} | {} |",
            source.link,
            first(&ours)?.mean_mibps,
            cell(copied, " %"),
            cell(ratio(Some(&ours), codec.as_ref())?, ""),
            cell(ratio(Some(&ours), cobol.as_ref())?, ""),
            cell(ratio(scalar.as_ref(), codec.as_ref())?, ""),
        );
    }
    out += "\nMeans from interleaved runs. A dash: that decoder left no receipt, because its values \
            were wrong, because it can't decode these records, or because it took no part. \
            Measured by `scripts/peers.sh compare FOLDER`.\n";
    Ok(out)
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
            let found = found.map(|benchmark| benchmark.mean_mibps);
            found.ok_or_else(|| TableError::lacks(&source.link, name))
        };
        let (one, two) = (rate(1)?, rate(2)?);
        let _ = writeln!(
            out,
            "| [{} x {}]({}) | {one:.0} | {two:.0} | {:.2} |",
            receipt.summary.host_cores,
            receipt.summary.host_cpu,
            source.link,
            two / one
        );
    }
    out += "\nMeans. Measured by `bench run --filter threads --launches 3`.\n";
    Ok(out)
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
        let ours = seconds(&Receipt::load(&source.path)?)?;
        let cobol = seconds(&other("gnucobol")?)?;
        let codec = seconds(&other("copybook-codec")?)?;
        let _ = writeln!(
            out,
            "| [{system}]({}) | {ours:.2} | {cobol:.2} | {codec:.2} | {:.1} | {:.1} |",
            source.link,
            cobol / ours,
            codec / ours
        );
    }
    out += "\nMean time of whole processes with one thread, from interleaved runs. \
            Measured by `scripts/peers.sh files FOLDER`.\n";
    Ok(out)
}

pub(super) fn first(receipt: &Receipt) -> Result<&receipt::model::Benchmark, TableError> {
    let found = receipt.benchmarks.first();
    found.ok_or_else(|| TableError::lacks(&receipt.timestamp, "a receipt with a benchmark"))
}

fn seconds(receipt: &Receipt) -> Result<f64, TableError> {
    Ok(first(receipt)?.mean_ns / 1e9)
}

/// How many times as fast the first is as the second, if both left a receipt.
fn ratio(one: Option<&Receipt>, other: Option<&Receipt>) -> Result<Option<f64>, TableError> {
    let (Some(one), Some(other)) = (one, other) else {
        return Ok(None);
    };
    Ok(Some(first(one)?.mean_mibps / first(other)?.mean_mibps))
}

fn cell(value: Option<f64>, unit: &str) -> String {
    value.map_or("-".to_owned(), |value| format!("{value:.0}{unit}"))
}

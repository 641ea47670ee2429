//! What decoding costs: a receipt's throughput and the price of an hour.

mod prices;
mod show;
mod units;

use anyhow::{Result, bail, ensure};
use jiff::civil::Date;
use receipt::Receipt;
use receipt::model::Benchmark;
use serde::Serialize;

use prices::Machine;
pub(crate) use prices::{Prices, positive_watts};
pub(crate) use show::text;
use units::{Figure, Speed};

/// What to price, and by what.
pub(crate) struct Question<'a> {
    /// Sound receipts by the names of their files.
    pub(crate) receipts: &'a [(String, Receipt)],
    /// At least one file of prices.
    pub(crate) prices: &'a [Prices],
    /// Take the receipts to be from this type of machine; by default their CPU says it.
    pub(crate) machine: Option<&'a str>,
    /// Price benchmarks whose name contains this; by default those that keep every CPU busy.
    pub(crate) benchmark: Option<&'a str>,
    /// Power while it decodes, instead of what the files say.
    pub(crate) watts: Option<f64>,
    /// For the age of the prices.
    pub(crate) today: Date,
}

/// The table, cheapest first.
#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    /// ISO 4217.
    pub(crate) currency: String,
    /// Sorted by the cost of a terabyte.
    pub(crate) rows: Vec<Row>,
    /// What a reader has to know beside the figures.
    pub(crate) warnings: Vec<String>,
}

/// One benchmark of one receipt, by one price.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    /// The receipt's file.
    pub(crate) receipt: String,
    /// The decoder.
    pub(crate) subject: String,
    pub(crate) benchmark: String,
    /// Whether its answers were compared with known ones.
    pub(crate) answers_checked: bool,
    pub(crate) threads: u32,
    pub(crate) cpus: u32,
    pub(crate) machine: String,
    pub(crate) cloud: String,
    pub(crate) region: String,
    /// `on_demand`, `spot` or `reserved`.
    pub(crate) price: &'static str,
    /// An hour of the machine.
    pub(crate) hourly: f64,
    /// Currency for 10^12 input bytes.
    pub(crate) per_terabyte: Figure,
    /// Currency for 10^9 records.
    pub(crate) per_1e9_records: Figure,
    /// Watt-hours for 10^12 input bytes, where the power is known.
    pub(crate) watt_hours_per_terabyte: Option<Figure>,
    /// Watt-hours for 10^9 records, where the power is known.
    pub(crate) watt_hours_per_1e9_records: Option<Figure>,
}

/// Prices every receipt.
///
/// # Errors
/// Prices in several currencies, a receipt without a benchmark to price, or one that no machine of the
/// files can have left.
pub(crate) fn answer(question: &Question<'_>) -> Result<Answer> {
    let currency = currency(question.prices)?;
    let mut warnings = Vec::new();
    for prices in question.prices {
        warnings.extend(prices.remarks(question.today)?);
    }
    let mut rows = Vec::new();
    for (name, receipt) in question.receipts {
        let benchmarks = benchmarks(name, receipt, question.benchmark)?;
        let machines = machines(name, receipt, question)?;
        warnings.extend(caveats(name, receipt, &benchmarks));
        for machine in machines {
            for benchmark in &benchmarks {
                rows.extend(price(name, receipt, benchmark, machine, question.watts));
            }
        }
    }
    warnings.extend(idle(&rows));
    ensure!(
        !rows.is_empty(),
        "expected a price for at least one machine, found none: {}",
        warnings.join("; ")
    );
    rows.sort_by(|a, b| a.per_terabyte.mean.total_cmp(&b.per_terabyte.mean));
    Ok(Answer {
        currency,
        rows,
        warnings,
    })
}

fn currency(prices: &[Prices]) -> Result<String> {
    let mut all: Vec<&str> = prices.iter().map(|file| file.currency.as_str()).collect();
    all.sort_unstable();
    all.dedup();
    match all[..] {
        [one] => Ok(one.to_owned()),
        _ => bail!(
            "expected prices in one currency, found {}; give --prices files of one only",
            all.join(" and ")
        ),
    }
}

/// Those that were asked for, or those that use as many threads as there are CPUs: the machine is paid
/// for as a whole.
fn benchmarks<'a>(
    name: &str,
    receipt: &'a Receipt,
    wanted: Option<&str>,
) -> Result<Vec<&'a Benchmark>> {
    let cpus = receipt.summary.host_cores;
    let chosen = |one: &&Benchmark| match wanted {
        Some(text) => one.name.contains(text),
        None => threads(&one.name) == cpus,
    };
    let found: Vec<_> = receipt.benchmarks.iter().filter(chosen).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let names: Vec<_> = receipt
        .benchmarks
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    match wanted {
        Some(text) => bail!(
            "{name}: expected a benchmark whose name contains {text:?}, found {}",
            names.join(", ")
        ),
        None => bail!(
            "{name}: expected a benchmark on all {cpus} CPUs, found {}; measure one with `bench run --filter threads`, or name one with --benchmark, and the idle CPUs are paid for as well",
            names.join(", ")
        ),
    }
}

/// Threads that decode; only the group `threads/` uses more than one.
fn threads(benchmark: &str) -> u32 {
    let count = benchmark
        .strip_prefix("threads/")
        .and_then(|id| id.rsplit_once('_'))
        .and_then(|(_, count)| count.parse().ok());
    count.unwrap_or(1)
}

fn machines<'a>(
    name: &str,
    receipt: &Receipt,
    question: &Question<'a>,
) -> Result<Vec<&'a Machine>> {
    let all = || question.prices.iter().flat_map(|file| &file.machines);
    let (model, cpus) = (&receipt.summary.host_cpu, receipt.summary.host_cores);
    let list = || {
        let known: Vec<_> = all()
            .map(|one| format!("{} ({} CPUs)", one.name, one.cpus))
            .collect();
        known.join(", ")
    };
    let Some(wanted) = question.machine else {
        let found: Vec<_> = all().filter(|one| one.may_be(model, cpus)).collect();
        ensure!(
            !found.is_empty(),
            "{name}: expected a machine of {cpus} CPUs of the model {model:?}, found {}; name the type with --machine",
            list()
        );
        return Ok(found);
    };
    let found: Vec<_> = all().filter(|one| one.name == wanted).collect();
    ensure!(
        !found.is_empty(),
        "--machine: expected one of {}, found {wanted:?}",
        list()
    );
    for machine in &found {
        ensure!(
            machine.cpus == cpus,
            "{name}: expected a receipt of {} CPUs, as {wanted} has, found {cpus}; a price buys all of a machine's CPUs",
            machine.cpus
        );
    }
    Ok(found)
}

/// Why a figure may be less than it seems.
fn caveats(name: &str, receipt: &Receipt, benchmarks: &[&Benchmark]) -> Vec<String> {
    let mut found = Vec::new();
    let cpus = receipt.summary.host_cores;
    for one in benchmarks {
        if !receipt::stats::decisive(one.samples.len(), one.launches) {
            found.push(format!(
                "{name}: {} has too few launches for an interval between processes; measure with `bench run --launches 5`",
                one.name
            ));
        }
    }
    let limit = receipt.environment.cgroup.cpu_limit;
    if let Some(limit) = limit.filter(|limit| *limit < f64::from(cpus)) {
        found.push(format!(
            "{name}: a control group limited it to {limit} of {cpus} CPUs, and the price is that of all of them"
        ));
    }
    found
}

/// The whole machine is paid for, whatever part of it works.
fn idle(rows: &[Row]) -> Option<String> {
    let all = rows.len();
    let idle = rows.iter().filter(|row| row.threads < row.cpus).count();
    (idle > 0).then(|| {
        format!(
            "{idle} of {all} rows are of benchmarks that use fewer threads than the machine has CPUs, and the price is that of the whole machine: they are upper bounds"
        )
    })
}

fn price(
    name: &str,
    receipt: &Receipt,
    benchmark: &Benchmark,
    machine: &Machine,
    watts: Option<f64>,
) -> Vec<Row> {
    let length = benchmark.bytes_processed as f64 / benchmark.verified.records as f64;
    let hours =
        |of: &dyn Fn(Speed) -> f64| Figure::falling(benchmark.mean_mibps, benchmark.ci95_mibps, of);
    let terabyte = hours(&Speed::hours_per_terabyte);
    let records = hours(&|speed| speed.hours_per_1e9_records(length));
    let watts = watts.or(machine.watts);
    let row = |(price, &hourly): (&prices::Price, &f64)| Row {
        receipt: name.to_owned(),
        subject: receipt.subject.name.clone(),
        benchmark: benchmark.name.clone(),
        answers_checked: benchmark.verified.caveat().is_empty(),
        threads: threads(&benchmark.name),
        cpus: receipt.summary.host_cores,
        machine: machine.name.clone(),
        cloud: machine.cloud.clone(),
        region: machine.region.clone(),
        price: price.name(),
        hourly,
        per_terabyte: terabyte.times(hourly),
        per_1e9_records: records.times(hourly),
        watt_hours_per_terabyte: watts.map(|watts| terabyte.times(watts)),
        watt_hours_per_1e9_records: watts.map(|watts| records.times(watts)),
    };
    machine.hourly.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::threads;

    #[test]
    fn threads_are_in_the_name() {
        assert_eq!(threads("threads/customer_64mb_16"), 16);
        assert_eq!(threads("threads/odd"), 1);
        assert_eq!(threads("custom/customer_64mb_16"), 1);
    }
}

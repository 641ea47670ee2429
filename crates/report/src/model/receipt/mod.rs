//! A receipt as a part of a report.

mod facts;
mod verdict;

use gate::compare::{CompareError, Comparison, Field, compare};
use receipt::Receipt;
use receipt::model::{Against, Benchmark, SloVerdict, Verdict as Judged};
use receipt::stats::mibps;
use thiserror::Error;

pub(crate) use facts::shell;

use super::{
    Body, Change, Changes, Figure, Group, Kind, Part, Rate, Rates, Raw, Section, Spread, Table,
    Tone, number_column, text_column,
};
use crate::chart;
use crate::number::{self, said};

/// Dots of all launches of a benchmark in one chart. Beyond that every so many-th sample is drawn; the
/// figures, and the data in the page, are of all.
const MOST_DOTS: usize = 2000;

/// A baseline that a receipt can't be shown beside.
#[derive(Debug, Error)]
#[error("the baseline can't be shown beside this receipt")]
pub struct BaselineError(#[from] CompareError);

/// The part of a receipt; `text` is the file that it was read from, `baseline` other runs to show it
/// beside, `across` what may differ between them.
///
/// # Errors
/// The baseline measured something else.
pub fn part(
    receipt: &Receipt,
    text: &str,
    baseline: &[Receipt],
    across: &[Field],
) -> Result<Part, BaselineError> {
    let compared = match baseline {
        [] => None,
        some => Some(compare(some, std::slice::from_ref(receipt), across)?),
    };
    Ok(beside_baseline(receipt, text, compared.as_ref()))
}

/// The same without a baseline, which leaves nothing that could fail.
#[must_use]
pub fn alone(receipt: &Receipt, text: &str) -> Part {
    beside_baseline(receipt, text, None)
}

fn beside_baseline(receipt: &Receipt, text: &str, compared: Option<&Comparison>) -> Part {
    let mut sections = vec![throughput(receipt, compared)];
    sections.extend(compared.map(beside));
    sections.push(distributions(receipt));
    sections.extend(facts::warnings(receipt));
    sections.push(facts::host(receipt));
    sections.push(facts::reproduction(receipt));
    let subject = format!(
        "{} {}",
        said(&receipt.subject.name),
        said(&receipt.subject.version)
    );
    Part {
        id: "receipt".to_owned(),
        kind: Kind::Receipt,
        title: format!("How fast is {subject}?"),
        subtitle: format!(
            "{} on {} x {}{}",
            number::moment(&receipt.timestamp),
            receipt.summary.host_cores,
            said(&receipt.summary.host_cpu),
            receipt
                .commit
                .as_ref()
                .map_or_else(String::new, |commit| format!(
                    ", commit {}",
                    number::short(commit)
                )),
        ),
        verdict: verdict::of(receipt),
        sections,
        raw: Raw {
            file: "perf.json".to_owned(),
            json: super::compact(text),
        },
    }
}

fn throughput(receipt: &Receipt, compared: Option<&Comparison>) -> Section {
    let judged = |benchmark: &Benchmark| {
        let mut slo = receipt.slo.iter();
        slo.find(|slo| slo.benchmark == benchmark.name)
    };
    let rows = receipt.benchmarks.iter().map(|benchmark| {
        let slo = judged(benchmark);
        let base =
            compared.and_then(|found| found.rows.iter().find(|row| row.name == benchmark.name));
        Rate {
            name: named(benchmark),
            mean: benchmark.mean_mibps,
            interval: benchmark.ci95_mibps,
            floor: slo.and_then(|slo| slo.floor_mibps),
            baseline: base.map(|row| row.base_mibps),
            tone: slo.map_or(Tone::Neutral, |slo| tone(slo.verdict)),
        }
    });
    let rates = Rates {
        id: "throughput".to_owned(),
        title: "Throughput".to_owned(),
        rows: rows.collect(),
    };
    let table = rate_table(receipt, judged);
    Section {
        id: "throughput",
        heading: "Throughput",
        note: "Bytes of input decoded per second, in MiB (1024² bytes). The interval covers what \
               differs between launches, too."
            .to_owned(),
        body: vec![Body::Figure(Figure::Rates(rates)), Body::Table(table)],
    }
}

fn rate_table<'a>(
    receipt: &'a Receipt,
    judged: impl Fn(&Benchmark) -> Option<&'a SloVerdict>,
) -> Table {
    // Earlier versions, and suites that count nothing, have no such column.
    let counted = receipt
        .benchmarks
        .iter()
        .any(|one| one.allocations.is_some());
    let row = |benchmark: &Benchmark| {
        let slo = judged(benchmark);
        let mut cells = vec![
            said(&benchmark.name),
            number::rate(benchmark.mean_mibps),
            number::range(benchmark.ci95_mibps),
            slo.and_then(|slo| slo.floor_mibps)
                .map_or_else(dash, number::limit),
            slo.map_or_else(
                || "not judged".to_owned(),
                |slo| word(slo.verdict).to_owned(),
            ),
            number::time(benchmark.mean_ns),
            benchmark.percentiles_ns.map_or_else(dash, |found| {
                format!("{} / {}", number::time(found.p50), number::time(found.p99))
            }),
            checked(benchmark.verified.against).to_owned(),
        ];
        if counted {
            cells.push(number::allocations(benchmark.allocations_per_record()));
        }
        cells
    };
    let mut head = vec![
        text_column("benchmark"),
        number_column("MiB/s"),
        number_column("95 % interval"),
        number_column("floor"),
        text_column("verdict"),
        number_column("one iteration"),
        number_column("p50 / p99"),
        text_column("answer verified"),
    ];
    if counted {
        head.push(number_column("allocations per 1,000 records"));
    }
    Table {
        caption: "Throughput of each benchmark, its objective, and how its answer was verified"
            .to_owned(),
        head,
        rows: receipt.benchmarks.iter().map(row).collect(),
    }
}

fn beside(found: &Comparison) -> Section {
    let rows: Vec<Change> = found
        .rows
        .iter()
        .map(|row| Change {
            name: said(&row.name),
            ratio: row.ratio,
            interval: row.ci95.map_or([None, None], |ends| ends.map(Some)),
            verdict: row.verdict.to_string(),
            tone: super::comparison::tone(row.verdict),
        })
        .collect();
    let cells = found.rows.iter().zip(&rows).map(|(row, change)| {
        vec![
            change.name.clone(),
            number::rate(row.base_mibps),
            number::rate(row.new_mibps),
            number::change(row.ratio),
            change.bounds(),
            change.verdict.clone(),
            row.reason.as_deref().map_or_else(String::new, said),
        ]
    });
    let table = Table {
        caption: "Throughput beside the baseline".to_owned(),
        head: vec![
            text_column("benchmark"),
            number_column("baseline, MiB/s"),
            number_column("this run, MiB/s"),
            number_column("change"),
            number_column("95 % interval"),
            text_column("verdict"),
            text_column("why"),
        ],
        rows: cells.collect(),
    };
    let changes = Changes {
        id: "baseline".to_owned(),
        title: "Change against the baseline".to_owned(),
        same: gate::compare::SAME,
        what: "change",
        rows,
    };
    let runs = number::count(found.base_runs, "run", "runs");
    Section {
        id: "baseline",
        heading: "Against the baseline",
        note: format!(
            "Throughput at the 10th percentiles of the launches, beside {runs} of the baseline. Runs that \
             were not interleaved differ by what the machine drifts; `bench ab` decides."
        ),
        body: vec![Body::Figure(Figure::Changes(changes)), Body::Table(table)],
    }
}

fn distributions(receipt: &Receipt) -> Section {
    let figures = receipt.benchmarks.iter().map(|benchmark| {
        Body::Figure(Figure::Spread(Spread {
            id: chart::id(&benchmark.name),
            title: named(benchmark),
            unit: "MiB/s of input".to_owned(),
            groups: launches(benchmark),
            mean: Some(benchmark.mean_mibps),
            interval: Some(benchmark.ci95_mibps),
        }))
    });
    Section {
        id: "samples",
        heading: "Launches and samples",
        note: "Each dot is a sample, each row a launch (a process of its own) with its median as a \
               stroke. Rows that lie apart show what memory layout does; a long tail shows a disturbed \
               machine. The line is the mean, the band its 95 % interval."
            .to_owned(),
        body: figures.collect(),
    }
}

fn launches(benchmark: &Benchmark) -> Vec<Group> {
    let launches = benchmark.launches.max(1) as usize;
    let each = (benchmark.samples.len() / launches).max(1);
    let every = benchmark.samples.len().div_ceil(MOST_DOTS).max(1);
    let rate = |ns: &f64| mibps(benchmark.bytes_processed, *ns);
    (1..)
        .zip(benchmark.samples.chunks(each))
        .map(|(number, samples)| Group {
            name: format!("launch {number}"),
            values: samples.iter().step_by(every).map(rate).collect(),
        })
        .collect()
}

/// The name, with the words that nothing was checked where that is so.
fn named(benchmark: &Benchmark) -> String {
    format!("{}{}", said(&benchmark.name), benchmark.verified.caveat())
}

fn tone(verdict: Judged) -> Tone {
    match verdict {
        Judged::Pass => Tone::Good,
        Judged::Inconclusive => Tone::Unsure,
        Judged::Fail => Tone::Bad,
    }
}

fn word(verdict: Judged) -> &'static str {
    match verdict {
        Judged::Pass => "met",
        Judged::Inconclusive => "inconclusive",
        Judged::Fail => "missed",
    }
}

fn checked(against: Against) -> &'static str {
    match against {
        Against::Values => "byte for byte",
        Against::CanonicalValues => "value for value",
        Against::ExpectedFile => "against --expect",
        Against::DecodesOnly => "not checked",
    }
}

fn dash() -> String {
    "–".to_owned()
}

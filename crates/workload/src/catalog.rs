//! Every benchmark, by name: what the suite registers and what `bench list` prints are the same.

use copybook_decode::decode::{Decimals, Groups, KernelChoice, Trim};

use crate::case::{Case, CaseError, Decoding, Parsing};
use crate::expected::Style;
use crate::machine;
use crate::workload::Workload;

/// A benchmark that can be run.
#[derive(Clone)]
pub struct Benchmark {
    /// Criterion's group.
    pub group: &'static str,
    /// Criterion's name within the group.
    pub id: String,
    /// The question it answers.
    pub answers: &'static str,
    /// Input bytes of one iteration.
    pub bytes: u64,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Decode(Workload, Style),
    Parse(Workload),
}

/// A benchmark that this machine can not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// `group/name`.
    pub name: String,
    /// Why.
    pub reason: String,
}

impl Benchmark {
    /// `group/name`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.group, self.id)
    }

    /// Generates its data and gets everything ready that is not timed.
    ///
    /// # Errors
    ///
    /// What keeps it from running.
    pub fn prepare(&self, kernel: Option<KernelChoice>) -> Result<Box<dyn Case>, CaseError> {
        Ok(match &self.kind {
            Kind::Decode(workload, style) => {
                Box::new(Decoding::new(workload.clone(), *style, kernel)?)
            }
            Kind::Parse(workload) => Box::new(Parsing::new(workload.clone())),
        })
    }

    fn decode(group: &'static str, id: &str, workload: Workload, answers: &'static str) -> Self {
        Self::styled(group, id, workload, Style::default(), answers)
    }

    fn styled(
        group: &'static str,
        id: &str,
        workload: Workload,
        style: Style,
        answers: &'static str,
    ) -> Self {
        let bytes = workload.bytes();
        Benchmark {
            group,
            id: id.to_owned(),
            answers,
            bytes,
            kind: Kind::Decode(workload, style),
        }
    }
}

/// All benchmarks that this machine can run, in order, and those that it can not.
pub fn all() -> (Vec<Benchmark>, Vec<Refused>) {
    let mut benchmarks = slo();
    benchmarks.extend(workloads());
    let (sizes, refused) = sizes();
    benchmarks.extend(sizes);
    benchmarks.extend(output());
    benchmarks.extend(parse());
    (benchmarks, refused)
}

/// Those whose name contains `filter`; all where it is empty.
pub fn select(filter: &str) -> Vec<Benchmark> {
    let mut benchmarks = all().0;
    benchmarks.retain(|benchmark| benchmark.name().contains(filter));
    benchmarks
}

/// The predecessor's pair, by its names and at its sizes: 5 MB and 600 KB.
fn slo() -> Vec<Benchmark> {
    vec![
        Benchmark::decode(
            "slo_validation",
            "display_heavy_slo_80mbps",
            Workload::display_heavy(10_000),
            "is text decoded fast enough?",
        ),
        Benchmark::decode(
            "slo_validation",
            "comp3_heavy_slo_40mbps",
            Workload::comp3_heavy(10_000),
            "are packed decimals decoded fast enough?",
        ),
    ]
}

fn workloads() -> Vec<Benchmark> {
    let answers = "how fast is this kind of record?";
    let sets = Workload::all(5_000_000).into_iter();
    sets.map(|set| Benchmark::decode("workloads", set.name, set, answers))
        .collect()
}

/// In the first cache, beyond the second, beyond the third: each a power of two, so that the name
/// says the bytes, which are the same on every machine.
fn sizes() -> (Vec<Benchmark>, Vec<Refused>) {
    let answers = "what does the memory hierarchy cost?";
    let (mut benchmarks, mut refused) = (Vec::new(), Vec::new());
    let mut sizes = vec![16 << 10, 1 << 20];
    sizes.extend(machine::cache_bytes(2).map(|l2| (l2 + 1).next_power_of_two()));
    sizes.extend(machine::cache_bytes(3).map(|l3| (l3 + 1).next_power_of_two()));
    sizes.sort_unstable();
    sizes.dedup();
    for size in sizes {
        for (label, new) in [
            ("display", Workload::display_heavy as fn(u64) -> Workload),
            ("comp3", Workload::comp3_heavy),
        ] {
            let id = format!("{label}_{}", human(size));
            // Data, three times as much output at most, and room for the rest of the machine.
            match machine::available_memory() {
                Some(available) if available >= 5 * size => {
                    let workload = new(1).sized(size);
                    benchmarks.push(Benchmark::decode("sizes", &id, workload, answers));
                }
                available => refused.push(Refused {
                    name: format!("sizes/{id}"),
                    reason: refusal(5 * size, available),
                }),
            }
        }
    }
    (benchmarks, refused)
}

fn refusal(needed: u64, available: Option<u64>) -> String {
    let available = available.map_or("an unknown amount".to_owned(), human);
    format!(
        "it needs {} of memory and {available} is available",
        human(needed)
    )
}

fn output() -> Vec<Benchmark> {
    let default = Style::default();
    let answers = "what does a choice of the output cost?";
    let styles = [
        ("customer_default", default),
        (
            "customer_numbers",
            Style {
                decimals: Decimals::Number,
                ..default
            },
        ),
        (
            "customer_trimmed",
            Style {
                trim: Trim::Both,
                ..default
            },
        ),
        (
            "customer_flat",
            Style {
                groups: Groups::Flat,
                ..default
            },
        ),
    ];
    let customer = || Workload::customer(1).sized(5_000_000);
    let benchmark = |(id, style)| Benchmark::styled("output", id, customer(), style, answers);
    styles.into_iter().map(benchmark).collect()
}

fn parse() -> Vec<Benchmark> {
    let sets = [
        Workload::display_heavy(1),
        Workload::customer(1),
        Workload::odo_heavy(1),
    ];
    let benchmark = |set: Workload| Benchmark {
        group: "parse",
        id: set.name.to_owned(),
        answers: "what does reading a copybook cost?",
        bytes: set.copybook().len() as u64,
        kind: Kind::Parse(set),
    };
    sets.into_iter().map(benchmark).collect()
}

/// `16kib`, `512mib`: the largest unit that divides, or the largest below.
fn human(bytes: u64) -> String {
    match bytes {
        bytes if bytes >= 1 << 20 => format!("{}mib", bytes >> 20),
        bytes => format!("{}kib", bytes >> 10),
    }
}

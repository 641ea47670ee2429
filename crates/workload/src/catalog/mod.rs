//! Every benchmark, by name: what the suite registers and what `bench list` prints are the same.

use std::fs;
use std::num::NonZeroUsize;

use copybook_decode::decode::KernelChoice;

use crate::case::burden::Burdened;
use crate::case::streaming::{Judge, Streaming};
use crate::case::{self, Case, CaseError, Decoding, Parsing};
use crate::check;
use crate::frame::Framed;
use crate::job::Job;
use crate::lines::Style;
use crate::workload::Workload;

mod answer;
mod filter;
mod groups;

pub use filter::Filter;

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
    Stream(Workload, Framed, Length, NonZeroUsize),
    Custom(Box<Job>),
}

/// How long the records of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    /// All as long as the longest.
    Greatest,
    /// As long as their DEPENDING ON tables make them.
    Varying,
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

    /// Bytes of memory that its data and its output take; for the user's own data, only the former
    /// is known.
    pub fn memory(&self) -> u64 {
        match &self.kind {
            Kind::Decode(set, _) | Kind::Stream(set, ..) => {
                // The data; the output in a buffer that grows by doubling; and both at once while
                // it does.
                set.bytes() + 3 * set.typical_line() * set.records
            }
            Kind::Parse(_) | Kind::Custom(_) => self.bytes,
        }
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
            Kind::Stream(workload, framed, length, threads) => {
                Box::new(stream(workload, *framed, *length, *threads, kernel)?)
            }
            Kind::Custom(job) => Box::new(case::custom::prepare(job, kernel)?),
        })
    }

    /// As [`Benchmark::prepare`], with so many per cent of extra work of the same kind in every run:
    /// what a gate is tested with.
    ///
    /// # Errors
    ///
    /// As there; it decodes no data set of fixed-length records, or the share is none, see
    /// [`Burdened::new`].
    pub fn burdened(
        &self,
        kernel: Option<KernelChoice>,
        percent: f64,
    ) -> Result<Box<dyn Case>, CaseError> {
        let (workload, style) = match &self.kind {
            Kind::Decode(workload, style) => (workload, style),
            _ if percent == 0.0 => return self.prepare(kernel),
            _ => {
                return Err(CaseError::new(
                    "extra work is known only for data sets of fixed-length records",
                ));
            }
        };
        Ok(Box::new(Burdened::new(workload, *style, kernel, percent)?))
    }

    /// The data set, where this benchmark decodes fixed-length records in the default style: what
    /// another decoder can be asked to do as well.
    pub fn fixed_records(&self) -> Option<&Workload> {
        match &self.kind {
            Kind::Decode(workload, style) if *style == Style::default() => Some(workload),
            _ => None,
        }
    }

    /// The benchmark of the user's own data.
    ///
    /// # Errors
    ///
    /// The data can't be found.
    pub fn custom(job: Job) -> Result<Self, CaseError> {
        let mut size = 0;
        for file in job.files() {
            size += fs::metadata(file)
                .map_err(|error| CaseError::new(format!("{}: {error}", file.display())))?
                .len();
        }
        let name = job.name();
        let (_, id) = name.split_once('/').unwrap_or(("", &name));
        Ok(Benchmark {
            group: "custom",
            id: id.to_owned(),
            answers: "how fast are my own records decoded?",
            bytes: size,
            kind: Kind::Custom(Box::new(job)),
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

/// The file of a workload, and its values to compare the answer with.
fn stream(
    workload: &Workload,
    framed: Framed,
    length: Length,
    threads: NonZeroUsize,
    kernel: Option<KernelChoice>,
) -> Result<Streaming, CaseError> {
    let style = Style::default();
    let decoder = case::decoder(workload, style, kernel)?;
    let data = file(workload, framed, length);
    let format = framed.format(workload.record_length());
    let workload = workload.clone();
    let judge: Judge =
        Box::new(move |out, _| check::verify(&workload, style, out).map_err(CaseError::new));
    Ok(Streaming::new(decoder, format, threads, data, judge))
}

fn file(workload: &Workload, framed: Framed, length: Length) -> Vec<u8> {
    match (framed, length) {
        (Framed::Fixed, _) => workload.data(),
        (_, Length::Varying) => framed.file(&workload.varying_records()),
        (_, Length::Greatest) => {
            let data = workload.data();
            let records: Vec<&[u8]> = data.chunks(workload.record_length()).collect();
            framed.file(&records)
        }
    }
}

/// All benchmarks that this machine can run, in order, and those that it can not.
pub fn all() -> (Vec<Benchmark>, Vec<Refused>) {
    groups::all()
}

/// Those that this machine can run and the filter selects.
pub fn select(filter: &Filter) -> Vec<Benchmark> {
    let mut benchmarks = all().0;
    benchmarks.retain(|benchmark| filter.selects(&benchmark.name()));
    benchmarks
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_suit_folders_and_filters() {
        let benchmarks = all().0;
        let names: BTreeSet<String> = benchmarks.iter().map(Benchmark::name).collect();
        assert_eq!(names.len(), benchmarks.len());
        let suits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "/_".contains(c);
        assert!(
            names.iter().all(|name| name.chars().all(suits)),
            "{names:?}"
        );
    }

    /// Both are read by name elsewhere: slo.toml, the predecessor's consumers.
    #[test]
    fn the_objectives_benchmarks_have_their_names_and_sizes() {
        let slo: Vec<_> = select(&Filter::new(["slo_validation"]))
            .iter()
            .map(|b| (b.name(), b.bytes))
            .collect();
        let expected = [
            ("slo_validation/display_heavy_slo_80mbps", 5_000_000),
            ("slo_validation/comp3_heavy_slo_40mbps", 600_000),
        ];
        assert_eq!(slo, expected.map(|(name, bytes)| (name.to_owned(), bytes)));
    }

    /// Throughput is input bytes over time: the list has to know the bytes that the case has.
    /// Everything is verified on the way, but for what takes this unoptimised test too long.
    #[test]
    fn the_list_knows_the_input_of_each_case() {
        let small = all().0.into_iter().filter(|b| b.bytes <= 600_000);
        let mut groups = BTreeSet::new();
        for benchmark in small {
            let mut case = benchmark.prepare(None).expect("it can be prepared");
            assert_eq!(case.bytes(), benchmark.bytes, "{}", benchmark.name());
            case.run().expect("it can be run");
            let verified = case.check().expect("the answer is right");
            assert_eq!(benchmark.answer().as_ref(), Some(&verified));
            assert_eq!(
                case.digest(),
                verified.output_sha256,
                "{}",
                benchmark.name()
            );
            groups.insert(benchmark.group);
        }
        assert_eq!(
            Vec::from_iter(groups),
            ["framing", "parse", "sizes", "slo_validation"]
        );
    }
}

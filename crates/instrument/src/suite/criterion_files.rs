//! The one adapter for Criterion's own files, in the program that wrote them.
//!
//! Criterion 0.8 publishes no format for its raw samples, so every assumption about
//! `<id>/new/sample.json` and `<id>/new/benchmark.json` is made and checked here, strictly: a
//! field more or less than expected is an error, not a guess.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Failure;
use crate::wire::Sampling;

/// Depth of `group/function/value/new` and some to spare; a guard against links in circles.
const MAX_DEPTH: usize = 6;

/// Raw measurements of one benchmark.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Measured {
    pub(super) sampling: Sampling,
    /// Iterations of each sample.
    pub(super) iterations: Vec<u64>,
    /// Duration of each sample, ns.
    pub(super) elapsed_ns: Vec<u64>,
}

/// The benchmark with this full id and so many input bytes, below a `CRITERION_HOME`.
///
/// # Errors
///
/// A file is missing, unreadable or has another shape, or there is not exactly one such benchmark.
pub(super) fn read(home: &Path, name: &str, bytes: u64) -> Result<Measured, Failure> {
    let mut folders = Vec::new();
    find_new(home, 0, &mut folders)?;
    let mut found = Vec::new();
    for folder in folders {
        let benchmark = benchmark(&folder)?;
        if benchmark.full_id == name {
            found.push((folder, benchmark));
        }
    }
    match found.as_slice() {
        [(folder, benchmark)] => {
            let path = folder.join("benchmark.json");
            match benchmark.throughput {
                Some(Throughput::Bytes(found)) if found == bytes => {
                    samples(&folder.join("sample.json"))
                }
                ref other => fault(
                    &path,
                    format!("expected {bytes} input bytes, found {other:?}"),
                ),
            }
        }
        [] => fault(
            home,
            format!("Criterion left no data of {name}; is the disk full?"),
        ),
        _ => fault(home, format!("two folders hold benchmark {name}")),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleFile {
    sampling_mode: SamplingMode,
    iters: Vec<f64>,
    times: Vec<f64>,
}

#[derive(Deserialize)]
enum SamplingMode {
    Linear,
    Flat,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BenchmarkFile {
    #[serde(rename = "group_id")]
    _group_id: String,
    #[serde(rename = "function_id")]
    _function_id: Option<String>,
    #[serde(rename = "value_str")]
    _value_str: Option<String>,
    throughput: Option<Throughput>,
    full_id: String,
    directory_name: String,
    #[serde(rename = "title")]
    _title: String,
}

/// The suite declares input bytes and nothing else.
#[derive(Debug, Deserialize)]
enum Throughput {
    Bytes(u64),
}

/// Collects the folders named `new`, which hold the latest measurement of a benchmark.
fn find_new(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if depth > MAX_DEPTH {
        return fault(folder, "folders nested deeper than Criterion does");
    }
    let list = |error| {
        format!(
            "can't list Criterion's results in {}: {error}",
            folder.display()
        )
    };
    for entry in fs::read_dir(folder).map_err(list)? {
        let entry = entry.map_err(list)?;
        if !entry.file_type().map_err(list)?.is_dir() {
            continue;
        }
        if entry.file_name() == "new" {
            found.push(entry.path());
        } else {
            find_new(&entry.path(), depth + 1, found)?;
        }
    }
    Ok(())
}

fn benchmark(folder: &Path) -> Result<BenchmarkFile, Failure> {
    let path = folder.join("benchmark.json");
    let benchmark: BenchmarkFile = load(&path)?;
    let at = folder.parent().unwrap_or(folder);
    match at.ends_with(&benchmark.directory_name) {
        true => Ok(benchmark),
        false => fault(
            &path,
            format!("says its folder is {}", benchmark.directory_name),
        ),
    }
}

fn samples(path: &Path) -> Result<Measured, Failure> {
    let file: SampleFile = load(path)?;
    let (counts, times) = (file.iters.len(), file.times.len());
    if counts != times || counts == 0 {
        return fault(path, format!("{counts} iteration counts for {times} times"));
    }
    let whole = |number: f64| number >= 1.0 && number.fract() == 0.0 && number < 9e15;
    for (index, (&iters, &time)) in file.iters.iter().zip(&file.times).enumerate() {
        if !whole(iters) {
            return fault(path, format!("sample {index} has {iters} iterations"));
        }
        if !whole(time) {
            return fault(path, format!("sample {index} took {time} ns"));
        }
    }
    let exact = |numbers: Vec<f64>| numbers.into_iter().map(|number| number as u64).collect();
    Ok(Measured {
        sampling: match file.sampling_mode {
            SamplingMode::Linear => Sampling::Linear,
            SamplingMode::Flat => Sampling::Flat,
        },
        iterations: exact(file.iters),
        elapsed_ns: exact(file.times),
    })
}

fn load<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let file = File::open(path)
        .map_err(|error| format!("Criterion's {} can't be read: {error}", path.display()))?;
    let read = serde_json::from_reader(BufReader::new(file));
    Ok(read.map_err(|error| {
        format!(
            "{} is not what Criterion 0.8 writes: {error}",
            path.display()
        )
    })?)
}

fn fault<T>(path: &Path, what: impl std::fmt::Display) -> Result<T, Failure> {
    Err(format!("{}: {what}", path.display()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BENCHMARK: &str = r#"{"group_id":"g","function_id":"f","value_str":null,
        "throughput":{"Bytes":500},"full_id":"g/f","directory_name":"g/f","title":"g/f"}"#;
    const SAMPLE: &str = r#"{"sampling_mode":"Linear","iters":[1.0,2.0],"times":[10.0,22.0]}"#;

    fn home(benchmark: &str, sample: &str) -> tempfile::TempDir {
        let home = tempfile::tempdir().expect("temporary folder");
        let new = home.path().join("g/f/new");
        fs::create_dir_all(&new).expect("folders");
        fs::write(new.join("benchmark.json"), benchmark).expect("file");
        fs::write(new.join("sample.json"), sample).expect("file");
        home
    }

    fn error(benchmark: &str, sample: &str) -> String {
        let home = home(benchmark, sample);
        let read = read(home.path(), "g/f", 500);
        read.expect_err("must be refused").to_string()
    }

    #[test]
    fn samples_are_read_as_they_were_written() {
        let home = home(BENCHMARK, SAMPLE);
        let expected = Measured {
            sampling: Sampling::Linear,
            iterations: vec![1, 2],
            elapsed_ns: vec![10, 22],
        };
        assert_eq!(
            read(home.path(), "g/f", 500).expect("well-formed"),
            expected
        );
        let other = read(home.path(), "g/h", 500)
            .expect_err("not there")
            .to_string();
        assert!(other.contains("no data of g/h"), "{other}");
        let bytes = read(home.path(), "g/f", 501)
            .expect_err("other bytes")
            .to_string();
        assert!(bytes.contains("expected 501 input bytes"), "{bytes}");
    }

    #[test]
    fn a_missing_sample_file_is_named() {
        let home = home(BENCHMARK, SAMPLE);
        fs::remove_file(home.path().join("g/f/new/sample.json")).expect("there");
        let error = read(home.path(), "g/f", 500)
            .expect_err("must be refused")
            .to_string();
        assert!(
            error.contains("g/f/new/sample.json can't be read"),
            "{error}"
        );
    }

    #[test]
    fn another_shape_is_refused() {
        let torn = &SAMPLE[..SAMPLE.len() - 4];
        assert!(error(BENCHMARK, torn).contains("sample.json is not what Criterion 0.8 writes"));
        let more = SAMPLE.replace('{', r#"{"x":1,"#);
        assert!(error(BENCHMARK, &more).contains("unknown field `x`"));
        let fewer = SAMPLE.replace("10.0,", "");
        assert!(error(BENCHMARK, &fewer).contains("2 iteration counts for 1 times"));
        let half = SAMPLE.replace("2.0]", "2.5]");
        assert!(error(BENCHMARK, &half).contains("sample 1 has 2.5 iterations"));
        let none = SAMPLE.replace("22.0", "0.0");
        assert!(error(BENCHMARK, &none).contains("sample 1 took 0 ns"));
        let elements = BENCHMARK.replace("Bytes", "Elements");
        assert!(error(&elements, SAMPLE).contains("Elements"));
        let moved = BENCHMARK.replace(r#""directory_name":"g/f""#, r#""directory_name":"g/h""#);
        assert!(error(&moved, SAMPLE).contains("says its folder is g/h"));
        let silent = BENCHMARK.replace(r#"{"Bytes":500}"#, "null");
        assert!(error(&silent, SAMPLE).contains("expected 500 input bytes, found None"));
    }
}

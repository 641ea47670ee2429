//! The one adapter for Criterion's own files.
//!
//! Criterion 0.8 publishes no format for its raw samples, so every assumption about
//! `<id>/new/sample.json` and `<id>/new/benchmark.json` is made and checked here, strictly: a
//! field more or less than expected is an error, not a guess.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Depth of `group/function/value/new` and some to spare; a guard against links in circles.
const MAX_DEPTH: usize = 6;

/// Raw measurements of one benchmark in one launch.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measured {
    /// Criterion's full id, `group/name`.
    pub(crate) name: String,
    /// Input bytes of one iteration.
    pub(crate) bytes: u64,
    /// ns per iteration.
    pub(crate) samples: Vec<f64>,
    /// Iterations behind each sample.
    pub(crate) iterations: Vec<u64>,
}

/// Every benchmark below a `CRITERION_HOME`, by name.
///
/// # Errors
/// A file is missing, unreadable or has another shape; the error names it.
pub(crate) fn read(home: &Path) -> Result<Vec<Measured>> {
    let mut folders = Vec::new();
    find_new(home, 0, &mut folders)?;
    let mut found = folders
        .iter()
        .map(|folder| measured(folder))
        .collect::<Result<Vec<_>>>()?;
    found.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(pair) = found.windows(2).find(|pair| pair[0].name == pair[1].name) {
        bail!(
            "{}: two folders hold benchmark {}",
            home.display(),
            pair[0].name
        );
    }
    Ok(found)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleFile {
    sampling_mode: SamplingMode,
    iters: Vec<f64>,
    times: Vec<f64>,
}

/// Both give times over iterations; they differ in how the iterations grow.
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
#[derive(Deserialize)]
enum Throughput {
    Bytes(u64),
}

/// Collects the folders named `new`, which hold the latest measurement of a benchmark.
fn find_new(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<()> {
    ensure!(
        depth <= MAX_DEPTH,
        "{}: folders nested deeper than Criterion does",
        folder.display()
    );
    let list = || format!("can't list Criterion's results in {}", folder.display());
    for entry in fs::read_dir(folder).with_context(list)? {
        let entry = entry.with_context(list)?;
        if !entry.file_type().with_context(list)?.is_dir() {
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

fn measured(folder: &Path) -> Result<Measured> {
    let path = folder.join("benchmark.json");
    let benchmark: BenchmarkFile = load(&path)?;
    let at = folder.parent().unwrap_or(folder);
    ensure!(
        at.ends_with(&benchmark.directory_name),
        "{}: says its folder is {}",
        path.display(),
        benchmark.directory_name
    );
    let Some(Throughput::Bytes(bytes)) = benchmark.throughput else {
        bail!(
            "{}: {} declares no input bytes",
            path.display(),
            benchmark.full_id
        );
    };
    ensure!(
        bytes > 0,
        "{}: {} declares 0 input bytes",
        path.display(),
        benchmark.full_id
    );
    let (samples, iterations) = samples(&folder.join("sample.json"))?;
    Ok(Measured {
        name: benchmark.full_id,
        bytes,
        samples,
        iterations,
    })
}

fn samples(path: &Path) -> Result<(Vec<f64>, Vec<u64>)> {
    let file: SampleFile = load(path)?;
    let (SamplingMode::Linear | SamplingMode::Flat) = file.sampling_mode;
    ensure!(
        file.iters.len() == file.times.len() && !file.iters.is_empty(),
        "{}: {} iteration counts for {} times",
        path.display(),
        file.iters.len(),
        file.times.len()
    );
    let mut iterations = Vec::with_capacity(file.iters.len());
    let mut samples = Vec::with_capacity(file.iters.len());
    for (index, (iters, time)) in file.iters.iter().zip(&file.times).enumerate() {
        let whole = *iters >= 1.0 && iters.fract() == 0.0 && *iters < 9e15;
        ensure!(
            whole,
            "{}: sample {index} has {iters} iterations",
            path.display()
        );
        ensure!(
            time.is_finite() && *time > 0.0,
            "{}: sample {index} took {time} ns",
            path.display()
        );
        iterations.push(*iters as u64);
        samples.push(time / iters);
    }
    Ok((samples, iterations))
}

fn load<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let file = File::open(path)
        .with_context(|| format!("Criterion's {} can't be read", path.display()))?;
    serde_json::from_reader(BufReader::new(file))
        .with_context(|| format!("{} is not what Criterion 0.8 writes", path.display()))
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
        format!("{:#}", read(home.path()).expect_err("must be refused"))
    }

    #[test]
    fn times_become_ns_per_iteration() {
        let home = home(BENCHMARK, SAMPLE);
        let found = read(home.path()).expect("well-formed");
        let expected = Measured {
            name: "g/f".to_owned(),
            bytes: 500,
            samples: vec![10.0, 11.0],
            iterations: vec![1, 2],
        };
        assert_eq!(found, [expected]);
    }

    #[test]
    fn a_missing_sample_file_is_named() {
        let home = home(BENCHMARK, SAMPLE);
        fs::remove_file(home.path().join("g/f/new/sample.json")).expect("there");
        let error = format!("{:#}", read(home.path()).expect_err("must be refused"));
        assert!(error.contains("g/f/new/sample.json"), "{error}");
    }

    #[test]
    fn another_shape_is_refused() {
        let torn = &SAMPLE[..SAMPLE.len() - 4];
        assert!(error(BENCHMARK, torn).contains("sample.json"));
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
        assert!(error(&silent, SAMPLE).contains("declares no input bytes"));
    }
}

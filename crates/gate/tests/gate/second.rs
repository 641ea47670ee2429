//! A second implementation: scipy's exact signed-rank test, and numpy's logarithms for the estimate.

use std::io::Write as _;
use std::process::{Command, Stdio};

use gate::Ratios;

/// Reads one array of ratios a line; answers p (greater), p (less) and the Hodges-Lehmann ratio.
const SCRIPT: &str = r"
import json, sys
import numpy as np
from scipy.stats import wilcoxon
for line in sys.stdin:
    d = np.log(np.array(json.loads(line)))
    p = [wilcoxon(d, alternative=a, method='exact').pvalue for a in ('greater', 'less')]
    walsh = np.add.outer(d, d)[np.triu_indices(len(d))] / 2
    print(json.dumps([*map(float, p), float(np.exp(np.median(walsh)))]))
";

#[test]
fn scipy_finds_the_same() {
    let mut there = Command::new("python3");
    there
        .args(["-c", "import numpy, scipy"])
        .stderr(Stdio::null());
    if !there.status().is_ok_and(|status| status.success()) {
        println!("skipped: the comparison with scipy (python3 with numpy and scipy is not there)");
        return;
    }
    let series: Vec<Vec<f64>> = [5, 8, 16, 24, 40, 50].iter().map(|&n| ratios(n)).collect();
    for (ratios, line) in series.iter().zip(answers(&series).lines()) {
        let [greater, less, estimate]: [f64; 3] =
            serde_json::from_str(line).expect("three numbers");
        let ours = Ratios::of(&vec![1.0; ratios.len()], ratios);
        let named = format!("{} pairs: {line}", ratios.len());
        assert!((ours.slower(0.0) - greater).abs() < 1e-12, "{named}");
        assert!((ours.faster(0.0) - less).abs() < 1e-12, "{named}");
        assert!(
            (ours.estimate().expect("pairs") - estimate).abs() < 1e-12,
            "{named}"
        );
    }
}

/// Without ties, which scipy's exact test does not take.
fn ratios(count: usize) -> Vec<f64> {
    (0..count)
        .map(|n| 1.0 + ((n * n * 31 + n * 17) % 1009) as f64 / 20_000.0 - 0.018 + n as f64 * 1e-7)
        .collect()
}

fn answers(series: &[Vec<f64>]) -> String {
    let mut python = Command::new("python3")
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 was there a moment ago");
    let mut input = python.stdin.take().expect("piped");
    for ratios in series {
        writeln!(input, "{}", serde_json::to_string(ratios).expect("numbers")).expect("a reader");
    }
    drop(input);
    let output = python.wait_with_output().expect("its answer");
    assert!(output.status.success(), "python3 failed");
    String::from_utf8(output.stdout).expect("JSON")
}

//! The canonical form, over which the hash goes, in Rust and in Python.

use serde_json::json;

use crate::common::{Noise, repository};

/// Numbers of every magnitude, and the keys and texts that sort and escape oddly.
#[test]
fn both_canonical_forms_are_the_same_bytes() {
    let mut noise = Noise(1);
    let mut numbers: Vec<f64> = (0..20_000)
        .map(|_| {
            noise.unit();
            f64::from_bits(noise.0 ^ (noise.0 >> 29))
        })
        .filter(|number| number.is_finite())
        .collect();
    numbers.extend([
        0.0,
        -0.0,
        1e21,
        1e-6,
        1e-7,
        5e-324,
        f64::MAX,
        1e20,
        123_456_789_012_345_680_000.0,
        0.1,
        100.0,
    ]);
    let texts = json!({"\u{20ac}": "\u{0}\u{8}\u{b}\u{1f}\u{7f}\"\\/\u{2028}", "\r": 1, "\u{fb33}": 2, "\u{1f600}": 3, "1": 4, "\u{80}": true});
    let input = json!([numbers, texts]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("input.json");
    std::fs::write(&file, serde_json::to_string(&input).unwrap()).unwrap();
    let program = "import sys; from verify.seal import canonical; from verify.strict_json import parse\n\
                   text = open(sys.argv[1], encoding='utf-8').read()\n\
                   sys.stdout.buffer.write(canonical(parse(text)).encode())";
    let output = std::process::Command::new("python3")
        .args(["-B", "-c", program])
        .arg(&file)
        .env("PYTHONPATH", repository("scripts"))
        .output()
        .expect("python3 is needed for the second verifier");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.stdout == serde_json_canonicalizer::to_vec(&input).unwrap());
}

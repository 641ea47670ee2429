//! Receipts as a history keeps them, made up.

use history::{Entry, Measurement, SeriesKey};

/// One series.
pub(crate) fn key() -> SeriesKey {
    SeriesKey {
        machine: "2 x CPU (x86_64, virtual)".to_owned(),
        benchmark: "group/name".to_owned(),
        subject: "copybook-decode".to_owned(),
        kernel: None,
    }
}

/// A run that many hours into the year, with its own seal and commit.
pub(crate) fn entry(hour: u32, mibps: f64) -> Entry {
    Entry {
        seal: format!("{hour:064x}"),
        time: format!("2026-01-{:02}T{:02}:00:00Z", 1 + hour / 24, hour % 24)
            .parse()
            .expect("a time"),
        commit: Some(format!("{:040x}", 0xabc_0000 + hour)),
        source: format!("run-{hour}/perf.json"),
        verified: true,
        unfit: false,
        measurements: vec![Measurement {
            series: key(),
            mean_mibps: mibps,
            ci95_mibps: [mibps * 0.99, mibps * 1.01],
            quiet_mibps: mibps * 1.02,
            answers_checked: true,
        }],
    }
}

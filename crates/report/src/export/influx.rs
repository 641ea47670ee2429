//! InfluxDB's line protocol, which VictoriaMetrics and Telegraf read too. A line that is written twice is
//! the same point, so that sending again changes nothing.

use std::fmt::Write as _;

use receipt::words;

use super::{Exported, bytes};

/// Every point, with its time in ns.
#[must_use]
pub fn influx(all: &[Exported]) -> String {
    let mut out = String::new();
    for one in all {
        let key = &one.series.key;
        let tags = format!(
            "bench_throughput,benchmark={},kernel={},machine={},subject={}",
            tag(&key.benchmark),
            tag(key.kernel.as_deref().unwrap_or("best")),
            tag(&key.machine),
            tag(&key.subject)
        );
        for point in &one.points {
            let [low, high] = point.ci95_mibps.map(bytes);
            // Writing to a String can't fail.
            let _ = writeln!(
                out,
                "{tags} mean_bytes_per_second={},ci95_low_bytes_per_second={low},ci95_high_bytes_per_second={high},\
                 quiet_bytes_per_second={},verified={},unfit={},commit=\"{}\",receipt=\"{}\" {}",
                bytes(point.mean_mibps),
                bytes(point.quiet_mibps),
                point.verified,
                point.unfit,
                field(point.commit.as_deref().unwrap_or("unknown")),
                field(&point.seal),
                point.time.as_nanosecond()
            );
        }
    }
    out
}

/// A tag's value: no line ends, and no backslash, which would escape what stands behind it.
fn tag(text: &str) -> String {
    let text = words::printable(text).replace('\\', "/");
    let text = text
        .replace(',', "\\,")
        .replace('=', "\\=")
        .replace(' ', "\\ ");
    match text.is_empty() {
        true => "unknown".to_owned(),
        false => text,
    }
}

fn field(text: &str) -> String {
    words::printable(text)
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
}

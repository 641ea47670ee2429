//! Comma-separated values (RFC 4180), a header first.

use super::Exported;

const HEADER: &str = "benchmark,machine,subject,kernel,time,commit,mean_mibps,ci95_low_mibps,ci95_high_mibps,\
                      quiet_mibps,answers_checked,unfit,verified,receipt,source";

/// Every point of every series; an unknown commit is an empty field.
#[must_use]
pub fn csv(all: &[Exported]) -> String {
    let mut out = format!("{HEADER}\r\n");
    for one in all {
        let key = &one.series.key;
        for point in &one.points {
            let [low, high] = point.ci95_mibps;
            let fields = [
                key.benchmark.clone(),
                key.machine.clone(),
                key.subject.clone(),
                key.kernel.clone().unwrap_or_else(|| "best".to_owned()),
                point.time.to_string(),
                point.commit.clone().unwrap_or_default(),
                point.mean_mibps.to_string(),
                low.to_string(),
                high.to_string(),
                point.quiet_mibps.to_string(),
                point.answers_checked.to_string(),
                point.unfit.to_string(),
                point.verified.to_string(),
                point.seal.clone(),
                point.source.clone(),
            ];
            out.push_str(&fields.map(quoted).join(","));
            out.push_str("\r\n");
        }
    }
    out
}

fn quoted(field: String) -> String {
    match field.contains([',', '"', '\r', '\n']) {
        true => format!("\"{}\"", field.replace('"', "\"\"")),
        false => field,
    }
}

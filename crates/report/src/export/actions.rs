//! github-action-benchmark's JSON, for its tool `customBiggerIsBetter`.

use serde_json::{Value, json};

use super::{ExportError, Exported, newest};

/// The newest point of each series, in MiB/s.
///
/// # Errors
/// A benchmark was measured on several machines.
pub fn actions(all: &[Exported]) -> Result<Value, ExportError> {
    let row = |(name, point): (String, &history::Point)| {
        let [low, high] = point.ci95_mibps;
        let commit = point.commit.as_deref().unwrap_or("unknown");
        json!({
            "name": name,
            "unit": "MiB/s",
            "value": point.mean_mibps,
            "range": format!("{low:.1} to {high:.1}"),
            "extra": format!("commit {commit}\nreceipt {}", point.seal),
        })
    };
    Ok(newest(all)?.into_iter().map(row).collect())
}

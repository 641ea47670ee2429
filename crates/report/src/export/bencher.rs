//! Bencher Metric Format (bencher.dev, `bencher run --adapter json`): the machine is its "testbed", which
//! the caller names there.

use serde_json::{Map, Value, json};

use super::{ExportError, Exported, newest};

/// The newest point of each series, in MiB/s.
///
/// # Errors
/// A benchmark was measured on several machines.
pub fn bencher(all: &[Exported]) -> Result<Value, ExportError> {
    let metric = |(name, point): (String, &history::Point)| {
        let [low, high] = point.ci95_mibps;
        let throughput =
            json!({"value": point.mean_mibps, "lower_value": low, "upper_value": high});
        (name, json!({"throughput": throughput}))
    };
    let all: Map<String, Value> = newest(all)?.into_iter().map(metric).collect();
    Ok(Value::Object(all))
}

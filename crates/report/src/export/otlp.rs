//! OpenTelemetry's protocol as JSON (OTLP 1.x, `ExportMetricsServiceRequest` by proto3's JSON mapping:
//! 64-bit integers are texts).

use history::Point;
use serde_json::{Value, json};

use super::{Exported, bytes};

/// Every point of every series, as gauges; `version` is that of this program.
#[must_use]
pub fn otlp(all: &[Exported], version: &str) -> Value {
    let gauge = |name: &str, description: &str, value: fn(&Point) -> f64| {
        let points = |one: &Exported| -> Vec<Value> {
            let point = |point: &Point| data_point(one, point, value(point));
            one.points.iter().map(point).collect()
        };
        let points: Vec<Value> = all.iter().flat_map(points).collect();
        json!({
            "name": name,
            "description": description,
            "unit": "By/s",
            "gauge": {"dataPoints": points},
        })
    };
    json!({"resourceMetrics": [{
        "resource": {"attributes": [attribute("service.name", "copybook-bench")]},
        "scopeMetrics": [{
            "scope": {"name": "copybook-bench", "version": version},
            "metrics": [
                gauge("bench.throughput", "Mean input bytes decoded per second.", |point| bytes(point.mean_mibps)),
                gauge("bench.throughput.ci95.low", "Low end of the 95 % interval of the mean.", |point| bytes(point.ci95_mibps[0])),
                gauge("bench.throughput.ci95.high", "High end of the 95 % interval of the mean.", |point| bytes(point.ci95_mibps[1])),
            ],
        }],
    }]})
}

fn data_point(one: &Exported, point: &Point, value: f64) -> Value {
    let key = &one.series.key;
    let mut attributes = vec![
        attribute("benchmark", &key.benchmark),
        attribute("machine", &key.machine),
        attribute("subject", &key.subject),
        attribute("kernel", key.kernel.as_deref().unwrap_or("best")),
        attribute("receipt", &point.seal),
    ];
    let commit = point.commit.as_deref();
    attributes.extend(commit.map(|commit| attribute("commit", commit)));
    json!({
        "attributes": attributes,
        "timeUnixNano": point.time.as_nanosecond().to_string(),
        "asDouble": value,
    })
}

fn attribute(key: &str, value: &str) -> Value {
    json!({"key": key, "value": {"stringValue": value}})
}

//! OpenMetrics text (specification 1.0), with nothing in it that Prometheus' older text format 0.0.4
//! does not have: the text file collector of the node exporter and the Pushgateway read that one, and
//! both refuse times of their own.

use std::fmt::Write as _;

use history::Point;

use super::{Exported, bytes};

/// A gauge: name, unit behind it, help, and its value where there is one.
struct Gauge {
    name: &'static str,
    help: &'static str,
    value: fn(&Exported, &Point) -> Option<f64>,
}

const GAUGES: &[Gauge] = &[
    Gauge {
        name: "bench_throughput_bytes_per_second",
        help: "Mean input bytes decoded per second in the newest run.",
        value: |_, point| Some(bytes(point.mean_mibps)),
    },
    Gauge {
        name: "bench_throughput_ci95_low_bytes_per_second",
        help: "Low end of the 95 % interval of the mean.",
        value: |_, point| Some(bytes(point.ci95_mibps[0])),
    },
    Gauge {
        name: "bench_throughput_ci95_high_bytes_per_second",
        help: "High end of the 95 % interval of the mean.",
        value: |_, point| Some(bytes(point.ci95_mibps[1])),
    },
    Gauge {
        name: "bench_throughput_quiet_bytes_per_second",
        help: "Throughput at the 10th percentiles of the launches, which change points are found in.",
        value: |_, point| Some(bytes(point.quiet_mibps)),
    },
    Gauge {
        name: "bench_run_timestamp_seconds",
        help: "Start of the newest run.",
        value: |_, point| Some(point.time.as_microsecond() as f64 / 1e6),
    },
    Gauge {
        name: "bench_run_unfit",
        help: "1 if the host was found unfit to be judged on.",
        value: |_, point| Some(f64::from(point.unfit)),
    },
    Gauge {
        name: "bench_run_verified",
        help: "1 if the receipt was verified, 0 if it was taken on trust.",
        value: |_, point| Some(f64::from(point.verified)),
    },
    Gauge {
        name: "bench_trend_slowdown",
        help: "1 if the newest change of level is a slowdown that nobody acknowledged.",
        value: |one, _| Some(f64::from(one.slowdown)),
    },
    Gauge {
        name: "bench_trend_change_ratio",
        help: "Throughput behind the newest change of level over that before it; absent without one.",
        value: |one, _| one.found.changes.last().map(|change| change.size.ratio),
    },
];

/// The newest point of each series, and its trend.
#[must_use]
pub fn openmetrics(all: &[Exported]) -> String {
    let mut out = String::new();
    // Writing to a String can't fail.
    for Gauge { name, help, value } in GAUGES {
        let _ = write!(out, "# HELP {name} {help}\n# TYPE {name} gauge\n");
        for one in all {
            let point = one.newest();
            if let Some(value) = point.and_then(|point| value(one, point)) {
                let _ = writeln!(out, "{name}{{{}}} {value}", labels(one));
            }
        }
    }
    let name = "bench_run_info";
    let _ = write!(
        out,
        "# HELP {name} Revision and receipt of the newest run.\n# TYPE {name} gauge\n"
    );
    for one in all {
        if let Some(point) = one.newest() {
            let commit = escaped(point.commit.as_deref().unwrap_or("unknown"));
            let (labels, seal) = (labels(one), &point.seal);
            let _ = writeln!(
                out,
                "{name}{{{labels},commit=\"{commit}\",receipt=\"{seal}\"}} 1"
            );
        }
    }
    out.push_str("# EOF\n");
    out
}

fn labels(one: &Exported) -> String {
    let key = &one.series.key;
    format!(
        "benchmark=\"{}\",machine=\"{}\",subject=\"{}\",kernel=\"{}\"",
        escaped(&key.benchmark),
        escaped(&key.machine),
        escaped(&key.subject),
        escaped(key.kernel.as_deref().unwrap_or("best"))
    )
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

//! Each format on the same two points, with names that need escaping.

use history::change::Found;
use history::{Entry, History, Measurement, SeriesKey};

use super::*;

fn exported(machine: &str) -> Vec<Exported> {
    let at = tempfile::tempdir().expect("a folder");
    let mut history = History::open(&at.path().join("h.db")).expect("a new file");
    let entry = |hour: u32| Entry {
        seal: format!("{hour:064x}"),
        time: format!("2026-01-01T{hour:02}:00:00Z")
            .parse()
            .expect("a time"),
        commit: (hour > 1).then(|| "6cdd32b".to_owned()),
        source: "a \"b\", c".to_owned(),
        verified: true,
        unfit: false,
        measurements: vec![Measurement {
            series: SeriesKey {
                machine: machine.to_owned(),
                benchmark: "group/na=me \\".to_owned(),
                subject: "copybook-decode".to_owned(),
                kernel: None,
            },
            mean_mibps: f64::from(hour),
            ci95_mibps: [0.5, 2.5],
            quiet_mibps: 2.0,
            answers_checked: true,
        }],
    };
    history.append(&[entry(1), entry(2)]).expect("room");
    let series = history.series().expect("sound").remove(0);
    let points = history.points(series.id).expect("sound");
    vec![Exported {
        series,
        points,
        found: Found {
            changes: Vec::new(),
            points: 2,
            blocks: 2,
            autocorrelation: 0.0,
            too_short: true,
        },
        slowdown: true,
    }]
}

#[test]
fn openmetrics_has_the_newest_point_in_base_units() {
    let text = openmetrics(&exported("2 x \"C\"PU"));
    let labels = r#"benchmark="group/na=me \\",machine="2 x \"C\"PU",subject="copybook-decode",kernel="best""#;
    for line in [
        format!("bench_throughput_bytes_per_second{{{labels}}} 2097152"),
        format!("bench_run_timestamp_seconds{{{labels}}} 1767232800"),
        format!("bench_trend_slowdown{{{labels}}} 1"),
    ] {
        assert!(text.lines().any(|other| other == line), "{line}\n{text}");
    }
    assert!(
        !text.contains("bench_trend_change_ratio{"),
        "no change, no ratio: {text}"
    );
    assert!(text.ends_with("# EOF\n"));
}

#[test]
fn influx_has_every_point_with_its_time() {
    let text = influx(&exported("2 x CPU, virtual"));
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 2);
    let start = r"bench_throughput,benchmark=group/na\=me\ /,kernel=best,machine=2\ x\ CPU\,\ virtual,subject=copybook-decode mean_bytes_per_second=1048576,";
    assert!(lines[0].starts_with(start), "{text}");
    assert!(lines[0].ends_with(" 1767229200000000000"), "{text}");
}

#[test]
fn csv_quotes_what_needs_it() {
    let text = csv(&exported("2 x CPU (x86_64, virtual)"));
    let lines: Vec<_> = text.split("\r\n").collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert!(lines[1].starts_with("group/na=me \\,\"2 x CPU (x86_64, virtual)\",copybook-decode,best,2026-01-01T01:00:00Z,,1,0.5,2.5,2,true,false,true,"), "{text}");
    assert!(lines[2].ends_with("2,\"a \"\"b\"\", c\""), "{text}");
}

#[test]
fn otlp_writes_long_integers_as_texts() {
    let all = otlp(&exported("m"), "1.0");
    let metric = &all["resourceMetrics"][0]["scopeMetrics"][0]["metrics"][0];
    let point = &metric["gauge"]["dataPoints"][1];
    assert_eq!(
        (&metric["name"], &point["asDouble"]),
        (&"bench.throughput".into(), &2_097_152.0.into())
    );
    assert_eq!(point["timeUnixNano"], "1767232800000000000");
}

#[test]
fn formats_that_know_only_names_refuse_two_machines() {
    let mut all = exported("one");
    assert_eq!(
        bencher(&all).expect("one machine")["group/na=me \\"]["throughput"]["value"],
        2.0
    );
    assert_eq!(
        actions(&all).expect("one machine")[0]["range"],
        "0.5 to 2.5"
    );
    all.extend(exported("another"));
    let error = bencher(&all).expect_err("two machines").to_string();
    assert!(error.contains("--machine"), "{error}");
    assert_eq!(
        actions(&all),
        Err(ExportError::Machines {
            benchmark: "group/na=me \\".to_owned()
        })
    );
}

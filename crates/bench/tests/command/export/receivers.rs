//! The real receivers. Each is asked for the value that was sent; one that is not installed is skipped
//! by name.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::support::{
    Running, encoded, eventually, expected, export, get, history, http, json, near, port, scraping,
    sent, stderr,
};

/// Over a Pushgateway into Prometheus: sent twice, there once.
#[test]
fn prometheus_by_way_of_the_pushgateway() {
    let at = tempfile::tempdir().expect("a folder");
    let (push, prometheus) = (port(), port());
    let listen = format!("--web.listen-address=127.0.0.1:{push}");
    let Some(_push) = Running::start(Command::new("prometheus-pushgateway").arg(listen)) else {
        return;
    };
    eventually("the Pushgateway", || get(push, "/-/ready"));
    let history = history(at.path());
    let url = format!("http://127.0.0.1:{push}");
    for _ in 0..2 {
        sent(&history, &["--format", "openmetrics", "--url", &url]);
    }
    let metrics = get(push, "/metrics").expect("metrics");
    let (benchmark, bytes) = expected();
    let lines = metrics.lines().filter(|line| {
        line.starts_with("bench_throughput_bytes_per_second{") && line.contains(&benchmark)
    });
    assert_eq!(lines.count(), 1, "{metrics}");

    let Some(_prometheus) = scraping(at.path(), push, prometheus) else {
        return;
    };
    let query = encoded(&format!(
        "bench_throughput_bytes_per_second{{benchmark=\"{benchmark}\"}}"
    ));
    let found = eventually("the value in Prometheus", || {
        let answer = json(&get(prometheus, &format!("/api/v1/query?query={query}"))?);
        let value = &answer["data"]["result"][0]["value"][1];
        Some(value.as_str()?.parse::<f64>().expect("a number"))
    });
    assert!(near(found, bytes), "{found} {bytes}");
}

/// As the node exporter's collector reads it, and as Prometheus' own linter does.
#[test]
fn the_text_file_collector() {
    let at = tempfile::tempdir().expect("a folder");
    let folder = at.path().join("collector");
    fs::create_dir(&folder).expect("a folder");
    let file = folder.join("bench.prom");
    let history = history(at.path());
    sent(
        &history,
        &[
            "--format",
            "openmetrics",
            "--to",
            file.to_str().expect("UTF-8"),
        ],
    );
    assert_eq!(
        fs::read_dir(&folder).expect("ours").count(),
        1,
        "a temporary file was left"
    );
    match Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(fs::File::open(&file).expect("it"))
        .output()
    {
        Ok(output) => assert!(output.status.success(), "{}", stderr(&output)),
        Err(_) => println!(
            "skipped: promtool check metrics (promtool is not installed; scripts/test.sh installs it)"
        ),
    }
    let port = port();
    let mut command = Command::new("prometheus-node-exporter");
    command
        .arg(format!(
            "--collector.textfile.directory={}",
            folder.display()
        ))
        .arg(format!("--web.listen-address=127.0.0.1:{port}"))
        .args(["--collector.disable-defaults", "--collector.textfile"]);
    let Some(_running) = Running::start(&mut command) else {
        return;
    };
    let metrics = eventually("the node exporter", || get(port, "/metrics"));
    assert!(
        metrics.contains("node_textfile_scrape_error 0"),
        "{metrics}"
    );
    let (benchmark, bytes) = expected();
    let line = metrics.lines().find(|line| {
        line.starts_with("bench_throughput_bytes_per_second{") && line.contains(&benchmark)
    });
    let value = line.and_then(|line| line.rsplit(' ').next()?.parse::<f64>().ok());
    assert!(value.is_some_and(|value| near(value, bytes)), "{metrics}");
}

#[test]
fn influxdb() {
    let at = tempfile::tempdir().expect("a folder");
    let (port, rpc) = (port(), port());
    let folder = |name: &str| at.path().join(name);
    let mut command = Command::new("influxd");
    command
        .args(["-config", "/dev/null"])
        .env("HOME", at.path())
        .env("INFLUXDB_META_DIR", folder("meta"))
        .env("INFLUXDB_DATA_DIR", folder("data"))
        .env("INFLUXDB_DATA_WAL_DIR", folder("wal"))
        .env("INFLUXDB_BIND_ADDRESS", format!("127.0.0.1:{rpc}"))
        .env("INFLUXDB_HTTP_BIND_ADDRESS", format!("127.0.0.1:{port}"))
        .env("INFLUXDB_REPORTING_DISABLED", "true");
    let Some(_running) = Running::start(&mut command) else {
        return;
    };
    let query = |text: &str| format!("/query?db=bench&q={}", encoded(text));
    eventually("InfluxDB", || {
        http(port, "POST", &query("CREATE DATABASE bench"))
    });
    let history = history(at.path());
    let url = format!("http://127.0.0.1:{port}");
    for _ in 0..2 {
        sent(&history, &["--format", "influx", "--url", &url]);
    }
    let (benchmark, bytes) = expected();
    let text = format!(
        "SELECT mean_bytes_per_second FROM bench_throughput WHERE benchmark = '{benchmark}'"
    );
    let answer = json(&get(port, &query(&text)).expect("an answer"));
    let values = answer["results"][0]["series"][0]["values"]
        .as_array()
        .expect("values");
    assert_eq!(values.len(), 1, "sent twice, there once: {answer}");
    assert!(
        values[0][1]
            .as_f64()
            .is_some_and(|value| near(value, bytes)),
        "{answer}"
    );
}

#[test]
fn victoria_metrics() {
    let at = tempfile::tempdir().expect("a folder");
    let port = port();
    let mut command = Command::new("victoria-metrics");
    command
        .arg(format!(
            "-storageDataPath={}",
            at.path().join("data").display()
        ))
        .arg(format!("-httpListenAddr=127.0.0.1:{port}"))
        .args(["-retentionPeriod=100y", "-dedup.minScrapeInterval=1ms"]);
    let Some(_running) = Running::start(&mut command) else {
        return;
    };
    eventually("VictoriaMetrics", || get(port, "/health"));
    let history = history(at.path());
    let url = format!("http://127.0.0.1:{port}");
    let (benchmark, bytes) = expected();
    let name = "bench_throughput_mean_bytes_per_second";
    let matching = encoded(&format!("{name}{{benchmark=\"{benchmark}\"}}"));
    // Not in one batch, in which it would see that they are the same.
    for _ in 0..2 {
        sent(&history, &["--format", "influx", "--url", &url]);
        get(port, "/internal/force_flush");
    }
    let found = eventually("the value in VictoriaMetrics", || {
        get(port, "/internal/force_flush");
        let lines = get(port, &format!("/api/v1/export?match[]={matching}"))?;
        json(lines.lines().next()?)["values"].as_array().cloned()
    });
    assert_eq!(found.len(), 1, "sent twice, there once: {found:?}");
    assert!(
        found[0].as_f64().is_some_and(|value| near(value, bytes)),
        "{found:?} {bytes}"
    );
}

/// Rotel, an OpenTelemetry collector, prints what it took. `COPYBOOK_ROTEL` names its program.
#[test]
fn an_opentelemetry_collector() {
    let at = tempfile::tempdir().expect("a folder");
    let (http_port, grpc) = (port(), port());
    let log = at.path().join("log");
    let program = std::env::var_os("COPYBOOK_ROTEL")
        .map_or_else(|| PathBuf::from("rotel-agent"), PathBuf::from);
    let mut command = Command::new(program);
    command
        .args([
            "start",
            "--exporter",
            "blackhole",
            "--debug-log",
            "metrics",
            "--debug-log-verbosity",
            "detailed",
        ])
        .arg("--pid-file")
        .arg(at.path().join("pid"))
        .arg(format!("--otlp-http-endpoint=127.0.0.1:{http_port}"))
        .arg(format!("--otlp-grpc-endpoint=127.0.0.1:{grpc}"));
    let Some(_running) =
        Running::start_into(&mut command, fs::File::create(&log).expect("a file").into())
    else {
        return;
    };
    let history = history(at.path());
    // It is sent again until the collector listens.
    let url = format!("http://127.0.0.1:{http_port}");
    sent(
        &history,
        &[
            "--format",
            "otlp",
            "--url",
            &url,
            "--retries",
            "10",
            "--retry-wait",
            "0.2",
        ],
    );
    let (benchmark, bytes) = expected();
    let text = eventually("the collector's log", || {
        fs::read_to_string(&log)
            .ok()
            .filter(|text| text.contains(&benchmark))
    });
    assert!(text.contains(&bytes.to_string()), "{bytes}: {text}");
}

/// No receiver to ask: what their documents say that they read.
#[test]
fn files_for_other_tools() {
    let at = tempfile::tempdir().expect("a folder");
    let history = history(at.path());
    let written = |format: &str| {
        let output = export(&history, &["--format", format])
            .output()
            .expect("bench runs");
        assert!(output.status.success(), "{}", stderr(&output));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let (benchmark, bytes) = expected();
    let mibps = bytes / 1_048_576.0;
    let bencher = json(&written("bencher"));
    let value = &bencher[&benchmark]["throughput"]["value"];
    assert!(
        value.as_f64().is_some_and(|value| near(value, mibps)),
        "{bencher}"
    );
    let actions = json(&written("github-action-benchmark"));
    let row = actions
        .as_array()
        .and_then(|rows| rows.iter().find(|row| row["name"] == benchmark.as_str()));
    assert_eq!(
        row.map(|row| &row["unit"]),
        Some(&"MiB/s".into()),
        "{actions}"
    );
    assert!(written("csv").starts_with("benchmark,machine,subject,kernel,time,commit,mean_mibps,"));
}

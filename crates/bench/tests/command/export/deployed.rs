//! What is shipped beside the exports: the alert rules and the dashboard, held against what is exported, in a
//! real Prometheus. The step `dashboard` of
//! `scripts/test.sh` holds the dashboard's form against Grafana's own types.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::support::{
    Running, deployed, encoded, eventually, export, get, history, json, near, port, scraping, sent,
    stderr,
};
use crate::history::made;

/// The rules by Prometheus' own checker; and no file asks for a name that is not exported.
#[test]
fn rules_hold_and_names_are_exported() {
    let at = tempfile::tempdir().expect("a folder");
    let history = history(at.path());
    let output = export(&history, &["--format", "openmetrics"])
        .output()
        .expect("bench runs");
    let exported = String::from_utf8(output.stdout).expect("UTF-8");
    for file in [
        "prometheus/alerts.yml",
        "prometheus/alerts.test.yml",
        "grafana/bench.json",
    ] {
        let text = fs::read_to_string(deployed(file)).expect("a file");
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let names = text
            .split(|c| !word(c))
            .filter(|name| name.starts_with("bench_"));
        let mut count = 0;
        for name in names {
            count += 1;
            assert!(
                exported.contains(&format!("# TYPE {name} gauge")),
                "{file} asks for {name}"
            );
        }
        assert!(count > 0, "{file} asks for nothing");
    }
    for (how, file) in [
        (["check", "rules"], "alerts.yml"),
        (["test", "rules"], "alerts.test.yml"),
    ] {
        let mut command = Command::new("promtool");
        command
            .args(how)
            .arg(file)
            .current_dir(deployed("prometheus"));
        match command.output() {
            Ok(output) => {
                let told = String::from_utf8_lossy(&output.stdout).into_owned() + &stderr(&output);
                assert!(output.status.success(), "{told}");
            }
            Err(_) => println!(
                "skipped: promtool {how:?} (promtool is not installed; scripts/test.sh installs it)"
            ),
        }
    }
}

/// A history whose newest change is a slowdown, by way of the Pushgateway: every query of the dashboard
/// finds it, asked as Grafana asks; and the alert fires.
#[test]
fn the_dashboard_and_the_alerts_show_a_slowdown() {
    let at = tempfile::tempdir().expect("a folder");
    let (push, prometheus) = (port(), port());
    let listen = format!("--web.listen-address=127.0.0.1:{push}");
    let Some(_push) = Running::start(Command::new("prometheus-pushgateway").arg(listen)) else {
        return;
    };
    let Some(_prometheus) = scraping(at.path(), push, prometheus) else {
        return;
    };
    eventually("the Pushgateway", || get(push, "/-/ready"));
    let history = at.path().join("h.db");
    made(&history, 60, 40);
    let url = format!("http://127.0.0.1:{push}");
    sent(&history, &["--format", "openmetrics", "--url", &url]);

    let server = Server(prometheus);
    eventually("the run in Prometheus", || {
        let found = server.asked("query", &[("query", "bench_run_info")])?;
        (!rows(&found).is_empty()).then_some(())
    });
    let text = fs::read_to_string(deployed("grafana/bench.json")).expect("a file");
    let dashboard = json(&text);
    let chosen = server.choices(&dashboard);
    let mut shown = BTreeMap::new();
    for panel in list(&dashboard["panels"]) {
        let title = panel["title"].as_str().expect("a title");
        for target in list(&panel["targets"]) {
            let rows = server.rows(target, &chosen);
            assert_eq!(rows.len(), 1, "{title}: one series was exported");
            shows_labels(target, &rows[0], title);
            shown.insert(
                (title, target["refId"].as_str().expect("a name")),
                rows[0].clone(),
            );
        }
    }
    let value = |title| newest(&shown[&(title, "A")]);
    assert_eq!(value("Slowdowns that nobody acknowledged"), 1.0);
    assert_eq!(value("Machines unfit to be judged on"), 0.0);
    assert_eq!(value("Newest runs taken on trust"), 0.0);
    let day = 86_400.0;
    assert!(value("Longest time since a run") > 2.0 * day);
    for (title, value, expected) in [
        ("Slowdowns that nobody acknowledged", 0.0, "green"),
        ("Slowdowns that nobody acknowledged", 1.0, "red"),
        ("Machines unfit to be judged on", 1.0, "orange"),
        ("Newest runs taken on trust", 1.0, "orange"),
        ("Longest time since a run", 1.9 * day, "green"),
        ("Longest time since a run", 2.1 * day, "red"),
    ] {
        assert_eq!(
            color(&dashboard, title, value),
            expected,
            "{title}: {value}"
        );
    }
    let (mean, change) = (value("Throughput"), value("Newest change of level"));
    let interval = "95 % interval of the mean";
    assert!(
        near(value(interval), mean * 0.99) && near(newest(&shown[&(interval, "B")]), mean * 1.01)
    );
    assert!((change + 0.1).abs() < 0.005, "{change}");
    let run = &shown[&("Newest run of each series", "A")]["metric"];
    assert_eq!(run["commit"], format!("{:040x}", 0xabc_0000 + 59).as_str());

    eventually("the alert", || {
        let alerts = server.asked("alerts", &[])?;
        let fires = |alert: &&Value| {
            alert["labels"]["alertname"] == "BenchSlowdown" && alert["state"] == "firing"
        };
        list(&alerts["alerts"]).iter().find(fires).cloned()
    });
}

/// Prometheus on a port.
struct Server(u16);

impl Server {
    /// What it answers a request of its interface; `None` where it does not.
    fn asked(&self, what: &str, parameters: &[(&str, &str)]) -> Option<Value> {
        let parameters: Vec<String> = parameters
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let target = format!("/api/v1/{what}?{}", parameters.join("&"));
        Some(json(&get(self.0, &target)?)["data"].clone())
    }

    /// Each variable of the dashboard, and how Grafana writes the choice "All" of it into a query: every
    /// value with a backslash in front of what means something in an expression, which in a quoted text is two.
    fn choices(&self, dashboard: &Value) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        for variable in list(&dashboard["templating"]["list"]) {
            let Some((metric, label)) = variable["query"].as_str().and_then(|query| {
                query
                    .strip_prefix("label_values(")?
                    .strip_suffix(")")?
                    .split_once(", ")
            }) else {
                continue;
            };
            let values = self
                .asked(&format!("label/{label}/values"), &[("match[]", metric)])
                .unwrap_or_else(|| panic!("no values of {variable}"));
            let values: Vec<String> = list(&values)
                .iter()
                .map(|value| escaped(value.as_str().expect("a text")))
                .collect();
            assert!(!values.is_empty(), "nothing to choose: {variable}");
            let name = variable["name"].as_str().expect("a name");
            all.insert(format!("${name}"), format!("({})", values.join("|")));
        }
        all
    }

    /// What a query of the dashboard finds.
    fn rows(&self, target: &Value, chosen: &BTreeMap<String, String>) -> Vec<Value> {
        let mut query = target["expr"].as_str().expect("a query").to_owned();
        for (variable, value) in chosen {
            query = query.replace(variable, value);
        }
        assert!(
            !query.contains('$'),
            "a variable that the dashboard has not: {query}"
        );
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("after 1970")
            .as_secs();
        // To the second behind this one, which may be that of the newest value.
        let (start, end) = ((now - 60).to_string(), (now + 1).to_string());
        let found = match target["instant"].as_bool() {
            Some(true) => self.asked("query", &[("query", &query)]),
            _ => self.asked(
                "query_range",
                &[
                    ("query", &query),
                    ("start", &start),
                    ("end", &end),
                    ("step", "1"),
                ],
            ),
        };
        rows(&found.unwrap_or_else(|| panic!("Prometheus refuses {query}"))).to_vec()
    }
}

fn rows(found: &Value) -> &[Value] {
    list(&found["result"])
}

/// Every label that the legend names is one that the row has.
fn shows_labels(target: &Value, row: &Value, title: &str) {
    let legend = target["legendFormat"].as_str().unwrap_or_default();
    for label in legend.split("{{").skip(1) {
        let label = label.split("}}").next().expect("a split has a first part");
        assert!(
            row["metric"][label].is_string(),
            "{title}: no label {label} in {row}"
        );
    }
}

/// The colour in which a panel shows a value: that of the highest threshold that it reaches. Without any of
/// its own, a panel turns red at 80.
fn color(dashboard: &Value, title: &str, value: f64) -> String {
    let panel = list(&dashboard["panels"])
        .iter()
        .find(|panel| panel["title"] == title)
        .expect("a panel");
    let steps = list(&panel["fieldConfig"]["defaults"]["thresholds"]["steps"]);
    let reached = |step: &&Value| step["value"].as_f64().is_none_or(|least| least <= value);
    let step = steps.iter().rfind(reached).expect("thresholds");
    step["color"].as_str().expect("a colour").to_owned()
}

/// The newest value of a row, of one moment or of many.
fn newest(row: &Value) -> f64 {
    let pair = row["values"].as_array().map_or(&row["value"], |values| {
        values.last().expect("a row has values")
    });
    pair[1]
        .as_str()
        .and_then(|text| text.parse().ok())
        .expect("a number")
}

fn escaped(value: &str) -> String {
    let mut out = String::new();
    for c in value.chars() {
        if "\\$^*{}[]'+?.()|".contains(c) {
            out.push_str("\\\\");
        }
        out.push(c);
    }
    out
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

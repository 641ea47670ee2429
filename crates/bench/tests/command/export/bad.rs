//! Receivers that are away, slow, refuse, fail, or close in the middle.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Output;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::support::{eventually, export, history, stderr};

/// What a receiver does with one request.
#[derive(Clone, Copy)]
enum Does {
    /// Answers with a status line, further headers, and a body.
    Answer(&'static str, &'static str),
    /// Answers half of what it announced, and closes.
    Break,
    /// Reads, and never answers.
    Wait,
}

/// A receiver that does one thing after another, the last one again and again; and what it was sent.
struct Receiver {
    port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    fn start(plan: Vec<Does>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            let mut waiting = Vec::new();
            for (at, stream) in listener.incoming().enumerate() {
                let Ok(mut stream) = stream else { return };
                let request = read(&mut stream);
                seen.lock().expect("no panic").push(request);
                let answer = match plan[at.min(plan.len() - 1)] {
                    Does::Answer(status, body) => format!(
                        "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}",
                        body.len()
                    ),
                    Does::Break => "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".to_owned(),
                    Does::Wait => {
                        waiting.push(stream);
                        continue;
                    }
                };
                // The other side may have gone.
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Self { port, requests }
    }

    /// Sends to it, with short waits.
    fn sent(&self, args: &[&str]) -> Output {
        let at = tempfile::tempdir().expect("a folder");
        let history = history(at.path());
        to(self.port, &history, args).output().expect("bench runs")
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("no panic").clone()
    }
}

fn to(port: u16, history: &std::path::Path, args: &[&str]) -> std::process::Command {
    let url = format!("http://127.0.0.1:{port}/write?db=bench&p=secret-of-the-query");
    let mut command = export(
        history,
        &[
            "--format",
            "influx",
            "--retries",
            "2",
            "--retry-wait",
            "0.05",
            "--url",
            &url,
        ],
    );
    command.args(args);
    command
}

/// The head and the body that it announces.
fn read(stream: &mut TcpStream) -> String {
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .expect("a socket");
    let (mut text, mut buffer) = (Vec::new(), [0; 65_536]);
    let mut end = None;
    loop {
        let read = stream.read(&mut buffer).unwrap_or(0);
        text.extend(&buffer[..read]);
        end = end.or_else(|| announced(&text));
        if read == 0 || end.is_some_and(|end| text.len() >= end) {
            return String::from_utf8_lossy(&text).into_owned();
        }
    }
}

/// How long a request is that has begun so, once its head is there.
fn announced(begin: &[u8]) -> Option<usize> {
    let head = begin.windows(4).position(|four| four == b"\r\n\r\n")?;
    let text = String::from_utf8_lossy(&begin[..head]).to_lowercase();
    let length = text.split("content-length: ").nth(1);
    let length = length.and_then(|rest| rest.split("\r\n").next()?.parse::<usize>().ok());
    Some(head + 4 + length.unwrap_or(0))
}

fn body(request: &str) -> &str {
    request.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}

#[test]
fn one_that_is_away_is_tried_again_and_named() {
    let at = tempfile::tempdir().expect("a folder");
    let history = history(at.path());
    // Nobody listens there, and no kernel hands this port out: one that is free now may be another test's soon.
    let port = 1;
    let output = to(port, &history, &[]).output().expect("bench runs");
    let error = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert_eq!(error.matches("trying again").count(), 2, "{error}");
    assert!(
        error.contains(&format!(
            "http://127.0.0.1:{port}/write did not take the export in 3 attempts"
        )),
        "{error}"
    );
    assert!(!error.contains("secret"), "{error}");
}

#[test]
fn one_that_fails_for_a_while_gets_the_same_points_again() {
    let receiver = Receiver::start(vec![
        Does::Answer("503 Service Unavailable", "starting"),
        Does::Break,
        Does::Answer("204 No Content", ""),
    ]);
    let output = receiver.sent(&[]);
    assert!(output.status.success(), "{}", stderr(&output));
    let requests = receiver.requests();
    assert_eq!(requests.len(), 3);
    assert!(
        requests
            .iter()
            .all(|request| body(request) == body(&requests[0])
                && body(request).contains("bench_throughput,"))
    );
}

#[test]
fn one_that_is_slow_is_given_up() {
    let receiver = Receiver::start(vec![Does::Wait]);
    // Long enough to be asked on a busy machine, too.
    let output = receiver.sent(&["--timeout", "2"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    // Who is given up may read the last question after that.
    eventually("three requests", || {
        (receiver.requests().len() >= 3).then_some(())
    });
    assert_eq!(receiver.requests().len(), 3);
}

#[test]
fn one_that_refuses_is_asked_once() {
    for status in [
        "400 Bad Request",
        "404 Not Found",
        "302 Found",
        "501 Not Implemented",
    ] {
        let receiver = Receiver::start(vec![Does::Answer(status, "database not found\n\u{1b}[2K")]);
        let output = receiver.sent(&[]);
        let error = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(
            error.contains("refused the export") && error.contains("database not found"),
            "{error}"
        );
        assert!(!error.contains('\u{1b}'), "{error:?}");
        assert_eq!(receiver.requests().len(), 1, "{status}");
    }
}

/// A collector that takes only a part says so in an answer of success.
#[test]
fn one_that_takes_a_part_has_refused_the_rest() {
    let answers = [
        (
            r#"{"partialSuccess":{"rejectedDataPoints":"3","errorMessage":"too old"}}"#,
            Some(1),
        ),
        (r#"{"partialSuccess":{"rejectedDataPoints":3}}"#, Some(1)),
        (
            r#"{"partialSuccess":{"errorMessage":"a warning"}}"#,
            Some(0),
        ),
        (r#"{"partialSuccess":{}}"#, Some(0)),
    ];
    for (answer, code) in answers {
        let receiver = Receiver::start(vec![Does::Answer("200 OK", answer)]);
        let at = tempfile::tempdir().expect("a folder");
        let history = history(at.path());
        let url = format!("http://127.0.0.1:{}", receiver.port);
        let output = export(&history, &["--format", "otlp", "--url", &url])
            .output()
            .expect("bench runs");
        let error = stderr(&output);
        assert_eq!(output.status.code(), code, "{answer}: {error}");
        assert_eq!(
            error.contains("3 points rejected"),
            code == Some(1),
            "{error}"
        );
        assert_eq!(receiver.requests().len(), 1, "{answer}");
    }
}

#[test]
fn credentials_come_from_a_file_or_a_variable_and_are_never_shown() {
    let at = tempfile::tempdir().expect("a folder");
    let history = history(at.path());
    let file = |text: &str| -> PathBuf {
        let path = at.path().join("credentials");
        std::fs::write(&path, text).expect("a file");
        path
    };
    for (text, header) in [
        ("t0p-secret\n", "Bearer t0p-secret"),
        ("Token t0p-secret", "Token t0p-secret"),
    ] {
        for by_file in [true, false] {
            let receiver = Receiver::start(vec![Does::Answer("401 Unauthorized", "who are you")]);
            let mut command = to(receiver.port, &history, &[]);
            if by_file {
                command.arg("--authorization-file").arg(file(text));
            } else {
                command.env("BENCH_EXPORT_AUTHORIZATION", text);
            }
            let output = command.output().expect("bench runs");
            let error = stderr(&output);
            assert_eq!(output.status.code(), Some(1), "{error}");
            assert!(
                !error.contains("secret") && error.contains("--authorization-file"),
                "{error}"
            );
            let requests = receiver.requests();
            assert!(
                requests[0]
                    .to_lowercase()
                    .contains(&format!("authorization: {}\r\n", header.to_lowercase())),
                "{requests:?}"
            );
        }
    }
    let mut command = to(1, &history, &[]);
    let output = command
        .arg("--authorization-file")
        .arg(file("two\nsecrets"))
        .output()
        .expect("bench runs");
    let error = stderr(&output);
    assert!(
        error.contains("expected one line") && !error.contains("secrets"),
        "{error}"
    );
}

/// Some receivers repeat what they were sent, whatever they think of it.
#[test]
fn an_answer_that_repeats_credentials_is_not_shown() {
    let partial = r#"{"partialSuccess":{"rejectedDataPoints":3,"errorMessage":"of t0p-secret"}}"#;
    for (status, body) in [
        ("401 Unauthorized", "unknown token t0p-secret"),
        (
            "400 Bad Request",
            "{\"authorization\":\"Bearer t0p-secret\"}",
        ),
        ("503 Service Unavailable", "not now, operator:s\\u0065cret"),
        ("200 OK", partial),
    ] {
        let receiver = Receiver::start(vec![Does::Answer(status, body)]);
        let at = tempfile::tempdir().expect("a folder");
        let output = to(receiver.port, &history(at.path()), &[])
            .env("BENCH_EXPORT_AUTHORIZATION", "Bearer t0p-secret")
            .output()
            .expect("bench runs");
        let error = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(!error.contains("cret"), "{error}");
        let told = match status {
            "200 OK" => "3 points rejected",
            other => other,
        };
        assert!(
            error.contains(told) && error.contains("may repeat the credentials"),
            "{error}"
        );
    }
    // Older receivers take user and password in the address.
    let receiver = Receiver::start(vec![Does::Answer(
        "404 Not Found",
        "nothing at /write?db=bench&p=secret-of-the-query",
    )]);
    let error = stderr(&receiver.sent(&[]));
    assert!(
        error.contains("404 Not Found") && !error.contains("secret"),
        "{error}"
    );
}

/// Receivers bound what they take at once: InfluxDB 25 MB. So a long history goes in pieces.
#[test]
fn a_long_history_is_sent_in_pieces() {
    const RUNS: usize = 9_000;
    let at = tempfile::tempdir().expect("a folder");
    let path = history(at.path());
    let line = export_lines(&path);
    let run: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    let benchmarks = run["measurements"].as_array().expect("some").len();
    let lines: String = (0..RUNS - 1)
        .map(|number| {
            let mut run = run.clone();
            run["seal"] = format!("{number:064x}").into();
            let (day, second) = (1 + number % 28, number / 28);
            let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
            run["time"] = format!("2025-01-{day:02}T{hour:02}:{minute:02}:{second:02}Z").into();
            format!("{run}\n")
        })
        .collect();
    let file = at.path().join("many.jsonl");
    std::fs::write(&file, lines).expect("a file");
    let mut import = super::support::bench(&["history", "import", "--trust", "--history"]);
    let output = import.arg(&path).arg(&file).output().expect("bench runs");
    assert!(output.status.success(), "{}", stderr(&output));

    let taken = Does::Answer("204 No Content", "");
    let receiver = Receiver::start(vec![taken]);
    let output = to(receiver.port, &path, &[]).output().expect("bench runs");
    assert!(output.status.success(), "{}", stderr(&output));
    let requests = receiver.requests();
    assert!(requests.len() > 2, "{} requests", requests.len());
    assert!(requests.iter().all(|request| request.len() < 5_000_000));
    let points: std::collections::BTreeSet<&str> = requests
        .iter()
        .flat_map(|request| body(request).lines())
        .collect();
    assert_eq!(points.len(), RUNS * benchmarks);
    let sent: usize = requests
        .iter()
        .map(|request| body(request).lines().count())
        .sum();
    assert_eq!(sent, points.len(), "something was sent twice");

    // What was taken before it failed is told.
    let refusing = Receiver::start(vec![taken, Does::Answer("413 Payload Too Large", "")]);
    let output = to(refusing.port, &path, &[]).output().expect("bench runs");
    let error = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(
        error.contains("413") && error.contains("points were taken before"),
        "{error}"
    );
    assert_eq!(refusing.requests().len(), 2);

    // A collector gets pieces too.
    let collector = Receiver::start(vec![Does::Answer("200 OK", "{}")]);
    let url = format!("http://127.0.0.1:{}", collector.port);
    let output = export(&path, &["--format", "otlp", "--url", &url])
        .output()
        .expect("bench runs");
    assert!(output.status.success(), "{}", stderr(&output));
    let requests = collector.requests();
    assert!(requests.len() > 2, "{} requests", requests.len());
    let points: usize = requests
        .iter()
        .map(|request| body(request).matches("timeUnixNano").count())
        .sum();
    assert_eq!(points, 3 * RUNS * benchmarks);
}

/// The only run of a history, as a line.
fn export_lines(path: &std::path::Path) -> String {
    let mut command = super::support::bench(&["history", "export", "--history"]);
    let output = command.arg(path).arg("-").output().expect("bench runs");
    assert!(output.status.success(), "{}", stderr(&output));
    String::from_utf8(output.stdout).expect("UTF-8")
}

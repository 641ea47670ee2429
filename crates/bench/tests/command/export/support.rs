//! A history of one recorded run, the command, and as much of HTTP as a test needs.

use std::fs;
use std::io::{Read as _, Write as _};
use std::iter;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use receipt::Receipt;

/// The recorded run.
pub(crate) fn recorded() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../results/epyc-2-cpus-kvm/2026-11-27.json")
}

/// What it says of its first benchmark: the name, and the mean in bytes per second.
pub(crate) fn expected() -> (String, f64) {
    let receipt = Receipt::load(&recorded()).expect("a receipt");
    let benchmark = &receipt.benchmarks[0];
    (benchmark.name.clone(), benchmark.mean_mibps * 1_048_576.0)
}

pub(crate) fn bench(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
    command.args(args).env_remove("BENCH_EXPORT_AUTHORIZATION");
    command
}

/// A history in a folder.
pub(crate) fn history(at: &Path) -> PathBuf {
    let path = at.join("history.db");
    let mut command = bench(&["history", "import", "--history"]);
    let output = command
        .arg(&path)
        .arg(recorded())
        .output()
        .expect("bench runs");
    assert!(output.status.success(), "{}", stderr(&output));
    path
}

/// `bench export` of it, with further arguments.
pub(crate) fn export(history: &Path, args: &[&str]) -> Command {
    let mut command = bench(&["export", "--history"]);
    command.arg(history).args(args);
    command
}

pub(crate) fn sent(history: &Path, args: &[&str]) {
    let output = export(history, args).output().expect("bench runs");
    assert!(output.status.success(), "{}", stderr(&output));
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A free port that stays free until a program listens there. Those that the kernel picks itself, for listeners and
/// for connections, could be anybody's by then; below them nobody is given one. Other processes begin elsewhere.
pub(crate) fn port() -> u16 {
    const FIRST: u16 = 10_000;
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    let picked = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
    let picked = picked.split_whitespace().next();
    let end = picked.and_then(|port| port.parse().ok()).unwrap_or(32_768);
    let span = u32::from(u16::max(end, FIRST + 1_000) - FIRST);
    let start = std::process::id().wrapping_mul(101);
    let mut ports = iter::repeat_with(|| {
        let given = u32::from(GIVEN.fetch_add(1, Ordering::Relaxed));
        FIRST + (start.wrapping_add(given) % span) as u16
    });
    ports
        .find(|&port| TcpListener::bind(("127.0.0.1", port)).is_ok())
        .expect("it goes on for ever")
}

/// A program that runs until the test is over; `None`, and said so, where it is not installed.
pub(crate) struct Running(Child);

impl Running {
    pub(crate) fn start(command: &mut Command) -> Option<Self> {
        Self::start_into(command, Stdio::null())
    }

    /// The same, with its standard output to somewhere.
    pub(crate) fn start_into(command: &mut Command, stdout: Stdio) -> Option<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        match command.stdout(stdout).stderr(Stdio::null()).spawn() {
            Ok(child) => Some(Self(child)),
            Err(error) => {
                println!("skipped: export to {name} ({error}; scripts/test.sh installs it)");
                None
            }
        }
    }
}

/// Prometheus on `port`, which takes what a Pushgateway on `push` holds and judges it by the rules that are
/// shipped; its files lie in the folder `at`.
pub(crate) fn scraping(at: &Path, push: u16, port: u16) -> Option<Running> {
    let config = at.join("prometheus.yml");
    let rules = deployed("prometheus/alerts.yml");
    let text = format!(
        "global: {{scrape_interval: 1s, evaluation_interval: 1s}}\nrule_files: ['{}']\nscrape_configs:\n\
         - job_name: push\n  honor_labels: true\n  static_configs: [{{targets: ['127.0.0.1:{push}']}}]\n",
        rules.display()
    );
    fs::write(&config, text).expect("a file");
    let mut command = Command::new("prometheus");
    command
        .arg(format!("--config.file={}", config.display()))
        .arg(format!("--storage.tsdb.path={}", at.join("data").display()))
        .arg(format!("--web.listen-address=127.0.0.1:{port}"));
    Running::start(&mut command)
}

/// A file that is shipped for an operator to apply elsewhere.
pub(crate) fn deployed(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../deploy")
        .canonicalize()
        .expect("a folder")
        .join(name)
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Asks until an answer pleases.
pub(crate) fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(60);
    while Instant::now() < end {
        if let Some(found) = ask() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    panic!("{what}: not within a minute");
}

/// The body of an answer with status 2xx; `None` for any other and where nobody answers.
pub(crate) fn http(port: u16, method: &str, target: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .ok()?;
    write!(
        stream,
        "{method} {target} HTTP/1.0\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
    )
    .ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    head.split(' ')
        .nth(1)?
        .starts_with('2')
        .then(|| body.to_owned())
}

pub(crate) fn get(port: u16, target: &str) -> Option<String> {
    http(port, "GET", target)
}

/// For a query.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

pub(crate) fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

pub(crate) fn near(found: f64, expected: f64) -> bool {
    (found / expected - 1.0).abs() < 1e-9
}

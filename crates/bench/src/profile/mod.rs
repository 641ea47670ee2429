//! `bench profile`: one launch of the suite, verified and measured as ever, with somebody looking in.

mod folded;
mod recorder;
mod show;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use instrument::subject::{Limits, Listener, Subject, Supervisor};
use instrument::wire::{Hello, Identity, Job, Progress, Takes};
use receipt::bounded;
use receipt::file::write_whole;
use report::profile::{self as left, Folded, Graph, Profile, UNKNOWN};
use workload::catalog;
use workload::copybook_decode::{DecodeOptions, Decoder, FileFormat, Framing, Schema};

use crate::explain::{self, Explained};
use crate::heartbeat::Heartbeat;
use crate::streams::{note, say};
use crate::suite::locate;
pub(crate) use recorder::Method;
use recorder::Recorder;

/// Input of our own decoder for its steps, bytes.
const STEPS: u64 = 1 << 20;
/// More unnamed functions than this, and the profile says little.
const UNNAMED: f64 = 0.2;

/// What the command line asked for.
pub(crate) struct Plan {
    /// Name, or a part of it that only one has.
    pub(crate) benchmark: String,
    pub(crate) suite: Option<PathBuf>,
    pub(crate) checkout: Option<PathBuf>,
    pub(crate) kernel: Option<String>,
    pub(crate) seconds: f64,
    pub(crate) method: Method,
    /// Folded stacks to compare with.
    pub(crate) base: Option<PathBuf>,
    /// Folder for the files.
    pub(crate) output: PathBuf,
    /// The command line, argument by argument.
    pub(crate) command: Vec<String>,
}

/// Profiles one benchmark, prints the shares, writes folded stacks and the flame graph.
///
/// # Errors
/// There is no profiler, or it may not look; a wrong answer; anything that a launch can fail with.
pub(crate) fn execute(plan: &Plan) -> Result<()> {
    if plan.suite.is_none() {
        named(&plan.benchmark)?;
    }
    let supervisor = Supervisor::new()?;
    let base = plan.base.as_deref().map(read).transpose()?;
    let work = tempfile::tempdir().context("no place for temporary files")?;
    let recorder = Recorder::new(plan.method, work.path())?;
    fs::create_dir_all(&plan.output)
        .with_context(|| format!("can't create the folder {}", plan.output.display()))?;
    let suite = locate::locate(plan.suite.as_deref(), plan.checkout.as_deref(), &supervisor)?;
    let launch = Launch {
        plan,
        suite: &suite,
        work: work.path(),
        supervisor: &supervisor,
        heartbeat: Heartbeat::from_env(),
    };
    note!("profiling with {}", recorder.event());
    let event = recorder.event();
    let Profiled {
        name,
        subject,
        records,
        folded,
    } = launch.run(recorder)?;
    let unit = match plan.method {
        Method::Perf => "samples",
        Method::Callgrind => "instructions",
    };
    let steps = steps(&name, plan.kernel.as_deref());
    say!(
        "{}",
        show::text(&name, &folded, base.as_ref(), unit).trim_end()
    )?;
    match &steps {
        Some(steps) => say!(
            "\nby field, timed one by one in this process:\n{}",
            explain::text(steps).trim_end()
        )?,
        None => note!(
            "no costs by field: {name} is no data set of fixed-length records of our own catalogue"
        ),
    }
    let summary = Profile {
        schema_version: left::SCHEMA_VERSION,
        kind: left::KIND.to_owned(),
        timestamp: jiff::Timestamp::now()
            .strftime("%Y-%m-%dT%H:%M:%SZ")
            .to_string(),
        benchmark: name.clone(),
        unit: unit.to_owned(),
        event: event.to_string(),
        seconds: plan.seconds,
        subject: subject.name,
        version: subject.version,
        records,
        fields: steps.as_ref().map(explain::summary),
        command: plan.command.clone(),
    };
    write(plan, &summary, &folded, base.as_ref())?;
    let output = plan.output.display();
    say!(
        "\nfolded stacks: {output}/{}\nflame graph: {output}/profile.svg",
        left::STACKS
    )?;
    note!("`bench report {output}` shows it all on one page");
    let shares = folded.shares();
    let unnamed = shares.iter().find(|share| share.function == UNKNOWN);
    if let Some(share) = unnamed.filter(|share| share.own > UNNAMED) {
        note!(
            "warning: {:.0} % are in functions without a name; build the suite with symbols (this project's release profile keeps them; `strip` takes them away)",
            100.0 * share.own
        );
    }
    Ok(())
}

fn read(path: &Path) -> Result<Folded> {
    let text = bounded::read_to_string(path, bounded::DOCUMENT)
        .with_context(|| format!("can't read the folded stacks {}", path.display()))?;
    let folded = Folded::parse(&text).with_context(|| path.display().to_string())?;
    ensure!(
        folded.total() > 0,
        "{}: expected folded stacks, found none",
        path.display()
    );
    Ok(folded)
}

/// The stacks, those of the base, the flame graph, and last the summary that says that they are there.
fn write(plan: &Plan, summary: &Profile, folded: &Folded, base: Option<&Folded>) -> Result<()> {
    let graph = Graph {
        title: &summary.benchmark,
        unit: &summary.unit,
        folded,
        base,
    };
    let put = |name: &str, text: String| write_whole(&plan.output.join(name), text.as_bytes());
    let last = plan.output.join(left::BASE);
    match base {
        Some(base) => put(left::BASE, base.text())?,
        None if last.exists() => {
            fs::remove_file(&last).with_context(|| format!("can't remove {}", last.display()))?
        }
        None => {}
    }
    put(left::STACKS, folded.text())?;
    put("profile.svg", graph.svg())?;
    put(left::SUMMARY, serde_json::to_string_pretty(summary)? + "\n")?;
    Ok(())
}

/// Where the decoder's time goes by field, for benchmarks whose records we have.
fn steps(name: &str, kernel: Option<&str>) -> Option<Explained> {
    let benchmark = catalog::all()
        .0
        .into_iter()
        .find(|one| one.name() == name)?;
    let set = benchmark.fixed_records()?.clone().sized(STEPS);
    let options = DecodeOptions {
        kernel: kernel.map(str::parse).transpose().ok()?,
        ..DecodeOptions::default()
    };
    let schema = Schema::parse(&set.copybook()).ok()?;
    let decoder = Decoder::new(&schema, &options).ok()?;
    let length = set.record_length().try_into().ok()?;
    let format = FileFormat::new(Framing::Fixed { length });
    explain::explain(&decoder, &format, &set.data()).ok()
}

/// What a launch came to.
struct Profiled {
    /// The benchmark's whole name.
    name: String,
    subject: Identity,
    records: u64,
    folded: Folded,
}

/// The one launch.
struct Launch<'a> {
    plan: &'a Plan,
    suite: &'a Path,
    work: &'a Path,
    supervisor: &'a Supervisor,
    heartbeat: Heartbeat,
}

impl Launch<'_> {
    fn run(&self, mut recorder: Recorder) -> Result<Profiled> {
        let mut suite = Command::new(self.suite);
        suite
            .env("CRITERION_HOME", self.work.join("criterion"))
            .env_remove("CARGO_CRITERION_PORT");
        let mut ears = Ears(&self.heartbeat);
        // A virtual CPU is some fifty times as slow, and says nothing while it prepares.
        let patience = Duration::from_secs(600);
        let limits = Limits {
            silence: patience,
            whole: patience + Duration::from_secs_f64(20.0 * self.plan.seconds),
        };
        let command = recorder.wrap(suite);
        let (mut subject, hello) = Subject::start(command, limits, self.supervisor, &mut ears)
            .with_context(|| format!("asking {} what it is", self.suite.display()))?;
        let name = chosen(&hello, &self.plan.benchmark)?;
        let job = Job {
            benchmark: name.clone(),
            warm_up_s: 1.0,
            measure_s: self.plan.seconds,
            samples: 10,
            kernel: self.plan.kernel.clone(),
            records: None,
            copybook: None,
        };
        let verified = subject.verify(&job, &mut ears)?;
        note!(
            "{name}: {} verified",
            crate::words::count(verified.records, "record")
        );
        recorder.start(hello.pid)?;
        let measured = subject.measure(&job, &verified, &mut ears);
        let stopped = recorder.stop(hello.pid);
        measured?;
        stopped?;
        subject.end(&mut ears)?;
        Ok(Profiled {
            name,
            subject: hello.subject,
            records: verified.records,
            folded: recorder.folded()?,
        })
    }
}

/// Told before our own suite is built for it, which takes minutes; what another suite has, only that knows.
fn named(text: &str) -> Result<()> {
    let all = catalog::all().0;
    ensure!(
        all.iter().any(|one| one.name().contains(text)),
        "no benchmark is called {text:?}; `bench list` shows the names"
    );
    Ok(())
}

/// The benchmark of this name, or the only one whose name contains the text.
fn chosen(hello: &Hello, text: &str) -> Result<String> {
    ensure!(
        hello.takes.contains(&Takes::Benchmarks),
        "expected a suite with benchmarks of its own, found {}, which takes only records",
        hello.subject.name
    );
    let names = || hello.benchmarks.iter().map(|one| one.name.as_str());
    if let Some(name) = names().find(|name| *name == text) {
        return Ok(name.to_owned());
    }
    let like: Vec<&str> = names().filter(|name| name.contains(text)).collect();
    match like[..] {
        [one] => Ok(one.to_owned()),
        [] => bail!("no benchmark is called {text:?}; `bench list` shows the names"),
        _ => bail!(
            "expected one benchmark, found {}: name one of them",
            like.join(", ")
        ),
    }
}

/// Hears signs of life, and passes them on to whoever watches this process.
struct Ears<'a>(&'a Heartbeat);

impl Listener for Ears<'_> {
    fn progress(&mut self, _: &Progress) {}

    fn tick(&mut self, silent: Duration) {
        let left = Duration::from_secs(600).saturating_sub(silent);
        self.0.beat("profiling", left);
    }
}

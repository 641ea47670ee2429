//! `bench fleet`: many machines.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::builder::NonEmptyStringValueParser;
use receipt::Verdict;
use receipt::file::write_whole_with;
use receipt::model::TASK_FLAG;

use crate::Outcome;
use crate::fleet::{self, collect, submit, task};
use crate::streams::{self, note, say};
use crate::suite::locate;

/// Measure one build on many machines, and find the sick ones among them.
///
/// Slurm schedules; `submit` writes what it needs, `collect` makes one receipt of all results. Kubernetes
/// can do the same with deploy/kubernetes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Submit(Box<Submit>),
    Task(Box<Task>),
    Collect(Collect),
}

/// Submit an array job whose tasks have their nodes to themselves, and behind it a job that collects.
///
/// A task whose node is lost is started again; the collection counts each task once.
#[derive(Debug, clap::Args)]
struct Submit {
    /// Submit to Slurm, the one scheduler so far.
    #[arg(long, required = true)]
    slurm: bool,

    /// Number of tasks, each of which is alone on its node. So many nodes have to be free when the job
    /// starts: where fewer are, one takes several tasks, and the collection says how many nodes it saw.
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    nodes: u64,

    /// Runs on each node, one after the other: more of them show how much a node differs from itself.
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1000))]
    per_node: u64,

    /// Folder for results and logs, on a disk that all nodes share.
    #[arg(long, value_name = "FOLDER", default_value = "fleet")]
    results: PathBuf,

    /// Run in this image: an unpacked OCI bundle (a folder with config.json on the shared disk, which Slurm
    /// starts itself), or a reference that apptainer or podman on the nodes can reach.
    /// Files that RUN FLAGS name have to lie in it.
    #[arg(long, value_name = "REF", conflicts_with = "suite", value_parser = NonEmptyStringValueParser::new())]
    image: Option<String>,

    /// Suite program on the shared disk; by default the one that lies beside this program.
    #[arg(long, value_name = "PROGRAM")]
    suite: Option<PathBuf>,

    /// What to call these machines in the results, beside their CPUs.
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    machine_type: Option<String>,

    /// A word for sbatch, such as --sbatch=--partition=bench. Repeatable.
    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    sbatch: Vec<String>,

    /// Print the scripts instead of submitting them.
    #[arg(long)]
    dry_run: bool,

    /// Flags for `bench run`.
    #[arg(last = true, value_name = "RUN FLAGS")]
    flags: Vec<OsString>,
}

/// Run on one node and keep the receipts as results; the submitted script calls it.
#[derive(Debug, clap::Args)]
struct Task {
    /// Folder for results, on a disk that all nodes share.
    #[arg(long, value_name = "FOLDER")]
    results: PathBuf,

    /// The scheduler's number or name of the array.
    #[arg(long, value_name = "JOB")]
    job: String,

    /// Number of the task, from 0.
    #[arg(long, value_name = "NUMBER")]
    task: u64,

    /// How often the scheduler had started this task before; nothing, as a scheduler may say at first, is 0.
    #[arg(long, value_name = "COUNT", default_value = "0", value_parser = restarts)]
    restart: u64,

    /// Name of this machine.
    #[arg(long, value_name = "NAME")]
    node: String,

    /// Runs, one after the other.
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1000))]
    runs: u64,

    /// What to call this type of machine, beside its CPUs.
    #[arg(long, value_name = "NAME")]
    machine_type: Option<String>,

    /// A word of what starts `bench` in a container, in order; without any, this program runs.
    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    runner: Vec<OsString>,

    /// Seconds to wait for a shared disk that is full or away, before the result is left on this machine.
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    patience: u64,

    /// Flags for `bench run`.
    #[arg(last = true, value_name = "RUN FLAGS")]
    flags: Vec<OsString>,
}

/// Make one receipt of all results in a folder.
///
/// Each receipt is verified first. Of several results of one task the latest start counts; what is lost,
/// unsound or superseded is counted. Types of machines are never averaged. Exit codes: with --enforce 3 an
/// objective was missed on a type, or a node is sick, 4 that can't be told, or results are lost.
#[derive(Debug, clap::Args)]
struct Collect {
    /// Folder of the results.
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,

    /// Only the results of this job. Repeatable.
    #[arg(long, value_name = "JOB")]
    job: Vec<String>,

    /// Number of tasks that were asked for, for jobs that were not submitted by `bench fleet submit`.
    #[arg(long, value_name = "COUNT")]
    tasks: Option<u64>,

    /// Runs of each of these tasks, where they made more than one.
    #[arg(long, value_name = "COUNT", default_value_t = 1, requires = "tasks", value_parser = clap::value_parser!(u64).range(1..=1000))]
    runs: u64,

    /// Where the fleet's receipt goes; by default fleet.json in the folder, or fleet-JOB.json with one
    /// --job.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Print the fleet's receipt instead of a summary.
    #[arg(long)]
    json: bool,

    /// Exit with 3 or 4 as said above.
    #[arg(long)]
    enforce: bool,
}

/// # Errors
/// See the three.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    match &args.command {
        Command::Submit(args) => hand_over(args),
        Command::Task(args) => task::execute(&task::Task {
            results: args.results.clone(),
            key: receipt::model::Task {
                job: args.job.clone(),
                task: args.task,
                restart: args.restart,
                run: 1,
                node: args.node.clone(),
            },
            runs: args.runs,
            machine_type: args.machine_type.clone(),
            runner: args.runner.clone(),
            flags: args.flags.clone(),
            patience: Duration::from_secs(args.patience),
        })
        .map(|()| Outcome::Done),
        Command::Collect(args) => gather(args),
    }
}

fn hand_over(args: &Submit) -> Result<Outcome> {
    // The program in an image may be another one, and know other flags.
    if args.image.is_none() {
        let before = ["bench", "run", "--output=-", TASK_FLAG, "0/0-0-1-n"].map(OsString::from);
        let words = before.into_iter().chain(args.flags.iter().cloned());
        if let super::Command::Run(run) = super::parse_from(words)? {
            ensure!(
                run.leaves_one_receipt(),
                "expected RUN FLAGS for one receipt, found several decoders; submit each of them with --subject NAME and a --results of its own"
            );
            if args.suite.is_none() && !run.names_what_to_launch() {
                locate::is_there()?;
            }
        }
    }
    submit::execute(&submit::Plan {
        nodes: args.nodes,
        per_node: args.per_node,
        results: args.results.clone(),
        image: args.image.clone(),
        suite: args.suite.clone(),
        machine_type: args.machine_type.clone(),
        sbatch: args.sbatch.clone(),
        flags: submit::words(&args.flags)?,
        dry_run: args.dry_run,
    })?;
    Ok(Outcome::Done)
}

fn restarts(text: &str) -> Result<u64, std::num::ParseIntError> {
    if text.is_empty() {
        return Ok(0);
    }
    text.parse()
}

fn gather(args: &Collect) -> Result<Outcome> {
    let fleet = collect::collect(&collect::Plan {
        folder: args.folder.clone(),
        jobs: args.job.clone(),
        tasks: args.tasks,
        runs: args.runs,
    })?;
    let name = match args.job.as_slice() {
        [job] => format!("fleet-{job}.json"),
        _ => "fleet.json".to_owned(),
    };
    let output = args
        .output
        .clone()
        .unwrap_or_else(|| args.folder.join(name));
    write_whole_with(&output, |out| fleet.write(out))?;
    if args.json {
        let mut out = BufWriter::new(io::stdout().lock());
        streams::settle(fleet.write(&mut out).and_then(|()| out.flush()))?;
    } else {
        say!("{}", fleet::text(&fleet))?;
    }
    note!("fleet's receipt: {}", output.display());
    Ok(if args.enforce {
        outcome(&fleet)
    } else {
        Outcome::Done
    })
}

fn outcome(fleet: &gate::fleet::Fleet) -> Outcome {
    let derived = &fleet.derived;
    let verdicts = || {
        derived
            .types
            .iter()
            .flat_map(|one| &one.slo)
            .map(|slo| slo.verdict)
    };
    let is_sick = derived.types.iter().any(|one| !one.sick.is_empty());
    if is_sick || verdicts().any(|verdict| verdict == Verdict::Fail) {
        return Outcome::Missed;
    }
    let all_there = derived.counts.lost == Some(0);
    let mut decided = verdicts().peekable();
    if !all_there || decided.peek().is_none() || decided.any(|one| one != Verdict::Pass) {
        return Outcome::Inconclusive;
    }
    Outcome::Done
}

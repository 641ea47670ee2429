//! What must not make a finding, and must not tear anything: neighbours, kills, builds that fail, wrong
//! answers.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::{Scene, sound, words};
use crate::known::{BASE, Known};

/// Moments at which it is killed.
const KILLS: u32 = 50;

/// Killed without a chance to clean up, at fifty moments that are drawn: no round is lost, nothing is torn, and it
/// goes on to its end. What ended before the next kill begins anew.
#[test]
fn it_can_be_killed_at_any_moment_and_resumed() {
    let slow = Known {
        pause: 0.01,
        ..BASE
    };
    let new = Known {
        factor: 1.05,
        ..slow
    };
    let scene = Scene::new(slow, new);
    let mut random = 20_261_128_u64;
    let (mut rounds, mut ended) = (0, 0);
    for kill in 0..KILLS {
        let mut child = scene
            .command(resume(&scene))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("bench runs");
        // Marsaglia's xorshift.
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        thread::sleep(Duration::from_millis(20 + random % 900));
        child.kill().expect("killed");
        child.wait().expect("gone");
        if scene.record().exists() {
            slower(&scene);
            fs::remove_file(scene.record()).expect("there");
            (rounds, ended) = (0, ended + 1);
            continue;
        }
        let now = fs::read_to_string(scene.journal()).map_or(0, |text| text.matches('\n').count());
        assert!(now >= rounds, "kill {kill}: {rounds} rounds, then {now}");
        rounds = now;
    }
    let output = scene.run(resume(&scene));
    assert_eq!(output.status.code(), Some(3), "{}", words(&output));
    slower(&scene);
    sound(&scene);
}

/// Who ends it reads what is kept, and how to go on: a comparison with its rounds, a self-test with its trials.
#[test]
fn an_interruption_says_what_is_kept() {
    let slow = Known {
        pause: 0.01,
        ..BASE
    };
    let scene = Scene::new(slow, slow);
    let error = interrupted(scene.command(&[]), &scene);
    let kept = "the rounds before are kept, --resume goes on with them: ";
    assert!(error.contains(kept), "{error}");
    let output = scene.run(&["--resume"]);
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    sound(&scene);

    let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
    command.arg("selftest").arg("--no-lock").arg("--suite");
    command.arg(scene.0.path().join("base"));
    command.arg("--output").arg(scene.0.path().join("out"));
    let error = interrupted(command, &scene);
    let kept = "the trials before are kept, the same command goes on with them: ";
    assert!(error.contains(kept), "{error}");
}

/// What it says when it is asked to end after its first rounds.
fn interrupted(mut command: Command, scene: &Scene) -> String {
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let mut child = child.expect("bench runs");
    let rounds =
        || fs::read_to_string(scene.journal()).map_or(0, |text| text.matches('\n').count());
    while rounds() < 3 {
        assert_eq!(child.try_wait().expect("waited"), None, "it ended");
        thread::sleep(Duration::from_millis(5));
    }
    let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    kill_process(id.expect("a process id"), Signal::TERM).expect("not collected yet");
    let output = child.wait_with_output().expect("it ends");
    let error = words(&output);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("interrupted by SIGTERM"), "{error}");
    error
}

fn resume(scene: &Scene) -> &'static [&'static str] {
    match scene.journal().exists() {
        true => &["--resume"],
        false => &[],
    }
}

fn slower(scene: &Scene) {
    let text = fs::read_to_string(scene.record()).expect("a file");
    let record = gate::ab::record::Record::verified(&text).expect("sound");
    assert_eq!(record.verdict, gate::ab::Verdict::Slower);
}

/// Ends with its guard.
struct Neighbour(Child);

impl Neighbour {
    fn start() -> Self {
        let child = Command::new("sh")
            .args(["-c", "while :; do :; done"])
            .spawn();
        Self(child.expect("it starts"))
    }
}

impl Drop for Neighbour {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Equal programs that do real work, of which the second half has to share its CPUs: that is no finding. Of equal
/// programs the gate may find one in 200 to differ, by its own level in both directions; it won't do so twice in a
/// row, unless the neighbour is the reason.
#[test]
fn a_neighbour_that_starts_in_the_middle_is_no_finding() {
    let allowed = [(Some(0), "same"), (Some(4), "inconclusive")];
    let first = beside_neighbours();
    let is_finding = |(code, verdict): &(Option<i32>, Value)| {
        !allowed
            .iter()
            .any(|(expected, word)| code == expected && verdict == word)
    };
    if is_finding(&first) {
        let again = beside_neighbours();
        assert!(!is_finding(&again), "{first:?}, and {again:?}");
    }
}

/// The exit code and the verdict.
fn beside_neighbours() -> (Option<i32>, Value) {
    let works = Known {
        work: 100_000,
        ..BASE
    };
    let scene = Scene::new(works, works);
    let mut child = scene
        .command(&["--filter", "=slo_validation/comp3"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("bench runs");
    let rounds = || fs::read_to_string(scene.journal()).map_or(0, |text| text.lines().count());
    while child.try_wait().expect("its state").is_none() && rounds() < 8 {
        thread::sleep(Duration::from_millis(5));
    }
    let neighbours: Vec<_> = (0..4).map(|_| Neighbour::start()).collect();
    let status = child.wait().expect("it ends");
    drop(neighbours);
    (status.code(), sound(&scene)["verdict"].clone())
}

/// An answer that turns wrong later: in the launches that are timed, or in those that confirm.
#[test]
fn an_answer_that_turns_wrong_ends_it() {
    for wrong_after in [2, 20] {
        let new = Known {
            factor: 1.05,
            wrong_after,
            ..BASE
        };
        let scene = Scene::new(BASE, new);
        let output = scene.run(&[]);
        assert_eq!(output.status.code(), Some(1), "{}", words(&output));
        let told = words(&output);
        assert!(
            told.contains("another answer than in the first launch"),
            "{told}"
        );
        assert!(!scene.record().exists());
    }
}

/// A script has no function that could be counted, and says nothing that looks like a count.
#[test]
fn what_has_no_function_to_count_is_refused() {
    let scene = Scene::new(BASE, BASE);
    let output = scene.run(&["--instructions-only"]);
    let told = words(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    if Command::new("valgrind").arg("--version").output().is_ok() {
        assert!(
            told.contains("nothing was counted in a function like"),
            "{told}"
        );
    } else {
        assert!(told.contains("apt install valgrind"), "{told}");
    }
    assert!(!scene.0.path().join("out/instructions.json").exists());
}

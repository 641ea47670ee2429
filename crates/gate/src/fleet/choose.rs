//! Which of several results of one run of a task counts.

use super::model::{Outcome, Taken};

/// A result before that was decided; `outcome` is [`Outcome::Used`] or [`Outcome::Unsound`].
pub type Candidate = Taken;

/// Decides, and puts the results in order: of each job, task and run counts the sound result of the
/// latest start, and of several results of that start the one with the earliest time stamp (by name of
/// the node where these are the same). Every other keeps its place in the list, with the reason.
#[must_use]
pub fn choose(mut candidates: Vec<Candidate>) -> Vec<Taken> {
    candidates.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut start = 0;
    while start < candidates.len() {
        let key = run_of(&candidates[start]);
        let count = candidates[start..]
            .iter()
            .take_while(|one| run_of(one) == key)
            .count();
        decide(&mut candidates[start..start + count]);
        start += count;
    }
    candidates
}

fn decide(run: &mut [Candidate]) {
    let sound = |one: &&Candidate| one.outcome != Outcome::Unsound;
    let Some(latest) = run.iter().filter(sound).map(|one| one.restart).max() else {
        return;
    };
    let of_latest = run
        .iter()
        .enumerate()
        .filter(|(_, one)| sound(one) && one.restart == latest);
    let first =
        of_latest.min_by(|(_, a), (_, b)| (&a.timestamp, &a.node).cmp(&(&b.timestamp, &b.node)));
    let Some(used) = first.map(|(index, _)| index) else {
        return;
    };
    let node = run[used].node.clone();
    for (index, one) in run.iter_mut().enumerate() {
        if index == used || one.outcome == Outcome::Unsound {
            continue;
        }
        (one.outcome, one.reason) = if one.restart == latest {
            (
                Outcome::Duplicate,
                Some(format!("the result from {node} of the same start counts")),
            )
        } else {
            (
                Outcome::Superseded,
                Some(format!("start {latest} of the task counts")),
            )
        };
        one.benchmarks.clear();
    }
}

fn run_of(one: &Candidate) -> (&str, u64, u64) {
    (&one.job, one.task, one.run)
}

fn order(one: &Candidate) -> (&str, u64, u64, u64, &str, &str) {
    (
        &one.job,
        one.task,
        one.run,
        one.restart,
        &one.node,
        &one.receipt_sha256,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(task: u64, restart: u64, node: &str, outcome: Outcome) -> Candidate {
        Taken {
            job: "7".to_owned(),
            task,
            run: 1,
            restart,
            node: node.to_owned(),
            machine_type: "t".to_owned(),
            timestamp: format!("2026-01-01T00:00:0{restart}Z"),
            receipt_sha256: format!("{node}{restart}"),
            outcome,
            reason: (outcome == Outcome::Unsound).then(|| "why".to_owned()),
            unfit: false,
            benchmarks: Vec::new(),
        }
    }

    fn outcomes(candidates: Vec<Candidate>) -> Vec<(u64, String, Outcome)> {
        let chosen = choose(candidates).into_iter();
        chosen
            .map(|one| (one.task, one.receipt_sha256, one.outcome))
            .collect()
    }

    #[test]
    fn a_task_that_was_started_again_counts_once_and_by_its_latest_start() {
        let found = outcomes(vec![
            result(0, 1, "n2", Outcome::Used),
            result(0, 0, "n1", Outcome::Used),
            result(1, 0, "n3", Outcome::Used),
        ]);
        let expected = [
            (0, "n10", Outcome::Superseded),
            (0, "n21", Outcome::Used),
            (1, "n30", Outcome::Used),
        ];
        assert_eq!(
            found,
            expected.map(|(task, name, outcome)| (task, name.to_owned(), outcome))
        );
    }

    #[test]
    fn a_later_start_that_is_unsound_does_not_take_the_place_of_a_sound_one() {
        let found = outcomes(vec![
            result(0, 0, "n1", Outcome::Used),
            result(0, 1, "n2", Outcome::Unsound),
        ]);
        assert_eq!(found[0].2, Outcome::Used);
        assert_eq!(found[1].2, Outcome::Unsound);
    }

    #[test]
    fn two_results_of_one_start_count_once() {
        let mut late = result(0, 0, "n1", Outcome::Used);
        late.timestamp = "2026-01-01T00:00:09Z".to_owned();
        let found = outcomes(vec![late, result(0, 0, "n2", Outcome::Used)]);
        assert_eq!(found[0].2, Outcome::Duplicate);
        assert_eq!(found[1].2, Outcome::Used);
    }

    /// Whatever the order of the files, each run of a task counts once at most.
    #[test]
    fn the_order_of_the_files_does_not_matter() {
        let all = [
            result(0, 0, "n1", Outcome::Used),
            result(0, 0, "n2", Outcome::Used),
            result(0, 2, "n1", Outcome::Unsound),
            result(0, 1, "n4", Outcome::Used),
        ];
        let expected = choose(all.to_vec());
        for shift in 1..all.len() {
            let mut turned = all.to_vec();
            turned.rotate_left(shift);
            assert_eq!(choose(turned), expected);
        }
        let used = expected.iter().filter(|one| one.outcome == Outcome::Used);
        assert_eq!(used.count(), 1);
    }
}

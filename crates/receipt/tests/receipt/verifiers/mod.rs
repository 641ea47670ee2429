//! Two verifiers, one verdict: real receipts pass both, and a change of any number passes neither.

mod both;
mod canonical;
mod changes;
mod edit;
mod hidden;
mod odd;
mod usage;

use self::both::python_accepts;
use crate::common::{
    COMP3, DISPLAY, draft, held, measured, objectives, of_fleet, receipt, three, with_first_launch,
};
use receipt::{Receipt, Verdict, verify};
use serde_json::Value;

#[test]
fn receipts_pass_both() {
    let cases = [
        receipt(205.0, 58.0, 5, 30),
        receipt(79.0, 58.0, 5, 20),
        receipt(81.0, 20.0, 3, 10),
        receipt(205.0, 58.0, 1, 1),
        // Both sides of the end of the table of t quantiles.
        receipt(205.0, 58.0, 31, 2),
        receipt(205.0, 58.0, 40, 2),
        open(),
        lost(),
        late(),
        uncounted(),
        fifth(),
        fourth(),
        third(),
        second(),
    ];
    let texts = cases
        .iter()
        .map(|case| case.to_json().unwrap())
        .collect::<Vec<_>>();
    for (case, text) in cases.iter().zip(&texts) {
        assert_eq!(verify(case, text), Ok(()));
    }
    let accepted = python_accepts(&texts);
    assert_eq!(accepted, vec![true; cases.len()]);
}

/// A receipt whose last launch was so slow that three of them bound nothing: it decides nothing.
fn open() -> Receipt {
    let mut slow = measured(DISPLAY, 5_000_000, 205.0, 3, 10);
    for ns in &mut slow.launches[2].samples {
        *ns *= 4.0;
    }
    let open = draft(vec![slow])
        .into_receipt(&objectives(), |name| name == DISPLAY)
        .unwrap();
    let benchmark = &open.benchmarks[0];
    assert!(benchmark.ci95_mibps[0] < benchmark.mean_mibps / 1000.0);
    assert_eq!(open.status, Verdict::Inconclusive);
    open
}

/// Far behind its baseline and its peer.
fn lost() -> Receipt {
    let mut draft = held(three(205.0, 58.0, 5, 20));
    for row in &mut draft.baseline.as_mut().unwrap().benchmarks {
        row.runs_ns.iter_mut().for_each(|ns| *ns *= 0.8);
    }
    for one in &mut draft.peers[0].benchmarks {
        one.lows_ns.iter_mut().for_each(|ns| *ns *= 0.5);
    }
    let lost = draft.into_receipt(&objectives(), |_| true).unwrap();
    let peer = lost.slo.iter().find(|entry| entry.peer.is_some()).unwrap();
    assert_eq!((peer.verdict, lost.status), (Verdict::Fail, Verdict::Fail));
    lost
}

/// Its first launch came too late.
fn late() -> Receipt {
    let late = draft(vec![measured(DISPLAY, 5_000_000, 205.0, 3, 10)])
        .into_receipt(&with_first_launch(0.5), |name| name == DISPLAY)
        .unwrap();
    let entry = late.slo.iter().find(|one| one.ceiling_s.is_some()).unwrap();
    assert_eq!((entry.verdict, entry.delta_pct), (Verdict::Fail, 50.0));
    assert_eq!(late.status, Verdict::Fail);
    late
}

/// Of a suite that counts no allocations.
fn uncounted() -> Receipt {
    let mut three = held(three(205.0, 58.0, 3, 10));
    for one in &mut three.benchmarks {
        one.allocations = None;
    }
    three.into_receipt(&objectives(), |_| true).unwrap()
}

/// As earlier releases wrote them.
fn fifth() -> Receipt {
    let mut receipt = receipt(205.0, 58.0, 3, 10);
    receipt.schema_version = 5;
    receipt.format_version = Some("5".to_owned());
    receipt.seal().unwrap();
    let text = receipt.to_json().unwrap();
    assert!(
        text.contains("\"task\"") && !text.contains("allocations"),
        "{text}"
    );
    receipt
}

/// As earlier releases wrote them.
fn fourth() -> Receipt {
    let three = held(three(205.0, 58.0, 3, 10));
    let objectives = with_first_launch(10.0);
    let mut receipt = three.into_receipt(&objectives, |_| true).unwrap();
    receipt.schema_version = 4;
    receipt.format_version = Some("4".to_owned());
    receipt.seal().unwrap();
    let text = receipt.to_json().unwrap();
    assert!(
        text.contains("ceiling_s") && !text.contains("\"task\""),
        "{text}"
    );
    receipt
}

/// As earlier releases wrote them.
fn third() -> Receipt {
    let three = held(three(205.0, 58.0, 3, 10));
    let mut receipt = three.into_receipt(&objectives(), |_| true).unwrap();
    receipt.schema_version = 3;
    receipt.format_version = Some("3".to_owned());
    receipt.seal().unwrap();
    let text = receipt.to_json().unwrap();
    assert!(
        !text.contains("first_launch_s") && !text.contains("ceiling_s"),
        "{text}"
    );
    receipt
}

/// As earlier releases wrote them.
fn second() -> Receipt {
    let mut objectives = objectives();
    objectives.slo.retain(|one| one.peer.is_none());
    let three = three(205.0, 58.0, 3, 10);
    let mut receipt = three.into_receipt(&objectives, |_| true).unwrap();
    receipt.schema_version = 2;
    receipt.format_version = Some("2".to_owned());
    receipt.seal().unwrap();
    let text = receipt.to_json().unwrap();
    assert!(
        !text.contains("baseline") && !text.contains("peer"),
        "{text}"
    );
    receipt
}

fn value() -> Value {
    let small = of_fleet(held(draft(vec![
        measured(DISPLAY, 5_000_000, 205.0, 3, 10),
        measured(COMP3, 600_000, 58.0, 3, 10),
    ])));
    let objectives = with_first_launch(10.0);
    let receipt = small.into_receipt(&objectives, |_| true).unwrap();
    serde_json::to_value(receipt).unwrap()
}

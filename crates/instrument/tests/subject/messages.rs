//! What is said, and what is refused.

use crate::support::{Ear, PATIENT, converse, error, job, script};

#[test]
fn a_whole_conversation() {
    let mut ear = Ear::default();
    let behaved = "hello; read job; case $job in *'\"type\":\"job\"'*g/f*) ;; *) exit 3 ;; esac
        verified; read order; progress; progress; samples; read order; end";
    let ns = converse(script(behaved), PATIENT, &job(), &mut ear);
    assert_eq!(ns.expect("it behaves"), 61);
    assert_eq!(ear.0.len(), 2);
    assert_eq!((ear.0[0].done, ear.0[0].of), (1, 2));
}

#[test]
fn another_version_and_another_language_are_refused() {
    for other in [1, 5] {
        let version = error(&format!("hello | sed s/:4,/:{other},/; sleep 600")).to_string();
        let expected = format!("expected protocol 2 to 4, found {other}");
        assert!(version.contains(&expected), "{version}");
    }
    let prose = error("echo Benchmarking g/f; sleep 600").to_string();
    assert!(prose.contains("found `Benchmarking g/f`"), "{prose}");
    assert!(prose.contains("docs/protocol.md"), "{prose}");
    let more = error("hello | sed 's/\"pid\"/\"pit\":1,\"pid\"/'; sleep 600").to_string();
    assert!(more.contains("unknown field `pit`"), "{more}");
    let nameless = error("hello | sed 's/\"name\":\"sh\"/\"name\":\"\"/'; sleep 600").to_string();
    assert!(
        nameless.contains("expected the subject's name, found none"),
        "{nameless}"
    );
}

/// Suites of earlier commits, and programs in other languages that never heard of allocations.
#[test]
fn a_subject_of_the_version_before_is_taken() {
    let behaved =
        "hello | sed s/:4,/:2,/; read job; verified; read order; samples; read order; end";
    let ns = converse(script(behaved), PATIENT, &job(), &mut Ear::default());
    assert_eq!(ns.expect("it behaves"), 61);
}

/// Version 3 said how much memory was asked for before it was measured. That is taken, and not used; another
/// version that does so is refused.
#[test]
fn allocations_before_the_samples_are_those_of_version_3() {
    let rest = "verified | sed 's/}$/,\"allocations\":{\"count\":1,\"bytes\":64}}/'; read order; samples; read order; end";
    let third = format!("hello | sed s/:4,/:3,/; read job; {rest}");
    let ns = converse(script(&third), PATIENT, &job(), &mut Ear::default());
    assert_eq!(ns.expect("it behaves"), 61);
    let fourth = error(&format!("hello; read job; {rest}")).to_string();
    assert!(
        fourth.contains("expected allocations with the samples"),
        "{fourth}"
    );
}

#[test]
fn allocations_that_can_not_be_are_refused() {
    let with = |allocations: &str| {
        format!(
            "hello; read job; verified; read order; samples | sed 's/}}$/,\"allocations\":{allocations}}}/'"
        )
    };
    let counted = with(r#"{"count":3,"bytes":4096}"#) + "; read order; end";
    let ns = converse(script(&counted), PATIENT, &job(), &mut Ear::default());
    assert_eq!(ns.expect("it behaves"), 61);
    for (allocations, expected) in [
        (r#"{"count":3,"bytes":2}"#, "at least one byte each"),
        (r#"{"count":1,"bytes":9007199254740992}"#, "less than 2^53"),
        (r#"{"count":-1,"bytes":2}"#, "invalid value: integer `-1`"),
        (r#"{"count":1}"#, "missing field `bytes`"),
    ] {
        let told = error(&(with(allocations) + "; sleep 600")).to_string();
        assert!(told.contains(expected), "{told}");
    }
}

#[test]
fn messages_come_in_their_order() {
    let early = error("verified; sleep 600").to_string();
    assert!(early.contains("expected hello, found verified"), "{early}");
    let skipped = error("hello; read job; samples; sleep 600").to_string();
    assert!(skipped.contains("g/f broke the protocol"), "{skipped}");
    assert!(
        skipped.contains("expected verified, found samples"),
        "{skipped}"
    );
}

#[test]
fn an_answer_for_another_benchmark_is_refused() {
    let other = error("hello; read job; verified | sed s,g/f,g/h,; sleep 600").to_string();
    assert!(
        other.contains("expected benchmark g/f, found g/h"),
        "{other}"
    );
    let short = error("hello; read job; digest=00; verified; sleep 600").to_string();
    assert!(short.contains("output_sha256 of 64 lower-case"), "{short}");
    let empty =
        error("hello; read job; verified | sed 's/\"records\":5/\"records\":0/'; sleep 600");
    assert!(empty.to_string().contains("records above 0"), "{empty}");
}

#[test]
fn samples_are_as_many_as_were_asked_for_and_of_the_same_answer() {
    let until = |rest: &str| format!("hello; read job; verified; read order; {rest}; sleep 600");
    let few = error(&until("samples | sed 's/3,3/3/; s/30,31/30/'")).to_string();
    assert!(
        few.contains("expected number of samples 2, found 1"),
        "{few}"
    );
    let grown = error(&until("samples | sed s/3,3/3,6/")).to_string();
    assert!(
        grown.contains("expected 3 iterations in sample 2"),
        "{grown}"
    );
    let changed = error(&until("digest=$(echo $digest | tr 0 1); samples")).to_string();
    assert!(
        changed.contains("the answer changed while it was timed"),
        "{changed}"
    );
}

#[test]
fn its_own_words_come_first() {
    let line = r#"{"type":"error","benchmark":"g/f","message":"record 7, field AMOUNT: expected 1, found 2"}"#;
    let told = error(&format!("hello; read job; echo '{line}'; exit 1"));
    assert_eq!(
        told.to_string(),
        "record 7, field AMOUNT: expected 1, found 2 (exit status: 1)"
    );
}

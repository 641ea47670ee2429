//! The data sets are the same on every machine and after every change: SHA-256 of the bytes and of
//! the expected output of 100 records. A change here changes what all published figures measured.

use workload::Workload;
use workload::check::sha256;
use workload::lines::Style;

fn expected(workload: &Workload) -> String {
    let (drawing, mut lines) = (workload.drawing(), String::new());
    for index in 0..workload.records {
        workload.expected_line(&drawing, index, Style::default(), &mut lines);
    }
    lines
}

#[test]
fn each_is_listed_under_its_own_name() {
    let names: Vec<_> = Workload::names().collect();
    let sets = Workload::all(1);
    assert_eq!(names, sets.iter().map(|set| set.name).collect::<Vec<_>>());
    for name in names {
        assert_eq!(Workload::named(name, 1).map(|set| set.name), Some(name));
    }
}

#[test]
fn data_and_answers_are_what_they_were() {
    let found: Vec<String> = Workload::all(1)
        .into_iter()
        .map(|set| Workload {
            records: 100,
            ..set
        })
        .map(|set| {
            let (data, lines) = (sha256(&set.data()), sha256(expected(&set).as_bytes()));
            format!("{} {data} {lines}", set.name)
        })
        .collect();
    let golden = include_str!("golden.txt");
    assert_eq!(
        found.join("\n"),
        golden.trim_end(),
        "name, SHA-256 of data, of expected output"
    );
}

/// So that a figure for more records is a figure for more of the same.
#[test]
fn longer_sets_extend_shorter_ones() {
    for set in Workload::all(1) {
        let short = Workload {
            records: 3,
            ..set.clone()
        };
        let long = Workload { records: 7, ..set };
        assert!(long.data().starts_with(&short.data()), "{}", short.name);
        assert!(
            expected(&long).starts_with(&expected(&short)),
            "{}",
            short.name
        );
    }
}

/// As its name and its documentation promise.
#[test]
fn the_wide_record_is_wide() {
    let wide = Workload::wide(1);
    let fields = wide.copybook().matches(" PIC ").count();
    assert_eq!((wide.record_length(), fields), (9_000, 1_400));
}

/// What the sets are for: negative numbers, zeros, extremes, and characters that JSON escapes.
#[test]
fn the_sets_hold_the_cases_that_matter() {
    let of = |workload: &Workload| expected(workload);
    let packed = of(&Workload::comp3_heavy(500));
    for case in ["\"-", "\"0.00\"", "\"999999999.99\"", "\"-999999999.99\""] {
        assert!(packed.contains(case), "comp3_heavy never has {case}");
    }
    let text = of(&Workload::display_heavy(500));
    for case in ["\\\"", "\\\\", "  \""] {
        assert!(text.contains(case), "display_heavy never has {case}");
    }
    let tables = of(&Workload::odo_heavy(500));
    assert!(
        tables.contains("\"MOVEMENT\":[]"),
        "odo_heavy never has an empty table"
    );
}

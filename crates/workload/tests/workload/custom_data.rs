//! The user's own data, and sabotage: what is wrong is refused, with file, record and field.

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use workload::Workload;
use workload::case::{Case, custom};
use workload::check::{Against, Verified};
use workload::copybook_decode::decode::{BlankNumbers, FloatFormat, OnError, Signs, Trim};
use workload::copybook_decode::schema::CopybookOptions;
use workload::copybook_decode::{DecodeOptions, FileFormat, Framing};
use workload::expect::Rules;
use workload::job::{Expect, Job};
use workload::lines::Style;

fn fixed(length: usize) -> FileFormat {
    let length = NonZeroUsize::new(length).expect("records have bytes");
    FileFormat::new(Framing::Fixed { length })
}

/// The customer workload as files of a user's.
fn files(folder: &Path, records: u64) -> Job {
    let set = Workload::customer(records);
    let (drawing, mut lines) = (set.drawing(), String::new());
    for index in 0..records {
        set.expected_line(&drawing, index, Style::default(), &mut lines);
    }
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).expect("the folder can be written");
        path
    };
    Job {
        copybook: file("copybook.cpy", set.copybook().as_bytes()),
        copybook_options: CopybookOptions::default(),
        data: file("records.dat", &set.data()),
        more_data: Vec::new(),
        format: fixed(set.record_length()),
        options: DecodeOptions::default(),
        expect: Some(Expect {
            file: file("expected.jsonl", lines.as_bytes()),
            rules: Rules::default(),
        }),
    }
}

/// What the suite does before it times anything.
fn verify(job: &Job) -> Result<Verified, String> {
    let mut case = custom::prepare(job, None).map_err(|error| error.to_string())?;
    case.run().map_err(|error| error.to_string())?;
    let verified = case.check().map_err(|error| error.to_string())?;
    assert_eq!(case.digest(), verified.output_sha256);
    Ok(verified)
}

fn change(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).expect("the file is there");
    change(&mut bytes);
    fs::write(path, bytes).expect("it can be written");
}

#[test]
fn right_data_pass_with_and_without_expected_values() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut job = files(folder.path(), 12);
    let verified = verify(&job).expect("it is right");
    assert_eq!(
        (verified.against, verified.records),
        (Against::ExpectedFile, 12)
    );
    job.expect = None;
    let verified = verify(&job).expect("it decodes");
    assert_eq!(
        (verified.against, verified.records),
        (Against::DecodesOnly, 12)
    );
}

#[test]
fn several_files_count_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut job = files(folder.path(), 12);
    let more = folder.path().join("more.dat");
    fs::copy(&job.data, &more).expect("it can be copied");
    let lines = folder.path().join("expected.jsonl");
    change(&lines, |bytes| *bytes = bytes.repeat(2));
    job.more_data = vec![more.clone()];
    let verified = verify(&job).expect("it is right");
    assert_eq!(
        (verified.against, verified.records),
        (Against::ExpectedFile, 24)
    );
    job.expect = None;
    change(&more, |bytes| bytes.truncate(bytes.len() - 1));
    let error = verify(&job).expect_err("the second one ends too early");
    assert!(error.contains("record 12"), "{error}");
}

#[test]
fn a_changed_byte_of_the_expected_values_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let job = files(folder.path(), 12);
    let file = folder.path().join("expected.jsonl");
    change(&file, |bytes| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let line = text.match_indices('\n').nth(4).expect("a sixth line").0;
        let key = "\"RATING\":\"";
        let at = line + text[line..].find(key).expect("the field") + key.len();
        // The last digit: a minus sign may come first.
        let end = at + text[at..].find('"').expect("the end of the value");
        bytes[end - 1] ^= 1;
    });
    let error = verify(&job).expect_err("it is wrong");
    assert!(
        error.contains("expected.jsonl: wrong answer at record 6, field RATING:"),
        "{error}"
    );
}

#[test]
fn a_damaged_record_is_found_without_expected_values() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut job = files(folder.path(), 12);
    job.expect = None;
    let length = Workload::customer(1).record_length();
    // CUSTOMER-ID, ten zoned digits, comes first.
    change(&job.data, |bytes| bytes[7 * length + 3] = 0x40);
    let error = verify(&job).expect_err("it is no digit");
    assert!(
        error.contains("record 8") && error.contains("CUSTOMER-ID"),
        "{error}"
    );
}

#[test]
fn a_record_more_or_less_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let length = Workload::customer(1).record_length();
    for keep in [11 * length, 11 * length + 5, 0] {
        let job = files(folder.path(), 12);
        change(&job.data, |bytes| bytes.truncate(keep));
        let error = verify(&job).expect_err("it is short");
        let says = ["record 12", "no record"]
            .iter()
            .any(|part| error.contains(part));
        assert!(says, "{keep} bytes: {error}");
    }
    let job = files(folder.path(), 12);
    change(&job.data, |bytes| bytes.extend_from_within(..length));
    let error = verify(&job).expect_err("it is long");
    assert!(
        error.contains("record 13: expected the end of the output"),
        "{error}"
    );
}

#[test]
fn files_that_are_not_there_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["copybook.cpy", "records.dat", "expected.jsonl"] {
        let job = files(folder.path(), 1);
        fs::remove_file(folder.path().join(name)).expect("it was there");
        let error = verify(&job).expect_err("a file is missing");
        assert!(error.contains(name), "{error}");
    }
}

/// Records and values that nobody here wrote.
#[test]
fn real_data_hold_their_expected_values() {
    let filled = Rules {
        trim_text: true,
        null_fill: true,
    };
    let options = DecodeOptions {
        trim: Trim::Both,
        floats: FloatFormat::IeeeBig,
        ..DecodeOptions::default()
    };
    let lenient = DecodeOptions {
        signs: Signs::Lenient,
        blank_numbers: BlankNumbers::Zero,
        on_error: OnError::Null,
        ..options.clone()
    };
    for (name, length, records, options) in [
        ("occurs-depending", 2202, 10, options),
        ("integral-types", 1493, 100, lenient),
    ] {
        let Some(folder) = crate::given::real_data(name) else {
            continue;
        };
        let job = Job {
            copybook: folder.join("copybook.cob"),
            copybook_options: CopybookOptions::default(),
            data: folder.join("records.dat"),
            more_data: Vec::new(),
            format: fixed(length),
            options,
            expect: Some(Expect {
                file: folder.join("expected.jsonl"),
                rules: filled,
            }),
        };
        let verified = verify(&job).expect(name);
        assert_eq!(
            (verified.against, verified.records),
            (Against::ExpectedFile, records)
        );
    }
}

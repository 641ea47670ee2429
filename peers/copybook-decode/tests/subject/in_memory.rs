//! Records in memory: one process for all benchmarks, every answer in canonical form.

use std::fs;
use std::path::Path;

use instrument::wire::{Against, Records, Sampling, Takes};
use tempfile::TempDir;
use workload::lines::Style;
use workload::{Workload, canonical, check};

use super::{converse, job};

/// A workload on disk, and the canonical lines that follow from its values.
fn handed(workload: &Workload, folder: &Path) -> (Records, String) {
    fs::create_dir_all(folder).expect("a folder");
    let (copybook, data) = (folder.join("copybook.cpy"), folder.join("data"));
    fs::write(&copybook, workload.copybook()).expect("the copybook");
    fs::write(&data, workload.data()).expect("the data");
    let fields = workload.description.spellings();
    let (drawing, mut expected) = (workload.drawing(), String::new());
    for index in 0..workload.records {
        let mut line = String::new();
        workload.expected_line(&drawing, index, Style::default(), &mut line);
        expected += &canonical::canonical_line(&line, &fields).expect("it has a canonical form");
        expected.push('\n');
    }
    let records = Records {
        copybook,
        data,
        record_length: workload.record_length() as u64,
        records: workload.records,
        fields,
        canonical: folder.join("canonical"),
    };
    (records, expected)
}

#[test]
fn one_process_answers_and_measures_several_benchmarks() {
    let folder = TempDir::new().expect("a folder");
    let workloads = [
        ("g/numbers", Workload::comp3_heavy(50)),
        ("g/text", Workload::display_heavy(20)),
    ];
    let handed = workloads.map(|(name, workload)| {
        let (records, expected) = handed(&workload, &folder.path().join(&name[2..]));
        (name, records, expected)
    });
    let jobs = handed.clone().map(|(name, records, _)| job(name, records));
    let heard = converse(&[], folder.path(), &jobs);
    let heard = heard.expect("a whole conversation");
    let (hello, measured) = (heard.hello, heard.measured);
    assert_eq!(hello.subject.name, "copybook-decode");
    assert_eq!(hello.takes, [Takes::Records]);
    assert_eq!(hello.file_system, None);
    let fact = |fact: Option<String>| fact.expect("known, since it is compiled in");
    assert!(fact(hello.toolchain).starts_with("rustc 1."));
    assert!(fact(hello.flags).contains("debuginfo"));
    assert!(heard.max_rss_bytes > 0);
    for ((name, records, expected), (verified, samples)) in handed.iter().zip(&measured) {
        assert_eq!(verified.benchmark, *name);
        assert_eq!(verified.against, Against::CanonicalValues);
        assert_eq!(verified.bytes, records.record_length * records.records);
        assert_eq!(verified.records, records.records);
        assert_eq!(verified.output_sha256, check::sha256(expected.as_bytes()));
        let written = fs::read_to_string(&records.canonical).expect("it was written");
        assert_eq!(written, *expected);
        let kernels = verified.kernels.as_deref().expect("one kernel");
        assert!(!kernels.is_empty() && kernels != ["reader"], "{kernels:?}");
        assert_eq!(samples.sampling, Sampling::Flat);
        assert_eq!(samples.elapsed_ns.len(), 3);
    }
}

#[test]
fn the_kernel_is_the_one_that_was_asked_for() {
    let folder = TempDir::new().expect("a folder");
    let (records, _) = handed(&Workload::comp3_heavy(5), folder.path());
    let mut scalar = job("g/numbers", records);
    let kernels = |arguments: &[&str], job: &_| {
        let jobs = std::slice::from_ref(job);
        let heard = converse(arguments, folder.path(), jobs)?;
        Ok((
            heard.hello.subject.name,
            heard.measured[0].0.kernels.clone(),
        ))
    };
    let as_argument = kernels(&["scalar"], &scalar).expect("it decodes");
    let one = Some(vec!["scalar".to_owned()]);
    assert_eq!(
        as_argument,
        ("copybook-decode-scalar".to_owned(), one.clone())
    );
    let copied = kernels(&["copy"], &scalar).expect("it decodes and copies");
    assert_eq!(copied, ("copy-of-output".to_owned(), None));
    scalar.kernel = Some("scalar".to_owned());
    let as_order = kernels(&[], &scalar).expect("it decodes");
    assert_eq!(as_order, ("copybook-decode".to_owned(), one));
    let refused: instrument::subject::SubjectError =
        kernels(&["copy"], &scalar).expect_err("a copy has no kernel");
    assert!(refused.to_string().contains("--kernel"), "{refused}");
}

#[test]
fn a_record_that_does_not_decode_is_an_error_and_no_sample() {
    let folder = TempDir::new().expect("a folder");
    let (records, _) = handed(&Workload::comp3_heavy(5), folder.path());
    let mut data = fs::read(&records.data).expect("the data");
    *data.last_mut().expect("bytes") = 0;
    fs::write(&records.data, data).expect("the data");
    let told = converse(&[], folder.path(), &[job("g/numbers", records)]);
    let told = told.expect_err("a sign nibble is none").to_string();
    assert!(told.contains("record 5, field "), "{told}");
}

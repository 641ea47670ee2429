//! Small inputs that ask for much: each is bounded by what is counted, or refused with the bound.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::num::NonZeroUsize;

use copybook_decode::decode::{DecodeOptions, Decoder, Selection, UnknownSegment};
use copybook_decode::record::LineEnd;
use copybook_decode::schema::{CopybookOptions, Schema, SourceFormat};
use copybook_decode::stream::decode_file;
use copybook_decode::{FileFormat, Framing, decode_blocks, decode_stream};

/// As `stream` has it: lines that wait, and what is decoded in one go.
const HANDED_ON: usize = 3 << 20;

fn options() -> DecodeOptions {
    DecodeOptions {
        code_page: "ascii".parse().expect("a built-in page"),
        ..DecodeOptions::default()
    }
}

fn decoder(copybook: &str) -> Decoder {
    let schema = Schema::parse(copybook).expect("a copybook");
    Decoder::new(&schema, &options()).expect("a plan")
}

fn free() -> CopybookOptions {
    CopybookOptions {
        format: SourceFormat::Free,
        ..CopybookOptions::default()
    }
}

fn fixed(length: usize) -> FileFormat {
    FileFormat::new(Framing::Fixed {
        length: NonZeroUsize::new(length).expect("a length"),
    })
}

fn threads(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).expect("a thread")
}

/// A batch of 128 KiB would print gigabytes: what is handed on at a time is bounded by what it
/// prints, on one thread and on several, and nothing is lost or out of order.
#[test]
fn what_waits_is_bounded_by_what_it_prints() {
    let long = format!("       01 R.\n         05 {} PIC X.\n", "A".repeat(30_000));
    let wide = "       01 R.\n         05 A PIC X(32000).\n".to_owned();
    let lines = FileFormat::new(Framing::Lines { end: LineEnd::Lf });
    for (copybook, format, data) in [
        (long, fixed(1), vec![b'x'; 1000]),
        (wide, lines, vec![b'\n'; 1000]),
    ] {
        let decoder = decoder(&copybook);
        let (mut one, mut all) = (Vec::new(), 0);
        let record = &data[..1];
        decoder
            .decode_record(record, &mut one, &mut Default::default())
            .ok();
        for count in [1, 3] {
            let (mut most, mut bytes, mut lines) = (0, 0, 0);
            let sink = |text: &[u8]| {
                most = most.max(text.len());
                bytes += text.len();
                lines += text.iter().filter(|&&byte| byte == b'\n').count();
            };
            let report = decode_blocks(&decoder, &format, threads(count), &data, sink);
            let report = report.expect("it decodes");
            assert_eq!((report.records, lines), (1000, 1000));
            assert_eq!(report.output_bytes, bytes as u64);
            assert!(most <= HANDED_ON + one.len(), "{most} bytes at once");
            assert!(all == 0 || all == bytes, "other lines on {count} threads");
            all = bytes;
        }
    }
}

/// The name of the file is longer than the record: a batch of 128 KiB would print gigabytes.
#[test]
fn what_is_printed_before_a_record_is_counted() {
    let schema = Schema::parse("       01 R.\n         05 A PIC X.\n").expect("a copybook");
    let name = "\u{1}".repeat(4_000);
    let options = DecodeOptions {
        with_file: Some(name.clone()),
        ..options()
    };
    let decoder = Decoder::new(&schema, &options).expect("a plan");
    let line = 6 * name.len() + 30;
    for count in [1, 3] {
        let (mut most, mut lines) = (0, 0);
        let sink = |text: &[u8]| {
            most = most.max(text.len());
            lines += text.iter().filter(|&&byte| byte == b'\n').count();
        };
        decode_blocks(&decoder, &fixed(1), threads(count), &[b'x'; 1000], sink).expect("text");
        assert_eq!(lines, 1000);
        assert!(most <= HANDED_ON + line, "{most} bytes at once");
    }
}

/// An error in a part that had to wait has its own record number and place.
#[test]
fn errors_in_the_part_that_waits_are_placed() {
    let name = "A".repeat(30_000);
    let copybook = format!("       01 R.\n         05 {name} PIC 9.\n");
    let mut data = vec![b'1'; 1000];
    data[700] = b'x';
    for count in [1, 3] {
        let mut out = Vec::new();
        let error = decode_stream(
            &decoder(&copybook),
            &fixed(1),
            threads(count),
            &data[..],
            &mut out,
        );
        let error = error.expect_err("record 701 is invalid");
        assert_eq!(error.report.records, 701);
        assert!(
            error.cause.to_string().contains("record 701"),
            "{}",
            error.cause
        );
        assert_eq!(out.iter().filter(|&&byte| byte == b'\n').count(), 700);
    }
}

/// With a search for the next free number from 2 on, this would take a billion comparisons.
#[test]
fn thousands_of_equal_names() {
    let mut copybook = "01 R.\n".to_owned();
    for _ in 0..20_000 {
        copybook.push_str("05 A PIC X.\n");
    }
    let schema = Schema::parse_bytes(copybook.as_bytes(), &free()).expect("a copybook");
    let decoder = Decoder::new(&schema, &options()).expect("a plan");
    let (mut line, mut report) = (Vec::new(), Default::default());
    let record = vec![b'x'; 20_000];
    decoder
        .decode_record(&record, &mut line, &mut report)
        .expect("text");
    assert!(line.ends_with(b"\"A-20000\":\"x\"}\n"));
}

/// Names of fields in groups, each of which made the path of every field: with a copybook of a megabyte they
/// took 17 seconds.
#[test]
fn thousands_of_selected_names() {
    let mut copybook = "01 R.\n".to_owned();
    for index in 0..2_500 {
        writeln!(copybook, "05 G{index}.\n10 A PIC X.").expect("text");
    }
    let schema = Schema::parse_bytes(copybook.as_bytes(), &free()).expect("a copybook");
    let only = DecodeOptions {
        only: (0..1_000).map(|index| format!("g{index}.A")).collect(),
        ..options()
    };
    let decoder = Decoder::new(&schema, &only).expect("a plan");
    let (mut line, mut report) = (Vec::new(), Default::default());
    decoder
        .decode_record(&[b'x'; 2_500], &mut line, &mut report)
        .expect("text");
    let line = String::from_utf8(line).expect("JSON");
    assert!(
        line.ends_with("\"G999\":{\"A\":\"x\"}}\n"),
        "{}",
        &line[line.len() - 60..]
    );
    let beyond = DecodeOptions {
        only: vec!["S.R.G1.A".to_owned()],
        ..options()
    };
    assert!(Decoder::new(&schema, &beyond).is_err());
}

/// Thousands of counters and tables, each of which was looked for among all others.
#[test]
fn thousands_of_counters() {
    let mut copybook = "01 R.\n".to_owned();
    for index in 0..8_000 {
        writeln!(copybook, "05 N{index} PIC 9.").expect("text");
    }
    for index in 0..8_000 {
        writeln!(
            copybook,
            "05 T{index} PIC X OCCURS 0 TO 1 DEPENDING ON N{index}."
        )
        .expect("text");
    }
    let schema = Schema::parse_bytes(copybook.as_bytes(), &free()).expect("a copybook");
    let decoder = Decoder::new(&schema, &options()).expect("a plan");
    assert_eq!(decoder.record_length().max, 16_000);
}

/// Fifteen thousand references, each of which fifteen thousand items could be meant by.
#[test]
fn references_to_a_name_that_thousands_have_are_bounded() {
    let copybook = |count: usize| {
        let mut text = "01 R.\n".to_owned();
        for index in 0..count {
            writeln!(text, "03 G{index}. 05 A PIC 9.").expect("text");
        }
        for index in 0..count {
            writeln!(
                text,
                "03 T{index} PIC X OCCURS 1 TO 2 DEPENDING ON A OF G{index}."
            )
            .expect("text");
        }
        Schema::parse_bytes(text.as_bytes(), &free())
    };
    assert_eq!(copybook(1_000).expect("in time").fields().len(), 3_001);
    let error = copybook(15_000).expect_err("too many").to_string();
    assert!(error.contains("at most 10000000 comparisons"), "{error}");
}

/// Rules are found by their first word; those that share it are counted, and refused.
#[test]
fn thousands_of_replacements() {
    let rules = |text: fn(usize) -> String| {
        let mut copybook = "REPLACE\n".to_owned();
        for index in 0..20_000 {
            copybook.push_str(&text(index));
        }
        copybook.push_str(".\n01 R.\n");
        for index in 0..10_000 {
            writeln!(copybook, "05 W{index} PIC X.").expect("text");
        }
        Schema::parse_bytes(copybook.as_bytes(), &free())
    };
    let apart = rules(|index| format!("==W{index}== BY ==V{index}==\n")).expect("in time");
    assert_eq!(apart.fields()[10_000].name(), "V9999");
    let alike = rules(|index| format!("==PIC Q{index}== BY ==V==\n"));
    let error = alike.expect_err("too many comparisons").to_string();
    assert!(error.contains("at most 100000000 comparisons"), "{error}");
}

/// Each COPY looked through the folder six times.
#[test]
fn thousands_of_copies_from_a_great_folder() {
    let at = tempfile::tempdir().expect("a folder");
    for index in 0..4_000 {
        let member = format!("05 F{index} PIC X.\n");
        fs::write(at.path().join(format!("m{index}.cpy")), member).expect("a member");
    }
    let mut copybook = "01 R.\n".to_owned();
    for index in 0..4_000 {
        writeln!(copybook, "COPY M{index}.").expect("text");
    }
    let options = CopybookOptions {
        copy_dirs: vec![at.path().to_owned()],
        ..free()
    };
    let schema = Schema::parse_bytes(copybook.as_bytes(), &options).expect("a copybook");
    assert_eq!(schema.fields().len(), 4_001);
}

#[test]
fn a_decoder_for_each_of_many_segments_is_refused_with_the_bound() {
    let mut copybook = "01 R.\n05 KIND PIC X(3).\n05 A PIC X(4).\n".to_owned();
    for index in 0..20_000 {
        writeln!(copybook, "05 B{index} REDEFINES A PIC X(4).").expect("text");
    }
    let schema = Schema::parse_bytes(copybook.as_bytes(), &free()).expect("a copybook");
    let segments = (0..300).map(|index| (format!("{index}"), format!("B{index}")));
    let selection = Selection {
        field: "KIND".to_owned(),
        segments: segments.collect(),
        unknown: UnknownSegment::Error,
        ..Selection::default()
    };
    let options = DecodeOptions {
        select: Some(selection),
        ..options()
    };
    let error = Decoder::new(&schema, &options).expect_err("6 million fields");
    assert!(error.to_string().contains("at most 1048576"), "{error}");
}

/// A table with long keys would be unrolled into gigabytes of them.
#[test]
fn long_keys_are_not_repeated_for_each_element() {
    let copybook = format!(
        "01 R.\n05 T OCCURS 4000.\n10 {} PIC X.\n",
        "A".repeat(30_000)
    );
    let schema = Schema::parse_bytes(copybook.as_bytes(), &free()).expect("a copybook");
    let decoder = Decoder::new(&schema, &options()).expect("a plan");
    // Beyond 16 MiB a record is the reader's, which holds one key.
    assert_eq!(decoder.kernel(), "reader");
}

/// A sparse file of a terabyte: reading its header would take an hour.
#[test]
fn a_header_is_moved_over() {
    const HEADER: u64 = 1 << 40;
    let mut file = tempfile::tempfile().expect("a file");
    if file.seek(SeekFrom::Start(HEADER)).is_err() || file.write_all(b"xyz").is_err() {
        println!("skipped: no sparse file of a terabyte here");
        return;
    }
    let decode = |file: File, header: u64| {
        let format = FileFormat { header, ..fixed(1) };
        let mut file = file;
        file.seek(SeekFrom::Start(0)).expect("the start");
        let mut out = Vec::new();
        let decoder = decoder("       01 R.\n         05 A PIC X.\n");
        let report = decode_file(&decoder, &format, threads(1), file, &mut out);
        report.map(|_| out).map_err(|error| error.cause.to_string())
    };
    let lines = decode(file.try_clone().expect("a file"), HEADER).expect("three records");
    assert_eq!(lines, b"{\"A\":\"x\"}\n{\"A\":\"y\"}\n{\"A\":\"z\"}\n");
    let error = decode(file, HEADER + 10).expect_err("too short");
    assert!(error.contains("1099511627779"), "{error}");
}

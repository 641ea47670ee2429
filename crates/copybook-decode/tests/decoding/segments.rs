//! Files with records of several kinds: ids of several fields, records left out, and records that
//! belong to others; each with where it was in its file.

use std::num::NonZeroUsize;

use copybook_decode::codepage::CodePage;
use copybook_decode::decode::{
    DecodeOptions, Decoder, OnError, Report, SegmentParent, Selection, UnknownSegment,
};
use copybook_decode::record::{Endian, FileFormat, Framing};
use copybook_decode::schema::Schema;
use copybook_decode::stream::decode_blocks;

const COPYBOOK: &str = "
   01 REC.
      05 HEAD.
         10 KIND PIC X.
         10 SORT PIC 9.
      05 BODY PIC X(3).
      05 COMPANY REDEFINES BODY.
         10 CODE-NAME PIC X(3).
      05 CONTACT REDEFINES BODY.
         10 PHONE PIC 9(3).
      05 CALL-OF REDEFINES BODY.
         10 SECONDS PIC 9(3).
";

/// Companies with contacts, these with calls.
const DATA: &[u8] = b"C1abcK2123L3001L3002C1defK2456K2789L3003";

fn selection() -> Selection {
    let segments = [("C", "COMPANY"), ("K", "CONTACT"), ("L", "CALL-OF")];
    Selection {
        field: "KIND".to_owned(),
        segments: segments
            .map(|(id, name)| (id.to_owned(), name.to_owned()))
            .into(),
        ..Selection::default()
    }
}

fn parents(links: &[(&str, &str, Option<&str>)]) -> Vec<SegmentParent> {
    let link = |&(child, parent, key): &(&str, &str, Option<&str>)| SegmentParent {
        child: child.to_owned(),
        parent: parent.to_owned(),
        key: key.map(str::to_owned),
    };
    links.iter().map(link).collect()
}

fn options(selection: Selection) -> DecodeOptions {
    DecodeOptions {
        code_page: CodePage::Ascii,
        select: Some(selection),
        ..DecodeOptions::default()
    }
}

fn decoder(options: &DecodeOptions) -> Result<Decoder, String> {
    let schema = Schema::parse(COPYBOOK).unwrap();
    Decoder::new(&schema, options).map_err(|error| error.to_string())
}

/// The lines of a file, the same whatever the framing and the number of threads.
fn lines(options: &DecodeOptions, data: &[u8]) -> (Vec<String>, Report, Option<String>) {
    let decoder = decoder(options).unwrap();
    let fixed = FileFormat::new(Framing::Fixed {
        length: NonZeroUsize::new(5).unwrap(),
    });
    let run = |format: &FileFormat, data: &[u8], threads: usize| {
        let mut out = Vec::new();
        let threads = NonZeroUsize::new(threads).unwrap();
        let outcome = decode_blocks(&decoder, format, threads, data, |lines| {
            out.extend_from_slice(lines);
        });
        let (report, error) = match outcome {
            Ok(report) => (report, None),
            Err(error) => (*error.report, Some(error.cause.to_string())),
        };
        let text = String::from_utf8(out).unwrap();
        (text.lines().map(str::to_owned).collect(), report, error)
    };
    let found: (Vec<String>, Report, Option<String>) = run(&fixed, data, 1);
    assert_eq!(run(&fixed, data, 3), found);
    let rdw = FileFormat::new(Framing::Rdw {
        header_included: true,
        endian: Endian::Big,
    });
    let words = data
        .chunks(5)
        .flat_map(|record| [&[0, 9, 0, 0], record].concat());
    let framed = run(&rdw, &words.collect::<Vec<u8>>(), 2);
    let unplaced = |lines: &[String]| -> Vec<String> {
        // Offsets differ by the words before the records.
        let cut = |line: &String| match line.split_once("\"_offset\":") {
            Some((before, behind)) => {
                before.to_owned() + behind.trim_start_matches(char::is_numeric)
            }
            None => line.clone(),
        };
        lines.iter().map(cut).collect()
    };
    assert_eq!(unplaced(&framed.0), unplaced(&found.0));
    found
}

#[test]
fn several_fields_or_a_group_make_an_id() {
    for (field, ids) in [
        ("KIND,SORT", ["C,1", "K,2", "L,3"]),
        ("SORT, HEAD.KIND", ["1,C", "2,K", "3,L"]),
        ("HEAD", ["C1", "K2", "L3"]),
    ] {
        let mut selection = selection();
        selection.field = field.to_owned();
        for ((id, _), new) in selection.segments.iter_mut().zip(ids) {
            *id = new.to_owned();
        }
        let (lines, _, error) = lines(&options(selection), DATA);
        assert_eq!(error, None, "{field}");
        assert_eq!(
            lines[1],
            r#"{"HEAD":{"KIND":"K","SORT":"2"},"BODY":"123","CONTACT":{"PHONE":"123"}}"#
        );
        assert_eq!(lines.len(), 8);
    }
    let mut selection = selection();
    selection.field = "KIND,SORT".to_owned();
    let (_, _, error) = lines(&options(selection), DATA);
    let error = error.unwrap();
    assert!(
        error.contains("field REC.HEAD.KIND,REC.HEAD.SORT, byte 0"),
        "{error}"
    );
}

#[test]
fn segments_are_kept_or_left_out() {
    let kinds = |lines: &[String]| -> String { lines.iter().map(|line| &line[17..18]).collect() };
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    for (keep, skip, wanted) in [
        (names(&["CONTACT"]), names(&[]), "KKK"),
        (names(&["call-of", "COMPANY"]), names(&[]), "CLLCL"),
        (names(&[]), names(&["COMPANY"]), "KLLKKL"),
    ] {
        let chosen = Selection {
            keep,
            skip,
            ..selection()
        };
        let (lines, report, error) = lines(&options(chosen), DATA);
        assert_eq!((kinds(&lines).as_str(), error), (wanted, None));
        let left_out = DATA.len() as u64 / 5 - lines.len() as u64;
        assert_eq!((report.records, report.left_out), (8, left_out));
        assert_eq!(report.input_bytes, DATA.len() as u64);
    }
    // Ids that stand for nothing, and a segment for which none stands.
    let chosen = Selection {
        segments: vec![("C".to_owned(), "COMPANY".to_owned())],
        unknown: UnknownSegment::None,
        skip: vec!["none".to_owned()],
        ..selection()
    };
    // A company's name is no number of the descriptions that no id stands for.
    let null = DecodeOptions {
        on_error: OnError::Null,
        ..options(chosen.clone())
    };
    assert_eq!(kinds(&lines(&null, DATA).0), "CC");
    let error = decoder(&options(Selection {
        keep: vec!["CONTACT".to_owned()],
        ..chosen
    }));
    assert!(
        error
            .unwrap_err()
            .contains("no id stands for the segment CONTACT, only for COMPANY"),
    );
}

#[test]
fn records_say_where_they_were() {
    let decoding = DecodeOptions {
        with_position: true,
        with_file: Some("a\"b".to_owned()),
        select: None,
        ..options(selection())
    };
    let (lines, report, error) = lines(&decoding, &DATA[..10]);
    let wanted = [
        r#"{"_file":"a\"b","_record":1,"_offset":0,"HEAD":{"KIND":"C","SORT":"1"},"BODY":"abc","#,
        r#"{"_file":"a\"b","_record":2,"_offset":5,"HEAD":{"KIND":"K","SORT":"2"},"BODY":"123","#,
    ];
    // The company of the first is no number of the others.
    assert!(error.unwrap().contains("record 1, field REC.CONTACT.PHONE"));
    assert!(lines.is_empty() && report.output_bytes == 0);
    let decoding = DecodeOptions {
        on_error: OnError::Null,
        ..decoding
    };
    let (lines, report, error) = self::lines(&decoding, &DATA[..10]);
    assert_eq!(error, None);
    for (line, wanted) in lines.iter().zip(wanted) {
        assert!(line.starts_with(wanted), "{line}");
    }
    let bytes: usize = lines.iter().map(|line| line.len() + 1).sum();
    assert_eq!(report.output_bytes, bytes as u64);
}

/// Left-out records keep their numbers; objects without fields stay objects.
#[test]
fn numbers_are_those_of_the_file() {
    let schema = Schema::parse("01 R. 05 FILLER PIC X. 05 FILLER PIC 9 COMP-3.").unwrap();
    let decoding = DecodeOptions {
        with_position: true,
        ..DecodeOptions::default()
    };
    let decoder = Decoder::new(&schema, &decoding).unwrap();
    let mut out = Vec::new();
    let format = FileFormat {
        header: 1,
        ..FileFormat::new(Framing::Fixed {
            length: NonZeroUsize::new(2).unwrap(),
        })
    };
    let report = decode_blocks(&decoder, &format, NonZeroUsize::MIN, &[0x40; 5], |lines| {
        out.extend_from_slice(lines);
    });
    let text = "{\"_record\":1,\"_offset\":1}\n{\"_record\":2,\"_offset\":3}\n";
    assert_eq!(String::from_utf8(out).unwrap(), text);
    assert_eq!(report.unwrap().output_bytes, text.len() as u64);
    let chosen = Selection {
        keep: vec!["CALL-OF".to_owned()],
        ..selection()
    };
    let decoding = DecodeOptions {
        with_position: true,
        ..options(chosen)
    };
    let (lines, ..) = lines(&decoding, DATA);
    let starts: Vec<&str> = lines.iter().map(|line| &line[..26]).collect();
    assert_eq!(
        starts,
        [
            "{\"_record\":3,\"_offset\":10,",
            "{\"_record\":4,\"_offset\":15,",
            "{\"_record\":8,\"_offset\":35,"
        ]
    );
}

#[test]
fn children_name_their_parents() {
    let chosen = Selection {
        parents: parents(&[
            ("CALL-OF", "CONTACT", None),
            ("CONTACT", "COMPANY", Some("CODE-NAME")),
        ]),
        ..selection()
    };
    let (found, _, error) = lines(&options(chosen.clone()), DATA);
    assert_eq!(error, None);
    let starts = [
        "{\"_record\":1,\"_parent_record\":null,\"_parent_id\":null,\"HEAD\"",
        "{\"_record\":2,\"_parent_record\":1,\"_parent_id\":\"abc\",\"HEAD\"",
        "{\"_record\":3,\"_parent_record\":2,\"_parent_id\":\"K\",\"HEAD\"",
        "{\"_record\":4,\"_parent_record\":2,\"_parent_id\":\"K\",\"HEAD\"",
        "{\"_record\":5,\"_parent_record\":null,\"_parent_id\":null,\"HEAD\"",
        "{\"_record\":6,\"_parent_record\":5,\"_parent_id\":\"def\",\"HEAD\"",
        "{\"_record\":7,\"_parent_record\":5,\"_parent_id\":\"def\",\"HEAD\"",
        "{\"_record\":8,\"_parent_record\":7,\"_parent_id\":\"K\",\"HEAD\"",
    ];
    for (line, start) in found.iter().zip(starts) {
        assert!(line.starts_with(start), "{line}");
    }
    // Parents that are not printed still count.
    let calls = Selection {
        keep: vec!["CALL-OF".to_owned()],
        ..chosen
    };
    let (found, ..) = lines(&options(calls.clone()), DATA);
    assert!(found[2].starts_with(starts[7]) && found.len() == 3);

    // A contact of the first company is none of the second one.
    let orphan = b"C1abcK2123L3001C1defL3002K2456";
    let (found, _, error) = lines(&options(calls.clone()), orphan);
    let error = error.unwrap();
    let wanted = "record 5, field REC.HEAD.KIND, byte 0 (input byte 20): expected a record of \
                  segment CONTACT before this one";
    assert!(found.len() == 1 && error.contains(wanted), "{error}");
    let null = DecodeOptions {
        on_error: OnError::Null,
        ..options(calls.clone())
    };
    let (found, report, error) = lines(&null, orphan);
    assert!(error.is_none() && found[1].starts_with("{\"_record\":5,\"_parent_record\":null,"));
    assert_eq!(report.errors.values().sum::<u64>(), 1);
    let skip = DecodeOptions {
        on_error: OnError::Skip { limit: 1 },
        ..options(calls)
    };
    let (found, report, error) = lines(&skip, orphan);
    assert_eq!((found.len(), report.skipped, error), (1, 1, None));
}

#[test]
fn families_without_sense_are_refused() {
    let cases: [(&[_], &str); 5] = [
        (
            &[("CONTACT", "COMPANY", None), ("CONTACT", "CALL-OF", None)],
            "is given two parents",
        ),
        (&[("CONTACT", "CONTACT", None)], "would belong to itself"),
        (
            &[
                ("CONTACT", "COMPANY", None),
                ("COMPANY", "CALL-OF", None),
                ("CALL-OF", "CONTACT", None),
            ],
            "would belong to itself",
        ),
        (
            &[("CONTACT", "BODY", None)],
            "no id stands for the segment BODY",
        ),
        (
            &[("CONTACT", "COMPANY", Some("PHONE"))],
            "no field COMPANY.PHONE",
        ),
    ];
    for (links, expected) in cases {
        let chosen = Selection {
            parents: parents(links),
            ..selection()
        };
        let error = decoder(&options(chosen)).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}

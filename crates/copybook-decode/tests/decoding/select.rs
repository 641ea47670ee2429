//! Files with records of several kinds: an id picks the description.

use copybook_decode::codepage::CodePage;
use copybook_decode::decode::{DecodeOptions, Decoder, OnError, PlanError, Report, Selection};
use copybook_decode::schema::Schema;

const VIEWS: &str = "
   01 REC.
      05 KIND PIC X(2).
      05 BODY PIC X(6).
      05 COMPANY REDEFINES BODY.
         10 TAX PIC 9(6).
      05 CONTACT REDEFINES BODY.
         10 COUNT-OF PIC 9.
         10 PHONE PIC X OCCURS 0 TO 5 DEPENDING ON COUNT-OF.
";
const ROOTS: &str = "
   01 HEAD.
      05 KIND PIC 9(2).
      05 MADE PIC 9(6).
   01 LINE-ITEM.
      05 KIND PIC 9(2).
      05 PRICE PIC 9(2).
";

fn options(field: &str, segments: &[(&str, &str)], on_error: OnError) -> DecodeOptions {
    let segments = segments
        .iter()
        .map(|(id, name)| (id.to_string(), name.to_string()));
    DecodeOptions {
        code_page: CodePage::Ascii,
        on_error,
        select: Some(Selection {
            field: field.to_owned(),
            segments: segments.collect(),
            unknown: copybook_decode::decode::UnknownSegment::Error,
            ..Selection::default()
        }),
        ..DecodeOptions::default()
    }
}

fn decoder(copybook: &str, options: &DecodeOptions) -> Result<Decoder, PlanError> {
    Decoder::new(&Schema::parse(copybook).unwrap(), options)
}

/// Lines and the error from records of one length, and the same record by record.
fn decode(decoder: &Decoder, data: &[u8]) -> (String, Report, Option<String>) {
    let (mut out, mut report) = (Vec::new(), Report::default());
    let error = decoder.decode_fixed(data, &mut out, &mut report).err();
    let (mut single, mut totals) = (Vec::new(), Report::default());
    let length = decoder.record_length().max;
    let singly = data
        .chunks(length)
        .try_for_each(|record| decoder.decode_record(record, &mut single, &mut totals));
    assert_eq!(
        (&single, &totals, singly.err()),
        (&out, &report, error.clone())
    );
    (
        String::from_utf8(out).unwrap(),
        report,
        error.map(|error| error.to_string()),
    )
}

#[test]
fn the_id_picks_the_redefinition() {
    let segments = [("C", "COMPANY"), ("K", "CONTACT"), ("L", "rec.contact")];
    let decoder = decoder(VIEWS, &options("kind", &segments, OnError::Stop)).unwrap();
    let (lines, _, error) = decode(&decoder, b"C 123456C 654321K 2abxxxL 5abcde");
    let expected = r#"{"KIND":"C ","BODY":"123456","COMPANY":{"TAX":"123456"}}
{"KIND":"C ","BODY":"654321","COMPANY":{"TAX":"654321"}}
{"KIND":"K ","BODY":"2abxxx","CONTACT":{"COUNT-OF":"2","PHONE":["a","b"]}}
{"KIND":"L ","BODY":"5abcde","CONTACT":{"COUNT-OF":"5","PHONE":["a","b","c","d","e"]}}
"#;
    assert_eq!((lines.as_str(), error), (expected, None));
}

#[test]
fn a_redefined_item_is_a_segment_too() {
    let segments = [("X", "BODY"), ("C", "COMPANY"), ("K", "CONTACT")];
    let decoder = decoder(VIEWS, &options("KIND", &segments, OnError::Stop)).unwrap();
    let (lines, ..) = decode(&decoder, b"C 123456X ??????");
    assert_eq!(
        lines,
        "{\"KIND\":\"C \",\"COMPANY\":{\"TAX\":\"123456\"}}\n{\"KIND\":\"X \",\"BODY\":\"??????\"}\n"
    );
}

/// The records have the length of the longest; ids are numbers at the same place in each.
#[test]
fn the_id_picks_the_level_01_entry() {
    let segments = [("1", "HEAD"), ("2", "LINE-ITEM")];
    let decoder = decoder(ROOTS, &options("KIND", &segments, OnError::Stop)).unwrap();
    let (lines, ..) = decode(&decoder, b"012026110299****");
    let expected = r#"{"HEAD":{"KIND":"1","MADE":"202611"}}
{"LINE-ITEM":{"KIND":"2","PRICE":"99"}}
"#;
    assert_eq!(lines, expected);
    // A record of its own length, as variable formats have them.
    let (mut out, mut report) = (Vec::new(), Report::default());
    decoder
        .decode_record(b"0298", &mut out, &mut report)
        .unwrap();
    assert_eq!(out, b"{\"LINE-ITEM\":{\"KIND\":\"2\",\"PRICE\":\"98\"}}\n");
}

#[test]
fn an_unknown_id_is_an_invalid_field() {
    let segments = [("C", "COMPANY"), ("K", "CONTACT")];
    let data = b"C 123456Z 123456\xff 123456C 12345x";
    let stop = decoder(VIEWS, &options("KIND", &segments, OnError::Stop)).unwrap();
    let (lines, report, error) = decode(&stop, data);
    assert_eq!((lines.lines().count(), report.records), (1, 2));
    assert!(error.unwrap().starts_with(
        "record 2, field REC.KIND, byte 0 (input byte 8): expected the id of a segment \
             (C, K), found X'5A20'"
    ));
    let skip = OnError::Skip { limit: 3 };
    let skip = decoder(VIEWS, &options("KIND", &segments, skip)).unwrap();
    let (lines, report, error) = decode(&skip, data);
    assert_eq!((lines.lines().count(), error), (1, None));
    assert_eq!((report.records, report.skipped), (4, 3));
    assert_eq!(
        (report.errors["REC.KIND"], report.errors["REC.COMPANY.TAX"]),
        (2, 1)
    );
    assert_eq!(
        decode(&stop, b"C")
            .2
            .unwrap()
            .matches("the end of the record")
            .count(),
        1
    );
}

#[test]
fn selections_that_make_no_sense_are_refused() {
    type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a str);
    let counts_elsewhere = "
   01 REC.
      05 KIND PIC X.
      05 A.
         10 N PIC 9.
      05 B REDEFINES A PIC X.
      05 T PIC X OCCURS 1 TO 3 DEPENDING ON N.
";
    let is_the_count = "
   01 REC.
      05 KIND PIC X.
      05 N PIC 9.
      05 B REDEFINES N PIC X.
      05 T PIC X OCCURS 1 TO 3 DEPENDING ON N.
";
    let cases: [Case<'_>; 9] = [
        (
            VIEWS,
            "SORT",
            &[("C", "COMPANY")],
            "the copybook has no field SORT",
        ),
        (
            VIEWS,
            "KIND",
            &[("C", "FIRM")],
            "the copybook has no field FIRM",
        ),
        (VIEWS, "KIND", &[], "no segment"),
        (
            VIEWS,
            "KIND",
            &[("C", "COMPANY"), ("C", "CONTACT")],
            "the segment id C is given twice",
        ),
        (
            VIEWS,
            "KIND",
            &[("C", "TAX")],
            "shares its bytes with no other",
        ),
        (VIEWS, "PHONE", &[("C", "COMPANY")], "has no fixed place"),
        (
            "       01 A.\n          05 X PIC X.\n          05 B.\n             10 X PIC X.\n",
            "X",
            &[("C", "A")],
            "X is the name of several fields: A.X, A.B.X",
        ),
        (
            counts_elsewhere,
            "KIND",
            &[("A", "A"), ("B", "B")],
            "line 7, field T: its DEPENDING ON field lies in a segment that not every record has",
        ),
        (
            is_the_count,
            "KIND",
            &[("N", "N"), ("B", "B")],
            "line 6, field T: its DEPENDING ON field lies in a segment that not every record has",
        ),
    ];
    for (copybook, field, segments, expected) in cases {
        let error = decoder(copybook, &options(field, segments, OnError::Stop)).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

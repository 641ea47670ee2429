//! What is printed, and what is taken for a value, by choice: one record each.

use copybook_decode::decode::reader::Visitor;
use copybook_decode::decode::{
    BinaryRange, BlankNumbers, Decimals, DecodeError, Groups, Names, OnError, RawBytes, Report,
    Signs, Value,
};
use copybook_decode::{DecodeOptions, Decoder, Schema};

/// The line and the report, or the error.
fn decode(
    copybook: &str,
    options: DecodeOptions,
    record: &[u8],
) -> Result<(String, Report), DecodeError> {
    let schema = Schema::parse(copybook).unwrap_or_else(|error| panic!("{error}"));
    let decoder = Decoder::new(&schema, &options).unwrap_or_else(|error| panic!("{error}"));
    let (mut out, mut report) = (Vec::new(), Report::default());
    decoder.decode_record(record, &mut out, &mut report)?;
    let line = String::from_utf8(out).expect("UTF-8");
    Ok((line.trim_end().to_owned(), report))
}

fn line(copybook: &str, options: DecodeOptions, record: &[u8]) -> String {
    decode(copybook, options, record).expect("it is valid").0
}

#[test]
fn raw_bytes_stand_beside_their_field() {
    let copybook = "01 R. 05 A-1 PIC X. 05 N PIC 9. 05 T PIC 9 OCCURS 0 TO 3 DEPENDING ON N.
        05 G OCCURS 2. 10 B PIC S9 COMP-3. 10 C PIC X OCCURS 2. 05 FILLER PIC X.";
    let record = [
        0xC1, 0xF2, 0xF7, 0xF8, 0x1C, 0xC1, 0xC2, 0x2D, 0xC3, 0xC4, 0,
    ];
    let raw = |form| DecodeOptions {
        raw: Some(form),
        ..DecodeOptions::default()
    };
    assert_eq!(
        line(copybook, raw(RawBytes::Hex), &record),
        concat!(
            r#"{"A-1":"A","A-1_raw":"c1","N":"2","N_raw":"f2","T":["7","8"],"T_raw":["f7","f8"],"#,
            r#""G":[{"B":"1","B_raw":"1c","C":["A","B"],"C_raw":["c1","c2"]},"#,
            r#"{"B":"-2","B_raw":"2d","C":["C","D"],"C_raw":["c3","c4"]}]}"#
        )
    );
    let snake = DecodeOptions {
        names: Names::Snake,
        groups: Groups::Flat,
        decimals: Decimals::Number,
        ..raw(RawBytes::Base64)
    };
    // The table is empty.
    let record = [0xC1, 0xF0, 0x1C, 0xC1, 0xC2, 0x2D, 0xC3, 0xC4, 0];
    assert_eq!(
        line(copybook, snake, &record),
        concat!(
            r#"{"a_1":"A","a_1_raw":"wQ==","n":0,"n_raw":"8A==","t":[],"#,
            r#""g":[{"b":1,"b_raw":"HA==","c":["A","B"],"c_raw":["wQ==","wg=="]},"#,
            r#"{"b":-2,"b_raw":"LQ==","c":["C","D"],"c_raw":["ww==","xA=="]}]}"#
        )
    );
}

#[test]
fn blank_packed_fields_are_zero_by_choice() {
    let copybook = "01 R. 05 A PIC S9(3) COMP-3. 05 B PIC S9(3)V9 COMP-3.";
    let zero = DecodeOptions {
        blank_numbers: BlankNumbers::Zero,
        ..DecodeOptions::default()
    };
    let record = [0x40, 0x40, 0, 0, 0];
    assert_eq!(line(copybook, zero, &record), r#"{"A":"0","B":"0.0"}"#);
    let error = decode(copybook, DecodeOptions::default(), &record).unwrap_err();
    let expected = "expected a sign C or D in the last half byte, found X'40'";
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn signs_and_ranges_are_strict_unless_said_otherwise() {
    let copybook = "01 R. 05 A PIC S9 COMP-3. 05 B PIC S9(2). 05 C PIC 9(2) COMP.";
    let record = [0x1E, 0xF1, 0xF2, 0, 100];
    let lenient = DecodeOptions {
        signs: Signs::Lenient,
        binary_range: BinaryRange::Storage,
        ..DecodeOptions::default()
    };
    assert_eq!(
        line(copybook, lenient, &record),
        r#"{"A":"1","B":"12","C":"100"}"#
    );
    let null = DecodeOptions {
        on_error: OnError::Null,
        ..DecodeOptions::default()
    };
    let (found, report) = decode(copybook, null, &record).expect("nulls");
    assert_eq!(found, r#"{"A":null,"B":null,"C":null}"#);
    let counted: Vec<_> = report
        .errors
        .iter()
        .map(|(f, n)| (f.as_ref(), *n))
        .collect();
    assert_eq!(counted, [("R.A", 1), ("R.B", 1), ("R.C", 1)]);
    let first = report.first_error.expect("the first").to_string();
    assert!(
        first.starts_with("record 1, field R.A, byte 0 (input byte 0): expected a sign C or D"),
        "{first}"
    );
}

/// A visitor is told what the line shows: a line made of what it is told is the same.
#[test]
fn a_visitor_sees_what_json_shows() {
    let copybook = "01 R. 05 N PIC 9. 05 T OCCURS 0 TO 3 DEPENDING ON N. 10 A PIC X. 10 F COMP-1.
        05 G. 10 H PIC S9V9. 10 FILLER PIC X. 05 V REDEFINES G PIC X(3). 05 L PIC X OCCURS 2.";
    let record = [0xF1, 0xC1, 0x41, 0x18, 0, 0, 0xF1, 0xD2, 0xC2, 0xC3, 0xC4];
    let schema = Schema::parse(copybook).unwrap();
    let decoder = Decoder::new(&schema, &DecodeOptions::default()).unwrap();
    let mut told = Told::default();
    decoder.read_record(&record, 1, &mut told).unwrap();
    let (shown, _) = decode(copybook, DecodeOptions::default(), &record).unwrap();
    let told = format!("{{{}}}", told.0);
    assert_eq!(told.replace(",}", "}").replace(",]", "]"), shown);
}

/// JSON with a comma behind everything.
#[derive(Default)]
struct Told(String, Vec<bool>);

impl Told {
    fn key(&mut self, key: &str) {
        if self.1.last() != Some(&true) {
            self.0.push_str(&format!("\"{key}\":"));
        }
    }

    fn end(&mut self, close: &str) {
        self.0.push_str(close);
        self.1.pop();
    }
}

impl Visitor for Told {
    fn field(&mut self, key: &str, bytes: &[u8], value: Value<'_>) {
        assert!(!bytes.is_empty());
        self.key(key);
        self.0.push_str(&match value {
            Value::Text(text) => format!("\"{text}\","),
            Value::Decimal(number) => format!("\"{number}\","),
            Value::Float(float) => format!("{},", float.value),
            Value::Null => "null,".to_owned(),
        });
    }
    fn group(&mut self, key: &str) {
        self.key(key);
        self.0.push('{');
        self.1.push(false);
    }
    fn end_group(&mut self) {
        self.end("},");
    }
    fn table(&mut self, key: &str, count: usize) {
        assert_eq!(count, if key == "L" { 2 } else { 1 });
        self.key(key);
        self.0.push('[');
        self.1.push(true);
    }
    fn end_table(&mut self) {
        self.end("],");
    }
}

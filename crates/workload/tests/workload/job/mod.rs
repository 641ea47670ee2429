//! The names of a job's fields and choices. `bench` and a suite of another version read each
//! other's jobs, so they stay as they are in `written.jsonl`.

use std::num::NonZeroUsize;

use serde::Serialize;
use serde::de::DeserializeOwned;
use workload::copybook_decode::codepage::CodePage;
use workload::copybook_decode::decode::{
    BinaryRange, BlankNumbers, Counts, Decimals, Fillers, FloatFormat, Groups, KernelChoice,
    LengthField, LongRecords, Names, OnError, RawBytes, Renames, SegmentParent, Selection,
    ShortRecords, Signs, Tables, Trim, UnknownSegment,
};
use workload::copybook_decode::record::{Endian, LineEnd, Truncated, Words};
use workload::copybook_decode::schema::{CopybookOptions, NSymbol, SourceFormat};
use workload::copybook_decode::{DecodeOptions, FileFormat, Framing};
use workload::job::Job;

const WRITTEN: &str = include_str!("written.jsonl");

#[test]
fn every_choice_keeps_its_name() {
    let mut lines = WRITTEN.lines();
    each_is_written(&mut lines, &jobs());
    each_is_written(&mut lines, &framings());
    each_is_written(&mut lines, &selections());
    assert_eq!(lines.next(), None);
}

#[test]
fn what_nobody_knows_is_refused() {
    let line = WRITTEN.lines().next().expect("there is one");
    let places = [
        ("\"header\":", "\"haeder\":"),
        ("\"decimals\":\"text\"", "\"decimals\":\"words\""),
        ("\"floats\":", "\"new\":1,\"floats\":"),
        ("\"currency\":", "\"new\":1,\"currency\":"),
        ("\"block_included\":", "\"new\":1,\"block_included\":"),
        ("\"length\":80", "\"length\":80,\"new\":1"),
    ];
    for (from, to) in places {
        assert!(line.contains(from), "{from}");
        let changed = line.replacen(from, to, 1);
        assert!(serde_json::from_str::<Job>(&changed).is_err(), "{to}");
    }
}

/// The values are the next lines, both ways.
fn each_is_written<'a, T: Serialize + DeserializeOwned>(
    lines: &mut impl Iterator<Item = &'a str>,
    values: &[T],
) {
    let text = |value: &T| serde_json::to_string(value).expect("it has a text");
    for value in values {
        let line = lines.next().expect("there are as many lines as values");
        assert_eq!(text(value), line);
        let read: T = serde_json::from_str(line).expect("it can be read");
        assert_eq!(text(&read), line);
    }
}

/// Every choice without fields is in one of them.
fn jobs() -> [Job; 3] {
    let fixed = Framing::Fixed {
        length: NonZeroUsize::new(80).expect("it is not zero"),
    };
    [job(fixed, DecodeOptions::default()), seconds(), thirds()]
}

fn framings() -> [Framing; 8] {
    [
        Framing::Blocked,
        Framing::Spanned,
        Framing::Computed,
        Framing::Lines { end: LineEnd::Lf },
        Framing::Lines { end: LineEnd::CrLf },
        Framing::Lines { end: LineEnd::Nel },
        Framing::Lines { end: LineEnd::Auto },
        Framing::LengthField {
            offset: 4,
            width: 2,
            endian: Endian::Big,
            adjustment: -2,
        },
    ]
}

fn selections() -> [Selection; 3] {
    let unknown = [
        UnknownSegment::Error,
        UnknownSegment::None,
        UnknownSegment::Segment("TAIL".to_owned()),
    ];
    unknown.map(|unknown| Selection {
        field: "KIND".to_owned(),
        segments: vec![("A".to_owned(), "HEAD".to_owned())],
        keep: match unknown {
            UnknownSegment::None => vec!["HEAD".to_owned()],
            _ => Vec::new(),
        },
        skip: match unknown {
            UnknownSegment::Segment(_) => vec!["none".to_owned()],
            _ => Vec::new(),
        },
        parents: match unknown {
            UnknownSegment::Segment(_) => vec![SegmentParent {
                child: "TAIL".to_owned(),
                parent: "HEAD".to_owned(),
                key: Some("ID".to_owned()),
            }],
            _ => Vec::new(),
        },
        unknown,
    })
}

fn job(framing: Framing, options: DecodeOptions) -> Job {
    Job {
        copybook: "a.cpy".into(),
        copybook_options: CopybookOptions::default(),
        data: "a.dat".into(),
        more_data: Vec::new(),
        format: FileFormat::new(framing),
        options,
        expect: None,
    }
}

/// The second of each.
fn seconds() -> Job {
    let options = DecodeOptions {
        code_page: CodePage::Latin1,
        field_pages: vec![("NAME".to_owned(), CodePage::Cp500)],
        decimals: Decimals::Number,
        trim: Trim::Right,
        only: vec!["NAME".to_owned()],
        fillers: Fillers::Keep,
        renames: Renames::Keep,
        group_text: true,
        with_position: true,
        with_file: Some("a.dat".to_owned()),
        names: Names::Snake,
        groups: Groups::Flat,
        raw: Some(RawBytes::Hex),
        on_error: OnError::Null,
        signs: Signs::Lenient,
        blank_numbers: BlankNumbers::Null,
        short_records: ShortRecords::Null,
        long_records: LongRecords::Ignore,
        tables: Tables::Full,
        counts: Counts::Lenient,
        floats: FloatFormat::IeeeBig,
        binary_range: BinaryRange::Storage,
        native_order: Endian::Little,
        kernel: Some(KernelChoice::Scalar),
        length_field: Some(LengthField {
            name: "LENGTH".to_owned(),
            adjustment: -4,
        }),
        select: None,
    };
    let framing = Framing::Rdw {
        header_included: false,
        endian: Endian::Little,
    };
    Job {
        copybook_options: CopybookOptions {
            format: SourceFormat::Fixed,
            copy_dirs: vec!["members".into()],
            decimal_point_is_comma: true,
            currency: '€',
            define: [("BATCH".to_owned(), "1".to_owned())].into(),
            replace: vec![(":TAG:".to_owned(), "CUSTOMER".to_owned())],
            vendor_usages: true,
            nsymbol: NSymbol::Dbcs,
        },
        format: FileFormat {
            truncated: Truncated::Warn,
            header: 1,
            footer: 2,
            max_record: 3,
            words: Words {
                block_included: false,
                record_included: false,
                endian: Endian::Little,
            },
            framing,
        },
        ..job(framing, options)
    }
}

/// The third of those that have one.
fn thirds() -> Job {
    let mapping = "0x40 0x0020\n0xC1 0x0041\n0xF0 0x0030";
    let double = "<uconv_class> \"MBCS\"\nCHARMAP\n<U3042> \\x82\\xA0\n\
                  <U304B><U309A> \\x82\\xF5\nEND CHARMAP";
    let page = |text| CodePage::from_mapping("mine", text).expect("it is a mapping");
    let options = DecodeOptions {
        code_page: page(mapping),
        field_pages: vec![("NAME".to_owned(), page(double))],
        trim: Trim::Both,
        raw: Some(RawBytes::Base64),
        on_error: OnError::Skip { limit: 7 },
        blank_numbers: BlankNumbers::Zero,
        short_records: ShortRecords::Cut,
        floats: FloatFormat::IeeeLittle,
        ..DecodeOptions::default()
    };
    let mut job = job(Framing::Computed, options);
    job.copybook_options.format = SourceFormat::Free;
    job.more_data = vec!["b.dat".into()];
    job
}

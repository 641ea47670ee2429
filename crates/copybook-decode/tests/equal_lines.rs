//! Lines of one length are not searched for their ends: these are looked for where they should be, and
//! printing the lines shows whether there is one within. The same lines, totals and errors as one by
//! one, wherever a file is not what it seems.

#[path = "support/line_end.rs"]
mod line_end;
#[path = "support/ways.rs"]
mod ways;

use std::num::NonZeroUsize;

use copybook_decode::codepage::CodePage;
use copybook_decode::decode::{
    BlankNumbers, DecodeOptions, Decoder, KernelChoice, LongRecords, OnError, ShortRecords, Signs,
    Trim,
};
use copybook_decode::record::LineEnd;
use copybook_decode::schema::Schema;
use copybook_decode::{FileFormat, Framing, decode_slice};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use line_end::line_end;
use ways::{every_way, plainly};

/// Every kind of field whose bytes printing looks at, twice, since three in a row go another way, and
/// a gap.
const COPYBOOK: &str = "
       01 REC.
          05 A PIC 9(3).
          05 B PIC X(20).
          05 FILLER PIC X(9).
          05 C PIC S9(5).
          05 D PIC S9(4) SIGN LEADING SEPARATE.
          05 E PIC S9(4) SIGN TRAILING SEPARATE.
          05 F PIC S9(4) SIGN LEADING.
          05 G PIC 9(18).
          05 H PIC X(70).
          05 T OCCURS 4 PIC X(3).
          05 U OCCURS 4 PIC 9(2).
";
const LENGTH: usize = 159;

const ENDS: [LineEnd; 4] = [LineEnd::Lf, LineEnd::CrLf, LineEnd::Nel, LineEnd::Auto];
const KERNELS: [KernelChoice; 4] = [
    KernelChoice::Scalar,
    KernelChoice::Avx2,
    KernelChoice::Avx512,
    KernelChoice::Neon,
];

/// A record of digits and letters, in ASCII or EBCDIC.
fn record(number: usize, page: Page) -> Vec<u8> {
    let (filler, number) = ("F".repeat(9), number % 1000);
    let sign = if number.is_multiple_of(2) { '+' } else { '-' };
    let text = format!(
        "{number:03}{:20}{filler}{number:04}C{sign}{number:04}{number:04}{sign}A{number:03}\
         {number:018}{:70}{:12}{number:08}",
        "SOME TEXT", "THAT IS \u{fc}BLICH, AND LONGER", "ABCDEF"
    );
    let record: Vec<u8> = text.chars().map(|character| page.byte(character)).collect();
    assert_eq!(record.len(), LENGTH);
    record
}

#[derive(Debug, Clone, Copy)]
enum Page {
    Ascii,
    Ebcdic,
}

impl Page {
    fn code_page(self) -> CodePage {
        match self {
            Page::Ascii => CodePage::Latin1,
            Page::Ebcdic => CodePage::Cp037,
        }
    }

    fn byte(self, character: char) -> u8 {
        let page = self.code_page();
        let found = page.chars().iter().position(|&c| c == Some(character));
        found.expect("a character of the page") as u8
    }
}

/// Nothing if this CPU has not the kernel.
fn decoder(options: &DecodeOptions) -> Option<Decoder> {
    let schema = Schema::parse(COPYBOOK).expect("a valid copybook");
    Decoder::new(&schema, options).ok()
}

/// Lines, each with what ends it.
fn lines(count: usize, page: Page, end: LineEnd) -> Vec<Vec<u8>> {
    let line = |number| [&record(number, page), line_end(end)].concat();
    (0..count).map(line).collect()
}

fn assert_alike(page: Page, options: &DecodeOptions, format: &FileFormat, data: &[u8], what: &str) {
    let Some(decoder) = decoder(options) else {
        return;
    };
    let filler = (options.short_records == ShortRecords::Error).then(|| page.byte(' '));
    let expected = plainly(&decoder, filler, format, data);
    for (way, found) in every_way(&decoder, format, data).into_iter().enumerate() {
        assert_eq!(found.2, expected.2, "{what}, way {way}: error");
        assert_eq!(found.1, expected.1, "{what}, way {way}: report");
        assert!(found.0 == expected.0, "{what}, way {way}: lines");
    }
}

/// In every byte of a field or between fields, on every kernel: half of a line end, or a whole one.
#[test]
fn a_line_end_is_found_wherever_it_is() {
    for page in [Page::Ascii, Page::Ebcdic] {
        for kernel in KERNELS {
            let options = DecodeOptions {
                code_page: page.code_page(),
                on_error: OnError::Null,
                kernel: Some(kernel),
                ..DecodeOptions::default()
            };
            if let Some(decoder) = decoder(&options) {
                ENDS.iter()
                    .for_each(|&end| assert_found(page, &decoder, end));
            }
        }
    }
}

fn assert_found(page: Page, decoder: &Decoder, end: LineEnd) {
    let format = FileFormat::new(Framing::Lines { end });
    let clean = lines(18, page, end);
    for (at, bytes) in (0..LENGTH).flat_map(|at| ENDS.map(|end| (at, line_end(end)))) {
        let mut lines = clean.clone();
        let to = LENGTH.min(at + bytes.len());
        lines[16][at..to].copy_from_slice(&bytes[..to - at]);
        let data = lines.concat();
        let expected = plainly(decoder, Some(page.byte(' ')), &format, &data);
        let mut found = Vec::new();
        let report = decode_slice(decoder, &format, NonZeroUsize::MIN, &data, &mut found);
        let what = format!("{}, {end:?}, {bytes:?} at {at}", decoder.kernel());
        assert_eq!(report.expect("null"), expected.1, "{what}: report");
        assert!(found == expected.0, "{what}: lines");
    }
}

/// What happens to one line.
#[derive(Debug, Clone)]
enum Change {
    /// These bytes are in place of its own from here on.
    Put(Index, &'static [u8]),
    /// One byte is missing, which may be the line end.
    Remove(Index),
    /// One byte is too many.
    Insert(Index, u8),
    /// It lacks all bytes behind this one, but not the end.
    Shorten(Index),
}

impl Change {
    fn apply(&self, line: &mut Vec<u8>, end: LineEnd) {
        match *self {
            Change::Put(at, bytes) => {
                let at = at.index(line.len());
                let to = line.len().min(at + bytes.len());
                line[at..to].copy_from_slice(&bytes[..to - at]);
            }
            Change::Remove(at) => {
                line.remove(at.index(line.len()));
            }
            Change::Insert(at, byte) => line.insert(at.index(line.len()), byte),
            Change::Shorten(at) => {
                line.truncate(at.index(line.len()));
                line.extend(line_end(end));
            }
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    let bytes: [&[u8]; 8] = [
        b"\n", b"\r", b"\r\n", b"\x15", b"\r\r\n", b"\n\n", b"\xFF", b" ",
    ];
    let byte = select(b"\n\r\x15 A".to_vec());
    prop_oneof![
        6 => (any::<Index>(), select(bytes.to_vec())).prop_map(|(at, bytes)| Change::Put(at, bytes)),
        1 => any::<Index>().prop_map(Change::Remove),
        1 => (any::<Index>(), byte).prop_map(|(at, byte)| Change::Insert(at, byte)),
        1 => any::<Index>().prop_map(Change::Shorten),
    ]
}

fn options() -> impl Strategy<Value = (Page, DecodeOptions)> {
    let on_error = prop_oneof![
        1 => Just(OnError::Stop),
        2 => Just(OnError::Null),
        1 => (0_u64..20).prop_map(|limit| OnError::Skip { limit }),
    ];
    let short = [ShortRecords::Error, ShortRecords::Null, ShortRecords::Cut];
    let trims = [Trim::None, Trim::Right, Trim::Left, Trim::Both];
    (
        select(vec![Page::Ascii, Page::Ebcdic]),
        on_error,
        select(short.to_vec()),
        select(vec![LongRecords::Error, LongRecords::Ignore]),
        select(trims.to_vec()),
        select(vec![Signs::Strict, Signs::Lenient]),
    )
        .prop_map(
            |(page, on_error, short_records, long_records, trim, signs)| {
                let options = DecodeOptions {
                    code_page: page.code_page(),
                    on_error,
                    short_records,
                    long_records,
                    trim,
                    signs,
                    ..DecodeOptions::default()
                };
                (page, options)
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn lines_are_what_they_are_one_by_one(
        count in prop_oneof![0_usize..60, 900_usize..1700],
        end in select(ENDS.to_vec()),
        (page, options) in options(),
        changes in prop::collection::vec((any::<Index>(), change()), 0..12),
        last_ends in any::<bool>(),
    ) {
        let format = FileFormat { header: 4, footer: 6, ..FileFormat::new(Framing::Lines { end }) };
        let mut lines = lines(count, page, end);
        for (line, change) in changes {
            if count > 0 {
                change.apply(&mut lines[line.index(count)], end);
            }
        }
        let mut data = lines.concat();
        if !last_ends {
            data.truncate(data.len().saturating_sub(line_end(end).len()));
        }
        let data = [b"HEAD", &data[..], b"FOOTER"].concat();
        assert_alike(page, &options, &format, &data, "changed");
    }
}

/// Two short lines and an end between them are as long as one line.
#[test]
fn lines_that_are_together_as_long_as_one_are_two() {
    let end = LineEnd::Lf;
    let mut lines = lines(3000, Page::Ascii, end);
    for line in lines.iter_mut().skip(1500) {
        line[40] = b'\n';
    }
    let format = FileFormat::new(Framing::Lines { end });
    let options = DecodeOptions {
        code_page: CodePage::Latin1,
        on_error: OnError::Null,
        ..DecodeOptions::default()
    };
    let decoder = decoder(&options).expect("a plan");
    let data = lines.concat();
    let filler = Some(Page::Ascii.byte(' '));
    let (_, report, _) = plainly(&decoder, filler, &format, &data);
    assert_eq!(report.records, 4500);
    assert_alike(Page::Ascii, &options, &format, &data, "two in one");
}

/// An error that was numbered before the lines in front of it were told apart is numbered again.
#[test]
fn an_error_behind_a_line_that_was_many_has_its_own_number() {
    let end = LineEnd::Lf;
    let mut lines = lines(3000, Page::Ascii, end);
    // Nothing but empty lines, which are no error.
    lines[100].fill(b'\n');
    lines[2500][0] = b'A';
    let format = FileFormat::new(Framing::Lines { end });
    let options = DecodeOptions {
        code_page: CodePage::Latin1,
        on_error: OnError::Null,
        blank_numbers: BlankNumbers::Null,
        ..DecodeOptions::default()
    };
    let data = lines.concat();
    let decoder = decoder(&options).expect("a plan");
    let (_, report, _) = plainly(&decoder, Some(b' '), &format, &data);
    let first = report.first_error.expect("no digit");
    assert_eq!(first.record, 2501 + LENGTH as u64);
    assert_alike(Page::Ascii, &options, &format, &data, "many in one");
}

/// What ends the file has the number that it has after all lines before it were told apart.
#[test]
fn a_line_that_is_too_long_has_its_own_number() {
    let end = LineEnd::Lf;
    let mut lines = lines(3000, Page::Ascii, end);
    for line in lines.iter_mut().step_by(400) {
        line[40] = b'\n';
    }
    let too_long = [b"A".repeat(LENGTH + 11), b"\n".to_vec()].concat();
    lines.push(too_long);
    let format = FileFormat {
        max_record: LENGTH + 10,
        ..FileFormat::new(Framing::Lines { end })
    };
    let options = DecodeOptions {
        code_page: CodePage::Latin1,
        on_error: OnError::Null,
        ..DecodeOptions::default()
    };
    let data = lines.concat();
    let mut errors = format.records(&data).filter_map(Result::err);
    let expected = errors.next().expect("the last line is too long");
    assert_eq!(expected.record, 3009);
    let decoder = decoder(&options).expect("a plan");
    for (way, found) in every_way(&decoder, &format, &data).into_iter().enumerate() {
        assert_eq!(found.2, Some(expected.to_string()), "way {way}");
        assert_eq!(found.1.records, 3008, "way {way}");
    }
}

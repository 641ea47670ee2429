//! Every kernel prints what the reader prints, on valid and on corrupted records: output, report
//! and error.

use std::collections::HashMap;

use crate::codepage::CodePage;
use crate::decode::{
    BinaryRange, Decimals, DecodeError, DecodeOptions, Decoder, FloatFormat, Groups, Names,
    OnError, PackedBlanks, Report, Signs, Trim,
};
use crate::schema::{FieldId, Kind, Schema, Sign};

use super::Kernel;

/// Every shape that a kernel has, at the edges of what it takes.
const COPYBOOKS: &[&str] = &[
    "01 R. 05 A PIC X(50) OCCURS 3. 05 B PIC X. 05 C PIC X(31). 05 D PIC X(33). 05 E PIC X(65).
     05 F PIC X(128). 05 G PIC X(64). 05 H PIC X(32).",
    "01 R. 05 A PIC S9(9)V99 COMP-3 OCCURS 4. 05 B PIC 9 COMP-3. 05 C PIC S9(15) COMP-3.
     05 D PIC S9(14)V9 COMP-3. 05 E PIC SV9(15) COMP-3. 05 F PIC 9(2)V9(12) COMP-3.
     05 G PIC S9(17)V99 COMP-3. 05 H PIC S9(31) COMP-3. 05 I PIC S9(16) COMP-3.
     05 J PIC V9(4) COMP-3. 05 K PIC S9(5)PPP COMP-3. 05 L PIC SPP9(3) COMP-3.
     05 M PIC 9(6) COMP-6. 05 N PIC 9(15) COMP-6. 05 O PIC 9(16) COMP-6. 05 P PIC S9(38) COMP-3.",
    "01 R. 05 A PIC S9(9)V99 OCCURS 4. 05 B PIC 9. 05 C PIC S9(15). 05 D PIC 9(16).
     05 E PIC S9(16) SIGN LEADING. 05 F PIC S9(4)V9(11). 05 G PIC S9(18)V99. 05 H PIC S9(32).
     05 I PIC S9(38). 05 J PIC S9(5)V99 SIGN LEADING SEPARATE. 05 K PIC S9(7) SIGN TRAILING SEPARATE.
     05 L PIC S9(20) SIGN LEADING. 05 M PIC S9(20) SIGN LEADING SEPARATE. 05 N PIC 9(5)V99
     BLANK WHEN ZERO. 05 O PIC SV9(16). 05 P PIC S9 SIGN LEADING. 05 Q PIC V9(15).",
    "01 R. 05 A PIC S9(4) COMP OCCURS 3. 05 B PIC S9(9) COMP. 05 C PIC 9(9) COMP. 05 D PIC S9(18)
     COMP. 05 E PIC S9(13)V99 COMP. 05 F PIC S9(4) COMP-5. 05 G PIC 9(9) COMP-5. 05 H PIC S9(18)
     COMP-5. 05 I PIC 9(18) COMP-5. 05 J PIC S9(7)V99 COMP. 05 K PIC 9(15) COMP. 05 L PIC 9(16)
     COMP. 05 M PIC SV9(4) COMP. 05 N PIC S9(31) COMP. 05 O COMP-1. 05 P COMP-2. 05 Q PIC 9 COMP.
     05 R2 PIC 9(3) COMP. 05 S PIC V9(5) COMP-5. 05 T PIC 9(8) COMP.",
    "01 R. 05 ID PIC 9(4). 05 N PIC 9(2) COMP-3. 05 M PIC S9(4) COMP. 05 T OCCURS 0 TO 5 DEPENDING
     ON N. 10 A PIC X(3). 10 K PIC 9. 10 S OCCURS 1 TO 3 DEPENDING ON K. 15 B PIC S9(3) COMP-3.
     15 C PIC X. 10 D PIC 9(3). 05 U OCCURS 0 TO 2 DEPENDING ON M PIC X(4). 05 FILLER PIC X(3).
     05 V PIC S9(7)V99 COMP-3. 05 W REDEFINES V PIC X(5). 05 FILLER OCCURS 1 TO 3 DEPENDING ON M
     PIC X(2). 05 X PIC X(70).",
    "01 R. 05 A PIC X(4). 05 G. 10 H OCCURS 2. 15 I PIC 9(2) OCCURS 3. 15 J PIC X(2). 10 K PIC -(4)9.99.
     05 L REDEFINES G. 10 M PIC X(6). 10 N PIC X(20). 05 FILLER. 10 A PIC X. 05 O PIC ZZZ9.99CR.
     05 P PIC N(4) USAGE NATIONAL. 05 Q PIC X(9) JUSTIFIED RIGHT.",
    "01 R1. 05 K PIC X(2). 05 N PIC 9. 05 A PIC X(5) OCCURS 0 TO 9 DEPENDING ON N.
     01 R2. 05 K PIC X(2). 05 B PIC S9(5) COMP-3. 01 R3 PIC X(60).",
];

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}

/// Makes records of a schema: mostly valid, in the given code page.
struct Maker<'a> {
    schema: &'a Schema,
    page: CodePage,
    random: Random,
    counts: HashMap<FieldId, usize>,
    record: Vec<u8>,
}

impl Maker<'_> {
    fn record(&mut self) -> Vec<u8> {
        self.record.clear();
        let root = self.schema.roots[0];
        self.field(root);
        self.record.clone()
    }

    fn field(&mut self, id: FieldId) {
        let field = self.schema.field(id).clone();
        let count = field.occurs.map_or(1, |occurs| {
            let counted = occurs.depending_on.map(|counter| self.counts[&counter]);
            counted.unwrap_or(occurs.max.get())
        });
        for _ in 0..count {
            let start = self.record.len();
            match &field.kind {
                Kind::Group { children } => {
                    for &child in children {
                        if self.schema.field(child).redefines.is_none() {
                            self.field(child);
                        }
                    }
                    // A view may be longer than what it redefines.
                    let fixed = children
                        .iter()
                        .all(|&c| self.schema.field(c).occurs.is_none());
                    if fixed && self.record.len() < start + field.size {
                        self.record.resize(start + field.size, 0x40);
                    }
                }
                kind => self.leaf(id, kind, field.size),
            }
        }
    }

    fn leaf(&mut self, id: FieldId, kind: &Kind, size: usize) {
        let tables = self.schema.fields.iter().filter_map(|field| field.occurs);
        let counted = tables.filter(|occurs| occurs.depending_on == Some(id));
        let bounds = counted
            .map(|o| (o.min, o.max.get()))
            .reduce(|a, b| (a.0.max(b.0), a.1.min(b.1)));
        let value = bounds.map(|(min, max)| min + self.random.below(max - min + 1));
        if let Some(value) = value {
            self.counts.insert(id, value);
        }
        let mut digits: Vec<u8> = (0..40).map(|_| self.random.below(10) as u8).collect();
        // Leading zeros, often up to the last digit.
        let zeros = 40 - self.random.below(40);
        digits[..zeros].fill(0);
        if let Some(value) = value {
            digits.fill(0);
            digits[39] = value as u8;
        }
        let negative = value.is_none() && self.random.below(2) == 0;
        match kind {
            Kind::Text { .. } => self.text(size),
            Kind::National => {
                for _ in 0..size / 2 {
                    let unit = [0x41, 0x20, 0xE4, 0x20AC, 0x22][self.random.below(5)] as u16;
                    self.record.extend(unit.to_be_bytes());
                }
            }
            Kind::Zoned { number, sign, .. } => {
                self.zoned(&digits[40 - usize::from(number.digits)..], *sign, negative);
            }
            Kind::Packed {
                number,
                signed,
                sign_nibble,
            } => {
                digits[..40 - usize::from(number.digits)].fill(0);
                let sign = match (*signed, negative) {
                    (true, true) => 0xD,
                    (true, false) => 0xC,
                    _ => 0xF,
                };
                let mut nibbles = digits;
                if *sign_nibble {
                    nibbles.push(sign);
                }
                let start = nibbles.len() - 2 * size;
                let pairs = nibbles[start..]
                    .chunks(2)
                    .map(|pair| pair[0] << 4 | pair[1]);
                self.record.extend(pairs);
            }
            Kind::Binary {
                number,
                signed,
                native,
            } => {
                let keep = usize::from(number.digits.min(38));
                let mut value = digits[40 - keep..]
                    .iter()
                    .fold(0u128, |v, &d| v * 10 + u128::from(d));
                if *native {
                    value = u128::from(self.random.next()) & (u128::MAX >> (128 - 8 * size.min(8)));
                } else if *signed && negative {
                    value = value.wrapping_neg();
                }
                self.record.extend(&value.to_be_bytes()[16 - size..]);
            }
            _ => {
                for _ in 0..size {
                    let byte = self.random.next() as u8 & 0x5F;
                    self.record.push(byte);
                }
            }
        }
    }

    fn text(&mut self, size: usize) {
        let odd = self.random.below(8) == 0;
        let used = self.random.below(size + 1);
        let lead = self.random.below(4) / 3;
        for at in 0..size {
            let space = self.page.byte(' ').unwrap_or(0x20);
            let byte = if odd {
                self.random.next() as u8
            } else if at < lead || at >= used {
                space
            } else {
                let letters = ['A', 'Z', 'q', '0', '9', '-', ' ', '_'];
                self.page
                    .byte(letters[self.random.below(8)])
                    .unwrap_or(space)
            };
            self.record.push(byte);
        }
    }

    fn zoned(&mut self, digits: &[u8], sign: Sign, negative: bool) {
        let byte = |page: &CodePage, character: char| page.byte(character).unwrap_or(0);
        let mut bytes: Vec<u8> = digits
            .iter()
            .map(|&digit| byte(&self.page, char::from(b'0' + digit)))
            .collect();
        let over = |digit: u8| {
            let set = if negative {
                b"}JKLMNOPQR"
            } else {
                b"{ABCDEFGHI"
            };
            if self.page.byte('0') == Some(0xF0) {
                (if negative { 0xD0 } else { 0xC0 }) | digit
            } else {
                set[usize::from(digit)]
            }
        };
        let own = byte(&self.page, if negative { '-' } else { '+' });
        let last = digits.len() - 1;
        match sign {
            Sign::Unsigned => {}
            Sign::TrailingOverpunch => bytes[last] = over(digits[last]),
            Sign::LeadingOverpunch => bytes[0] = over(digits[0]),
            Sign::TrailingSeparate => bytes.push(own),
            Sign::LeadingSeparate => bytes.insert(0, own),
        }
        self.record.extend(bytes);
    }
}

type Outcome = (Result<(), DecodeError>, Vec<u8>, Report);

fn fixed(decoder: &Decoder, data: &[u8]) -> Outcome {
    let (mut out, mut report) = (Vec::new(), Report::default());
    (
        decoder.decode_fixed(data, &mut out, &mut report),
        out,
        report,
    )
}

fn one_by_one(decoder: &Decoder, records: &[Vec<u8>]) -> Outcome {
    let (mut out, mut report) = (Vec::new(), Report::default());
    let mut each = records
        .iter()
        .map(|r| decoder.decode_record(r, &mut out, &mut report));
    let result = each.try_for_each(|result| result);
    (result, out, report)
}

fn options(random: &mut Random) -> DecodeOptions {
    let pages = [
        CodePage::Cp037,
        CodePage::Ascii,
        CodePage::Latin1,
        CodePage::Cp1025,
        CodePage::Cp875,
    ];
    DecodeOptions {
        code_page: pages[random.below(5)].clone(),
        decimals: [Decimals::Text, Decimals::Number][random.below(2)],
        trim: [Trim::None, Trim::Right, Trim::Both][random.below(3)],
        names: [Names::AsWritten, Names::Snake][random.below(2)],
        groups: [Groups::Nested, Groups::Flat][random.below(2)],
        on_error: [OnError::Null, OnError::Skip { limit: 30 }, OnError::Stop][random.below(3)],
        signs: [Signs::Strict, Signs::Lenient][random.below(2)],
        packed_blanks: [PackedBlanks::Error, PackedBlanks::Zero][random.below(2)],
        floats: [FloatFormat::Ibm, FloatFormat::IeeeBig][random.below(2)],
        binary_range: [BinaryRange::Picture, BinaryRange::Storage][random.below(2)],
        ..DecodeOptions::default()
    }
}

#[test]
fn kernels_agree_with_the_reader() {
    let (mut valid, mut errors) = (0, 0);
    for (number, copybook) in COPYBOOKS.iter().enumerate() {
        let schema =
            Schema::parse(&copybook.replace('\n', "\n           ")).unwrap_or_else(|error| {
                panic!("copybook {number}: {error}");
            });
        for seed in 0..60 {
            let mut random = Random(seed + 1000 * number as u64);
            let mut options = options(&mut random);
            let page = options.code_page.clone();
            let mut maker = Maker {
                schema: &schema,
                page,
                random,
                counts: HashMap::new(),
                record: Vec::new(),
            };
            let mut records: Vec<Vec<u8>> = (0..25).map(|_| maker.record()).collect();
            let random = &mut maker.random;
            for record in records.iter_mut().filter(|_| seed % 3 != 0) {
                for _ in 0..random.below(3) {
                    let at = random.below(record.len());
                    record[at] = random.next() as u8;
                }
                if random.below(10) == 0 {
                    record.truncate(random.below(record.len() + 1));
                }
            }
            let reader = Decoder::new(&schema, &options).expect("plan").reader_only();
            let mut data = Vec::new();
            for record in &records {
                let start = data.len();
                data.extend_from_slice(record);
                data.resize(start + reader.record_length().max, 0x40);
            }
            let wanted = (fixed(&reader, &data), one_by_one(&reader, &records));
            valid +=
                wanted.1.2.records - wanted.1.2.skipped - wanted.1.2.nulls.min(wanted.1.2.records);
            errors += u64::from(wanted.1.0.is_err()) + wanted.1.2.skipped + wanted.1.2.nulls;
            for kernel in Kernel::available() {
                options.kernel = kernel.name().parse().ok();
                let decoder = Decoder::new(&schema, &options).expect("plan");
                assert_eq!(decoder.kernel(), kernel.name());
                let found = (fixed(&decoder, &data), one_by_one(&decoder, &records));
                compare(&found.0, &wanted.0, &format!("{number} {seed} {options:?}"));
                compare(
                    &found.1,
                    &wanted.1,
                    &format!("single {number} {seed} {options:?}"),
                );
            }
        }
    }
    // The comparison means something: both kinds of records occurred.
    assert!(
        valid > 2000 && errors > 1000,
        "{valid} valid, {errors} errors"
    );
}

fn compare(found: &Outcome, wanted: &Outcome, what: &str) {
    assert_eq!(found.0, wanted.0, "{what}");
    let lines = |out: &[u8]| String::from_utf8(out.to_vec()).expect("UTF-8");
    let (left, right) = (lines(&found.1), lines(&wanted.1));
    for (left, right) in left.lines().zip(right.lines()) {
        assert_eq!(left, right, "{what}");
    }
    assert_eq!(left.len(), right.len(), "{what}");
    assert_eq!(found.2, wanted.2, "{what}");
}

/// A single wrong byte anywhere is found at the same place by every kernel.
#[test]
fn every_byte_of_a_field_is_checked() {
    let schema = Schema::parse(
        "       01 R. 05 A PIC S9(9)V99 COMP-3. 05 B PIC S9(6)V99. 05 C PIC 9(4). 05 D PIC 9(4) COMP-3.",
    )
    .expect("schema");
    let good =
        b"\x12\x34\x56\x78\x90\x1D\xF1\xF2\xF3\xF4\xF5\xF6\xF7\xC8\xF0\xF0\xF1\xF2\x00\x12\x3F";
    for kernel in Kernel::available() {
        let options = DecodeOptions {
            kernel: kernel.name().parse().ok(),
            ..DecodeOptions::default()
        };
        let decoder = Decoder::new(&schema, &options).expect("plan");
        let (result, out, _) = fixed(&decoder, &good.repeat(5));
        assert_eq!(result, Ok(()));
        let line = "{\"A\":\"-123456789.01\",\"B\":\"123456.78\",\"C\":\"12\",\"D\":\"123\"}\n";
        assert_eq!(
            String::from_utf8(out).as_deref(),
            Ok(line.repeat(5).as_str())
        );
        for at in 0..good.len() {
            let mut data = good.repeat(5);
            data[2 * good.len() + at] = 0xBB;
            let (result, out, report) = fixed(&decoder, &data);
            let error = result.expect_err("invalid byte");
            assert_eq!(
                (error.record, error.offset),
                (3, at),
                "{}: {error}",
                kernel.name()
            );
            assert_eq!(error.absolute, Some((2 * good.len() + at) as u64));
            assert_eq!(out.len(), 2 * line.len());
            assert_eq!(report.records, 3);
        }
    }
}

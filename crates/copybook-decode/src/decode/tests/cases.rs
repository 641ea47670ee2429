//! Records made for what kernels might do wrong.

use crate::codepage::CodePage;
use crate::decode::{Decimals, DecodeOptions, Decoder, OnError, Trim};
use crate::kernel::Kernel;
use crate::schema::Schema;

use super::{compare, fixed, in_place};

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

/// Wherever a suspect record is among those that are printed at once, it is found, and the others
/// are printed.
#[test]
fn a_suspect_record_is_found_among_many() {
    let schema =
        Schema::parse("       01 R. 05 A PIC X(2). 05 B PIC 9(3) COMP-3.").expect("schema");
    let good = b"\xC1\x40\x12\x3F".repeat(300);
    let line = "{\"A\":\"A \",\"B\":\"123\"}\n";
    for kernel in Kernel::available() {
        let options = DecodeOptions {
            kernel: kernel.name().parse().ok(),
            on_error: OnError::Skip { limit: 2 },
            ..DecodeOptions::default()
        };
        let decoder = Decoder::new(&schema, &options).expect("plan");
        for at in 0..299 {
            let mut data = good.clone();
            data[4 * at + 2] = 0xBB;
            data[4 * 299 + 2] = 0xBB;
            let (result, out, report) = fixed(&decoder, &data);
            assert_eq!(result, Ok(()), "{}", kernel.name());
            assert_eq!((report.records, report.skipped), (300, 2));
            assert!(out == line.repeat(298).as_bytes(), "{}", kernel.name());
        }
    }
}

/// Whichever fields of a record are suspect, they become null and all others are printed: first and
/// last ones, neighbours, elements of a table, with quotes and without.
#[test]
fn only_suspect_fields_become_null() {
    let schema = Schema::parse(
        "       01 R. 05 A PIC 9(2). 05 G. 10 B PIC X(2).
           10 C PIC 9 COMP-3 OCCURS 3.
           05 D PIC X(3). 05 E PIC S9(4) COMP. 05 F COMP-1.
           05 H PIC S9(3).",
    )
    .expect("schema");
    // A page without X'C1', so that text can be invalid.
    let page = CodePage::Cp037.chars().iter().enumerate();
    let line = |(byte, char): (usize, &Option<char>)| match char {
        Some(char) if byte != 0xC1 => format!("0x{byte:02X} 0x{:04X}\n", u32::from(*char)),
        _ => String::new(),
    };
    let page = CodePage::from_mapping("no A", &page.map(line).collect::<String>()).expect("page");
    let good = b"\xF1\xF2\xC2\xC3\x1F\x2F\x3F\xC4\xC5\xC6\x00\x07\x41\x10\x00\x00\xF1\xF2\xD3";
    let bad = [
        (1, &[0xC1][..]),
        (3, &[0xC1]),
        (4, &[0xBB]),
        (5, &[0xBB]),
        (6, &[0xBB]),
        (9, &[0xC1]),
        (10, &[0x7F, 0xFF]),
        (18, &[0x00]),
    ];
    let mut data = Vec::new();
    for set in 0..1 << bad.len() {
        let mut record = good.to_vec();
        for (index, (at, bytes)) in bad.iter().enumerate() {
            if set >> index & 1 == 1 {
                record[*at..*at + bytes.len()].copy_from_slice(bytes);
            }
        }
        data.extend_from_slice(&record);
    }
    let records: Vec<Vec<u8>> = data.chunks(good.len()).map(<[u8]>::to_vec).collect();
    for (kernel, decimals) in Kernel::available()
        .into_iter()
        .flat_map(|kernel| [(kernel, Decimals::Text), (kernel, Decimals::Number)])
    {
        let options = DecodeOptions {
            kernel: kernel.name().parse().ok(),
            on_error: OnError::Null,
            code_page: page.clone(),
            decimals,
            ..DecodeOptions::default()
        };
        let decoder = Decoder::new(&schema, &options).expect("plan");
        let wanted = fixed(&decoder.reader_only(), &data);
        assert_eq!(wanted.2.nulls, 8 * 128);
        compare(&fixed(&decoder, &data), &wanted, kernel.name());
        compare(&in_place(&decoder, &records), &wanted, kernel.name());
    }
}

/// Texts of every length around those of words and vectors, with every number of spaces at either
/// end.
#[test]
fn every_length_of_text_is_trimmed() {
    let lengths = || (1..=34).chain([63, 64, 65, 129]);
    let fields = lengths().map(|len| format!("           05 T{len} PIC X({len}).\n"));
    let copybook = format!("       01 R.\n{}", fields.collect::<String>());
    let schema = Schema::parse(&copybook).expect("schema");
    let mut data = Vec::new();
    for (kept, lead) in (0..=129).flat_map(|kept| [(kept, 0), (kept, 1), (kept, kept / 2)]) {
        for len in lengths() {
            // A quote, which is escaped, among letters and a space.
            let letters = [0xC1, 0x40, 0x7F, 0xC2].iter().cycle().take(kept);
            let text = letters.skip(lead).copied();
            let mut text: Vec<u8> = [0x40].repeat(lead).into_iter().chain(text).collect();
            text.resize(len, 0x40);
            data.extend_from_slice(&text);
        }
    }
    for kernel in Kernel::available() {
        for trim in [Trim::None, Trim::Left, Trim::Right, Trim::Both] {
            let options = DecodeOptions {
                kernel: kernel.name().parse().ok(),
                trim,
                ..DecodeOptions::default()
            };
            let decoder = Decoder::new(&schema, &options).expect("plan");
            let wanted = fixed(&decoder.reader_only(), &data);
            compare(&fixed(&decoder, &data), &wanted, kernel.name());
        }
    }
}

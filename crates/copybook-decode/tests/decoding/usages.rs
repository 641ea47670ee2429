//! Usages beyond the everyday ones, from copybook and bytes to the value: what the manuals' tables
//! and examples say.

use crate::check::check;
use copybook_decode::codepage::CodePage;
use copybook_decode::decode::{Report, Signs, Trim};
use copybook_decode::record::Endian;
use copybook_decode::{DecodeOptions, Decoder, Schema};

/// The line that a record of one field `A` decodes to, without the key.
fn value(clauses: &str, options: &DecodeOptions, bytes: &[u8]) -> Result<String, String> {
    let text = format!("01 R. 05 A {clauses}.");
    let schema = Schema::parse(&text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(check(&schema), Ok(()), "{clauses}");
    assert_eq!(
        schema.record_length(schema.roots()[0]).1,
        bytes.len(),
        "{clauses}"
    );
    let decoder = Decoder::new(&schema, options).unwrap_or_else(|error| panic!("{error}"));
    let (mut out, mut report) = (Vec::new(), Report::default());
    decoder
        .decode_record(bytes, &mut out, &mut report)
        .map_err(|error| error.to_string())?;
    let line = String::from_utf8(out).expect("UTF-8");
    let line = line.trim_end().trim_start_matches("{\"A\":");
    Ok(line.trim_end_matches('}').to_owned())
}

fn ebcdic(clauses: &str, bytes: &[u8]) -> Result<String, String> {
    value(clauses, &DecodeOptions::default(), bytes)
}

fn ascii() -> DecodeOptions {
    DecodeOptions {
        code_page: CodePage::Ascii,
        ..DecodeOptions::default()
    }
}

/// Characters in UTF-16, big endian.
fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

fn is(outcome: Result<String, String>, expected: &str) {
    assert_eq!(outcome, Ok(format!("\"{expected}\"")));
}

fn says(outcome: Result<String, String>, part: &str) {
    let error = outcome.expect_err(part);
    assert!(error.contains(part), "{error}\ndoes not contain\n{part}");
}

/// Language Reference, "PICTURE clause", "External floating-point items".
#[test]
fn external_floating_point_is_an_exact_decimal() {
    let in_ascii = |clauses: &str, text: &str| value(clauses, &ascii(), text.as_bytes());
    is(in_ascii("PIC +9(3)V9(2)E+99", "-12345E+02"), "-12345");
    is(in_ascii("PIC -9.9(3)E-99", " 1.234E-03"), "0.001234");
    // SIGN and SYNCHRONIZED are documentation.
    let clauses = "PIC -9V9(9)E-99 SIGN LEADING SEPARATE SYNC";
    is(in_ascii(clauses, " 1000000000E 02"), "100.0000000");
    let in_ebcdic = [0x4E, 0xF1, 0x4B, 0xF5, 0xC5, 0x60, 0xF0, 0xF1];
    is(ebcdic("PIC +9.9E+99", &in_ebcdic), "0.15");
    says(
        in_ascii("PIC +9.9E+99", " 1.5E+00"),
        "(input byte 0): expected `+` or `-`, found X'20'",
    );
    let lenient = DecodeOptions {
        signs: Signs::Lenient,
        ..ascii()
    };
    is(value("PIC +9.9E+99", &lenient, b" 1.5E 00"), "1.5");
}

/// Programming Guide, "Formats for numeric data": national decimal and national floating point.
#[test]
fn national_numbers_are_their_characters_in_utf_16() {
    let national = |clauses: &str, text: &str| ebcdic(clauses, &utf16(text));
    is(national("PIC 9(3)V99 USAGE NATIONAL", "01250"), "12.50");
    let signed = "PIC S9(3) SIGN LEADING SEPARATE NATIONAL";
    is(national(signed, "-012"), "-12");
    is(national("PIC ZZ9.99- NATIONAL", " 12.30-"), "-12.30");
    is(national("PIC -9V9E-99 NATIONAL", "-15E 01"), "-15");
    is(national("PIC 9(3) BLANK ZERO NATIONAL", "   "), "0");
    is(national("PIC N(2)BN NATIONAL", "äb c"), "äb c");
    says(
        national("PIC 9(3) NATIONAL", "1x3"),
        "(input byte 2): expected a digit X'30' to X'39' in UTF-16, found X'0078'",
    );
    says(
        national("PIC 9(3) NATIONAL", "1ก3"),
        "(input byte 2): expected a character of a number in UTF-16, found X'0E01'",
    );
}

/// GROUP-USAGE reaches the items, and a table may be as long as a national number says.
#[test]
fn a_national_group_counts_its_table() {
    let schema = Schema::parse(
        "01 R GROUP-USAGE NATIONAL. 05 N PIC 9. 05 T PIC N OCCURS 1 TO 3 DEPENDING ON N.",
    )
    .unwrap();
    assert_eq!(schema.record_length(schema.roots()[0]), (4, 8));
    let decoder = Decoder::new(&schema, &DecodeOptions::default()).unwrap();
    let (mut out, mut report) = (Vec::new(), Report::default());
    let outcome = decoder.decode_record(&utf16("2xy"), &mut out, &mut report);
    assert_eq!(outcome, Ok(()));
    assert_eq!(out, b"{\"N\":\"2\",\"T\":[\"x\",\"y\"]}\n");
}

/// Programming Guide, "Defining UTF-8 data items": four bytes a character, spaces behind the value.
#[test]
fn utf_8_has_four_bytes_a_character_or_a_byte_length() {
    is(ebcdic("PIC U(3)", "aä😀     ".as_bytes()), "aä😀");
    let padded = "ab          ".as_bytes();
    is(ebcdic("PIC U(3)", padded), "ab ");
    let trimmed = DecodeOptions {
        trim: Trim::Right,
        ..DecodeOptions::default()
    };
    is(value("PIC UUU USAGE UTF-8", &trimmed, padded), "ab");
    is(ebcdic("PIC U BYTE-LENGTH 6", "€12 ".as_bytes()), "€12 ");
    says(
        ebcdic("PIC U(2)", b"abc     "),
        "(input byte 2): expected a space X'20' after the characters of the field, found X'63'",
    );
    says(
        ebcdic("PIC U BYTE-LENGTH IS 3", b"a\xE2\x82"),
        "(input byte 1): expected UTF-8, found X'E282'",
    );
    says(
        ebcdic("PIC U", b"\xFFabc"),
        "(input byte 0): expected UTF-8, found X'FF'",
    );
}

/// COMP-X: the storage bounds the value, the most significant byte is first on every machine.
#[test]
fn comp_x_is_binary_in_as_few_bytes_as_it_takes() {
    is(ebcdic("PIC X COMP-X", &[255]), "255");
    is(ebcdic("PIC X(3) COMPUTATIONAL-X", &[1, 2, 3]), "66051");
    is(ebcdic("PIC X(8) COMP-X", &[255; 8]), "18446744073709551615");
    is(ebcdic("PIC 9(3)V99 COMP-X", &[0, 48, 57]), "123.45");
    is(ebcdic("PIC S9(6) COMP-X", &[255, 255, 254]), "-2");
    // More than the picture's digits.
    is(ebcdic("PIC 9 COMP-X", &[123]), "123");
}

/// Bytes for digits: ACUCOBOL-GT Reference, "USAGE clause" (the fewest, with a sign bit or not).
#[test]
fn comp_x_sizes_are_those_of_the_table() {
    let unsigned = [1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 7, 8, 8];
    let signed = [1, 1, 2, 2, 3, 3, 4, 4, 4, 5, 5, 6, 6, 6, 7, 7, 8, 8];
    for (sign, sizes) in [("", unsigned), ("S", signed)] {
        for (digits, size) in (1..).zip(sizes) {
            for usage in ["COMP-X", "COMP-N"] {
                let text = format!("01 A PIC {sign}9({digits}) {usage}.");
                assert_eq!(
                    Schema::parse(&text).unwrap().fields()[0].size(),
                    size,
                    "{text}"
                );
            }
        }
    }
}

/// The machine's order: big endian unless said otherwise, and for these usages only.
#[test]
fn comp_5_comp_n_and_pointers_have_the_order_of_the_machine() {
    let little = DecodeOptions {
        native_order: Endian::Little,
        ..DecodeOptions::default()
    };
    let one = &[0, 0, 0, 1][..];
    for (clauses, bytes, big, turned) in [
        ("PIC X(3) COMP-N", &[1, 2, 3][..], "66051", "197121"),
        ("PIC S9(6) COMP-N", &[254, 255, 255], "-65537", "-2"),
        ("PIC S9(4) COMP-5", &[0, 255], "255", "-256"),
        ("INDEX", one, "1", "16777216"),
        ("POINTER", one, "1", "16777216"),
        ("POINTER-32", one, "1", "16777216"),
        ("FUNCTION-POINTER", one, "1", "16777216"),
        ("OBJECT REFERENCE CLS", one, "1", "16777216"),
        (
            "PROCEDURE-POINTER",
            &[0, 0, 0, 1, 0, 0, 0, 0],
            "4294967296",
            "16777216",
        ),
        ("PIC 9(4) COMP", &[0, 1], "1", "1"),
        ("PIC X(2) COMP-X", &[0, 1], "1", "1"),
    ] {
        is(ebcdic(clauses, bytes), big);
        is(value(clauses, &little, bytes), turned);
    }
}

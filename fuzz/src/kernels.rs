//! Decoders that must agree whatever the bytes.

use copybook_decode::codepage::CodePage;
use copybook_decode::decode::{
    BinaryRange, Decimals, DecodeOptions, Decoder, FloatFormat, KernelChoice, OnError,
    PackedBlanks, Report, Signs, Trim,
};
use copybook_decode::schema::Schema;

/// Every kind of field, and tables whose length is in the bytes.
const COPYBOOKS: [&str; 4] = [
    "01 R. 05 A PIC X(9). 05 B PIC X(40). 05 C PIC N(3) USAGE NATIONAL. 05 D PIC ZZ9.99CR.",
    "01 R. 05 A PIC S9(9)V99 COMP-3. 05 B PIC S9(31) COMP-3. 05 C PIC 9(4) COMP-6. 05 D COMP-1.
     05 E COMP-2. 05 F PIC S9(9) COMP. 05 G PIC S9(18) COMP-5. 05 H PIC S9(38) COMP.",
    "01 R. 05 A PIC S9(5)V99. 05 B PIC S9(20) SIGN LEADING. 05 C PIC S9(3) SIGN TRAILING SEPARATE.
     05 D PIC 9(4) BLANK WHEN ZERO. 05 E PIC S9(3)PP. 05 F PIC SV9(15).",
    "01 R. 05 N PIC 9. 05 M PIC 9 COMP-3. 05 T OCCURS 0 TO 9 DEPENDING ON N. 10 A PIC X(2). 10 K
     PIC 9. 10 S OCCURS 0 TO 3 DEPENDING ON K PIC S9(3) COMP-3. 05 U OCCURS 1 TO 4 DEPENDING ON M
     PIC X. 05 V PIC X(3).",
];

/// Every kernel gives the same records, report and error, for records back to back and for one.
pub fn assert_kernels_agree(copybook: u8, choices: [u8; 9], data: &[u8]) {
    let text = COPYBOOKS[usize::from(copybook) % COPYBOOKS.len()].replace('\n', "\n           ");
    let schema = Schema::parse(&format!("       {text}")).expect("fixed copybook");
    let mut wanted = None;
    for kernel in [
        KernelChoice::Scalar,
        KernelChoice::Avx2,
        KernelChoice::Avx512,
    ] {
        let options = DecodeOptions {
            kernel: Some(kernel),
            ..options(choices)
        };
        // The CPU may lack a kernel; the scalar one is always there.
        let Ok(decoder) = Decoder::new(&schema, &options) else {
            continue;
        };
        let (mut out, mut report) = (Vec::new(), Report::default());
        let fixed = decoder.decode_fixed(data, &mut out, &mut report);
        let single = decoder.decode_record(data, &mut out, &mut report);
        assert!(std::str::from_utf8(&out).is_ok());
        let found = (fixed, single, out, report);
        match &wanted {
            None => wanted = Some(found),
            Some(wanted) => assert_eq!(&found, wanted),
        }
    }
}

fn options(
    [
        page,
        decimals,
        trim,
        error,
        signs,
        blanks,
        floats,
        range,
        limit,
    ]: [u8; 9],
) -> DecodeOptions {
    let pages = CodePage::BUILT_IN;
    let pick = |choice: u8, count: usize| usize::from(choice) % count;
    DecodeOptions {
        code_page: pages[pick(page, pages.len())].clone(),
        decimals: [Decimals::Text, Decimals::Number][pick(decimals, 2)],
        trim: [Trim::None, Trim::Right, Trim::Both][pick(trim, 3)],
        on_error: [
            OnError::Stop,
            OnError::Null,
            OnError::Skip {
                limit: limit.into(),
            },
        ][pick(error, 3)],
        signs: [Signs::Strict, Signs::Lenient][pick(signs, 2)],
        packed_blanks: [PackedBlanks::Error, PackedBlanks::Zero][pick(blanks, 2)],
        floats: [
            FloatFormat::Ibm,
            FloatFormat::IeeeBig,
            FloatFormat::IeeeLittle,
        ][pick(floats, 3)],
        binary_range: [BinaryRange::Picture, BinaryRange::Storage][pick(range, 2)],
        ..DecodeOptions::default()
    }
}

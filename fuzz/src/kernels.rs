//! Decoders that must agree whatever the bytes.

use std::cell::RefCell;
use std::collections::HashMap;
use std::num::NonZeroUsize;

use copybook_decode::codepage::CodePage;
use copybook_decode::decode::{
    BinaryRange, BlankNumbers, Counts, Decimals, DecodeOptions, Decoder, Fillers, FloatFormat,
    Groups, KernelChoice, LengthField, LongRecords, Names, OnError, RawBytes, Renames, Report,
    SegmentParent, Selection, ShortRecords, Signs, Tables, Trim, UnknownSegment,
};
use copybook_decode::record::{Endian, FileFormat, Framing};
use copybook_decode::schema::{Kind, Schema};
use copybook_decode::stream::decode_blocks;

use crate::record::{mixed_page, record};

/// The copybooks that the kernels' own tests take.
const COPYBOOKS: &str =
    include_str!("../../crates/copybook-decode/src/decode/tests/every_shape.cob");
/// Longer records are checked elsewhere; here they only take time.
const MAX_RECORD: usize = 1 << 20;
/// Decoders to remember: making one takes longer than running it.
const REMEMBERED: usize = 500;

/// Every kernel gives the same records, report and error, for records back to back and for one.
/// `copybook` picks one of the kept ones, and whether the bytes are records or decide on some.
pub fn assert_kernels_agree(copybook: u8, choices: [u8; 8], bytes: &[u8]) {
    type Remembered = HashMap<(usize, [u8; 8]), (CodePage, Vec<Decoder>)>;
    thread_local! {
        static SCHEMAS: Vec<Schema> = COPYBOOKS
            .split("\n\n")
            .map(|text| Schema::parse(text).expect("kept copybook"))
            .collect();
        static DECODERS: RefCell<Remembered> = RefCell::default();
    }
    SCHEMAS.with(|schemas| {
        DECODERS.with_borrow_mut(|remembered| {
            if remembered.len() == REMEMBERED {
                remembered.clear();
            }
            let picked = usize::from(copybook / 2) % schemas.len();
            let schema = &schemas[picked];
            let (page, decoders) = remembered.entry((picked, choices)).or_insert_with(|| {
                let options = options_for(schema, choices);
                (options.code_page.clone(), decoders(schema, &options))
            });
            if copybook.is_multiple_of(2) {
                assert_agree(decoders, bytes, bytes);
            } else if let Some(decoder) = decoders.first() {
                let records = nearly_valid(schema, page, bytes);
                let length = decoder.record_length().max;
                assert_agree(decoders, &back_to_back(&records, length), &framed(&records));
            }
        });
    });
}

/// Records with up to four bytes changed. Nobody guesses a long one, and as soon as one field is
/// invalid no kernel has a say any more.
fn nearly_valid(schema: &Schema, page: &CodePage, bytes: &[u8]) -> Vec<Vec<u8>> {
    let (changes, entropy) = bytes.split_at(bytes.len().min(16));
    let mut records: Vec<Vec<u8>> = entropy
        .chunks(400)
        .map(|entropy| record(schema, page, entropy))
        .collect();
    for change in changes.chunks_exact(4) {
        let at = usize::from(u16::from_le_bytes([change[1], change[2]]));
        let record = records.get_mut(usize::from(change[0] % 4));
        if let Some(byte) = record.and_then(|record| record.get_mut(at)) {
            *byte ^= change[3];
        }
    }
    records
}

/// Each as long as the longest. Boxed as [`framed`] is: there is no slack behind the last, where
/// nobody would notice a read.
fn back_to_back(records: &[Vec<u8>], length: usize) -> Box<[u8]> {
    let mut data = Vec::new();
    for (number, record) in records.iter().enumerate() {
        data.extend_from_slice(record);
        data.resize((number + 1) * length, 0x40);
    }
    data.into_boxed_slice()
}

/// Each behind a descriptor word, as [`FRAMING`] has it.
fn framed(records: &[Vec<u8>]) -> Box<[u8]> {
    let mut data = Vec::new();
    for record in records {
        // The longest of the kept copybooks has fewer than 1000 bytes.
        data.extend_from_slice(&(record.len() as u16).to_be_bytes());
        data.extend_from_slice(&[0, 0]);
        data.extend_from_slice(record);
    }
    data.into_boxed_slice()
}

const FRAMING: Framing = Framing::Rdw {
    header_included: false,
    endian: Endian::Big,
};

/// The same for any copybook, with the usual choices and nulls for invalid fields.
pub fn assert_kernels_agree_about(schema: &Schema, data: &[u8]) {
    let options = DecodeOptions {
        on_error: OnError::Null,
        ..DecodeOptions::default()
    };
    let decoders = decoders(schema, &options);
    if decoders
        .first()
        .is_some_and(|decoder| decoder.record_length().max <= MAX_RECORD)
    {
        assert_agree(&decoders, data, data);
    }
}

/// One for each kernel that the CPU has; none if the options do not suit the schema.
fn decoders(schema: &Schema, options: &DecodeOptions) -> Vec<Decoder> {
    let kernels = [
        KernelChoice::Scalar,
        KernelChoice::Avx2,
        KernelChoice::Avx512,
        KernelChoice::Neon,
    ];
    let decoder = |kernel| {
        let options = DecodeOptions {
            kernel: Some(kernel),
            ..options.clone()
        };
        Decoder::new(schema, &options).ok()
    };
    kernels.into_iter().filter_map(decoder).collect()
}

fn assert_agree(decoders: &[Decoder], data: &[u8], framed: &[u8]) {
    let mut wanted = None;
    for decoder in decoders {
        let (mut out, mut report) = (Vec::new(), Report::default());
        let fixed = decoder.decode_fixed(data, &mut out, &mut report);
        let single = decoder.decode_record(data, &mut out, &mut report);
        let mut file = |framing: Framing, data: &[u8]| {
            let format = FileFormat::from(framing);
            let file = decode_blocks(decoder, &format, NonZeroUsize::MIN, data, |lines| {
                out.extend_from_slice(lines);
            });
            file.map_err(|error| error.to_string())
        };
        let files = [file(FRAMING, framed), file(Framing::Computed, data)];
        assert!(std::str::from_utf8(&out).is_ok());
        let found = (fixed, single, files, out, report);
        match &wanted {
            None => wanted = Some(found),
            Some(wanted) => assert_eq!(&found, wanted),
        }
    }
}

/// Now and then only some fields are printed, or a field has a page of its own, a record is one of
/// several kinds, or says how long it is.
fn options_for(schema: &Schema, choices: [u8; 8]) -> DecodeOptions {
    let mut options = options(choices);
    if choices[7] & 32 != 0 {
        // A few fields, by the bits of a number.
        let named = schema.iter().filter(|(_, field)| field.name() != "FILLER");
        let chosen = named
            .enumerate()
            .filter(|(at, _)| choices[1] >> (at % 8) & 1 == 1);
        options.only = chosen.map(|(_, (id, _))| schema.path(id)).collect();
    }
    if choices[7] >= 192 {
        let mut texts = schema.iter().filter(|(_, field)| {
            field.name() != "FILLER" && matches!(field.kind(), Kind::Text { .. })
        });
        let own = texts
            .next()
            .map(|(id, _)| (schema.path(id), CodePage::Ascii));
        options.field_pages.extend(own);
    }
    if choices[6] & 128 != 0 {
        options.select = selection(schema, choices[1]);
    }
    if choices[5] & 16 != 0 {
        let mut numbers = schema
            .iter()
            .filter(|(_, field)| matches!(field.kind(), Kind::Zoned { .. } | Kind::Packed { .. }));
        options.length_field = numbers.next().map(|(id, _)| LengthField {
            name: schema.path(id),
            adjustment: i64::from(choices[5] / 32),
        });
    }
    options
}

/// The descriptions of a record, or the views of the first bytes that have several, are segments, told by
/// the first field that has a name; records of the last belong to those of the first.
fn selection(schema: &Schema, choice: u8) -> Option<Selection> {
    let mut segments = schema.roots().to_vec();
    if segments.len() == 1 {
        let viewed = |id| schema.iter().any(|(_, view)| view.redefines() == Some(id));
        let (target, _) = schema.iter().find(|(id, _)| viewed(*id))?;
        let views = schema
            .iter()
            .filter(|(_, view)| view.redefines() == Some(target));
        segments = std::iter::once(target)
            .chain(views.map(|(id, _)| id))
            .collect();
    }
    let names: Vec<String> = segments.into_iter().map(|id| schema.path(id)).collect();
    let (field, _) = schema.iter().find(|(_, field)| {
        field.name() != "FILLER" && matches!(field.kind(), Kind::Text { .. } | Kind::Zoned { .. })
    })?;
    let (first, last) = (names.first()?.clone(), names.last()?.clone());
    let ids = ["", "0", "A"].iter().zip(names.iter().cycle());
    let kept = |bit: u8, name: &str| match choice & bit {
        0 => Vec::new(),
        _ => vec![name.to_owned()],
    };
    Some(Selection {
        field: schema.path(field),
        segments: ids
            .map(|(id, name)| ((*id).to_owned(), name.clone()))
            .collect(),
        unknown: match choice % 4 {
            0 => UnknownSegment::Error,
            1 => UnknownSegment::None,
            _ => UnknownSegment::Segment(last.clone()),
        },
        keep: kept(4, &last),
        skip: kept(8, &first),
        parents: match choice & 16 {
            0 => Vec::new(),
            _ => vec![SegmentParent {
                child: last,
                parent: first,
                key: None,
            }],
        },
    })
}

fn options([page, trim, errors, signs, floats, range, style, limit]: [u8; 8]) -> DecodeOptions {
    let mut pages = CodePage::BUILT_IN.to_vec();
    pages.push(mixed_page());
    let pick = |choice: u8, count: usize| usize::from(choice) % count;
    let limit = limit.into();
    DecodeOptions {
        code_page: pages[pick(page, pages.len())].clone(),
        trim: [Trim::None, Trim::Right, Trim::Both, Trim::Left][pick(trim, 4)],
        fillers: [Fillers::Drop, Fillers::Keep][pick(trim / 4, 2)],
        renames: [Renames::Drop, Renames::Keep][pick(trim / 8, 2)],
        group_text: trim & 16 != 0,
        on_error: [OnError::Stop, OnError::Null, OnError::Skip { limit }][pick(errors, 3)],
        signs: [Signs::Strict, Signs::Lenient][pick(signs, 2)],
        blank_numbers: [BlankNumbers::Error, BlankNumbers::Zero, BlankNumbers::Null]
            [pick(signs / 2, 3)],
        short_records: [ShortRecords::Error, ShortRecords::Null, ShortRecords::Cut]
            [pick(floats / 4, 3)],
        long_records: [LongRecords::Error, LongRecords::Ignore][pick(floats / 16, 2)],
        tables: [Tables::Slide, Tables::Full][pick(range / 4, 2)],
        counts: [Counts::Strict, Counts::Lenient][pick(range / 8, 2)],
        floats: [
            FloatFormat::Ibm,
            FloatFormat::IbmLittle,
            FloatFormat::IeeeBig,
            FloatFormat::IeeeLittle,
        ][pick(floats, 4)],
        binary_range: [BinaryRange::Picture, BinaryRange::Storage][pick(range, 2)],
        native_order: [Endian::Big, Endian::Little][pick(range / 2, 2)],
        decimals: [Decimals::Text, Decimals::Number][pick(style, 2)],
        names: [Names::AsWritten, Names::Snake][pick(style / 2, 2)],
        groups: [Groups::Nested, Groups::Flat][pick(style / 4, 2)],
        raw: [None, None, Some(RawBytes::Hex), Some(RawBytes::Base64)][pick(style / 8, 4)],
        with_position: style & 32 != 0,
        with_file: (style & 64 != 0).then(|| "a file".to_owned()),
        ..DecodeOptions::default()
    }
}

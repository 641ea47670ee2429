//! Random copybooks with random values, encoded here, decoded by every kernel this CPU has: equal
//! to the values. The same bytes damaged: every kernel says what the scalar one says.

use crate::random::{self, Limits};
use crate::random_options::tolerances;
use proptest::prelude::*;
use workload::copybook_decode::codepage::CodePage;
use workload::copybook_decode::decode::{
    BlankNumbers, Decimals, DecodeError, Fillers, FloatFormat, Groups, KernelChoice, Names,
    OnError, Report, Signs, Tables, Trim,
};
use workload::copybook_decode::record::Endian;
use workload::copybook_decode::{DecodeOptions, Decoder, Schema};
use workload::encode::{self, Characters, Encoding, Floats, Order, SignCodes};
use workload::lines::{self, Style};
use workload::model::{Description, FILLER, Item, Node};
use workload::value::Drawing;

/// All that is known here. Enterprise COBOL has no binary fields of more than 18 digits, so that no
/// rule says how they lie on a boundary.
pub(crate) const EVERYTHING: Limits = Limits {
    items: 8,
    binary_digits: 38,
    synchronized_digits: 18,
    native_digits: 1,
    packed_p: true,
    scaled_blank: true,
    nested_depending: true,
    currency_sign: true,
    longer_views: true,
    moving_views: true,
    leading_slack: true,
    table_slack: true,
    moving_slack: true,
};

const KERNELS: [KernelChoice; 4] = [
    KernelChoice::Scalar,
    KernelChoice::Avx2,
    KernelChoice::Avx512,
    KernelChoice::Neon,
];

pub(crate) fn styles() -> impl Strategy<Value = Style> {
    (
        prop_oneof![Just(Decimals::Text), Just(Decimals::Number)],
        prop::sample::select(&[Trim::None, Trim::Left, Trim::Right, Trim::Both][..]),
        prop_oneof![Just(Groups::Nested), Just(Groups::Flat)],
        prop_oneof![Just(Names::AsWritten), Just(Names::Snake)],
        prop_oneof![Just(Fillers::Drop), Just(Fillers::Keep)],
    )
        .prop_map(|(decimals, trim, groups, names, fillers)| Style {
            fillers,
            only: &[],
            decimals,
            trim,
            groups,
            names,
            blanks: BlankNumbers::default(),
        })
}

pub(crate) fn encodings() -> impl Strategy<Value = Encoding> {
    (
        prop_oneof![
            2 => Just(Characters::Cp037),
            1 => Just(Characters::Ascii),
            1 => Just(Characters::AsciiSigned),
        ],
        prop_oneof![
            Just(Floats::Ibm),
            Just(Floats::IbmLittle),
            Just(Floats::IeeeBig),
            Just(Floats::IeeeLittle)
        ],
        prop_oneof![Just(Order::BigEndian), Just(Order::LittleEndian)],
        prop_oneof![3 => Just(SignCodes::Preferred), 1 => Just(SignCodes::Others)],
        prop::bool::weighted(0.2),
    )
        .prop_map(
            |(characters, floats, native, signs, full_tables)| Encoding {
                characters,
                floats,
                native,
                signs,
                full_tables,
            },
        )
}

pub(crate) fn options(style: Style, encoding: Encoding) -> DecodeOptions {
    DecodeOptions {
        code_page: match encoding.characters {
            Characters::Cp037 => CodePage::Cp037,
            Characters::Ascii | Characters::AsciiSigned => CodePage::Ascii,
        },
        signs: match (encoding.characters, encoding.signs) {
            (Characters::Cp037 | Characters::Ascii, SignCodes::Preferred) => Signs::Strict,
            // Plain digits for positive ones.
            (Characters::AsciiSigned, _) | (_, SignCodes::Others) => Signs::Lenient,
        },
        native_order: match encoding.native {
            Order::BigEndian => Endian::Big,
            Order::LittleEndian => Endian::Little,
        },
        tables: match encoding.full_tables {
            false => Tables::Slide,
            true => Tables::Full,
        },
        blank_numbers: style.blanks,
        floats: match encoding.floats {
            Floats::Ibm => FloatFormat::Ibm,
            Floats::IbmLittle => FloatFormat::IbmLittle,
            Floats::IeeeBig => FloatFormat::IeeeBig,
            Floats::IeeeLittle => FloatFormat::IeeeLittle,
        },
        decimals: style.decimals,
        trim: style.trim,
        only: style.only.iter().map(|&name| name.to_owned()).collect(),
        fillers: style.fillers,
        groups: style.groups,
        names: style.names,
        ..DecodeOptions::default()
    }
}

/// A decoder for each kernel that runs on this CPU; scalar, which runs everywhere, first.
pub(crate) fn decoders(description: &Description, options: &DecodeOptions) -> Vec<Decoder> {
    let copybook = description.copybook();
    let schema = Schema::parse(&copybook).unwrap_or_else(|error| panic!("{error}\n{copybook}"));
    let decoder = |kernel| {
        let options = DecodeOptions {
            kernel: Some(kernel),
            ..options.clone()
        };
        Decoder::new(&schema, &options)
    };
    let scalar = decoder(KernelChoice::Scalar).unwrap_or_else(|e| panic!("{e}\n{copybook}"));
    let others = KERNELS[1..]
        .iter()
        .filter_map(|&kernel| decoder(kernel).ok());
    std::iter::once(scalar).chain(others).collect()
}

fn decode(decoder: &Decoder, data: &[u8]) -> (String, Report, Result<(), DecodeError>) {
    let (mut out, mut report) = (Vec::new(), Report::default());
    let outcome = decoder.decode_fixed(data, &mut out, &mut report);
    let text = String::from_utf8(out).expect("JSON Lines are UTF-8");
    (text, report, outcome)
}

/// Whether there are redefinitions of whose value nobody knows.
pub(crate) fn has_hidden_views(items: &[Item]) -> bool {
    items.iter().any(|item| match &item.node {
        Node::Group(children) => has_hidden_views(children),
        Node::Field(_) => item.name == FILLER && item.redefines.is_some(),
    })
}

/// Names of items, which last as long as the test.
fn some_names(description: &Description, chosen: &[prop::sample::Index]) -> Vec<&'static str> {
    fn collect(items: &[Item], names: &mut Vec<String>) {
        for item in items {
            names.push(item.name.clone());
            if let Node::Group(children) = &item.node {
                collect(children, names);
            }
        }
    }
    let mut names = Vec::new();
    collect(&description.items, &mut names);
    names.retain(|name| name != FILLER);
    let chosen = chosen.iter().map(|index| index.get(&names).clone());
    chosen.map(|name| &*name.leak()).collect()
}

struct Set {
    data: Vec<u8>,
    varying: Vec<Vec<u8>>,
    expected: String,
}

fn set(
    description: &Description,
    seed: u64,
    records: u64,
    style: Style,
    encoding: Encoding,
) -> Set {
    let drawing = Drawing::new(description, seed);
    let mut set = Set {
        data: Vec::new(),
        varying: Vec::new(),
        expected: String::new(),
    };
    for index in 0..records {
        let values = drawing.record(index);
        encode::record(description, encoding, &values, &mut set.data);
        let mut record = Vec::new();
        encode::varying_record(description, encoding, &values, &mut record);
        set.varying.push(record);
        lines::record(description, &values, style, &mut set.expected);
    }
    set
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_kernel_finds_the_values(
        description in random::descriptions(EVERYTHING),
        seed in any::<u64>(),
        records in 1..20_u64,
        style in styles(),
        encoding in encodings(),
        chosen in prop::option::weighted(0.3, prop::collection::vec(any::<prop::sample::Index>(), 1..4)),
    ) {
        let only = chosen.map_or_else(Vec::new, |chosen| some_names(&description, &chosen));
        let mut style = Style { only: only.leak(), ..style };
        if has_hidden_views(&description.items) {
            style.fillers = Fillers::Drop;
        }
        let set = set(&description, seed, records, style, encoding);
        for decoder in decoders(&description, &options(style, encoding)) {
            prop_assert_eq!(decoder.record_length().max, description.record_length());
            let (text, report, outcome) = decode(&decoder, &set.data);
            prop_assert!(outcome.is_ok(), "{}: {:?}", decoder.kernel(), outcome);
            prop_assert_eq!(&text, &set.expected, "{}\n{}", decoder.kernel(), description.copybook());
            prop_assert_eq!(report.records, records);
            prop_assert_eq!(report.input_bytes, set.data.len() as u64);
            prop_assert_eq!(report.output_bytes, text.len() as u64);
        }
    }

    /// As long as their tables make them, as they come out of RDW files.
    #[test]
    fn records_of_varying_length_hold_the_same_values(
        description in random::descriptions(EVERYTHING),
        seed in any::<u64>(),
        encoding in encodings(),
    ) {
        let style = Style::default();
        let set = set(&description, seed, 5, style, encoding);
        for decoder in decoders(&description, &options(style, encoding)) {
            let (mut out, mut report) = (Vec::new(), Report::default());
            for record in &set.varying {
                let outcome = decoder.decode_record(record, &mut out, &mut report);
                prop_assert!(outcome.is_ok(), "{}: {:?}", decoder.kernel(), outcome);
            }
            prop_assert_eq!(String::from_utf8_lossy(&out), set.expected.as_str());
        }
    }

    /// Whatever the bytes: the same output, the same counts and the same error from every kernel.
    #[test]
    fn every_kernel_says_the_same_of_damaged_bytes(
        description in random::descriptions(EVERYTHING),
        seed in any::<u64>(),
        encoding in encodings(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        tolerance in tolerances(),
        on_error in prop_oneof![
            Just(OnError::Stop),
            Just(OnError::Null),
            (0..5_u64).prop_map(|limit| OnError::Skip { limit })
        ],
    ) {
        let mut set = set(&description, seed, 12, Style::default(), encoding);
        for (at, byte) in damage {
            let at = at.index(set.data.len());
            set.data[at] = byte;
        }
        let options = DecodeOptions { on_error, ..options(Style::default(), encoding) };
        let options = tolerance.added_to(options);
        let decoders = decoders(&description, &options);
        let scalar = decode(&decoders[0], &set.data);
        for decoder in &decoders[1..] {
            prop_assert_eq!(&decode(decoder, &set.data), &scalar, "{}", decoder.kernel());
        }
    }
}

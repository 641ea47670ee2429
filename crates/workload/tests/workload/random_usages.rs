//! Random records of the usages that no workload has: external floating point, national numbers,
//! UTF-8, COMP-X, COMP-N, pointers. Encoded here, from the manuals, decoded by every kernel that
//! this CPU has: equal to the values; and damaged, equal to what the scalar kernel says.

use proptest::prelude::*;
use workload::copybook_decode::codepage::CodePage;
use workload::copybook_decode::decode::{DecodeError, KernelChoice, OnError, Report};
use workload::copybook_decode::record::Endian;
use workload::copybook_decode::{DecodeOptions, Decoder, Schema};
use workload::encode::Characters;

const KERNELS: [KernelChoice; 4] = [
    KernelChoice::Scalar,
    KernelChoice::Avx2,
    KernelChoice::Avx512,
    KernelChoice::Neon,
];

/// What a field is.
#[derive(Debug, Clone)]
enum Usage {
    /// Digits before and behind the point, whether it has a byte, and the two sign symbols.
    ExternalFloat(usize, usize, bool, [char; 2]),
    /// Digits, scale, and the place of a separate sign: before, behind, or none.
    Digits(usize, usize, Option<bool>),
    /// Characters, four bytes each.
    Utf8(usize),
    /// BYTE-LENGTH.
    Utf8Bytes(usize),
    /// `PIC X(n)`, COMP-N or COMP-X.
    Bytes(usize, bool),
    /// Digits, scale, sign; COMP-N or COMP-X.
    Binary(usize, usize, bool, bool),
    /// Its words and bytes.
    Pointer(&'static str, usize),
}

/// A field, whether its characters are in UTF-16, and how many there are of it.
#[derive(Debug, Clone)]
struct Field {
    usage: Usage,
    national: bool,
    times: Option<usize>,
}

/// How the machine writes.
#[derive(Debug, Clone, Copy)]
struct Machine {
    characters: Characters,
    order: Endian,
}

fn usages() -> impl Strategy<Value = Usage> {
    let signs = prop::array::uniform2(prop_oneof![Just('+'), Just('-')]);
    let number = (1..=18_usize).prop_flat_map(|digits| (Just(digits), 0..=digits));
    prop_oneof![
        2 => (0..=8_usize, 1..=8_usize, any::<bool>(), signs)
            .prop_map(|(whole, behind, point, signs)| {
                Usage::ExternalFloat(whole, behind, point, signs)
            }),
        2 => (number.clone(), any::<Option<bool>>())
            .prop_map(|((digits, scale), sign)| Usage::Digits(digits, scale, sign)),
        1 => (1..=9_usize).prop_map(Usage::Utf8),
        1 => (1..=30_usize).prop_map(Usage::Utf8Bytes),
        2 => (1..=8_usize, any::<bool>()).prop_map(|(bytes, n)| Usage::Bytes(bytes, n)),
        3 => (number, any::<bool>(), any::<bool>())
            .prop_map(|((digits, scale), signed, n)| Usage::Binary(digits, scale, signed, n)),
        1 => prop::sample::select(vec![
            ("INDEX", 4),
            ("POINTER-32", 4),
            ("FUNCTION-POINTER", 4),
            ("PROCEDURE-POINTER", 8),
            ("OBJECT REFERENCE", 4),
        ])
        .prop_map(|(words, bytes)| Usage::Pointer(words, bytes)),
    ]
}

fn fields() -> impl Strategy<Value = Vec<Field>> {
    let field = (
        usages(),
        any::<bool>(),
        prop::option::weighted(0.2, 1..4_usize),
    );
    let field = field.prop_map(|(usage, national, times)| Field {
        national: match usage {
            Usage::ExternalFloat(..) => national,
            Usage::Digits(..) => true,
            _ => false,
        },
        usage,
        times,
    });
    prop::collection::vec(field, 1..8)
}

fn machines() -> impl Strategy<Value = Machine> {
    let characters = prop_oneof![Just(Characters::Cp037), Just(Characters::Ascii)];
    let order = prop_oneof![Just(Endian::Big), Just(Endian::Little)];
    (characters, order).prop_map(|(characters, order)| Machine { characters, order })
}

fn nines(count: usize) -> String {
    if count == 0 {
        String::new()
    } else {
        format!("9({count})")
    }
}

impl Field {
    fn clause(&self) -> String {
        let comp = |n: bool| if n { "COMP-N" } else { "COMP-X" };
        let clause = match self.usage {
            Usage::ExternalFloat(whole, behind, point, [mantissa, exponent]) => {
                let (point, nines) = (if point { "." } else { "V" }, nines);
                let digits = format!("{}{point}{}", nines(whole), nines(behind));
                format!("PIC {mantissa}{digits}E{exponent}99")
            }
            Usage::Digits(digits, scale, sign) => {
                let place = match sign {
                    None => "",
                    Some(true) => " SIGN LEADING SEPARATE",
                    Some(false) => " SIGN TRAILING SEPARATE",
                };
                let s = if sign.is_some() { "S" } else { "" };
                format!("PIC {s}{}V{}{place}", nines(digits - scale), nines(scale))
            }
            Usage::Utf8(chars) => format!("PIC U({chars})"),
            Usage::Utf8Bytes(bytes) => format!("PIC U BYTE-LENGTH {bytes}"),
            Usage::Bytes(bytes, n) => format!("PIC X({bytes}) {}", comp(n)),
            Usage::Binary(digits, scale, signed, n) => {
                let s = if signed { "S" } else { "" };
                let (whole, behind) = (nines(digits - scale), nines(scale));
                format!("PIC {s}{whole}V{behind} {}", comp(n))
            }
            Usage::Pointer(words, _) => words.to_owned(),
        };
        let national = if self.national { " NATIONAL" } else { "" };
        let times = self.times.map_or(String::new(), |n| format!(" OCCURS {n}"));
        format!("{clause}{national}{times}")
    }

    /// Appends the bytes of a value, and gives the text that a decoder should print.
    fn encode(&self, entropy: u128, machine: Machine, out: &mut Vec<u8>) -> String {
        match self.usage {
            Usage::ExternalFloat(whole, behind, point, [mantissa, exponent]) => {
                let value = entropy % 10u128.pow((whole + behind) as u32);
                let (minus, down) = (entropy >> 127 == 1, entropy >> 126 & 1 == 1);
                let power = (entropy >> 100) as i32 % 100;
                let digits = format!("{value:0width$}", width = whole + behind);
                let (before, after) = digits.split_at(whole);
                let point = if point { "." } else { "" };
                let sign = |minus: bool, symbol: char| match (minus, symbol) {
                    (true, _) => '-',
                    (false, '+') => '+',
                    (false, _) => ' ',
                };
                let text = format!(
                    "{}{before}{point}{after}E{}{power:02}",
                    sign(minus, mantissa),
                    sign(down, exponent)
                );
                self.characters(&text, machine, out);
                let power = if down { -power } else { power };
                decimal(minus, value, behind as i32 - power)
            }
            Usage::Digits(digits, scale, sign) => {
                let value = entropy % 10u128.pow(digits as u32);
                let minus = sign.is_some() && entropy >> 127 == 1;
                let own = if minus { "-" } else { "+" };
                let text = match sign {
                    None => format!("{value:0digits$}"),
                    Some(true) => format!("{own}{value:0digits$}"),
                    Some(false) => format!("{value:0digits$}{own}"),
                };
                self.characters(&text, machine, out);
                decimal(minus, value, scale as i32)
            }
            Usage::Utf8(chars) => {
                let text: String = letters(entropy).take(chars).collect();
                out.extend(text.bytes());
                out.resize(out.len() + 4 * chars - text.len(), b' ');
                text
            }
            Usage::Utf8Bytes(bytes) => {
                let mut text = String::new();
                for letter in letters(entropy) {
                    if text.len() + letter.len_utf8() > bytes {
                        break;
                    }
                    text.push(letter);
                }
                text.push_str(&"x".repeat(bytes - text.len()));
                out.extend(text.bytes());
                text
            }
            Usage::Bytes(bytes, n) => binary(entropy, bytes, false, n, 0, machine, out),
            Usage::Binary(digits, scale, signed, n) => {
                let bytes = bytes_for(digits, signed);
                binary(entropy, bytes, signed, n, scale, machine, out)
            }
            // An index is signed, an address is not.
            Usage::Pointer(words, bytes) => {
                binary(entropy, bytes, words == "INDEX", true, 0, machine, out)
            }
        }
    }

    fn characters(&self, text: &str, machine: Machine, out: &mut Vec<u8>) {
        if self.national {
            out.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
        } else {
            out.extend(text.bytes().map(|byte| machine.characters.byte(byte)));
        }
    }
}

/// Characters of one to four bytes.
fn letters(entropy: u128) -> impl Iterator<Item = char> {
    let letters = ['a', 'Z', ' ', 'ä', '€', '😀', '7', 'é'];
    (0..42).map(move |i| letters[(entropy >> (3 * i) & 7) as usize])
}

/// The fewest bytes whose full range holds the digits: 9(2) fits one byte, S9(3) needs two.
fn bytes_for(digits: usize, signed: bool) -> usize {
    let holds =
        |bytes: &usize| 1u128 << (8 * bytes - usize::from(signed)) >= 10u128.pow(digits as u32);
    (1..=8).find(holds).expect("at most 18 digits")
}

fn binary(
    entropy: u128,
    bytes: usize,
    signed: bool,
    native: bool,
    scale: usize,
    machine: Machine,
    out: &mut Vec<u8>,
) -> String {
    // Sign-extended, so that all bits of the storage are used.
    let bits = 8 * bytes as u32;
    let value = (entropy << (128 - bits)) as i128 >> (128 - bits);
    let value = if signed {
        value
    } else {
        (value as u128 & (u128::MAX >> (128 - bits))) as i128
    };
    let mut image = value.to_be_bytes()[16 - bytes..].to_vec();
    if native && machine.order == Endian::Little {
        image.reverse();
    }
    out.extend(image);
    decimal(value < 0, value.unsigned_abs(), scale as i32)
}

/// Every digit of the scale, no sign of zero.
fn decimal(minus: bool, value: u128, scale: i32) -> String {
    let sign = if minus && value != 0 { "-" } else { "" };
    let Ok(behind @ 1..) = usize::try_from(scale) else {
        let zeros = if value == 0 {
            0
        } else {
            scale.unsigned_abs() as usize
        };
        return format!("{sign}{value}{}", "0".repeat(zeros));
    };
    let digits = format!("{value:0width$}", width = behind + 1);
    let (whole, fraction) = digits.split_at(digits.len() - behind);
    format!("{sign}{whole}.{fraction}")
}

fn copybook(fields: &[Field]) -> String {
    let mut out = "01 R. 05 LEAD PIC 9 NATIONAL.".to_owned();
    out.push_str("\n05 MOVING PIC U OCCURS 0 TO 3 DEPENDING ON LEAD.");
    for (i, field) in fields.iter().enumerate() {
        out.push_str(&format!("\n05 F{i} {}.", field.clause()));
    }
    out
}

/// One record, and its line.
fn record(fields: &[Field], entropy: &[u128], machine: Machine) -> (Vec<u8>, String) {
    let mut entropy = entropy.iter().copied().cycle();
    // There is at least one.
    let mut next = move || entropy.next().unwrap_or(0);
    let count = (next() % 4) as usize;
    let mut bytes: Vec<u8> = count
        .to_string()
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    bytes.extend(b"m   ".repeat(count));
    let mut line = format!(
        "{{\"LEAD\":\"{count}\",\"MOVING\":[{}]",
        ["\"m\""; 3][..count].join(",")
    );
    for (i, field) in fields.iter().enumerate() {
        let mut values = Vec::new();
        for _ in 0..field.times.unwrap_or(1) {
            values.push(format!("\"{}\"", field.encode(next(), machine, &mut bytes)));
        }
        let values = values.join(",");
        let values = if field.times.is_some() {
            format!("[{values}]")
        } else {
            values
        };
        line.push_str(&format!(",\"F{i}\":{values}"));
    }
    (bytes, line + "}\n")
}

/// A decoder for each kernel that runs on this CPU; scalar, which runs everywhere, first.
fn decoders(copybook: &str, machine: Machine, on_error: OnError) -> Vec<Decoder> {
    let schema = Schema::parse(copybook).unwrap_or_else(|error| panic!("{error}\n{copybook}"));
    let decoder = |kernel| {
        let options = DecodeOptions {
            code_page: match machine.characters {
                Characters::Cp037 => CodePage::Cp037,
                _ => CodePage::Ascii,
            },
            native_order: machine.order,
            kernel: Some(kernel),
            on_error,
            ..DecodeOptions::default()
        };
        Decoder::new(&schema, &options).ok()
    };
    let found: Vec<Decoder> = KERNELS.into_iter().filter_map(decoder).collect();
    assert!(!found.is_empty(), "{copybook}");
    found
}

/// All records, back to back and each as long as it is.
fn decode(decoder: &Decoder, records: &[Vec<u8>]) -> (String, Vec<Result<(), DecodeError>>) {
    let (mut out, mut report) = (Vec::new(), Report::default());
    let max = decoder.record_length().max;
    let mut data = Vec::new();
    for record in records {
        data.extend_from_slice(record);
        data.resize(data.len() + max - record.len(), 0);
    }
    let mut outcomes = vec![decoder.decode_fixed(&data, &mut out, &mut report)];
    for record in records {
        outcomes.push(decoder.decode_record(record, &mut out, &mut report));
    }
    (
        String::from_utf8(out).expect("JSON Lines are UTF-8"),
        outcomes,
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_kernel_finds_the_values(
        fields in fields(),
        entropy in prop::collection::vec(prop::collection::vec(any::<u128>(), 1..20), 1..6),
        machine in machines(),
    ) {
        let copybook = copybook(&fields);
        let made: Vec<_> = entropy.iter().map(|e| record(&fields, e, machine)).collect();
        let (records, lines): (Vec<_>, Vec<_>) = made.into_iter().unzip();
        let expected = lines.concat().repeat(2);
        for decoder in decoders(&copybook, machine, OnError::Stop) {
            let (found, outcomes) = decode(&decoder, &records);
            prop_assert_eq!(&found, &expected, "{}: {:?}\n{}", decoder.kernel(), outcomes, &copybook);
        }
    }

    /// Whatever the bytes: the same output and the same errors from every kernel.
    #[test]
    fn every_kernel_says_the_same_of_damaged_bytes(
        fields in fields(),
        entropy in prop::collection::vec(any::<u128>(), 1..20),
        machine in machines(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        null in any::<bool>(),
    ) {
        let copybook = copybook(&fields);
        let (mut record, _) = record(&fields, &entropy, machine);
        for (at, byte) in damage {
            let at = at.index(record.len());
            record[at] = byte;
        }
        let on_error = if null { OnError::Null } else { OnError::Skip { limit: 9 } };
        let decoders = decoders(&copybook, machine, on_error);
        let records = [record];
        let scalar = decode(&decoders[0], &records);
        for decoder in &decoders[1..] {
            prop_assert_eq!(&decode(decoder, &records), &scalar, "{}", decoder.kernel());
        }
    }
}

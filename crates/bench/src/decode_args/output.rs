//! Flags about what values look like and what happens to invalid ones.

use workload::copybook_decode::DecodeOptions;
use workload::copybook_decode::codepage::CodePage;
use workload::copybook_decode::decode;
use workload::copybook_decode::record::Endian;

/// How values are printed, and what bytes are accepted for them.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Values")]
pub(super) struct OutputArgs {
    /// How to write numbers. Both forms are exact.
    #[arg(long, value_name = "HOW", default_value = "text")]
    decimals: Decimals,

    /// Which spaces to remove from text fields.
    #[arg(long, value_name = "WHICH", default_value = "none")]
    trim: Trim,

    /// How to spell JSON keys.
    #[arg(long, value_name = "HOW", default_value = "as-written")]
    names: Names,

    /// Whether groups become JSON objects.
    #[arg(long, value_name = "HOW", default_value = "nested")]
    groups: Groups,

    /// Add the bytes of each field, as `NAME_raw`: to see what is behind a value.
    #[arg(long, value_name = "HOW")]
    raw: Option<Raw>,

    /// What to do about an invalid field.
    #[arg(long, value_name = "WHAT", default_value = "stop")]
    on_error: OnError,

    /// Number of invalid records that --on-error skip tolerates before it gives up.
    #[arg(long, value_name = "RECORDS", default_value_t = 1000)]
    skip_limit: u64,

    /// Which sign codes to accept.
    #[arg(long, value_name = "WHICH", default_value = "strict")]
    signs: Signs,

    /// How to read packed fields that contain only spaces or only zero bytes, which no COBOL
    /// program writes as a number.
    #[arg(long, value_name = "WHAT", default_value = "error")]
    packed_blanks: PackedBlanks,

    /// Format of COMP-1 and COMP-2 fields.
    #[arg(long, value_name = "FORMAT", default_value = "ibm")]
    floats: Floats,

    /// Whether the value of a BINARY field may exceed its picture. Use `storage` for data of
    /// programs that were compiled with TRUNC(BIN).
    #[arg(long, value_name = "WHAT", default_value = "picture")]
    binary_range: BinaryRange,

    /// Byte order of COMP-5, COMP-N, INDEX and pointer fields, which is that of the machine that
    /// wrote them. Use `little` for files from x86. COMP, BINARY and COMP-X are big-endian on every
    /// machine.
    #[arg(long, value_name = "ORDER", default_value = "big")]
    native_order: NativeOrder,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Decimals {
    /// "12.30": survives every JSON reader
    Text,
    /// 12.30: shorter; readers that use floats lose digits behind the 15th
    Number,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Trim {
    /// None
    None,
    /// Trailing ones
    Right,
    /// Leading and trailing ones
    Both,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Names {
    /// CUSTOMER-ID
    AsWritten,
    /// customer_id
    Snake,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Groups {
    /// {"A":{"B":1}}
    Nested,
    /// {"B":1}; tables stay arrays
    Flat,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Raw {
    /// Lower-case hexadecimal
    Hex,
    /// RFC 4648 with padding
    Base64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum OnError {
    /// Decoding ends with the error
    Stop,
    /// The field becomes null and is counted; only an invalid count of a table ends it even so,
    /// since nobody knows where the record goes on
    Null,
    /// The record is left out and counted, up to --skip-limit
    Skip,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Signs {
    /// What compilers write: C, D, and F for unsigned
    Strict,
    /// Also A, B, E, and F in signed fields
    Lenient,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum PackedBlanks {
    /// They are invalid
    Error,
    /// They are zero
    Zero,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Floats {
    /// IBM hexadecimal
    Ibm,
    /// IEEE 754, big endian
    IeeeBig,
    /// IEEE 754, little endian
    IeeeLittle,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum BinaryRange {
    /// The digits of the picture bound the value, as with TRUNC(STD)
    Picture,
    /// The storage bounds it
    Storage,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum NativeOrder {
    /// Most significant byte first, as z/OS and AIX have it
    Big,
    /// Least significant byte first, as x86 has it
    Little,
}

impl OutputArgs {
    pub(super) fn options(&self, code_page: CodePage) -> DecodeOptions {
        DecodeOptions {
            code_page,
            decimals: match self.decimals {
                Decimals::Text => decode::Decimals::Text,
                Decimals::Number => decode::Decimals::Number,
            },
            trim: match self.trim {
                Trim::None => decode::Trim::None,
                Trim::Right => decode::Trim::Right,
                Trim::Both => decode::Trim::Both,
            },
            names: match self.names {
                Names::AsWritten => decode::Names::AsWritten,
                Names::Snake => decode::Names::Snake,
            },
            groups: match self.groups {
                Groups::Nested => decode::Groups::Nested,
                Groups::Flat => decode::Groups::Flat,
            },
            raw: self.raw.map(|raw| match raw {
                Raw::Hex => decode::RawBytes::Hex,
                Raw::Base64 => decode::RawBytes::Base64,
            }),
            ..self.accepted()
        }
    }

    /// The choices about bytes that are not what the picture says.
    fn accepted(&self) -> DecodeOptions {
        DecodeOptions {
            on_error: match self.on_error {
                OnError::Stop => decode::OnError::Stop,
                OnError::Null => decode::OnError::Null,
                OnError::Skip => decode::OnError::Skip {
                    limit: self.skip_limit,
                },
            },
            signs: match self.signs {
                Signs::Strict => decode::Signs::Strict,
                Signs::Lenient => decode::Signs::Lenient,
            },
            packed_blanks: match self.packed_blanks {
                PackedBlanks::Error => decode::PackedBlanks::Error,
                PackedBlanks::Zero => decode::PackedBlanks::Zero,
            },
            floats: match self.floats {
                Floats::Ibm => decode::FloatFormat::Ibm,
                Floats::IeeeBig => decode::FloatFormat::IeeeBig,
                Floats::IeeeLittle => decode::FloatFormat::IeeeLittle,
            },
            native_order: match self.native_order {
                NativeOrder::Big => Endian::Big,
                NativeOrder::Little => Endian::Little,
            },
            binary_range: match self.binary_range {
                BinaryRange::Picture => decode::BinaryRange::Picture,
                BinaryRange::Storage => decode::BinaryRange::Storage,
            },
            ..DecodeOptions::default()
        }
    }
}

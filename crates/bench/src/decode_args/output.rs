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

    /// How to read numbers, in characters or packed, that contain only spaces or only zero bytes,
    /// as in fields that no program ever filled. They are counted separately.
    #[arg(long, value_name = "WHAT", default_value = "error")]
    blank_numbers: BlankNumbers,

    /// What to do with records that end before their last field.
    #[arg(long, value_name = "WHAT", default_value = "error")]
    short_records: ShortRecords,

    /// What to do with records that go on after their last field, as with copybooks that describe
    /// only the beginning. With --record-length, the rest is left out anyway.
    #[arg(long, value_name = "WHAT", default_value = "error")]
    long_records: LongRecords,

    /// Where the fields after an OCCURS DEPENDING ON table are: use `full` for files of programs
    /// that store such tables at their maximum length (NOODOSLIDE).
    #[arg(long, value_name = "HOW", default_value = "slide")]
    tables: Tables,

    /// How to treat an OCCURS DEPENDING ON count below the minimum number of elements.
    #[arg(long, value_name = "WHAT", default_value = "strict")]
    counts: Counts,

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
    /// The field becomes null and is counted; so do the fields behind a table whose count is
    /// invalid, since nobody knows where they lie, and those behind the end of a short record
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
enum BlankNumbers {
    /// They are invalid
    Error,
    /// They are null
    Null,
    /// They are zero
    Zero,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum ShortRecords {
    /// They are invalid; lines are filled up with spaces
    Error,
    /// A field that is not there as a whole is null
    Null,
    /// Text keeps what there is of it; other fields that are not there as a whole are null
    Cut,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum LongRecords {
    /// They are invalid
    Error,
    /// What is behind the last field is left out
    Ignore,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Tables {
    /// Right behind the elements that there are
    Slide,
    /// Behind the room for the greatest number of elements
    Full,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Counts {
    /// They are invalid
    Strict,
    /// They are taken as they are
    Lenient,
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
            ..self.tolerated()
        }
    }

    /// The choices about records that are not what the copybook says.
    fn tolerated(&self) -> DecodeOptions {
        DecodeOptions {
            blank_numbers: match self.blank_numbers {
                BlankNumbers::Error => decode::BlankNumbers::Error,
                BlankNumbers::Null => decode::BlankNumbers::Null,
                BlankNumbers::Zero => decode::BlankNumbers::Zero,
            },
            short_records: match self.short_records {
                ShortRecords::Error => decode::ShortRecords::Error,
                ShortRecords::Null => decode::ShortRecords::Null,
                ShortRecords::Cut => decode::ShortRecords::Cut,
            },
            long_records: match self.long_records {
                LongRecords::Error => decode::LongRecords::Error,
                LongRecords::Ignore => decode::LongRecords::Ignore,
            },
            tables: match self.tables {
                Tables::Slide => decode::Tables::Slide,
                Tables::Full => decode::Tables::Full,
            },
            counts: match self.counts {
                Counts::Strict => decode::Counts::Strict,
                Counts::Lenient => decode::Counts::Lenient,
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

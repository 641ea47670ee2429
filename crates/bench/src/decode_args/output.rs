//! Flags about what values look like and what happens to invalid ones.

use copybook_decode::DecodeOptions;
use copybook_decode::codepage::CodePage;
use copybook_decode::decode::{
    BinaryRange, BlankNumbers, Counts, Decimals, Fillers, FloatFormat, Groups, LongRecords, Names,
    OnError, RawBytes, Renames, ShortRecords, Signs, Tables, Trim,
};
use copybook_decode::record::Endian;

/// How values are printed, and what bytes are accepted for them.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Values")]
pub(super) struct OutputArgs {
    /// How to write numbers. Both forms are exact.
    #[arg(long, value_name = "HOW", value_enum, default_value_t)]
    decimals: Decimals,

    /// Which spaces to remove from text fields.
    #[arg(long, value_name = "WHICH", value_enum, default_value_t)]
    trim: Trim,

    /// Print only this field, or this group with everything in it: what is not asked for costs
    /// next to nothing. Qualify it with its groups (HEADER.KIND) to tell fields of one name apart.
    /// Several are separated by commas.
    #[arg(long, value_name = "FIELD", value_delimiter = ',', num_args = 1..)]
    select: Vec<String>,

    /// Whether to print elementary items without a name.
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    fillers: Fillers,

    /// Whether to print entries of level 66, which put fields together.
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    renames: Renames,

    /// Print groups that hold nothing but characters as text too, such as dates: as `_text` before
    /// their fields, or under the group's name with --groups flat.
    #[arg(long)]
    group_text: bool,

    /// Print the name of the file that each record is from, as `_file`.
    #[arg(long)]
    with_file: bool,

    /// Print each record's number in the file, from 1, as `_record`, and the offset of its first byte
    /// as `_offset`, behind any descriptor word: to find a record in the file again.
    #[arg(long)]
    with_position: bool,

    /// How to spell JSON keys.
    #[arg(long, value_name = "HOW", value_enum, default_value_t)]
    names: Names,

    /// Whether groups become JSON objects.
    #[arg(long, value_name = "HOW", value_enum, default_value_t)]
    groups: Groups,

    /// Add the bytes of each field, as `NAME_raw`: to see what is behind a value.
    #[arg(long, value_name = "HOW")]
    raw: Option<RawBytes>,

    /// What to do about an invalid field.
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    on_error: OnError,

    /// Number of invalid records that --on-error skip tolerates in a file before it gives up.
    #[arg(long, value_name = "RECORDS", default_value_t = 1000)]
    skip_limit: u64,

    /// Which sign codes to accept.
    #[arg(long, value_name = "WHICH", value_enum, default_value_t)]
    signs: Signs,

    /// How to read numbers, in characters or packed, that contain only spaces or only zero bytes,
    /// as in fields that no program ever filled. They are counted separately.
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    blank_numbers: BlankNumbers,

    /// What to do with records that end before their last field.
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    short_records: ShortRecords,

    /// What to do with records that go on after their last field, as with copybooks that describe
    /// only the beginning. With --record-length, the rest is left out anyway.
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    long_records: LongRecords,

    /// Where the fields after an OCCURS DEPENDING ON table are: use `full` for files of programs
    /// that store such tables at their maximum length (NOODOSLIDE).
    #[arg(long, value_name = "HOW", value_enum, default_value_t)]
    tables: Tables,

    /// How to treat an OCCURS DEPENDING ON count below the minimum number of elements.
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    counts: Counts,

    /// Format of COMP-1 and COMP-2 fields.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    floats: FloatFormat,

    /// Whether the value of a BINARY field may exceed its picture. Use `storage` for data of
    /// programs that were compiled with TRUNC(BIN).
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    binary_range: BinaryRange,

    /// Byte order of COMP-5, COMP-N, INDEX and pointer fields, which is that of the machine that
    /// wrote them. Use `little` for files from x86. COMP, BINARY and COMP-X are big-endian on every
    /// machine.
    #[arg(long, value_name = "ORDER", value_enum, default_value_t)]
    native_order: Endian,
}

impl OutputArgs {
    pub(super) fn options(&self, code_page: CodePage) -> DecodeOptions {
        DecodeOptions {
            code_page,
            decimals: self.decimals,
            trim: self.trim,
            with_position: self.with_position,
            // Whoever opens the file gives its name.
            with_file: self.with_file.then(String::new),
            only: self.select.clone(),
            fillers: self.fillers,
            renames: self.renames,
            group_text: self.group_text,
            names: self.names,
            groups: self.groups,
            raw: self.raw,
            on_error: match self.on_error {
                OnError::Skip { .. } => OnError::Skip {
                    limit: self.skip_limit,
                },
                other => other,
            },
            signs: self.signs,
            blank_numbers: self.blank_numbers,
            short_records: self.short_records,
            long_records: self.long_records,
            tables: self.tables,
            counts: self.counts,
            floats: self.floats,
            binary_range: self.binary_range,
            native_order: self.native_order,
            ..DecodeOptions::default()
        }
    }
}

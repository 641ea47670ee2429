//! The user's own data as a job: what `bench run --data` hands to the suite in a file.
//!
//! The decoder's types are written field by field as they are (serde's remote definitions), so the
//! compiler sees to it that no choice gets lost on the way.

use std::fs;
use std::path::{Path, PathBuf};

use copybook_decode::decode::{
    BinaryRange, BlankNumbers, Counts, Decimals, FloatFormat, Groups, LengthField, LongRecords,
    Names, OnError, RawBytes, Selection, ShortRecords, Signs, Tables, Trim, UnknownSegment,
};
use copybook_decode::record::{Endian, LineEnd, Truncated, Words};
use copybook_decode::schema::{CopybookOptions, SourceFormat};
use copybook_decode::{DecodeOptions, FileFormat, Framing};
use serde::{Deserialize, Serialize};

use crate::expect::Rules;

mod page;
mod path;

/// Records of the user's, how to read them, and what they should hold.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// File with the copybook.
    #[serde(with = "path")]
    pub copybook: PathBuf,
    /// How it is written.
    #[serde(with = "CopybookOptionsDef")]
    pub copybook_options: CopybookOptions,
    /// File with the records.
    #[serde(with = "path")]
    pub data: PathBuf,
    /// How it is cut into records.
    #[serde(with = "FileFormatDef")]
    pub format: FileFormat,
    /// What the values are to look like. The kernel is not part of it, that is the environment's.
    #[serde(with = "DecodeOptionsDef")]
    pub options: DecodeOptions,
    /// The values that the records hold. Without them the answer is only checked for decoding.
    pub expect: Option<Expect>,
}

/// A file of expected values, JSON Lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// The file.
    #[serde(with = "path")]
    pub file: PathBuf,
    /// What does not count as a difference.
    pub rules: Rules,
}

impl Job {
    /// Reads a job.
    ///
    /// # Errors
    ///
    /// The file is missing or not a job.
    pub fn read(path: &Path) -> std::io::Result<Self> {
        Ok(serde_json::from_slice(&fs::read(path)?)?)
    }

    /// Writes it for the suite to read.
    ///
    /// # Errors
    ///
    /// The file can't be written.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        fs::write(path, serde_json::to_vec_pretty(self)?)
    }

    /// Name of its benchmark: `custom/` and the data file's name without its ending, in lower case,
    /// with `_` for everything but letters and digits.
    pub fn name(&self) -> String {
        let stem = self.data.file_stem().unwrap_or_default().to_string_lossy();
        let kept = |c: char| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        };
        let id: String = stem.chars().map(kept).collect();
        format!("custom/{}", if id.is_empty() { "data" } else { &id })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "CopybookOptions", deny_unknown_fields)]
struct CopybookOptionsDef {
    #[serde(with = "SourceFormatDef")]
    format: SourceFormat,
    #[serde(with = "path::each")]
    copy_dirs: Vec<PathBuf>,
    decimal_point_is_comma: bool,
    currency: char,
    define: std::collections::BTreeMap<String, String>,
    replace: Vec<(String, String)>,
    vendor_usages: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "SourceFormat", rename_all = "kebab-case")]
enum SourceFormatDef {
    Auto,
    Fixed,
    Free,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "FileFormat", deny_unknown_fields)]
struct FileFormatDef {
    #[serde(with = "FramingDef")]
    framing: Framing,
    header: u64,
    footer: u64,
    #[serde(with = "TruncatedDef")]
    truncated: Truncated,
    max_record: usize,
    #[serde(with = "WordsDef")]
    words: Words,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Framing", rename_all = "kebab-case", deny_unknown_fields)]
enum FramingDef {
    Fixed {
        length: std::num::NonZeroUsize,
    },
    Rdw {
        header_included: bool,
        #[serde(with = "EndianDef")]
        endian: Endian,
    },
    Blocked,
    Spanned,
    Computed,
    Lines {
        #[serde(with = "LineEndDef")]
        end: LineEnd,
    },
    LengthField {
        offset: usize,
        width: usize,
        #[serde(with = "EndianDef")]
        endian: Endian,
        adjustment: i64,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "DecodeOptions", deny_unknown_fields)]
struct DecodeOptionsDef {
    #[serde(with = "page")]
    code_page: copybook_decode::codepage::CodePage,
    #[serde(with = "DecimalsDef")]
    decimals: Decimals,
    #[serde(with = "TrimDef")]
    trim: Trim,
    #[serde(with = "NamesDef")]
    names: Names,
    #[serde(with = "GroupsDef")]
    groups: Groups,
    #[serde(with = "raw_bytes")]
    raw: Option<RawBytes>,
    #[serde(with = "OnErrorDef")]
    on_error: OnError,
    #[serde(with = "SignsDef")]
    signs: Signs,
    #[serde(with = "BlankNumbersDef")]
    blank_numbers: BlankNumbers,
    #[serde(with = "ShortRecordsDef")]
    short_records: ShortRecords,
    #[serde(with = "LongRecordsDef")]
    long_records: LongRecords,
    #[serde(with = "TablesDef")]
    tables: Tables,
    #[serde(with = "CountsDef")]
    counts: Counts,
    #[serde(with = "FloatFormatDef")]
    floats: FloatFormat,
    #[serde(with = "BinaryRangeDef")]
    binary_range: BinaryRange,
    #[serde(with = "EndianDef")]
    native_order: Endian,
    #[serde(skip)]
    kernel: Option<copybook_decode::decode::KernelChoice>,
    #[serde(with = "length_field")]
    length_field: Option<LengthField>,
    #[serde(with = "selection")]
    select: Option<Selection>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Selection", deny_unknown_fields)]
struct SelectionDef {
    field: String,
    segments: Vec<(String, String)>,
    #[serde(with = "UnknownSegmentDef")]
    unknown: UnknownSegment,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "UnknownSegment", rename_all = "kebab-case")]
enum UnknownSegmentDef {
    Error,
    None,
    Segment(String),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "LengthField", deny_unknown_fields)]
struct LengthFieldDef {
    name: String,
    adjustment: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Words", deny_unknown_fields)]
struct WordsDef {
    block_included: bool,
    record_included: bool,
    #[serde(with = "EndianDef")]
    endian: Endian,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Truncated", rename_all = "kebab-case")]
enum TruncatedDef {
    Error,
    Warn,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Endian", rename_all = "kebab-case")]
enum EndianDef {
    Big,
    Little,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "LineEnd", rename_all = "kebab-case")]
enum LineEndDef {
    Lf,
    CrLf,
    Nel,
    Auto,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Decimals", rename_all = "kebab-case")]
enum DecimalsDef {
    Text,
    Number,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Trim", rename_all = "kebab-case")]
enum TrimDef {
    None,
    Right,
    Both,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Names", rename_all = "kebab-case")]
enum NamesDef {
    AsWritten,
    Snake,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Groups", rename_all = "kebab-case")]
enum GroupsDef {
    Nested,
    Flat,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "RawBytes", rename_all = "kebab-case")]
enum RawBytesDef {
    Hex,
    Base64,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Signs", rename_all = "kebab-case")]
enum SignsDef {
    Strict,
    Lenient,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "BlankNumbers", rename_all = "kebab-case")]
enum BlankNumbersDef {
    Error,
    Null,
    Zero,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "ShortRecords", rename_all = "kebab-case")]
enum ShortRecordsDef {
    Error,
    Null,
    Cut,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "LongRecords", rename_all = "kebab-case")]
enum LongRecordsDef {
    Error,
    Ignore,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Tables", rename_all = "kebab-case")]
enum TablesDef {
    Slide,
    Full,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Counts", rename_all = "kebab-case")]
enum CountsDef {
    Strict,
    Lenient,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "FloatFormat", rename_all = "kebab-case")]
enum FloatFormatDef {
    Ibm,
    IeeeBig,
    IeeeLittle,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "BinaryRange", rename_all = "kebab-case")]
enum BinaryRangeDef {
    Picture,
    Storage,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "OnError", rename_all = "kebab-case", deny_unknown_fields)]
enum OnErrorDef {
    Stop,
    Null,
    Skip { limit: u64 },
}

/// Remote definitions inside an option, which serde does not offer.
macro_rules! optional {
    ($($name:ident: $type:ident by $def:literal;)+) => {$(
        mod $name {
            use serde::{Deserialize, Deserializer, Serialize, Serializer};

            use super::$type;

            #[derive(Serialize, Deserialize)]
            struct Wrapped(#[serde(with = $def)] $type);

            pub(super) fn serialize<S: Serializer>(
                value: &Option<$type>,
                to: S,
            ) -> Result<S::Ok, S::Error> {
                value.clone().map(Wrapped).serialize(to)
            }

            pub(super) fn deserialize<'de, D: Deserializer<'de>>(
                from: D,
            ) -> Result<Option<$type>, D::Error> {
                Ok(Option::<Wrapped>::deserialize(from)?.map(|wrapped| wrapped.0))
            }
        }
    )+};
}

optional! {
    raw_bytes: RawBytes by "super::RawBytesDef";
    selection: Selection by "super::SelectionDef";
    length_field: LengthField by "super::LengthFieldDef";
}

#[cfg(test)]
mod tests {
    use copybook_decode::codepage::CodePage;

    use super::*;

    fn job(options: DecodeOptions) -> Job {
        Job {
            copybook: "a.cpy".into(),
            copybook_options: CopybookOptions::default(),
            data: "folder/Daily-File.2026.DAT".into(),
            format: FileFormat::new(Framing::Rdw {
                header_included: false,
                endian: Endian::Little,
            }),
            options,
            expect: None,
        }
    }

    #[test]
    fn a_job_comes_back_as_it_was() {
        let mapping = "0x40 0x0020\n0xC1 0x0041\n0xF0 0x0030";
        let page = CodePage::from_mapping("mine", mapping).expect("it is a mapping");
        for code_page in [CodePage::Cp1047, CodePage::Ascii, page] {
            let before = job(DecodeOptions {
                code_page,
                raw: Some(RawBytes::Base64),
                blank_numbers: BlankNumbers::Null,
                short_records: ShortRecords::Cut,
                long_records: LongRecords::Ignore,
                tables: Tables::Full,
                counts: Counts::Lenient,
                on_error: OnError::Skip { limit: 7 },
                native_order: Endian::Little,
                length_field: Some(LengthField {
                    name: "LENGTH".to_owned(),
                    adjustment: -4,
                }),
                select: Some(Selection {
                    field: "KIND".to_owned(),
                    segments: vec![("A".to_owned(), "HEAD".to_owned())],
                    unknown: UnknownSegment::Segment("TAIL".to_owned()),
                }),
                ..DecodeOptions::default()
            });
            let text = serde_json::to_string(&before).expect("it has a text");
            let after: Job = serde_json::from_str(&text).expect("it can be read");
            assert_eq!(format!("{after:?}"), format!("{before:?}"));
        }
    }

    #[test]
    fn names_of_files_need_not_be_utf_8() {
        use std::os::unix::ffi::OsStrExt as _;
        let odd = |name: &[u8]| PathBuf::from(std::ffi::OsStr::from_bytes(name));
        let before = Job {
            copybook: odd(b"K\xf6ln.cpy"),
            copybook_options: CopybookOptions {
                copy_dirs: vec![odd(b"M\xfcller")],
                ..CopybookOptions::default()
            },
            data: odd(b"B\xe4r/daten.bin"),
            expect: Some(Expect {
                file: odd(b"\xff.jsonl"),
                rules: Rules::default(),
            }),
            ..job(DecodeOptions::default())
        };
        let text = serde_json::to_string(&before).expect("it has a text");
        let after: Job = serde_json::from_str(&text).expect("it can be read");
        assert_eq!(format!("{after:?}"), format!("{before:?}"));
    }

    #[test]
    fn names_suit_folders_and_filters() {
        assert_eq!(
            job(DecodeOptions::default()).name(),
            "custom/daily_file_2026"
        );
    }
}

//! The flags that say what a file of records is and how its values are to be printed; shared by
//! every subcommand that decodes the user's own data.

mod framing;
mod output;
mod segments;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::error::ErrorKind;
use copybook_decode::codepage::{CodePage, UnknownCodePage};
use copybook_decode::decode::LongRecords;
use copybook_decode::schema::{CopybookOptions, NSymbol, Schema, SourceFormat, may_be_currency};
use copybook_decode::{DecodeOptions, FileFormat};
use workload::packed;

use receipt::bounded;

/// Far more than any copybook or mapping file has, bytes.
const MAX_TEXT: u64 = 8 << 20;

/// The copybook, the bytes and the choices about both.
#[derive(Debug, clap::Args)]
pub(crate) struct DecodeArgs {
    #[command(flatten)]
    copybook: CopybookArgs,

    /// Character set of text and digits: a built-in code page (cp037, cp500, cp1047, cp1140, ascii,
    /// iso-8859-1, ...), or a mapping file for any other, in the Unicode Consortium's format or in
    /// ICU's (.ucm), which also has the pages of Chinese, Japanese and Korean. cp037 if not given.
    /// Repeat it with FIELD= for fields, or groups of them, in another page than the rest.
    #[arg(long, value_name = "[FIELD=]NAME|FILE", value_parser = page)]
    code_page: Vec<(Option<String>, Page)>,

    #[command(flatten)]
    segments: segments::SegmentArgs,

    #[command(flatten)]
    framing: framing::FramingArgs,

    #[command(flatten)]
    output: output::OutputArgs,
}

/// How the copybook is written.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Copybook")]
pub(crate) struct CopybookArgs {
    /// The copybook that describes the records.
    #[arg(long, value_name = "FILE")]
    copybook: Option<PathBuf>,

    /// Column layout of the copybook. Set it if automatic detection gets it wrong.
    #[arg(long, value_name = "FORM", value_enum, default_value_t)]
    copybook_format: SourceFormat,

    /// Folder to search for COPY members. Repeat it to search several, in the given order.
    #[arg(long, value_name = "FOLDER")]
    copy_dir: Vec<PathBuf>,

    /// Swap `.` and `,` in pictures: for programs with DECIMAL-POINT IS COMMA.
    #[arg(long)]
    decimal_point_is_comma: bool,

    /// Currency symbol in pictures: for programs with a CURRENCY SIGN clause.
    #[arg(long, value_name = "CHARACTER", default_value_t = '$', value_parser = currency)]
    currency: char,

    /// Value of a name in conditional compilation (>>IF, $IF): a number or text, or B'1' if no
    /// value is given. Repeat it for more names. All other names are undefined.
    #[arg(long, value_name = "NAME[=VALUE]", value_parser = define)]
    define: Vec<(String, String)>,

    /// Replace text in the copybook, as COPY REPLACING ==OLD== BY ==NEW== does: for members with
    /// placeholders, such as :TAG:=CUSTOMER. Repeat it for more replacements.
    #[arg(long, value_name = "OLD=NEW", value_parser = replace)]
    replace: Vec<(String, String)>,

    /// Accept USAGE COMP-3U (packed without a sign half byte) and COMP-9 (binary, least significant
    /// byte first), which only some compilers have.
    #[arg(long)]
    vendor_usages: bool,

    /// What PIC N means without a USAGE: use `dbcs` for programs that were compiled with
    /// NSYMBOL(DBCS).
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    nsymbol: NSymbol,
}

/// A code page that is built in, or where to read it.
#[derive(Debug, Clone)]
enum Page {
    BuiltIn(CodePage),
    File(PathBuf),
}

impl DecodeArgs {
    /// Whether there is a copybook at all: without one, nothing else here means anything.
    #[allow(dead_code, reason = "for `bench run`, which can do without")]
    pub(crate) fn is_given(&self) -> bool {
        self.copybook.copybook.is_some()
    }

    /// The copybook's file.
    pub(crate) fn copybook(&self) -> &Path {
        self.copybook.path()
    }

    /// Reads and parses the copybook.
    ///
    /// # Errors
    /// The file cannot be read, or line, column and what was expected there.
    pub(crate) fn schema(&self) -> Result<Schema> {
        self.copybook.schema()
    }

    /// How the copybook is written.
    pub(crate) fn copybook_options(&self) -> CopybookOptions {
        self.copybook.options()
    }

    /// What the records' values are to look like; the kernel is left open.
    ///
    /// # Errors
    /// No such code page, or a mapping file that is none.
    pub(crate) fn options(&self) -> Result<DecodeOptions> {
        let (code_page, field_pages) = self.code_pages()?;
        let mut options = self.output.options(code_page);
        if self.framing.has_record_length() {
            options.long_records = LongRecords::Ignore;
        }
        Ok(DecodeOptions {
            select: self.segments.selection(),
            length_field: self.framing.length_field(),
            field_pages,
            ..options
        })
    }

    /// How the file is cut into records; `record_length` is that of the copybook, which counts
    /// where no other is given.
    ///
    /// # Errors
    /// The copybook describes no bytes.
    pub(crate) fn file_format(&self, record_length: usize) -> Result<FileFormat> {
        self.framing.file_format(record_length)
    }

    /// Refuses flags that mean nothing together; call it first.
    ///
    /// # Errors
    /// For [`clap::Error::exit`]: the command line is wrong.
    pub(crate) fn check(&self) -> Result<(), clap::Error> {
        self.copybook.check()?;
        let whole = self.code_page.iter().filter(|(field, _)| field.is_none());
        if whole.count() > 1 {
            let message = "--code-page is given twice for the whole record; name the field that \
                           one of them is for, as in --code-page NAME=cp500\n";
            return Err(clap::Error::raw(ErrorKind::ArgumentConflict, message));
        }
        self.framing.check()
    }

    /// The page of the record, and those of fields.
    fn code_pages(&self) -> Result<(CodePage, Vec<(String, CodePage)>)> {
        let (mut whole, mut fields) = (CodePage::default(), Vec::new());
        for (field, page) in &self.code_page {
            let page = page.read()?;
            match field {
                Some(field) => fields.push((field.clone(), page)),
                None => whole = page,
            }
        }
        Ok((whole, fields))
    }
}

impl Page {
    fn read(&self) -> Result<CodePage> {
        match self {
            Page::BuiltIn(page) => Ok(page.clone()),
            Page::File(path) => {
                let text = bounded::read_to_string(path, MAX_TEXT)
                    .with_context(|| format!("cannot read mapping file {}", path.display()))?;
                Ok(CodePage::from_mapping(&path.display().to_string(), &text)?)
            }
        }
    }
}

impl CopybookArgs {
    /// Reads and parses the copybook.
    ///
    /// # Errors
    /// The file cannot be read, or line, column and what was expected there.
    pub(crate) fn schema(&self) -> Result<Schema> {
        let path = self.path();
        let bytes = bounded::read(path, MAX_TEXT)
            .with_context(|| format!("cannot read copybook {}", path.display()))?;
        Schema::parse_bytes(&bytes, &self.options())
            .with_context(|| format!("copybook {}{}", path.display(), packed::remark(path)))
    }

    /// Refuses a command line without a copybook.
    ///
    /// # Errors
    /// As [`DecodeArgs::check`].
    pub(crate) fn check(&self) -> Result<(), clap::Error> {
        if self.copybook.is_none() {
            let message = "--copybook is needed: the file that describes the records\n";
            return Err(clap::Error::raw(
                ErrorKind::MissingRequiredArgument,
                message,
            ));
        }
        Ok(())
    }

    fn path(&self) -> &Path {
        self.copybook.as_deref().unwrap_or(Path::new(""))
    }

    fn options(&self) -> CopybookOptions {
        CopybookOptions {
            format: self.copybook_format,
            copy_dirs: self.copy_dir.clone(),
            decimal_point_is_comma: self.decimal_point_is_comma,
            currency: self.currency,
            define: self.define.iter().cloned().collect(),
            replace: self.replace.clone(),
            vendor_usages: self.vendor_usages,
            nsymbol: self.nsymbol,
        }
    }
}

/// `BATCH`, or `VERSION=3`
fn define(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let valid = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    if !name.is_empty() && name.chars().all(valid) && name.chars().any(char::is_alphabetic) {
        Ok((name.to_ascii_uppercase(), value.to_owned()))
    } else {
        Err(format!(
            "expected NAME or NAME=VALUE, such as VERSION=3, found `{text}`"
        ))
    }
}

/// `:TAG:=CUSTOMER`
fn replace(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((old, new)) if !old.trim().is_empty() => Ok((old.to_owned(), new.to_owned())),
        _ => Err(format!(
            "expected OLD=NEW, such as :TAG:=CUSTOMER, found `{text}`"
        )),
    }
}

/// One character that a program may declare.
fn currency(text: &str) -> Result<char, String> {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(found), None) if may_be_currency(found.to_ascii_uppercase()) => Ok(found),
        _ => Err(format!(
            "expected one character that is no picture symbol, such as `€` or `F`, found `{text}`"
        )),
    }
}

/// `cp500`, `pages/ibm-930.ucm`, or `NAME=cp500`
fn page(text: &str) -> Result<(Option<String>, Page), UnknownCodePage> {
    let whole = page_of(text);
    match text.split_once('=') {
        Some((field, page)) if whole.is_err() && !field.is_empty() => {
            Ok((Some(field.to_owned()), page_of(page)?))
        }
        _ => Ok((None, whole?)),
    }
}

fn page_of(text: &str) -> Result<Page, UnknownCodePage> {
    match text.parse() {
        Ok(page) => Ok(Page::BuiltIn(page)),
        Err(_) if Path::new(text).exists() => Ok(Page::File(text.into())),
        Err(unknown) => Err(unknown),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use copybook_decode::Framing;
    use copybook_decode::record::Endian;

    use super::*;

    #[derive(Debug, clap::Parser)]
    struct Line {
        #[command(flatten)]
        decode: DecodeArgs,
    }

    fn parse(flags: &str) -> Result<DecodeArgs, String> {
        let words = ["bench", "--copybook", "a.cpy"]
            .into_iter()
            .chain(flags.split_whitespace());
        let line = Line::try_parse_from(words).map_err(|error| error.to_string())?;
        line.decode.check().map_err(|error| error.to_string())?;
        Ok(line.decode)
    }

    fn framing(flags: &str) -> Framing {
        parse(flags).unwrap().file_format(80).unwrap().framing
    }

    #[test]
    fn formats_become_framings() {
        assert!(matches!(framing(""), Framing::Fixed { length } if length.get() == 80));
        assert!(
            matches!(framing("--record-length 90"), Framing::Fixed { length } if length.get() == 90)
        );
        assert_eq!(framing("--format vbs"), Framing::Spanned);
        assert_eq!(
            framing("--format rdw --rdw-excludes-itself --little-endian"),
            Framing::Rdw {
                header_included: false,
                endian: Endian::Little
            }
        );
        assert_eq!(
            framing("--format length-field --length-field 4:2 --length-adjust -3"),
            Framing::LengthField {
                offset: 4,
                width: 2,
                endian: Endian::Big,
                adjustment: -3
            }
        );
    }

    /// Scripts write these, and help and completions list them.
    #[test]
    fn choices_keep_their_spelling() {
        let spelled = "\
            --copybook-format auto fixed free\n\
            --nsymbol national dbcs\n\
            --format fixed rdw vb vbs lines length-field computed\n\
            --line-end lf crlf nel auto\n\
            --truncated error warn\n\
            --decimals text number\n\
            --trim none left right both\n\
            --fillers drop keep\n\
            --renames drop keep\n\
            --names as-written snake\n\
            --groups nested flat\n\
            --raw hex base64\n\
            --on-error stop null skip\n\
            --signs strict lenient\n\
            --blank-numbers error null zero\n\
            --short-records error null cut\n\
            --long-records error ignore\n\
            --tables slide full\n\
            --counts strict lenient\n\
            --floats ibm ibm-little ieee-big ieee-little\n\
            --binary-range picture storage\n\
            --native-order big little\n";
        let mut found = String::new();
        for argument in <Line as clap::CommandFactory>::command().get_arguments() {
            let values = argument.get_possible_values();
            if values.is_empty() || !argument.get_action().takes_values() {
                continue;
            }
            found += &format!("--{}", argument.get_long().unwrap());
            for value in values {
                assert!(value.get_help().is_some(), "{found}: {value:?}");
                found += &format!(" {}", value.get_name());
            }
            found.push('\n');
        }
        assert_eq!(found, spelled);
    }

    #[test]
    fn a_currency_symbol_is_no_picture_symbol() {
        let found = parse("--currency F").unwrap().copybook_options().currency;
        assert_eq!(found, 'F');
        for symbol in ["9", "v", "EUR", "."] {
            let error = parse(&format!("--currency {symbol}")).unwrap_err();
            let expected = "expected one character that is no picture symbol";
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn flags_that_mean_nothing_are_refused() {
        let cases = [
            (
                "--format lines --little-endian",
                "--little-endian means nothing without --format rdw, vb, vbs or",
            ),
            (
                "--format rdw --record-length 9",
                "--record-length means nothing without --format fixed",
            ),
            (
                "--length-field 0:2",
                "--length-field means nothing without --format length-field",
            ),
            ("--format length-field", "--length-field"),
            (
                "--format length-field --length-field 0:9",
                "OFFSET:BYTES with 1 to 8 bytes",
            ),
            ("--segment-field KIND", "--segment <ID=SEGMENT>"),
            ("--segment-field KIND --segment C", "expected ID=SEGMENT"),
            ("--keep-segment C", "--segment-field <FIELD[,FIELD]>"),
            (
                "--segment-field KIND --segment C=A --keep-segment A --skip-segment A",
                "cannot be used with",
            ),
            (
                "--segment-field KIND --segment C=A --segment-parent A",
                "expected CHILD=PARENT",
            ),
            ("--code-page cp9999", "expected the name of a code page"),
            ("--code-page A=cp9999", "expected the name of a code page"),
            (
                "--code-page cp500 --code-page cp037",
                "--code-page is given twice for the whole record",
            ),
        ];
        for (flags, expected) in cases {
            let error = parse(flags).unwrap_err();
            assert!(error.contains(expected), "{flags}: {error}");
        }
    }
}

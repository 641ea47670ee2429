//! The flags that say what a file of records is and how its values are to be printed; shared by
//! every subcommand that decodes the user's own data.

mod copybook;
mod framing;
mod output;
mod page;
mod segments;

use std::path::Path;

use anyhow::Result;
use clap::error::ErrorKind;
use copybook_decode::codepage::CodePage;
use copybook_decode::decode::LongRecords;
use copybook_decode::schema::{CopybookOptions, Schema};
use copybook_decode::{DecodeOptions, FileFormat};

pub(crate) use copybook::CopybookArgs;
use page::{Page, page};

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

impl DecodeArgs {
    /// Whether there is a copybook at all: without one, nothing else here means anything.
    #[allow(dead_code, reason = "for `bench run`, which can do without")]
    pub(crate) fn is_given(&self) -> bool {
        self.copybook.is_given()
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

//! Flags about where one record ends and the next begins.

use std::num::NonZeroUsize;
use std::str::FromStr;

use anyhow::{Context as _, Result};
use clap::error::ErrorKind;
use copybook_decode::decode::LengthField;
use copybook_decode::record::{Endian, LineEnd, Truncated, Words};
use copybook_decode::{FileFormat, Framing};

/// How the file is cut into records.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Records")]
pub(super) struct FramingArgs {
    /// How records are separated.
    #[arg(long, value_name = "FORMAT", default_value = "fixed")]
    format: Format,

    /// Length of each record with --format fixed, if it is not that of the copybook. What the
    /// copybook does not describe is left out; for shorter records see --short-records.
    #[arg(long, value_name = "BYTES", value_parser = held::<NonZeroUsize>)]
    record_length: Option<NonZeroUsize>,

    /// The length in a record descriptor word does not include the word itself: some transfer
    /// programs write it that way.
    #[arg(long)]
    rdw_excludes_itself: bool,

    /// The length in a block descriptor word does not include the word itself (--format vb or vbs).
    #[arg(long)]
    bdw_excludes_itself: bool,

    /// Lengths are stored with their least significant byte first (--format rdw, vb, vbs or
    /// length-field).
    #[arg(long)]
    little_endian: bool,

    /// Line terminator with --format lines.
    #[arg(long, value_name = "END", value_enum, default_value_t)]
    line_end: LineEnd,

    /// Where the length is with --format length-field: the name of a number of any usage
    /// (qualified as in HEADER.LENGTH if the name is not unique), or, for a binary number, its
    /// offset in the record, from 0, and its size in bytes (1 to 8), for example 0:2.
    #[arg(long, value_name = "NAME|OFFSET:BYTES", value_parser = field, required_if_eq("format", "length-field"))]
    length_field: Option<Field>,

    /// Number to add to the length field to get the length of the record: 2 if a two-byte field
    /// counts only the bytes after it.
    #[arg(
        long,
        value_name = "BYTES",
        default_value_t = 0,
        allow_negative_numbers = true
    )]
    length_adjust: i64,

    /// Bytes to skip at the start of the file.
    #[arg(long, value_name = "BYTES", default_value_t = 0)]
    file_header: u64,

    /// Bytes to ignore at the end of the file.
    #[arg(long, value_name = "BYTES", default_value_t = 0, value_parser = held::<u64>)]
    file_footer: u64,

    /// What to do if the file ends within a record. Use `warn` for a file that is still being
    /// written.
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    truncated: Truncated,

    /// Longest record to accept if lengths come from the file; a greater length counts as damage.
    #[arg(long, value_name = "BYTES", default_value_t = FileFormat::MAX_RECORD, value_parser = held::<usize>)]
    max_record: usize,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    /// All have the same length (RECFM=F or FB)
    Fixed,
    /// Each has a record descriptor word (RECFM=V, or VB without its block descriptor words)
    Rdw,
    /// Blocks and records have descriptor words (RECFM=VB)
    Vb,
    /// Blocks and segments of records have descriptor words (RECFM=VBS or VS)
    Vbs,
    /// Each is a line; missing trailing spaces are added
    Lines,
    /// A field of the record holds its length
    LengthField,
    /// Nothing separates them: each is as long as its counters and its segment make it
    Computed,
}

/// Where the length of a record is.
#[derive(Debug, Clone)]
enum Field {
    Place(usize, usize),
    Name(String),
}

impl FramingArgs {
    /// Whether records are as long as the command line says, whatever the copybook describes.
    pub(super) fn has_record_length(&self) -> bool {
        self.record_length.is_some()
    }

    /// The field that says how long records are, if it is one of the copybook.
    pub(super) fn length_field(&self) -> Option<LengthField> {
        match &self.length_field {
            Some(Field::Name(name)) => Some(LengthField {
                name: name.clone(),
                adjustment: self.length_adjust,
            }),
            _ => None,
        }
    }

    pub(super) fn file_format(&self, record_length: usize) -> Result<FileFormat> {
        let endian = if self.little_endian {
            Endian::Little
        } else {
            Endian::Big
        };
        let framing = match self.format {
            Format::Fixed => Framing::Fixed {
                length: self
                    .record_length
                    .or(NonZeroUsize::new(record_length))
                    .context("the copybook describes no bytes; give --record-length")?,
            },
            Format::Rdw => Framing::Rdw {
                header_included: !self.rdw_excludes_itself,
                endian,
            },
            Format::Vb => Framing::Blocked,
            Format::Vbs => Framing::Spanned,
            Format::Lines => Framing::Lines { end: self.line_end },
            Format::Computed => Framing::Computed,
            Format::LengthField => match self
                .length_field
                .as_ref()
                .context("--format length-field needs --length-field")?
            {
                Field::Place(offset, width) => Framing::LengthField {
                    offset: *offset,
                    width: *width,
                    endian,
                    adjustment: self.length_adjust,
                },
                Field::Name(_) => Framing::Computed,
            },
        };
        Ok(FileFormat {
            framing,
            header: self.file_header,
            footer: self.file_footer,
            truncated: self.truncated,
            max_record: self.max_record,
            words: Words {
                block_included: !self.bdw_excludes_itself,
                record_included: !self.rdw_excludes_itself,
                endian,
            },
        })
    }

    /// A flag of another format would silently mean nothing.
    pub(super) fn check(&self) -> Result<(), clap::Error> {
        let (fixed, rdw) = (
            matches!(self.format, Format::Fixed),
            matches!(self.format, Format::Rdw),
        );
        let blocks = matches!(self.format, Format::Vb | Format::Vbs);
        let field = matches!(self.format, Format::LengthField);
        let named = matches!(self.length_field, Some(Field::Name(_)));
        let unused = [
            (
                self.record_length.is_some() && !fixed,
                "--record-length",
                "fixed",
            ),
            (
                self.rdw_excludes_itself && !rdw && !blocks,
                "--rdw-excludes-itself",
                "rdw, vb or vbs",
            ),
            (
                self.bdw_excludes_itself && !blocks,
                "--bdw-excludes-itself",
                "vb or vbs",
            ),
            (
                self.little_endian && !rdw && !blocks && !field,
                "--little-endian",
                "rdw, vb, vbs or length-field",
            ),
            (
                self.little_endian && named,
                "--little-endian",
                "rdw, vb, vbs, or length-field at an offset",
            ),
            (
                self.length_field.is_some() && !field,
                "--length-field",
                "length-field",
            ),
        ];
        for (is_unused, flag, format) in unused {
            if is_unused {
                let message = format!(
                    "{flag} means nothing without --format {format}; leave it out or change the format\n"
                );
                return Err(clap::Error::raw(ErrorKind::ArgumentConflict, message));
            }
        }
        Ok(())
    }
}

/// A number of bytes that decoding holds in memory whole, which is why it is bounded.
fn held<T: FromStr<Err: ToString>>(text: &str) -> Result<T, String> {
    let bytes: T = text.parse().map_err(|error: T::Err| error.to_string())?;
    match text.parse::<usize>() {
        Ok(count) if count <= FileFormat::LONGEST => Ok(bytes),
        _ => Err(format!("expected at most {} bytes", FileFormat::LONGEST)),
    }
}

/// `0:2`, or a name
fn field(text: &str) -> Result<Field, String> {
    let expected = || {
        format!(
            "expected the name of a field, or OFFSET:BYTES with 1 to 8 bytes, such as 0:2, found \
             `{text}`"
        )
    };
    let Some((offset, width)) = text.split_once(':') else {
        let valid = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        let name = text.chars().all(valid) && text.chars().any(char::is_alphabetic);
        return name
            .then(|| Field::Name(text.to_owned()))
            .ok_or_else(expected);
    };
    let offset = offset.parse().map_err(|_| expected())?;
    let width = width
        .parse()
        .ok()
        .filter(|width| (1..=8).contains(width))
        .ok_or_else(expected)?;
    Ok(Field::Place(offset, width))
}

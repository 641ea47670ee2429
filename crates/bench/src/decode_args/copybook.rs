//! The flags that say how a copybook is written; for subcommands that read no records, too.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::error::ErrorKind;
use copybook_decode::schema::{CopybookOptions, NSymbol, Schema, SourceFormat, may_be_currency};
use receipt::bounded;
use workload::packed;

use super::MAX_TEXT;

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

impl CopybookArgs {
    /// Whether there is a copybook at all.
    pub(super) fn is_given(&self) -> bool {
        self.copybook.is_some()
    }

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
    /// As [`super::DecodeArgs::check`].
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

    /// The copybook's file.
    pub(super) fn path(&self) -> &Path {
        self.copybook.as_deref().unwrap_or(Path::new(""))
    }

    /// How the copybook is written, for the parser.
    pub(super) fn options(&self) -> CopybookOptions {
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

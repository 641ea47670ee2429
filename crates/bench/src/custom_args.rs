//! The flags of `bench run` for the user's own data.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use copybook_decode::Decoder;
use workload::expect::Rules;
use workload::job::{Expect, Job};

use crate::decode_args::DecodeArgs;

/// Records of the user's instead of the project's; all of it optional, but nothing alone.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Your own data", mut_args(with_copybook))]
pub(crate) struct CustomArgs {
    #[command(flatten)]
    decode: DecodeArgs,

    /// File of records to measure instead of the project's own, described by --copybook: to find
    /// out how fast your data is decoded. --filter has no effect then. Repeat it to decode several
    /// files one after the other.
    #[arg(long, value_name = "FILE")]
    data: Vec<PathBuf>,

    /// The values that the records hold, as JSON Lines. They are compared value by value before
    /// anything is timed. Without them only decoding without errors is checked, and the receipt
    /// says so.
    #[arg(long, value_name = "FILE", requires = "data")]
    expect: Option<PathBuf>,

    /// Ignore spaces and control characters around text when comparing with --expect: for expected
    /// values from a program that trims, as many trim LOW-VALUES too.
    #[arg(long, requires = "expect")]
    expect_trimmed: bool,

    /// Accept an empty text, a zero or a missing key in --expect where this decoder writes null:
    /// for expected values from a program that has no null.
    #[arg(long, requires = "expect")]
    expect_nulls_filled: bool,
}

impl CustomArgs {
    /// The job for the suite, if one was described.
    ///
    /// # Errors
    /// A file can't be read, or the copybook is wrong.
    pub(crate) fn job(&self) -> Result<Option<Job>> {
        let Some((data, more)) = self.data.split_first() else {
            return Ok(None);
        };
        self.decode.check()?;
        let options = self.decode.options()?;
        let decoder = Decoder::new(&self.decode.schema()?, &options)
            .with_context(|| format!("copybook {}", self.decode.copybook().display()))?;
        for file in self.data.iter().chain(&self.expect) {
            let facts = file
                .metadata()
                .with_context(|| format!("can't read {}", file.display()))?;
            ensure!(facts.is_file(), "{} is not a file", file.display());
            ensure!(
                facts.len() > 0,
                "{} is empty: nothing to measure",
                file.display()
            );
        }
        Ok(Some(Job {
            copybook: self.decode.copybook().to_owned(),
            copybook_options: self.decode.copybook_options(),
            data: data.clone(),
            more_data: more.to_vec(),
            format: self.decode.file_format(decoder.record_length().max)?,
            options,
            expect: self.expect.clone().map(|file| Expect {
                file,
                rules: Rules {
                    trim_text: self.expect_trimmed,
                    null_fill: self.expect_nulls_filled,
                },
            }),
        }))
    }
}

/// `bench run` needs no copybook, but every flag about one does, and a copybook needs records.
/// clap hands over the flags of the whole command, so ours are told by heading and name.
fn with_copybook(arg: clap::Arg) -> clap::Arg {
    if arg.get_id() == "copybook" {
        return arg.required(false).requires("data");
    }
    let decodes = matches!(
        arg.get_help_heading(),
        Some("Copybook" | "Records" | "Segments" | "Values")
    );
    if decodes || arg.get_id() == "code_page" || arg.get_id() == "data" {
        return arg.requires("copybook");
    }
    arg
}

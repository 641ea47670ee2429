//! `bench layout`: what a copybook says, field by field.

use anyhow::Result;

use crate::Outcome;
use crate::decode_args::CopybookArgs;
use crate::layout::{self, Layout};
use crate::streams;

/// Show every field of a copybook: level, name, offset, length, picture, usage, tables and
/// redefinitions.
///
/// Use it to check a copybook before you decode with it, or to find the field at a byte that an
/// error names. Offsets and lengths are in bytes; offsets start at 0. The length of a table is that
/// of one occurrence; "every 20 bytes" is the distance from one occurrence to the next.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    copybook: CopybookArgs,

    /// Print one JSON document for programs instead of the table: {"records": [{"name",
    /// "min_length", "max_length", "fields": [{"level", "name", "offset", "length", ...}]}]}.
    #[arg(long)]
    json: bool,
}

/// # Errors
/// The copybook can't be read or is not one.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    args.copybook.check()?;
    let layout = Layout::of(&args.copybook.schema()?)?;
    if args.json {
        streams::document(&serde_json::to_string_pretty(&layout)?)?;
    } else {
        streams::print(layout::text(&layout))?;
    }
    Ok(Outcome::Done)
}

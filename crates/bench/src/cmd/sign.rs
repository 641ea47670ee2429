//! `bench sign`: vouch for a receipt.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use receipt::Receipt;

use super::{file, verify};
use crate::Outcome;
use crate::signature;
use crate::streams::{document, note};

/// Sign a receipt with an SSH key, so that its readers know who vouches for it.
///
/// Prints a DSSE envelope with an in-toto statement about the receipt's canonical form, or writes it to
/// a file. Readers check it with `bench verify --signature`. Only a receipt that verifies is signed.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Receipt to sign; `-` reads standard input.
    #[arg(value_name = "FILE")]
    receipt: PathBuf,

    /// Private key: Ed25519, in OpenSSH's format and without a passphrase (`ssh-keygen -t ed25519`).
    #[arg(long, value_name = "FILE")]
    key: PathBuf,

    /// File to write the envelope to, instead of standard output; written whole or not at all.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// # Errors
/// The receipt does not verify, or the key can't be used.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let name = file::name(&args.receipt);
    let text = file::read(&args.receipt).with_context(|| name.clone())?;
    let problems = verify::problems(&text, &args.receipt)?;
    if !problems.is_empty() {
        bail!(
            "{name} does not verify, so it is not signed: {}",
            problems.join("; ")
        );
    }
    let receipt = Receipt::parse(&text, &args.receipt)
        .with_context(|| format!("{name}: expected a receipt"))?;
    let envelope = signature::sign(&receipt, &args.key)?;
    match &args.output {
        Some(path) => {
            receipt::file::write_whole(path, envelope.as_bytes())?;
            note!("signature: {}", path.display());
        }
        None => document(&envelope)?,
    }
    Ok(Outcome::Done)
}

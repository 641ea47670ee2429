//! The answer in canonical form, and its digest.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use anyhow::{Context, Result};
use instrument::wire::Records;
use sha2::{Digest as _, Sha256};
use workload::canonical::canonical_line;

use crate::Peer;

/// What a decoder made of the records.
pub(crate) struct Answer {
    pub(crate) records: u64,
    /// Bytes that the decoder itself printed.
    pub(crate) output_bytes: u64,
    /// Over the canonical lines.
    pub(crate) sha256: String,
}

/// Writes the canonical lines of the last decoding where the driver reads them.
///
/// # Errors
///
/// A value has no canonical form, or the file can't be written.
pub(crate) fn write<P: Peer>(peer: &mut P, records: &Records) -> Result<Answer> {
    let writing = || format!("writing {}", records.canonical.display());
    let mut file = BufWriter::new(File::create(&records.canonical).with_context(writing)?);
    let answer = canonical(peer, records, &mut file)?;
    file.flush().with_context(writing)?;
    Ok(answer)
}

/// Computes the digest of the canonical lines once more, from the last decoding.
///
/// # Errors
///
/// As [`write`].
pub(crate) fn digest<P: Peer>(peer: &mut P, records: &Records) -> Result<String> {
    Ok(canonical(peer, records, &mut io::sink())?.sha256)
}

/// The output is not kept: an adapter should stay smaller than what it measures.
fn canonical<P: Peer>(peer: &mut P, records: &Records, to: &mut dyn Write) -> Result<Answer> {
    let (mut sha256, mut count) = (Sha256::new(), 0);
    let output_bytes = peer.output(&mut |line| {
        count += 1;
        let line = canonical_line(line, &records.fields);
        let line = line.with_context(|| format!("record {count}"))? + "\n";
        sha256.update(&line);
        to.write_all(line.as_bytes())
            .context("writing the canonical lines")
    })?;
    let digest = sha256.finalize();
    Ok(Answer {
        records: count,
        output_bytes,
        sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
    })
}

//! `bench workload`: a data set as files.

use std::fs;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use ::workload::{Workload, files};
use anyhow::{Context as _, Result, bail, ensure};
use clap::builder::PossibleValuesParser;
use tempfile::NamedTempFile;

use crate::Outcome;
use crate::streams::say;
use crate::words::{count, quoted};

/// Write a workload as files: records, copybook, and the JSON Lines that a right decoder prints.
///
/// For other tools, and for decoders that don't speak the protocol: the same bytes that the benchmarks
/// decode, on every machine. The expected lines come from the values that the records were made of; no
/// decoder had a part in them. Nothing is left behind unless all files could be written.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Name of the workload, as in `workloads/NAME` of `bench list`.
    #[arg(value_name = "NAME", value_parser = PossibleValuesParser::new(Workload::names()))]
    name: String,

    /// Folder for NAME.dat, NAME.cpy and NAME.jsonl, made if it is missing. Files of these names are
    /// replaced.
    #[arg(long, value_name = "FOLDER")]
    output: PathBuf,

    /// Size of the records' file: bytes, or with a unit such as 64MiB or 2GB. As many whole records as
    /// fit are written, at least one.
    #[arg(long, value_name = "SIZE", default_value = "5MB", value_parser = size)]
    size: u64,
}

/// # Errors
/// The folder or the disk refuses.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let set = Workload::named(&args.name, args.size).context("a workload of this name")?;
    let path = |ending: &str| args.output.join(format!("{}.{ending}", set.name));
    let at = [path("dat"), path("cpy"), path("jsonl")];
    write(&set, &args.output, &at)
        .with_context(|| format!("can't write the workload into {}", args.output.display()))?;
    let [records, copybook, lines] = at.map(|path| path.display().to_string());
    say!(
        "{records}: {} of {} bytes, code page cp037, without anything between them",
        count(set.records, "record"),
        set.record_length()
    )?;
    say!("{copybook}: the copybook")?;
    say!("{lines}: what a right decoder prints")?;
    let [records, copybook, lines] = [records, copybook, lines].map(|path| quoted(&path));
    say!("ours: bench decode --copybook {copybook} --data {records} | cmp - {lines}")?;
    Ok(Outcome::Done)
}

/// All files beside their places first, then all renames.
fn write(set: &Workload, folder: &Path, at: &[PathBuf; 3]) -> Result<()> {
    ensure!(
        folder.is_dir() || !folder.exists(),
        "expected a folder, found a file of this name"
    );
    // The first file would have been replaced by the time that the second can't be.
    if let Some(path) = at.iter().find(|path| path.is_dir()) {
        bail!("expected a file, found the folder {}", path.display());
    }
    fs::create_dir_all(folder)?;
    let [records, copybook, lines] = [(); 3].map(|()| temporary(folder));
    let (records, copybook, lines) = (records?, copybook?, lines?);
    fs::write(copybook.path(), set.copybook())?;
    files::write(set, BufWriter::new(&records), BufWriter::new(&lines))?;
    for (file, path) in [records, copybook, lines].into_iter().zip(at) {
        file.as_file().sync_all()?;
        file.persist(path)?;
    }
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}

/// Readable for all, unlike a temporary file that stays one.
fn temporary(folder: &Path) -> Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt as _;
    let readable = fs::Permissions::from_mode(0o644);
    let mut builder = tempfile::Builder::new();
    let file = builder
        .prefix(".bench-workload-")
        .permissions(readable)
        .tempfile_in(folder)?;
    Ok(file)
}

/// Bytes from `5000000`, `5MB` or `64MiB`.
fn size(text: &str) -> Result<u64, String> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit());
    let (number, unit) = text.split_at(unit_at.unwrap_or(text.len()));
    let factor = match unit.trim() {
        "" | "B" => 1,
        "kB" | "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        other => {
            return Err(format!(
                "expected a unit of kB, MB, GB, KiB, MiB or GiB, found {other:?}"
            ));
        }
    };
    let number: u64 = number
        .parse()
        .map_err(|_| format!("expected a number of bytes such as 64MiB, found {text:?}"))?;
    number
        .checked_mul(factor)
        .filter(|bytes| *bytes > 0)
        .ok_or_else(|| format!("expected a size from 1 byte to 2^64, found {text:?}"))
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_have_units_of_both_kinds() {
        for (text, bytes) in [
            ("1", 1),
            ("5MB", 5_000_000),
            ("64MiB", 64 << 20),
            ("2 GB", 2_000_000_000),
            ("3kB", 3_000),
        ] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["", "MB", "0", "5XB", "-1", "1.5MB", "99999999999GB"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}

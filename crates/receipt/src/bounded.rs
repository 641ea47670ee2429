//! Reading files that somebody names: a device without an end must not fill the memory.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// Far more than any receipt, comparison or other document of ours has, bytes.
pub const DOCUMENT: u64 = 256 << 20;

/// The whole file, if it has no more than `most` bytes.
///
/// # Errors
/// The system's, or that there are more bytes.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    all(File::open(path)?, most)
}

/// The same, as UTF-8.
///
/// # Errors
/// As [`read`]; also bytes that are no UTF-8.
pub fn read_to_string(path: &Path, most: u64) -> io::Result<String> {
    let bytes = read(path, most)?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let message = format!("expected UTF-8, found a byte that is none at offset {valid}");
        io::Error::new(io::ErrorKind::InvalidData, message)
    })
}

/// A text of a file that was found in a folder, where a pipe would be waited for.
///
/// # Errors
/// As [`read_to_string`], or it is no file.
pub fn regular_to_string(path: &Path, most: u64) -> io::Result<String> {
    match fs::metadata(path)?.is_file() {
        true => read_to_string(path, most),
        false => Err(io::Error::other("not a file")),
    }
}

/// Everything that comes, if that is no more than `most` bytes.
///
/// # Errors
/// As [`read`].
pub fn all(from: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let message = format!("expected at most {} MiB, found more", most >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_without_an_end_is_refused() {
        let error = read(Path::new("/dev/zero"), 1 << 20).expect_err("endless");
        assert!(error.to_string().contains("at most 1 MiB"), "{error}");
        assert_eq!(all(&b"abc"[..], 3).expect("it fits"), b"abc");
        assert!(all(&b"abc"[..], 2).is_err());
    }
}

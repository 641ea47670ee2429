//! Files that somebody forgot to unpack: their bytes are nobody's records and no copybook.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// What to say of a file of one of these kinds behind its name, once its contents made no sense; of
/// others, and of what can't be read, nothing.
pub fn remark(path: &Path) -> &'static str {
    let mut start = [0; 4];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut start));
    match (read, start) {
        (Ok(()), [0x1F, 0x8B, ..]) => " is a gzip file: unpack it first, with `gzip -d`",
        (Ok(()), [b'P', b'K', 3, 4]) => " is a zip file: unpack it first, with `unzip`",
        _ => "",
    }
}

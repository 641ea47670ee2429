//! What lies packed: archives, archives in archives, and what a file is that does not say so by its name.

use std::io::{BufReader, Cursor, Read, Seek};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::walk::{Gone, LARGEST, Walker};

/// Archives within archives are read so deep: an artifact's, that of what was packed for it, and one more.
const DEEPEST: u32 = 3;
/// Where `docker save` puts the layers of an image, under names that are their hashes (OCI image layout).
const BLOBS: &str = "blobs/sha256/";
/// The first bytes of a file by which it is recognised; an archive of tar has its mark at byte 257.
const HEAD: u64 = 512;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Receipt,
    ReceiptGz,
    Lines,
    Tar,
    TarGz,
    Zip,
    /// Packed in a way that is not read here, so that nobody believes that there was nothing in it.
    Foreign,
}

impl Kind {
    /// By its name.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        Some(match () {
            () if ends(&[".json"]) => Self::Receipt,
            () if ends(&[".json.gz"]) => Self::ReceiptGz,
            () if ends(&[".jsonl"]) => Self::Lines,
            () if ends(&[".tar"]) => Self::Tar,
            () if ends(&[".tar.gz", ".tgz"]) => Self::TarGz,
            () if ends(&[".zip"]) => Self::Zip,
            () if ends(&[
                ".tar.xz",
                ".txz",
                ".tar.zst",
                ".tzst",
                ".tar.bz2",
                ".tbz2",
                ".json.xz",
                ".json.zst",
                ".7z",
            ]) =>
            {
                Self::Foreign
            }
            () => return None,
        })
    }

    /// By its first bytes; what is nothing else is taken for a receipt.
    fn by(head: &[u8], unpacked: &[u8]) -> Self {
        let is_tar = |head: &[u8]| head.get(257..262) == Some(b"ustar");
        match head {
            [0x1f, 0x8b, ..] if is_tar(unpacked) => Self::TarGz,
            [0x1f, 0x8b, ..] => Self::ReceiptGz,
            [b'P', b'K', 3 | 5, 4 | 6, ..] => Self::Zip,
            // xz, zstd, bzip2.
            [0xfd, b'7', b'z', b'X', b'Z', ..]
            | [0x28, 0xb5, 0x2f, 0xfd, ..]
            | [b'B', b'Z', b'h', ..] => Self::Foreign,
            head if is_tar(head) => Self::Tar,
            _ => Self::Receipt,
        }
    }
}

impl Walker<'_> {
    /// Something that was named and has no ending that says what it is, or has no name: a stream.
    pub(super) fn guess(
        &mut self,
        source: &str,
        from: &mut dyn Read,
        named: bool,
        depth: u32,
    ) -> Result<(), Gone> {
        let mut head = Vec::new();
        if let Err(error) = from.take(HEAD).read_to_end(&mut head) {
            return self.unreadable(source, error);
        }
        let mut unpacked = Vec::new();
        // Of a head that is none, or breaks off, as much as there is.
        let _ = MultiGzDecoder::new(&head[..])
            .take(HEAD)
            .read_to_end(&mut unpacked);
        let kind = Kind::by(&head, &unpacked);
        self.read(
            source,
            &mut Cursor::new(head).chain(from),
            kind,
            named,
            depth,
        )
    }

    /// Reads what is of this kind; `depth` archives lie around it.
    pub(super) fn read(
        &mut self,
        source: &str,
        from: &mut dyn Read,
        kind: Kind,
        named: bool,
        depth: u32,
    ) -> Result<(), Gone> {
        match kind {
            Kind::Receipt => self.receipt(source, from, named),
            Kind::ReceiptGz => self.receipt(source, &mut MultiGzDecoder::new(from), named),
            Kind::Lines => self.lines(source, from, named),
            Kind::Foreign => self.unreadable(
                source,
                "packed in a way that is not read here; expected .tar, .tar.gz, .tgz, .zip or .json.gz: unpack it first",
            ),
            Kind::Tar | Kind::TarGz | Kind::Zip if depth == DEEPEST => self.unreadable(
                source,
                format!("archives in archives are read {DEEPEST} deep; unpack it first"),
            ),
            Kind::Tar => self.tar(source, &mut BufReader::new(from), depth),
            Kind::TarGz => self.tar(source, &mut MultiGzDecoder::new(BufReader::new(from)), depth),
            Kind::Zip => self.zip_in_memory(source, from, depth),
        }
    }

    fn tar(&mut self, source: &str, from: &mut dyn Read, depth: u32) -> Result<(), Gone> {
        let mut archive = tar::Archive::new(from);
        let entries = match archive.entries() {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(source, error),
        };
        for entry in entries {
            let mut entry = match entry {
                Ok(entry) => entry,
                Err(error) => return self.unreadable(source, error),
            };
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            if entry.header().entry_type().is_file() {
                self.packed(source, &name, &mut entry, depth)?;
            }
        }
        Ok(())
    }

    pub(super) fn zip(
        &mut self,
        source: &str,
        from: impl Read + Seek,
        depth: u32,
    ) -> Result<(), Gone> {
        let mut archive = match zip::ZipArchive::new(from) {
            Ok(archive) => archive,
            Err(error) => return self.unreadable(source, error),
        };
        for index in 0..archive.len() {
            let mut entry = match archive.by_index(index) {
                Ok(entry) => entry,
                Err(error) => {
                    self.unreadable(source, error)?;
                    continue;
                }
            };
            let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
            if entry.is_file() {
                self.packed(source, &name, &mut entry, depth)?;
            }
        }
        Ok(())
    }

    /// Where it can't be read from its end, it is held whole.
    fn zip_in_memory(&mut self, source: &str, from: &mut dyn Read, depth: u32) -> Result<(), Gone> {
        let mut bytes = Vec::new();
        match from.take(LARGEST + 1).read_to_end(&mut bytes) {
            Ok(read) if read as u64 > LARGEST => self.unreadable(
                source,
                format!("expected at most {LARGEST} bytes of a .zip in an archive or a stream, found more; save it as a file"),
            ),
            Ok(_) => self.zip(source, Cursor::new(bytes), depth),
            Err(error) => self.unreadable(source, error),
        }
    }

    /// A file in an archive.
    fn packed(
        &mut self,
        source: &str,
        name: &str,
        from: &mut dyn Read,
        depth: u32,
    ) -> Result<(), Gone> {
        let inner = format!("{source} > {name}");
        match Kind::of(Path::new(name)) {
            Some(kind) => self.read(&inner, from, kind, false, depth + 1),
            None if name.contains(BLOBS) => self.guess(&inner, from, false, depth + 1),
            None => Ok(()),
        }
    }
}

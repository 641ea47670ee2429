//! Whether the write-ahead log beside a file is what was written.
//!
//! SQLite reads a log up to the first frame whose checksum does not fit and takes everything behind it
//! for never written. That is right after a crash and wrong after damage: receipts that were
//! acknowledged would be gone without a word. The format is SQLite's "WAL-mode File Format", section 4.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::Path;
use std::thread;
use std::time::Duration;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// The last bit tells the order of the bytes that the checksums are taken over.
const MAGIC: u32 = 0x377f_0682;
/// Pages are at most this long; a damaged header may say anything.
const LONGEST_PAGE: usize = 65_536;
/// A program that is writing just now may have half a frame on the disk, for microseconds.
const LOOKS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(100);

/// What is wrong with a log; `None` for a sound one, and where there is none.
///
/// # Errors
/// It can't be read.
pub(super) fn problem(log: &Path) -> io::Result<Option<String>> {
    let mut found = look(log)?;
    for _ in 1..LOOKS {
        if found.is_none() {
            break;
        }
        thread::sleep(PAUSE);
        found = look(log)?;
    }
    Ok(found)
}

fn look(log: &Path) -> io::Result<Option<String>> {
    match File::open(log) {
        Ok(file) => walk(&mut BufReader::new(file)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn walk(log: &mut impl Read) -> io::Result<Option<String>> {
    let mut header = [0; HEADER];
    if !filled(log, &mut header)? {
        return Ok(None);
    }
    let page = word(&header, 8) as usize;
    let mut sum = Sum {
        big_endian: word(&header, 0) & 1 == 1,
        halves: [0; 2],
    };
    sum.add(&header[..24]);
    if word(&header, 0) & !1 != MAGIC || !sum.is(&header[24..]) || page > LONGEST_PAGE {
        return Ok(Some(
            "the write-ahead log: its header is not what was written, so none of it is read"
                .to_owned(),
        ));
    }
    let mut frame = vec![0; FRAME_HEADER + page];
    for number in 1_u64.. {
        // The last frame of a writer that was killed may be cut off; it was not acknowledged.
        if !filled(log, &mut frame)? {
            break;
        }
        let salts = [8, 12].map(|at| frame[at..at + 4] == header[at + 8..at + 12]);
        // Left from before the log was begun anew, with other salts.
        if salts == [false; 2] {
            break;
        }
        sum.add(&frame[..8]);
        sum.add(&frame[FRAME_HEADER..]);
        if salts != [true; 2] || !sum.is(&frame[16..FRAME_HEADER]) {
            return Ok(Some(format!(
                "the write-ahead log: frame {number} is not what was written, so neither it nor what follows it is read"
            )));
        }
    }
    Ok(None)
}

/// Whether there was enough to fill it.
fn filled(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match from.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[at..at + 4]);
    u32::from_be_bytes(word)
}

/// The checksum of the header and of every frame so far.
struct Sum {
    big_endian: bool,
    halves: [u32; 2],
}

impl Sum {
    /// Adds bytes, a multiple of eight of them.
    fn add(&mut self, bytes: &[u8]) {
        let [mut one, mut other] = self.halves;
        for pair in bytes.chunks_exact(8) {
            let [first, second] = [0, 4].map(|at| {
                let word = word(pair, at);
                if self.big_endian {
                    word
                } else {
                    word.swap_bytes()
                }
            });
            one = one.wrapping_add(first).wrapping_add(other);
            other = other.wrapping_add(second).wrapping_add(one);
        }
        self.halves = [one, other];
    }

    fn is(&self, stored: &[u8]) -> bool {
        self.halves == [word(stored, 0), word(stored, 4)]
    }
}

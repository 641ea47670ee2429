//! Lines with an end: a partner that never sends a line feed must not fill our memory.

use std::io::{self, BufRead, Write};

/// Longest line in either direction, bytes, with its line feed.
pub const MAX_LINE: usize = 1 << 20;

/// Why there is no next line.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// The line goes on behind [`MAX_LINE`].
    #[error("expected lines of at most {MAX_LINE} bytes, found a longer one: {start}…")]
    TooLong {
        /// How it begins.
        start: String,
    },
    /// The stream ended inside a line.
    #[error(
        "expected a line feed at the end of a line, found the end of the stream behind: {start}"
    )]
    Torn {
        /// How the line begins.
        start: String,
    },
    /// The line is not UTF-8.
    #[error("expected UTF-8, found other bytes behind: {start}")]
    NotUtf8 {
        /// What comes before them.
        start: String,
    },
    /// The pipe can't be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Reads lines of bounded length.
#[derive(Debug)]
pub struct LineReader<R> {
    from: R,
    line: Vec<u8>,
}

impl<R: BufRead> LineReader<R> {
    /// From a stream at the beginning of a line.
    pub fn new(from: R) -> Self {
        LineReader {
            from,
            line: Vec::new(),
        }
    }

    /// The next line without its line feed; `None` at the end of the stream. It never holds more
    /// than [`MAX_LINE`] bytes.
    ///
    /// # Errors
    ///
    /// A line that is too long, torn or not UTF-8, or a stream that can't be read. There is no use
    /// in reading on.
    pub fn next_line(&mut self) -> Result<Option<&str>, LineError> {
        self.line.clear();
        loop {
            let available = match self.from.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            if available.is_empty() {
                return match self.line.is_empty() {
                    true => Ok(None),
                    false => Err(LineError::Torn {
                        start: start(&self.line),
                    }),
                };
            }
            let end = available.iter().position(|&byte| byte == b'\n');
            let used = end.map_or(available.len(), |end| end + 1);
            if self.line.len() + used > MAX_LINE {
                self.line.extend_from_slice(&available[..used.min(SHOWN)]);
                return Err(LineError::TooLong {
                    start: start(&self.line),
                });
            }
            self.line.extend_from_slice(&available[..used]);
            self.from.consume(used);
            if end.is_some() {
                self.line.pop();
                break;
            }
        }
        match std::str::from_utf8(&self.line) {
            Ok(line) => Ok(Some(line)),
            Err(error) => Err(LineError::NotUtf8 {
                start: start(&self.line[..error.valid_up_to()]),
            }),
        }
    }
}

/// Writes one line and flushes.
///
/// # Errors
///
/// The line is too long for the partner, or the pipe is closed. Nothing is written of a line that is
/// too long.
///
/// # Panics
///
/// Never on what `serde_json` prints: a line holds no line feed.
pub fn write_line(to: &mut impl Write, line: &str) -> Result<(), LineError> {
    assert!(!line.contains('\n'), "a line with a line feed inside");
    if line.len() >= MAX_LINE {
        return Err(LineError::TooLong {
            start: start(line.as_bytes()),
        });
    }
    // In one piece, so that a line is whole even where several processes share the pipe.
    let mut whole = String::with_capacity(line.len() + 1);
    whole.push_str(line);
    whole.push('\n');
    to.write_all(whole.as_bytes())?;
    Ok(to.flush()?)
}

/// Bytes of a line that an error repeats.
const SHOWN: usize = 200;

pub(super) fn start(line: &[u8]) -> String {
    String::from_utf8_lossy(&line[..line.len().min(SHOWN)]).into_owned()
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn all(bytes: &[u8]) -> Result<Vec<String>, LineError> {
        // A small buffer: lines cross its end.
        let mut reader = LineReader::new(BufReader::with_capacity(7, bytes));
        let mut lines = Vec::new();
        while let Some(line) = reader.next_line()? {
            lines.push(line.to_owned());
        }
        Ok(lines)
    }

    #[test]
    fn lines_come_one_by_one() {
        let lines = all("first\n\nthird, with ümläut\n".as_bytes()).expect("well-formed");
        assert_eq!(lines, ["first", "", "third, with ümläut"]);
        assert!(all(b"").expect("empty").is_empty());
    }

    #[test]
    fn the_longest_line_passes_and_one_byte_more_does_not() {
        let mut longest = vec![b'x'; MAX_LINE - 1];
        longest.push(b'\n');
        assert_eq!(
            all(&longest).expect("within the bound")[0].len(),
            MAX_LINE - 1
        );
        longest.insert(0, b'x');
        assert!(matches!(all(&longest), Err(LineError::TooLong { .. })));
    }

    #[test]
    fn an_endless_line_is_refused_at_the_bound() {
        let mut reader = LineReader::new(BufReader::new(io::repeat(b'x')));
        let error = reader.next_line().expect_err("endless").to_string();
        assert!(error.contains("at most 1048576 bytes"), "{error}");
        assert!(error.len() < 400, "the whole line is repeated");
        assert!(reader.line.capacity() <= 2 * MAX_LINE);
    }

    #[test]
    fn a_torn_line_and_other_bytes_are_refused() {
        assert!(matches!(all(b"a\nb"), Err(LineError::Torn { start }) if start == "b"));
        assert!(matches!(all(b"ab\xff\n"), Err(LineError::NotUtf8 { start }) if start == "ab"));
    }

    #[test]
    fn what_the_partner_would_refuse_is_not_sent() {
        let mut sent = Vec::new();
        let long = "x".repeat(MAX_LINE);
        assert!(matches!(
            write_line(&mut sent, &long),
            Err(LineError::TooLong { .. })
        ));
        assert!(sent.is_empty());
        write_line(&mut sent, &long[1..]).expect("within the bound");
        assert_eq!(sent.len(), MAX_LINE);
    }
}

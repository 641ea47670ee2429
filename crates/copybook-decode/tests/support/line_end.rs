//! What ends a line of a file that a test writes.

use copybook_decode::record::LineEnd;

/// The bytes; a line feed where the decoder is to find out.
pub(crate) fn line_end(end: LineEnd) -> &'static [u8] {
    match end {
        LineEnd::Auto | LineEnd::Lf => b"\n",
        LineEnd::CrLf => b"\r\n",
        LineEnd::Nel => b"\x15",
    }
}

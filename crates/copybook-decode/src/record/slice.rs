//! Records of a file in memory.

use std::borrow::Cow;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Arc;

use super::error::Problem;
use super::{Cut, Cutter, EqualLines, FileFormat, FrameError, Measure, Record, Truncated};

/// Iterator over the records of a file in memory; see [`FileFormat::records`].
#[derive(Debug, Clone)]
pub struct Records<'a> {
    cutter: Cutter,
    on_truncated: Truncated,
    /// What is left, without the footer.
    data: &'a [u8],
    /// Offset of `data` in the file.
    offset: u64,
    /// Records so far.
    count: u64,
    /// Set when the file is too short for its header and footer.
    too_short: Option<Problem>,
    truncated: Option<FrameError>,
}

impl<'a> Records<'a> {
    pub(super) fn new(format: FileFormat, data: &'a [u8]) -> Records<'a> {
        let header = usize::try_from(format.header).unwrap_or(usize::MAX);
        let footer = usize::try_from(format.footer).unwrap_or(usize::MAX);
        let end = data.len().checked_sub(footer).filter(|&end| header <= end);
        let too_short = end
            .is_none()
            .then(|| Problem::too_short(&format, data.len() as u64));
        Records {
            cutter: Cutter::new(&format),
            on_truncated: format.truncated,
            data: end.map_or(&[], |end| &data[header..end]),
            offset: format.header,
            count: 0,
            too_short,
            truncated: None,
        }
    }

    /// Has records measured by somebody, as [`Framing::Computed`](super::Framing::Computed) needs.
    #[must_use]
    pub(crate) fn measured(mut self, measure: Option<Arc<dyn Measure>>) -> Records<'a> {
        self.cutter.measure = measure;
        self
    }

    /// What cuts the next record.
    pub(super) fn cutter(&self) -> Cutter {
        self.cutter.clone()
    }

    /// Records so far, and the offset of what follows them.
    pub(crate) fn position(&self) -> (u64, u64) {
        (self.count, self.offset)
    }

    /// Passes over at most `most` whole records of a fixed length; the number of their bytes.
    pub(crate) fn skip_whole(&mut self, length: NonZeroUsize, most: usize) -> usize {
        let records = (self.data.len() / length).min(most);
        let bytes = records * length.get();
        self.data = &self.data[bytes..];
        self.offset += bytes as u64;
        self.count += records as u64;
        bytes
    }

    /// Passes over records in one piece each that take `most` bytes or a little more, as far as they
    /// are in order. Appends where they lie, counted from `start` in the file.
    pub(crate) fn run(&mut self, most: usize, start: u64, pieces: &mut Vec<Range<usize>>) {
        let before = pieces.len();
        let base = (self.offset - start) as usize;
        let bytes = self.cutter.run(self.data, most, base, pieces);
        self.data = &self.data[bytes..];
        self.offset += bytes as u64;
        self.count += (pieces.len() - before) as u64;
    }

    /// Passes over what may be lines of this length and takes `most` bytes or a little more.
    pub(crate) fn equal_lines(&mut self, length: usize, most: usize) -> Option<EqualLines> {
        let lines = self.cutter.equal_lines(self.data, most, length)?;
        let bytes = lines.count * lines.stride;
        self.data = &self.data[bytes..];
        self.offset += bytes as u64;
        self.count += lines.count as u64;
        Some(lines)
    }

    /// After the last record: the truncated record that was left out.
    #[must_use]
    pub fn truncated(&self) -> Option<&FrameError> {
        self.truncated.as_ref()
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, FrameError>;

    fn next(&mut self) -> Option<Self::Item> {
        let problem = match self.too_short.take() {
            Some(problem) => {
                self.offset = 0;
                problem
            }
            None => match self.cutter.cut(self.data, true) {
                Cut::Record(piece) => {
                    self.count += 1;
                    let data = self.data;
                    let record = Record {
                        number: self.count,
                        offset: self.offset + piece.start as u64,
                        bytes: match self.cutter.segments() {
                            [] => Cow::Borrowed(&data[piece.start..piece.end]),
                            segments => segments
                                .iter()
                                .flat_map(|segment| &data[segment.clone()])
                                .copied()
                                .collect(),
                        },
                    };
                    self.data = &self.data[piece.next..];
                    self.offset += piece.next as u64;
                    return Some(Ok(record));
                }
                Cut::Invalid(problem) => problem,
                Cut::End | Cut::More(_) => return None,
            },
        };
        // Nothing comes behind an error.
        self.data = &[];
        self.cutter.stop();
        let error = problem.place(self.count + 1, self.offset);
        if error.truncated && self.on_truncated == Truncated::Warn {
            self.truncated = Some(error);
            return None;
        }
        Some(Err(error))
    }
}

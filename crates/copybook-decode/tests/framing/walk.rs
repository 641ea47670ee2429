//! A walk over a file, from memory and from a stream.

use std::io::Read;

use copybook_decode::record::{FileFormat, FrameError, ReadError, RecordReader};

/// Records as (number, offset, bytes), then how the file ended.
pub(super) type Walk = (Vec<(u64, u64, Vec<u8>)>, End);

#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    Clean,
    Warned(FrameError),
    Failed(FrameError),
}

pub(super) fn walk_memory(format: &FileFormat, data: &[u8]) -> Walk {
    let mut records = format.records(data);
    let mut walk = Vec::new();
    let end = loop {
        match records.next() {
            Some(Ok(record)) => walk.push((record.number, record.offset, record.bytes.to_vec())),
            Some(Err(error)) => break End::Failed(error),
            None => break records.truncated().cloned().map_or(End::Clean, End::Warned),
        }
    };
    assert!(records.next().is_none(), "an end is an end");
    (walk, end)
}

pub(super) fn walk_stream(format: &FileFormat, data: &[u8], chunk: usize) -> Walk {
    // Both sides of the chunk's size.
    let mut reader = RecordReader::with_capacity(chunk ^ 5, *format, Chunks { data, chunk });
    let mut walk = Vec::new();
    let end = loop {
        match reader.next_record() {
            Some(Ok(record)) => walk.push((record.number, record.offset, record.bytes.to_vec())),
            Some(Err(ReadError::Frame(error))) => break End::Failed(error),
            Some(Err(ReadError::Read(error))) => panic!("{error}"),
            None => break reader.truncated().cloned().map_or(End::Clean, End::Warned),
        }
    };
    assert!(reader.next_record().is_none(), "an end is an end");
    (walk, end)
}

/// Gives at most `chunk` bytes at a time, as pipes do.
struct Chunks<'a> {
    data: &'a [u8],
    chunk: usize,
}

impl Read for Chunks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.chunk.min(buffer.len()).min(self.data.len());
        let (now, later) = self.data.split_at(count);
        buffer[..count].copy_from_slice(now);
        self.data = later;
        Ok(count)
    }
}

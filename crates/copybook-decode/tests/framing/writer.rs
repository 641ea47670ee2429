//! The files that hold given records, in every framing.

use copybook_decode::record::{Endian, FileFormat, Framing, Words};

use super::line_end::line_end;

/// The file that holds these records.
pub(super) fn write(format: &FileFormat, records: &[Vec<u8>]) -> Vec<u8> {
    let mut file = vec![b'H'; format.header as usize];
    let words = format.words;
    match format.framing {
        // Blocks of three.
        Framing::Blocked => {
            for block in records.chunks(3) {
                let record = |record: &Vec<u8>| {
                    [
                        &word(record.len(), words.record_included, 0, words.endian),
                        &record[..],
                    ]
                    .concat()
                };
                let body: Vec<u8> = block.iter().flat_map(record).collect();
                file.extend(block_word(body.len(), words));
                file.extend(body);
            }
        }
        Framing::Spanned => file.extend(spanned(records, words)),
        framing => records
            .iter()
            .for_each(|record| file.extend(framed(framing, record))),
    }
    file.resize(file.len() + format.footer as usize, b'F');
    file
}

/// Blocks filled to the last byte, as QSAM does: a record that does not fit is cut there.
fn spanned(records: &[Vec<u8>], words: Words) -> Vec<u8> {
    // All lengths from blocks of one byte of data on.
    let capacity = 5 + records.iter().map(Vec::len).sum::<usize>() % 90;
    let mut blocks: Vec<Vec<u8>> = Vec::new();
    for record in records {
        let (mut rest, mut first) = (&record[..], true);
        loop {
            let room = blocks.last().map_or(0, |block| capacity - block.len());
            if room < 5 {
                blocks.push(Vec::new());
                continue;
            }
            let (now, later) = rest.split_at(rest.len().min(room - 4));
            let control = match (first, later.is_empty()) {
                (true, true) => 0,
                (true, false) => 1,
                (false, true) => 2,
                (false, false) => 3,
            };
            // `room` above saw to it that there is one.
            let block = blocks.last_mut().expect("a block");
            block.extend(word(
                now.len(),
                words.record_included,
                control,
                words.endian,
            ));
            block.extend(now);
            (rest, first) = (later, false);
            if rest.is_empty() {
                break;
            }
        }
    }
    let with_word = |block: &Vec<u8>| [&block_word(block.len(), words), &block[..]].concat();
    blocks.iter().flat_map(with_word).collect()
}

/// The descriptor word of a block with so many bytes behind it.
fn block_word(bytes: usize, words: Words) -> [u8; 4] {
    let length = bytes as u32 + if words.block_included { 4 } else { 0 };
    match words.endian {
        // Long blocks in the large block form.
        Endian::Big if length > 0x7FFF => (length | 1 << 31).to_be_bytes(),
        Endian::Little if length > 0x7FFF => (length | 1 << 31).to_le_bytes(),
        _ => word(bytes, words.block_included, 0, words.endian),
    }
}

/// The descriptor word of so many bytes behind it, which counts itself if `included`.
fn word(bytes: usize, included: bool, control: u8, endian: Endian) -> [u8; 4] {
    let length = bytes as u16 + if included { 4 } else { 0 };
    let [a, b] = match endian {
        Endian::Big => length.to_be_bytes(),
        Endian::Little => length.to_le_bytes(),
    };
    [a, b, control, 0]
}

fn framed(framing: Framing, record: &[u8]) -> Vec<u8> {
    match framing {
        Framing::Rdw {
            header_included,
            endian,
        } => [&word(record.len(), header_included, 0, endian), record].concat(),
        Framing::Lines { end } => [record, line_end(end)].concat(),
        _ => record.to_vec(),
    }
}

/// Makes the records' bytes such that the format can hold them.
pub(super) fn fit(framing: Framing, records: &mut [Vec<u8>]) {
    for record in records {
        match framing {
            Framing::Fixed { length } => record.resize(length.get(), 7),
            Framing::Lines { .. } => {
                record
                    .iter_mut()
                    .filter(|b| [b'\n', 0x15].contains(b))
                    .for_each(|b| *b = b'.');
            }
            Framing::LengthField {
                offset,
                width,
                endian,
                adjustment,
            } => {
                record.resize(record.len().max(offset + width), 7);
                let value = (record.len() as i64 - adjustment) as u64;
                let field = &mut record[offset..offset + width];
                match endian {
                    Endian::Big => field.copy_from_slice(&value.to_be_bytes()[8 - width..]),
                    Endian::Little => field.copy_from_slice(&value.to_le_bytes()[..width]),
                }
            }
            _ => {}
        }
    }
}

//! The files that hold given records, in every framing.

use copybook_decode::record::{Endian, FileFormat, Framing};

/// The file that holds these records.
pub(super) fn write(format: &FileFormat, records: &[Vec<u8>]) -> Vec<u8> {
    let mut file = vec![b'H'; format.header as usize];
    match format.framing {
        // Blocks of three.
        Framing::Blocked => {
            for block in records.chunks(3) {
                let body: Vec<u8> = block
                    .iter()
                    .flat_map(|record| rdw(record, 4, false))
                    .collect();
                let length = body.len() as u32 + 4;
                // Long blocks in the large block form.
                let word = if length > 0x7FFF {
                    length | 1 << 31
                } else {
                    length << 16
                };
                file.extend(word.to_be_bytes());
                file.extend(body);
            }
        }
        Framing::Spanned => file.extend(spanned(records)),
        framing => records
            .iter()
            .for_each(|record| file.extend(framed(framing, record))),
    }
    file.resize(file.len() + format.footer as usize, b'F');
    file
}

/// Blocks filled to the last byte, as QSAM does: a record that does not fit is cut there.
fn spanned(records: &[Vec<u8>]) -> Vec<u8> {
    // All lengths from blocks of one byte of data on.
    let capacity = 9 + records.iter().map(Vec::len).sum::<usize>() % 90;
    let mut blocks: Vec<Vec<u8>> = Vec::new();
    for record in records {
        let (mut rest, mut first) = (&record[..], true);
        loop {
            let room = blocks.last().map_or(0, |block| capacity - block.len());
            if room < 5 {
                blocks.push(vec![0; 4]);
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
            block.extend([0, now.len() as u8 + 4, control, 0]);
            block.extend(now);
            (rest, first) = (later, false);
            if rest.is_empty() {
                break;
            }
        }
    }
    for block in &mut blocks {
        block[1] = block.len() as u8;
    }
    blocks.concat()
}

fn framed(framing: Framing, record: &[u8]) -> Vec<u8> {
    match framing {
        Framing::Rdw {
            header_included,
            endian,
        } => rdw(
            record,
            if header_included { 4 } else { 0 },
            endian == Endian::Little,
        ),
        Framing::Lines { end } => [record, end.bytes()].concat(),
        _ => record.to_vec(),
    }
}

fn rdw(record: &[u8], own: u16, little: bool) -> Vec<u8> {
    let length = record.len() as u16 + own;
    let bytes = if little {
        length.to_le_bytes()
    } else {
        length.to_be_bytes()
    };
    [&bytes, &[0, 0], record].concat()
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

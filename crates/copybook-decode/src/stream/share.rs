//! How much of a file is held at a time: whatever the copybook, the data and the number of threads, no
//! more than 40 MiB beyond one record and what it prints.

use std::num::NonZeroUsize;

use crate::decode::Decoder;

use super::columns::Columns;

/// Bytes of lines that are held while they are decoded or wait, beyond a single record's, and of records
/// that are filled up for it.
const LINES: usize = 32 << 20;
/// Bytes of records behind which no further batch is read while another one is held.
const RECORDS: usize = 8 << 20;
/// Batches that may wait beside those in work, at least.
const PARKED: usize = 2;

/// Sizes of a batch, bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sizes {
    /// Of records: with its output it fits into a second-level cache.
    pub batch: usize,
    /// Of lines, behind which the rest of a batch waits until these are handed on.
    pub waiting: usize,
    /// What records that are decoded in one go may print, but for a single one.
    pub at_once: usize,
}

/// Many threads have smaller batches: a half, a quarter and an eighth of the usual size.
const SMALLEST: u32 = 3;

/// What the threads of one decoding have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    pub threads: usize,
    /// Batches that are in work or wait.
    pub batches: usize,
    /// Bytes of records in them behind which no further one is read.
    pub records: usize,
    pub sizes: Sizes,
}

impl Share {
    /// As many of these threads as there is memory for, with the largest batches that so many can have.
    pub(super) fn of(decoder: &Decoder, threads: NonZeroUsize) -> Share {
        // Which record others belong to is known only where the records before them were seen.
        let threads = match decoder.has_family() {
            true => 1,
            false => threads.get(),
        };
        let line = Columns::new(decoder).map_or(0, |columns| columns.most());
        let line = line.saturating_add(decoder.max_output());
        // Filled up with spaces, and a copy that kernels may read behind.
        let copies = 2 * decoder.record_length().max;
        let one = (line, copies);
        let mut best = Share::with(Sizes::WHOLE, one, threads);
        for halved in 1..=SMALLEST {
            let share = Share::with(Sizes::WHOLE.halved(halved), one, threads);
            if share.threads > best.threads {
                best = share;
            }
        }
        best
    }

    /// With batches of these sizes, where a record prints at most `line` bytes and takes so many for its
    /// copies.
    fn with(sizes: Sizes, (line, copies): (usize, usize), threads: usize) -> Share {
        let lines = sizes.waiting.saturating_add(sizes.at_once.max(line));
        let room = LINES / lines.saturating_add(copies);
        Share {
            threads: room.saturating_sub(PARKED).clamp(1, threads),
            batches: room.clamp(1, 2 * threads + PARKED),
            records: RECORDS,
            sizes,
        }
    }
}

impl Sizes {
    /// Where memory allows it.
    pub(super) const WHOLE: Sizes = Sizes {
        batch: 1 << 17,
        waiting: 2 << 20,
        at_once: 1 << 20,
    };

    fn halved(self, times: u32) -> Sizes {
        Sizes {
            batch: self.batch >> times,
            waiting: self.waiting >> times,
            at_once: self.at_once >> times,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::{DecodeOptions, RawBytes};
    use crate::schema::Schema;

    fn decoder(copybook: &str, options: &DecodeOptions) -> Decoder {
        let schema = Schema::parse(copybook).expect("a copybook");
        Decoder::new(&schema, options).expect("a plan")
    }

    fn share(decoder: &Decoder, threads: usize) -> Share {
        Share::of(decoder, NonZeroUsize::new(threads).expect("threads"))
    }

    /// Twenty thousand keys of 3 kB: 60 MB a record, of which 16 threads held 2 GB.
    #[test]
    fn records_that_print_much_get_fewer_threads() {
        for (times, threads) in [(1, 16), (400, 16), (1_000, 8), (20_000, 1), (40_000, 1)] {
            let name = "A".repeat(3_000);
            let copybook = format!("01 R.\n05 T OCCURS {times}.\n10 {name} PIC X.\n");
            let decoder = decoder(&copybook, &DecodeOptions::default());
            assert_eq!(share(&decoder, 16).threads, threads, "{times}");
        }
    }

    /// Nobody had counted what is printed beside raw bytes, so that 16 threads held 3.9 GB.
    #[test]
    fn raw_bytes_are_counted() {
        let raw = |raw| DecodeOptions {
            raw: Some(raw),
            ..DecodeOptions::default()
        };
        for form in [RawBytes::Hex, RawBytes::Base64] {
            let narrow = decoder("01 R.\n05 A PIC X(80).\n", &raw(form));
            assert_eq!(share(&narrow, 16).threads, 16);
            let wide = decoder("01 R.\n05 A PIC X(8000000).\n", &raw(form));
            assert_eq!(share(&wide, 16).threads, 1);
        }
    }

    /// Batches of any size take no more than there is.
    #[test]
    fn any_number_of_threads_shares_the_same_memory() {
        for (length, from) in [(1, 62), (1_000_000, 1), (8_000_000, 1)] {
            let copybook = format!("01 R.\n05 A PIC X({length}).\n");
            let decoder = decoder(&copybook, &DecodeOptions::default());
            for threads in [1, 2, 3, 8, 16, 64, 1024] {
                let share = share(&decoder, threads);
                assert!(share.threads >= from.min(threads), "{share:?}");
                let Sizes {
                    waiting, at_once, ..
                } = share.sizes;
                let line = decoder.max_output();
                let held = share.batches * (waiting + at_once.max(line));
                assert!(share.threads == 1 || held <= LINES, "{share:?}");
                assert!(share.threads <= share.batches, "{share:?}");
            }
        }
    }
}

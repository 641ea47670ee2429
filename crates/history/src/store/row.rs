//! Checksums of rows: CRC-32 over a row's columns, each number as eight bytes and each text behind its
//! length, so that a row that was changed on the disk is noticed when it is read.

use crc32fast::Hasher;
use rusqlite::Row;

/// Takes the columns of one row, one after another.
#[derive(Default)]
pub(super) struct Checksum(Hasher);

impl Checksum {
    pub(super) fn number(mut self, number: i64) -> Self {
        self.0.update(&number.to_le_bytes());
        self
    }

    pub(super) fn rate(self, rate: f64) -> Self {
        self.number(rate.to_bits().cast_signed())
    }

    pub(super) fn bytes(self, bytes: &[u8]) -> Self {
        let mut counted = self.number(bytes.len() as i64);
        counted.0.update(bytes);
        counted
    }

    pub(super) fn get(self) -> i64 {
        self.0.finalize().into()
    }
}

/// Of a row of `series`: machine, benchmark, subject, kernel.
pub(super) fn series(columns: [&str; 4]) -> i64 {
    let sum = columns
        .into_iter()
        .fold(Checksum::default(), |sum, text| sum.bytes(text.as_bytes()));
    sum.get()
}

/// The columns of a row of `receipt`.
pub(super) struct ReceiptRow<'a> {
    pub(super) seal: &'a [u8],
    pub(super) time: i64,
    pub(super) revision: Option<&'a str>,
    pub(super) source: &'a str,
    pub(super) verified: bool,
    pub(super) unfit: bool,
    pub(super) points: i64,
}

impl<'a> ReceiptRow<'a> {
    /// From columns in this order, the first of them at `from`.
    pub(super) fn read(row: &'a Row<'_>, from: usize) -> rusqlite::Result<Self> {
        Ok(Self {
            seal: row.get_ref(from)?.as_blob()?,
            time: row.get(from + 1)?,
            revision: row.get_ref(from + 2)?.as_str_or_null()?,
            source: row.get_ref(from + 3)?.as_str()?,
            verified: row.get(from + 4)?,
            unfit: row.get(from + 5)?,
            points: row.get(from + 6)?,
        })
    }

    pub(super) fn crc(&self) -> i64 {
        // No revision is empty.
        Checksum::default()
            .bytes(self.seal)
            .number(self.time)
            .bytes(self.revision.unwrap_or("").as_bytes())
            .bytes(self.source.as_bytes())
            .number(self.verified.into())
            .number(self.unfit.into())
            .number(self.points)
            .get()
    }
}

/// The columns of a row of `point`.
pub(super) struct PointRow {
    pub(super) series: i64,
    pub(super) time: i64,
    pub(super) receipt: i64,
    /// Mean, both ends of its interval, and the rate at the 10th percentiles.
    pub(super) rates: [f64; 4],
    pub(super) checked: bool,
}

impl PointRow {
    /// From the first columns of a row, in this order.
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            series: row.get(0)?,
            time: row.get(1)?,
            receipt: row.get(2)?,
            rates: [row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?],
            checked: row.get(7)?,
        })
    }

    pub(super) fn crc(&self) -> i64 {
        let sum = Checksum::default()
            .number(self.series)
            .number(self.time)
            .number(self.receipt);
        let sum = self.rates.into_iter().fold(sum, Checksum::rate);
        sum.number(self.checked.into()).get()
    }
}

/// A seal as it is stored: 32 bytes for 64 hex digits; `None` for any other text.
pub(super) fn seal_bytes(seal: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if seal.len() != 64 || !seal.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&seal[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(bytes)
}

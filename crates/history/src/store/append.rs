//! Adding receipts: all of a batch or none of it.

use std::collections::HashMap;

use rusqlite::{Transaction, TransactionBehavior, params};

use super::row::{PointRow, ReceiptRow, seal_bytes, series};
use super::{History, HistoryError};
use crate::{Entry, Measurement, SeriesKey};

/// What became of one receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It was not there before.
    New,
    /// It was there already; nothing was changed.
    Known,
    /// It was there, on trust; now it is verified.
    Verified,
}

/// What became of a batch. Counts are of receipts; once it is returned, all of it is on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Appended {
    /// Not there before.
    pub new: u64,
    /// There already.
    pub known: u64,
    /// There on trust before, verified now.
    pub verified: u64,
    /// Points of the new ones.
    pub points: u64,
}

impl Appended {
    /// Counts what another batch did, too.
    pub fn add(&mut self, other: Self) {
        self.new += other.new;
        self.known += other.known;
        self.verified += other.verified;
        self.points += other.points;
    }
}

impl History {
    /// Adds receipts. One whose seal is there already is left alone, so that adding twice changes
    /// nothing.
    ///
    /// # Errors
    /// The disk is full, another program writes for too long, or the file is damaged: then nothing of
    /// this batch was added, and everything before it is still there.
    pub fn append(&mut self, entries: &[Entry]) -> Result<Appended, HistoryError> {
        let path = self.path.clone();
        let mut work = || -> rusqlite::Result<Appended> {
            let transaction = self
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut done = Appended::default();
            let mut writer = Writer {
                transaction: &transaction,
                series: HashMap::new(),
            };
            for entry in entries {
                match writer.add(entry)? {
                    Added::New => {
                        done.new += 1;
                        done.points += entry.measurements.len() as u64;
                    }
                    Added::Known => done.known += 1,
                    Added::Verified => done.verified += 1,
                }
            }
            transaction.commit()?;
            Ok(done)
        };
        work().map_err(|source| super::error::of(&path, source))
    }
}

struct Writer<'a> {
    transaction: &'a Transaction<'a>,
    series: HashMap<SeriesKey, i64>,
}

impl Writer<'_> {
    fn add(&mut self, entry: &Entry) -> rusqlite::Result<Added> {
        // An entry's seal has its form, so this is one.
        let seal = seal_bytes(&entry.seal).unwrap_or_default();
        if self.receipt(entry, &seal)? {
            return Ok(Added::New);
        }
        if !entry.verified || !self.forget_trusted(&seal)? {
            return Ok(Added::Known);
        }
        self.receipt(entry, &seal)?;
        Ok(Added::Verified)
    }

    /// Whether it was not there before.
    fn receipt(&mut self, entry: &Entry, seal: &[u8]) -> rusqlite::Result<bool> {
        let row = ReceiptRow {
            seal,
            time: entry.time.as_microsecond(),
            revision: entry.commit.as_deref(),
            source: &entry.source,
            verified: entry.verified,
            unfit: entry.unfit,
            points: entry.measurements.len() as i64,
        };
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO receipt (seal, time, revision, source, verified, unfit, points, crc)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (seal) DO NOTHING",
        )?;
        let inserted = insert.execute(params![
            row.seal,
            row.time,
            row.revision,
            row.source,
            row.verified,
            row.unfit,
            row.points,
            row.crc()
        ])?;
        if inserted == 0 {
            return Ok(false);
        }
        let receipt = self.transaction.last_insert_rowid();
        for measurement in &entry.measurements {
            self.point(measurement, row.time, receipt)?;
        }
        Ok(true)
    }

    /// Takes away a receipt that was taken on trust: whoever made it up may have put any figures under
    /// the seal of the one that verifies. Whether there was one.
    fn forget_trusted(&self, seal: &[u8]) -> rusqlite::Result<bool> {
        self.transaction
            .prepare_cached(
                "DELETE FROM point WHERE receipt =
                 (SELECT id FROM receipt WHERE seal = ?1 AND verified = 0)",
            )?
            .execute([seal])?;
        let gone = self
            .transaction
            .prepare_cached("DELETE FROM receipt WHERE seal = ?1 AND verified = 0")?
            .execute([seal])?;
        Ok(gone > 0)
    }

    fn point(
        &mut self,
        measurement: &Measurement,
        time: i64,
        receipt: i64,
    ) -> rusqlite::Result<()> {
        let [low, high] = measurement.ci95_mibps;
        let row = PointRow {
            series: self.series(&measurement.series)?,
            time,
            receipt,
            rates: [measurement.mean_mibps, low, high, measurement.quiet_mibps],
            checked: measurement.answers_checked,
        };
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO point (series, time, receipt, mean, low, high, quiet, checked, crc)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        let [mean, low, high, quiet] = row.rates;
        insert.execute(params![
            row.series,
            row.time,
            row.receipt,
            mean,
            low,
            high,
            quiet,
            row.checked,
            row.crc()
        ])?;
        Ok(())
    }

    fn series(&mut self, key: &SeriesKey) -> rusqlite::Result<i64> {
        if let Some(id) = self.series.get(key) {
            return Ok(*id);
        }
        let kernel = key.kernel.as_deref().unwrap_or("");
        let columns = [&*key.machine, &*key.benchmark, &*key.subject, kernel];
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO series (machine, benchmark, subject, kernel, crc)
             VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        )?;
        let [machine, benchmark, subject, kernel] = columns;
        insert.execute(params![
            machine,
            benchmark,
            subject,
            kernel,
            series(columns)
        ])?;
        let mut find = self.transaction.prepare_cached(
            "SELECT id FROM series WHERE machine = ?1 AND benchmark = ?2 AND subject = ?3 AND kernel = ?4",
        )?;
        let id = find.query_row(columns, |row| row.get(0))?;
        self.series.insert(key.clone(), id);
        Ok(id)
    }
}

//! Taking out and taking away.

use std::io::{self, Write};

use jiff::Timestamp;
use receipt::seal::hex_digits;
use rusqlite::TransactionBehavior;

use super::read::time;
use super::row::{PointRow, ReceiptRow};
use super::{History, HistoryError};
use crate::{Entry, Measurement, SeriesId, SeriesKey};

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The history can't be read.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// What it is written to takes no more.
    #[error("can't write the export: {0}")]
    Write(#[from] io::Error),
}

/// How many receipts and points were taken away, or would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pruned {
    /// Receipts.
    pub receipts: u64,
    /// Their points.
    pub points: u64,
}

impl History {
    /// Writes every receipt as a line of JSON (an [`Entry`]), oldest first; returns how many.
    ///
    /// # Errors
    /// The file is damaged, or `to` takes no more.
    pub fn export(&self, to: &mut dyn Write) -> Result<u64, ExportError> {
        let keys: std::collections::HashMap<SeriesId, SeriesKey> = self
            .series()?
            .into_iter()
            .map(|series| (series.id, series.key))
            .collect();
        let failed = |source| self.failed(source);
        let sql = "SELECT seal, time, revision, source, verified, unfit, points, crc, id FROM receipt ORDER BY time, id";
        let mut receipts = self.connection.prepare(sql).map_err(failed)?;
        let mut rows = receipts.query([]).map_err(failed)?;
        let mut count = 0;
        while let Some(row) = rows.next().map_err(failed)? {
            let receipt = ReceiptRow::read(row, 0).map_err(failed)?;
            if receipt.crc() != row.get::<_, i64>(7).map_err(failed)? {
                return Err(self
                    .damaged("a receipt that is not what was written")
                    .into());
            }
            let entry = Entry {
                seal: hex_digits(receipt.seal),
                time: time(receipt.time),
                commit: receipt.revision.map(str::to_owned),
                source: receipt.source.to_owned(),
                verified: receipt.verified,
                unfit: receipt.unfit,
                measurements: self.measurements(row.get(8).map_err(failed)?, &keys)?,
            };
            serde_json::to_writer(&mut *to, &entry).map_err(io::Error::from)?;
            to.write_all(b"\n")?;
            count += 1;
        }
        Ok(count)
    }

    fn measurements(
        &self,
        receipt: i64,
        keys: &std::collections::HashMap<SeriesId, SeriesKey>,
    ) -> Result<Vec<Measurement>, HistoryError> {
        let failed = |source| self.failed(source);
        let sql = "SELECT series, time, receipt, mean, low, high, quiet, checked, crc FROM point
                   WHERE receipt = ?1 ORDER BY series";
        let mut points = self.connection.prepare_cached(sql).map_err(failed)?;
        let mut rows = points.query([receipt]).map_err(failed)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let point = PointRow::read(row).map_err(failed)?;
            let key = keys.get(&SeriesId(point.series));
            let sound = point.crc() == row.get::<_, i64>(8).map_err(failed)?;
            let Some(key) = key.filter(|_| sound) else {
                return Err(self.damaged("a point that is not what was written"));
            };
            let [mean_mibps, low, high, quiet_mibps] = point.rates;
            all.push(Measurement {
                series: key.clone(),
                mean_mibps,
                ci95_mibps: [low, high],
                quiet_mibps,
                answers_checked: point.checked,
            });
        }
        Ok(all)
    }

    /// What [`History::prune`] would take away.
    ///
    /// # Errors
    /// The file is damaged or can't be read.
    pub fn prunable(&self, before: Timestamp) -> Result<Pruned, HistoryError> {
        let sql = "SELECT count(*), coalesce(sum(points), 0) FROM receipt WHERE time < ?1";
        let counts = self
            .connection
            .query_row(sql, [before.as_microsecond()], |row| {
                Ok(Pruned {
                    receipts: row.get::<_, i64>(0)?.cast_unsigned(),
                    points: row.get::<_, i64>(1)?.cast_unsigned(),
                })
            });
        counts.map_err(|source| self.failed(source))
    }

    /// Takes away the receipts of runs that began before a time, all of them or none, and gives their
    /// room back to the disk.
    ///
    /// # Errors
    /// The file is damaged or can't be written; [`HistoryError::Unshrunk`] where they are taken away and the file is as
    /// long as before.
    pub fn prune(&mut self, before: Timestamp) -> Result<Pruned, HistoryError> {
        let path = self.path.clone();
        let before = before.as_microsecond();
        let mut work = || -> rusqlite::Result<Pruned> {
            let transaction = self
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            let points = transaction.execute("DELETE FROM point WHERE time < ?1", [before])?;
            let receipts = transaction.execute("DELETE FROM receipt WHERE time < ?1", [before])?;
            transaction.execute(
                "DELETE FROM series WHERE NOT EXISTS (SELECT 1 FROM point WHERE series = series.id)",
                [],
            )?;
            transaction.commit()?;
            Ok(Pruned {
                receipts: receipts as u64,
                points: points as u64,
            })
        };
        let pruned = work().map_err(|source| super::error::of(&path, source))?;
        match self.connection.execute_batch("VACUUM") {
            Ok(()) => Ok(pruned),
            Err(source) => Err(HistoryError::Unshrunk {
                path,
                pruned,
                reason: source.to_string(),
            }),
        }
    }
}

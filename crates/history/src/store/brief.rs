//! Reading many series at once: of each run what a search for changes asks.
//!
//! The receipts of one series lie far apart in the file. Looking each up costs more than the search; so
//! the revisions of all are read once, in the order in which they lie.

use std::collections::HashSet;
use std::sync::Arc;

use super::read::{POINTS, point_of, time};
use super::row::{PointRow, ReceiptRow};
use super::{History, HistoryError};
use crate::SeriesId;
use crate::change::{self, Brief, Found, Side};

/// The revision of every receipt.
pub(crate) struct Revisions {
    /// By receipt, ascending; each text once in memory.
    all: Vec<(i64, Option<Arc<str>>)>,
}

/// A run, and how to find all of it.
struct Run<'a> {
    receipt: i64,
    microsecond: i64,
    brief: Brief<'a>,
}

impl History {
    /// The revisions of all receipts in the file.
    ///
    /// # Errors
    /// As [`History::points`].
    pub(crate) fn revisions(&self) -> Result<Revisions, HistoryError> {
        let failed = |source| self.failed(source);
        let sql =
            "SELECT seal, time, revision, source, verified, unfit, points, crc, id FROM receipt
                   ORDER BY id";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let mut rows = statement.query([]).map_err(failed)?;
        let mut texts: HashSet<Arc<str>> = HashSet::new();
        let mut all = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let receipt = ReceiptRow::read(row, 0).map_err(failed)?;
            if receipt.crc() != row.get::<_, i64>(7).map_err(failed)? {
                return Err(self.damaged("a receipt that is not what was written"));
            }
            let revision = receipt.revision.map(|text| match texts.get(text) {
                Some(known) => Arc::clone(known),
                None => {
                    let text: Arc<str> = text.into();
                    texts.insert(Arc::clone(&text));
                    text
                }
            });
            all.push((row.get(8).map_err(failed)?, revision));
        }
        Ok(Revisions { all })
    }

    /// At least as many as there are receipts.
    ///
    /// # Errors
    /// As [`History::points`].
    pub(crate) fn most_receipts(&self) -> Result<u64, HistoryError> {
        let sql = "SELECT coalesce(max(id), 0) FROM receipt";
        let found = self.connection.query_row(sql, [], |row| row.get(0));
        found
            .map(i64::cast_unsigned)
            .map_err(|source| self.failed(source))
    }

    /// The changes of a series, as [`change::changes`] of its points has them.
    ///
    /// # Errors
    /// As [`History::points`].
    pub(crate) fn changes(
        &self,
        series: SeriesId,
        revisions: &Revisions,
    ) -> Result<Found, HistoryError> {
        let runs = self.runs(series, revisions)?;
        let briefs: Vec<Brief<'_>> = runs.iter().map(|run| run.brief).collect();
        change::of_runs(&briefs, |at| self.side(series, &runs[at]))
    }

    fn runs<'a>(
        &self,
        series: SeriesId,
        revisions: &'a Revisions,
    ) -> Result<Vec<Run<'a>>, HistoryError> {
        let failed = |source| self.failed(source);
        let sql = "SELECT series, time, receipt, mean, low, high, quiet, checked, crc FROM point
                   WHERE series = ?1 ORDER BY time, receipt";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let mut rows = statement.query([series.0]).map_err(failed)?;
        let mut runs = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let point = PointRow::read(row).map_err(failed)?;
            if point.crc() != row.get::<_, i64>(8).map_err(failed)? {
                return Err(self.damaged("a point that is not what was written"));
            }
            // Of a receipt that was added since, while another program wrote.
            let Some(commit) = revisions.of(point.receipt) else {
                continue;
            };
            let [.., quiet_mibps] = point.rates;
            runs.push(Run {
                receipt: point.receipt,
                microsecond: point.time,
                brief: Brief {
                    time: time(point.time),
                    commit,
                    quiet_mibps,
                },
            });
        }
        Ok(runs)
    }

    fn side(&self, series: SeriesId, run: &Run<'_>) -> Result<Side, HistoryError> {
        let sql = format!("{POINTS} WHERE p.series = ?1 AND p.time = ?2 AND p.receipt = ?3");
        let mut statement = self
            .connection
            .prepare_cached(&sql)
            .map_err(|source| self.failed(source))?;
        let point = statement
            .query_row([series.0, run.microsecond, run.receipt], point_of)
            .map_err(|source| self.failed(source))?;
        let point = point.ok_or_else(|| self.damaged("a point that is not what was written"))?;
        Ok(Side::of(&point))
    }
}

impl Revisions {
    /// Of one receipt; `None` where there is no such receipt.
    fn of(&self, receipt: i64) -> Option<Option<&str>> {
        let at = self
            .all
            .binary_search_by_key(&receipt, |&(id, _)| id)
            .ok()?;
        Some(self.all[at].1.as_deref())
    }
}

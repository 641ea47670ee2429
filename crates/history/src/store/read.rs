//! Reading: series, and the points of one. Every row is checked against its checksum.

use jiff::Timestamp;
use receipt::seal::hex_digits;
use rusqlite::Row;

use super::row::{PointRow, ReceiptRow, seal_bytes, series};
use super::{History, HistoryError};
use crate::{Point, Series, SeriesId, SeriesKey};

/// Points as [`point_of`] reads them.
pub(super) const POINTS: &str =
    "SELECT p.series, p.time, p.receipt, p.mean, p.low, p.high, p.quiet, p.checked, p.crc,
            r.seal, r.time, r.revision, r.source, r.verified, r.unfit, r.points, r.crc
     FROM point AS p JOIN receipt AS r ON r.id = p.receipt";

impl History {
    /// Every series that has points, by machine, benchmark, decoder and kernel.
    ///
    /// # Errors
    /// The file is damaged or can't be read.
    pub fn series(&self) -> Result<Vec<Series>, HistoryError> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT id, machine, benchmark, subject, kernel, series.crc, count(*), min(time), max(time)
                 FROM series JOIN point ON point.series = series.id GROUP BY id
                 ORDER BY machine, benchmark, subject, kernel",
            )
            .map_err(|source| self.failed(source))?;
        let rows = statement
            .query_map([], |row| Ok((series_of(row)?, row.get::<_, i64>(5)?)))
            .map_err(|source| self.failed(source))?;
        let mut all = Vec::new();
        for row in rows {
            let (found, crc) = row.map_err(|source| self.failed(source))?;
            let key = &found.key;
            let kernel = key.kernel.as_deref().unwrap_or("");
            if series([&key.machine, &key.benchmark, &key.subject, kernel]) != crc {
                return Err(self.damaged(format!("the name of the series {}", key.title())));
            }
            all.push(found);
        }
        Ok(all)
    }

    /// The points of a series, oldest first; of one time, in the order in which they were added.
    ///
    /// # Errors
    /// The file is damaged or can't be read.
    pub fn points(&self, series: SeriesId) -> Result<Vec<Point>, HistoryError> {
        self.newest_points(series, usize::MAX)
    }

    /// The newest points of a series, at most `limit`, oldest first.
    ///
    /// # Errors
    /// As [`History::points`].
    pub fn newest_points(
        &self,
        series: SeriesId,
        limit: usize,
    ) -> Result<Vec<Point>, HistoryError> {
        let mut statement = self
            .connection
            .prepare_cached(&format!(
                "{POINTS} WHERE p.series = ?1 ORDER BY p.time DESC, p.receipt DESC LIMIT ?2"
            ))
            .map_err(|source| self.failed(source))?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut rows = statement
            .query([series.0, limit])
            .map_err(|source| self.failed(source))?;
        let mut points = Vec::new();
        while let Some(row) = rows.next().map_err(|source| self.failed(source))? {
            let point = point_of(row).map_err(|source| self.failed(source))?;
            points.push(point.ok_or_else(|| self.damaged("a point that is not what was written"))?);
        }
        points.reverse();
        Ok(points)
    }

    /// Whether a receipt with this seal was verified when it was added. A row that can't be read, or is
    /// not what was written, vouches for nothing.
    #[must_use]
    pub fn has_verified(&self, seal: &str) -> bool {
        let sql = "SELECT seal, time, revision, source, verified, unfit, points, crc FROM receipt
                   WHERE seal = ?1";
        let found = self.connection.prepare_cached(sql).and_then(|mut find| {
            find.query_row([seal_bytes(seal)], |row| {
                let receipt = ReceiptRow::read(row, 0)?;
                Ok(receipt.verified && receipt.crc() == row.get::<_, i64>(7)?)
            })
        });
        found.unwrap_or(false)
    }

    /// The time of the newest point of a series; `None` where there is no such series.
    ///
    /// # Errors
    /// As [`History::points`].
    pub fn newest(&self, key: &SeriesKey) -> Result<Option<Timestamp>, HistoryError> {
        let kernel = key.kernel.as_deref().unwrap_or("");
        let found: Option<i64> = self
            .connection
            .query_row(
                "SELECT max(time) FROM point WHERE series =
                 (SELECT id FROM series WHERE machine = ?1 AND benchmark = ?2 AND subject = ?3 AND kernel = ?4)",
                [&key.machine, &key.benchmark, &key.subject, kernel],
                |row| row.get(0),
            )
            .map_err(|source| self.failed(source))?;
        Ok(found.and_then(|time| Timestamp::from_microsecond(time).ok()))
    }
}

fn series_of(row: &Row<'_>) -> rusqlite::Result<Series> {
    let kernel: String = row.get(4)?;
    Ok(Series {
        id: SeriesId(row.get(0)?),
        key: SeriesKey {
            machine: row.get(1)?,
            benchmark: row.get(2)?,
            subject: row.get(3)?,
            kernel: Some(kernel).filter(|kernel| !kernel.is_empty()),
        },
        points: row.get::<_, i64>(6)?.cast_unsigned(),
        first: time(row.get(7)?),
        last: time(row.get(8)?),
    })
}

/// `None` where a checksum does not fit.
pub(super) fn point_of(row: &Row<'_>) -> rusqlite::Result<Option<Point>> {
    let point = PointRow::read(row)?;
    let receipt = ReceiptRow::read(row, 9)?;
    if point.crc() != row.get::<_, i64>(8)? || receipt.crc() != row.get::<_, i64>(16)? {
        return Ok(None);
    }
    let [mean_mibps, low, high, quiet_mibps] = point.rates;
    Ok(Some(Point {
        time: time(point.time),
        commit: receipt.revision.map(str::to_owned),
        mean_mibps,
        ci95_mibps: [low, high],
        quiet_mibps,
        answers_checked: point.checked,
        unfit: receipt.unfit,
        verified: receipt.verified,
        seal: hex_digits(receipt.seal),
        source: receipt.source.to_owned(),
    }))
}

/// What was stored was a time; a damaged one is noticed by its checksum.
pub(super) fn time(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds).unwrap_or_default()
}

//! Whether a file is what was written.

use receipt::seal::hex_digits;
use rusqlite::Row;

use super::row::{PointRow, ReceiptRow, series};
use super::{History, HistoryError, beside, log};

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// Series read.
    pub series: u64,
    /// Receipts read.
    pub receipts: u64,
    /// Of these, taken on trust.
    pub trusted: u64,
    /// Points read.
    pub points: u64,
    /// What is wrong; empty for a sound file.
    pub problems: Vec<String>,
}

/// So many problems are listed; a file with more is no better known for them.
const MOST: usize = 100;

impl History {
    /// Reads everything: SQLite's own check of the file's structure, the checksum of every row, whether
    /// each receipt has the points that it was added with, and the checksums of a write-ahead log that a
    /// killed writer left.
    ///
    /// Whatever is read from a file without problems is what was written. Bytes that hold nothing are not
    /// looked at; in a file with few receipts most of them are free space.
    ///
    /// # Errors
    /// The file can't be read at all.
    pub fn check(&self) -> Result<Checked, HistoryError> {
        let mut found = Checked::default();
        if let Err(source) = self.structure(&mut found.problems) {
            found.problems.push(source.to_string());
        }
        match log::problem(&beside(&self.path, "-wal")) {
            Ok(found_there) => found.problems.extend(found_there),
            Err(error) => found.problems.push(format!("the write-ahead log: {error}")),
        }
        // Damage may end any of these early; what they found until then is worth knowing.
        let rows = [
            self.series_rows(&mut found),
            self.receipt_rows(&mut found),
            self.point_rows(&mut found),
        ];
        let failed = rows.into_iter().filter_map(Result::err);
        found.problems.extend(failed.map(|error| error.to_string()));
        found.problems.dedup();
        found.problems.truncate(MOST);
        Ok(found)
    }

    fn structure(&self, problems: &mut Vec<String>) -> rusqlite::Result<()> {
        let text = |row: &Row<'_>| row.get::<_, String>(0);
        let mut check = self.connection.prepare("PRAGMA integrity_check(20)")?;
        for line in check.query_map([], text)? {
            // An answer may have a heading and several lines.
            let line = line?;
            let told = line
                .lines()
                .filter(|line| *line != "ok" && !line.starts_with("***"));
            problems.extend(told.map(str::to_owned));
        }
        let mut check = self.connection.prepare("PRAGMA foreign_key_check")?;
        for table in check.query_map([], text)? {
            problems.push(format!("a row of {} belongs to nothing", table?));
        }
        Ok(())
    }

    fn series_rows(&self, found: &mut Checked) -> rusqlite::Result<()> {
        let sql = "SELECT machine, benchmark, subject, kernel, crc, id FROM series";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            found.series += 1;
            let texts: [String; 4] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
            if series(texts.each_ref().map(String::as_str)) != row.get::<_, i64>(4)? {
                let id: i64 = row.get(5)?;
                found
                    .problems
                    .push(format!("series {id}: its names are not what was written"));
            }
        }
        Ok(())
    }

    fn receipt_rows(&self, found: &mut Checked) -> rusqlite::Result<()> {
        let sql = "SELECT seal, time, revision, source, verified, unfit, points, crc,
                          (SELECT count(*) FROM point WHERE receipt = receipt.id) FROM receipt";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let receipt = ReceiptRow::read(row, 0)?;
            found.receipts += 1;
            found.trusted += u64::from(!receipt.verified);
            let name = || format!("receipt {}", hex_digits(receipt.seal));
            if receipt.crc() != row.get::<_, i64>(7)? {
                found
                    .problems
                    .push(format!("{}: not what was written", name()));
            }
            let points: i64 = row.get(8)?;
            if points != receipt.points {
                let (name, expected) = (name(), receipt.points);
                found.problems.push(format!(
                    "{name}: expected {expected} points, found {points}"
                ));
            }
        }
        Ok(())
    }

    fn point_rows(&self, found: &mut Checked) -> rusqlite::Result<()> {
        let sql = "SELECT series, time, receipt, mean, low, high, quiet, checked, crc FROM point";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let point = PointRow::read(row)?;
            found.points += 1;
            if point.crc() != row.get::<_, i64>(8)? {
                let PointRow {
                    series, receipt, ..
                } = point;
                let what = format!(
                    "the point of receipt {receipt} in series {series}: not what was written"
                );
                found.problems.push(what);
            }
        }
        Ok(())
    }
}

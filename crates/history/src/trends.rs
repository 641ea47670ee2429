//! The changes of many series.

use std::panic::resume_unwind;
use std::path::Path;
use std::thread;

use crate::change::{self, Found};
use crate::store::Revisions;
use crate::{History, HistoryError, Series};

/// So many receipts are read in their order in the time in which one is looked up.
const FEW: u64 = 4;

/// The changes of each of `chosen`, which are series of the history at `path`, in their order; on all
/// cores.
///
/// # Errors
/// The file is damaged or can't be read.
pub fn trends(path: &Path, chosen: &[Series]) -> Result<Vec<Found>, HistoryError> {
    let history = History::read(path)?;
    let wanted: u64 = chosen.iter().map(|series| series.points).sum();
    let revisions = match wanted.saturating_mul(FEW) < history.most_receipts()? {
        true => None,
        false => Some(history.revisions()?),
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let share = chosen.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let revisions = revisions.as_ref();
        let search = |series| scope.spawn(move || some(path, series, revisions));
        let running: Vec<_> = chosen.chunks(share).map(search).collect();
        let mut all = Vec::with_capacity(chosen.len());
        for thread in running {
            all.extend(thread.join().unwrap_or_else(|panic| resume_unwind(panic))?);
        }
        Ok(all)
    })
}

fn some(
    path: &Path,
    series: &[Series],
    revisions: Option<&Revisions>,
) -> Result<Vec<Found>, HistoryError> {
    let history = History::read(path)?;
    let one = |series: &Series| match revisions {
        Some(revisions) => history.changes(series.id, revisions),
        None => Ok(change::changes(&history.points(series.id)?)),
    };
    series.iter().map(one).collect()
}

//! What a benchmark measured over time: the store, its series, and where their level changed.
//!
//! A [`History`] is one SQLite file. Receipts go in as [`Entry`], each once, known by its seal; what
//! comes out are [`Series`] and their [`Point`]s in the order of time. [`change`] finds where a series
//! changed its level, and [`acknowledged`] which of these changes somebody has answered for.
//!
//! The receipts themselves are not kept: each point names the seal of the receipt that it came from
//! and where that was read.

pub mod acknowledged;
pub mod change;
mod entry;
pub mod import;
mod series;
mod store;
mod trends;

pub use entry::{Entry, EntryError, Measurement};
pub use series::{Point, Series, SeriesId, SeriesKey};
pub use store::{
    APPLICATION_ID, Added, Appended, Checked, ExportError, History, HistoryError, Pruned,
    SCHEMA_VERSION,
};
pub use trends::trends;

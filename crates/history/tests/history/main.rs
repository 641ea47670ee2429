//! The store, what is imported into it and survives in it, and the changes found in its series.

mod common;
mod import;
mod packed;
mod sabotage;
mod store;
mod trend;
mod trends;

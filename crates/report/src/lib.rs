//! What was measured, to look at: pages, Markdown, pictures.
//!
//! A receipt, a comparison, a history, a fleet or a profile becomes a [`model::Report`], which says what is
//! shown, in words and figures. The renderers ([`html`], [`markdown`], [`chart`]) say how. Nothing is computed here that
//! a receipt, the gate or the history has already: this crate rounds, sorts and draws.

pub mod chart;
pub mod export;
pub mod html;
pub mod markdown;
pub mod model;
pub mod number;
pub mod profile;
pub mod rates;
pub mod read;
pub mod runs;
pub mod serve;
pub mod site;
pub mod tables;

pub use model::Report;

//! Two runs and more: comparisons, baselines, fleets, and what two verifiers say of their records.

mod baseline;
mod compare;
mod error_rates;
mod fleet;
mod second;
mod verifiers;

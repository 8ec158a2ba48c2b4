//! The record on real files, shared by real processes.

mod audit;
mod backup;
mod calibration;
mod failures;
mod learning;
mod ledger;
mod processes;
mod schema;
pub mod support;
mod templates;

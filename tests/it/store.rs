//! The record on real files, shared by real processes.

mod learning;
mod support;

//! One file per command: its arguments and what it does.

pub mod audit;
pub mod check;
pub mod completions;
pub mod config;
mod config_defaults;
pub mod dashboard;
pub mod demo;
pub mod doctor;
mod doctor_sandbox;
mod doctor_trust;
pub mod eval;
pub mod explain;
pub mod fix;
pub mod lsp;
pub mod model;
pub mod patterns;
pub mod prove;
mod show_prompt;
pub mod stats;
pub mod train;

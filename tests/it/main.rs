//! The one integration binary: real files, real processes, real databases.
#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test reads files and starts processes, and a failure of its own machinery is a failure"
)]

mod architecture;
mod ask;
mod ask_poison;
mod ask_privacy;
mod bad_input;
mod canary;
mod chain;
mod cli_audit;
mod cli_check;
mod cli_config;
mod cli_fix;
mod cli_model;
mod cli_model_choice;
mod cli_patterns;
mod cli_trust;
mod config;
mod dashboard;
mod demo;
mod eval;
mod keys;
mod learning;
mod llm;
mod prove;
mod real_model;
mod record_torture;
mod run_step;
#[cfg(target_os = "linux")]
mod sandbox;
mod server_actions;
mod server_ask;
mod server_budget;
mod server_by_hand;
#[cfg(unix)]
mod server_connection;
mod server_faults;
mod server_follow;
mod server_process;
mod server_record;
mod server_session;
mod server_sync;
mod server_trust;
mod store;
mod support;
mod taxonomy;
mod train;

//! salve heals code where it is written.
//!
//! The rooms in reading order; `ARCHITECTURE.md` says what each may use and which test holds it to that.
//!
//! Pure: no file, network, process, clock, environment or async. Broken user code is data here, never an `Err`.

pub mod text;

pub mod taxonomy;

pub mod lang;

pub mod damage;

pub mod diagnose;

pub mod repair;

pub mod learn;

pub mod prompt;

pub mod gate;

// Orchestration: asynchronous only through the ports that it declares.
pub mod engine;

// Adapters: one outside thing each.
pub mod config;
pub mod keys;
pub mod llm;
pub mod prove;
pub mod store;

// Front ends: thin.
pub mod cli;
pub mod dashboard;
pub mod server;

//! Proof in a subprocess: the project's own interpreter has the last word on every fix.
//!
//! The steps that run nothing of the person's program come first: `compile()`, the project's linter, its type checker.
//! What runs it runs in the [`Sandbox`], and only with the person's [`Permission`] or on their order. [`run_own_program`]
//! is for the example that salve brings along, and for nothing else.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the one room that starts processes; it also reads the files that name the project's Python"
)]

mod declared;
mod environment;
mod group;
mod interpreter;
pub mod jail;
mod limits;
mod modules;
mod pool;
mod probe;
mod program;
mod prover;
mod sandbox;
mod secrets;
mod standard_library;
mod start_time;
mod steps;
mod surroundings;
mod testimony;
mod unseen;
mod verdict;
#[cfg(test)]
mod verdict_tests;
mod worker;

pub use declared::{DEFAULT_VERSION, OLDEST_VERSION, declared_version};
pub use environment::Environment;
pub use interpreter::{Found, Interpreter, Interpreters, Lookup, Origin, Version};
pub use limits::Limits;
pub use pool::Pool;
pub use program::{ProgramOutput, run_own_program};
pub use prover::CPythonProver;
pub use sandbox::{Cell, Remains, Sandbox, SandboxError, Setting, Task};
pub use steps::{Permission, affected_tests};
pub use surroundings::Surroundings;
pub use unseen::Place;
pub use verdict::{Exception, Run, RunVerdict, Tests};

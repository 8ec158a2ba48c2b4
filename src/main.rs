//! The `salve` binary: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything else: a jail must be entered while the process has a single thread.
    salve::prove::jail::enter_if_asked().unwrap_or_else(salve::cli::main)
}

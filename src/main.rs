//! The `salve` binary: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    salve::cli::main()
}

//! The `kvtutor` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    kvtutor::cli::main()
}

//! A question that only `yes` answers with yes.

use std::io::{BufRead as _, IsTerminal as _};

use super::{Failure, print};
use crate::persistence::storage::reason;

/// Whether somebody is there who can answer.
pub(super) fn can_be_answered() -> bool {
    std::io::stdin().is_terminal()
}

/// Asks, and waits for a line.
pub(super) fn is_yes(question: &str) -> Result<bool, Failure> {
    print(format!("{question}Type yes to go on: ").as_bytes())?;
    let mut answer = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| Failure::failed(format!("cannot read the answer: {}", reason(&error))))?;
    Ok(answer.trim().eq_ignore_ascii_case("yes"))
}

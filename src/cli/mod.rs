//! The command line: what was asked for, and who does it. Exit codes are decided here.

pub mod args;
mod exec;
mod home;
mod play;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use args::{Cli, Command};
use home::Home;

/// Why a command could not be done, in one line that says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    /// Asked for wrongly, or a mistake in a lesson: exit code 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 2 }
    }

    /// Not done: exit code 1.
    pub fn failed(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 1 }
    }
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Exit code 0.
    Done,
    /// Exit code 1: not yet, or an error reply.
    NotYet,
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe is no reason to complain: whoever read the help has seen enough.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    match run(cli) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::NotYet) => ExitCode::from(1),
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "kvtutor: {failure}");
            ExitCode::from(failure.code)
        }
    }
}

fn run(cli: Cli) -> Result<Outcome, Failure> {
    let home = Home::find(cli.global.home.as_deref())?;
    match cli.command {
        Some(Command::Exec(options)) => exec::run(&home, &options),
        Some(Command::Play { dir }) => play::run(&home, &cli.global, dir),
        None => play::run(&home, &cli.global, None),
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "kvtutor", &mut script);
            print(&script)
        }
        Some(Command::Man) => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command())
                .render(&mut page)
                .map_err(|error| Failure::failed(error.to_string()))?;
            print(&page)
        }
        _ => Err(Failure::failed("not built yet")),
    }
}

/// Prints to standard output. A closed pipe ends the command quietly.
fn print(bytes: &[u8]) -> Result<Outcome, Failure> {
    match std::io::stdout().write_all(bytes) {
        Ok(()) => Ok(Outcome::Done),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(Outcome::Done),
        Err(error) => Err(Failure::failed(format!("cannot write to standard output: {error}"))),
    }
}

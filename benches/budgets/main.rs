//! The budgets of the design, each measured beside its peer: `cargo bench --bench budgets`.
//!
//! Names behind `--` pick some: `cargo bench --bench budgets -- log start`. Rounds of the two sides
//! take turns, so that both meet the same noise; how far they lie apart is printed with them. Where
//! no `redis-server` is installed, our side is measured alone.
#![expect(clippy::print_stdout, reason = "figures are what it is for")]

mod instructions;
mod keystroke;
#[path = "../load/mod.rs"]
mod load;
mod log;
mod memory;
mod rounds;
mod server;
mod start;

use std::error::Error;
use std::process::{Command, ExitCode};

/// What a measurement comes to.
type Outcome = Result<(), Box<dyn Error>>;

/// A measurement, by the name that picks it.
type Section = (&'static str, fn() -> Outcome);

const SECTIONS: [Section; 5] = [
    ("memory", memory::measure),
    ("log", log::measure),
    ("keystroke", keystroke::measure),
    ("start", start::measure),
    ("instructions", instructions::measure),
];

/// The first argument of a process that measures one thing for the one that started it.
const CHILD: &str = "--child";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cannot be measured: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Outcome {
    if let [first, what, rest @ ..] = arguments
        && first == CHILD
    {
        return match what.as_str() {
            "memory" => memory::child(rest),
            "log" => log::child(rest),
            "instructions" => instructions::child(rest),
            other => Err(format!("there is no {other:?} to measure").into()),
        };
    }
    // `cargo test --benches` runs this as well, without the argument.
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("these take minutes: cargo bench --bench budgets");
        return Ok(());
    }
    let picked: Vec<&String> = arguments.iter().filter(|word| !word.starts_with('-')).collect();
    for word in &picked {
        if SECTIONS.iter().all(|(name, _)| name != word) {
            let names = SECTIONS.map(|(name, _)| name).join(", ");
            return Err(format!("there is no {word:?}; there are {names}").into());
        }
    }
    for (name, measure) in SECTIONS {
        if picked.is_empty() || picked.iter().any(|word| *word == name) {
            measure()?;
            println!();
        }
    }
    Ok(())
}

/// Runs this program once more to measure one thing, and gives the number that it prints.
fn in_child(what: &str, arguments: &[&str]) -> Result<f64, Box<dyn Error>> {
    let mut command = Command::new(std::env::current_exe()?);
    let output = command.arg(CHILD).arg(what).args(arguments).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let number = text.trim().parse();
    number.map_err(|_| format!("measuring {what} {arguments:?}: {text}").into())
}

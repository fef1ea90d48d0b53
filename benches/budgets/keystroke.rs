//! What the prompt does for one key, beside 100 000 keys: parse, colours, hint and completion.

use std::path::PathBuf;
use std::sync::Arc;

use kvtutor::lab::console::{Console, Files, Settings};
use kvtutor::persistence::storage::MemoryDisk;
use kvtutor::repl;
use kvtutor::server::Clock;

use super::Outcome;
use super::rounds::{Times, time};

/// How many keys there are.
const KEYS: usize = 100_000;

/// How often each line is typed.
const ROUNDS: usize = 201;

/// Lines as they stand behind the key: a name, a key of a type that is common, one that is rare, one
/// of any type, an option, a field, a docker line, a long value.
const LINES: [&str; 8] = [
    "HGETA",
    "GET user:000",
    "HGET h",
    "DEL user:05",
    "SET user:000001 v E",
    "HGET hash f",
    "docker run --na",
    "SET j '{\"chain_id\": \"A\", \"total_residues\": 198, \"standard_residues\": 141",
];

/// Prints the figures.
pub fn measure() -> Outcome {
    let (mut console, _) = Console::open(Settings {
        root: PathBuf::from("/"),
        sandbox: None,
        storage: Arc::new(MemoryDisk::new()),
        clock: Clock::System,
        seed: 1,
        files: Files::new(),
        progress: None,
        connect: None,
    })?;
    for number in 0..KEYS {
        console.run(format!("SET user:{number:06} value").as_bytes());
    }
    console.run(b"HSET hash field value");
    println!("keystroke: parse, colours, hint and Tab beside {KEYS} keys; at most 1 ms");
    for line in LINES {
        let mut times = Times::default();
        for _ in 0..ROUNDS {
            times.add(time(|| repl::keystroke(line, &mut console)).0);
        }
        let short: String = line.chars().take(20).collect();
        println!("  {short:<20} {}", times.summary());
    }
    Ok(())
}

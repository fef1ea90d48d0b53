//! Instructions per request, counted by `valgrind`: from request bytes to the reply and the record
//! for the log. No noise, so this is what a change is judged by.

use std::process::Command;

use kvtutor::engine::{Engine, NoHost, Now, Peer, SessionId};
use kvtutor::resp::Decoder;

use super::load::{BATCH, OPERATIONS, Operation};
use super::{CHILD, Outcome};

/// Requests that arrive together, as with `redis-benchmark -P 16`.
const PIPELINE: usize = 16;

/// Prints the table.
pub fn measure() -> Outcome {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("instructions: not counted, valgrind is not installed");
        return Ok(());
    }
    println!("instructions per request, from its bytes to the reply and the log's record");
    for operation in &OPERATIONS {
        let (fewer, more) = (count(operation, 1)?, count(operation, 3)?);
        println!("  {:<10} {:>6}", operation.name, (more - fewer) / (2 * BATCH));
    }
    Ok(())
}

/// Instructions of a process that runs so many batches.
fn count(operation: &Operation, batches: usize) -> Result<usize, Box<dyn std::error::Error>> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args(["--toggle-collect=*budgets*measured*"])
        .arg(std::env::current_exe()?)
        .args([CHILD, "instructions", operation.name, &batches.to_string()])
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().find_map(|line| line.split_once("Collected : "));
    let count = line.and_then(|(_, count)| count.trim().parse().ok());
    Ok(count.ok_or_else(|| format!("valgrind counted nothing: {said}"))?)
}

/// Runs batches of one operation.
pub fn child(arguments: &[String]) -> Outcome {
    let [name, batches] = arguments else { return Err("which operation, how often?".into()) };
    let operation =
        OPERATIONS.iter().find(|operation| operation.name == name).ok_or("no such operation")?;
    let mut engine = Engine::new(1);
    engine.keyspace.effects.enabled = true;
    let client = engine.connect(Peer::default(), Now::default());
    let mut stage = Stage { engine, client, replies: Vec::new(), log: Vec::new() };
    stage.run(&operation.stage());
    let (requests, refill) = (operation.requests(), operation.refill());
    for _ in 0..batches.parse::<usize>()? {
        stage.run(&refill);
        stage.measured(&requests);
    }
    Ok(())
}

struct Stage {
    engine: Engine,
    client: SessionId,
    replies: Vec<u8>,
    log: Vec<u8>,
}

impl Stage {
    /// What is counted; `valgrind` looks for the name.
    #[inline(never)]
    fn measured(&mut self, requests: &[u8]) {
        self.run(requests);
    }

    fn run(&mut self, requests: &[u8]) {
        let mut decoder = Decoder::new(requests);
        let mut words = Vec::new();
        while !decoder.is_empty() {
            self.replies.clear();
            for _ in 0..PIPELINE {
                if decoder.request(&mut words).is_err() {
                    break;
                }
                let (client, now) = (self.client, Now::default());
                self.engine.execute(client, &words, now, &mut NoHost, &mut self.replies);
            }
            self.log.clear();
            self.engine.keyspace.effects.drain_into(&mut self.log);
        }
    }
}

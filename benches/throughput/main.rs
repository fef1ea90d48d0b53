//! The server under load, beside every Redis and Valkey that is there: `cargo bench --bench throughput`.
//!
//! Each command of the design's table is sent by `redis-benchmark` from fifty clients, sixteen at a time and one
//! at a time, to `kvtutor serve` and to its peers by turns, all with a log that is synced every second. What is
//! told is a ratio of each round: processor time of the server for a request, which is the steadier figure, and
//! throughput, which depends on what else the machine does. Behind each stand the lowest and the highest round.
//!
//! `-- SET GET` measures some commands, `-- rounds=9` more often, `-- depth=16` one depth of the pipeline.
#![expect(clippy::print_stdout, reason = "figures are what it is for")]

mod operations;
mod ratio;
mod server;
#[path = "../../tests/integration/version.rs"]
mod version;

use std::error::Error;
use std::process::{Command, ExitCode};

use operations::{OPERATIONS, Operation};
use ratio::Rounds;
use server::{Kind, Server};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// How many requests are under way at once for each client.
const DEPTHS: [u32; 2] = [16, 1];

/// What is measured, and how often.
struct Plan {
    operations: Vec<&'static Operation>,
    depths: Vec<u32>,
    rounds: usize,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` runs this as well, without the argument.
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("this takes minutes: cargo bench --bench throughput");
        return ExitCode::SUCCESS;
    }
    match Plan::parse(&arguments).and_then(|plan| plan.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cannot be measured: {error}");
            ExitCode::FAILURE
        }
    }
}

impl Plan {
    fn parse(arguments: &[String]) -> Outcome<Self> {
        let mut plan = Self { operations: Vec::new(), depths: DEPTHS.to_vec(), rounds: 5 };
        for word in arguments.iter().filter(|word| !word.starts_with('-')) {
            if let Some(rounds) = word.strip_prefix("rounds=") {
                plan.rounds = rounds.parse()?;
            } else if let Some(depth) = word.strip_prefix("depth=") {
                plan.depths = vec![depth.parse()?];
            } else {
                let found = OPERATIONS.iter().find(|operation| operation.name == *word);
                plan.operations.push(found.ok_or_else(|| {
                    let names = OPERATIONS.map(|operation| operation.name).join(", ");
                    format!("there is no {word:?}; there are {names}")
                })?);
            }
        }
        if plan.operations.is_empty() {
            plan.operations = OPERATIONS.iter().collect();
        }
        Ok(plan)
    }

    fn run(&self) -> Outcome<()> {
        if Command::new("redis-benchmark").arg("--version").output().is_err() {
            return Err("redis-benchmark is not installed; Debian has it in redis-tools".into());
        }
        let peers = Kind::PEERS.into_iter().filter(|version| version.is_there());
        let ours = Server::start(Kind::Kvtutor)?;
        let peers =
            peers.map(|version| Server::start(Kind::Peer(version))).collect::<Outcome<Vec<_>>>()?;
        if peers.is_empty() {
            println!("neither redis-server nor valkey-server is there: kvtutor alone");
        }
        for depth in &self.depths {
            println!("50 clients, -P {depth}, appendfsync everysec, {} rounds", self.rounds);
            println!("{}", ratio::header());
            for operation in &self.operations {
                self.measure(operation, *depth, &ours, &peers)?;
            }
            println!();
        }
        Ok(())
    }

    /// Measures one command on all servers, by turns, and prints its rows.
    fn measure(
        &self,
        operation: &Operation,
        depth: u32,
        ours: &Server,
        peers: &[Server],
    ) -> Outcome<()> {
        let mut all: Vec<Rounds> = peers.iter().map(|_| Rounds::default()).collect();
        let mut alone = Rounds::default();
        for server in std::iter::once(ours).chain(peers) {
            operation.prepare(server, depth)?;
        }
        for _ in 0..self.rounds {
            let mine = operation.measure(ours, depth)?;
            alone.add(mine, mine);
            for (server, rounds) in peers.iter().zip(&mut all) {
                rounds.add(mine, operation.measure(server, depth)?);
            }
        }
        if peers.is_empty() {
            println!("{}", alone.row(operation.name, "none", operation.budget(depth)));
        }
        for (server, rounds) in peers.iter().zip(&all) {
            println!(
                "{}",
                rounds.row(operation.name, server.kind().name(), operation.budget(depth))
            );
        }
        Ok(())
    }
}

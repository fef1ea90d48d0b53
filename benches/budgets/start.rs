//! `kvtutor exec PING` on an empty home, beside `redis-cli PING` against a running server.

use std::error::Error;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::Outcome;
use super::rounds::{Times, interleaved, time};
use super::server::Server;

/// How often each side runs.
const ROUNDS: usize = 101;

/// Prints the figures.
pub fn measure() -> Outcome {
    println!("start: exec PING on an empty home; at most 15 ms more than redis-cli PING");
    let folder = TempDir::with_prefix("kvtutor-bench")?;
    let mut homes = (0..).map(|number| folder.path().join(format!("home{number}")));
    let mut ours = || kvtutor(&homes.next().ok_or("no more homes")?);
    if !Server::is_installed() {
        let mut times = Times::default();
        for _ in 0..ROUNDS {
            times.add(ours()?);
        }
        println!("  kvtutor   {}", times.summary());
        return Ok(());
    }
    let server = Server::start(None, &[])?;
    let (ours, theirs) = interleaved(ROUNDS, ours, || {
        let mut command = Command::new("redis-cli");
        run(command.arg("-s").arg(server.socket()).arg("PING"))
    })?;
    println!("  kvtutor   {}", ours.summary());
    println!("  redis-cli {}", theirs.summary());
    let more = ours.median().as_secs_f64() - theirs.median().as_secs_f64();
    println!("  {:.2} ms more", more * 1000.0);
    Ok(())
}

fn kvtutor(home: &Path) -> Result<Duration, Box<dyn Error>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kvtutor"));
    run(command.arg("--home").arg(home).args(["exec", "PING"]))
}

fn run(command: &mut Command) -> Result<Duration, Box<dyn Error>> {
    let command = command.stdin(Stdio::null()).stderr(Stdio::inherit());
    let (taken, output) = time(|| command.output());
    let output = output?;
    if output.stdout == b"PONG\n" {
        Ok(taken)
    } else {
        Err(format!("no PONG from {command:?}").into())
    }
}

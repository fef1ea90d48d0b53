//! How quickly an append-only file is loaded, beside a real server that loads the very same folder.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use kvtutor::engine::Peer;
use kvtutor::persistence::storage::Disk;
use kvtutor::server::{Clock, Instance, Options};
use tempfile::TempDir;

use super::rounds::{Times, interleaved, time};
use super::server::Server;
use super::{Outcome, in_child};

/// How many commands the log holds.
const COMMANDS: usize = 1_000_000;

/// How often each side loads it.
const ROUNDS: usize = 7;

/// Prints the figures.
pub fn measure() -> Outcome {
    let folder = TempDir::with_prefix("kvtutor-bench")?;
    write(folder.path())?;
    println!("log: {COMMANDS} mixed commands loaded; at least 3 times as fast as Redis");
    let dir = folder.path().to_str().ok_or("a folder with a strange name")?;
    let ours = || Ok(Duration::from_secs_f64(in_child("log", &[dir])?));
    if !Server::is_installed() {
        let mut times = Times::default();
        for _ in 0..ROUNDS {
            times.add(ours()?);
        }
        tell("kvtutor", &times);
        return Ok(());
    }
    let (ours, theirs) = interleaved(ROUNDS, ours, || redis(folder.path()))?;
    tell("kvtutor", &ours);
    tell("redis-server", &theirs);
    println!("  {:.2} times as fast", theirs.median().as_secs_f64() / ours.median().as_secs_f64());
    Ok(())
}

fn tell(name: &str, times: &Times) {
    let rate = COMMANDS as f64 / times.median().as_secs_f64();
    println!("  {name:<12} {}: {:.0} k commands/s", times.summary(), rate / 1000.0);
}

/// Loads the log in a folder and prints the seconds.
pub fn child(arguments: &[String]) -> Outcome {
    let options = options(Path::new(arguments.first().ok_or("which folder?")?));
    let (taken, started) = time(|| Instance::start(&options, Clock::System));
    let (mut instance, _) = started?;
    let client = instance.connect(Peer::default());
    let kvtutor::resp::Reply::Integer(keys) = instance.call(client, &[b"DBSIZE"]) else {
        return Err("no DBSIZE".into());
    };
    if keys == 0 {
        return Err("nothing was loaded".into());
    }
    println!("{}", taken.as_secs_f64());
    Ok(())
}

/// What a server says it took, without the time to start the process.
fn redis(dir: &Path) -> Result<Duration, Box<dyn Error>> {
    let server = Server::start(Some(dir), &["--appendonly", "yes"])?;
    let log = server.log()?;
    let said = log.lines().find_map(|line| line.split_once("from append only file: "));
    let seconds = said.and_then(|(_, rest)| rest.split_once(' ')?.0.parse().ok());
    Ok(Duration::from_secs_f64(seconds.ok_or_else(|| format!("it loaded nothing: {log}"))?))
}

fn options(dir: &Path) -> Options {
    let mut options = Options::sandbox(Arc::new(Disk), dir.to_owned(), 1);
    let args = [
        "--appendonly",
        "yes",
        "--save",
        "",
        "--appendfsync",
        "no",
        "--auto-aof-rewrite-percentage",
        "0",
    ];
    options.args = args.map(str::to_owned).to_vec();
    options
}

/// Writes the log as an instance does that runs the commands.
fn write(dir: &Path) -> Outcome {
    let (mut instance, _) = Instance::start(&options(dir), Clock::System)?;
    let client = instance.connect(Peer::default());
    let mut random = fastrand::Rng::with_seed(3);
    let mut reply = Vec::new();
    for _ in 0..COMMANDS {
        let line = command(&mut random);
        let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        reply.clear();
        instance.execute(client, &words, &mut reply);
        if reply.first() == Some(&b'-') {
            return Err(format!("{line}: {}", reply.escape_ascii()).into());
        }
    }
    instance.suspend();
    Ok(())
}

/// What servers do: strings and counters mostly, small and large collections, keys that go.
fn command(random: &mut fastrand::Rng) -> String {
    let (key, small, number) = (random.usize(0..100_000), random.usize(0..1_000), random.u32(..));
    match random.u8(0..20) {
        0..=5 => format!("SET key:{key} value:{number}"),
        6 | 7 => format!("INCR counter:{small}"),
        8..=10 => format!("HSET user:{key} name u{number} visits {small}"),
        11 | 12 => format!("RPUSH queue:{small} job:{number}"),
        13 => format!("LPOP queue:{small}"),
        14 | 15 => format!("SADD tag:{small} {key}"),
        16 | 17 => format!("ZADD board:{} {number} player:{key}", small % 10),
        18 => format!("PEXPIREAT key:{key} 4102444800000"),
        _ => format!("DEL key:{key}"),
    }
}

//! The commands that are measured, with their budgets, and how `redis-benchmark` sends them. Knows no server but
//! by its port.

use std::process::Command;

use crate::Outcome;
use crate::server::Server;

/// How many different keys or elements there are.
const RANGE: &str = "100000";
/// How many requests a round takes with a pipeline, and one at a time.
const REQUESTS: [u32; 2] = [300_000, 60_000];

/// A command, and what it must find.
pub struct Operation {
    /// As `redis-benchmark` names it.
    pub name: &'static str,
    words: &'static str,
    /// Sent as often before each round.
    before: Option<&'static str>,
    /// How many times fewer requests than of the others a round takes.
    fewer: u32,
    /// Processor time for a request, as a part of the peer's: at most so much, with a pipeline.
    at_most: f64,
}

const fn operation(name: &'static str, words: &'static str) -> Operation {
    Operation { name, words, before: None, fewer: 1, at_most: 0.67 }
}

/// Those that the design has a budget for.
pub const OPERATIONS: [Operation; 9] = [
    operation("SET", "SET key:__rand_int__ xxx"),
    Operation {
        before: Some("SET key:__rand_int__ xxx"),
        ..operation("GET", "GET key:__rand_int__")
    },
    operation("INCR", "INCR counter:__rand_int__"),
    operation("LPUSH", "LPUSH mylist xxx"),
    Operation { before: Some("LPUSH mylist xxx"), ..operation("RPOP", "RPOP mylist") },
    operation("SADD", "SADD myset element:__rand_int__"),
    operation("HSET", "HSET myhash element:__rand_int__ xxx"),
    operation("ZADD", "ZADD myzset __rand_int__ element:__rand_int__"),
    Operation {
        before: Some("LPUSH mylist xxx"),
        fewer: 4,
        at_most: 0.85,
        ..operation("LRANGE_100", "LRANGE mylist 0 99")
    },
];

/// What a request took.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Processor time of the server, in nanoseconds.
    pub cpu: f64,
    /// Requests a second.
    pub throughput: f64,
}

impl Operation {
    /// At most so much of the peer's processor time.
    pub fn budget(&self, depth: u32) -> f64 {
        if depth > 1 { self.at_most } else { 1.0 }
    }

    fn requests(&self, depth: u32) -> u32 {
        let [many, few] = REQUESTS;
        (if depth > 1 { many } else { few }) / self.fewer
    }

    /// Sends the command once as often as in a round, so that the first one is like the others.
    pub fn prepare(&self, server: &Server, depth: u32) -> Outcome<()> {
        self.measure(server, depth).map(drop)
    }

    /// Sends the command, and says what a request took.
    pub fn measure(&self, server: &Server, depth: u32) -> Outcome<Cost> {
        let requests = self.requests(depth);
        if let Some(before) = self.before {
            send(server, before, requests, 16)?;
        }
        let start = server.cpu()?;
        let throughput = send(server, self.words, requests, depth)?;
        let cpu = (server.cpu()? - start) as f64 / f64::from(requests);
        Ok(Cost { cpu, throughput })
    }
}

/// Sends a command from fifty clients, and gives the requests a second that `redis-benchmark` tells.
fn send(server: &Server, words: &str, requests: u32, depth: u32) -> Outcome<f64> {
    let (port, requests, depth) =
        (server.port().to_string(), requests.to_string(), depth.to_string());
    let output = Command::new("redis-benchmark")
        .args(["-p", &port, "-c", "50", "-n", &requests, "-P", &depth, "-r", RANGE, "--csv"])
        .args(words.split(' '))
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    // The name of a test holds no comma: the words are joined by blanks.
    let rate = text.lines().nth(1).and_then(|line| line.split(',').nth(1));
    let rate = rate.and_then(|rate| rate.trim_matches('"').parse().ok());
    rate.ok_or_else(|| {
        let errors = String::from_utf8_lossy(&output.stderr);
        format!("redis-benchmark {words}: {text}{errors}").into()
    })
}

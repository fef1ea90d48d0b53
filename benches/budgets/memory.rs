//! Bytes per element, by the resident set of a process that holds nothing else.

use std::error::Error;

use kvtutor::engine::{Engine, NoHost, Now, Peer};

use super::server::{self, Server};
use super::{Outcome, in_child};

/// What is filled, how many of it, and the command for each.
struct Shape {
    name: &'static str,
    /// What Redis 8 takes, where it takes less than the server that most have installed.
    later: Option<f64>,
    count: usize,
    words: fn(usize) -> Vec<Vec<u8>>,
}

const SHAPES: [Shape; 5] = [
    Shape { name: "strings of 16 + 16 bytes", later: None, count: 1_000_000, words: string },
    Shape { name: "hashes of five small fields", later: None, count: 200_000, words: hash },
    Shape { name: "members of a sorted set", later: None, count: 1_000_000, words: scored },
    Shape { name: "list elements of ten bytes", later: None, count: 1_000_000, words: item },
    Shape { name: "members of a set", later: Some(38.0), count: 1_000_000, words: member },
];

fn bytes<const N: usize>(words: [&str; N]) -> Vec<Vec<u8>> {
    words.map(|word| word.as_bytes().to_vec()).to_vec()
}

fn string(number: usize) -> Vec<Vec<u8>> {
    bytes(["SET", &format!("key:{number:012}"), &format!("value:{number:010}")])
}

fn hash(number: usize) -> Vec<Vec<u8>> {
    let (key, name, age) = (format!("user:{number}"), format!("user{number}"), number % 90);
    let mail = format!("u{number}@example.org");
    let age = age.to_string();
    bytes(["HSET", &key, "name", &name, "age", &age, "mail", &mail, "town", "Leiden", "ok", "1"])
}

fn scored(number: usize) -> Vec<Vec<u8>> {
    bytes(["ZADD", "zset", &number.to_string(), &format!("member:{number:09}")])
}

fn item(number: usize) -> Vec<Vec<u8>> {
    bytes(["RPUSH", "list", &format!("el{number:08}")])
}

fn member(number: usize) -> Vec<Vec<u8>> {
    bytes(["SADD", "set", &format!("member:{number:09}")])
}

/// Prints the table.
pub fn measure() -> Outcome {
    println!("memory: bytes per element by resident set; at most what Redis takes");
    for (place, shape) in SHAPES.iter().enumerate() {
        let ours = in_child("memory", &[&place.to_string()])?;
        let theirs = if Server::is_installed() { Some(redis(shape)?) } else { None };
        let told = theirs.map_or_else(String::new, |theirs| {
            format!("  redis-server {theirs:5.1}  ratio {:.2}", ours / theirs)
        });
        let later = shape.later.map_or_else(String::new, |later| format!("  (Redis 8: {later})"));
        println!("  {:>9} {:<28} kvtutor {ours:5.1}{told}{later}", shape.count, shape.name);
    }
    Ok(())
}

fn redis(shape: &Shape) -> Result<f64, Box<dyn Error>> {
    let server = Server::start(None, &[])?;
    let before = server.resident()?;
    server.pipeline(&mut (0..shape.count).map(shape.words))?;
    Ok((server.resident()?.saturating_sub(before)) as f64 / shape.count as f64)
}

/// Fills an engine with one shape and prints the bytes per element.
pub fn child(arguments: &[String]) -> Outcome {
    let place: usize = arguments.first().ok_or("which shape?")?.parse()?;
    let shape = SHAPES.get(place).ok_or("no such shape")?;
    let mut engine = Engine::new(1);
    let client = engine.connect(Peer::default(), Now::default());
    let mut reply = Vec::new();
    let before = server::resident("self")?;
    for number in 0..shape.count {
        let words = (shape.words)(number);
        let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
        reply.clear();
        engine.execute(client, &words, Now::default(), &mut NoHost, &mut reply);
    }
    let after = server::resident("self")?;
    println!("{}", after.saturating_sub(before) as f64 / shape.count as f64);
    // The engine must still be there when the resident set is read.
    drop(engine);
    Ok(())
}

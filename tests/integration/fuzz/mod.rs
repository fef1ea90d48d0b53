//! Random commands on the engine and on a real server, side by side.
//!
//! `cargo test` runs a small, fixed number of scripts. For a long run say how many, and from which seed:
//! `KVTUTOR_FUZZ=2000 KVTUTOR_FUZZ_SEED=1 cargo test --test integration fuzz`. A difference is told as
//! the shortest script that shows it, ready for `tests/differential/`.

mod compare;
mod durable;
mod events;
mod generate;
mod run;
mod shrink;
mod words;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kvtutor::engine::{Group, Now, table};

use crate::peer::Peer;
use crate::version::Version;
use generate::{Generator, Words};
use run::{Ours, Pair, line};

/// Commands in a script: data of one are gone before the next.
const LENGTH: usize = 150;
/// Scripts where nobody asks for more.
const SCRIPTS: u64 = 100;
/// More differences than these are not looked for.
const TOLD: usize = 12;
/// Milliseconds from now on within which nothing expires.
const FAR: i64 = 50_000_000_000;

#[expect(clippy::disallowed_methods, reason = "the server beside us has the machine's clock")]
fn now() -> Now {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Now { unix_micros: i64::try_from(since.as_micros()).unwrap() }
}

/// A number from the environment.
fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// The script of a seed, for a server of `version`: odd seeds speak RESP3.
fn script(seed: u64, version: Version) -> Vec<Words> {
    let mut generator = Generator::new(seed, now().ms() + FAR, version);
    let hello = if seed % 2 == 1 { "3" } else { "2" };
    let mut script = vec![vec![b"HELLO".to_vec(), hello.as_bytes().to_vec()]];
    if version != Version::Redis7 && hello == "2" {
        // A newer server names other modules in its answer; a map's size alone is compared.
        script.clear();
    }
    while script.len() < LENGTH {
        generator.append_to(&mut script);
    }
    script
}

#[test]
fn random_commands_get_the_replies_of_a_real_server() {
    check(Version::Redis7);
}

#[test]
fn random_commands_on_hashes_get_the_replies_of_a_newer_server() {
    check(Version::Redis8);
}

fn check(version: Version) {
    let debug = ["--enable-debug-command", "yes"];
    let Some(mut peer) = Peer::start_version(version, None, &debug) else { return };
    // A key that goes at a time of its own, between two commands, is told of at no certain place.
    peer.call(&["DEBUG", "SET-ACTIVE-EXPIRE", "0"]);
    let first = setting("KVTUTOR_FUZZ_SEED", 1);
    let mut report = String::new();
    let mut told = 0;
    for seed in first..first + setting("KVTUTOR_FUZZ", SCRIPTS) {
        let mut script = script(seed, version);
        let Some(found) = Pair::new(&mut peer, now()).run(&script) else { continue };
        script.truncate(found.commands);
        let short =
            shrink::shrink(script, |script| Pair::new(&mut peer, now()).run(script).is_some());
        let found = Pair::new(&mut peer, now()).run(&short);
        let what = found.map_or_else(found_once, |found| found.what);
        writeln!(report, "seed {seed}:").unwrap();
        for words in &short {
            writeln!(report, "{}", line(words)).unwrap();
        }
        writeln!(report, "differ in {what}\n").unwrap();
        told += 1;
        if told == TOLD {
            break;
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

fn found_once() -> String {
    "something that the shorter script does not show again".to_owned()
}

#[test]
fn random_commands_try_every_row_with_success_and_without() {
    let mut tried: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for seed in 1..200 {
        let mut ours = Ours::new(now());
        let version = if seed < 160 { Version::Redis7 } else { Version::Redis8 };
        for words in script(seed, version) {
            let reply = ours.call(&words);
            let name = String::from_utf8_lossy(&words[0]).to_ascii_uppercase();
            let (good, bad) = tried.entry(name).or_default();
            *(if reply[0] == b'-' { bad } else { good }) += 1;
        }
    }
    let data = [
        Group::Generic,
        Group::String,
        Group::Bitmap,
        Group::Hash,
        Group::List,
        Group::Set,
        Group::SortedSet,
        Group::Transactions,
    ];
    // These have no argument that could be wrong, or answer by chance.
    let exempt = ["OBJECT", "RANDOMKEY", "UNLINK", "DEL", "EXISTS", "TOUCH", "MGET"];
    let missed: Vec<&str> = table()
        .filter(|row| data.contains(&row.group) && !exempt.contains(&row.name))
        .filter(|row| !generate::waits(row))
        .filter(|row| tried.get(row.name).is_none_or(|(good, bad)| *good < 5 || *bad == 0))
        .map(|row| row.name)
        .collect();
    assert_eq!(missed, Vec::<&str>::new());
}

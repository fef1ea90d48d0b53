//! What random commands leave behind: the log replayed and the snapshot loaded, by the engine and by a real
//! server, must give the data that was there.

use std::path::Path;

use kvtutor::engine::{Engine, NoHost, Now, Peer as Client};
use kvtutor::persistence::rdb;
use kvtutor::persistence::storage::Disk;
use kvtutor::resp::Decoder;

use super::run::{Ours, Pair};
use super::{now, script, setting};
use crate::dump::{self, Dump, assert_same};
use crate::peer::Peer;
use crate::version::Version;

/// Scripts where nobody asks for more.
const SCRIPTS: u64 = 12;

/// Without encodings, and with one zero: the packed form of a sorted set has no other, in Redis too.
fn contents(all: &Dump) -> Dump {
    let zero = |text: String| text.replace("Bulk([45, 48])", "Bulk([48])");
    dump::contents(all).into_iter().map(|(key, text)| (key, zero(text))).collect()
}

fn dump_ours(ours: &mut Ours) -> Dump {
    ours.call(&["HELLO", "2"]);
    contents(&dump::dump(|words| Decoder::new(&ours.call(words)).reply().unwrap()))
}

fn dump_engine(mut engine: Engine, now: Now) -> Dump {
    let client = engine.connect(Client::default(), now);
    contents(&dump::dump(|words| {
        let mut out = Vec::new();
        engine.execute(client, words, now, &mut NoHost, &mut out);
        Decoder::new(&out).reply().unwrap()
    }))
}

/// What a log makes, read as at a start: nothing expires meanwhile.
fn replay(log: &[u8], now: Now) -> Dump {
    let mut engine = Engine::new(2);
    let mut session = kvtutor::engine::Session::new(0, Client::default(), true, now);
    let (mut decoder, mut words, mut reply) = (Decoder::new(log), Vec::new(), Vec::new());
    while !decoder.is_empty() {
        decoder.request(&mut words).unwrap();
        reply.clear();
        engine.replay(&mut session, &words, now, &mut NoHost, &mut reply);
        assert_ne!(
            reply[0],
            b'-',
            "{} says {}",
            words.join(&b' ').escape_ascii(),
            reply.escape_ascii()
        );
    }
    dump_engine(engine, now)
}

fn load(path: &Path, now: Now) -> Dump {
    let mut engine = Engine::new(2);
    let limits = engine.server.config.limits;
    let entry = |db, key: &[u8], entry| engine.keyspace.restore(db, key, entry);
    rdb::load(&Disk, path, &limits, now, entry, |_, _| {}).unwrap().unwrap();
    dump_engine(engine, now)
}

/// What a server makes of a log that comes as a client's commands.
fn send(peer: &mut Peer, log: &[u8]) -> Dump {
    for words in [["RESET"], ["FLUSHALL"]] {
        peer.call(&words);
    }
    let (mut decoder, mut words, mut count) = (Decoder::new(log), Vec::new(), 0);
    while !decoder.is_empty() {
        decoder.request(&mut words).unwrap();
        count += 1;
    }
    for reply in peer.send(log, count) {
        assert_ne!(reply[0], b'-', "{}", reply.escape_ascii());
    }
    contents(&dump::dump(|words| peer.call(words)))
}

#[test]
fn logs_and_snapshots_of_random_commands_hold_the_data_that_was_there() {
    check(Version::Redis7);
}

#[test]
fn those_of_random_commands_on_hashes_do_so_for_a_newer_server() {
    check(Version::Redis8);
}

fn check(version: Version) {
    let extra = ["--enable-debug-command", "yes"];
    let Some(mut peer) = Peer::start_version(version, None, &extra) else { return };
    let path = peer.folder().join("dump.rdb");
    let first = setting("KVTUTOR_FUZZ_SEED", 1);
    for seed in first..first + setting("KVTUTOR_FUZZ", SCRIPTS) {
        let now = now();
        let mut pair = Pair::new(&mut peer, now);
        pair.run(&script(seed, version));
        let mut ours = pair.ours;
        let wanted = dump_ours(&mut ours);
        eprintln!("seed {seed}: {} keys", wanted.len());
        peer.call(&["RESET"]);
        peer.call(&["SAVE"]);
        let theirs = contents(&dump::dump(|words| peer.call(words)));
        assert_same(&load(&path, now), &theirs);
        assert_same(&replay(&ours.log, now), &wanted);
        assert_same(&send(&mut peer, &ours.log), &wanted);
        rdb::save(&Disk, &path, &ours.engine.keyspace, now).unwrap();
        assert_same(&load(&path, now), &wanted);
        peer.call(&["FLUSHALL"]);
        peer.call(&["DEBUG", "RELOAD", "NOSAVE"]);
        assert_same(&contents(&dump::dump(|words| peer.call(words))), &wanted);
    }
}

//! Logs and snapshots beside a real server: each loads what the other wrote. And a log that uses
//! every write command, cut and damaged at every byte.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use kvtutor::engine::data::Limits;
use kvtutor::engine::{Engine, Flag, Now, Peer as Client, SessionId, table};
use kvtutor::persistence::aof::{Fsync, Item, Loaded, Log, Settings, load};
use kvtutor::persistence::storage::{Disk, MemoryDisk, Storage};
use kvtutor::persistence::{LoadError, Replay, rdb};
use kvtutor::resp::Reply;

use crate::dump::{Dump, assert_same, contents, dump};
use crate::every_command::{EARLY, NOW, ask, large_values, script, slices};
use crate::peer::Peer;
use crate::table::is_row_of;
use crate::version::Version;

/// An engine with its log.
pub struct Ours {
    pub engine: Engine,
    client: SessionId,
    log: Log,
}

pub fn load_engine(
    storage: &dyn Storage,
    settings: &Settings,
) -> Result<(Engine, Loaded), LoadError> {
    let mut engine = Engine::new(7);
    let mut replay = Replay::new(Now::from_ms(NOW));
    let loaded = load(storage, settings, |item| replay.apply(&mut engine, item), |_| {})?;
    Ok((engine, loaded))
}

impl Ours {
    pub fn start(storage: Arc<dyn Storage>, settings: &Settings) -> Self {
        let now = Now::from_ms(NOW);
        let (mut engine, loaded) = load_engine(storage.as_ref(), settings).unwrap();
        engine.keyspace.effects.enabled = true;
        let client = engine.connect(Client::default(), now);
        let log = Log::start(storage, settings.clone(), loaded, &engine.keyspace, now).unwrap();
        Self { engine, client, log }
    }

    pub fn call(&mut self, words: &[&[u8]]) -> Reply {
        let now = Now::from_ms(NOW);
        let reply = ask(&mut self.engine, self.client, NOW, words);
        let mut units = Vec::new();
        self.engine.keyspace.effects.drain_into(&mut units);
        self.log.append(&units, now).unwrap();
        reply
    }

    pub fn rewrite(&mut self) {
        self.log.rewrite(&self.engine.keyspace, Now::from_ms(NOW)).unwrap();
        self.engine.keyspace.effects.forget_database();
    }

    pub fn dump(&mut self) -> Dump {
        dump(|words| ask(&mut self.engine, self.client, EARLY, words))
    }
}

pub fn dump_engine(mut engine: Engine) -> Dump {
    let client = engine.connect(Client::default(), Now::from_ms(EARLY));
    dump(|words| ask(&mut engine, client, EARLY, words))
}

/// A real server on `dir`, ready; `None` where there is none and that is allowed.
fn peer(dir: &Path, extra: &[&str]) -> Option<Peer> {
    peer_of(Version::Redis7, dir, extra)
}

/// The same, of any version.
pub fn peer_of(version: Version, dir: &Path, extra: &[&str]) -> Option<Peer> {
    let mut args = vec!["--dir", dir.to_str().unwrap(), "--appendfsync", "no"];
    args.extend(extra);
    let mut peer = Peer::start_version(version, None, &args)?;
    while peer.call(&["PING"]) != Reply::Simple(b"PONG".to_vec()) {}
    Some(peer)
}

fn dump_peer(peer: &mut Peer) -> Dump {
    dump(|words| peer.call(words))
}

/// Runs one of Redis's checkers, which must be content.
fn check(program: &str, file: &Path) {
    let output = Command::new(program).arg(file).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}");
}

#[test]
fn the_script_uses_every_write_command() {
    let used: BTreeSet<Vec<u8>> =
        script().iter().map(|words| words[0].to_ascii_uppercase()).collect();
    let missing: Vec<&str> = table()
        .filter(|row| row.has(Flag::Write) && !used.contains(row.name.as_bytes()))
        // Their own script is for newer servers.
        .filter(|row| is_row_of(row, Version::Redis7))
        .map(|row| row.name)
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
    let mut engine = Engine::new(7);
    let client = engine.connect(Client::default(), Now::from_ms(NOW));
    for words in script() {
        let reply = ask(&mut engine, client, NOW, &slices(&words));
        assert!(!matches!(reply, Reply::Error(_)), "{words:?}: {reply:?}");
    }
}

#[test]
fn a_real_server_loads_our_log() {
    for rdb_base in [true, false] {
        for rewrite_at in [None, Some(60), Some(usize::MAX)] {
            let folder = tempfile::tempdir().unwrap();
            let settings = Settings { rdb_base, fsync: Fsync::No, ..Settings::new(folder.path()) };
            let mut ours = Ours::start(Arc::new(Disk), &settings);
            for (number, words) in script().into_iter().chain(large_values()).enumerate() {
                ours.call(&slices(&words));
                if Some(number) == rewrite_at {
                    ours.rewrite();
                }
            }
            if rewrite_at == Some(usize::MAX) {
                ours.rewrite();
            }
            let Some(mut peer) = peer(folder.path(), &["--appendonly", "yes"]) else { return };
            check("redis-check-aof", &settings.manifest());
            let theirs = dump_peer(&mut peer);
            assert!(theirs.len() > 40);
            assert_same(&dump_engine(load_engine(&Disk, &settings).unwrap().0), &theirs);
            assert_same(&contents(&ours.dump()), &contents(&theirs));
        }
    }
}

#[test]
fn we_load_a_real_servers_log() {
    for preamble in ["yes", "no"] {
        let folder = tempfile::tempdir().unwrap();
        let args = [
            "--appendonly",
            "yes",
            "--aof-use-rdb-preamble",
            preamble,
            "--aof-timestamp-enabled",
            "yes",
        ];
        let Some(mut peer) = peer(folder.path(), &args) else { return };
        let settings = Settings::new(folder.path());
        let mut lines = script();
        lines.extend(large_values());
        for (number, words) in lines.iter().enumerate() {
            peer.call(words);
            if number == 60 || number + 20 == lines.len() {
                peer.call(&["BGREWRITEAOF"]);
                wait_for_rewrite(&mut peer);
            }
        }
        let theirs = dump_peer(&mut peer);
        let (engine, loaded) = load_engine(&Disk, &settings).unwrap();
        assert_eq!(loaded.notices, []);
        assert_same(&contents(&dump_engine(engine)), &contents(&theirs));
    }
}

pub fn wait_for_rewrite(peer: &mut Peer) {
    loop {
        let Reply::Bulk(info) = peer.call(&["INFO", "persistence"]) else { panic!("no INFO") };
        let info = String::from_utf8(info).unwrap();
        if info.contains("aof_rewrite_in_progress:0") && info.contains("aof_rewrite_scheduled:0") {
            return;
        }
    }
}

/// What a server says of how two keys are used.
fn uses(word: &str, mut call: impl FnMut(&[&[u8]]) -> Reply) -> [i64; 2] {
    ["old", "new"].map(|key| {
        let reply = call(&[b"OBJECT", word.as_bytes(), key.as_bytes()]);
        let Reply::Integer(number) = reply else { panic!("{reply:?}") };
        number
    })
}

#[test]
fn a_snapshot_tells_how_its_keys_are_used_where_the_policy_goes_by_that() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dump.rdb");
    let Some(mut theirs) = peer(folder.path(), &["--enable-debug-command", "yes"]) else { return };
    let now = Now::from_ms(NOW);
    for (policy, word, value, new) in
        [("allkeys-lru", "IDLETIME", 5000, 0), ("volatile-lfu", "FREQ", 77, 5)]
    {
        let policy: [&[u8]; 4] = [b"CONFIG", b"SET", b"maxmemory-policy", policy.as_bytes()];
        // A second or two pass while the other server starts to count.
        let check = |found: [i64; 2]| {
            let [old, young] = found;
            assert!(
                (value..value + 5).contains(&old) && (new..new + 5).contains(&young),
                "{found:?}"
            );
        };
        let mut ours = Engine::new(1);
        let client = ours.connect(Client::default(), now);
        let mut call = |words: &[&[u8]]| ask(&mut ours, client, NOW, words);
        call(&policy);
        call(&[b"SET", b"new", b"v"]);
        let Reply::Bulk(payload) = call(&[b"DUMP", b"new"]) else { panic!("no payload") };
        let told = value.to_string();
        call(&[b"RESTORE", b"old", b"0", &payload, word.as_bytes(), told.as_bytes()]);
        check(uses(word, call));
        rdb::save(&Disk, &path, &ours.keyspace, now).unwrap();
        theirs.call(&policy);
        theirs.call(&["DEBUG", "RELOAD", "NOSAVE"]);
        check(uses(word, |words| theirs.call(words)));
        theirs.call(&["SAVE"]);
        let mut again = Engine::new(1);
        let client = again.connect(Client::default(), now);
        ask(&mut again, client, NOW, &policy);
        let entry = |db, key: &[u8], entry| again.keyspace.restore(db, key, entry);
        rdb::load(&Disk, &path, &Limits::default(), now, entry, |_, _| {}).unwrap().unwrap();
        check(uses(word, |words| ask(&mut again, client, NOW, words)));
    }
}

#[test]
fn snapshots_go_both_ways() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dump.rdb");
    let Some(mut first) = peer(folder.path(), &[]) else { return };
    for words in script().into_iter().chain(large_values()) {
        first.call(&words);
    }
    let (limits, now) = (Limits::default(), Now::from_ms(EARLY));
    let load_ours = || {
        let mut engine = Engine::new(7);
        let entry = |db, key: &[u8], entry| engine.keyspace.restore(db, key, entry);
        let loaded = rdb::load(&Disk, &path, &limits, now, entry, |_, _| {}).unwrap().unwrap();
        (engine, loaded)
    };
    first.call(&["CONFIG", "SET", "rdbcompression", "no"]);
    first.call(&["SAVE"]);
    let theirs = contents(&dump_peer(&mut first));
    assert_same(&contents(&dump_engine(load_ours().0)), &theirs);
    first.call(&["CONFIG", "SET", "rdbcompression", "yes"]);
    first.call(&["FUNCTION", "LOAD", "#!lua name=l\nredis.register_function('f', function() end)"]);
    first.call(&["SAVE"]);
    let (engine, loaded) = load_ours();
    assert_eq!(
        loaded.notices.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [format!(
            "{} holds 1 function libraries, which this engine does not know; they were passed \
             over and will not be in the next snapshot",
            path.display()
        )]
    );
    rdb::save(&Disk, &path, &engine.keyspace, now).unwrap();
    check("redis-check-rdb", &path);
    let ours = dump_engine(engine);
    assert_same(&contents(&ours), &theirs);
    let mut second = peer(folder.path(), &[]).unwrap();
    assert_same(&ours, &dump_peer(&mut second));
    second.call(&["XADD", "a stream", "*", "f", "v"]);
    second.call(&["SAVE"]);
    let entry = |_, _: &[u8], _| {};
    let refused = rdb::load(&Disk, &path, &limits, now, entry, |_, _| {}).unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!(
            "{} holds the key \"a stream\", which is a stream: this engine has no such type. \
             Nothing was changed. Delete the key with the server that wrote it and save again",
            path.display()
        )
    );
}

/// A snapshot of version 9 in the layouts that servers before 7.0 wrote; no checksum.
fn old_snapshot() -> Vec<u8> {
    let mut bytes = b"REDIS0009\xfe\x00\xfb\x09\x01".to_vec();
    let mut put = |code: u8, key: &str, body: &[u8]| {
        bytes.extend([code, u8::try_from(key.len()).unwrap()]);
        bytes.extend(key.bytes());
        bytes.extend(body);
    };
    let blob = |block: &[u8]| [&[u8::try_from(block.len()).unwrap()], block].concat();
    let ziplist = |entries: &[u8], tail: u8, count: u8| {
        let len = u8::try_from(entries.len() + 11).unwrap();
        [&[len, 0, 0, 0, tail, 0, 0, 0, count, 0], entries, &[0xff]].concat()
    };
    let zip = ziplist(b"\x00\x01a\x03\xf2\x02\x01b\x03\xc0\x00\x10", 18, 4);
    put(1, "list", b"\x02\x01x\xc0\x05");
    put(3, "zset-text", b"\x02\x01a\x031.5\x01b\xfe");
    put(9, "zipmap", &blob(b"\x02\x01a\x01\x001\x02bc\x02\x0122.\xff"));
    put(10, "ziplist", &blob(&zip));
    put(12, "zset-ziplist", &blob(&zip));
    put(13, "hash-ziplist", &blob(&zip));
    put(14, "quicklist", &[b"\x02".to_vec(), blob(&zip), blob(&zip)].concat());
    put(11, "intset", &blob(b"\x02\0\0\0\x02\0\0\0\xff\xff\x07\0"));
    // Idle time, then frequency, then an expire time in seconds, all before one key.
    bytes.extend(b"\xf8\x05\xf9\x07\xfd\xff\xff\xff\x7f");
    bytes.extend(b"\x00\x08expiring\x01v");
    bytes.extend(b"\xff\0\0\0\0\0\0\0\0");
    bytes
}

#[test]
fn an_old_snapshot_reads_as_a_real_server_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dump.rdb");
    std::fs::write(&path, old_snapshot()).unwrap();
    let Some(mut peer) = peer(folder.path(), &[]) else { return };
    let mut engine = Engine::new(7);
    let entry = |db, key: &[u8], entry| engine.keyspace.restore(db, key, entry);
    let now = Now::from_ms(EARLY);
    let loaded = rdb::load(&Disk, &path, &Limits::default(), now, entry, |_, _| {}).unwrap();
    assert_eq!(loaded.unwrap().keys, 9);
    assert_same(&dump_engine(engine), &dump_peer(&mut peer));
}

/// A log of one file that uses every write command.
fn every_command_log() -> Vec<u8> {
    let disk = MemoryDisk::new();
    disk.create_dir(Path::new("/data")).unwrap();
    let settings = Settings::new("/data");
    let mut ours = Ours::start(Arc::new(disk.clone()), &settings);
    for words in script() {
        ours.call(&slices(&words));
    }
    disk.read(&settings.log_dir().join("appendonly.aof.1.incr.aof")).unwrap()
}

fn disk_with(log: &[u8]) -> (MemoryDisk, Settings) {
    let (disk, settings) = (MemoryDisk::new(), Settings::new("/data"));
    disk.put(&settings.manifest(), b"file appendonly.aof.1.incr.aof seq 1 type i\n");
    disk.put(&settings.log_dir().join("appendonly.aof.1.incr.aof"), log);
    (disk, settings)
}

/// The units of a log, each as its words with lengths, and what they make.
fn replay(log: &[u8]) -> Result<(Vec<Vec<u8>>, Engine), LoadError> {
    let (disk, settings) = disk_with(log);
    let before = disk.files();
    let mut engine = Engine::new(7);
    let mut replay = Replay::new(Now::from_ms(NOW));
    let mut units = Vec::new();
    let apply = |item: Item<'_>| {
        if let Item::Unit(unit) = &item {
            let mut text = Vec::new();
            unit.records().for_each(|words| kvtutor::resp::write_request(&mut text, words));
            units.push(text);
        }
        replay.apply(&mut engine, item)
    };
    let result = load(&disk, &settings, apply, |_| {});
    assert_eq!(disk.files(), before, "loading changed a file");
    result.map(|_| (units, engine))
}

#[test]
fn a_log_of_every_write_command_makes_the_same_data_again() {
    let mut ours = {
        let disk = MemoryDisk::new();
        disk.create_dir(Path::new("/data")).unwrap();
        Ours::start(Arc::new(disk), &Settings::new("/data"))
    };
    for words in script() {
        ours.call(&slices(&words));
    }
    let log = every_command_log();
    assert_same(&dump_engine(replay(&log).unwrap().1), &ours.dump());
}

#[test]
fn cut_at_every_byte_a_log_of_every_write_command_loads_a_whole_prefix() {
    let log = every_command_log();
    let (all, _) = replay(&log).unwrap();
    let mut loaded = BTreeSet::new();
    for cut in 0..=log.len() {
        let (found, _) = replay(&log[..cut]).unwrap();
        assert_eq!(found, all[..found.len()], "cut at {cut}");
        loaded.insert(found.len());
    }
    assert_eq!(loaded, (0..=all.len()).collect());
}

#[test]
fn flipped_at_any_byte_a_log_of_every_write_command_is_refused_or_differs_in_one_place() {
    let log = every_command_log();
    let (all, _) = replay(&log).unwrap();
    for at in 0..log.len() {
        for flip in [0x01, 0xff] {
            let mut damaged = log.clone();
            damaged[at] ^= flip;
            let Ok((found, _)) = replay(&damaged) else { continue };
            let differ: Vec<_> = all.iter().zip(&found).filter(|(a, b)| a != b).collect();
            let last_is_gone = found.len() + 1 == all.len() && differ.is_empty();
            let in_place = found.len() == all.len()
                && differ.iter().all(|(a, b)| a.len() == b.len())
                && differ.len() <= 1;
            assert!(last_is_gone || in_place, "byte {at} flipped by {flip:#x}: {differ:?}");
        }
    }
}

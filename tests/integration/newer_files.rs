//! Logs and snapshots beside servers newer than 7.0: each loads what the other wrote, in every type and form;
//! and what only they can hold is refused by name.

use std::path::Path;
use std::sync::Arc;

use kvtutor::engine::data::Limits;
use kvtutor::engine::{Engine, Flag, Now, table};
use kvtutor::persistence::aof::{Fsync, Settings};
use kvtutor::persistence::storage::Disk;
use kvtutor::persistence::{LoadError, rdb};
use kvtutor::resp::Reply;

use crate::dump::{Dump, assert_same, contents, dump};
use crate::every_command::{EARLY, NOW, large_values, newer_script, script, slices};
use crate::peer::Peer;
use crate::persistence::{Ours, dump_engine, load_engine, peer_of, wait_for_rewrite};
use crate::table::is_row_of;
use crate::version::Version;

const NEWER: [Version; 2] = [Version::Redis8, Version::Valkey9];

/// All data that both sides can have.
fn lines(version: Version) -> Vec<Vec<Vec<u8>>> {
    let mut lines = script();
    lines.extend(large_values());
    if version == Version::Redis8 {
        lines.extend(newer_script());
    }
    lines
}

fn dump_peer(peer: &mut Peer) -> Dump {
    dump(|words| peer.call(words))
}

fn load_snapshot(path: &Path) -> Result<Engine, LoadError> {
    let mut engine = Engine::new(7);
    let entry = |db, key: &[u8], entry| engine.keyspace.restore(db, key, entry);
    rdb::load(&Disk, path, &Limits::default(), Now::from_ms(EARLY), entry, |_, _| {})?;
    Ok(engine)
}

#[test]
fn the_script_for_newer_servers_uses_every_write_command_that_7_0_has_not() {
    let used: Vec<Vec<u8>> = newer_script().into_iter().map(|mut words| words.remove(0)).collect();
    let missing: Vec<&str> = table()
        .filter(|row| row.has(Flag::Write) && !is_row_of(row, Version::Redis7))
        .map(|row| row.name)
        .filter(|name| !used.iter().any(|word| word == name.as_bytes()))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn a_newer_server_loads_our_log() {
    for version in NEWER {
        for rdb_base in [true, false] {
            for rewrite_at in [None, Some(usize::MAX)] {
                let folder = tempfile::tempdir().unwrap();
                let settings =
                    Settings { rdb_base, fsync: Fsync::No, ..Settings::new(folder.path()) };
                let mut ours = Ours::start(Arc::new(Disk), &settings);
                for words in lines(version) {
                    let reply = ours.call(&slices(&words));
                    assert!(!matches!(reply, Reply::Error(_)), "{words:?}: {reply:?}");
                }
                if rewrite_at.is_some() {
                    ours.rewrite();
                }
                let args = ["--appendonly", "yes"];
                let Some(mut peer) = peer_of(version, folder.path(), &args) else { return };
                let theirs = dump_peer(&mut peer);
                assert!(theirs.len() > 60);
                assert_same(&contents(&ours.dump()), &contents(&theirs));
            }
        }
    }
}

#[test]
fn we_load_the_log_of_a_newer_server() {
    for version in NEWER {
        for preamble in ["yes", "no"] {
            let folder = tempfile::tempdir().unwrap();
            let args = ["--appendonly", "yes", "--aof-use-rdb-preamble", preamble];
            let Some(mut peer) = peer_of(version, folder.path(), &args) else { return };
            let lines = lines(version);
            for (number, words) in lines.iter().enumerate() {
                peer.call(words);
                if number + 20 == lines.len() {
                    peer.call(&["BGREWRITEAOF"]);
                    wait_for_rewrite(&mut peer);
                }
            }
            let theirs = dump_peer(&mut peer);
            let (engine, loaded) = load_engine(&Disk, &Settings::new(folder.path())).unwrap();
            assert_eq!(loaded.notices, []);
            assert_same(&contents(&dump_engine(engine)), &contents(&theirs));
        }
    }
}

#[test]
fn snapshots_go_to_newer_servers_and_back() {
    for version in NEWER {
        for compression in ["no", "yes"] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("dump.rdb");
            let args = ["--rdbcompression", compression];
            let Some(mut first) = peer_of(version, folder.path(), &args) else { return };
            for words in lines(version) {
                first.call(&words);
            }
            first.call(&["SAVE"]);
            let theirs = contents(&dump_peer(&mut first));
            let engine = load_snapshot(&path).unwrap();
            rdb::save(&Disk, &path, &engine.keyspace, Now::from_ms(EARLY)).unwrap();
            assert_same(&contents(&dump_engine(engine)), &theirs);
            let mut second = peer_of(version, folder.path(), &[]).unwrap();
            assert_same(&contents(&dump_peer(&mut second)), &theirs);
        }
    }
}

/// Only where a field has an expire time is a snapshot written that 7.0 does not read.
#[test]
fn a_snapshot_has_the_version_that_its_data_need() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dump.rdb");
    let mut engine = Engine::new(7);
    let client = engine.connect(kvtutor::engine::Peer::default(), Now::from_ms(NOW));
    let mut begins = |line: &str| {
        let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        crate::every_command::ask(&mut engine, client, NOW, &words);
        rdb::save(&Disk, &path, &engine.keyspace, Now::from_ms(NOW)).unwrap();
        String::from_utf8(std::fs::read(&path).unwrap()[..9].to_vec()).unwrap()
    };
    assert_eq!(begins("HSET h a 1"), "REDIS0010");
    assert_eq!(begins("HEXPIRE h 100 FIELDS 1 a"), "REDIS0012");
    assert_eq!(begins("HPERSIST h FIELDS 1 a"), "REDIS0010");
}

#[test]
fn what_only_newer_servers_hold_is_refused_by_the_name_of_the_key() {
    for (version, words, kind) in [
        (Version::Redis8, &["XADD", "the key", "*", "f", "v"][..], "stream"),
        (Version::Redis8, &["VADD", "the key", "VALUES", "2", "1", "2", "e"], "value of a module"),
        (Version::Valkey9, &["XADD", "the key", "*", "f", "v"], "stream"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dump.rdb");
        let Some(mut peer) = peer_of(version, folder.path(), &[]) else { return };
        peer.call(&["SET", "a", "1"]);
        let reply = peer.call(words);
        assert!(!matches!(reply, Reply::Error(_)), "{reply:?}");
        peer.call(&["SAVE"]);
        let before = std::fs::read(&path).unwrap();
        let Err(refused) = load_snapshot(&path) else { panic!("{kind} was loaded") };
        let LoadError::UnknownType { key, kind: found, .. } = refused else { panic!("{refused}") };
        assert_eq!((key.as_str(), found), ("\"the key\"", kind));
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
}

//! Snapshots, logs and payloads as bytes: what loads is saved and loads as the same data; what does not load
//! has changed no file.

use std::path::Path;

use kvtutor::engine::data::Limits;
use kvtutor::engine::{Engine, Now, Peer as Client};
use kvtutor::persistence::aof::{Settings, load};
use kvtutor::persistence::storage::{MemoryDisk, Storage};
use kvtutor::persistence::{LoadError, Replay, rdb};
use kvtutor::resp::Reply;

use super::cage::try_all;
use crate::dump::{Dump, assert_same, contents, dump};
use crate::every_command::{EARLY, ask};

const SNAPSHOT: &str = "/dump.rdb";

fn load_snapshot(disk: &MemoryDisk) -> Result<Engine, LoadError> {
    let mut engine = Engine::new(7);
    let (limits, now) = (Limits::default(), Now::from_ms(i64::MIN));
    let entry = |db, key: &[u8], entry| engine.keyspace.restore(db, key, entry);
    rdb::load(disk, Path::new(SNAPSHOT), &limits, now, entry, |_, _| {})?;
    Ok(engine)
}

fn save_snapshot(engine: &Engine) -> MemoryDisk {
    let disk = MemoryDisk::new();
    disk.create_dir(Path::new("/")).unwrap();
    rdb::save(&disk, Path::new(SNAPSHOT), &engine.keyspace, Now::from_ms(EARLY)).unwrap();
    disk
}

/// Everything that lives, asked at a time so early that hardly anything has expired.
fn all_of(engine: &mut Engine) -> Dump {
    let client = engine.connect(Client::default(), Now::from_ms(i64::MIN));
    contents(&dump(|words| ask(engine, client, i64::MIN, words)))
}

/// Saved and loaded, the data is what it was.
fn assert_kept(mut engine: Engine) {
    let disk = save_snapshot(&engine);
    let mut again = load_snapshot(&disk).unwrap();
    assert_same(&all_of(&mut again), &all_of(&mut engine));
}

#[test]
fn snapshots_load_whole_or_not_at_all() {
    try_all("hostile::load::snapshots_load_whole_or_not_at_all", "snapshots", |input| {
        let mut input = input.to_vec();
        // A checksum of zero is none: otherwise it would refuse nearly everything.
        let end = input.len().saturating_sub(8);
        input[end..].fill(0);
        let disk = MemoryDisk::new();
        disk.put(Path::new(SNAPSHOT), &input);
        let before = disk.files();
        let loaded = load_snapshot(&disk);
        assert_eq!(disk.files(), before);
        let is_good = loaded.is_ok();
        loaded.into_iter().for_each(assert_kept);
        is_good
    });
}

#[test]
fn logs_load_whole_or_not_at_all() {
    try_all("hostile::load::logs_load_whole_or_not_at_all", "logs", |input| {
        let (disk, settings) = (MemoryDisk::new(), Settings::new("/data"));
        disk.put(&settings.manifest(), b"file appendonly.aof.1.incr.aof seq 1 type i\n");
        disk.put(&settings.log_dir().join("appendonly.aof.1.incr.aof"), input);
        let before = disk.files();
        let mut engine = Engine::new(7);
        let mut replay = Replay::new(Now::from_ms(EARLY));
        let loaded = load(&disk, &settings, |item| replay.apply(&mut engine, item), |_| {});
        assert_eq!(disk.files(), before);
        if loaded.is_ok() {
            assert_kept(engine);
        }
        loaded.is_ok()
    });
}

/// The checksum at the end of a payload, a bit at a time.
fn crc64(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ u64::from(*byte), |crc, _| {
            (crc >> 1) ^ if crc & 1 == 1 { 0x95ac_9329_ac4b_c9b5 } else { 0 }
        })
    })
}

#[test]
fn payloads_are_restored_or_leave_the_key_as_it_was() {
    let name = "hostile::load::payloads_are_restored_or_leave_the_key_as_it_was";
    try_all(name, "payloads", |input| {
        let mut engine = Engine::new(7);
        let client = engine.connect(Client::default(), Now::from_ms(EARLY));
        let mut call = |words: &[&[u8]]| ask(&mut engine, client, EARLY, words);
        let mut payload = [&input[..input.len().saturating_sub(10)], b"\x0a\0"].concat();
        payload.extend(crc64(&payload).to_le_bytes());
        call(&[b"SET", b"k", b"old"]);
        let restored = call(&[b"RESTORE", b"k", b"0", &payload, b"REPLACE"]);
        if restored != Reply::Simple(b"OK".to_vec()) {
            assert_eq!(call(&[b"GET", b"k"]), Reply::Bulk(b"old".to_vec()));
            return false;
        }
        let Reply::Bulk(first) = call(&[b"DUMP", b"k"]) else { panic!("no payload") };
        call(&[b"RESTORE", b"again", b"0", &first]);
        let Reply::Bulk(second) = call(&[b"DUMP", b"again"]) else { panic!("no payload") };
        assert_eq!(first, second);
        true
    });
}

//! Snapshots as a whole: what is written is read, what is damaged is refused.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::engine::codec::crc64;
use crate::engine::data::{Hash, List, Set, SortedSet, Value};
use crate::persistence::storage::{Fault as DiskFault, MemoryDisk, Survives};

const PATH: &str = "/dump.rdb";
const NOW: i64 = 1_700_000_000_000;

/// A keyspace with a value in every layout that is written.
fn every_layout() -> Keyspace {
    let mut keyspace = Keyspace::default();
    let limits = Limits::default();
    let tight = Limits {
        hash_max_listpack_entries: 1,
        set_max_intset_entries: 1,
        zset_max_listpack_entries: 1,
        ..limits
    };
    let mut put = |db, key: &str, value, at| {
        keyspace.restore(db, key.as_bytes(), Entry::new(value).with_expire_at(at));
    };
    for (number, text) in
        ["", "hello", "12", "-129", "40000", "3000000000", "007"].iter().enumerate()
    {
        put(0, &format!("s{number}"), Value::string(text.as_bytes()), None);
    }
    put(0, "long", Value::string(&b"abcabcabcd".repeat(500)), Some(NOW + 1));
    for (name, limits) in [("small", &limits), ("large", &tight)] {
        let (mut hash, mut set) = (Hash::new(), Set::new());
        let (mut numbers, mut sorted) = (Set::new(), SortedSet::new());
        for text in ["a", "-7", "\u{e9}\0\n"] {
            hash.set(text.as_bytes(), b"100", limits);
            set.insert(text.as_bytes(), limits);
        }
        for (number, score) in
            [(-1, 1.5), (70_000, f64::INFINITY), (i64::MIN, -0.25), (3, 1e300), (4, 5.0)]
        {
            numbers.insert(number.to_string().as_bytes(), limits);
            sorted.insert(number.to_string().as_bytes(), score, limits);
        }
        put(9, &format!("hash-{name}"), Value::Hash(hash), Some(NOW + 99));
        put(9, &format!("set-{name}"), Value::Set(set), None);
        put(9, &format!("numbers-{name}"), Value::Set(numbers), None);
        put(15, &format!("sorted-{name}"), Value::SortedSet(sorted), None);
    }
    let mut list = List::new();
    for number in 0..40_i64 {
        list.push_back(number.pow(5).to_string().as_bytes());
        list.push_back(&vec![b'x'; usize::try_from(number * 40).unwrap()]);
    }
    put(1, "list", Value::List(Box::new(list)), None);
    keyspace
}

/// Each key with its encoding and the commands that make it.
fn dump(keyspace: &Keyspace) -> BTreeMap<(usize, Vec<u8>), String> {
    let mut all = BTreeMap::new();
    for (db, database) in keyspace.databases().iter().enumerate() {
        for (key, entry) in database.iter() {
            let mut text = entry.value.encoding().to_owned();
            crate::persistence::rewrite::commands_for(key, entry, &mut |words| {
                let _ = write!(text, "\n{}", words.join(&b' ').escape_ascii());
            });
            all.insert((db, key.to_vec()), text);
        }
    }
    all
}

fn bytes_of(keyspace: &Keyspace) -> Vec<u8> {
    let disk = MemoryDisk::new();
    disk.put(Path::new("/x"), b"");
    save(&disk, Path::new(PATH), keyspace, Now::from_ms(NOW)).unwrap();
    disk.read(Path::new(PATH)).unwrap()
}

fn load_bytes(bytes: &[u8]) -> Result<(Keyspace, Loaded), LoadError> {
    let disk = MemoryDisk::new();
    disk.put(Path::new(PATH), bytes);
    let mut keyspace = Keyspace::default();
    let entry = |db, key: &[u8], entry| keyspace.restore(db, key, entry);
    let (limits, now) = (Limits::default(), Now::from_ms(NOW));
    let loaded = load(&disk, Path::new(PATH), &limits, now, entry, |_, _| {})?;
    Ok((keyspace, loaded.unwrap()))
}

#[test]
fn what_is_written_is_read() {
    let keyspace = every_layout();
    let (loaded, report) = load_bytes(&bytes_of(&keyspace)).unwrap();
    let mut wanted = dump(&keyspace);
    // A table with few elements is small again where the usual limits hold, as in Redis.
    for (key, text) in &mut wanted {
        for (large, small) in
            [("hashtable", "listpack"), ("hashtable", "intset"), ("skiplist", "listpack")]
        {
            let is_numbers = key.1.starts_with(b"numbers");
            let is_set = key.1.starts_with(b"set");
            if key.1.ends_with(b"-large") && !is_set && (small == "intset") == is_numbers {
                *text = text.replace(large, small);
            }
        }
    }
    let found = dump(&loaded);
    assert_eq!(report, Loaded { keys: wanted.len() as u64, expired: 0, notices: vec![] });
    for (key, text) in &wanted {
        let sorted = |text: &str| {
            let mut words: Vec<String> = text.split([' ', '\n']).map(str::to_owned).collect();
            words.sort();
            words
        };
        assert_eq!(sorted(&found[key]), sorted(text), "{key:?}");
    }
    assert_eq!(found.len(), wanted.len());
}

#[test]
fn keys_whose_time_has_come_are_left_out() {
    let mut keyspace = Keyspace::default();
    for (key, at) in [("dead", NOW - 1), ("living", NOW + 1)] {
        let entry = Entry::new(Value::Int(1)).with_expire_at(Some(at));
        keyspace.restore(0, key.as_bytes(), entry);
    }
    let (loaded, report) = load_bytes(&bytes_of(&keyspace)).unwrap();
    assert_eq!((report.keys, report.expired), (1, 1));
    assert_eq!(dump(&loaded).into_keys().collect::<Vec<_>>(), [(0, b"living".to_vec())]);
}

#[test]
fn every_cut_and_every_flipped_byte_is_refused() {
    let bytes = bytes_of(&every_layout());
    for at in 0..bytes.len() {
        assert!(load_bytes(&bytes[..at]).is_err(), "cut at {at}");
        for flip in [1, 0x40, 0x80, 0xff] {
            let mut damaged = bytes.clone();
            damaged[at] ^= flip;
            assert!(load_bytes(&damaged).is_err(), "{at} {flip}");
        }
    }
}

#[test]
fn an_error_names_the_place_and_what_cannot_be_read() {
    let error = |bytes: &[u8]| load_bytes(bytes).err().unwrap().to_string();
    let end = "Nothing was changed. `redis-check-rdb /dump.rdb` shows more; put a copy back, or \
               move the file away to start without it";
    assert_eq!(
        error(b"REDIS0010\xff12345678"),
        format!(
            "/dump.rdb is damaged at byte 18: the checksum at the end does not fit what stands \
             before. {end}"
        )
    );
    assert_eq!(
        error(b"REDIS0008\xff"),
        format!(
            "/dump.rdb is damaged at byte 9: its version is not one of 9 to 12, or Valkey's 80, which can be \
             read. {end}"
        )
    );
    assert_eq!(
        error(b"REDIS0010\x13\x03s\"\n..."),
        "/dump.rdb holds the key \"s\\\"\\n\", which is a stream: this engine has no such type. \
         Nothing was changed. Delete the key with the server that wrote it and save again"
    );
    assert_eq!(
        error(b"REDIS0011\x00\x01k\xc3\x05\x90\x00\x00\x00xxxxx"),
        format!("/dump.rdb is damaged at byte 9: a length was expected. {end}").replace(
            "byte 9: a length was expected",
            "byte 15: a length is written in an unknown way"
        )
    );
}

#[test]
fn hostile_lengths_reserve_nothing() {
    for length in [&b"\x81\x00\x00\x00\x00\x1f\xff\xff\xff"[..], &b"\x80\xff\xff\xff\xff"[..]] {
        for code in [0_u8, 1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14, 16, 17, 18, 20] {
            let mut bytes = b"REDIS0012".to_vec();
            bytes.extend([code, 1, b'k']);
            bytes.extend(length);
            bytes.extend([5; 40]);
            assert!(load_bytes(&bytes).is_err());
        }
    }
}

#[test]
fn functions_are_passed_over_and_said() {
    let mut bytes = b"REDIS0010\xf5\x03abc\xf5\x01d\xff".to_vec();
    bytes.extend(crc64::extend(0, &bytes).to_le_bytes());
    let (_, report) = load_bytes(&bytes).unwrap();
    assert_eq!(
        report.notices,
        [Notice::FunctionsSkipped { libraries: 2, file: Path::new(PATH).to_owned() }]
    );
}

#[test]
fn a_crash_while_saving_leaves_the_old_snapshot_or_the_new_one() {
    let (mut old, mut new) = (Keyspace::default(), Keyspace::default());
    old.restore(0, b"k", Entry::new(Value::Int(1)));
    new.restore(0, b"k", Entry::new(Value::Int(2)));
    for step in 0..10 {
        for survives in [Survives::Synced, Survives::Names, Survives::Torn(5)] {
            let disk = MemoryDisk::new();
            disk.put(Path::new(PATH), &bytes_of(&old));
            disk.fail_after(step, DiskFault::Crash);
            let saved = save(&disk, Path::new(PATH), &new, Now::from_ms(NOW)).is_ok();
            disk.power_loss(survives);
            let found = dump(&load_bytes(&disk.read(Path::new(PATH)).unwrap()).unwrap().0);
            assert!(found == dump(&new) || (!saved && found == dump(&old)), "{step}");
        }
    }
}

proptest! {
    #[test]
    fn compressed_strings_come_back(
        parts in prop::collection::vec((prop::collection::vec(any::<u8>(), 1..30), 1..200_usize), 1..30),
    ) {
        let text: Vec<u8> = parts.iter().flat_map(|(part, times)| part.repeat(*times)).collect();
        let mut keyspace = Keyspace::default();
        keyspace.restore(0, b"k", Entry::new(Value::string(&text)));
        let (loaded, _) = load_bytes(&bytes_of(&keyspace)).unwrap();
        let value = &loaded.databases()[0].entry(b"k").unwrap().value;
        prop_assert_eq!(value.as_string().unwrap().to_vec(), text);
    }

    #[test]
    fn noise_behind_a_header_never_panics(noise in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut bytes = b"REDIS0012".to_vec();
        bytes.extend(noise);
        let _ = load_bytes(&bytes);
    }
}

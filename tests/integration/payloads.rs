//! What `DUMP` gives, `RESTORE` takes: between the engine and a real server, both ways, for every type in every
//! form, those of servers long gone included.

use kvtutor::engine::{Engine, Now, Peer as Client, SessionId};
use kvtutor::resp::Reply;

use crate::dump::{Dump, assert_same, contents, dump};
use crate::every_command::{EARLY, NOW, ask, large_values, script, slices};
use crate::peer::Peer;
use crate::version::Version;

/// An engine and its client.
struct Ours(Engine, SessionId);

impl Ours {
    fn new() -> Self {
        let mut engine = Engine::new(7);
        let client = engine.connect(Client::default(), Now::from_ms(NOW));
        Self(engine, client)
    }

    fn call(&mut self, words: &[&[u8]]) -> Reply {
        ask(&mut self.0, self.1, EARLY, words)
    }

    fn dump(&mut self) -> Dump {
        dump(|words| self.call(words))
    }
}

/// All data, in the forms that the usual limits give it.
fn fill(mut call: impl FnMut(&[&[u8]])) {
    for words in script().into_iter().chain(large_values()) {
        call(&slices(&words));
    }
}

/// Sends every key by its payload, with its expire time.
fn send(
    all: &Dump,
    mut from: impl FnMut(&[&[u8]]) -> Reply,
    mut to: impl FnMut(&[&[u8]]) -> Reply,
) {
    for (db, key) in all.keys() {
        let db = db.to_string();
        from(&[b"SELECT", db.as_bytes()]);
        to(&[b"SELECT", db.as_bytes()]);
        let Reply::Bulk(payload) = from(&[b"DUMP", key]) else { panic!("no payload") };
        let Reply::Integer(at) = from(&[b"PEXPIRETIME", key]) else { panic!("no time") };
        let at = at.max(0).to_string();
        let reply = to(&[b"RESTORE", key, at.as_bytes(), &payload, b"ABSTTL"]);
        assert_eq!(reply, Reply::Simple(b"OK".to_vec()), "{}", key.escape_ascii());
    }
}

/// Every key on the other server, in both directions, with the encodings that it keeps if they are those of 7.0.
fn check_both_ways(version: Version, extra: &[&str], config: &[&[&[u8]]]) {
    let Some(mut peer) = Peer::start_version(version, None, extra) else { return };
    let mut ours = Ours::new();
    fill(|words| drop(ask(&mut ours.0, ours.1, NOW, words)));
    for words in config {
        assert_eq!(ours.call(words), Reply::Simple(b"OK".to_vec()));
    }
    let sent = ours.dump();
    assert!(sent.len() > 60, "{}", sent.len());
    send(&sent, |words| ours.call(words), |words| peer.call(words));
    let received = dump(|words| peer.call(words));
    assert_same(&contents(&sent), &contents(&received));

    let mut other = Ours::new();
    for words in config {
        other.call(words);
    }
    send(&received, |words| peer.call(words), |words| other.call(words));
    let other = other.dump();
    if version == Version::Redis7 {
        assert_same(&other, &received);
    }
    // What is packed, and for how long, has changed since.
    assert_same(&contents(&other), &contents(&received));

    peer.call(&["FLUSHALL"]);
    fill(|words| drop(peer.call(words)));
    let theirs = dump(|words| peer.call(words));
    let mut third = Ours::new();
    for words in config {
        third.call(words);
    }
    send(&theirs, |words| peer.call(words), |words| third.call(words));
    assert_same(&contents(&third.dump()), &contents(&theirs));
}

#[test]
fn payloads_go_both_ways() {
    check_both_ways(Version::Redis7, &[], &[]);
}

#[test]
fn payloads_go_to_redis_8_and_back() {
    check_both_ways(Version::Redis8, &[], &[]);
}

#[test]
fn payloads_go_to_valkey_and_back() {
    check_both_ways(Version::Valkey9, &[], &[]);
}

#[test]
fn payloads_go_both_ways_where_nothing_is_packed_or_compressed() {
    let limits = [
        "hash-max-listpack-entries",
        "set-max-intset-entries",
        "zset-max-listpack-entries",
        "list-max-listpack-size",
    ];
    let mut extra = vec!["--rdbcompression", "no"];
    let options: Vec<String> = limits.iter().map(|name| format!("--{name}")).collect();
    for option in &options {
        extra.extend([option.as_str(), "1"]);
    }
    let config: Vec<[&[u8]; 4]> =
        limits.iter().map(|name| [b"CONFIG".as_slice(), b"SET", name.as_bytes(), b"1"]).collect();
    check_both_ways(
        Version::Redis7,
        &extra,
        &config.iter().map(<[_; 4]>::as_slice).collect::<Vec<_>>(),
    );
}

/// The checksum at the end of a payload, a bit at a time.
fn crc64(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ u64::from(*byte), |crc, _| {
            (crc >> 1) ^ if crc & 1 == 1 { 0x95ac_9329_ac4b_c9b5 } else { 0 }
        })
    })
}

/// A payload as a server writes it whose snapshots have version `version`.
fn payload(layout: u8, body: &[u8], version: u16) -> Vec<u8> {
    let mut payload = [&[layout], body, &version.to_le_bytes()].concat();
    payload.extend(crc64(&payload).to_le_bytes());
    payload
}

fn blob(block: &[u8]) -> Vec<u8> {
    [&[u8::try_from(block.len()).unwrap()], block].concat()
}

/// Values in the layouts that servers before 7.0 wrote, and strings in every form.
fn old_values() -> Vec<(&'static str, Vec<u8>)> {
    let ziplist = b"\x17\0\0\0\x12\0\0\0\x04\0\x00\x01a\x03\xf2\x02\x01b\x03\xc0\x00\x10\xff";
    let listpack = b"\x0f\0\0\0\x03\0\x81a\x02\x01\x01\xde\x0c\x02\xff";
    vec![
        ("string", payload(0, b"\x03abc", 9)),
        ("byte", payload(0, b"\xc0\x80", 9)),
        ("word", payload(0, b"\xc1\x00\x80", 9)),
        ("long", payload(0, b"\xc2\x00\x00\x00\x80", 9)),
        ("two-byte length", payload(0, &[b"\x40\x50", [b'x'; 80].as_slice()].concat(), 9)),
        ("four-byte length", payload(0, b"\x80\0\0\0\x02xy", 9)),
        ("eight-byte length", payload(0, b"\x81\0\0\0\0\0\0\0\x02xy", 9)),
        ("compressed", payload(0, b"\xc3\x09\x40\x64\x01aa\xe0\x57\x00\x01aa\x00", 9)),
        ("list", payload(1, b"\x02\x01x\xc0\x05", 9)),
        ("set", payload(2, b"\x02\x01x\xc0\x05", 9)),
        ("zset of texts", payload(3, b"\x03\x01a\x031.5\x01b\xfe\x01c\xff", 9)),
        ("hash", payload(4, b"\x01\x01x\xc0\x05", 9)),
        ("zset", payload(5, b"\x01\x01a\x00\x00\x00\x00\x00\x00\xf8\x3f", 9)),
        ("zipmap", payload(9, &blob(b"\x02\x01a\x01\x001\x02bc\x02\x0122.\xff"), 9)),
        ("list of a ziplist", payload(10, &blob(ziplist), 9)),
        ("intset of words", payload(11, &blob(b"\x02\0\0\0\x02\0\0\0\xff\xff\x07\0"), 9)),
        ("intset of longs", payload(11, &blob(b"\x04\0\0\0\x01\0\0\0\x00\x00\x00\x80"), 9)),
        ("intset of quads", payload(11, &blob(b"\x08\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\x80"), 9)),
        ("zset of a ziplist", payload(12, &blob(ziplist), 9)),
        ("hash of a ziplist", payload(13, &blob(ziplist), 9)),
        (
            "quicklist",
            payload(14, &[b"\x02", blob(ziplist).as_slice(), &blob(ziplist)].concat(), 9),
        ),
        (
            "quicklist 2",
            payload(18, &[b"\x02\x01\x01x\x02", blob(listpack).as_slice()].concat(), 10),
        ),
    ]
}

#[test]
fn payloads_of_old_servers_are_read_as_a_real_server_reads_them() {
    let Some(mut peer) = Peer::start(&[]) else { return };
    let mut ours = Ours::new();
    for (name, payload) in old_values() {
        let words = [b"RESTORE", name.as_bytes(), b"0", &payload];
        assert_eq!(peer.call(&words), Reply::Simple(b"OK".to_vec()), "{name}");
        assert_eq!(ours.call(&words), Reply::Simple(b"OK".to_vec()), "{name}");
    }
    assert_same(&ours.dump(), &dump(|words| peer.call(words)));
}

#[test]
fn payloads_of_newer_servers_are_read_unless_their_type_is_none_of_ours() {
    let mut ours = Ours::new();
    let set = b"\x0f\0\0\0\x03\0\x81a\x02\x01\x01\xde\x0c\x02\xff";
    let mut restore = |payload: &[u8]| ours.call(&[b"RESTORE", b"k", b"0", payload, b"REPLACE"]);
    for version in 10..=12 {
        let payload = payload(20, &blob(set), version);
        assert_eq!(restore(&payload), Reply::Simple(b"OK".to_vec()));
    }
    for (layout, version, error) in [
        (20, 13, "ERR DUMP payload version or checksum are wrong"),
        (19, 10, "ERR Bad data format: the payload is a stream, and this engine has no such type"),
        (
            7,
            9,
            "ERR Bad data format: the payload is a value of a module, and this engine has no such \
             type",
        ),
        (24, 12, "ERR Bad data format"),
        (99, 12, "ERR Bad data format"),
    ] {
        let payload = payload(layout, &blob(set), version);
        assert_eq!(restore(&payload), Reply::Error(error.into()));
    }
    let Reply::Array(mut members) = ours.call(&[b"SMEMBERS", b"k"]) else { panic!("no set") };
    members.sort_by_key(|member| format!("{member:?}"));
    assert_eq!(members, ["-500", "1", "a"].map(|text| Reply::Bulk(text.into())));
}

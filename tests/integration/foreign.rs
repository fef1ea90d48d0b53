//! A directory that goes from kvtutor to a real server and back, as a person would do it; and what is said of
//! files that hold what the engine has not.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use kvtutor::engine::data::Limits;
use kvtutor::engine::{Engine, Now};
use kvtutor::persistence::aof::{Settings, load};
use kvtutor::persistence::storage::{Disk, MemoryDisk};
use kvtutor::persistence::{LoadError, Replay, rdb};
use kvtutor::resp::Reply;

use crate::dump::{Dump, dump};
use crate::every_command::EARLY;
use crate::peer::Peer;

/// `kvtutor exec` on a directory: what it prints. Its home holds nothing else.
fn exec(dir: &Path, script: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let input = home.path().join("script");
    fs::write(&input, script).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
        .arg("--home")
        .arg(home.path())
        .args(["exec", "--dir"])
        .arg(dir)
        .stdin(fs::File::open(input).unwrap())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

fn peer(dir: &Path, extra: &[&str]) -> Option<Peer> {
    let mut args = vec!["--dir", dir.to_str().unwrap()];
    args.extend(extra);
    let mut peer = Peer::start(&args)?;
    while peer.call(&["PING"]) != Reply::Simple(b"PONG".to_vec()) {}
    Some(peer)
}

/// The lines that put a value of each type into each database, some of them with an expire time.
fn sixteen_databases() -> String {
    let mut script = String::new();
    for db in 0..16 {
        write!(
            script,
            "SELECT {db}\nSET s {db} PXAT 40000000000{db:02}\nRPUSH l a {db}\nSADD t {db} x\n\
             HSET h f {db}\nPEXPIREAT h 41000000000{db:02}\nZADD z {db} a\n"
        )
        .unwrap();
    }
    script
}

/// The commands that ask for all of it, and what must be said.
fn questions() -> (String, String) {
    let (mut script, mut wanted) = (String::new(), String::new());
    for db in 0..16 {
        write!(
            script,
            "SELECT {db}\nDBSIZE\nGET s\nPEXPIRETIME s\nLRANGE l 0 -1\nSISMEMBER t {db}\nHGET h f\n\
             PEXPIRETIME h\nZSCORE z a\n"
        )
        .unwrap();
        write!(
            wanted,
            "OK\n5\n{db}\n40000000000{db:02}\na\n{db}\n1\n{db}\n41000000000{db:02}\n{db}\n"
        )
        .unwrap();
    }
    (script, wanted)
}

fn dump_peer(peer: &mut Peer) -> Dump {
    dump(|words| peer.call(words))
}

#[test]
fn a_directory_goes_to_a_real_server_and_back() {
    let (ask, wanted) = questions();
    for rewrite in [false, true] {
        for preamble in ["yes", "no"] {
            let folder = tempfile::tempdir().unwrap();
            let configure = format!("CONFIG SET aof-use-rdb-preamble {preamble}\n");
            let end = if rewrite { "BGREWRITEAOF\n" } else { "" };
            exec(folder.path(), &(configure + &sixteen_databases() + end));
            assert_eq!(exec(folder.path(), &ask), wanted);

            let args = ["--appendonly", "yes", "--aof-use-rdb-preamble", preamble];
            let Some(mut first) = peer(folder.path(), &args) else { return };
            let all = dump_peer(&mut first);
            assert_eq!(all.len(), 80);
            first.call(&["SELECT", "15"]);
            first.call(&["SET", "theirs", "1"]);
            if rewrite {
                first.call(&["CONFIG", "SET", "auto-aof-rewrite-percentage", "0"]);
                first.call(&["BGREWRITEAOF"]);
                loop {
                    let Reply::Bulk(info) = first.call(&["INFO", "persistence"]) else { panic!() };
                    let info = String::from_utf8(info).unwrap();
                    if info.contains("aof_rewrite_in_progress:0") {
                        break;
                    }
                }
            }
            drop(first);

            let last = exec(folder.path(), "SELECT 15\nGET theirs\nDEL theirs\n");
            assert_eq!(last, "OK\n1\n1\n");
            assert_eq!(exec(folder.path(), &ask), wanted);
            let mut second = peer(folder.path(), &args).unwrap();
            assert_eq!(dump_peer(&mut second), all);
            let manifest = Settings::new(folder.path()).manifest();
            let checked = Command::new("redis-check-aof")
                .arg(manifest)
                .stdin(Stdio::null())
                .output()
                .expect("redis-check-aof is in Debian's redis-tools");
            assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
        }
    }
}

fn load_log(dir: &Path) -> Result<(), LoadError> {
    let mut engine = Engine::new(7);
    let mut replay = Replay::new(Now::from_ms(EARLY));
    let apply = |item: kvtutor::persistence::aof::Item<'_>| replay.apply(&mut engine, item);
    load(&Disk, &Settings::new(dir), apply, |_| {}).map(drop)
}

#[test]
fn a_log_with_a_command_that_is_not_here_names_it() {
    for (words, name) in [
        (&["XADD", "stream", "*", "f", "v"][..], "XADD"),
        (
            &["FUNCTION", "LOAD", "#!lua name=l\nredis.register_function('f', function() end)"],
            "FUNCTION",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let Some(mut peer) = peer(folder.path(), &["--appendonly", "yes"]) else { return };
        peer.call(&["SET", "k", "v"]);
        let reply = peer.call(words);
        assert!(!matches!(reply, Reply::Error(_)), "{reply:?}");
        drop(peer);
        let path = Settings::new(folder.path()).log_dir().join("appendonly.aof.1.incr.aof");
        let before = fs::read(&path).unwrap();
        let path = path.display();
        assert_eq!(
            load_log(folder.path()).unwrap_err().to_string(),
            format!(
                "{path} holds the command {name} at byte 50, which this engine does not have. \
                 Nothing was changed. If another server wrote the file, delete there what needs \
                 {name}, and let it rewrite its log. If the file is damaged, copy it, then \
                 `truncate -s 50 {path}` cuts it there: what stands behind is lost"
            )
        );
        assert_eq!(fs::read(format!("{path}")).unwrap(), before);
    }
}

#[test]
fn a_snapshot_with_what_cannot_be_kept_names_it() {
    for (bytes, what) in [
        (&b"REDIS0010\xf7\x81\0\0\0\0\0\0\0\x01"[..], "data of a module"),
        (b"REDIS0010\xf6\x01", "functions of a test version"),
        (b"REDIS0010\xfe\x10", "keys in a database beyond the 16 that there are"),
    ] {
        let disk = MemoryDisk::new();
        disk.put(Path::new("/dump.rdb"), bytes);
        let now = Now::from_ms(EARLY);
        let refused = rdb::load(
            &disk,
            Path::new("/dump.rdb"),
            &Limits::DEFAULT,
            now,
            |_, _, _| {},
            |_, _| {},
        );
        assert_eq!(
            refused.unwrap_err().to_string(),
            format!(
                "/dump.rdb holds {what}: this engine cannot keep that. Nothing was changed. Take \
                 it away with the server that wrote the file and save again"
            )
        );
    }
}

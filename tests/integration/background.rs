//! Snapshots and rewrites beside the commands. What `tests/background/replies` says is asked of a real
//! server, and, by the unit tests of an instance, of ours. And `kvtutor serve` saves while clients write:
//! a real server and its tools take the files, and each is of one moment.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use kvtutor::resp::{Reply, write_request};
use tempfile::TempDir;

use crate::peer::Peer;
use crate::server::{Client, Server};

/// How many microseconds a real server's child process takes for a key.
const DELAY: &str = "60000";

/// How many keys stand beside those that are written to.
const KEYS: usize = 20_000;

fn info(client: &mut Client, name: &str) -> String {
    let Reply::Bulk(text) = client.call("INFO persistence") else { panic!("no INFO") };
    let text = String::from_utf8(text).unwrap();
    let found = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    found.unwrap_or_else(|| panic!("no {name}")).to_owned()
}

#[test]
fn a_real_server_answers_as_is_expected_of_ours() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/background/replies");
    let script = std::fs::read_to_string(script).unwrap();
    let more = ["--appendonly", "yes", "--rdb-key-save-delay", DELAY];
    let Some(peer) = Peer::start(&more) else { return };
    let mut client = Client::connect(&peer.socket());
    for number in 0..16 {
        client.call(&format!("SET k{number} old"));
    }
    let (mut wanted, mut found) = (String::new(), String::new());
    for line in script.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(reply) = line.strip_prefix("    ") {
            writeln!(wanted, "    {reply}").unwrap();
            continue;
        }
        writeln!(wanted, "{line}").unwrap();
        writeln!(found, "{line}").unwrap();
        if let Some(state) = line.strip_prefix("~ ") {
            for (name, value) in state.split(' ').map(|pair| pair.split_once(':').unwrap()) {
                while info(&mut client, name) != value {}
            }
        } else if let Some(names) = line.strip_prefix("INFO ") {
            let values: Vec<String> =
                names.split(' ').map(|name| info(&mut client, name)).collect();
            writeln!(found, "    {}", values.join(" ")).unwrap();
        } else if line.starts_with("SHUTDOWN") {
            client.send_line(line);
            let mut left = Vec::new();
            std::io::Read::read_to_end(&mut client.stream, &mut left).unwrap();
            writeln!(found, "    {}!", String::from_utf8(left).unwrap()).unwrap();
        } else {
            // A child process that runs stays slow; a save that is waited for need not be.
            let is_quick = line == "SAVE";
            if is_quick {
                client.call("CONFIG SET rdb-key-save-delay 0");
            }
            client.send_line(line);
            for reply in client.raw_reply().lines() {
                writeln!(found, "    {reply}").unwrap();
            }
            if is_quick {
                client.call(&format!("CONFIG SET rdb-key-save-delay {DELAY}"));
            }
        }
    }
    assert_eq!(found, wanted);
}

/// Counts, and writes each number to several places in one transaction, until it is told to stop; gives
/// the last number.
fn write_on(mut client: Client, is_over: &AtomicBool) -> usize {
    let mut number = 0;
    while !is_over.load(Ordering::Relaxed) {
        let mut requests = Vec::new();
        for _ in 0..20 {
            number += 1;
            let (text, name) = (number.to_string(), format!("key:{}", number % KEYS));
            for words in [
                vec!["MULTI"],
                vec!["INCR", "count"],
                vec!["SET", &name, &text],
                vec!["RPUSH", "list", &text],
                vec!["HSET", "hash", &name, &text],
                vec!["EXEC"],
            ] {
                write_request(&mut requests, &words);
            }
        }
        client.send(&requests);
        for _ in 0..20 * 6 {
            client.reply();
        }
    }
    number
}

/// Fills a server, and has it run `command` while a client writes, several times. Gives how many numbers
/// were written in all.
fn under_load(server: &Server, command: &str, in_progress: &str) -> usize {
    let mut client = server.connect();
    let mut requests = Vec::new();
    for number in 0..KEYS {
        let key = format!("key:{number}");
        write_request(&mut requests, &["SET", &key, "0"]);
    }
    client.send(&requests);
    for _ in 0..KEYS {
        client.reply();
    }
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| write_on(server.connect(), &is_over));
        for _ in 0..3 {
            let start: i64 = count(&mut client);
            let reply = client.call(command);
            assert!(
                matches!(&reply, Reply::Simple(text) if text.ends_with(b"started")),
                "{reply:?}"
            );
            while info(&mut client, in_progress) != "0" {}
            // Others were served meanwhile.
            while count(&mut client) == start {}
        }
        is_over.store(true, Ordering::Relaxed);
        writer.join().unwrap()
    })
}

fn count(client: &mut Client) -> i64 {
    let Reply::Bulk(text) = client.call("GET count") else { return 0 };
    String::from_utf8(text).unwrap().parse().unwrap()
}

/// A real server on files of ours: every number that was counted stands in every place.
fn is_of_one_moment(folder: &Path, appendonly: &str) -> Option<i64> {
    let theirs = TempDir::new().unwrap();
    for name in ["dump.rdb", "appendonlydir"] {
        let from = folder.join(name);
        if from.exists() {
            let copied = Command::new("cp").arg("-r").arg(from).arg(theirs.path()).status();
            assert!(copied.unwrap().success());
        }
    }
    let dir = theirs.path().display().to_string();
    let peer = Peer::start(&["--dir", &dir, "--appendonly", appendonly])?;
    let mut client = Client::connect(&peer.socket());
    while info(&mut client, "loading") != "0" {}
    let counted = count(&mut client);
    assert_eq!(client.call("LLEN list"), Reply::Integer(counted));
    assert_eq!(
        client.call("LINDEX list -1"),
        Reply::Bulk(counted.to_string().into_bytes()),
        "the list ends with another number"
    );
    let keys = i64::try_from(KEYS).unwrap();
    assert_eq!(client.call("HLEN hash"), Reply::Integer(counted.min(keys)));
    for back in 0..counted.min(keys) {
        let number = counted - back;
        let name = format!("key:{}", number % keys);
        let text = Reply::Bulk(number.to_string().into_bytes());
        assert_eq!(client.call(&format!("GET {name}")), text, "{name} of {counted}");
        assert_eq!(client.call(&format!("HGET hash {name}")), text, "{name} of {counted}");
    }
    Some(counted)
}

fn tool_accepts(tool: &str, file: &Path) {
    let checked = Command::new(tool).arg(file).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}

#[test]
fn a_snapshot_that_is_made_under_load_is_of_one_moment() {
    if Peer::start(&[]).is_none() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--save", "", "--appendonly", "no"]);
    let written = under_load(&server, "BGSAVE", "rdb_bgsave_in_progress");
    drop(server);
    tool_accepts("redis-check-rdb", &folder.path().join("dump.rdb"));
    let held = is_of_one_moment(folder.path(), "no").unwrap();
    assert!(held > 0 && held <= i64::try_from(written).unwrap(), "{held} of {written}");
}

#[test]
fn a_rewrite_under_load_loses_nothing() {
    if Peer::start(&[]).is_none() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--save", "", "--appendonly", "yes"]);
    let written = under_load(&server, "BGREWRITEAOF", "aof_rewrite_in_progress");
    // Killed, not asked to end: what was acknowledged is in the files.
    drop(server);
    let manifest = folder.path().join("appendonlydir/appendonly.aof.manifest");
    tool_accepts("redis-check-aof", &manifest);
    let text = std::fs::read_to_string(&manifest).unwrap();
    assert_eq!(
        text,
        "file appendonly.aof.4.base.rdb seq 4 type b\nfile appendonly.aof.4.incr.aof seq 4 type i\n"
    );
    let held = is_of_one_moment(folder.path(), "yes").unwrap();
    assert_eq!(held, i64::try_from(written).unwrap());
}

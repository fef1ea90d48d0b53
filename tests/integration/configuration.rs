//! The configuration beside a real server's: the same parameters, defaults, values and refusals.

use std::path::Path;

use kvtutor::engine::config::{Access, PARAMETERS, Parameter};
use kvtutor::resp::Reply;
use kvtutor::resp::show::{Style, show};

use crate::peer::{Ours, Peer};
use crate::server::{Client, Server};

/// Parameters that the peer is started with, or that are its own business.
const NOT_DEFAULT: &[&str] = &["dir", "port", "save", "unixsocket", "enable-debug-command"];

/// Parameters that reach into the system when set: sockets, processes, limits, the log.
const REACH_OUT: &[&str] = &[
    "activedefrag",
    "appendonly",
    "bind",
    "bind-source-addr",
    "maxclients",
    "oom-score-adj",
    "oom-score-adj-values",
    "port",
];

/// Values that are right for some kind of parameter and wrong for others.
const VALUES: &[&str] = &[
    "",
    "0",
    "1",
    "-1",
    "+1",
    "01",
    "7",
    "99",
    "101",
    "5000",
    "1mb",
    "1KB",
    "1k",
    "2gb",
    "1.5mb",
    "50%",
    "101%",
    "99999999999",
    "9223372036854775807",
    "9223372036854775808",
    "abc",
    "yes",
    "No",
    "YES",
    "always",
    "ALLKEYS-LRU",
    "local",
    "a b",
    "900 1",
    "900 1 60 0",
    "900",
    "1 2 3",
    "normal 1 2 3",
    "normal 1mb 2kb 3 pubsub 1 1 1",
    "master 1 1 1",
    "normal a 1 1",
    "KEA",
    "Elg",
    "q",
    "save now",
    "nosave save",
    "default",
    "50 99",
    "0.5",
    "{title}",
    "{title} x",
    "{bogus} x",
    "a-b.c",
    "a_b",
];

fn pairs(reply: Reply) -> Vec<(String, String)> {
    let Reply::Array(items) = reply else { panic!("no array: {reply:?}") };
    let text = |reply: &Reply| {
        let Reply::Bulk(bytes) = reply else { panic!("no text: {reply:?}") };
        String::from_utf8(bytes.clone()).unwrap()
    };
    let mut pairs: Vec<_> = items.chunks(2).map(|p| (text(&p[0]), text(&p[1]))).collect();
    pairs.sort();
    pairs
}

#[test]
fn parameters_and_defaults_are_those_of_a_real_server() {
    let Some(mut peer) = Peer::start(&[]) else { return };
    let (mut mine, mut theirs) = (
        pairs(Ours::new().call(&["CONFIG", "GET", "*"])),
        pairs(peer.call(&["CONFIG", "GET", "*"])),
    );
    for side in [&mut mine, &mut theirs] {
        for (name, value) in side {
            if NOT_DEFAULT.contains(&name.as_str()) {
                value.clear();
            }
        }
    }
    assert_eq!(mine, theirs);
}

#[test]
fn values_are_taken_and_refused_as_by_a_real_server() {
    let Some(mut peer) = Peer::start(&[]) else { return };
    let mut ours = Ours::new();
    let mut complaints = Vec::new();
    let text = |reply: &Reply| String::from_utf8_lossy(&show(reply, Style::NoRaw)).into_owned();
    for name in PARAMETERS.iter().filter(|row| may_be_tried(row)).flat_map(Parameter::names) {
        for value in VALUES {
            for words in [vec!["CONFIG", "SET", name, value], vec!["CONFIG", "GET", name]] {
                let (mine, theirs) = (ours.call(&words), peer.call(&words));
                if mine != theirs {
                    let (mine, theirs) = (text(&mine), text(&theirs));
                    complaints.push(format!("{words:?}\n  ours   {mine}  theirs {theirs}"));
                }
            }
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join(""));
}

/// Whether nothing but the parameter changes when it is set.
fn may_be_tried(row: &Parameter) -> bool {
    row.access == Access::Free && !row.name.starts_with("tls-") && !REACH_OUT.contains(&row.name)
}

/// A file as people write them, and what is said before it is rewritten.
const FILE: &str = "\
# My own server
port 0
  unixsocket elsewhere

# how much memory
maxmemory 100mb
MAXMEMORY-policy   allkeys-lru \t
save 900 1
save 300 10
appendonly no
notify-keyspace-events \"Ex\"
hash-max-ziplist-entries 100
client-output-buffer-limit normal 0 0 0
client-output-buffer-limit pubsub 32mb 8mb 60


requirepass \"a b\"
requirepass second
hz 10
logfile \"\"
# the end";

/// What is done to both, part by part; each part ends with a rewrite.
const REWRITES: &[&[&str]] = &[
    &["AUTH second", "CONFIG SET requirepass a\\b"],
    &["CONFIG SET maxmemory 50000000 hz 20 slowlog-max-len 5 timeout 100 requirepass "],
    &["CONFIG SET notify-keyspace-events KEA proc-title-template {title}\u{e9}"],
    &["CONFIG SET maxmemory-clients 5% hash-max-listpack-entries 512 repl-backlog-size 3145728"],
    &["CONFIG SET shutdown-on-sigterm save timeout 0 maxmemory-clients 0 replica-priority 7"],
    &["CONFIG RESETSTAT"],
];

/// The file after each rewrite. The lines that were added come in an order of the server's own; those
/// about rights and about the process that was started are left out.
fn rewritten(socket: &Path, file: &Path) -> Vec<String> {
    let folders = [socket, file].map(|path| path.parent().unwrap().display().to_string());
    let mut client = Client::connect(socket);
    let mut all = Vec::new();
    for lines in REWRITES {
        for line in *lines {
            let reply = client.call(line);
            assert_eq!(reply, Reply::Simple("OK".into()), "{line}");
        }
        assert_eq!(client.call("CONFIG REWRITE"), Reply::Simple("OK".into()));
        let mut text = std::fs::read_to_string(file).unwrap();
        for folder in &folders {
            text = text.replace(folder, "FOLDER");
        }
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("user ")).collect();
        let mark = lines.iter().position(|line| *line == "# Generated by CONFIG REWRITE").unwrap();
        let (kept, added) = lines.split_at(mark + 1);
        let mut added = added.to_vec();
        added.retain(|line| !line.is_empty());
        added.sort_unstable();
        all.push([kept, &added].concat().join("\n"));
    }
    all
}

#[test]
fn a_file_is_rewritten_as_a_real_server_does_it() {
    let place = |folder: &Path| {
        let file = folder.join("redis.conf");
        std::fs::write(&file, FILE).unwrap();
        file
    };
    let [ours, theirs] = [(); 2].map(|()| tempfile::TempDir::new().unwrap());
    let file = place(theirs.path());
    let Some(peer) = Peer::start_from(Some(&file), &[]) else { return };
    let theirs = rewritten(&peer.socket(), &file);
    let file = place(ours.path());
    let server = Server::start(ours.path(), &[file.to_str().unwrap(), "--save", ""]);
    let ours = rewritten(&server.socket, &file);
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(ours, theirs, "\nours:\n{ours}\ntheirs:\n{theirs}");
    }
}

//! The configuration beside a real server's: the same parameters, defaults, values and refusals.

use kvtutor::engine::config::{Access, PARAMETERS, Parameter};
use kvtutor::resp::Reply;
use kvtutor::resp::show::{Style, show};

use crate::peer::{Ours, Peer};

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

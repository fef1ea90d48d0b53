//! A real cluster of three nodes as one server: where commands go, what is united, what is refused.

use std::collections::BTreeSet;

use kvtutor::client::{Mode, Remote};
use tempfile::TempDir;

use super::servers::{Server, call, free_port, open, scan};
use super::{heard, push};
use crate::version::Version;

/// Three nodes with a third of the slots each.
pub struct Nodes(pub Vec<Server>);

const THIRDS: [(u16, u16); 3] = [(0, 5460), (5461, 10922), (10923, 16383)];

impl Nodes {
    pub fn start(extra: &[&str]) -> Option<Self> {
        Self::start_version(Version::Redis7, extra)
    }

    /// Nodes of a certain version.
    pub fn start_version(version: Version, extra: &[&str]) -> Option<Self> {
        let mut nodes = Vec::new();
        let mut buses = Vec::new();
        for _ in THIRDS {
            let (port, bus) = (free_port(), free_port().to_string());
            let cluster = ["--cluster-enabled", "yes", "--cluster-port", &bus];
            let all = [&cluster, extra].concat();
            let ports = ["--port", &port.to_string()];
            let folder = TempDir::new().unwrap();
            nodes.push(Server::start_with(version, folder, port, &ports, &all)?);
            buses.push(bus);
        }
        let nodes = Self(nodes);
        let mut each = nodes.each();
        for (remote, (first, last)) in each.iter_mut().zip(THIRDS) {
            assert_eq!(call(remote, &format!("CLUSTER ADDSLOTSRANGE {first} {last}")), "+OK\r\n");
        }
        for (node, bus) in nodes.0.iter().zip(&buses).skip(1) {
            let meet = format!("CLUSTER MEET 127.0.0.1 {} {bus}", node.port);
            assert_eq!(call(&mut each[0], &meet), "+OK\r\n");
        }
        for remote in &mut each {
            while !call(remote, "CLUSTER INFO").contains("cluster_state:ok") {}
        }
        Some(nodes)
    }

    /// A client of each node alone.
    fn each(&self) -> Vec<Remote> {
        self.0.iter().map(Server::open).collect()
    }

    fn open(&self) -> Remote {
        open(&format!("redis+cluster://127.0.0.1:{}", self.0[0].port))
    }

    fn name(&self, index: usize) -> String {
        format!("127.0.0.1:{}", self.0[index].port)
    }
}

#[test]
fn each_command_goes_where_its_key_is() {
    let Some(nodes) = Nodes::start(&[]) else { return };
    let mut remote = nodes.open();
    assert_eq!(remote.prompt(), nodes.name(0));
    assert_eq!(call(&mut remote, "SET foo 1"), "+OK\r\n");
    let redirect = remote.redirect().unwrap();
    assert_eq!((redirect.slot, redirect.server.clone()), (12182, nodes.name(2)));
    assert_eq!(remote.prompt(), nodes.name(2));
    assert_eq!(call(&mut remote, "INCR foo"), ":2\r\n");
    assert_eq!(remote.redirect(), None);
    for (line, expected) in [
        ("SET bar 1", "+OK\r\n"),
        ("OBJECT ENCODING bar", "$3\r\nint\r\n"),
        ("OBJECT ENCODING foo", "$3\r\nint\r\n"),
        ("EVAL return(redis.call('get',KEYS[1])) 1 foo", "$1\r\n2\r\n"),
        ("MSET {a}1 x {a}2 y", "+OK\r\n"),
        ("MGET {a}2 {a}1", "*2\r\n$1\r\ny\r\n$1\r\nx\r\n"),
        ("SELECT 0", "+OK\r\n"),
        ("SELECT 1", "-ERR SELECT is not allowed in cluster mode\r\n"),
        ("MGET foo bar", "-CROSSSLOT Keys in request don't hash to the same slot\r\n"),
        ("DBSIZE", ":4\r\n"),
        ("NOSUCH", "-ERR unknown command 'NOSUCH', with args beginning with: \r\n"),
        ("GET", "-ERR wrong number of arguments for 'get' command\r\n"),
    ] {
        assert_eq!(call(&mut remote, line), expected, "{line}");
    }
    assert_eq!(call(&mut remote, "HELLO 3").as_bytes()[0], b'%');
    for key in ["none1", "none2", "none3", "none4", "none5"] {
        assert_eq!(call(&mut remote, &format!("GET {key}")), "_\r\n");
    }
    let info = remote.info().unwrap();
    assert_eq!((info.mode, info.databases), (Mode::Cluster, Some(1)));
}

#[test]
fn all_nodes_together_know_the_keys_and_only_one_is_flushed() {
    let Some(nodes) = Nodes::start(&[]) else { return };
    let mut remote = nodes.open();
    let mut expected = BTreeSet::new();
    for number in 0..3000 {
        let key = format!("key:{number}");
        assert_eq!(call(&mut remote, &format!("SET {key} v")), "+OK\r\n");
        expected.insert(key.into_bytes());
    }
    assert_eq!(BTreeSet::from_iter(scan(&mut remote, "key:*")), expected);
    assert_eq!(call(&mut remote, "DBSIZE"), ":3000\r\n");
    assert!(call(&mut remote, "KEYS *").starts_with("*3000\r\n"));
    assert_eq!(call(&mut remote, "KEYS key:10"), "*1\r\n$6\r\nkey:10\r\n");
    assert_eq!(call(&mut remote, "SCAN x"), "-ERR invalid cursor\r\n");
    assert_eq!(call(&mut remote, &format!("SCAN {}", 7_u64 << 48)), "-ERR invalid cursor\r\n");
    let mut each = nodes.each();
    let sizes: Vec<String> = each.iter_mut().map(|node| call(node, "DBSIZE")).collect();
    // `foo` is with the third.
    call(&mut remote, "SET foo 1");
    assert_eq!(call(&mut remote, "FLUSHALL"), "+OK\r\n");
    let left: Vec<String> = each.iter_mut().map(|node| call(node, "DBSIZE")).collect();
    assert_eq!(left, [&sizes[0], &sizes[1], ":0\r\n"]);
}

#[test]
fn a_transaction_goes_where_its_first_key_is() {
    let Some(nodes) = Nodes::start(&[]) else { return };
    let mut remote = nodes.open();
    for line in ["MULTI", "SET foo 1", "INCR foo"] {
        assert_eq!(remote.in_transaction(), line != "MULTI");
        call(&mut remote, line);
    }
    assert!(remote.in_transaction());
    assert_eq!(call(&mut remote, "EXEC"), "*2\r\n+OK\r\n:2\r\n");
    assert!(!remote.in_transaction());

    assert_eq!(call(&mut remote, "WATCH bar"), "+OK\r\n");
    assert_eq!(call(&mut remote, "GET foo"), "$1\r\n2\r\n");
    assert_eq!(call(&mut remote, "MULTI"), "+OK\r\n");
    assert_eq!(call(&mut remote, "SET bar 1"), "+QUEUED\r\n");
    call(&mut nodes.open(), "SET bar other");
    assert_eq!(call(&mut remote, "EXEC"), "*-1\r\n");

    call(&mut remote, "MULTI");
    assert_eq!(call(&mut remote, "SET foo 3"), "+QUEUED\r\n");
    let moved = format!("-MOVED 5061 {}\r\n", nodes.name(0));
    assert_eq!(call(&mut remote, "SET bar 3"), moved);
    assert_eq!(
        call(&mut remote, "EXEC"),
        "-EXECABORT Transaction discarded because of previous errors.\r\n"
    );
    assert_eq!(call(&mut remote, "GET bar"), "$5\r\nother\r\n");
    for line in ["MULTI", "EXEC"] {
        let expected = if line == "MULTI" { "+OK\r\n" } else { "*0\r\n" };
        assert_eq!(call(&mut remote, line), expected);
    }
    call(&mut remote, "MULTI");
    assert_eq!(call(&mut remote, "MULTI"), "-ERR MULTI calls can not be nested\r\n");
    assert_eq!(call(&mut remote, "DISCARD"), "+OK\r\n");
    assert_eq!(call(&mut remote, "EXEC"), "-ERR EXEC without MULTI\r\n");
}

#[test]
fn a_slot_that_moves_is_followed() {
    let Some(nodes) = Nodes::start(&[]) else { return };
    let mut remote = nodes.open();
    call(&mut remote, "SET foo 1");
    let mut each = nodes.each();
    let ids: Vec<String> = each
        .iter_mut()
        .map(|node| call(node, "CLUSTER MYID").lines().nth(1).unwrap().to_owned())
        .collect();
    call(&mut each[0], &format!("CLUSTER SETSLOT 12182 IMPORTING {}", ids[2]));
    call(&mut each[2], &format!("CLUSTER SETSLOT 12182 MIGRATING {}", ids[0]));
    // The key is still there; a new one of the slot is already with the other.
    assert_eq!(call(&mut remote, "GET foo"), "$1\r\n1\r\n");
    assert_eq!(call(&mut remote, "SET {foo}new 1"), "+OK\r\n");
    assert_eq!(remote.redirect().unwrap().server, nodes.name(0));
    let port = nodes.0[0].port;
    assert_eq!(call(&mut each[2], &format!("MIGRATE 127.0.0.1 {port} foo 0 5000")), "+OK\r\n");
    for node in &mut each {
        assert_eq!(call(node, &format!("CLUSTER SETSLOT 12182 NODE {}", ids[0])), "+OK\r\n");
    }
    assert_eq!(call(&mut remote, "INCR foo"), ":2\r\n");
    assert_eq!(remote.prompt(), nodes.name(0));
    call(&mut remote, "MULTI");
    assert_eq!(call(&mut remote, "INCR foo"), "+QUEUED\r\n");
    assert_eq!(call(&mut remote, "EXEC"), "*1\r\n:3\r\n");
}

#[test]
fn a_transaction_follows_a_slot_that_has_moved() {
    let Some(nodes) = Nodes::start(&[]) else { return };
    let mut remote = nodes.open();
    call(&mut remote, "GET foo");
    let mut each = nodes.each();
    let id = call(&mut each[0], "CLUSTER MYID").lines().nth(1).unwrap().to_owned();
    for node in &mut each {
        assert_eq!(call(node, &format!("CLUSTER SETSLOT 12182 NODE {id}")), "+OK\r\n");
    }
    assert_eq!(call(&mut remote, "MULTI"), "+OK\r\n");
    assert_eq!(call(&mut remote, "INCR foo"), "+QUEUED\r\n");
    assert_eq!(call(&mut remote, "EXEC"), "*1\r\n:1\r\n");
    assert_eq!(remote.prompt(), nodes.name(0));
}

#[test]
fn one_waits_and_listens_in_a_cluster_too() {
    let Some(nodes) = Nodes::start(&[]) else { return };
    let (mut remote, mut other) = (nodes.open(), nodes.open());
    remote.start(&["BLPOP", "foo", "0"]).unwrap();
    assert_eq!(remote.poll(super::SHORT).unwrap(), None);
    call(&mut other, "RPUSH foo a");
    assert_eq!(heard(&mut remote), super::reply("*2\r\n$3\r\nfoo\r\n$1\r\na\r\n"));
    call(&mut remote, "SUBSCRIBE news");
    call(&mut other, "PUBLISH news hi");
    assert_eq!(heard(&mut remote), push("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n"));
    assert_eq!(
        call(&mut remote, "UNSUBSCRIBE"),
        "*3\r\n$11\r\nunsubscribe\r\n$4\r\nnews\r\n:0\r\n"
    );
    assert_eq!(call(&mut remote, "PING"), "+PONG\r\n");
}

#[test]
fn a_node_that_is_gone_is_named_and_the_others_go_on() {
    let Some(mut nodes) = Nodes::start(&["--cluster-require-full-coverage", "no"]) else { return };
    let mut remote = nodes.open();
    call(&mut remote, "SET foo 1");
    call(&mut remote, "SET bar 1");
    nodes.0[2].kill();
    let told =
        format!("no server listens at {}; start it, or check the port in --connect", nodes.name(2));
    assert_eq!(remote.call(&["GET", "foo"]).unwrap_err().to_string(), told);
    assert_eq!(remote.call(&["DBSIZE"]).unwrap_err().to_string(), told);
    assert_eq!(call(&mut remote, "GET bar"), "$1\r\n1\r\n");
    assert_eq!(call(&mut remote, "PING"), "+PONG\r\n");
    // The first server that is named may be the one that is gone.
    let url = format!("redis+cluster://{},{}", nodes.name(2), nodes.name(1));
    assert_eq!(call(&mut open(&url), "GET bar"), "$1\r\n1\r\n");
}

#[test]
fn a_password_opens_all_nodes() {
    let Some(nodes) = Nodes::start(&["--user", "erik", "on", ">secret", "~*", "&*", "+@all"])
    else {
        return;
    };
    let mut remote = open(&format!("redis+cluster://erik:secret@{}", nodes.name(1)));
    for key in ["foo", "bar", "hello"] {
        assert_eq!(call(&mut remote, &format!("SET {key} 1")), "+OK\r\n");
        assert_eq!(call(&mut remote, "ACL WHOAMI"), "$4\r\nerik\r\n");
    }
}

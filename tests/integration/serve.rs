//! `kvtutor serve`: real sockets, what real clients say, and what hostile ones try.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::process::Command;

use kvtutor::resp::{Reply, write_request};
use tempfile::TempDir;

use crate::server::{Client, Server};

fn simple(text: &str) -> Reply {
    Reply::Simple(text.as_bytes().to_vec())
}

fn bulk(text: &str) -> Reply {
    Reply::Bulk(text.as_bytes().to_vec())
}

#[test]
fn clients_share_one_store() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &[]);
    let (mut one, mut two) = (server.connect(), server.connect());
    assert_eq!(one.call("SET k v"), simple("OK"));
    assert_eq!(two.call("GET k"), bulk("v"));
    assert_eq!(two.call("SELECT 3"), simple("OK"));
    assert_eq!(two.call("GET k"), Reply::Null);
    assert_eq!(one.call("DBSIZE"), Reply::Integer(1));
    // WATCH sees what the other client does.
    one.call("WATCH k");
    one.call("MULTI");
    one.call("INCR n");
    two.call("SELECT 0");
    two.call("SET k other");
    assert_eq!(one.call("EXEC"), Reply::Null);
}

#[test]
fn pipelines_inline_lines_and_requests_in_pieces_are_run_in_order() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &[]);
    let mut client = server.connect();
    let mut bytes = Vec::new();
    for _ in 0..10_000 {
        write_request(&mut bytes, &["INCR", "n"]);
    }
    client.send(&bytes);
    for number in 1..=10_000 {
        assert_eq!(client.reply(), Reply::Integer(number));
    }
    client.send(b"SET greeting \"hello world\"\r\n\r\nGET greeting\n");
    assert_eq!((client.reply(), client.reply()), (simple("OK"), bulk("hello world")));
    for byte in b"*2\r\n$3\r\nGET\r\n$1\r\nn\r\n" {
        client.send(&[*byte]);
    }
    assert_eq!(client.reply(), bulk("10000"));
    let large = "x".repeat(10 * 1024 * 1024);
    let mut bytes = Vec::new();
    write_request(&mut bytes, &["SET", "large", &large]);
    client.send(&bytes);
    assert_eq!(client.reply(), simple("OK"));
    assert_eq!(client.call("STRLEN large"), Reply::Integer(10 * 1024 * 1024));
    assert_eq!(client.call("GET large"), bulk(&large));
    client.send(b"PING\r\nQUIT\r\nSET after quit\r\n");
    assert_eq!(client.rest(), "+PONG\r\n+OK\r\n");
    assert_eq!(server.connect().call("EXISTS after"), Reply::Integer(0));
}

#[test]
fn replies_of_the_third_protocol_are_sent_after_hello() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &[]);
    let mut client = server.connect();
    assert!(matches!(client.call("HELLO 3"), Reply::Map(_)));
    client.call("HSET h f v");
    assert_eq!(client.call("HGETALL h"), Reply::Map(vec![(bulk("f"), bulk("v"))]));
}

#[test]
fn what_is_no_request_ends_that_connection_only() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &[]);
    let mut other = server.connect();
    let error = |text: &str| format!("-ERR Protocol error: {text}\r\n");
    for (bytes, told) in [
        (b"*1\r\n$9223372036854775807\r\n".to_vec(), error("invalid bulk length")),
        (b"*-5\r\n*99999999\r\n".to_vec(), error("invalid multibulk length")),
        (b"*1\r\n$-1\r\n".to_vec(), error("invalid bulk length")),
        (b"*2\r\n+GET\r\n".to_vec(), error("expected '$', got '+'")),
        (b"SET a 'open\r\n".to_vec(), error("unbalanced quotes in request")),
        (vec![b'a'; 200_000], error("too big inline request")),
    ] {
        let mut client = server.connect();
        client.send(&bytes);
        // What it had not read when it closed may come back as a reset instead of an end.
        let mut said = Vec::new();
        let _ = client.stream.read_to_end(&mut said);
        assert_eq!(String::from_utf8_lossy(&said), told);
        assert_eq!(other.call("PING"), simple("PONG"));
    }
    // A header that promises a million words reserves nothing for them.
    let mut client = server.connect();
    client.send(b"*1000000\r\n$4\r\nPING\r\n");
    assert_eq!(other.call("PING"), simple("PONG"));
    drop(client);
    assert_eq!(other.call("PING"), simple("PONG"));
}

#[test]
fn one_who_sends_no_more_still_gets_the_replies() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &[]);
    let mut client = server.connect();
    client.send(b"PING\r\nECHO bye\r\n");
    client.stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(client.rest(), "+PONG\r\n$3\r\nbye\r\n");
}

#[test]
fn one_who_reads_nothing_does_not_hold_up_the_others() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &[]);
    let mut other = server.connect();
    let large = "x".repeat(1024 * 1024);
    let mut bytes = Vec::new();
    write_request(&mut bytes, &["SET", "large", &large]);
    other.send(&bytes);
    assert_eq!(other.reply(), simple("OK"));
    let mut slow = server.connect();
    let asked = 200;
    slow.send(&b"GET large\r\n".repeat(asked));
    for _ in 0..100 {
        assert_eq!(other.call("PING"), simple("PONG"));
    }
    // It was held back, and nothing of what it asked for is lost.
    for _ in 0..asked {
        assert_eq!(slow.reply(), bulk(&large));
    }
}

#[test]
fn many_connections_and_slow_ones_do_no_harm() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--maxclients", "10000"]);
    let mut other = server.connect();
    let resident = || {
        let status = fs::read_to_string(format!("/proc/{}/status", server.process_id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap()
    };
    let before = resident();
    // As many as the system lets this process open; each has sent the beginning of a request.
    let mut crowd = Vec::new();
    while crowd.len() < 9_000 {
        let Ok(mut stream) = UnixStream::connect(&server.socket) else { break };
        stream.write_all(b"*1000000\r\n$3\r\nSE").unwrap();
        crowd.push(stream);
    }
    assert!(crowd.len() > 500, "{}", crowd.len());
    let listed = |other: &mut Client| {
        let Reply::Bulk(text) = other.call("CLIENT LIST") else { panic!("no list") };
        String::from_utf8(text).unwrap().lines().count()
    };
    // They come in a thousand a turn, so that nobody inside waits for all of them.
    while listed(&mut other) < crowd.len() + 1 {}
    // One byte after the other, for a while, by all of them.
    for byte in b"T\r\n$" {
        for stream in &mut crowd {
            stream.write_all(&[*byte]).unwrap();
        }
        assert_eq!(other.call("PING"), simple("PONG"));
    }
    let each = (resident() - before) * 1024 / crowd.len();
    assert!(each < 16 * 1024, "{each} bytes for a connection");
    drop(crowd);
    while listed(&mut other) > 1 {}
    assert_eq!(server.connect().call("PING"), simple("PONG"));
}

#[test]
fn a_password_is_asked_for() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--requirepass", "secret"]);
    let mut client = server.connect();
    let denied = Reply::Error(b"NOAUTH Authentication required.".to_vec());
    assert_eq!(client.call("GET k"), denied);
    assert_eq!(client.call("AUTH secret"), simple("OK"));
    assert_eq!(client.call("GET k"), Reply::Null);
    let mut stranger = server.connect();
    stranger.send(b"*1\r\n$100000\r\n");
    assert_eq!(stranger.rest(), "-ERR Protocol error: unauthenticated bulk length\r\n");
}

#[test]
fn there_are_no_more_clients_than_allowed() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--maxclients", "2"]);
    let (mut one, mut two) = (server.connect(), server.connect());
    one.call("PING");
    two.call("PING");
    assert_eq!(server.connect().rest(), "-ERR max number of clients reached\r\n");
    drop(one);
    // The place is free as soon as the server has seen the other go.
    let listed = |reply| {
        let Reply::Bulk(text) = reply else { panic!("{reply:?}") };
        String::from_utf8(text).unwrap().lines().count()
    };
    while listed(two.call("CLIENT LIST")) > 1 {}
    assert_eq!(server.connect().call("PING"), simple("PONG"));
}

#[test]
fn data_outlives_the_server_as_its_settings_say() {
    let folder = TempDir::new().unwrap();
    let log = ["--appendonly", "yes", "--appendfsync", "always"];
    let server = Server::start(folder.path(), &log);
    server.connect().call("SET logged 1");
    drop(server);
    let server = Server::start(folder.path(), &log);
    assert_eq!(server.connect().call("GET logged"), bulk("1"));
    assert_eq!(server.terminate(), Some(0));

    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--appendonly", "no", "--save", "900 1"]);
    server.connect().call("SET saved 1");
    assert_eq!(server.terminate(), Some(0));
    let server = Server::start(folder.path(), &["--appendonly", "no"]);
    assert_eq!(server.connect().call("GET saved"), bulk("1"));
}

#[test]
fn a_configuration_file_is_followed_and_the_command_line_comes_last() {
    let folder = TempDir::new().unwrap();
    let conf = folder.path().join("redis.conf");
    fs::write(&conf, "# a comment\n\nmaxclients 7\ntimeout 5\nsave 900 1\n").unwrap();
    let server = Server::start(folder.path(), &[conf.to_str().unwrap(), "--timeout", "9"]);
    let mut client = server.connect();
    let pair = |name: &str, value: &str| Reply::Array(vec![bulk(name), bulk(value)]);
    assert_eq!(client.call("CONFIG GET maxclients"), pair("maxclients", "7"));
    assert_eq!(client.call("CONFIG GET timeout"), pair("timeout", "9"));
}

#[test]
fn a_wrong_start_is_said_in_one_line() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(folder.path().join("open.conf"), "save \"900\n").unwrap();
    for (args, told) in [
        (
            vec!["--prot".to_owned(), "1".to_owned()],
            "there is no directive 'prot'; did you mean 'port'?".to_owned(),
        ),
        (
            vec![path("gone.conf")],
            format!("cannot read {}: No such file or directory", path("gone.conf")),
        ),
        (vec![path("open.conf")], format!("{}, line 1: a quote is open", path("open.conf"))),
        (
            vec!["--port".to_owned(), "0".to_owned()],
            "there is nowhere to listen: give a --port or a --unixsocket".to_owned(),
        ),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
            .arg("serve")
            .args(args)
            .env("KVTUTOR_HOME", folder.path())
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), format!("kvtutor: {told}\n"));
        assert_ne!(output.status.code(), Some(0));
    }
}

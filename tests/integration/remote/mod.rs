//! The client of other servers, beside real ones: replies byte for byte, waits, losses, refusals.

pub mod cluster;
pub mod servers;
mod tls;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use kvtutor::client::{Heard, Mode};

use servers::{Server, call, free_port, open, refusal, scan};

/// Longer than anything takes that comes.
const LONG: Duration = Duration::from_secs(60);
/// Too short for anything that does not come.
const SHORT: Duration = Duration::from_millis(1);

fn heard(remote: &mut kvtutor::client::Remote) -> Heard {
    loop {
        if let Some(heard) = remote.poll(LONG).unwrap() {
            return heard;
        }
    }
}

fn reply(text: &str) -> Heard {
    Heard::Reply(text.as_bytes().to_vec())
}

fn push(text: &str) -> Heard {
    Heard::Push(text.as_bytes().to_vec())
}

#[test]
fn replies_are_the_bytes_that_the_server_sent() {
    let Some(server) = Server::start(&[]) else { return };
    let mut remote = server.open();
    for (line, expected) in [
        ("SET k v", "+OK\r\n"),
        ("GET k", "$1\r\nv\r\n"),
        ("GET none", "$-1\r\n"),
        ("INCR k", "-ERR value is not an integer or out of range\r\n"),
        ("NOSUCH a b", "-ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' \r\n"),
        ("ZADD z 3.3 a", ":1\r\n"),
        ("ZSCORE z a", "$18\r\n3.2999999999999998\r\n"),
        ("BLPOP none 0.001", "*-1\r\n"),
        ("MULTI", "+OK\r\n"),
        ("INCR k", "+QUEUED\r\n"),
        ("GET k", "+QUEUED\r\n"),
        ("EXEC", "*2\r\n-ERR value is not an integer or out of range\r\n$1\r\nv\r\n"),
    ] {
        assert_eq!(call(&mut remote, line), expected, "{line}");
    }
    let hello = call(&mut remote, "HELLO 3");
    assert!(hello.starts_with("%7\r\n$6\r\nserver\r\n"), "{hello}");
    for (line, expected) in [
        ("ZSCORE z a", ",3.2999999999999998\r\n"),
        ("GET none", "_\r\n"),
        ("DEBUG PROTOCOL bignum", "(1234567999999999999999999999999999999\r\n"),
        ("DEBUG PROTOCOL set", "~3\r\n:0\r\n:1\r\n:2\r\n"),
        ("DEBUG PROTOCOL verbatim", "=29\r\ntxt:This is a verbatim\nstring\r\n"),
        ("DEBUG PROTOCOL true", "#t\r\n"),
    ] {
        assert_eq!(call(&mut remote, line), expected, "{line}");
    }
    let bytes: Vec<u8> = (0..=255).collect();
    remote.call(&[b"SET".as_slice(), &bytes, &bytes]).unwrap();
    let got = remote.call(&[b"GET".as_slice(), &bytes]).unwrap();
    assert_eq!(got, [b"$256\r\n".as_slice(), &bytes, b"\r\n"].concat());
    let long = "x".repeat(3_000_000);
    assert_eq!(call(&mut remote, &format!("SET long {long}")), "+OK\r\n");
    assert_eq!(call(&mut remote, "GET long"), format!("$3000000\r\n{long}\r\n"));
}

#[test]
fn the_url_says_the_database_the_socket_and_the_protocol() {
    let Some(server) = Server::start(&[]) else { return };
    let mut remote = open(&format!("{}/3", server.url()));
    assert_eq!(call(&mut remote, "SET k three"), "+OK\r\n");
    assert_eq!((remote.db(), remote.prompt()), (3, format!("127.0.0.1:{}", server.port)));
    let socket = server.socket();
    let mut remote = open(&format!("unix://{socket}?db=3"));
    assert_eq!(call(&mut remote, "GET k"), "$5\r\nthree\r\n");
    assert_eq!(remote.prompt(), format!("redis {socket}"));
    let mut remote = open(&format!("{}?protocol=resp3", server.url()));
    assert_eq!(call(&mut remote, "GET k"), "_\r\n");
    let mut remote = open(&format!("redis://localhost:{}/3", server.port));
    assert_eq!(call(&mut remote, "GET k"), "$5\r\nthree\r\n");
}

#[test]
fn a_password_and_a_user_are_needed_and_never_shown() {
    let user = ["--user", "erik", "on", ">fri:tjof", "~*", "+@all"];
    let acl = [&["--requirepass", "ge/he@im"], user.as_slice()].concat();
    let Some(server) = Server::start(&acl) else { return };
    let here = format!("127.0.0.1:{}", server.port);
    for url in [format!("redis://:ge%2Fhe%40im@{here}"), format!("redis://erik:fri%3Atjof@{here}")]
    {
        let mut remote = open(&url);
        assert_eq!(call(&mut remote, "PING"), "+PONG\r\n");
        let shown = format!("{remote:?}");
        assert!(!shown.contains("he@im") && !shown.contains("tjof"), "{shown}");
    }
    let mut remote = open(&format!("unix://{}?user=erik&pass=fri:tjof", server.socket()));
    assert_eq!(call(&mut remote, "ACL WHOAMI"), "$4\r\nerik\r\n");
    assert_eq!(
        refusal(&server.url()),
        format!("{here} wants a password; put it into the URL: redis://:PASSWORD@{here}")
    );
    for url in [format!("redis://:secret@{here}"), format!("redis://nils:secret@{here}")] {
        assert_eq!(
            refusal(&url),
            format!(
                "{here} refuses the user or the password of the URL: WRONGPASS invalid \
                 username-password pair or user is disabled."
            )
        );
    }
}

#[test]
fn who_cannot_be_reached_is_told_in_one_line() {
    let port = free_port();
    let here = format!("127.0.0.1:{port}");
    assert_eq!(
        refusal(&format!("redis://:secret@{here}")),
        format!("no server listens at {here}; start it, or check the port in --connect")
    );
    assert_eq!(
        refusal("redis://no-such-host.invalid"),
        "there is no host for no-such-host.invalid:6379; check its name in --connect"
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket").display().to_string();
    assert_eq!(
        refusal(&format!("unix://{path}")),
        format!("there is no socket file {path}; start the server, or check the path")
    );
    let Some(server) = Server::start(&["--databases", "2", "--maxclients", "1"]) else { return };
    let here = format!("127.0.0.1:{}", server.port);
    assert_eq!(
        refusal(&format!("redis://{here}/2")),
        format!(
            "{here} has no database 2 for you: ERR DB index is out of range; choose another in \
             --connect"
        )
    );
    let mut only = loop {
        // The one before may still be counted.
        let address = kvtutor::client::Address::parse(&server.url()).unwrap();
        if let Ok(remote) = kvtutor::client::Remote::open(&address) {
            break remote;
        }
    };
    assert_eq!(
        refusal(&server.url()),
        format!("{here} lets nobody in: ERR max number of clients reached")
    );
    assert_eq!(call(&mut only, "PING"), "+PONG\r\n");
    drop(only);
    assert_eq!(
        loop {
            let told = refusal(&format!("redis+cluster://{here}"));
            if !told.contains("max number") {
                break told;
            }
        },
        format!(
            "{here} is no cluster: ERR This instance has cluster support disabled; leave out \
             +cluster in the URL"
        )
    );
}

#[test]
fn what_is_no_redis_server_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let here = listener.local_addr().unwrap().to_string();
    let web = thread::spawn(move || {
        for answer in ["HTTP/1.1 400 Bad Request\r\n\r\n", "", "+PO"] {
            let (mut stream, _) = listener.accept().unwrap();
            let mut block = [0; 100];
            let _ = stream.read(&mut block).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    let url = format!("redis://{here}");
    assert_eq!(
        refusal(&url),
        format!("what answers at {here} is no Redis server; check the port in --connect")
    );
    let closes = format!("{here} closes the connection; if it speaks TLS, use rediss://");
    assert_eq!(refusal(&url), closes);
    assert_eq!(refusal(&url), closes);
    web.join().unwrap();
}

#[test]
fn a_server_that_does_not_answer_is_given_up() {
    let Some(server) = Server::start(&[]) else { return };
    server.signal("-STOP");
    let told = refusal(&server.url());
    server.signal("-CONT");
    assert_eq!(
        told,
        format!(
            "127.0.0.1:{} does not answer; the server may be busy or stopped, or a firewall \
             stands between; try again later, or check --connect",
            server.port
        )
    );
}

#[test]
fn one_can_wait_without_end_and_stop_waiting() {
    let Some(server) = Server::start(&[]) else { return };
    let (mut waiting, mut other) = (server.open(), open(&format!("{}/1", server.url())));
    waiting.call(&["SELECT", "1"]).unwrap();
    waiting.start(&["BLPOP", "list", "0"]).unwrap();
    assert_eq!(waiting.poll(SHORT).unwrap(), None);
    assert_eq!(waiting.poll(SHORT).unwrap(), None);
    assert_eq!(call(&mut other, "RPUSH list a"), ":1\r\n");
    assert_eq!(heard(&mut waiting), reply("*2\r\n$4\r\nlist\r\n$1\r\na\r\n"));

    waiting.start(&["BLPOP", "list", "0"]).unwrap();
    waiting.reopen().unwrap();
    // It waits no more, and is where it was.
    assert_eq!(call(&mut other, "RPUSH list b"), ":1\r\n");
    assert_eq!(call(&mut waiting, "LLEN list"), ":1\r\n");
}

#[test]
fn messages_come_one_by_one_beside_the_replies() {
    let Some(server) = Server::start(&[]) else { return };
    let (mut listener, mut other) = (server.open(), server.open());
    listener.start(&["SUBSCRIBE", "a", "b"]).unwrap();
    assert_eq!(heard(&mut listener), reply("*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n"));
    assert_eq!(heard(&mut listener), reply("*3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n"));
    assert_eq!(call(&mut other, "PUBLISH b hi"), ":1\r\n");
    assert_eq!(call(&mut other, "PUBLISH a ho"), ":1\r\n");
    // A reply is told from the messages before it.
    assert_eq!(call(&mut listener, "PING"), "*2\r\n$4\r\npong\r\n$0\r\n\r\n");
    assert_eq!(heard(&mut listener), push("*3\r\n$7\r\nmessage\r\n$1\r\nb\r\n$2\r\nhi\r\n"));
    assert_eq!(heard(&mut listener), push("*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nho\r\n"));
    assert_eq!(
        call(&mut listener, "GET k"),
        "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET \
         are allowed in this context\r\n"
    );

    let mut three = open(&format!("{}?protocol=resp3", server.url()));
    assert_eq!(call(&mut three, "SUBSCRIBE c"), ">3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");
    assert_eq!(call(&mut other, "PUBLISH c hi"), ":1\r\n");
    assert_eq!(call(&mut three, "GET k"), "_\r\n");
    assert_eq!(heard(&mut three), push(">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n"));
    assert_eq!(call(&mut three, "CLIENT TRACKING on"), "+OK\r\n");
    assert_eq!(call(&mut three, "GET k"), "_\r\n");
    assert_eq!(call(&mut other, "SET k v"), "+OK\r\n");
    assert_eq!(heard(&mut three), push(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n"));

    let mut monitor = server.open();
    assert_eq!(call(&mut monitor, "MONITOR"), "+OK\r\n");
    assert_eq!(call(&mut other, "SET k v"), "+OK\r\n");
    let Heard::Push(line) = heard(&mut monitor) else { panic!("a line of MONITOR is no reply") };
    let line = String::from_utf8(line).unwrap();
    assert_eq!(line.split_once("] ").unwrap().1, "\"SET\" \"k\" \"v\"\r\n");
}

#[test]
fn a_lost_connection_is_opened_again_as_it_was() {
    let Some(mut server) = Server::start(&[]) else { return };
    let here = format!("127.0.0.1:{}", server.port);
    let mut remote = server.open();
    call(&mut remote, "SELECT 2");
    call(&mut remote, "HELLO 3");
    let mut bound = server.open();
    call(&mut bound, "MULTI");
    let mut waiting = server.open();
    waiting.start(&["BLPOP", "none", "0"]).unwrap();
    server.kill();
    let gone = waiting.poll(LONG).unwrap_err();
    assert_eq!(gone.to_string(), format!("{here} has closed the connection"));
    let told = format!("no server listens at {here}; start it, or check the port in --connect");
    assert_eq!(remote.call(&["PING"]).unwrap_err().to_string(), told);
    assert_eq!(remote.reopen().unwrap_err().to_string(), told);
    server.restart(&[]);
    assert_eq!(call(&mut remote, "GET none"), "_\r\n");
    let info = call(&mut remote, "CLIENT INFO");
    assert!(info.contains(" db=2 "), "{info}");
    assert_eq!(
        bound.call(&["SET", "k", "v"]).unwrap_err().to_string(),
        format!(
            "{here} has closed the connection; what this client had there (a transaction) is gone"
        )
    );
    assert_eq!(call(&mut bound, "EXISTS k"), ":0\r\n");
    assert_eq!(call(&mut waiting, "PING"), "+PONG\r\n");
    assert_eq!(
        call(&mut waiting, "CLIENT REPLY OFF"),
        "-ERR this prompt waits for every reply, so it does not turn them off\r\n"
    );
}

#[test]
fn a_server_says_what_it_is_and_which_keys_it_has() {
    let Some(server) = Server::start(&["--databases", "20"]) else { return };
    let mut remote = open(&format!("{}/4", server.url()));
    let info = remote.info().unwrap();
    assert_eq!((info.mode, info.databases, info.loading), (Mode::Standalone, Some(20), false));
    assert_eq!((info.name, info.run_id.len()), (None, 40));
    assert_eq!(call(&mut remote, "DEBUG POPULATE 2000"), "+OK\r\n");
    call(&mut remote, "SET other 1");
    let keys = scan(&mut remote, "key:*");
    assert_eq!(keys.len(), 2000);
}

#[test]
fn our_own_server_is_a_server_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let server = crate::server::Server::start(folder.path(), &["--requirepass", "p"]);
    let socket = server.socket.display().to_string();
    assert_eq!(
        refusal(&format!("unix://{socket}")),
        format!("{socket} wants a password; put it into the URL: unix://{socket}?pass=PASSWORD")
    );
    let url = format!("unix://{socket}?pass=p&db=1");
    let (mut remote, mut other) = (open(&url), open(&url));
    assert_eq!(remote.info().unwrap().databases, Some(16));
    remote.start(&["BLPOP", "list", "0"]).unwrap();
    assert_eq!(remote.poll(SHORT).unwrap(), None);
    assert_eq!(call(&mut other, "RPUSH list a"), ":1\r\n");
    assert_eq!(heard(&mut remote), reply("*2\r\n$4\r\nlist\r\n$1\r\na\r\n"));
    assert_eq!(call(&mut remote, "SET k v"), "+OK\r\n");
    assert_eq!(scan(&mut remote, "*"), [b"k".to_vec()]);
}

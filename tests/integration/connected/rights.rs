//! Servers that do not let everybody do everything, do not do everything, or have little room: what works
//! there all the same, and what is said where it does not.

use tempfile::TempDir;

use super::{kvtutor, session};
use crate::remote::servers::Server;

/// A server of each version whose users may do different things; the password is `pw`.
fn servers() -> Vec<Server> {
    let users: [&[&str]; 4] = [
        &["--user", "reader", "on", ">pw", "~*", "+@read"],
        &["--user", "few", "on", ">pw", "~*", "&*", "+@read", "+@write", "+@connection"],
        &["--user", "stays", "on", ">pw", "~*", "&*", "+@all", "-select", "-config"],
        &["--user", "app", "on", ">pw", "~app:*", "&*", "+@all"],
    ];
    Server::start_each(&users.concat())
}

fn url(server: &Server, user: &str) -> String {
    format!("redis://{user}:pw@127.0.0.1:{}", server.port)
}

/// A step of a lesson that is done right, and what stands in the lesson's databases after it.
const DONE: &str = "HSET bike:7 model Swift gears 8 state free\nDBSIZE\n";

/// Whether the first step of the lesson passed.
#[track_caller]
fn passes(home: &TempDir, url: &str) {
    let told = kvtutor(home.path(), &["learn", "hashes", "--connect", url, "--yes"], DONE);
    assert_eq!((told.err.as_str(), told.code), ("", Some(0)), "{told:?}");
    assert!(told.out.contains("done: step 1 of 5, Store a bike\n"), "{}", told.out);
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/07-hashes.md");
    let told = kvtutor(home.path(), &["test", "--yes", "--connect", url, root], "");
    assert_eq!((told.err.as_str(), told.code), ("", Some(0)), "{told:?}");
    assert_eq!(told.out.rsplit(": ").next(), Some("proved\n"), "{told:?}");
}

/// What is said instead of a lesson, and of its proof, before the server's own words, which begin with
/// that code and are others in each version.
#[track_caller]
fn refuses(url: &str, expected: &str, code: &str) {
    let home = TempDir::new().unwrap();
    for words in [&["learn", "hashes"][..], &["test"]] {
        let words = [words, &["--yes", "--connect", url]].concat();
        let told = kvtutor(home.path(), &words, "");
        let (said, theirs) = told.err.split_once(" (").unwrap();
        assert_eq!(said, format!("kvtutor: the server refuses {expected}"), "{words:?}");
        assert_eq!(theirs.split(' ').next(), Some(code));
        assert_eq!((told.out.as_str(), told.code), ("", Some(1)));
    }
}

#[test]
fn lessons_need_few_rights() {
    for server in servers() {
        let home = TempDir::new().unwrap();
        server.say("SET theirs 1");
        passes(&home, &url(&server, "few"));
        assert_eq!(server.say("GET theirs"), "1");
    }
}

#[test]
fn who_may_choose_no_database_gets_a_prefix() {
    for server in servers() {
        let home = TempDir::new().unwrap();
        let url = url(&server, "stays");
        passes(&home, &url);
        // What is its own there is found again.
        let told = kvtutor(home.path(), &["learn", "hashes", "--connect", &url], "KEYS *\n");
        assert!(told.out.contains("> KEYS *\n1) \"bike:7\"\n2) \"bike:8\"\n"), "{}", told.out);
    }
}

#[test]
fn a_server_with_one_database_gives_a_prefix() {
    for server in Server::start_each(&["--databases", "1"]) {
        let home = TempDir::new().unwrap();
        passes(&home, &server.url());
        let lines = "SELECT 1\n";
        assert_eq!(
            session(home.path(), &server.url(), lines),
            "HERE> SELECT 1
(error) ERR DB index is out of range
note: this server has not so many databases: CONFIG GET databases says how many.
HERE> "
        );
    }
}

#[test]
fn commands_that_are_renamed_are_done_without() {
    let renamed = ["CONFIG", "INFO", "FLUSHDB", "FLUSHALL", "KEYS"];
    let renamed: Vec<&str> =
        renamed.iter().flat_map(|name| ["--rename-command", name, ""]).collect();
    for server in Server::start_each(&renamed) {
        passes(&TempDir::new().unwrap(), &server.url());
    }
}

#[test]
fn who_may_only_read_is_told_what_lessons_need() {
    for server in servers() {
        let needs = "your user there may do too little for lessons, which need at least `ACL SETUSER \
                     name ~* &* +@read +@write +@connection +@transaction`";
        refuses(&url(&server, "reader"), &format!("HDEL: {needs}"), "NOPERM");
        refuses(&url(&server, "app"), &format!("HGETALL: {needs}"), "NOPERM");
        // The prompt without a lesson shows what the server says.
        let home = TempDir::new().unwrap();
        let told = kvtutor(
            home.path(),
            &["play", "--connect", &url(&server, "reader")],
            "GET a\nSET a 1\n",
        );
        assert_eq!((told.err.as_str(), told.code), ("", Some(0)), "{told:?}");
        let tail = "note: your user may not do this here. Who runs the server decides that: ACL
      WHOAMI says who you are.\n";
        assert!(told.out.contains(tail), "{}", told.out);
    }
}

#[test]
fn a_copy_that_only_reads_names_its_main_server() {
    for main in Server::start_each(&[]) {
        let port = main.port.to_string();
        let copy =
            Server::start_version(main.version, &["--replicaof", "127.0.0.1", &port]).unwrap();
        while !copy.say("INFO replication").contains("master_link_status:up") {}
        refuses(
            &copy.url(),
            &format!(
                "HSETNX: it is a copy that only reads, and lessons write: connect to \
                 its main server, 127.0.0.1:{port}"
            ),
            "READONLY",
        );
        let home = TempDir::new().unwrap();
        assert_eq!(
            session(home.path(), &copy.url(), "SET a 1\n"),
            "HERE> SET a 1
(error) READONLY You can't write against a read only replica.
note: this server is a copy of another one and takes no writes of its own: ROLE
      says of which.
HERE> "
        );
    }
}

#[test]
fn a_server_without_room_says_so() {
    for server in Server::start_each(&["--maxmemory", "1"]) {
        refuses(
            &server.url(),
            "HSETNX: its memory is full, and it stores nothing more until something is deleted there \
             or its maxmemory is raised",
            "OOM",
        );
        server.say("CONFIG SET maxmemory 0");
        // It runs full in the middle of a lesson.
        let home = TempDir::new().unwrap();
        let url = server.url();
        let lines = "CONFIG SET maxmemory 1\nSELECT 5\nHSET bike:7 model Swift\nCONFIG SET maxmemory 0\nHSET bike:7 model Swift gears 8 state free\n";
        let told = kvtutor(home.path(), &["learn", "hashes", "--connect", &url], lines);
        assert_eq!((told.err.as_str(), told.code), ("", Some(0)), "{told:?}");
        let shown: String = told.out.replace(&format!("127.0.0.1:{}", server.port), "HERE");
        let (_, shown) = shown.split_once("> SELECT 5\n").unwrap();
        let (shown, _) = shown.split_once("HERE> CONFIG SET maxmemory 0").unwrap();
        assert_eq!(
            shown,
            "note: the server refuses HSETNX: its memory is full, and it stores nothing more
      until something is deleted there or its maxmemory is raised (OOM command
      not allowed when used memory > 'maxmemory'.)
HERE> HSET bike:7 model Swift
(error) OOM command not allowed when used memory > 'maxmemory'.
note: the memory that maxmemory allows is used up, and reading goes on: delete
      keys, or raise it.
"
        );
        assert!(told.out.contains("done: step 1 of 5, Store a bike\n"), "{}", told.out);
    }
}

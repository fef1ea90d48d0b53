//! `kvtutor exec --connect`: a shell's view of commands and scripts on a server elsewhere.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::remote::cluster::Nodes;
use crate::remote::servers::{Server, call, free_port};

fn kvtutor(home: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kvtutor"));
    command
        .args(args)
        .env("KVTUTOR_HOME", home)
        .env_remove("KVTUTOR_CONNECT")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn finish(mut child: Child, input: &str) -> (String, String, Option<i32>) {
    // Who does not read it may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

/// Both streams and the exit code, without a home, which nothing of this may make.
fn run(args: &[&str], input: &str) -> (String, String, Option<i32>) {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let ended = finish(kvtutor(&home, args).spawn().unwrap(), input);
    assert!(!home.exists(), "{args:?} made a home");
    ended
}

#[track_caller]
fn check(args: &[&str], input: &str, expected: (&str, &str, i32)) {
    let (stdout, stderr, code) = run(args, input);
    let (out, err, exit) = expected;
    assert_eq!((stdout.as_str(), stderr.as_str(), code), (out, err, Some(exit)), "{args:?}");
}

#[test]
fn a_command_or_a_script_runs_there_as_it_does_here() {
    let Some(server) = Server::start(&[]) else { return };
    let url = server.url();
    let exec = ["--connect", &url, "exec"];
    check(&[&exec[..], &["--no-raw", "SET", "k", "two words"]].concat(), "", ("OK\n", "", 0));
    check(&["exec", "--connect", &url, "GET", "k"], "", ("two words\n", "", 0));
    let wrong = "ERR value is not an integer or out of range\n\n";
    check(&[&exec[..], &["INCR", "k"]].concat(), "", (wrong, "", 1));
    let script = "# a comment\n3 INCR n\nSET k \"open\nMULTI\nGET n\nEXEC\nquit\nPING\n";
    let printed = "1\n2\n3\nInvalid argument(s)\nOK\nQUEUED\n3\n";
    check(&exec, script, (printed, "", 1));
    check(&[&exec[..], &["-n", "3", "HSET", "h", "f", "v"]].concat(), "", ("1\n", "", 0));
    let third = ["-n", "3", "-3", "--no-raw", "HGETALL", "h"];
    check(&[&exec[..], &third].concat(), "", ("1# \"f\" => \"v\"\n", "", 0));
    let in_three = format!("{url}/3");
    check(&["--connect", &in_three, "exec", "DBSIZE"], "", ("1\n", "", 0));
    check(&[&exec[..], &["SHUTDOWN", "NOSAVE"]].concat(), "", ("", "", 0));
}

#[test]
fn the_url_may_stand_in_the_environment() {
    let Some(server) = Server::start(&["--requirepass", "geheim"]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let url = format!("redis://:geheim@127.0.0.1:{}", server.port);
    let with = |args: &[&str]| {
        let child = kvtutor(folder.path(), args).env("KVTUTOR_CONNECT", &url).spawn().unwrap();
        finish(child, "")
    };
    assert_eq!(with(&["exec", "PING"]), ("PONG\n".to_owned(), String::new(), Some(0)));
    // Commands that cannot use it go on as ever.
    assert_eq!(with(&["lessons", "--json"]).2, Some(0));
    let (help, _, _) = with(&["--help"]);
    assert!(help.contains("KVTUTOR_CONNECT") && !help.contains("geheim"), "{help}");
}

#[test]
fn a_blocking_command_waits_for_another_client() {
    let Some(server) = Server::start(&[]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let words = ["--connect", &server.url(), "exec", "BLPOP", "list", "0"];
    let waiting = kvtutor(folder.path(), &words).spawn().unwrap();
    let mut other = server.open();
    while !call(&mut other, "INFO clients").contains("blocked_clients:1\r\n") {}
    assert_eq!(call(&mut other, "RPUSH list a"), ":1\r\n");
    assert_eq!(finish(waiting, ""), ("list\na\n".to_owned(), String::new(), Some(0)));
}

#[test]
fn messages_are_printed_until_the_connection_ends() {
    let Some(mut server) = Server::start(&[]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let words = ["--connect", &server.url(), "exec", "SUBSCRIBE", "a", "b"];
    let mut listener = kvtutor(folder.path(), &words).spawn().unwrap();
    let mut lines = BufReader::new(listener.stdout.take().unwrap()).lines();
    let mut next = |count: usize| -> Vec<String> {
        lines.by_ref().take(count).map(|line| line.unwrap()).collect()
    };
    assert_eq!(next(6), ["subscribe", "a", "1", "subscribe", "b", "2"]);
    assert_eq!(call(&mut server.open(), "PUBLISH b hi"), ":1\r\n");
    assert_eq!(next(3), ["message", "b", "hi"]);
    server.kill();
    let (_, told, code) = finish(listener, "");
    let here = format!("127.0.0.1:{}", server.port);
    assert_eq!(told, format!("kvtutor: {here} has closed the connection\n"));
    assert_eq!(code, Some(1));
}

#[test]
fn a_cluster_answers_as_one_server() {
    let Some(nodes) = Nodes::start(&[]) else { return };
    let url = format!("redis+cluster://127.0.0.1:{}", nodes.0[0].port);
    let script = "SET foo 1\nSET bar 2\nDBSIZE\nMGET foo bar\n";
    let printed = "OK\nOK\n2\nCROSSSLOT Keys in request don't hash to the same slot\n\n";
    check(&["--connect", &url, "exec"], script, (printed, "", 1));
    let told = "kvtutor: a cluster has only database 0; leave out -n\n";
    check(&["--connect", &url, "exec", "-n", "1", "PING"], "", ("", told, 2));
}

#[test]
fn what_does_not_work_is_said_on_one_line() {
    let url = format!("redis://:geheim@127.0.0.1:{}", free_port());
    let here = url.split('@').next_back().unwrap();
    let told =
        format!("kvtutor: no server listens at {here}; start it, or check the port in --connect\n");
    check(&["--connect", &url, "exec", "PING"], "", ("", &told, 1));
    let told = "kvtutor: --connect: the URL must begin with redis://, rediss://, unix://, \
                redis+cluster:// or rediss+cluster://, as in redis://127.0.0.1:6379\n";
    check(&["--connect", "127.0.0.1", "exec", "PING"], "", ("", told, 2));
    let told = "kvtutor: --dir names data on this computer, and --connect a server; leave out one \
                of them\n";
    check(&["--connect", &url, "exec", "--dir", "x", "PING"], "", ("", told, 2));
}

#[test]
fn commands_that_ask_no_server_refuse_one() {
    let url = "redis://:geheim@127.0.0.1:1";
    for (words, does) in [
        (&["report"][..], "`kvtutor report` works on your own progress"),
        (&["lessons"], "`kvtutor lessons` works on your own progress"),
        (&["reset", "--all", "--yes"], "`kvtutor reset` works on your own progress"),
        (&["new", "x"], "`kvtutor new` writes a lesson on this computer"),
        (&["serve"], "`kvtutor serve` is a server itself"),
        (&["completions", "bash"], "`kvtutor completions` asks no server"),
        (&["man"], "`kvtutor man` asks no server"),
        (&["play", "--export", "x"], "`kvtutor play --export` writes out your own store"),
    ] {
        let told = format!("kvtutor: {does}; leave out --connect\n");
        check(&[&["--connect", url], words].concat(), "", ("", &told, 2));
    }
    let told = "kvtutor: `kvtutor report` works on your own progress; leave out --connect\n";
    check(&["report", "--connect", url], "", ("", told, 2));
}

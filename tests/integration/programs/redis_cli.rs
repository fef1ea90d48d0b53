//! `redis-cli` and its modes, with our server and with a real one: it must show the same.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use kvtutor::resp::write_request;
use tempfile::TempDir;

use super::installed;
use crate::peer::Peer;
use crate::server::{Client, Server};
use crate::terminal::harness::Terminal;

/// Both servers, each with its socket in its folder.
struct Both {
    ours: TempDir,
    theirs: Peer,
    /// As many clients as the other has.
    _client: Client,
    _server: Server,
}

impl Both {
    fn start() -> Option<Self> {
        let theirs = Peer::start(&[])?;
        let ours = TempDir::new().unwrap();
        let server = Server::start(ours.path(), &["--save", ""]);
        let client = server.connect();
        installed("redis-cli").then_some(Self { ours, theirs, _client: client, _server: server })
    }

    fn folders(&self) -> [&Path; 2] {
        [self.ours.path(), self.theirs.folder()]
    }

    /// Does the same with both, and what came of it must be the same.
    fn same<T: PartialEq + std::fmt::Debug>(&self, doing: impl Fn(&Path) -> T) -> T {
        let [ours, theirs] = self.folders().map(doing);
        assert_eq!(ours, theirs);
        ours
    }
}

/// Starts it with pipes; the socket goes by its short name, which is part of what is shown.
fn spawn(folder: &Path, args: &[&str]) -> Child {
    Command::new("redis-cli")
        .current_dir(folder)
        .args(["-s", "socket"])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What it prints and complains of, and its exit code.
fn run(folder: &Path, args: &[&str], input: &[u8]) -> (String, String, Option<i32>) {
    let mut child = spawn(folder, args);
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

/// The lines in an order that does not depend on the server's.
fn sorted(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

/// A key of each type.
const KEYS: &[u8] = b"SET s hello\nRPUSH l a b c\nHSET h f 1 g 2\nSADD t x y z v\nZADD z 1.5 a\n";

#[test]
fn scripts_from_a_file_run_alike() {
    let Some(both) = Both::start() else { return };
    both.same(|folder| run(folder, &[], KEYS));
    for (script, args) in [
        ("return {KEYS[1], ARGV[1], #KEYS, #ARGV}", "k l , a b c"),
        ("return redis.call('hgetall', KEYS[1])", "h"),
        ("return {1, {2, {3, 'x'}}, false}", ""),
        ("-- a comment\nlocal n = redis.call('incrby', KEYS[1], ARGV[1])\nreturn n * 2", "n , 21"),
        ("return redis.call('nope')", ""),
        ("return (", ""),
        ("\n\nerror('on line three')", ""),
    ] {
        both.same(|folder| {
            std::fs::write(folder.join("script.lua"), script).unwrap();
            let mut all = vec!["--eval", "script.lua"];
            all.extend(args.split_whitespace());
            run(folder, &all, b"")
        });
    }
}

#[test]
fn commands_print_and_end_alike() {
    let Some(both) = Both::start() else { return };
    both.same(|folder| run(folder, &[], KEYS));
    for (args, input) in [
        (&["GET", "s"][..], ""),
        (&["--no-raw", "LRANGE", "l", "0", "-1"], ""),
        (&["-3", "--no-raw", "HGETALL", "h"], ""),
        (&["-3", "--no-raw", "ZRANGE", "z", "0", "-1", "WITHSCORES"], ""),
        (&["--csv", "LRANGE", "l", "0", "-1"], ""),
        (&["--json", "HGETALL", "h"], ""),
        (&["-n", "3", "SET", "there", "1"], ""),
        (&["-x", "SET", "given"], "from a pipe"),
        (&["-r", "3", "INCR", "n"], ""),
        (&["INCR", "s"], ""),
        (&["-e", "INCR", "s"], ""),
        (&["NOSUCH", "a"], ""),
        (&["-a", "wrong", "GET", "s"], ""),
        (&[], "MULTI\nINCR n\nGET s\nEXEC\nSELECT 3\nGET there\n"),
        (&["DBSIZE"], ""),
    ] {
        both.same(|folder| run(folder, args, input.as_bytes()));
    }
}

#[test]
fn a_thousand_commands_go_through_its_pipe() {
    let Some(both) = Both::start() else { return };
    let mut script = Vec::new();
    for number in 0..1000 {
        write_request(&mut script, &["SET", &format!("p{number}"), "1"]);
    }
    write_request(&mut script, &["LPUSH", "p0", "wrong"]);
    let (said, _, _) = both.same(|folder| run(folder, &["--pipe"], &script));
    assert!(said.ends_with("errors: 1, replies: 1001\n"), "{said}");
    both.same(|folder| sorted(&run(folder, &["--scan"], b"").0));
    let some = both.same(|folder| sorted(&run(folder, &["--scan", "--pattern", "p99?"], b"").0));
    assert_eq!(some.len(), 10);
}

#[test]
fn it_finds_the_big_and_the_hot_keys() {
    let Some(both) = Both::start() else { return };
    both.same(|folder| run(folder, &["CONFIG", "SET", "maxmemory-policy", "allkeys-lfu"], b""));
    both.same(|folder| run(folder, &[], KEYS));
    // How far the scan is when it meets a key is each server's own.
    let found = |folder: &Path, mode: &str| {
        let (said, complained, code) = run(folder, &[mode], b"");
        let lines = said.lines().map(|line| line.split_once("%] ").map_or(line, |(_, told)| told));
        (sorted(&lines.collect::<Vec<_>>().join("\n")), complained, code)
    };
    both.same(|folder| found(folder, "--bigkeys"));
    // How hot a key is, each server counts in its own way: ours counts no uses.
    both.same(|folder| {
        let (mut lines, complained, code) = found(folder, "--hotkeys");
        for line in &mut lines {
            *line = line.replace(|c: char| c.is_ascii_digit(), "");
        }
        (lines, complained, code)
    });
    // What a key takes is each server's own, too.
    let (lines, _, _) = both.same(|folder| {
        let (mut lines, complained, code) = found(folder, "--memkeys");
        for line in &mut lines {
            if line.contains("bytes") {
                *line = line.replace(|c: char| c.is_ascii_digit() || c == '.', "");
            }
        }
        (lines, complained, code)
    });
    assert!(
        lines.iter().any(|line| line == "Biggest   list found '\"l\"' has  bytes"),
        "{lines:?}"
    );
    both.same(|folder| run(folder, &["CONFIG", "SET", "maxmemory-policy", "noeviction"], b""));
    let (_, _, code) = both.same(|folder| run(folder, &["--hotkeys"], b""));
    assert_eq!(code, Some(1));
}

/// The first lines of one that prints for ever.
fn first_lines(folder: &Path, args: &[&str], count: usize) -> Vec<String> {
    let mut child = spawn(folder, args);
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let lines = lines.take(count).map(Result::unwrap).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    lines
}

#[test]
fn its_statistics_and_latencies_are_told() {
    let Some(both) = Both::start() else { return };
    both.same(|folder| run(folder, &[], KEYS));
    both.same(|folder| {
        let mut lines = first_lines(folder, &["--stat", "-i", "0.001"], 12);
        for line in &mut lines {
            // Keys, memory, clients, blocked clients, requests and what came to them, connections.
            let mut words: Vec<&str> = line.split_whitespace().collect();
            if words.first() == Some(&"5") {
                words[1] = "memory";
                *line = words.join(" ");
            }
        }
        lines
    });
    for folder in both.folders() {
        let (said, complained, code) = run(folder, &["--csv", "--latency", "-i", "0.02"], b"");
        assert_eq!((complained.as_str(), code), ("", Some(0)));
        let numbers = said.trim_end().split(',').map(|word| word.parse::<f64>().unwrap());
        assert_eq!(numbers.count(), 4, "{said}");
    }
}

#[test]
fn monitor_shows_what_others_do() {
    let Some(both) = Both::start() else { return };
    let said = both.same(|folder| {
        let mut child = spawn(folder, &["MONITOR"]);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = vec![lines.next().unwrap().unwrap()];
        let mut other = Client::connect(&folder.join("socket"));
        other.call("SELECT 2");
        other.call("SET k \"quoted\"");
        for line in lines.by_ref().take(2) {
            let line = line.unwrap();
            let (time, told) = line.split_once(' ').unwrap();
            assert!(time.parse::<f64>().unwrap() > 1e9, "{line}");
            said.push(told.replace(folder.to_str().unwrap(), "FOLDER"));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        said
    });
    assert_eq!(said[2], r#"[2 unix:FOLDER/socket] "SET" "k" "\"quoted\"""#);
}

/// What is typed into a session on a terminal.
const TYPED: &[&str] = &[
    "SET name Mia",
    "GET name",
    "GET nothing",
    "RPUSH l a b",
    "LRANGE l 0 -1",
    "HSET h f 1 g 2",
    "HGETALL h",
    "INCR name",
    "SELECT 3",
    "MULTI",
    "INCR n",
    "EXEC",
    "MULTI",
    "DISCARD",
    "help get",
    "2 PING",
    "nosuch",
    "HSET h",
];

#[test]
fn a_session_on_a_terminal_looks_the_same() {
    let Some(both) = Both::start() else { return };
    for protocol in ["-2", "-3"] {
        both.same(|folder| run(folder, &["FLUSHALL"], b""));
        both.same(|folder| {
            let args = ["-s", "socket", protocol];
            let mut terminal = Terminal::start_program(folder, "redis-cli", &args, 70, 100);
            for line in TYPED {
                terminal.line(line);
            }
            // The hint of what comes next stands behind what is typed.
            terminal.send("ZADD z ");
            terminal.wait_for("ZADD z [NX|XX]");
            terminal.send("\x15QUIT\r");
            let code = terminal.wait_end();
            // What a command does is told in each server's own words.
            let own = |line: &&str| !line.starts_with("  summary: ");
            (code, terminal.screen().lines().filter(own).collect::<Vec<_>>().join("\n"))
        });
    }
}

#[test]
fn a_subscriber_on_a_terminal_sees_what_is_published() {
    let Some(both) = Both::start() else { return };
    for protocol in ["-2", "-3"] {
        both.same(|folder| {
            let args = ["-s", "socket", protocol];
            let mut terminal = Terminal::start_program(folder, "redis-cli", &args, 70, 30);
            terminal.wait_for_prompt();
            terminal.send("SUBSCRIBE news\r");
            terminal.wait_for("3) (integer) 1");
            Client::connect(&folder.join("socket")).call("PUBLISH news hello");
            terminal.wait_for("3) \"hello\"")
        });
    }
}

//! Other programs beside the prompt: they connect to its servers, and the lesson sees what they do.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

use super::harness::Terminal;

pub(super) fn open(args: &[&str]) -> Terminal {
    let mut terminal = Terminal::start_listening(args, 80, 40);
    terminal.wait_for_prompt();
    terminal
}

/// The port that was said, if another program has the usual one; several tests run at once.
pub(super) fn port_of(screen: &str) -> u16 {
    let said = screen.split_whitespace().rev().find_map(|word| word.strip_prefix("port="));
    said.map_or(6379, |said| said.trim_end_matches(')').parse().unwrap())
}

/// Sends one request, and gives the reply, which is one of a single line.
pub(super) fn ask(stream: &mut TcpStream, request: &str) -> String {
    stream.write_all(format!("{request}\r\n").as_bytes()).unwrap();
    let mut reply = Vec::new();
    let mut byte = [0];
    while !reply.ends_with(b"\r\n") {
        stream.read_exact(&mut byte).unwrap();
        reply.extend_from_slice(&byte);
    }
    String::from_utf8(reply).unwrap().trim_end().to_owned()
}

pub(super) fn connect(port: u16) -> TcpStream {
    TcpStream::connect(("127.0.0.1", port)).unwrap()
}

#[test]
fn a_program_and_the_prompt_work_on_one_store() {
    let mut terminal = open(&["play"]);
    let port = port_of(&terminal.screen());
    let mut program = connect(port);
    terminal.line("SET typed 1");
    assert_eq!(ask(&mut program, "INCR typed"), ":2");
    assert_eq!(ask(&mut program, "SET sent 7"), "+OK");
    terminal.line("GET sent");
    terminal.wait_for("GET sent\n\"7\"");
    terminal.line(":changed");
    terminal.wait_for("added \"sent\": \"7\"");
    terminal.line(":undo");
    terminal.wait_for("taken back SET sent 7 (from another program): \"sent\" is gone");
    assert_eq!(ask(&mut program, "EXISTS sent"), ":0");
    terminal.line("HSET chain:A residues 141");
    terminal.send("HGET ch\t");
    terminal.wait_for("HGET chain:A");
    terminal.send("\x03");
    terminal.line(":py");
    terminal.wait_for(&format!("port={port}"));
}

#[test]
fn what_a_program_does_passes_a_step_while_a_line_is_typed() {
    let mut terminal = open(&["learn", "4hhb-load#store"]);
    let mut program = connect(port_of(&terminal.screen()));
    terminal.send("GET half");
    terminal.wait_for("> GET half");
    assert_eq!(ask(&mut program, "SELECT 1"), "+OK");
    for (chain, residues, standard, others) in
        [("A", 198, 141, 57), ("B", 205, 146, 59), ("C", 201, 141, 60), ("D", 197, 146, 51)]
    {
        let object = format!(
            "HSET {chain} chain_id {chain} total_residues {residues} standard_residues {standard} \
             hetero_residue_count {others}"
        );
        assert_eq!(ask(&mut program, &object), ":4");
    }
    // The line that was begun stands below the news.
    let screen = terminal.wait_until("the step to pass", |screen| {
        screen.contains("✓ stored") && screen.trim_end().ends_with("> GET half")
    });
    assert!(screen.contains("✓ step 3 of 4, Store the chains"), "{screen}");
}

#[test]
fn a_container_listens_where_it_says() {
    let mut terminal = open(&["play"]);
    let screen = terminal.line("docker run -d --name box -p 16379:6379 redis:8");
    assert!(!screen.contains("another program has port 16379"), "{screen}");
    let mut program = connect(16379);
    assert_eq!(ask(&mut program, "SET where box"), "+OK");
    terminal.line("EXISTS where");
    terminal.wait_for("EXISTS where\n(integer) 0");
    terminal.line("docker exec box redis-cli GET where");
    terminal.wait_for("GET where\nbox");
    terminal.line("docker restart box");
    // The old connection ends with the old server, and the new one keeps the data.
    assert_eq!(program.read(&mut [0; 16]).unwrap_or(0), 0);
    let mut program = connect(16379);
    assert_eq!(ask(&mut program, "EXISTS where"), ":1");
    terminal.line("docker stop box");
    assert!(TcpStream::connect(("127.0.0.1", 16379)).is_err());
}

#[test]
fn a_server_that_a_program_ends_is_gone_from_the_prompt_too() {
    let mut terminal = open(&["play"]);
    terminal.line("docker run -d --name box -p 16380:6379 redis:8");
    terminal.line("redis-cli -p 16380");
    terminal.wait_for("127.0.0.1:16380>");
    let mut program = connect(16380);
    program.write_all(b"SHUTDOWN NOSAVE\r\n").unwrap();
    assert_eq!(program.read(&mut [0; 16]).unwrap_or(0), 0);
    terminal.wait_for("nothing answers on 127.0.0.1:16380 now");
    terminal.line("PING");
    terminal.wait_for("not connected>");
}

#[test]
fn a_taken_port_is_said_with_the_line_for_python() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 17379)).unwrap();
    let mut terminal = open(&["play"]);
    terminal.line("docker run -d --name box -p 17379:6379 redis:8");
    let screen = terminal.wait_for("another program has port 17379 of this machine");
    let port = port_of(&screen);
    assert_ne!(port, 17379);
    assert_eq!(ask(&mut connect(port), "PING"), "+PONG");
    drop(taken);
}

/// What `kvtutor exec` prints and says, and its exit code.
pub(super) fn exec(home: &Path, words: &[&str]) -> (String, String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
        .arg("exec")
        .args(words)
        .env("KVTUTOR_HOME", home)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

#[test]
pub(super) fn exec_goes_through_the_prompt_that_owns_the_home() {
    let mut terminal = open(&["play"]);
    terminal.line("SET typed 1");
    let home = terminal.home().to_owned();
    assert_eq!(exec(&home, &["INCR", "typed"]), ("2\n".to_owned(), String::new(), 0));
    let refused = "WRONGTYPE Operation against a key holding the wrong kind of value\n\n";
    assert_eq!(exec(&home, &["LPUSH", "typed", "x"]), (refused.to_owned(), String::new(), 1));
    assert_eq!(exec(&home, &["-n", "3", "SET", "there", "x"]).0, "OK\n");
    terminal.line("SELECT 3");
    terminal.line("GET there");
    terminal.wait_for("GET there\n\"x\"");
    terminal.line("SELECT 0");
    // One waits until the prompt gives it something.
    let waits = std::thread::spawn({
        let home = home.clone();
        move || exec(&home, &["BLPOP", "jobs", "30"])
    });
    terminal.line("RPUSH jobs x");
    assert_eq!(waits.join().unwrap(), ("jobs\nx\n".to_owned(), String::new(), 0));
    // Another listens until its output is closed, and runs nothing behind that.
    let mut listens = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
        .arg("exec")
        .env("KVTUTOR_HOME", &home)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    listens.stdin.take().unwrap().write_all(b"SUBSCRIBE news sports\nSET never 1\n").unwrap();
    let mut output = BufReader::new(listens.stdout.take().unwrap()).lines();
    let mut next = || output.next().unwrap().unwrap();
    for word in ["subscribe", "news", "1", "subscribe", "sports", "2"] {
        assert_eq!(next(), word);
    }
    terminal.line("PUBLISH sports goal");
    for word in ["message", "sports", "goal"] {
        assert_eq!(next(), word);
    }
    drop(output);
    terminal.line("PUBLISH news x");
    assert_eq!(listens.wait().unwrap().code(), Some(0));
    terminal.line("EXISTS never");
    terminal.wait_for("EXISTS never\n(integer) 0");
    // A container at the port leaves the sandbox reachable.
    terminal.line("docker run -d -p 6379:6379 redis:8");
    assert_eq!(exec(&home, &["GET", "typed"]).0, "2\n");
    terminal.send("\x04");
    assert_eq!(terminal.wait_end(), 0);
    assert_eq!(exec(&home, &["GET", "typed"]).0, "2\n");
    // Alone, it waits for its time.
    assert_eq!(exec(&home, &["BLPOP", "jobs", "0.01"]), ("\n".to_owned(), String::new(), 0));
    assert!(!home.join("sandbox/.kvtutor.sock").exists());
}

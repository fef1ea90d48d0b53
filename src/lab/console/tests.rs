//! The console by transcript: lines in, what a plain face would print out.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Console, Files, Ran, Settings, Shown};
use crate::engine::Now;
use crate::persistence::storage::MemoryDisk;
use crate::resp::show::{Style, show};
use crate::server::Clock;

fn console() -> Console {
    let mut files = Files::new();
    files.insert("4HHB_summary.json", include_bytes!("../../../lessons/data/4HHB_summary.json"));
    let settings = Settings {
        root: PathBuf::from("/home"),
        sandbox: None,
        storage: Arc::new(MemoryDisk::new()),
        clock: Clock::virtual_at(Now::from_ms(1_771_697_069_000)),
        seed: 7,
        files,
        progress: None,
    };
    Console::open(settings).unwrap().0
}

fn printed(ran: &Ran) -> String {
    let mut text = String::new();
    for piece in &ran.shown {
        match piece {
            Shown::Reply { reply, style, .. } => {
                let bytes = show(reply, style.unwrap_or(Style::Tty));
                text.push_str(&String::from_utf8(bytes).unwrap());
            }
            Shown::Typed(line) => writeln!(text, "> {line}").unwrap(),
            Shown::Text(out) => text.push_str(out),
            Shown::Problem(out) => write!(text, "! {out}").unwrap(),
            Shown::Wrong { span, message } => writeln!(text, "^ {span:?} {message}").unwrap(),
            Shown::Notice(line) => writeln!(text, "# {line}").unwrap(),
        }
    }
    text
}

fn check(transcript: &str) {
    let mut console = console();
    let mut actual = String::new();
    for line in transcript.lines().filter_map(|line| line.strip_prefix("$ ")) {
        writeln!(actual, "$ {line}").unwrap();
        actual.push_str(&printed(&console.run(line.as_bytes())));
    }
    assert_eq!(actual.trim_end(), transcript.trim_end());
}

#[test]
fn a_second_client_has_its_own_database_and_transaction() {
    check(
        "$ SELECT 1
OK
$ SET k v
OK
$ :client b
# client b has connected, in database 0; `:client a` goes back
$ GET k
(nil)
$ :client a
# you type as client a again
$ GET k
\"v\"",
    );
}

#[test]
fn what_a_line_changed_is_told_and_taken_back() {
    check(
        "$ :changed
# no command has changed anything yet
$ SET k 1
OK
$ INCR k
(integer) 2
$ :changed
changed \"k\"
  before: \"1\"
  after:  \"2\"
$ :undo
# taken back: \"k\" is as it was
$ GET k
\"1\"
$ :undo
# taken back: \"k\" is gone again
$ :undo
# there is nothing to take back",
    );
}

#[test]
fn load_types_a_command_for_each_object() {
    let mut console = console();
    let ran = console.run(b":load 4HHB_summary.json chains by chain_id as string");
    let text = printed(&ran);
    assert_eq!(text.lines().filter(|line| line.starts_with("> SET ")).count(), 4);
    assert_eq!(printed(&console.run(b"DBSIZE")), "(integer) 4\n");
    console.run(b":undo");
    assert_eq!(printed(&console.run(b"DBSIZE")), "(integer) 0\n");
}

#[test]
fn a_container_takes_the_port_and_leaves_nobody_behind() {
    let mut console = console();
    console.run(b"SET where sandbox");
    console.run(b"docker run -d --name redis -p 6379:6379 redis:8");
    assert_eq!(printed(&console.run(b"GET where")), "(nil)\n");
    console.run(b"docker stop redis");
    assert_eq!(console.prompt(), "not connected> ");
    assert_eq!(
        printed(&console.run(b"PING")),
        "! Could not connect to Redis at 127.0.0.1:6379: Connection refused\n"
    );
    console.run(b"redis-cli --sandbox");
    assert_eq!(printed(&console.run(b"GET where")), "\"sandbox\"\n");
}

#[test]
fn a_prompt_inside_a_container_is_left_by_exit() {
    let mut console = console();
    console.run(b"docker run -d --name inner redis:8");
    console.run(b"docker exec -it inner redis-cli -n 2");
    assert_eq!(console.prompt(), "127.0.0.1:6379[2]> ");
    console.run(b"SET in 1");
    assert!(!console.run(b"exit").leave);
    assert_eq!(console.prompt(), "127.0.0.1:6379> ");
    assert_eq!(printed(&console.run(b"docker exec inner redis-cli -n 2 GET in")), "1\n");
    assert!(console.run(b"quit").leave);
}

#[test]
fn a_container_keeps_its_data_when_stopped_and_a_new_one_begins_empty() {
    let mut console = console();
    console.run(b"docker run -d --name one -p 6379:6379 redis:8");
    console.run(b"SET k v");
    console.run(b"docker restart one");
    assert_eq!(printed(&console.run(b"GET k")), "\"v\"\n");
    console.run(b"SET after 1");
    console.run(b"docker kill one");
    console.run(b"docker start one");
    assert_eq!(printed(&console.run(b"KEYS *")), "1) \"k\"\n");
    console.run(b"docker rm -f one");
    console.run(b"docker run -d --name two -p 6379:6379 redis:8");
    assert_eq!(printed(&console.run(b"DBSIZE")), "(integer) 0\n");
}

#[test]
fn a_volume_and_the_log_outlive_their_containers() {
    let mut console = console();
    console.run(b"docker volume create redis-data");
    let run = b"docker run --rm --name redis -d -p 6379:6379 -v redis-data:/data redis:8 redis-server --appendonly yes --appendfsync everysec";
    console.run(run);
    console.run(b"SET mykey myvalue");
    console.run(b"docker kill redis");
    console.run(run);
    assert_eq!(printed(&console.run(b"docker exec redis redis-cli GET mykey")), "myvalue\n");
}

#[test]
fn containers_are_as_they_were_when_kvtutor_was_killed() {
    let disk = Arc::new(MemoryDisk::new());
    let clock = Clock::virtual_at(Now::from_ms(1_771_697_069_000));
    let open = || {
        let settings = Settings {
            root: PathBuf::from("/home"),
            sandbox: None,
            storage: disk.clone(),
            clock: clock.clone(),
            seed: 7,
            files: Files::new(),
            progress: None,
        };
        Console::open(settings).unwrap().0
    };
    let mut console = open();
    console.run(b"docker run -d --name redis -p 6379:6379 redis:8 redis-server --save \"\"");
    console.run(b"SET only memory");
    // A process that is killed runs no destructor; its locks go all the same.
    drop(console);
    disk.kill();
    let mut console = open();
    assert_eq!(printed(&console.run(b"GET only")), "\"memory\"\n");
    console.run(b"docker kill redis");
    console.run(b"docker start redis");
    assert_eq!(printed(&console.run(b"GET only")), "(nil)\n");
}

#[test]
fn a_wiped_console_has_nothing_left() {
    let mut console = console();
    console.run(b"docker run -d --name one -p 6379:6379 -v ./data:/data redis:8");
    console.run(b"SET k v");
    console.run(b"docker stop one");
    console.run(b"docker volume create redis-data");
    console.wipe().unwrap();
    assert_eq!(printed(&console.run(b"docker ps -aq")), "");
    assert_eq!(printed(&console.run(b"docker volume ls -q")), "");
    assert_eq!(printed(&console.run(b"docker images -q")), "");
    console.run(b"docker run -d --name one -p 6379:6379 -v ./data:/data redis:8");
    assert_eq!(printed(&console.run(b"DBSIZE")), "(integer) 0\n");
}

//! The console by transcript: lines in, what a plain face would print out.

mod files;
mod losses;
mod waits;

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
    files.insert("4HHB_summary.json", include_bytes!("../../../../lessons/data/4HHB_summary.json"));
    let settings = Settings {
        root: PathBuf::from("/home"),
        sandbox: None,
        storage: Arc::new(MemoryDisk::new()),
        clock: Clock::virtual_at(Now::from_ms(1_771_697_069_000)),
        seed: 7,
        files,
        progress: None,
        connect: None,
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
    check_on(&mut console(), transcript);
}

/// Runs the lines of a transcript on a console and compares what is printed.
fn check_on(console: &mut Console, transcript: &str) {
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
# taken back SET k 1: \"k\" is gone again
$ :undo
# there is nothing to take back",
    );
}

#[test]
fn what_is_only_queued_is_thrown_away_and_not_taken_back() {
    check(
        "$ SET k 1
OK
$ MULTI
OK
$ INCR k
QUEUED
$ :undo
# a transaction is open, and nothing of it has run: DISCARD throws it away, EXEC runs it
$ DISCARD
OK
$ :undo
# taken back SET k 1: \"k\" is gone again",
    );
}

#[test]
fn a_line_is_taken_back_as_a_whole() {
    check(
        "$ 3 INCR n
(integer) 1
(integer) 2
(integer) 3
$ :changed
added \"n\": \"3\"
$ :undo
# taken back: \"n\" is gone again
$ SET a 1
OK
$ SELECT 1
OK
$ SET b 1
OK
$ SWAPDB 0 1
OK
$ :changed
removed \"a\": it held \"1\"
added \"b\": \"1\"
removed \"b\" in db 1: it held \"1\"
added \"a\" in db 1: \"1\"
$ :undo
# taken back: 4 keys are as they were
$ KEYS *
1) \"b\"
$ :undo
# taken back SET b 1: \"b\" is gone again
$ SELECT 0
OK
$ GET a
\"1\"
$ MULTI
OK
$ INCR a
QUEUED
$ MOVE a 2
QUEUED
$ EXEC
1) (integer) 2
2) (integer) 1
$ :undo
# taken back: 2 keys are as they were
$ GET a
\"1\"
$ EXPIRE a 100
(integer) 1
$ :changed
changed \"a\": it has an expire time now
$ :undo
# taken back: \"a\" is as it was
$ TTL a
(integer) -1",
    );
}

#[test]
fn what_changed_nothing_is_told_apart() {
    check(
        "$ GET k
(nil)
$ :changed
# GET k changed no key, and nothing before it did
$ HSET h a 1 b 2
(integer) 2
$ HSET h a 1 b 20 c 3
(integer) 1
$ GET k
(nil)
$ :changed
# GET k changed no key; before it, HSET h a 1 b 20 c 3 did:
changed \"h\"
  field \"b\": \"2\" before, \"20\" now
  field \"c\" added: \"3\"
$ :undo
# taken back HSET h a 1 b 20 c 3: \"h\" is as it was
$ HGETALL h
1) \"a\"
2) \"1\"
3) \"b\"
4) \"2\"",
    );
}

#[test]
fn what_cannot_be_taken_back_is_said() {
    check(
        "$ SET k 1
OK
$ CONFIG SET maxmemory 100mb
OK
$ :undo
# CONFIG SET maxmemory 100mb is not taken back: it changed a setting, not keys; :undo again takes back SET k 1
$ :undo
# taken back SET k 1: \"k\" is gone again
$ SET k 1
OK
$ :kill
# the sandbox is gone, and was started again from its files
$ :undo
# :kill is not taken back: it ended the server, and what was changed before is not taken back either
$ :undo
# there is nothing to take back
$ :changed
# no command has changed anything yet",
    );
}

#[test]
fn a_change_of_another_server_is_named_when_it_is_taken_back() {
    let mut console = console();
    console.run(b"docker run -d --name box -p 6379:6379 redis:8");
    console.run(b"SET k 1");
    console.run(b"redis-cli --sandbox");
    assert_eq!(
        printed(&console.run(b":undo")),
        "# taken back in container box: \"k\" is gone again\n"
    );
    console.run(b"redis-cli");
    console.run(b"SET k 1");
    console.run(b"docker restart box");
    assert_eq!(
        printed(&console.run(b":undo")),
        "# docker restart box is not taken back: it ended the server, and what was changed before \
         is not taken back either\n"
    );
}

#[test]
fn a_server_that_takes_no_writes_takes_none_back() {
    check(
        "$ CONFIG SET requirepass secret
OK
$ SET k 1
OK
$ :undo
# taken back: \"k\" is gone again
$ redis-cli GET k
(error) NOAUTH Authentication required.
$ redis-cli -a secret GET k
! Warning: Using a password with '-a' or '-u' option on the command line interface may not be safe.
(nil)
$ redis-cli --no-auth-warning -a wrong -n 3 GET k
! AUTH failed: WRONGPASS invalid username-password pair or user is disabled.
! SELECT 3 failed: NOAUTH Authentication required.
(error) NOAUTH Authentication required.",
    );
}

#[test]
fn nobody_sees_the_client_that_looks_on() {
    let mut console = console();
    console.run(b"SET k 1");
    let before = printed(&console.run(b"INFO stats"));
    console.observe(0, None, &[b"GET", b"k"]).unwrap();
    console.observe(0, None, &[b"GET", b"none"]).unwrap();
    console.observe(0, None, &[b"HGET", b"k", b"f"]).unwrap();
    let after = printed(&console.run(b"INFO stats"));
    let count = |text: &str, name: &str| {
        text.split("\\r\\n").find(|line| line.starts_with(name)).unwrap().to_owned()
    };
    assert_eq!(count(&before, "total_connections"), "total_connections_received:1");
    assert_eq!(count(&before, "total_commands"), "total_commands_processed:1");
    for name in ["total_connections", "keyspace_hits", "keyspace_misses", "total_error_replies"] {
        assert_eq!(count(&after, name), count(&before, name));
    }
    assert_eq!(count(&after, "total_commands"), "total_commands_processed:2");
    assert_eq!(printed(&console.run(b"CLIENT ID")), "(integer) 1\n");
    assert_eq!(printed(&console.run(b"CLIENT LIST")).matches("id=").count(), 1);
    let clients = printed(&console.run(b"INFO clients"));
    assert_eq!(count(&clients, "connected_clients"), "connected_clients:1");
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
            connect: None,
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

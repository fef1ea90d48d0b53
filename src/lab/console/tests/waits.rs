//! Lines that take their time, with another program beside them, on a virtual clock.

use super::{console, printed};
use crate::engine::{Busy, Others, Peer, SessionId};
use crate::lab::console::{Console, Event, Patience, Waiting};
use crate::server::Clock;
use crate::server::net::Rooms as _;

/// A program that is connected through the port of the sandbox.
struct Program {
    room: usize,
    id: SessionId,
}

/// Nobody is served beside a script.
struct Nobody;

impl Others for Nobody {
    fn serve(&mut self, _busy: &mut Busy<'_>) {}
}

impl Program {
    fn new(console: &mut Console) -> Self {
        let room = console.openings()[0].room;
        let id = console.room(room).unwrap().connect(Peer::default());
        Self { room, id }
    }

    /// Sends a line as the network does; its reply, and what the console says of it.
    fn say(&self, console: &mut Console, line: &str) -> (String, String) {
        let now = console.clock().now();
        console.receive();
        let instance = console.room(self.room).unwrap();
        let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        let mut out = Vec::new();
        instance.execute_uncommitted(self.id, &words, now, &mut out, &mut Nobody);
        instance.commit(now).unwrap();
        let told = printed(&console.received());
        (String::from_utf8(out).unwrap(), told)
    }
}

fn patient() -> (Console, Program, Clock) {
    let mut console = console();
    console.patience = Patience::Company;
    let program = Program::new(&mut console);
    let clock = console.clock().clone();
    (console, program, clock)
}

/// What a line prints until it waits.
fn run(console: &mut Console, line: &str) -> String {
    let ran = console.run(line.as_bytes());
    assert_eq!(ran.waits, console.waiting().is_some());
    printed(&ran)
}

fn go_on(console: &mut Console) -> String {
    printed(&console.go_on())
}

fn used(console: &mut Console) -> Vec<(String, bool)> {
    let events = console.go_on().events.into_iter();
    events
        .filter_map(|event| match event {
            Event::Used { command, failed, .. } => Some((command, failed)),
            Event::Lab(_) | Event::Client(_) | Event::SandboxKilled | Event::PowerLoss => None,
        })
        .collect()
}

#[test]
fn a_wait_ends_when_another_program_fills_the_key() {
    let (mut console, program, _) = patient();
    for (waits, fills, reply) in [
        ("BLPOP q 0", "RPUSH q x", "1) \"q\"\n2) \"x\"\n"),
        ("BRPOP a q 0", "RPUSH q x", "1) \"q\"\n2) \"x\"\n"),
        ("BLMPOP 0 1 q LEFT", "RPUSH q x", "1) \"q\"\n2) 1) \"x\"\n"),
        ("BZPOPMIN z 0", "ZADD z 1 m", "1) \"z\"\n2) \"m\"\n3) \"1\"\n"),
        ("redis-cli BLPOP q 0", "RPUSH q x", "1) \"q\"\n2) \"x\"\n"),
    ] {
        assert_eq!(run(&mut console, waits), "", "{waits}");
        assert_eq!(console.waiting(), Some(Waiting::Reply(None)), "{waits}");
        assert_eq!(go_on(&mut console), "", "{waits}");
        assert_eq!(program.say(&mut console, fills), (":1\r\n".to_owned(), String::new()));
        assert_eq!(go_on(&mut console), reply, "{waits}");
        assert_eq!(console.waiting(), None, "{waits}");
        assert_eq!(run(&mut console, "DBSIZE"), "(integer) 0\n", "{waits}");
    }
}

#[test]
fn a_command_counts_when_its_reply_has_come() {
    let (mut console, program, _) = patient();
    assert_eq!(console.run(b"BLPOP q 0").events, []);
    assert_eq!(used(&mut console), []);
    program.say(&mut console, "RPUSH q x");
    assert_eq!(used(&mut console), [("BLPOP".to_owned(), false)]);
    assert_eq!(used(&mut console), []);
}

#[test]
fn a_wait_ends_at_its_time_and_the_prompt_says_how_long_it_was() {
    let (mut console, _, clock) = patient();
    let start = clock.now().ms();
    assert_eq!(run(&mut console, "BLPOP q 2.5"), "");
    assert_eq!(console.waiting(), Some(Waiting::Reply(Some(start + 2501))));
    clock.advance(2_499_000);
    assert_eq!(go_on(&mut console), "");
    clock.advance(1000);
    assert_eq!(go_on(&mut console), "(nil)\n(2.50s)\n");
    assert_eq!(run(&mut console, "BLPOP q 0.4"), "");
    clock.advance(400_000);
    assert_eq!(go_on(&mut console), "(nil)\n");
    // A redis-cli that runs one command does not say it.
    assert_eq!(run(&mut console, "redis-cli BLPOP q 2"), "");
    clock.advance(2_000_000);
    assert_eq!(go_on(&mut console), "(nil)\n");
    assert_eq!(run(&mut console, "2 BLPOP q 1"), "");
    clock.advance(1_000_000);
    assert_eq!(go_on(&mut console), "(nil)\n");
    clock.advance(1_000_000);
    assert_eq!(go_on(&mut console), "(nil)\n(2.00s)\n");
}

#[test]
fn who_leaves_a_wait_takes_nothing_and_types_on_in_the_same_database() {
    let (mut console, program, _) = patient();
    run(&mut console, "SELECT 3");
    for waits in ["BLPOP q 0", "redis-cli -n 3 BLPOP q 0"] {
        assert_eq!(run(&mut console, waits), "");
        let left = "# the wait is over; nothing was taken\n";
        assert_eq!(printed(&console.interrupt()), left, "{waits}");
        assert_eq!(console.waiting(), None);
        assert_eq!(console.prompt(), "127.0.0.1:6379[3]> ");
        program.say(&mut console, "SELECT 3");
        program.say(&mut console, "RPUSH q kept");
        assert_eq!(run(&mut console, "LPOP q"), "\"kept\"\n");
        // The old connection is closed: there are the prompt's and the program's.
        assert_eq!(run(&mut console, "CLIENT LIST").matches("id=").count(), 2);
    }
    // What came before the key was pressed is not lost.
    run(&mut console, "BLPOP q 0");
    program.say(&mut console, "RPUSH q x");
    assert_eq!(printed(&console.interrupt()), "1) \"q\"\n2) \"x\"\n");
    assert_eq!(printed(&console.interrupt()), "");
}

#[test]
fn a_wait_that_is_ended_from_elsewhere_says_so() {
    let (mut console, program, _) = patient();
    let id = |console: &mut Console| {
        let id = run(console, "CLIENT ID");
        id.trim().trim_start_matches("(integer) ").to_owned()
    };
    let own = id(&mut console);
    run(&mut console, "BLPOP q 0");
    program.say(&mut console, &format!("CLIENT UNBLOCK {own} ERROR"));
    assert_eq!(go_on(&mut console), "(error) UNBLOCKED client unblocked via CLIENT UNBLOCK\n");
    run(&mut console, "BLPOP q 0");
    program.say(&mut console, &format!("CLIENT UNBLOCK {own}"));
    assert_eq!(go_on(&mut console), "(nil)\n");
    for waits in ["BLPOP q 0", "SUBSCRIBE news"] {
        let own = id(&mut console);
        run(&mut console, waits);
        program.say(&mut console, &format!("CLIENT KILL ID {own}"));
        assert_eq!(go_on(&mut console), "! Error: Server closed the connection\n");
        assert_eq!(console.prompt(), "not connected> ");
        assert_eq!(run(&mut console, "PING"), "PONG\n");
    }
    for waits in ["BLPOP q 0", "MONITOR"] {
        let program = Program::new(&mut console);
        run(&mut console, waits);
        let (_, told) = program.say(&mut console, "SHUTDOWN NOSAVE");
        let again = "# the sandbox went down as asked, and was started again from its files\n";
        assert_eq!(told, again);
        let ended = go_on(&mut console);
        assert_eq!(ended.lines().last(), Some("! Error: Server closed the connection"), "{waits}");
        assert_eq!(console.waiting(), None);
        assert_eq!(run(&mut console, "PING"), "PONG\n");
    }
}

#[test]
fn who_listens_hears_what_others_send_until_they_stop() {
    let (mut console, program, clock) = patient();
    assert_eq!(
        run(&mut console, "SUBSCRIBE news sports"),
        "1) \"subscribe\"\n2) \"news\"\n3) (integer) 1\n\
         1) \"subscribe\"\n2) \"sports\"\n3) (integer) 2\n"
    );
    assert_eq!(console.waiting(), Some(Waiting::Messages));
    assert_eq!(program.say(&mut console, "PUBLISH news a").0, ":1\r\n");
    assert_eq!(program.say(&mut console, "PUBLISH sports b").0, ":1\r\n");
    assert_eq!(
        go_on(&mut console),
        "1) \"message\"\n2) \"news\"\n3) \"a\"\n1) \"message\"\n2) \"sports\"\n3) \"b\"\n"
    );
    assert_eq!(go_on(&mut console), "");
    clock.advance(1_230_000);
    assert_eq!(printed(&console.interrupt()), "(1.23s)\n");
    assert_eq!(program.say(&mut console, "PUBLISH news c").0, ":0\r\n");
    assert_eq!(run(&mut console, "MONITOR"), "OK\n");
    program.say(&mut console, "SET a b");
    let heard = go_on(&mut console);
    assert_eq!(heard.split_once(' ').map(|(_, rest)| rest), Some("[0 ] \"SET\" \"a\" \"b\"\n"));
    assert_eq!(printed(&console.interrupt()), "");
    // In a transaction it begins with EXEC.
    run(&mut console, "MULTI");
    assert_eq!(run(&mut console, "SSUBSCRIBE s"), "QUEUED\n");
    run(&mut console, "EXEC");
    assert_eq!(console.waiting(), Some(Waiting::Messages));
    console.interrupt();
    assert_eq!(run(&mut console, "PSUBSCRIBE"), wrong_number("psubscribe"));
    run(&mut console, "HELLO 3");
    run(&mut console, "PSUBSCRIBE n*");
    program.say(&mut console, "PUBLISH news a");
    assert_eq!(go_on(&mut console), "1) \"pmessage\"\n2) \"n*\"\n3) \"news\"\n4) \"a\"\n");
}

fn wrong_number(command: &str) -> String {
    format!("(error) ERR wrong number of arguments for '{command}' command\n")
}

#[test]
fn a_command_that_was_held_up_runs_when_the_pause_is_over() {
    let (mut console, program, clock) = patient();
    program.say(&mut console, "CLIENT PAUSE 1000 WRITE");
    assert_eq!(run(&mut console, "SET k v"), "");
    assert_eq!(go_on(&mut console), "");
    clock.advance(1_000_000);
    let ran = console.go_on();
    assert_eq!((printed(&ran).as_str(), ran.changes.len()), ("OK\n(1.00s)\n", 1));
    assert_eq!(run(&mut console, ":changed"), "added \"k\": \"v\"\n");
    assert_eq!(run(&mut console, ":undo"), "# taken back: \"k\" is gone again\n");
    program.say(&mut console, "CLIENT PAUSE 1000");
    run(&mut console, "SET k v");
    assert_eq!(printed(&console.interrupt()), "# the command was not run\n");
    clock.advance(1_000_000);
    assert_eq!(run(&mut console, "EXISTS k"), "(integer) 0\n");
}

#[test]
fn what_a_wait_has_changed_is_told_with_what_ended_it() {
    let (mut console, program, _) = patient();
    run(&mut console, "BLMOVE a b LEFT RIGHT 0");
    program.say(&mut console, "RPUSH a x");
    assert_eq!(go_on(&mut console), "\"x\"\n");
    assert_eq!(run(&mut console, ":changed"), "added \"b\": list [\"x\"]\n");
    assert_eq!(
        run(&mut console, ":undo"),
        "# taken back RPUSH a x (from another program): \"b\" is gone again\n"
    );
}

#[test]
fn where_nobody_can_come_a_wait_without_an_end_is_refused() {
    let (mut console, program, clock) = patient();
    console.patience = Patience::Alone;
    let refused = "# nothing would ever end this wait: no other program can connect here. Fill the \
                   key first, or give a timeout in seconds\n";
    assert_eq!(run(&mut console, "3 BLPOP q 0"), refused);
    assert_eq!(console.waiting(), None);
    // Nor does anybody reach a container without a port.
    console.patience = Patience::Company;
    run(&mut console, "docker run -d --name inner redis:8");
    assert_eq!(run(&mut console, "docker exec inner redis-cli BLPOP q 0"), refused);
    console.patience = Patience::Alone;
    program.say(&mut console, "RPUSH q x");
    assert_eq!(run(&mut console, "LLEN q"), "(integer) 1\n");
    assert_eq!(run(&mut console, "BLPOP other 1"), "");
    clock.advance(1_000_000);
    assert_eq!(go_on(&mut console), "(nil)\n(1.00s)\n");
}

#[test]
fn a_command_that_is_said_many_times_can_be_stopped() {
    let (mut console, _, _) = patient();
    assert_eq!(run(&mut console, "2500 INCR n").lines().count(), 1000);
    assert_eq!(console.waiting(), Some(Waiting::Nothing));
    assert_eq!(go_on(&mut console).lines().count(), 1000);
    assert_eq!(printed(&console.interrupt()), "# stopped, 500 times before the end\n(2.00s)\n");
    assert_eq!(run(&mut console, "GET n"), "\"2000\"\n");
    assert_eq!(run(&mut console, "1500 GET n").lines().count(), 1000);
    assert_eq!(go_on(&mut console).lines().filter(|line| *line == "\"2000\"").count(), 500);
    assert_eq!(console.waiting(), None);
    assert_eq!(run(&mut console, ":undo"), "# taken back 2500 INCR n: \"n\" is gone again\n");
}

#[test]
fn what_a_server_tells_unasked_stands_before_the_next_reply() {
    let (mut console, program, _) = patient();
    for line in ["HELLO 3", "CLIENT TRACKING ON", "MGET k j"] {
        run(&mut console, line);
    }
    program.say(&mut console, "MSET k 1 j 2");
    assert_eq!(run(&mut console, "GET k"), "-> invalidate: 'k'\n-> invalidate: 'j'\n\"1\"\n");
    assert_eq!(run(&mut console, "SET k 2"), "OK\n-> invalidate: 'k'\n");
    run(&mut console, "GET k");
    run(&mut console, "BLPOP q 0");
    program.say(&mut console, "FLUSHALL");
    assert_eq!(go_on(&mut console), "1) \"invalidate\"\n2) (nil)\n");
    assert!(console.waiting().is_some());
    program.say(&mut console, "RPUSH q x");
    assert_eq!(go_on(&mut console), "1) \"q\"\n2) \"x\"\n");
}

#[test]
fn time_passes_while_others_are_served() {
    let (mut console, program, clock) = patient();
    assert_eq!(run(&mut console, ":wait 2s"), "");
    clock.advance(1_999_000);
    assert_eq!(program.say(&mut console, "PING").0, "+PONG\r\n");
    assert_eq!(go_on(&mut console), "");
    clock.advance(1000);
    assert_eq!(go_on(&mut console), "# 2s went by\n");
    assert_eq!(
        run(&mut console, ":wait 1h"),
        "# \"1h\" is no time up to an hour: write 2s, 500ms or 1m\n"
    );
    run(&mut console, ":wait 60m");
    clock.advance(1_500_000);
    assert_eq!(printed(&console.interrupt()), "# 1500ms went by\n");
    assert_eq!(console.waiting(), None);
}

#[test]
fn a_script_does_not_wait() {
    let (mut console, _, _) = patient();
    console.patience = Patience::None;
    assert_eq!(run(&mut console, "BLPOP q 5"), "(nil)\n");
    assert_eq!(
        run(&mut console, "SUBSCRIBE news"),
        "1) \"subscribe\"\n2) \"news\"\n3) (integer) 1\n"
    );
    assert_eq!(run(&mut console, "PING"), "PONG\n");
}

#[test]
fn a_wait_for_the_disk_ends_by_itself_where_nobody_can_come() {
    let (mut console, _, _) = patient();
    console.patience = Patience::Alone;
    run(&mut console, "SET k v");
    assert_eq!(run(&mut console, "WAITAOF 1 0 0"), "1) (integer) 1\n2) (integer) 0\n(1.00s)\n");
    run(&mut console, "CONFIG SET appendfsync no");
    run(&mut console, "SET k w");
    assert_eq!(
        run(&mut console, "WAITAOF 1 0 0"),
        "# nothing would ever end this wait: with appendfsync no, the log is synced when the system \
         likes. Give a timeout in milliseconds\n"
    );
    assert_eq!(console.waiting(), None);
}

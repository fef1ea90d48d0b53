//! Lines that take their time at a real prompt: other programs end a wait, messages show at once, and
//! Ctrl-C comes back to the prompt.

use super::harness::Terminal;
use super::live::{ask, connect, exec, open, port_of};

const WAITING: &str = "waiting; Ctrl-C ends it";

#[test]
fn a_program_ends_the_wait_of_the_prompt() {
    let mut terminal = open(&["play"]);
    let mut program = connect(port_of(&terminal.screen()));
    terminal.send("BLPOP q 0\r");
    terminal.wait_for(WAITING);
    assert_eq!(ask(&mut program, "RPUSH q x y"), ":2");
    terminal.wait_for("1) \"q\"\n2) \"x\"\n(");
    terminal.line("LRANGE q 0 -1");
    terminal.wait_for("LRANGE q 0 -1\n1) \"y\"\n");
    terminal.send("BLPOP q none 0\rBLPOP q none 0\r");
    terminal.wait_for("1) \"q\"\n2) \"y\"\n");
    terminal.wait_until("the second wait", |screen| screen.matches(WAITING).count() == 2);
    // A second kvtutor of the same home ends it too.
    assert_eq!(exec(terminal.home(), &["LPUSH", "none", "z"]).0, "1\n");
    terminal.wait_for("1) \"none\"\n2) \"z\"\n(");
    terminal.line(":changed");
}

#[test]
fn ctrl_c_ends_the_wait_and_nothing_is_taken_later() {
    let mut terminal = open(&["play"]);
    let mut program = connect(port_of(&terminal.screen()));
    terminal.line("SELECT 2");
    terminal.send("BLPOP q 0\r");
    terminal.wait_for(WAITING);
    terminal.send("\x03");
    terminal.wait_for("the wait is over; nothing was taken");
    terminal.wait_for_prompt();
    assert_eq!(ask(&mut program, "SELECT 2"), "+OK");
    assert_eq!(ask(&mut program, "RPUSH q kept"), ":1");
    assert_eq!(ask(&mut program, "LLEN q"), ":1");
    terminal.line("LPOP q");
    terminal.wait_for("127.0.0.1:6379[2]> LPOP q\n\"kept\"\n");
    terminal.paste("SET before 1\nBLPOP q 0\nSET after 1\n");
    terminal.send("\r");
    terminal.wait_until("the second wait", |screen| screen.matches(WAITING).count() == 2);
    terminal.send("\x03");
    terminal.wait_for("1 more pasted line was not run");
    terminal.line("EXISTS before after");
    terminal.wait_for("EXISTS before after\n(integer) 1\n");
}

#[test]
fn messages_show_at_once_until_ctrl_c() {
    let mut terminal = open(&["play"]);
    let mut program = connect(port_of(&terminal.screen()));
    terminal.send("SUBSCRIBE news sports\r");
    terminal.wait_for(
        "│ listening; Ctrl-C ends it\n1) \"subscribe\"\n2) \"news\"\n3) (integer) 1\n\
         1) \"subscribe\"\n2) \"sports\"\n3) (integer) 2",
    );
    assert_eq!(ask(&mut program, "PUBLISH sports goal"), ":1");
    terminal.wait_for("1) \"message\"\n2) \"sports\"\n3) \"goal\"");
    terminal.send("\x03");
    terminal.wait_for_prompt();
    assert_eq!(ask(&mut program, "PUBLISH sports late"), ":0");
    terminal.line("HELLO 3");
    terminal.line("clear");
    terminal.send("PSUBSCRIBE n*\r");
    terminal.wait_for("1) \"psubscribe\"\n2) \"n*\"\n3) (integer) 1");
    assert_eq!(ask(&mut program, "PUBLISH news x"), ":1");
    terminal.wait_for("1) \"pmessage\"\n2) \"n*\"\n3) \"news\"\n4) \"x\"");
    terminal.send("\x03");
    terminal.wait_for_prompt();
    terminal.send("MONITOR\r");
    terminal.wait_for("MONITOR\n│ listening; Ctrl-C ends it\nOK");
    assert_eq!(ask(&mut program, "SET a b"), "+OK");
    terminal.wait_for("\"SET\" \"a\" \"b\"");
    terminal.send("\x03");
    terminal.wait_for_prompt();
    terminal.line(":changed");
    let screen = terminal.wait_for("added \"a\": \"b\"");
    assert!(!screen.contains("late"), "{screen}");
}

#[test]
fn a_lesson_goes_on_while_its_learner_waits() {
    let mut terminal = open(&["learn", "4hhb-load#store"]);
    let mut program = connect(port_of(&terminal.screen()));
    terminal.send("BLPOP q 0\r");
    terminal.wait_for(WAITING);
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
    terminal.wait_for("✓ step 3 of 4, Store the chains");
    assert_eq!(ask(&mut program, "SELECT 0"), "+OK");
    assert_eq!(ask(&mut program, "RPUSH q x"), ":1");
    terminal.wait_for("1) \"q\"\n2) \"x\"\n(");
    terminal.wait_for_prompt();
}

#[test]
fn a_wait_ends_with_its_server() {
    let mut terminal = open(&["play"]);
    terminal.line("docker run -d --name box -p 16381:6379 redis:8");
    terminal.send("docker exec -it box redis-cli BLPOP q 0\r");
    terminal.wait_for(WAITING);
    let mut program = connect(16381);
    assert_eq!(ask(&mut program, "RPUSH q x"), ":1");
    terminal.wait_for("1) \"q\"\n2) \"x\"\n");
    terminal.line("redis-cli -p 16381");
    terminal.send("SUBSCRIBE news\r");
    terminal.wait_for("3) (integer) 1");
    std::io::Write::write_all(&mut program, b"SHUTDOWN NOSAVE\r\n").unwrap();
    terminal.wait_for("Error: Server closed the connection");
    terminal.wait_for("not connected>");
}

#[test]
fn the_plain_prompt_waits_and_listens_too() {
    let mut terminal = Terminal::start_listening(&["--plain", "play"], 40, 40);
    terminal.wait_for_prompt();
    let mut program = connect(port_of(&terminal.screen()));
    // Ctrl-C leaves the line that is typed, and not kvtutor.
    terminal.send("GET half");
    terminal.wait_for("> GET half");
    terminal.send("\x03");
    terminal.wait_for("> GET half^C\n127.0.0.1:6379>");
    terminal.send("BLPOP q 0\r");
    terminal.wait_for(&format!("note: {WAITING}"));
    terminal.send("\x03");
    terminal.wait_for("^C\nnote: the wait is over; nothing was\n      taken\n(");
    terminal.wait_for_prompt();
    terminal.send("SUBSCRIBE news\r");
    terminal.wait_for("3) (integer) 1");
    assert_eq!(ask(&mut program, "PUBLISH news x"), ":1");
    terminal.wait_for("1) \"message\"\n2) \"news\"\n3) \"x\"");
    terminal.send("PUBLISH news own\r");
    terminal.wait_for("> (integer) 0");
}

#[test]
fn a_walkthrough_has_nobody_who_would_end_a_wait() {
    let mut terminal = Terminal::start(&["walk", "4hhb-load"], 80, 40);
    terminal.wait_for("Space next");
    terminal.send("!");
    terminal.wait_for_prompt();
    terminal.line("BLPOP q 0");
    terminal.wait_for("nothing would ever end this wait");
    terminal.send("BLPOP q 600\r");
    terminal.wait_for(WAITING);
    terminal.send("\x03");
    terminal.wait_for("the wait is over; nothing was taken");
    terminal.wait_for_prompt();
}

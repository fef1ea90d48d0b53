//! A tutorial as `RedisInsight` reads it, opened by `kvtutor walk` as it is.

use std::process::{Command, Stdio};

use super::harness::Terminal;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tutorials/tree-nursery.md");

fn keys(terminal: &mut Terminal) -> String {
    terminal.wait_until("the keys", |screen| {
        screen.lines().last().unwrap_or_default().contains("Space next")
    })
}

/// Presses Space until a line is shown, and runs it.
fn run(terminal: &mut Terminal, command: &str, prints: &str) -> String {
    terminal.send(" ");
    terminal.wait_for(&format!("127.0.0.1:6379> {command}"));
    terminal.send("\r");
    terminal.wait_for(prints);
    keys(terminal)
}

fn press(terminal: &mut Terminal, shows: &str) -> String {
    terminal.send(" ");
    terminal.wait_for(shows);
    keys(terminal)
}

#[test]
fn a_tutorial_is_presented_and_its_commands_run() {
    let mut terminal = Terminal::start(&["walk", FILE, "--speed", "0"], 80, 24);
    let screen = keys(&mut terminal);
    assert!(screen.starts_with("A tree nursery"), "{screen}");
    press(&mut terminal, "A nursery keeps its trees");
    press(&mut terminal, "[picture: Rows of young trees]");
    press(&mut terminal, "Store a tree");
    press(&mut terminal, "Each tree has a key of its own.");
    press(&mut terminal, "Store an oak");
    press(&mut terminal, "One command, written over several lines");
    run(&mut terminal, "HSET tree:1 name \"Oak\" height 140", "(integer) 2");
    press(&mut terminal, "Why a hash?");
    press(&mut terminal, "One field can be read alone.");
    press(&mut terminal, "Look at it");
    run(&mut terminal, "HGET tree:1 name", "\"Oak\"");
    press(&mut terminal, "Order the trees");
    press(&mut terminal, "1. Add two trees to the order:");
    run(&mut terminal, "ZADD heights 140 tree:1 90 tree:2", "(integer) 2");
    run(&mut terminal, "ZRANGE heights 0 -1", "2) \"tree:1\"");
    // Back takes the store along, as in every walkthrough.
    terminal.send("b");
    terminal.wait_until("no reply", |screen| !screen.contains("2) \"tree:1\""));
}

#[test]
fn the_handout_of_a_tutorial_lists_its_commands() {
    let child = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
        .args(["walk", FILE, "--notes"])
        .env("KVTUTOR_HOME", tempfile::tempdir().unwrap().path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(child.stderr).unwrap(), "");
    let handout = "A tree nursery

Before the first step

no notes for this step


Step 1 of 2: Store a tree

no notes for this step

    > HSET tree:1 name \"Oak\" height 140
    > HGET tree:1 name

Step 2 of 2: Order the trees

no notes for this step

    > ZADD heights 140 tree:1 90 tree:2
    > ZRANGE heights 0 -1
";
    assert_eq!(String::from_utf8(child.stdout).unwrap(), handout);
}

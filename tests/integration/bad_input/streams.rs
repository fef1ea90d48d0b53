//! Output that nobody reads, a full device, no input at all, and terminals of hardly any size.

use std::fs::OpenOptions;
use std::process::Stdio;

use super::rig::{Home, code, piped};
use crate::terminal::harness::Terminal;

const COMMANDS: [&[&str]; 9] = [
    &["exec"],
    &["play"],
    &["learn", "4hhb-load"],
    &[],
    &["lessons"],
    &["report"],
    &["man"],
    &["--help"],
    &["completions", "bash"],
];

#[test]
fn a_reader_that_has_gone_ends_the_command_quietly() {
    let home = Home::new();
    for args in COMMANDS {
        let mut child = piped(&mut home.command(args));
        drop(child.stdout.take());
        let stdin = child.stdin.take().unwrap();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let mut stdin = stdin;
                let _ = std::io::Write::write_all(&mut stdin, &b"PING\n".repeat(2000));
            });
            let told = home.told(child.wait_with_output().unwrap());
            assert_eq!((told.err.as_str(), told.code), ("", 0), "{args:?}");
        });
    }
}

#[test]
fn a_full_device_is_said() {
    let home = Home::new();
    for args in COMMANDS {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = home.command(args);
        let (reader, mut writer) = std::io::pipe().unwrap();
        std::io::Write::write_all(&mut writer, b"PING\n").unwrap();
        drop(writer);
        let child = command.stdin(reader).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        let output = child.wait_with_output().unwrap();
        let prompt = matches!(args.first(), None | Some(&"play" | &"learn"));
        let said = if prompt {
            "kvtutor: the prompt cannot read or write any more: No space left on device; your data \
             and progress are kept\n"
        } else {
            "kvtutor: cannot write to standard output: No space left on device\n"
        };
        assert_eq!(String::from_utf8(output.stderr).unwrap(), said, "{args:?}");
        assert_eq!(code(output.status), 1);
    }
}

#[test]
fn without_input_a_command_ends() {
    let home = Home::new();
    for args in COMMANDS {
        let output = home.command(args).stdin(Stdio::null()).output().unwrap();
        assert_eq!((code(output.status), output.stderr.as_slice()), (0, &b""[..]), "{args:?}");
    }
}

#[test]
fn a_terminal_of_hardly_any_size_is_enough() {
    for (columns, rows) in [(20, 10), (20, 3)] {
        let mut terminal = Terminal::start(&["play"], columns, rows);
        if rows == 3 {
            terminal.wait_for("--Mor");
            terminal.send("q");
        }
        terminal.wait_for_prompt();
        terminal.send("quit\r");
        assert_eq!(terminal.wait_end(), 0, "{columns}x{rows}");
    }
}

#[test]
fn a_pager_goes_on_in_a_terminal_of_another_size() {
    let mut terminal = Terminal::start(&["play"], 80, 12);
    let members: Vec<String> = (100..300).map(|number| number.to_string()).collect();
    terminal.line(&format!("RPUSH l {}", members.join(" ")));
    terminal.send("LRANGE l 0 -1\r");
    terminal.wait_for("--More--");
    for (columns, rows) in [(20, 5), (5, 3), (100, 40)] {
        terminal.resize(columns, rows);
        terminal.send(" ");
    }
    terminal.send("q");
    terminal.wait_for("more lines not shown");
    terminal.line("PING");
    terminal.wait_for("PONG");
}

#[test]
fn a_terminal_that_can_do_nothing_gets_lines() {
    let home = Home::new();
    let mut terminal = Terminal::start_in(home.path(), &["play"], &[("TERM", "dumb")], 80, 24);
    terminal.wait_for_prompt();
    terminal.send("SET k v\r");
    terminal.wait_for("OK\n127.0.0.1:6379>");
    assert!(!terminal.raw().contains('\x1b'), "{}", terminal.raw().escape_debug());
}

//! The README's sessions, run: what it shows is what happens.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// The `console` blocks: the command behind `$`, and the lines below it.
fn sessions() -> Vec<(String, Vec<String>)> {
    let readme = include_str!("../../README.md");
    let mut found = Vec::new();
    for block in readme.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        let mut lines = block.lines().map(str::to_owned);
        let command = lines.next().unwrap().strip_prefix("$ ").unwrap().to_owned();
        found.push((command, lines.collect()));
    }
    found
}

/// Standard output of `kvtutor` on a new home.
fn run(args: &[&str], input: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
        .args(args)
        .env("KVTUTOR_HOME", home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

#[test]
fn the_readmes_sessions_happen_as_shown() {
    let sessions = sessions();
    assert_eq!(sessions.len(), 2);
    for (command, shown) in sessions {
        if let Some(args) = command.strip_prefix("kvtutor ") {
            let typed: Vec<&str> = shown
                .iter()
                .filter(|line| line.starts_with("127.0.0.1:6379"))
                .map(|line| line.split_once("> ").unwrap().1)
                .collect();
            let args: Vec<&str> = args.split(' ').collect();
            let output = run(&args, &(typed.join("\n") + "\n"));
            let start = output.find("127.0.0.1:6379> ").unwrap();
            let happened: Vec<&str> = output[start..].lines().take(shown.len()).collect();
            assert_eq!(happened, shown, "{command}");
        } else {
            let (input, args) = command.split_once(" | kvtutor ").unwrap();
            let input = input.strip_prefix("printf '").unwrap().strip_suffix('\'').unwrap();
            let args: Vec<&str> = args.split(' ').collect();
            let output = run(&args, &input.replace("\\n", "\n"));
            assert_eq!(output.lines().collect::<Vec<_>>(), shown, "{command}");
        }
    }
}

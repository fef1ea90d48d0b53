//! kvtutor is killed, as `kill -9` does, after any number of replies: what was answered is there.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Child;

use super::rig::{Home, piped};

/// Starts a command, feeds it all of `script`, and kills it once it has printed `lines` lines.
fn killed_after(home: &Home, args: &[&str], script: &str, lines: usize) {
    let mut child: Child = piped(&mut home.command(args));
    let mut stdin = child.stdin.take().unwrap();
    let script = script.to_owned();
    let writer = std::thread::spawn(move || {
        // The killed process reads no further.
        let _ = stdin.write_all(script.as_bytes());
        stdin
    });
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    for _ in 0..lines {
        line.clear();
        assert_ne!(output.read_line(&mut line).unwrap(), 0, "it ended early: {line}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    drop(writer.join().unwrap());
}

/// Numbered lines, one text for each number.
fn script(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect::<Vec<_>>().concat()
}

/// How many of the numbered keys are there, without a gap.
fn whole_prefix(home: &Home) -> usize {
    let size: usize = home.run(&["exec", "DBSIZE"], "").out.trim().parse().unwrap();
    let keys: Vec<String> = (0..size).map(|n| format!("k{n}")).collect();
    let mut args = vec!["exec", "EXISTS"];
    args.extend(keys.iter().map(String::as_str));
    if size > 0 {
        assert_eq!(home.run(&args, "").out, format!("{size}\n"), "there is a gap");
    }
    size
}

#[test]
fn what_a_script_was_told_is_there_after_a_kill() {
    let script = script(3000, |n| format!("SET k{n} v{n}\n"));
    for lines in [1, 2, 3, 10, 99, 500, 1499] {
        let home = Home::new();
        killed_after(&home, &["exec"], &script, lines);
        let found = whole_prefix(&home);
        assert!(found >= lines, "{found} of {lines}");
    }
}

#[test]
fn a_kill_during_rewrites_and_snapshots_loses_nothing() {
    // Each round prints three lines.
    let script = script(600, |n| format!("SET k{n} v{n}\nBGREWRITEAOF\nSAVE\n"));
    for lines in [1, 2, 4, 31, 62, 200, 401] {
        let home = Home::new();
        killed_after(&home, &["exec"], &script, lines);
        let found = whole_prefix(&home);
        assert!(found >= lines.div_ceil(3), "{found} after {lines} lines");
    }
}

#[test]
fn a_transaction_is_there_whole_or_not_at_all_after_a_kill() {
    let script = script(500, |n| format!("MULTI\nSET k{} a\nSET k{} b\nEXEC\n", 2 * n, 2 * n + 1));
    // MULTI, twice QUEUED, then two replies.
    for lines in [1, 3, 5, 8, 100, 333, 1000] {
        let home = Home::new();
        killed_after(&home, &["exec"], &script, lines);
        let found = whole_prefix(&home);
        assert_eq!(found % 2, 0);
        assert!(found >= lines / 5 * 2, "{found} after {lines} lines");
    }
}

#[test]
fn a_container_and_its_data_are_back_after_a_kill() {
    let home = Home::new();
    let run = "docker run -d --name box -p 6379:6379 redis:8\n";
    let sets = script(200, |n| format!("SET k{n} v{n}\n"));
    home.run(&["play"], run);
    // A greeting, then the typed line and its reply.
    for lines in [3, 21, 101] {
        killed_after(&home, &["play"], &sets, lines);
        let last = (lines - 3) / 2;
        let told = home.run(&["play"], format!("GET k{last}\n"));
        let end = format!("> GET k{last}\n\"v{last}\"\n127.0.0.1:6379> ");
        assert!(told.out.ends_with(&end), "{}", told.out);
    }
}

#[test]
fn progress_is_kept_after_a_kill() {
    let home = Home::new();
    let mut child = piped(&mut home.command(&["learn", "4hhb-load#store"]));
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"SELECT 1\nSET mine 1\n:skip\nPING\n").unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while line != "PONG\n" {
        line.clear();
        assert_ne!(output.read_line(&mut line).unwrap(), 0);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let progress: serde_json::Value = serde_json::from_slice(&home.get("progress.json")).unwrap();
    let record = &progress["lessons"]["4hhb-load"];
    assert_eq!(record["skipped"], serde_json::json!(["store"]));
    assert_eq!(record["typed"]["store"][1], "SET mine 1");
    let told = home.run(&["learn", "4hhb-load"], "");
    assert!(told.out.contains("Step 4 of 4"), "{}", told.out);
}

//! The programs and packages that people use Redis with, each against `kvtutor serve`. Most do the same with
//! a real `redis-server` beside it, and must get the same. What the server does inside is not known here.
//!
//! A program that is not there is said by name, and its tests pass; under `CI=true` they fail.

mod node;
mod python;
mod redis_benchmark;
mod redis_cli;
mod redis_crate;

use std::process::{Command, Stdio};

/// Says that something is not installed; under `CI=true` the test fails.
fn missing(what: &str) {
    assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{what} is not installed");
    eprintln!("skipped: {what} is not installed");
}

/// Whether a program can be started.
fn installed(program: &str) -> bool {
    let asked = Command::new(program).arg("--version").stdout(Stdio::null()).status();
    if asked.is_err() {
        missing(program);
    }
    asked.is_ok()
}

/// What a script in another language prints; it must end well and complain of nothing.
fn printed(mut command: Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert!(output.status.success(), "{command:?}: {}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

//! `--connect`: the prompt and lessons on real servers, which others use as well.

mod class;
mod exec;
mod lessons;
mod rights;
mod watched;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a run printed, and its exit code.
#[derive(Debug, PartialEq, Eq)]
struct Printed {
    out: String,
    err: String,
    code: Option<i32>,
}

fn kvtutor(home: &Path, words: &[&str], lines: &str) -> Printed {
    let mut process = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
        .env_remove("CI")
        .arg("--home")
        .arg(home)
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    process.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let ended = process.wait_with_output().unwrap();
    Printed {
        out: String::from_utf8(ended.stdout).unwrap(),
        err: String::from_utf8(ended.stderr).unwrap(),
        code: ended.status.code(),
    }
}

/// What the prompt prints behind what it says first, the address of the server left out.
fn session(home: &Path, url: &str, lines: &str) -> String {
    let printed = kvtutor(home, &["play", "--connect", url], lines);
    assert_eq!((printed.err.as_str(), printed.code), ("", Some(0)), "{printed:?}");
    let address = url.rsplit("//").next().unwrap();
    let (_, rest) = printed.out.split_once("`quit` leaves\n").unwrap();
    rest.replace(address, "HERE")
}

//! `:py` beside the real `redis` package: every line of `tests/python/commands` is typed at the prompt,
//! what `:py` says of it is typed into Python against a real server, and Python must show the same.
//!
//! Where there is no such Python the test says so and passes, except under `CI=true`. `KVTUTOR_PYTHON`
//! names one; otherwise it is the `python3` of the path.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;

use kvtutor::lab::console::{Console, Files, Settings};
use kvtutor::persistence::storage::Disk;
use kvtutor::repl::{Desk, Piece, Play, py};
use kvtutor::screen::Look;
use kvtutor::server::Clock;

use crate::peer::Peer;

/// The version that the table is made from.
const VERSION: &str = "7.2.0";

/// A Python that has the package.
pub fn python() -> Option<String> {
    let python = std::env::var("KVTUTOR_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let asked =
        Command::new(&python).args(["-c", "import redis; print(redis.__version__)"]).output();
    let version = asked.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    if version.as_deref().is_ok_and(|version| version == VERSION) {
        return Some(python);
    }
    assert_ne!(
        std::env::var("CI").as_deref(),
        Ok("true"),
        "{python} has no redis {VERSION}: `pip install redis=={VERSION}`, or name another in KVTUTOR_PYTHON"
    );
    eprintln!("skipped: {python} has no redis {VERSION}");
    None
}

/// The lines of the corpus: what is typed, and how the value is compared.
fn corpus() -> Vec<(&'static str, &'static str)> {
    let lines = include_str!("../python/commands").lines();
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| match line.split_once(' ') {
            Some(("~", line)) => (line, "shape"),
            Some(("?", line)) => (line, "unordered"),
            Some(("-", line)) => (line, "silent"),
            _ => (line, "exact"),
        })
        .collect()
}

/// A prompt on an empty sandbox.
fn prompt(home: &tempfile::TempDir) -> Desk<Play> {
    let settings = Settings {
        root: home.path().to_owned(),
        sandbox: None,
        storage: Arc::new(Disk),
        clock: Clock::System,
        seed: 7,
        files: Files::new(),
        progress: None,
        connect: None,
    };
    let (console, _) = Console::open(settings).unwrap();
    Desk::new(Play::new(console, Vec::new()))
}

/// What `:py` says of a line, as inputs with what is shown below each.
fn session(desk: &mut Desk<Play>, line: &str) -> Vec<(String, String)> {
    desk.line(line.as_bytes(), Look::PLAIN);
    let turn = desk.line(b":py", Look::PLAIN);
    let text = turn.pieces.iter().find_map(|piece| match piece {
        Piece::Text(text) => Some(text.as_str()),
        Piece::Shown(_) => None,
    });
    let mut inputs: Vec<(String, String)> = Vec::new();
    for row in text.unwrap_or_default().lines() {
        if let Some(code) = row.strip_prefix(">>> ") {
            inputs.push((code.to_owned(), String::new()));
        } else if let Some(code) = row.strip_prefix("... ") {
            inputs.last_mut().unwrap().0.extend(["\n", code]);
        } else {
            let shown = &mut inputs.last_mut().unwrap().1;
            shown.push_str(if shown.is_empty() { "" } else { "\n" });
            shown.push_str(row);
        }
    }
    inputs
}

#[test]
fn python_shows_what_py_says() {
    let Some(python) = python() else { return };
    let Some(server) = Peer::start(&[]) else { return };
    let home = tempfile::tempdir().unwrap();
    let mut desk = prompt(&home);
    let sessions: Vec<_> =
        corpus().into_iter().map(|(line, mode)| (line, mode, session(&mut desk, line))).collect();
    let mut child = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/session.py"))
        .arg(server.socket())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let input = serde_json::to_vec(&sessions).unwrap();
    child.stdin.take().unwrap().write_all(&input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
}

#[test]
fn every_command_of_the_table_is_tried() {
    let tried: BTreeSet<String> = corpus()
        .into_iter()
        .map(|(line, _)| {
            let words: Vec<String> =
                line.split_whitespace().take(2).map(str::to_ascii_uppercase).collect();
            match words.as_slice() {
                [name, second] if py::commands().any(|row| row == format!("{name}|{second}")) => {
                    format!("{name}|{second}")
                }
                [name, ..] => name.clone(),
                [] => String::new(),
            }
        })
        .collect();
    // These end the server, or leave it busy with a copy.
    let untried = ["BGSAVE", "SHUTDOWN"];
    for row in py::commands().filter(|row| !untried.contains(row)) {
        assert!(tried.contains(row), "{row} is not in tests/python/commands");
    }
}

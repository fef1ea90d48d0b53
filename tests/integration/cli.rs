//! The command line as a shell meets it: both streams and the exit code.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Standard output, standard error and the exit code of `kvtutor ARGS` in a home.
fn run(home: &Path, args: &[&str], input: &str) -> (String, String, Option<i32>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
        .args(args)
        .env("KVTUTOR_HOME", home)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Who does not read it may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

#[track_caller]
fn check(args: &[&str], input: &str, expected: (&str, &str, i32)) {
    let home = tempfile::tempdir().unwrap();
    let (stdout, stderr, code) = run(home.path(), args, input);
    let (out, err, exit) = expected;
    assert_eq!((stdout.as_str(), stderr.as_str(), code), (out, err, Some(exit)), "{args:?}");
}

#[test]
fn exec_runs_one_command() {
    check(&["exec", "PING"], "", ("PONG\n", "", 0));
    check(&["exec", "--no-raw", "SET", "k", "two words"], "", ("OK\n", "", 0));
    check(&["exec", "--no-raw", "LPUSH", "l", "-1"], "", ("(integer) 1\n", "", 0));
    let arity = "ERR wrong number of arguments for 'get' command\n\n";
    check(&["exec", "GET"], "", (arity, "", 1));
    check(
        &["exec", "docker", "ps"],
        "",
        ("ERR unknown command 'docker', with args beginning with: 'ps' \n\n", "", 1),
    );
}

#[test]
fn exec_runs_a_script() {
    check(&["exec"], "", ("", "", 0));
    check(&["exec"], "# nothing\n\n  \n", ("", "", 0));
    check(&["exec"], "SET n 1\r\n3 INCR n\nGET n", ("OK\n2\n3\n4\n4\n", "", 0));
    check(&["exec", "--no-raw"], "SET k \"open\nGET k\n", ("Invalid argument(s)\n(nil)\n", "", 1));
    check(&["exec"], "0 PING\n", ("Invalid redis-cli repeat command option value.\n", "", 1));
    check(&["exec"], "PING\nquit\nPING\n", ("PONG\n", "", 0));
    check(
        &["exec"],
        "PING\n :undo\nPING\n",
        (
            "PONG\n",
            "kvtutor: line 2: `:undo` is no Redis command; `kvtutor play` and lessons know it\n",
            2,
        ),
    );
}

#[test]
fn exec_begins_where_it_is_told() {
    let home = tempfile::tempdir().unwrap();
    let out = |args: &[&str]| run(home.path(), args, "").0;
    assert_eq!(out(&["exec", "-n", "3", "HSET", "h", "f", "v"]), "1\n");
    assert_eq!(out(&["exec", "DBSIZE"]), "0\n");
    let reply = "1# \"f\" => \"v\"\n";
    assert_eq!(out(&["exec", "-n", "3", "-3", "--no-raw", "HGETALL", "h"]), reply);
}

#[test]
fn mistakes_in_the_line_are_said_on_one_line() {
    for (args, said) in [
        (&["exec", "-n", "16", "PING"][..], "-n 16: there are 16 databases, numbered 0 to 15"),
        (&["nonsense"], "there is no command `nonsense`; `kvtutor --help` lists them"),
        (&["reset"], "<LESSON> is missing; `kvtutor reset --help` shows how it is written"),
        (&["reset", "--all"], "nobody is here to be asked: say --yes if you mean it"),
        (&["reset", "4hhb-lod"], "there is no lesson \"4hhb-lod\", did you mean 4hhb-load?"),
        (
            &["learn", "4hhb-lod"],
            "there is no lesson \"4hhb-lod\", did you mean 4hhb-load?; `kvtutor lessons` lists them",
        ),
        (
            &["learn", "4hhb-load#nope"],
            "lesson 4hhb-load has no step \"nope\"; it has look, choose, store, who-sees",
        ),
    ] {
        check(args, "", ("", &format!("kvtutor: {said}\n"), 2));
    }
}

#[test]
fn a_home_belongs_to_one_prompt_at_a_time() {
    let home = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
        .arg("play")
        .env("KVTUTOR_HOME", home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 16];
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut first).unwrap();
    let owner = format!(
        "is in use by process {}; stop that one first, or use another directory\n",
        child.id()
    );
    let root = home.path().display();
    let sandbox = home.path().join("sandbox");
    for (args, place) in [
        (&["play"][..], root.to_string()),
        (&["reset", "--all", "--yes"], root.to_string()),
        (&["exec", "PING"], sandbox.display().to_string()),
    ] {
        let said = run(home.path(), args, "");
        let expected = (String::new(), format!("kvtutor: {place} {owner}"), Some(1));
        assert_eq!(said, expected, "{args:?}");
    }
    let beside = format!(
        "kvtutor: another kvtutor (process {}) has this home open: go on with the lesson there. Here \
         `kvtutor play` is a second client of its server, and `kvtutor --as NAME learn` has a home of its \
         own\n",
        child.id()
    );
    assert_eq!(run(home.path(), &["learn"], ""), (String::new(), beside, Some(1)));
    drop(child.stdin.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let forgotten = "forgotten: the progress and data of every lesson, and the sandbox's data\n";
    let said = run(home.path(), &["reset", "--all", "--yes"], "");
    assert_eq!(said, (forgotten.to_owned(), String::new(), Some(0)));
    assert!(!sandbox.exists());
}

#[test]
fn an_exec_that_runs_keeps_the_sandbox_from_a_reset() {
    let home = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
        .arg("exec")
        .env("KVTUTOR_HOME", home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.as_mut().unwrap().write_all(b"SET k 1\n").unwrap();
    let mut reply = [0; 3];
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut reply).unwrap();
    let (_, stderr, code) = run(home.path(), &["reset", "--all", "--yes"], "");
    assert_eq!(code, Some(1), "{stderr}");
    drop(child.stdin.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(run(home.path(), &["exec", "GET", "k"], "").0, "1\n");
}

#[test]
fn the_catalogue_is_json_for_programs() {
    let home = tempfile::tempdir().unwrap();
    let (text, _, code) = run(home.path(), &["lessons", "--json"], "");
    assert_eq!(code, Some(0));
    let rows: serde_json::Value = serde_json::from_str(&text).unwrap();
    let first = rows.as_array().unwrap().iter().find(|row| row["id"] == "4hhb-load").unwrap();
    assert_eq!((&first["steps"], &first["done"]), (&4.into(), &0.into()));
    assert!(first["title"].is_string() && first["minutes"].is_u64());
}

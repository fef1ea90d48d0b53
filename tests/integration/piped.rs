//! `kvtutor play` without a terminal: a script in, linear text out, a reader that goes away.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

fn play(home: &tempfile::TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kvtutor"));
    command.arg("play").arg("--home").arg(home.path()).env_remove("KVTUTOR_HOME");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn a_script_is_printed_with_its_prompts() {
    let home = tempfile::tempdir().unwrap();
    let mut child = play(&home).spawn().unwrap();
    let script = b"SET a 1\r\nGET a\nGET \xff\x1b[2J\nSET j '{\n}'\nnote it's fine\nSET k \"open\n";
    child.stdin.take().unwrap().write_all(script).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "note: your sandbox: data stays here. `help` explains, `quit` leaves\n\
         127.0.0.1:6379> SET a 1\nOK\n127.0.0.1:6379> GET a\n\"1\"\n\
         127.0.0.1:6379> GET \\xff\\x1b[2J\n(nil)\n127.0.0.1:6379> SET j '{\n'> }'\nOK\n\
         127.0.0.1:6379> note it's fine\n\
         note: :note belongs to a lesson, and none is open; `kvtutor learn` opens one\n\
         127.0.0.1:6379> SET k \"open\n\
         \"> note: the quote \" was never closed, so that line did not run\n"
    );
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let home = tempfile::tempdir().unwrap();
    let mut child = play(&home).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = child.stdout.take().unwrap();
    let mut first = [0; 4];
    output.read_exact(&mut first).unwrap();
    drop(output);
    // The program may be gone before all is written.
    let _ = input.write_all("PING\n".repeat(10_000).as_bytes());
    drop(input);
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(String::from_utf8(ended.stderr).unwrap(), "");
}

#[test]
fn a_note_stands_in_the_recap_which_is_written_as_markdown() {
    let home = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
        .args(["learn", "4hhb-load#choose", "--home"])
        .arg(home.path())
        .env_remove("KVTUTOR_HOME")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let script = b":note don't forget: a \"hash\" has fields\nanswer 3\n:note\nrecap\n";
    child.stdin.take().unwrap().write_all(script).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let shown = String::from_utf8(output.stdout).unwrap();
    let said = |line: &str| shown.lines().any(|shown| shown == line);
    assert!(said("note: kept: `:recap` shows it"), "{shown}");
    assert!(said("note: write :note and what you want to keep for the recap"), "{shown}");
    let recap = std::fs::read_to_string(home.path().join("recaps/4hhb-load.md")).unwrap();
    let step = recap.split("\n## ").find(|part| part.starts_with("Choose a type\n")).unwrap();
    assert_eq!(
        step,
        "Choose a type\n\ndone\n\nYou typed:\n\n```\n:answer 3\n```\n\nOne solution:\n\n\
         3. Four hashes, one key for each chain\n\n> don't forget: a \"hash\" has fields\n"
    );
}

#[test]
fn a_script_waits_for_its_time_and_listens_until_its_next_line() {
    let home = tempfile::tempdir().unwrap();
    let mut child = play(&home).spawn().unwrap();
    let script = b"BLPOP q 0.01\nBLPOP q 0\nSUBSCRIBE news\nPING\nMONITOR\n";
    child.stdin.take().unwrap().write_all(script).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "note: your sandbox: data stays here. `help` explains, `quit` leaves\n\
         127.0.0.1:6379> BLPOP q 0.01\n(nil)\n127.0.0.1:6379> BLPOP q 0\n\
         note: nothing would ever end this wait: no other program can connect here. Fill\n      \
         the key first, or give a timeout in seconds\n\
         127.0.0.1:6379> SUBSCRIBE news\n1) \"subscribe\"\n2) \"news\"\n3) (integer) 1\n\
         127.0.0.1:6379> PING\nPONG\n127.0.0.1:6379> MONITOR\nOK\n127.0.0.1:6379> "
    );
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
}

/// What a lesson says to lines on standard input, behind the text of the step that it begins with.
fn learned(step: &str, script: &str) -> String {
    let text = learn(&tempfile::tempdir().unwrap(), step, script);
    let (_, said) = text.split_once("127.0.0.1:6379> ").unwrap();
    said.to_owned()
}

/// All that a lesson says.
fn learn(home: &tempfile::TempDir, step: &str, script: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
        .args(["learn", step, "--home"])
        .arg(home.path())
        .env_remove("KVTUTOR_HOME")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn who_goes_on_is_told_that_settings_begin_anew() {
    let home = tempfile::tempdir().unwrap();
    learn(&home, "persistence#never", "CONFIG SET appendfsync no\n");
    let text = learn(&home, "persistence", "CONFIG GET appendfsync\n");
    let (told, asked) = text.split_once("Step 5 of 6").unwrap();
    let (_, told) = told.split_once("about 18 minutes\n\n").unwrap();
    assert_eq!(
        told,
        "You go on where you stopped, with your data. You type as a new client, so you\n\
         are in database 0. What `CONFIG SET` had set is as at a start: set it once more.\n\n"
    );
    let (_, reply) = asked.split_once("CONFIG GET appendfsync\n").unwrap();
    assert_eq!(reply, "1) \"appendfsync\"\n2) \"always\"\n127.0.0.1:6379> ");
}

#[test]
fn what_was_changed_before_a_step_with_data_of_its_own_is_told_and_not_taken_back() {
    let said = learned(
        "json-text#change",
        "SET reading:1 '{\"station\":\"harbour\",\"temp\":19,\"ok\":true}'\n\
         :changed\n:undo\nGET reading:2\n:changed\nSET b 2\n:undo\n:undo\n",
    );
    let (_, after) = said.split_once("missing: repaired\n").unwrap();
    let change = r#"changed "reading:1"
  before: "{\"station\": \"harbour\", \"temp\": 18.5, \"ok\": true}"
  after:  "{\"station\":\"harbour\",\"temp\":19,\"ok\":true}"
"#;
    assert_eq!(
        after,
        format!(
            r#"127.0.0.1:6379> :changed
note: before this step began, SET reading:1 '{{"station":"harbour","temp":19,"o…
      changed this:
{change}127.0.0.1:6379> :undo
note: nothing has changed since this step began, and it began with data of its
      own: what came before is not taken back
127.0.0.1:6379> GET reading:2
"{{\"station\": \"mill\", \"temp\": 17, \"ok\": true}}"
127.0.0.1:6379> :changed
note: GET reading:2 changed no key; before this step began, SET reading:1
      '{{"station":"harbour","temp":19,"o… did:
{change}127.0.0.1:6379> SET b 2
OK
127.0.0.1:6379> :undo
note: taken back: "b" is gone again
127.0.0.1:6379> :undo
note: there is nothing to take back
127.0.0.1:6379> "#
        )
    );
}

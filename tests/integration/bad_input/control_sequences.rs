//! Data, lesson text and names cannot steer the terminal: whatever is in them, what reaches the
//! screen is text. Off a terminal bytes stay as they are.

use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use super::rig::{Home, Told, feed};
use crate::terminal::harness::Terminal;

/// A cursor jump, the clipboard, C1 in both forms, a bell, backspace, return, a direction override:
/// none of these is anything that kvtutor itself writes.
const STEERING: &[&str] = &[
    "\x1b[99;7H",
    "\x1b]52",
    "\x1bc",
    "\u{9b}",
    "\u{85}",
    "\x07",
    "\x08",
    "\r1",
    "\u{202e}",
    "\u{2066}",
];

/// Bytes that hold all of them, as they are.
fn evil() -> Vec<u8> {
    let mut bytes = STEERING.concat().into_bytes();
    bytes.extend(b"\x9b31mz");
    bytes
}

/// The same, as a word that can be typed.
fn typed() -> String {
    let hex: Vec<String> = evil().iter().map(|byte| format!("\\x{byte:02x}")).collect();
    format!("\"{}\"", hex.concat())
}

fn assert_harmless(shown: &str, of: &str) {
    for sequence in STEERING {
        assert!(!shown.contains(sequence), "{sequence:?} after {of}: {}", shown.escape_debug());
    }
}

/// Types lines into `kvtutor play` on a wide terminal and looks at all that it ever wrote.
fn type_lines(home: &Home, lines: &[String]) -> Terminal {
    let mut terminal = Terminal::start_in(home.path(), &["play"], &[], 400, 100);
    for line in lines {
        terminal.line(line);
        assert_harmless(&terminal.raw(), line);
    }
    terminal
}

#[test]
fn keys_and_values_are_shown_as_text() {
    let evil = typed();
    let lines = [
        format!("SET {evil} {evil}"),
        "KEYS *".to_owned(),
        format!("GET {evil}"),
        ":changed".to_owned(),
        ":why".to_owned(),
        format!("HGET {evil} x"),
        format!("HSET h {evil} {evil}"),
        "HGETALL h".to_owned(),
        format!("ECHO {evil}"),
        ":undo".to_owned(),
        ":disk".to_owned(),
        format!("redis-cli --raw GET {evil}"),
        format!("redis-cli --raw HSET {evil} a b"),
        "docker run -d --name box redis:8".to_owned(),
        format!("docker exec box redis-cli SET {evil} {evil}"),
        format!("docker exec box redis-cli GET {evil}"),
        "docker exec box redis-cli KEYS *".to_owned(),
        "docker logs box".to_owned(),
    ];
    type_lines(&Home::new(), &lines);
}

#[test]
fn what_is_not_understood_is_named_as_text() {
    let evil = typed();
    let lines: Vec<String> = [
        "{}",
        "{} 1",
        ":{}",
        "docker {}",
        "docker run --name {} redis:8",
        "docker run {}",
        "docker stop {}",
        "docker volume create {}",
        "redis-cli {}",
        "redis-cli -n {}",
        "cat {}",
        "ls {}",
        "wget http://x/{}",
        "python3 {}",
        "help {}",
        ":client {}",
        ":load {} a by b as hash",
        ":wait {}",
        "learn {}",
        "answer {}",
        "CLIENT SETNAME {}",
        "CLIENT LIST",
        "AUTH {}",
        "CONFIG SET {} 1",
        "CONFIG SET dir {}",
        "SELECT {}",
        "OBJECT {}",
        "redis-cli -h {}",
        "PING",
    ]
    .iter()
    .map(|line| line.replace("{}", &evil))
    .collect();
    type_lines(&Home::new(), &lines);
}

#[test]
fn completion_offers_names_as_text() {
    let home = Home::new();
    let evil = typed();
    home.ask(&["exec"], format!("SET {evil} 1\nSET k 1\nHSET h {evil} 1 g 1\n"));
    let mut terminal = Terminal::start_in(home.path(), &["play"], &[], 400, 100);
    terminal.wait_for_prompt();
    for typed in ["GET \t", "HGET h \t"] {
        terminal.send(typed);
        terminal.wait_for("\\x1b[99;7H\\x1b]52");
        assert_harmless(&terminal.raw(), typed);
        terminal.send("\x03");
        terminal.wait_for_prompt();
        terminal.line("CLEAR");
    }
}

#[test]
fn an_old_line_and_a_pasted_one_are_drawn_as_text() {
    let home = Home::new();
    let raw = STEERING.concat().replace("\r1", "");
    home.put("history", format!("GET {raw}old\n"));
    let mut terminal = Terminal::start_in(home.path(), &["play"], &[], 400, 100);
    terminal.wait_for_prompt();
    terminal.send("\x1b[A");
    terminal.wait_for("> GET ¿[99;7H¿]52¿c");
    terminal.send("\r");
    terminal.wait_for_prompt();
    terminal.send("\x12old");
    terminal.wait_for("(reverse-i-search)`old'");
    terminal.send("\x03");
    terminal.wait_for_prompt();
    // A terminal takes the sequences that it knows out of a paste; those that it does not, pass.
    terminal.paste("GET \x1bc\u{9b}\u{202e}pasted\n");
    terminal.wait_for("> GET ¿¿pasted");
    terminal.paste("SET a \u{9b}\nSET b \u{202e}second");
    terminal.send("\r");
    terminal.wait_for("second\nOK");
    assert_harmless(&terminal.raw(), "history and paste");
    drop(terminal);
    let mut plain = Terminal::start_in(home.path(), &["play"], &[("NO_COLOR", "1")], 400, 100);
    plain.wait_for_prompt();
    plain.send("\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A");
    plain.wait_for("> GET ¿[99;7H");
    assert_harmless(&plain.raw(), "a history without colour");
}

#[test]
fn a_script_prints_bytes_into_a_file_and_text_on_a_terminal() {
    let home = Home::new();
    let evil = evil();
    let arg = std::ffi::OsStr::from_bytes(&evil);
    for command in [["SET", "k"], ["ECHO", ""], ["GET", "k"], ["--raw", "ECHO"], ["OBJECT", ""]] {
        let mut exec = home.command(&["exec"]);
        exec.args(command.iter().filter(|word| !word.is_empty()));
        if command[0] != "GET" {
            exec.arg(arg);
        }
        let output = feed(exec, b"");
        let wanted = match command[0] {
            "SET" => b"OK\n".to_vec(),
            // The error is one line on the wire.
            "OBJECT" => continue,
            _ => [&evil[..], b"\n"].concat(),
        };
        assert_eq!(output.stdout, wanted, "{command:?}");
    }
    let text = String::from_utf8(evil[..evil.len() - 5].to_vec()).unwrap();
    for args in [
        &["exec", "GET", "k"][..],
        &["exec", "--raw", "GET", "k"],
        &["exec", "--no-raw", "GET", "k"],
        &["exec", "-3", "--raw", "GET", "k"],
        &["exec", &text],
        &["exec", "--raw", &text],
        &["exec", "OBJECT", &text],
        &["exec", "-n", &text],
        &["learn", &text],
        &["learn", &format!("4hhb-load#{text}")],
        &["walk", &text],
        &["reset", &text, "--yes"],
        &["report", &text],
        &["test", &text],
        &["lessons", "--lessons", &text],
        &["exec", "--dir", &format!("/dev/null/{text}"), "PING"],
        &["--home", &format!("/dev/null/{text}"), "play"],
        &[&text],
        &[&format!("--{text}")],
    ] {
        let mut terminal = Terminal::start_in(home.path(), args, &[], 200, 50);
        terminal.wait_end();
        assert_harmless(&terminal.raw(), &format!("{args:?}"));
    }
}

/// A lesson whose text is clean and means all of that to a reader of Markdown.
const LESSON: &str = "---
id: evil
title: Title &#27;[99;7H
minutes: 5
objectives: [\"&#27;]52 and &#x9b;31m\"]
files: [d.json]
---
Intro &#27;[99;7H &#x9b;31m &#x202e;back **bold&#27;c** [link](http://x/&#27;[99;7H) &#7; &#8;

| a | &#27;[99;7H |
|---|---|
| b | `&#27;` &#x85; |

## Step &#27;[99;7H {#one}
Text &#27;]52;c;aGk=&#7; <b>&#27;c</b>

```json
{\"a\": \"&#27;[99;7H\"}
```
```quiz
Which &#27;[99;7H?
- [x] This &#27;]52
  Right &#27;c
- [ ] That
  Wrong &#x202e;
```
## Two {#two}
```ask
name text Your name &#27;[99;7H
```
```check
[lab] GET k == \"\\x1b[99;7H\\x9b\"
  else: it is {got}, want {want} &#27;]52
[name] answer name == me
```
```hint
Hint &#27;[99;7H
```
```solution
> SET k \"\\x1b[99;7H\\x9b\"
> answer name=me
```
";

#[test]
fn a_lesson_cannot_write_with_character_references() {
    let home = Home::new();
    home.put("lessons-of-mine/evil.md", LESSON);
    home.put("lessons-of-mine/data/d.json", "{\"a\": \"\\u001b[99;7H\"}\x1b[99;7H\u{202e}");
    let folder = home.path().join("lessons-of-mine");
    let folder = folder.to_str().unwrap();
    let typed = ":steps\nanswer 2\nanswer 1\nhint\n:check\nSET k \"\\x1b[99;7Ha\"\n:check\n\
                 cat d.json\nanswer name=\"\\x1b[99;7H\"\n:solution\n:compare\n:recap\n:lessons\n";
    for args in [
        &["learn", "evil", "--lessons", folder][..],
        &["lessons", "--lessons", folder],
        &["lessons", "--lessons", folder, "--json"],
        &["walk", "evil", "--lessons", folder],
        &["walk", "evil", "--lessons", folder, "--notes"],
        &["test", folder],
        &["report", "--lessons", folder],
    ] {
        let told = home.run(args, typed);
        assert_harmless(&(told.out + &told.err), &format!("{args:?}"));
    }
    let mut terminal =
        Terminal::start_in(home.path(), &["learn", "evil", "--lessons", folder], &[], 200, 100);
    for line in typed.lines() {
        terminal.line(line);
    }
    assert_harmless(&terminal.raw(), "learn");
}

#[test]
fn a_lesson_file_with_such_characters_is_refused() {
    let clean = "---\nid: evil\ntitle: Fine\nminutes: 5\n---\n## One {#one}\nText\n";
    for (lesson, said) in [
        (
            clean.replace("Text", "a \u{1b}[2J"),
            "HOME/evil.md:7:3: a control character (U+001B) stands in the text\n  a ?[2J\n    ^ here\n  \
             help: remove it: lesson text is sent to a terminal as it is\n",
        ),
        (
            clean.replace("Text", "a \u{202e}b"),
            "HOME/evil.md:7:3: a control character (U+202E) stands in the text\n  a \u{fffd}b\n    ^ \
             here\n  help: remove it: lesson text is sent to a terminal as it is\n",
        ),
        (
            clean.replace("Fine", "\"a\\e[2J\""),
            "HOME/evil.md:3:8: a control character (U+001B) is written here\n  title: \
             \"a\\e[2J\"\n         ^^^^^^^^ here\n  help: take it out: the front matter is shown on \
             a terminal\n",
        ),
        (
            clean.replace("minutes", "\"min\\u202eutes\""),
            "HOME/evil.md:4:1: a control character (U+202E) is written here\n  \"min\\u202eutes\": \
             5\n  ^^^^^^^^^^^^^^^ here\n  help: take it out: the front matter is shown on a \
             terminal\n",
        ),
    ] {
        let home = Home::new();
        home.put("evil.md", &lesson);
        let file = home.path().join("evil.md");
        let told = home.run(&["test", file.to_str().unwrap()], "");
        let err = format!("{said}\nkvtutor: 1 mistake in the lesson files; nothing was run\n");
        assert_eq!(told, Told { out: String::new(), err, code: 2 });
    }
    let home = Home::new();
    home.put("evil.md", [clean.as_bytes(), b"\x1b[2J\xff\xfe\n"].concat());
    let told = home.run(&["test", home.path().join("evil.md").to_str().unwrap()], "");
    assert_eq!(
        told.err,
        "HOME/evil.md:8:5: the file is not UTF-8\n  ?[2J\u{fffd}\u{fffd}\n      ^ byte 0xff\n  help: \
         save the file as UTF-8 in your editor\n\nkvtutor: 1 mistake in the lesson files; nothing \
         was run\n"
    );
}

#[test]
fn a_file_cannot_be_named_so_that_its_name_steers() {
    let home = Home::new();
    let name = "a\u{1b}[99;7H\u{202e}.md";
    home.put(name, "no lesson");
    home.put("data/d\u{1b}[99;7H.json", "{}");
    let file = home.path().join(name);
    for path in [file.as_path(), home.path(), Path::new("/dev/null/\u{1b}[99;7H.md")] {
        let path = path.to_str().unwrap();
        for args in [&["test", path][..], &["lessons", "--lessons", path], &["report", path]] {
            let told = home.run(args, "");
            assert_ne!(told.code, 0);
            assert_harmless(&(told.out + &told.err), &format!("{args:?}"));
        }
    }
    // Where the lesson is whole, its files are listed and offered.
    home.put(name, "---\nid: fine\ntitle: Fine\nminutes: 5\n---\n## One {#one}\nText\n");
    let folder = home.path().to_str().unwrap();
    let told = home.run(&["learn", "fine", "--lessons", folder], "ls\ncat x\n");
    assert!(told.out.contains("> ls\nd\\x1b[99;7H.json\n"), "{}", told.out);
    assert_harmless(&told.out, "ls");
}

#[test]
fn a_lab_file_that_was_written_by_hand_is_shown_as_text() {
    let home = Home::new();
    home.run(&["play"], "docker run -d --name box -v data:/data redis:8\n");
    let lab = String::from_utf8(home.get("lab.json")).unwrap();
    let evil = "box\\u001b[99;7H\\u202e\\u0007";
    home.put("lab.json", lab.replace("\"box\"", &format!("\"{evil}\"")).replace("Ready", evil));
    let lines = [
        "docker ps -a",
        "docker inspect box",
        "docker logs box",
        "docker stop bo",
        "docker volume ls",
        "docker run -d -p 6379:6379 --name other redis:8",
    ];
    let mut terminal = type_lines(&home, &lines.map(str::to_owned));
    terminal.send("docker stop b\t");
    terminal.wait_for("> docker stop \"box");
    terminal.send("\x03");
    terminal.wait_for_prompt();
    assert_harmless(&terminal.raw(), "completion");
    let id = fs::read_dir(home.path().join("journals")).unwrap().next().unwrap().unwrap();
    let line = format!("docker logs {}", id.file_name().to_str().unwrap());
    let screen = terminal.line(&line);
    assert!(screen.contains("box\\x1b[99;7H"), "{screen}");
    assert_harmless(&terminal.raw(), &line);
}

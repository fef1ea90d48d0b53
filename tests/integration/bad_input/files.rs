//! The files that kvtutor keeps for itself: progress, the lab, the history. One that cannot be read
//! is told with what to do, is left byte for byte, and what does not need it still works.

use super::rig::{Damage, Home, Told};
use crate::terminal::harness::Terminal;

/// What is damaged: its length is known, so that places in what is said of it are.
const WHOLE: &str = "{\"format\":1,\"lessons\":{\"a\":{}}}";

/// Every way a file of JSON can be unreadable, and what is said of it.
const UNREADABLE: [(Damage, &str); 7] = [
    (Damage::Half, "EOF while parsing a string at line 1 column 15"),
    (Damage::Noise, "expected value at line 1 column 1"),
    (Damage::NotText, "expected value at line 1 column 1"),
    (Damage::Empty, "EOF while parsing a value at line 1 column 0"),
    (Damage::Deep, "recursion limit exceeded at line 1 column 128"),
    (Damage::Folder, "is a directory"),
    (Damage::Loop, "Too many levels of symbolic links"),
];

/// Runs each command on a home whose `name` is damaged, and sees that all is as it was.
fn refused(name: &str, commands: &[&[&str]]) {
    for (damage, said) in UNREADABLE {
        let home = Home::new();
        home.put(name, WHOLE);
        damage.apply(&home.path().join(name));
        let before = home.files();
        let err = if damage.is_no_file() {
            format!(
                "kvtutor: cannot read HOME/{name}: {said}; it was left as it is: move it away to \
                 begin anew\n"
            )
        } else {
            format!(
                "kvtutor: HOME/{name} is damaged ({said}); it was left as it is: mend it, or move \
                 it away to begin anew\n"
            )
        };
        for args in commands {
            let told = home.run(args, "SET k v\n");
            let wanted = Told { out: String::new(), err: err.clone(), code: 1 };
            assert_eq!(told, wanted, "{damage:?} {args:?}");
        }
        let after = home.files();
        for (path, bytes) in before {
            assert_eq!(after.get(&path), Some(&bytes), "{damage:?} {}", path.display());
        }
        // A script on the sandbox needs neither progress nor lab.
        assert_eq!(home.ask(&["exec"], "SET k v\nGET k\n"), "OK\nv\n", "{damage:?}");
    }
}

#[test]
fn progress_that_cannot_be_read_is_left_and_no_lesson_runs_over_it() {
    refused(
        "progress.json",
        &[
            &["learn"],
            &["learn", "4hhb-check"],
            &["report"],
            &[],
            &["lessons"],
            &["lessons", "--json"],
            &["reset", "--all", "--yes"],
            &["reset", "4hhb-load", "--yes"],
        ],
    );
}

#[test]
fn a_lab_file_that_cannot_be_read_is_left_and_no_prompt_runs_over_it() {
    refused("lab.json", &[&["play"], &[]]);
    refused(
        "lessons/4hhb-load/lab.json",
        &[&["learn", "4hhb-load"], &["learn", "4hhb-load#store"]],
    );
}

#[test]
fn what_does_not_need_a_damaged_file_works() {
    let home = Home::new();
    home.put("progress.json", "{");
    let greeting = "note: your sandbox: data stays here. `help` explains, `quit` leaves\n";
    let session = "127.0.0.1:6379> PING\nPONG\n127.0.0.1:6379> ";
    assert_eq!(home.ask(&["play"], "PING\n"), format!("{greeting}{session}"));
    let home = Home::new();
    home.put("lab.json", "{");
    assert_eq!(home.run(&["lessons"], "").code, 0);
    assert_eq!(home.run(&["learn", "4hhb-load"], "PING\n").code, 0);
    assert_eq!(home.get("lab.json"), b"{");
}

#[test]
fn progress_of_another_shape_is_not_taken_for_progress() {
    for (text, said) in [
        ("[]", "it is not a JSON object"),
        ("[1,{}]", "it is not a JSON object"),
        ("null", "it is not a JSON object"),
        ("{}", "missing field `format`"),
        ("{\"format\":\"1\",\"lessons\":{}}", "invalid type: string \"1\", expected u32"),
        ("{\"format\":-1,\"lessons\":{}}", "invalid number"),
        ("{\"format\":1e999,\"lessons\":{}}", "invalid number"),
        ("{\"format\":1,\"lessons\":[]}", "invalid type: sequence, expected a map"),
        (
            "{\"format\":1,\"lessons\":{\"4hhb-load\":{\"at\":[]}}}",
            "invalid type: sequence, expected a string",
        ),
        ("{\"format\":1,\"lessons\":{\"a\":{\"hints\":{\"a\":-1}}}}", "invalid number"),
        ("{\"format\":1,\"lessons\":{}}{}", "trailing characters at line 1 column 26"),
        ("{\"format\":1,\"lessons\":{\"a\\u0000\":{}},}", "trailing comma at line 1 column 38"),
        ("{\"format\":1,\"\\ud800\":{}}", "unexpected end of hex escape at line 1 column 20"),
    ] {
        let home = Home::new();
        home.put("progress.json", text);
        let told = home.run(&["learn"], "PING\n");
        let err = format!(
            "kvtutor: HOME/progress.json is damaged ({said}); it was left as it is: mend it, or move \
             it away to begin anew\n"
        );
        assert_eq!(told.err, err, "{text}");
        assert_eq!((told.out.as_str(), told.code), ("", 1));
        assert_eq!(home.get("progress.json"), text.as_bytes());
    }
}

#[test]
fn progress_that_names_what_no_lesson_has_is_kept() {
    let home = Home::new();
    let gone = "\"gone\":{\"at\":\"x\",\"done\":[\"y\"],\"typed\":{\"x\":[\"GET \\u001b[2J\"]}}";
    home.put(
        "progress.json",
        format!(
            "{{\"format\":1,\"lessons\":{{{gone},\"4hhb-load\":{{\"at\":\"\\u001b[2J\",\
             \"done\":[\"\\u202e\"],\"picked\":{{\"18446744073709551615\":[18446744073709551615]}},\
             \"hints\":{{\"look\":18446744073709551615}}}}}}}}"
        ),
    );
    let told = home.run(&["learn", "4hhb-load"], ":check\n:compare\n:recap\n");
    assert_eq!((told.code, told.err.as_str()), (0, ""));
    assert!(!told.out.contains('\x1b'), "{}", told.out);
    let kept = String::from_utf8(home.get("progress.json")).unwrap();
    let compact: String = kept.split_whitespace().collect();
    assert!(compact.contains("\"gone\":{\"at\":\"x\",\"done\":[\"y\"]"), "{kept}");
}

#[test]
fn a_history_that_cannot_be_read_is_said_and_left() {
    for (damage, said) in [
        (Damage::NotText, "it is not UTF-8 text"),
        (Damage::Folder, "Is a directory"),
        (Damage::Loop, "Too many levels of symbolic links"),
    ] {
        let home = Home::new();
        home.put("history", "GET kept\n");
        damage.apply(&home.path().join("history"));
        let before = home.files();
        let mut terminal = Terminal::start_in(home.path(), &["play"], &[], 80, 24);
        terminal.line("SET k v");
        let screen = terminal.line("GET k");
        let told = screen.replace("\n│ ", " ").replace(home.path().to_str().unwrap(), "HOME");
        assert_eq!(
            told,
            format!(
                "│ your sandbox: data stays here. `help` explains, `quit` leaves \
                 the history HOME/history cannot be read ({said}); it is left as it is, and this \
                 session's lines are not kept: move it away to begin anew\n\
                 127.0.0.1:6379> SET k v\nOK\n127.0.0.1:6379> GET k\n\"v\"\n127.0.0.1:6379>"
            )
        );
        // What was typed in this session can still be called back.
        terminal.send("\x1b[A\x1b[A");
        terminal.wait_for("> SET k v");
        terminal.kill();
        let history = home.path().join("history");
        assert_eq!(home.files().get(&history), before.get(&history), "{damage:?}");
    }
}

#[test]
fn a_journal_of_what_was_learnt_that_cannot_be_read_is_said_and_left() {
    let whole = "{\"at\":1,\"lesson\":\"l\"}\n";
    for (damage, said) in [
        (Damage::Noise, ", line 1, is no entry of a journal (expected value at line 1 column 1)"),
        (Damage::NotText, ", line 1, is no entry of a journal (expected value at line 1 column 1)"),
        (Damage::Folder, ": is a directory"),
        (Damage::Loop, ": Too many levels of symbolic links"),
    ] {
        let home = Home::new();
        home.put("journal.jsonl", whole);
        let path = home.path().join("journal.jsonl");
        damage.apply(&path);
        let before = home.files().get(&path).cloned();
        let (start, end) =
            if damage.is_no_file() { ("cannot read ", "") } else { ("", "mend it, or ") };
        let said = format!(
            "{start}HOME/journal.jsonl{said}; it was left as it is: {end}move it away to begin anew"
        );
        let told = home.run(&["report"], "");
        assert_eq!((told.err, told.code), (format!("kvtutor: {said}\n"), 1), "{damage:?}");
        // The lesson goes on, with its progress.
        let told = home.run(&["learn", "4hhb-load"], "PING\n:skip\n");
        assert_eq!((told.err.as_str(), told.code), ("", 0));
        let words: Vec<&str> = told.out.split_whitespace().collect();
        assert_eq!(words.join(" ").matches(&said).count(), 1, "{}", told.out);
        assert!(home.path().join("progress.json").is_file());
        assert_eq!(home.files().get(&path).cloned(), before, "{damage:?}");
    }
}

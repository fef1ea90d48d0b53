//! `kvtutor walk`: a teacher with a projector, and the notes on another terminal.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::harness::Terminal;

/// The screens that are compared with `snapshots/`.
pub const SCREENS: &[&str] = &["walk__80x24.snap", "walk__40x24.snap", "walk__plain.snap"];

fn compare(name: &str, screen: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    assert!(SCREENS.contains(&format!("{name}.snap").as_str()));
    settings.bind(|| insta::assert_snapshot!(name, screen));
}

/// Waits for the line of keys.
fn keys(terminal: &mut Terminal) -> String {
    terminal.wait_until("the keys", |screen| {
        let last = screen.lines().last().unwrap_or_default();
        last.contains("Space next") && (last.ends_with("quit") || last.ends_with("? keys"))
    })
}

/// Presses a key that shows something, and waits until it is there.
fn press(terminal: &mut Terminal, key: &str, shows: &str) -> String {
    terminal.send(key);
    terminal.wait_for(shows);
    keys(terminal)
}

/// Shows a command, runs it as it stands by the same key, and waits for what it prints.
fn run(terminal: &mut Terminal, command: &str, prints: &str) -> String {
    terminal.send(" ");
    terminal.wait_for(command);
    terminal.send(" ");
    terminal.wait_for(prints);
    keys(terminal)
}

/// The walk of a lesson from its third step on, as far as the first two commands.
fn store(columns: u16, rows: u16) -> Terminal {
    let args = ["walk", "4hhb-load#store", "--speed", "0"];
    let mut terminal = Terminal::start(&args, columns, rows);
    keys(&mut terminal);
    press(&mut terminal, " ", "three rules:");
    press(&mut terminal, " ", "Here is how both look");
    run(&mut terminal, "HSET pet:1 pet_id 1 name Mia", "(integer) 2");
    terminal
}

#[test]
fn a_lesson_is_presented_improvised_on_and_taken_back() {
    let mut teacher = store(80, 24);
    compare("walk__80x24", &teacher.screen());

    // In between something of one's own, at the live prompt.
    teacher.send("!");
    teacher.wait_for("a live prompt on this store");
    teacher.line("HSET pet:1 name Rex");
    teacher.wait_for("(integer) 0");
    teacher.send("quit\r");
    teacher.wait_for("back in the lesson");
    keys(&mut teacher);

    // A command can be changed before it runs.
    teacher.send(" ");
    teacher.wait_for("HGETALL pet:1");
    // A space that is typed into it is a space.
    teacher.send("\x15HGET pet:1");
    teacher.send(" name\r");
    teacher.wait_for("\"Rex\"");
    keys(&mut teacher);
    let list = press(&mut teacher, "l", "\n> HGET pet:1 name");
    let listed: Vec<&str> = list.lines().filter(|line| line.starts_with("> ")).collect();
    assert_eq!(
        listed,
        ["> HSET pet:1 pet_id 1 name Mia", "> HSET pet:1 name Rex", "> HGET pet:1 name"]
    );

    // Back before the improvised line: the store has not seen it either.
    teacher.send("b");
    teacher.wait_until("the command to be gone", |screen| !screen.contains("HGET pet:1 name"));
    keys(&mut teacher);
    teacher.send("b");
    teacher.wait_until("the pet to be gone", |screen| !screen.contains("HSET pet:1"));
    keys(&mut teacher);
    teacher.send("!");
    teacher.wait_for("a live prompt");
    teacher.line("SELECT 9");
    teacher.line("EXISTS pet:1");
    teacher.wait_for("EXISTS pet:1\n(integer) 0");
    teacher.send("\x04");
    teacher.wait_for("back in the lesson");

    // To the end of the step by a jump over it: its checks hold in the state that comes with it.
    teacher.send("g");
    teacher.wait_for("go to step (0 to 4, or its name):");
    teacher.send("nowhere\r");
    teacher.wait_for("there is no step \"nowhere\"; 0 to 4 go, or the name of one");
    teacher.send("g");
    teacher.wait_for("go to step");
    teacher.send("4\r");
    teacher.wait_for("Step 4 of 4");
    keys(&mut teacher);
    teacher.send("!");
    teacher.line("SELECT 1");
    teacher.line("KEYS *");
    teacher.wait_for("4) \"chain:D\"");
    teacher.send("quit\r");
    teacher.wait_for("back in the lesson");
    keys(&mut teacher);
    // Ctrl-C is no way out, q is.
    teacher.send("\x03");
    press(&mut teacher, "?", "a hint for this step");
    teacher.send("q");
    assert_eq!(teacher.wait_end(), 0);
}

#[test]
fn the_notes_follow_on_another_terminal() {
    let home = tempfile::tempdir().unwrap();
    let lesson = ["walk", "4hhb-load", "--notes"];
    let mut notes = Terminal::start_in(home.path(), &lesson, &[], 80, 24);
    notes.wait_for(
        "no walkthrough of this lesson runs yet: type `kvtutor walk 4hhb-load` in another",
    );
    let lesson = ["walk", "4hhb-load", "--speed", "0"];
    let mut teacher = Terminal::start_in(home.path(), &lesson, &[], 80, 24);
    keys(&mut teacher);
    let screen = notes.wait_for("Next: Hemoglobin is the protein that carries oxygen");
    assert!(screen.starts_with("Before the first step\n\nTime: about 15 minutes."), "{screen}");
    teacher.send("g");
    teacher.wait_for("go to step");
    teacher.send("choose\r");
    let screen = notes.wait_for("Step 2 of 4: Choose a type");
    assert!(screen.contains("There is no best type"), "{screen}");
    keys(&mut teacher);
    press(&mut teacher, " ", "A database like Redis keeps");
    press(&mut teacher, " ", "Redis 8 has a JSON type too");
    press(&mut teacher, " ", "1. The whole file");
    notes.wait_for("Next: the answer (3)");
    teacher.send("q");
    assert_eq!(teacher.wait_end(), 0);
    notes.wait_for("the walkthrough is over");
    assert_eq!(notes.wait_end(), 0);
}

#[test]
fn a_narrow_screen_shows_the_same() {
    let terminal = store(40, 24);
    compare("walk__40x24", &terminal.screen());
}

#[test]
fn commands_are_typed_letter_by_letter_and_a_key_shows_the_rest() {
    let mut terminal = Terminal::start(&["walk", "4hhb-load#look", "--speed", "1"], 80, 24);
    keys(&mut terminal);
    for shows in ["First look", "The file is", "Read the file", "How many chains"] {
        press(&mut terminal, " ", shows);
    }
    terminal.send(" ");
    terminal.wait_until("the first letter", |screen| screen.ends_with("127.0.0.1:6379> c"));
    terminal.send(" ");
    terminal.wait_for("127.0.0.1:6379> cat 4HHB_summary.json");
    terminal.send("\x03");
    keys(&mut terminal);
}

#[test]
fn large_text_is_set_apart() {
    let args = ["walk", "4hhb-load", "--large", "--speed", "0"];
    let mut terminal = Terminal::start(&args, 60, 24);
    keys(&mut terminal);
    let screen = press(&mut terminal, " ", "It is made of four");
    assert!(
        screen.contains(
            "\n\nHemoglobin is the protein that carries oxygen\n\nin your blood. Its structure has the name\n\n"
        ),
        "{screen}"
    );
}

#[test]
fn what_is_longer_than_the_screen_waits_for_a_key() {
    let mut terminal = Terminal::start(&["walk", "4hhb-load#look", "--speed", "0"], 80, 12);
    keys(&mut terminal);
    for shows in ["First look", "The file is", "Read the file", "How many chains"] {
        press(&mut terminal, " ", shows);
    }
    terminal.send(" ");
    terminal.wait_for("cat 4HHB_summary.json");
    terminal.send("\r");
    let screen = terminal.wait_for("--More-- 18 lines");
    assert!(screen.starts_with("127.0.0.1:6379> cat 4HHB_summary.json\n{\n"), "{screen}");
}

/// Presents from a script, as a screen reader or a pipe meets it.
fn piped(args: &[&str], script: &str) -> (String, String, Option<i32>) {
    let home = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
        .args(args)
        .env("KVTUTOR_HOME", home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

#[test]
fn a_script_presents_a_lesson_in_linear_text() {
    let script = format!(
        "{}GET pet:2\nb\n!\nSET own '1\n2'\nquit\nl\nh\nh\n?\nx\ng\n1\nq\n",
        "\n".repeat(9)
    );
    let (said, wrong, code) = piped(&["walk", "4hhb-load#store"], &script);
    compare("walk__plain", &said);
    assert_eq!((wrong.as_str(), code), ("", Some(0)));
}

#[test]
fn notes_into_a_pipe_are_a_handout() {
    let (said, wrong, code) = piped(&["walk", "4hhb-load", "--notes"], "");
    assert_eq!((wrong.as_str(), code), ("", Some(0)));
    let end = "This is the trap of exercise 3, a little early. Whoever keeps it in mind will\nnot be fooled there.\n\n";
    assert!(said.starts_with("Exercise 1: store the four chains of hemoglobin\n\nBefore the first step\n\nTime: about 15 minutes."), "{said}");
    assert!(said.ends_with(end), "{said}");
    assert!(said.contains("\n    > SELECT 1\n    > HSET chain:A chain_id A "), "{said}");
}

#[test]
fn what_is_not_there_is_said() {
    for (lesson, told) in [
        (
            "4hhb-laod",
            "kvtutor: there is no lesson \"4hhb-laod\", did you mean 4hhb-load?; `kvtutor lessons` lists them\n",
        ),
        (
            "4hhb-load#stor",
            "kvtutor: lesson 4hhb-load has no step \"stor\"; it has look, choose, store, who-sees\n",
        ),
        ("nowhere.md", "kvtutor: cannot read nowhere.md: No such file or directory\n"),
    ] {
        let (said, wrong, code) = piped(&["walk", lesson], "");
        assert_eq!((said.as_str(), wrong.as_str(), code), ("", told, Some(2)));
    }
}

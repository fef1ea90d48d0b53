//! `--watch`: what is saved is proved again, and nothing else.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use super::{Desk, OBJECTS, TINY, TWO, with};
use crate::terminal::harness::Terminal;

/// `kvtutor test --watch` whose output is read line by line.
struct Watch {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Watch {
    fn start(desk: &Desk, args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
            .args(["test", "--watch"])
            .args(args)
            .current_dir(desk.path(""))
            .env("KVTUTOR_HOME", desk.path("home"))
            .env_remove("CI")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// All that is printed up to the line that waits for the next save.
    fn said(&mut self) -> String {
        let mut said = String::new();
        loop {
            let start = said.len();
            assert_ne!(self.lines.read_line(&mut said).unwrap(), 0, "it has ended: {said}");
            if said[start..].starts_with("watching: ") {
                return said;
            }
        }
    }

    /// Presses Ctrl-C; the exit code then.
    fn end(mut self) -> i32 {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-INT", &id]).status().unwrap();
        self.child.wait().unwrap().code().unwrap()
    }
}

/// Puts a new file in the place of the old one, as many editors do.
fn save(desk: &Desk, name: &str, text: &str) {
    desk.write("aside", text);
    fs::rename(desk.path("aside"), desk.path(name)).unwrap();
}

const MISSING: &str = "note: there is no l/snapshots/lesson__tiny.snap yet: read the transcript that `--update` records there\n";
const ENDS: &str = "Save a file to prove it again; Ctrl-C ends.\n";

fn tiny_is_proved() -> String {
    format!("tiny: 1 step, 3 fixtures, 2 shown replies: proved, with 1 note\n{MISSING}")
}

#[test]
fn only_the_lesson_that_was_saved_is_proved_again() {
    let desk =
        Desk::new(&[("l/tiny.md", TINY), ("l/z-objects.md", OBJECTS), ("l/data/two.json", TWO)]);
    let mut watch = Watch::start(&desk, &["l"]);
    let objects = "objects: 1 step, 1 fixture, 36 generated states: proved, with 1 note
note: there is no l/snapshots/lesson__objects.snap yet: read the transcript that `--update` records there\n";
    let all = format!("\nwatching: 2 lessons are proved. {ENDS}");
    assert_eq!(watch.said(), format!("{}{objects}{all}", tiny_is_proved()));
    save(&desk, "l/tiny.md", &with(TINY, &[("```solution\n> SET a 1", "```solution\n> SET a 3")]));
    assert_eq!(
        watch.said(),
        format!(
            "
tiny: 1 step, 3 fixtures, 2 shown replies: not proved: 1 failure

l/tiny.md:21:1: `solution` of step `set` does not pass
  ```solution
  ^^^^^^^^^^^ fails at `a`
  help: the learner is told: In db 0, `GET a` gives 3. That is not yet what is asked.


watching: not proved: l/tiny.md. {ENDS}"
        )
    );
    // Its data belongs to a lesson.
    save(&desk, "l/data/two.json", r#"{"all": [{"id": "x"}, {"id": "y"}]}"#);
    assert_eq!(
        watch.said(),
        format!("\n{}\nwatching: not proved: l/tiny.md. {ENDS}", objects.replace("36", "28"))
    );
    save(&desk, "l/tiny.md", TINY);
    assert_eq!(watch.said(), format!("\n{}{all}", tiny_is_proved()));
    assert_eq!(watch.end(), 0);
}

#[test]
fn mistakes_are_told_and_the_watch_goes_on() {
    let desk = Desk::new(&[("l/tiny.md", &with(TINY, &[("```hint", "```hnt")]))]);
    let mut watch = Watch::start(&desk, &["l/tiny.md"]);
    let mistake = "1 mistake in the lesson files; nothing was run\n";
    let nothing = format!("\nwatching: nothing is proved. {ENDS}");
    assert_eq!(watch.said(), format!("{mistake}{nothing}"));
    save(&desk, "l/tiny.md", TINY);
    let proved = format!("\n{}\nwatching: proved. {ENDS}", tiny_is_proved());
    assert_eq!(watch.said(), proved);
    // What was recorded belongs to a lesson.
    desk.run(&["l/tiny.md", "--update"]);
    let recorded = format!("\n{}\nwatching: proved. {ENDS}", super::TINY_IS_PROVED);
    assert_eq!(watch.said(), recorded);
    fs::remove_file(desk.path("l/tiny.md")).unwrap();
    let gone = "cannot read l/tiny.md: No such file or directory\n";
    assert_eq!(watch.said(), format!("\n{gone}{nothing}"));
    save(&desk, "l/tiny.md", TINY);
    assert_eq!(watch.said(), recorded);
    save(&desk, "l/tiny.md", "");
    assert_eq!(watch.said(), format!("\n{mistake}{nothing}"));
    assert_eq!(watch.end(), 2);
}

#[test]
fn a_terminal_shows_the_last_proof_alone() {
    let broken = with(TINY, &[("```solution\n> SET a 1", "```solution\n> SET a 3")]);
    let desk = Desk::new(&[("l/tiny.md", TINY)]);
    let file = desk.path("l/tiny.md").display().to_string();
    let mut terminal =
        Terminal::start_in(&desk.path("home"), &["test", &file, "--watch"], &[], 160, 30);
    terminal.wait_for("watching: proved.");
    save(&desk, "l/tiny.md", &broken);
    let screen = terminal.wait_for("watching: not proved");
    assert_eq!(
        screen.lines().next(),
        Some("tiny: 1 step, 3 fixtures, 2 shown replies: not proved: 1 failure")
    );
    terminal.send("\x03");
    assert_eq!(terminal.wait_end(), 1);
}

#[test]
fn a_plain_terminal_keeps_what_was_shown() {
    let desk = Desk::new(&[("l/tiny.md", TINY)]);
    let file = desk.path("l/tiny.md").display().to_string();
    let args = ["test", &file, "--watch", "--plain", "--strict"];
    let mut terminal = Terminal::start_in(&desk.path("home"), &args, &[], 160, 30);
    terminal.wait_for("watching: not proved");
    desk.run(&["l/tiny.md", "--update"]);
    let screen = terminal.wait_for("watching: proved.");
    assert!(screen.contains("watching: not proved"), "{screen}");
    assert!(!terminal.raw().contains('\x1b'));
    terminal.send("\x03");
    assert_eq!(terminal.wait_end(), 0);
}

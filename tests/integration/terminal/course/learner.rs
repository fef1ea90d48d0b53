//! A learner at the prompt of a lesson. Dialogues are the test language: a line that begins with `$ `
//! is typed, and what follows must stand on the screen below it.

use std::path::Path;

use tempfile::TempDir;

use crate::terminal::harness::Terminal;

/// High enough that nothing is paged, and as wide as terminals are.
const COLUMNS: u16 = 80;
const ROWS: u16 = 300;

/// A learner with a home of their own.
pub struct Learner {
    home: TempDir,
    terminal: Terminal,
}

/// How a learner leaves.
#[derive(Debug, Clone, Copy)]
pub enum Leaving {
    Quit,
    CtrlD,
}

impl Learner {
    /// Opens `kvtutor learn LESSON` in a new home.
    pub fn opens(lesson: &str) -> Self {
        let home = TempDir::with_prefix("kvtutor-home").unwrap();
        let terminal = start(home.path(), &["learn", lesson]);
        Self { home, terminal }
    }

    /// Plays a dialogue: types each line behind `$ `, and what comes must be what stands below it.
    pub fn plays(&mut self, dialogue: &str) {
        let mut turns = dialogue.split("\n$ ");
        let first = turns.next().unwrap();
        let first = first.strip_prefix("$ ").expect("a dialogue begins with a typed line");
        for turn in std::iter::once(first).chain(turns) {
            let (line, wanted) = turn.split_once('\n').unwrap_or((turn, ""));
            let happened = self.types(line);
            assert_eq!(happened, wanted.trim_end(), "after {line:?}");
        }
    }

    /// Types a line and gives what is printed below it. Of the text of a step only its heading is
    /// left, the id of a container is `ID`, and the learner's home is `HOME`.
    pub fn types(&mut self, line: &str) -> String {
        self.clears();
        let screen = self.terminal.line(line);
        let typed = screen.lines().next().unwrap_or_default();
        assert!(typed.ends_with(line.trim_end()), "{line:?} was not typed; the screen:\n{screen}");
        told(&screen).replace(self.home.path().to_str().unwrap(), "HOME")
    }

    /// Where the learner is: what an empty line says.
    pub fn at(&mut self) -> String {
        self.types("")
    }

    /// Leaves, and gives the last row on the screen.
    pub fn leaves(&mut self, how: Leaving) -> String {
        self.clears();
        self.terminal.send(match how {
            Leaving::Quit => "quit\r",
            Leaving::CtrlD => "\x04",
        });
        assert_eq!(self.terminal.wait_end(), 0);
        self.terminal.screen().lines().last().unwrap().to_owned()
    }

    /// Types a line, and kvtutor is killed with SIGKILL as soon as `sign` stands on the screen.
    pub fn types_and_is_killed(&mut self, line: &str, sign: &str) {
        self.clears();
        self.terminal.send(&format!("{line}\r"));
        self.terminal.wait_until(&format!("{sign:?} below {line:?}"), |screen| {
            screen.lines().skip(1).any(|row| row.contains(sign))
        });
        self.terminal.kill();
    }

    /// kvtutor is killed with SIGKILL while it waits at its prompt.
    pub fn is_killed(&mut self) {
        self.terminal.wait_for_prompt();
        self.terminal.kill();
    }

    /// Comes back with `kvtutor learn` to the same home, and gives what it says.
    pub fn comes_back(&mut self) -> String {
        self.terminal = start(self.home.path(), &["learn"]);
        told(&format!("\n{}", self.terminal.screen()))
    }

    /// Clears the screen as Ctrl-L does.
    fn clears(&mut self) {
        self.terminal.wait_for_prompt();
        self.terminal.send("\x0c");
        self.terminal
            .wait_until("a clear screen", |screen| !screen.contains('\n') && screen.ends_with('>'));
    }
}

fn start(home: &Path, args: &[&str]) -> Terminal {
    let mut terminal = Terminal::start_in(home, args, &[], COLUMNS, ROWS);
    terminal.wait_for_prompt();
    terminal
}

/// What stands between the typed line and the prompt, with the text of a step left out.
fn told(screen: &str) -> String {
    let mut rows: Vec<&str> = screen.lines().skip(1).collect();
    rows.pop();
    let is_heading = |row: &&str| {
        row.strip_prefix("Step ").is_some_and(|rest| rest.starts_with(|l: char| l.is_ascii_digit()))
    };
    if let Some(heading) = rows.iter().position(is_heading) {
        // The last row says where the learner is.
        let status = rows.pop().filter(|_| rows.len() > heading);
        rows.truncate(heading + 1);
        rows.extend(status);
    }
    rows.into_iter().map(without_ids).collect::<Vec<_>>().join("\n")
}

/// A row with the ids of containers, which differ in each run, as `ID`.
fn without_ids(row: &str) -> String {
    let is_id = |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    row.split_inclusive(|letter: char| !letter.is_ascii_alphanumeric())
        .map(|part| {
            let word = part.trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric());
            if is_id(word) { part.replace(word, "ID") } else { part.to_owned() }
        })
        .collect()
}

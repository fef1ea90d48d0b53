//! The page on the lesson format, run from top to bottom as an author would follow it: its files are
//! written into a folder and proved there, its sessions happen as they are shown. A box that this
//! does not know how to run is a failure.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use tempfile::TempDir;

const PAGE: &str = include_str!("../../lessons/AUTHORING.md");

/// What stands above a box that shows a step alone.
const FRONT: &str = "---\nid: step\ntitle: A step\nminutes: 5\nfiles: [pets.json]\n---\n";

/// A fenced block of the page.
#[derive(Debug, Clone)]
struct Block {
    /// The words behind the fence.
    info: String,
    text: String,
    line: usize,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    for (event, range) in Parser::new(page).into_offset_iter() {
        if let Event::Start(Tag::CodeBlock(kind)) = event {
            let info = match kind {
                CodeBlockKind::Fenced(info) => info.into_string(),
                CodeBlockKind::Indented => "indented".to_owned(),
            };
            let line = page[..range.start].matches('\n').count() + 1;
            open = Some(Block { info, text: String::new(), line });
        } else if let Event::End(TagEnd::CodeBlock) = event {
            found.extend(open.take());
        } else if let Event::Text(text) = event
            && let Some(block) = &mut open
        {
            block.text.push_str(&text);
        }
    }
    found
}

/// An author's folder.
struct Desk {
    folder: TempDir,
    home: TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = TempDir::with_prefix("kvtutor-guide").unwrap();
        Self { folder, home: TempDir::with_prefix("kvtutor-home").unwrap() }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Everything that `kvtutor ARGS` prints, and its exit code.
    fn run(&self, args: &[&str], typed: &str) -> (String, i32) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
            .args(args)
            .current_dir(self.path())
            .env("KVTUTOR_HOME", self.home.path())
            .env_remove("CI")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Who does not read it may be gone already.
        let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
        let output = child.wait_with_output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (String::from_utf8(said).unwrap(), output.status.code().unwrap())
    }

    /// What is printed until the program waits, when Ctrl-C is pressed.
    fn interrupted(&self, args: &[&str]) -> String {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
            .args(args)
            .current_dir(self.path())
            .env_remove("CI")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        while !said.lines().last().is_some_and(|line| line.starts_with("watching: ")) {
            assert_ne!(lines.read_line(&mut said).unwrap(), 0, "it has ended: {said}");
        }
        Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(child.wait().unwrap().success());
        said + "^C\n"
    }

    /// Proves a lesson as strictly as can be, and sees that nothing in it had to be corrected.
    fn prove(&self, name: &str, line: usize) {
        let before = fs::read_to_string(self.path().join(name)).unwrap();
        self.run(&["test", name, "--update"], "");
        let (said, code) = self.run(&["test", name, "--strict"], "");
        assert_eq!(code, 0, "line {line}:\n{said}");
        assert_eq!(fs::read_to_string(self.path().join(name)).unwrap(), before, "line {line}");
    }

    /// Runs each command of a session, types what is typed there, and compares what is shown.
    fn session(&self, block: &Block) {
        for part in format!("\n{}", block.text).split("\n$ ").skip(1) {
            let (command, shown) = part.split_once('\n').unwrap_or((part, ""));
            let words: Vec<&str> = command.split(' ').collect();
            assert_eq!(words[0], "kvtutor", "line {}: {command}", block.line);
            let shown: Vec<&str> = shown.lines().collect();
            let typed: Vec<&str> = shown
                .iter()
                .filter(|line| line.starts_with("127.0.0.1:6379"))
                .map(|line| line.split_once("> ").unwrap().1)
                .collect();
            let said = match shown.last() {
                Some(&"^C") => self.interrupted(&words[1..]),
                _ => self.run(&words[1..], &(typed.join("\n") + "\n")).0,
            };
            let lines: Vec<&str> = said.lines().map(str::trim_end).collect();
            if !fits(&shown, &lines) {
                assert_eq!(said, shown.join("\n"), "line {}: {command}", block.line);
            }
        }
    }
}

/// Whether lines are as shown, where `...` stands for any lines.
fn fits(shown: &[&str], lines: &[&str]) -> bool {
    match shown.split_first() {
        None => lines.is_empty(),
        Some((&"...", rest)) => (0..=lines.len()).any(|skip| fits(rest, &lines[skip..])),
        Some((first, rest)) => lines.first() == Some(first) && fits(rest, &lines[1..]),
    }
}

/// Runs every block of a page.
fn run(page: &str) {
    let desk = Desk::new();
    let all = blocks(page);
    for (place, block) in all.iter().enumerate() {
        let (language, name) = block.info.split_once(' ').unwrap_or((&block.info, ""));
        let line = block.line;
        match (language, name) {
            ("console", "") => desk.session(block),
            ("markdown", "") => {
                assert!(block.text.starts_with("## "), "line {line}: not a step");
                fs::write(desk.path().join("step.md"), format!("{FRONT}{}", block.text)).unwrap();
                // What was recorded of the step before is no measure for this one.
                let _ = fs::remove_file(desk.path().join("snapshots/lesson__step.snap"));
                desk.prove("step.md", line);
            }
            ("markdown", name) => {
                fs::write(desk.path().join(name), &block.text).unwrap();
                let next = all.get(place + 1).filter(|next| next.info == "console");
                if !next.is_some_and(|next| next.text.contains(name)) {
                    desk.prove(name, line);
                }
            }
            ("json", name) if !name.is_empty() => {
                fs::write(desk.path().join(name), &block.text).unwrap();
            }
            _ => panic!("line {line}: nothing runs a box that begins with {:?}", block.info),
        }
    }
}

#[test]
fn everything_that_the_page_shows_happens() {
    run(PAGE);
}

/// What the test above says of a page; nothing if it finds no fault.
fn complaint(page: &str) -> String {
    let page = page.to_owned();
    let hook = std::panic::catch_unwind(move || run(&page));
    let Err(told) = hook else { return String::new() };
    told.downcast_ref::<String>().cloned().unwrap_or_default()
}

#[test]
fn a_box_that_nothing_runs_is_found() {
    assert_eq!(
        complaint("text\n```sql\nSELECT 1\n```\n"),
        "line 2: nothing runs a box that begins with \"sql\""
    );
    assert_eq!(
        complaint("text\n\n    SELECT 1\n"),
        "line 3: nothing runs a box that begins with \"indented\""
    );
    assert_eq!(complaint("```markdown\n# Title\n```\n"), "line 1: not a step");
    assert_eq!(complaint("```console\n$ kvtutor exec PING\nPONG\n```\n"), "");
    let unproved =
        "````markdown\n## One {#one}\n```check\nDBSIZE == 1\n```\n```solution\n> PING\n```\n````\n";
    assert!(complaint(unproved).contains("files` names pets.json"));
    let data = "```json pets.json\n{}\n```\n";
    assert!(
        complaint(&format!("{data}{unproved}")).contains("`solution` of step `one` does not pass")
    );
    assert!(complaint("```console\n$ kvtutor exec PING\nPING\n```\n").contains("PONG"));
}

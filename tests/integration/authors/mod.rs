//! `kvtutor test` and `new` as the author of a lesson meets it: a folder of files, what is printed, what is
//! written, and the exit code.

mod begun;
mod edited;
mod fixtures;
mod folders;
mod generated;
mod recording;
mod sequence;
mod suggested;
mod told;
mod watching;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

/// An author's folder.
struct Desk {
    folder: TempDir,
}

/// What the binary said.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    out: String,
    err: String,
    code: i32,
}

/// One step that has everything: the lesson that the tests below spoil in one place each.
const TINY: &str = r#"---
id: tiny
title: Tiny
minutes: 1
---
## Set it {#set}
Set `a` to 1.
```redis db=9
> SET b 2
OK
> GET b
"2"
```
```check
[a] GET a == 1
  else == 2: It is {got}, and two is too many.
```
```hint
The command is `SET`.
```
```solution
> SET a 1
```
```right name=slowly
> INCR a
```
```wrong name=two expect=a
> SET a 2
```
"#;

/// A lesson about objects in db 1.
const OBJECTS: &str = r"---
id: objects
title: Objects
minutes: 1
db: 1
files: [two.json]
---
## Store them {#store}
Store both.
```check
[stored] objects by id == file two.json $.all
```
```solution
> :load two.json all by id as string
```
";

const TWO: &str = r#"{"all": [{"id": "x", "n": 1}, {"id": "y", "n": 2}]}"#;

impl Desk {
    fn new(files: &[(&str, &str)]) -> Self {
        let desk = Self { folder: TempDir::with_prefix("kvtutor-author").unwrap() };
        for (name, text) in files {
            desk.write(name, text);
        }
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn run(&self, args: &[&str]) -> Said {
        self.run_as(args, "")
    }

    fn run_as(&self, args: &[&str], ci: &str) -> Said {
        self.kvtutor(&[&["test"], args].concat(), ci)
    }

    fn kvtutor(&self, args: &[&str], ci: &str) -> Said {
        let output = Command::new(env!("CARGO_BIN_EXE_kvtutor"))
            .args(args)
            .current_dir(self.folder.path())
            .env("KVTUTOR_HOME", self.path("home"))
            // Whether this machine has a Python must not change what is told.
            .env("KVTUTOR_PYTHON", "no-python")
            .env("CI", ci)
            .output()
            .unwrap();
        Said {
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap(),
        }
    }
}

/// `text` with each first part replaced by the second.
fn with(text: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (what, by)| {
        assert!(text.contains(what), "{what}");
        text.replace(what, by)
    })
}

/// Runs `kvtutor test` on the tiny lesson with a few things in it changed.
fn spoilt(changes: &[(&str, &str)]) -> Said {
    Desk::new(&[("l/tiny.md", &with(TINY, changes))]).run(&["l/tiny.md"])
}

#[track_caller]
fn check(said: &Said, out: &str, code: i32) {
    assert_eq!(*said, Said { out: out.to_owned(), err: String::new(), code });
}

/// What is said of the tiny lesson once it is recorded.
const TINY_IS_PROVED: &str = "tiny: 1 step, 3 fixtures, 2 shown replies, transcript: proved\n";

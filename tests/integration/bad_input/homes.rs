//! Homes that cannot be homes, that cannot be written, and that another process owns.

use std::fs::{self, File, Permissions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command};

use super::rig::{Home, Told, code, command_in, feed, piped};

/// Every command that looks into the home.
const COMMANDS: [&[&str]; 7] = [
    &["exec", "PING"],
    &["play"],
    &["learn"],
    &[],
    &["lessons"],
    &["reset", "--all", "--yes"],
    &["reset", "4hhb-load", "--yes"],
];

#[test]
fn what_is_no_directory_is_no_home() {
    let folder = Home::new();
    folder.put("file", "kept");
    let file = folder.path().join("file");
    for (home, said) in [
        (file.clone(), "it is not a directory"),
        (file.join("below"), "Not a directory"),
        (Path::new("/dev/full").to_owned(), "it is not a directory"),
    ] {
        let err = format!(
            "kvtutor: cannot use the home {}: {said}; name another home with --home DIR\n",
            home.display()
        );
        for args in COMMANDS {
            let output = feed(command_in(&home, args), b"PING\n");
            assert_eq!(String::from_utf8(output.stderr).unwrap(), err, "{args:?}");
            assert_eq!((output.stdout.as_slice(), code(output.status)), (&b""[..], 1));
        }
    }
    assert_eq!(folder.get("file"), b"kept");
    assert_eq!(folder.files().len(), 1);
}

#[test]
fn what_stands_in_the_place_of_a_folder_is_named() {
    let sandbox = "cannot make the directory HOME/sandbox: File exists; see what stands in its \
                   place, or use another one";
    let log = "cannot read HOME/sandbox/appendonlydir/appendonly.aof.manifest: Not a directory. \
               Nothing was changed. See what stands in its place, or use another directory";
    let lesson = "cannot read HOME/lessons/4hhb-load/lab.json: Not a directory; it was left as it \
                  is: move it away to begin anew";
    let prompt: &[&[&str]] = &[&["exec", "PING"], &["play"], &[]];
    for (name, said, commands) in [
        ("sandbox", sandbox, prompt),
        ("sandbox/appendonlydir", log, prompt),
        ("lessons", lesson, &[&["learn", "4hhb-load"]]),
        ("lessons/4hhb-load", lesson, &[&["learn", "4hhb-load"]]),
    ] {
        let home = Home::new();
        home.put(name, "kept");
        for args in commands {
            let wanted = Told { out: String::new(), err: format!("kvtutor: {said}\n"), code: 1 };
            assert_eq!(home.run(args, "PING\n"), wanted, "{name} {args:?}");
        }
        assert_eq!(home.get(name), b"kept");
    }
    let home = Home::new();
    fs::create_dir_all(home.path().join(".kvtutor.lock")).unwrap();
    let told = home.run(&["learn"], "");
    assert_eq!(
        told.err,
        "kvtutor: cannot lock HOME: Is a directory; kvtutor must be able to write \
         HOME/.kvtutor.lock: mend that, or use another directory\n"
    );
}

/// `kvtutor` as somebody who may not write what root has made. Root may write everything, so as
/// root the program runs as nobody, from a copy that nobody may read.
struct Nobody {
    home: Home,
}

impl Nobody {
    fn new(home: Home) -> Self {
        let binary = home.path().join("kvtutor");
        if is_root() {
            // Another process writes the copy: a descriptor of this one could be inherited by a
            // program that another test starts, and what is open for writing cannot be run.
            let copied =
                Command::new("cp").arg(env!("CARGO_BIN_EXE_kvtutor")).arg(&binary).status();
            assert!(copied.unwrap().success());
        }
        Self { home }
    }

    fn run(&self, args: &[&str], input: &str) -> Told {
        let mut command = if is_root() {
            let mut command = Command::new(self.home.path().join("kvtutor"));
            command.args(args).env_clear().env("KVTUTOR_HOME", self.home.path());
            command.uid(NOBODY).gid(NOBODY);
            command
        } else {
            self.home.command(args)
        };
        command.current_dir("/");
        self.home.told(feed(command, input.as_bytes()))
    }

    /// Makes a folder read-only.
    fn close(&self, name: &str) {
        fs::set_permissions(self.home.path().join(name), Permissions::from_mode(0o555)).unwrap();
    }

    /// Gives a file or folder to nobody, who may then write it.
    fn give(&self, name: &str) {
        if is_root() {
            chown(self.home.path().join(name), Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }
}

impl Drop for Nobody {
    fn drop(&mut self) {
        // Without this the folder could not be removed by its owner.
        let _ = fs::set_permissions(self.home.path(), Permissions::from_mode(0o755));
    }
}

/// The account of nobody, on every Unix that numbers accounts as usual.
const NOBODY: u32 = 65_534;

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|found| found.uid() == 0)
}

#[test]
fn a_read_only_home_is_said_and_the_course_is_still_listed() {
    let home = Home::new();
    home.ask(&["exec"], "SET k v\n");
    home.put("progress.json", "{\"format\":1,\"lessons\":{\"4hhb-load\":{\"done\":[\"look\"]}}}");
    fs::write(home.path().join(".kvtutor.lock"), "1\n").unwrap();
    for name in [".kvtutor.lock", "sandbox/.kvtutor.lock"] {
        let path = home.path().join(name);
        fs::set_permissions(path, Permissions::from_mode(0o444)).unwrap();
    }
    let nobody = Nobody::new(home);
    nobody.close("");
    let before = nobody.home.files();
    let lock = |dir: &str| {
        format!(
            "kvtutor: cannot lock {dir}: Permission denied; kvtutor must be able to write \
             {dir}/.kvtutor.lock: mend that, or use another directory\n"
        )
    };
    for args in COMMANDS {
        let told = nobody.run(args, "PING\n");
        if *args == ["lessons"] {
            assert_eq!((told.err.as_str(), told.code), ("", 0));
            continue;
        }
        let dir = if args.first() == Some(&"exec") { "HOME/sandbox" } else { "HOME" };
        assert_eq!(told, Told { out: String::new(), err: lock(dir), code: 1 }, "{args:?}");
    }
    let listed = nobody.run(&["lessons", "--json"], "").out;
    let rows: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let row = rows.as_array().unwrap().iter().find(|row| row["id"] == "4hhb-load").unwrap();
    assert_eq!(row["done"], 1);
    assert_eq!(nobody.home.files(), before);
}

#[test]
fn an_empty_home_that_cannot_be_written_says_what_to_do() {
    let nobody = Nobody::new(Home::new());
    nobody.close("");
    let told = nobody.run(&["exec", "PING"], "");
    assert_eq!(
        told.err,
        "kvtutor: cannot make the directory HOME/sandbox: Permission denied; see what stands in \
         its place, or use another one\n"
    );
    let told = nobody.run(&["--home", "/dev/below", "exec", "PING"], "");
    assert_eq!(
        told.err,
        "kvtutor: cannot make the home /dev/below: Permission denied; name another home with \
         --home DIR\n"
    );
}

#[test]
fn a_lesson_goes_on_where_progress_cannot_be_saved() {
    let home = Home::new();
    home.put(".kvtutor.lock", "");
    fs::create_dir(home.path().join("lessons")).unwrap();
    let nobody = Nobody::new(home);
    nobody.give(".kvtutor.lock");
    nobody.give("lessons");
    nobody.close("");
    let told = nobody.run(&["learn", "4hhb-load#store"], "SET k v\nGET k\n");
    assert_eq!((told.err.as_str(), told.code), ("", 0));
    let words: Vec<&str> = told.out.split_whitespace().collect();
    let said = "your progress could not be saved: cannot create HOME/temp-progress.json: \
                Permission denied. You can go on; it is tried again after each line.";
    assert_eq!(words.join(" ").matches(said).count(), 1, "{}", told.out);
    assert!(told.out.contains("> GET k\n\"v\"\n"), "{}", told.out);
}

/// A prompt or script that runs until its input ends.
struct Running {
    child: Child,
}

impl Running {
    /// Starts it and waits until it answers a line with `wanted`.
    fn start(home: &Home, args: &[&str], line: &str, wanted: &str) -> Self {
        let mut child = piped(&mut home.command(args));
        child.stdin.as_mut().unwrap().write_all(line.as_bytes()).unwrap();
        let mut seen = Vec::new();
        let output = child.stdout.as_mut().unwrap();
        while !String::from_utf8_lossy(&seen).ends_with(wanted) {
            let mut byte = [0];
            assert_eq!(output.read(&mut byte).unwrap(), 1, "it ended");
            seen.extend(byte);
        }
        Self { child }
    }

    /// Types one more line, ends its input, and gives the rest of what it prints.
    fn finish(mut self, line: &str) -> String {
        self.child.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
        let output = self.child.wait_with_output().unwrap();
        assert_eq!(code(output.status), 0);
        String::from_utf8(output.stdout).unwrap()
    }
}

/// The words for whoever comes second.
fn in_use(dir: &str, pid: u32) -> Told {
    let err = format!(
        "kvtutor: {dir} is in use by process {pid}; stop that one first, or use another directory\n"
    );
    Told { out: String::new(), err, code: 1 }
}

/// The words for who wants to learn beside another prompt.
fn beside(pid: u32) -> Told {
    let err = format!(
        "kvtutor: another kvtutor (process {pid}) has this home open: go on with the lesson there. Here \
         `kvtutor play` is a second client of its server, and `kvtutor --as NAME learn` has a home of its \
         own\n"
    );
    Told { out: String::new(), err, code: 1 }
}

#[test]
fn a_home_with_a_prompt_is_said_with_its_process() {
    let home = Home::new();
    let first = Running::start(&home, &["play"], "SET k v\n", "OK\n127.0.0.1:6379> ");
    let pid = first.child.id();
    let other = home.path().join("other");
    let other = other.to_str().unwrap();
    for args in [
        &["play"][..],
        &["play", "--dir", other],
        &["reset", "--all", "--yes"],
        &["reset", "4hhb-load", "--yes"],
    ] {
        assert_eq!(home.run(args, "FLUSHALL\n"), in_use("HOME", pid), "{args:?}");
    }
    assert_eq!(home.run(&["learn"], "FLUSHALL\n"), beside(pid));
    assert_eq!(home.run(&[], "FLUSHALL\n"), beside(pid));
    assert_eq!(home.run(&["exec"], "FLUSHALL\n"), in_use("HOME/sandbox", pid));
    assert_eq!(home.run(&["exec", "--dir", other, "PING"], "").out, "PONG\n");
    assert_eq!(home.run(&["lessons"], "").code, 0);
    assert_eq!(first.finish("GET k\n"), "GET k\n\"v\"\n127.0.0.1:6379> ");
    assert_eq!(home.ask(&["exec", "GET", "k"], ""), "v\n");
}

#[test]
fn a_script_owns_its_data_and_a_reset_waits_for_nobody() {
    let home = Home::new();
    let first = Running::start(&home, &["exec"], "SET k v\n", "OK\n");
    let pid = first.child.id();
    for args in [&["exec", "PING"][..], &["play"], &[], &["reset", "--all", "--yes"]] {
        assert_eq!(home.run(args, ""), in_use("HOME/sandbox", pid), "{args:?}");
    }
    assert_eq!(home.run(&["learn"], "").code, 0);
    assert_eq!(first.finish("GET k\n"), "v\n");
    assert_eq!(home.ask(&["exec", "GET", "k"], ""), "v\n");
}

#[test]
fn a_lesson_owns_the_home_and_leaves_the_sandbox_to_scripts() {
    let home = Home::new();
    let first = Running::start(&home, &["learn", "4hhb-load"], "PING\n", "> PING\nPONG\n");
    let pid = first.child.id();
    for args in [&["play"][..], &["reset", "4hhb-load", "--yes"]] {
        assert_eq!(home.run(args, ""), in_use("HOME", pid), "{args:?}");
    }
    assert_eq!(home.run(&["learn"], ""), beside(pid));
    assert_eq!(home.run(&[], ""), beside(pid));
    assert_eq!(home.ask(&["exec"], "SET k v\nGET k\n"), "OK\nv\n");
    first.finish("PING\n");
}

#[test]
fn an_owner_that_was_killed_owns_nothing() {
    let home = Home::new();
    for args in [&["play"][..], &["exec"]] {
        let wanted = if args == ["exec"] { "PONG\n" } else { "PONG\n127.0.0.1:6379> " };
        let mut first = Running::start(&home, args, "PING\n", wanted);
        first.child.kill().unwrap();
        first.child.wait().unwrap();
        assert_eq!(home.ask(&["exec", "PING"], ""), "PONG\n");
        assert_eq!(home.run(&["play"], "").code, 0);
    }
}

#[test]
fn an_owner_that_cannot_be_told_is_still_an_owner() {
    let home = Home::new();
    for text in ["", "nonsense\n", "\u{1b}[2J\n", "99999999999999999999999999\n"] {
        home.put(".kvtutor.lock", text);
        let lock = File::options().write(true).open(home.path().join(".kvtutor.lock")).unwrap();
        lock.lock().unwrap();
        let told = home.run(&["play"], "");
        assert_eq!(
            told.err,
            "kvtutor: HOME is in use by another process; stop that one first, or use another \
             directory\n"
        );
    }
}

#[test]
fn of_many_scripts_at_once_each_counts_or_is_told() {
    let home = Home::new();
    let mut counted = 0;
    let running: Vec<Child> =
        (0..12).map(|_| piped(&mut home.command(&["exec", "INCR", "n"]))).collect();
    for child in running {
        let told = home.told(child.wait_with_output().unwrap());
        if told.code == 0 {
            counted += 1;
        } else {
            let owner = told.err.strip_prefix("kvtutor: HOME/sandbox is in use by ").unwrap();
            assert_eq!(
                owner.split_once("; ").unwrap().1,
                "stop that one first, or use another directory\n"
            );
        }
    }
    assert_eq!(home.ask(&["exec", "GET", "n"], ""), format!("{counted}\n"));
}

//! `kvtutor` on a home of its own, asked through its text interface: both streams, the exit code,
//! and every byte that it left in the home.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// A home, gone with the test.
pub struct Home {
    folder: TempDir,
}

/// What a command said, with `HOME` for the home's path, and how it ended.
#[derive(Debug, PartialEq, Eq)]
pub struct Told {
    pub out: String,
    pub err: String,
    pub code: i32,
}

impl Home {
    /// An empty one.
    pub fn new() -> Self {
        Self { folder: TempDir::with_prefix("kvtutor-home").unwrap() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// `kvtutor ARGS` on it, with nothing of the environment that changes what is printed.
    pub fn command(&self, args: &[&str]) -> Command {
        command_in(self.path(), args)
    }

    /// Runs `kvtutor ARGS` with `input` on its standard input.
    pub fn run(&self, args: &[&str], input: impl AsRef<[u8]>) -> Told {
        self.told(feed(self.command(args), input.as_ref()))
    }

    /// Runs it where only what it prints matters: it must say nothing on standard error.
    pub fn ask(&self, args: &[&str], input: impl AsRef<[u8]>) -> String {
        let told = self.run(args, input);
        assert_eq!(told.err, "", "{args:?}");
        told.out
    }

    /// Output as text, `HOME` in place of the home.
    pub fn told(&self, output: Output) -> Told {
        let home = self.path().to_str().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap().replace(home, "HOME");
        Told { out: text(output.stdout), err: text(output.stderr), code: code(output.status) }
    }

    /// Every file, folder and link below it, but for the locks, which every owner writes.
    pub fn files(&self) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        let mut found = BTreeMap::new();
        walk(self.path(), &mut found);
        found
    }

    /// Writes a file below it, with the folders that lead there.
    pub fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// What a file below it holds.
    pub fn get(&self, name: &str) -> Vec<u8> {
        fs::read(self.path().join(name)).unwrap()
    }
}

/// `kvtutor ARGS` on a home.
pub fn command_in(home: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kvtutor"));
    command.args(args).env_clear().env("KVTUTOR_HOME", home);
    command
}

/// Runs a command to its end with `input` on its standard input.
pub fn feed(mut command: Command, input: &[u8]) -> Output {
    let mut child = piped(&mut command);
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // A program that reads no further is judged by what it says.
            let _ = stdin.write_all(input);
        });
        child.wait_with_output().unwrap()
    })
}

/// Starts a command with pipes to all its streams.
pub fn piped(command: &mut Command) -> Child {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// The exit code; a signal counts as in a shell, so that none looks like success.
pub fn code(status: std::process::ExitStatus) -> i32 {
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap())
}

fn walk(dir: &Path, found: &mut BTreeMap<PathBuf, Option<Vec<u8>>>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap() == ".kvtutor.lock" {
            continue;
        }
        let kind = path.symlink_metadata().unwrap().file_type();
        found.insert(path.clone(), kind.is_file().then(|| fs::read(&path).unwrap()));
        if kind.is_dir() {
            walk(&path, found);
        }
    }
}

/// What is done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Half of it is gone.
    Half,
    /// Bytes of all values, as a broken disk gives them.
    Noise,
    /// A byte that no text holds stands before it.
    NotText,
    /// It holds nothing.
    Empty,
    /// It holds lists in lists, ten thousand deep.
    Deep,
    /// A folder has its name.
    Folder,
    /// It cannot be opened, by root either: a link to itself.
    Loop,
}

impl Damage {
    /// Whether nothing that could be read is left in the file's place.
    pub fn is_no_file(self) -> bool {
        matches!(self, Damage::Folder | Damage::Loop)
    }

    /// Does it.
    pub fn apply(self, path: &Path) {
        let whole = fs::read(path).unwrap_or_default();
        let bytes = match self {
            Damage::Half => whole[..whole.len() / 2].to_vec(),
            Damage::Noise => (0..600_u32).map(|n| u8::try_from(n * 131 % 256).unwrap()).collect(),
            Damage::NotText => [b"\xff\x00", whole.as_slice()].concat(),
            Damage::Empty => Vec::new(),
            Damage::Deep => b"[".repeat(10_000),
            Damage::Folder => {
                let _ = fs::remove_file(path);
                return fs::create_dir(path).unwrap();
            }
            Damage::Loop => {
                let _ = fs::remove_file(path);
                return std::os::unix::fs::symlink(path, path).unwrap();
            }
        };
        fs::write(path, bytes).unwrap();
    }
}

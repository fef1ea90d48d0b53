//! `kvtutor play --export`: a store as commands that `redis-cli` can replay into a real Redis.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Failure, Home, Outcome, course, print};
use crate::lab::console::{Console, Files, Settings};
use crate::persistence::storage::{Disk, reason};
use crate::server::Clock;

/// Writes the sandbox's store, or that of a lesson, into a new file.
pub(super) fn run(
    home: &Home,
    dir: Option<PathBuf>,
    lesson: Option<&str>,
    file: &Path,
) -> Result<Outcome, Failure> {
    let root = match lesson {
        None => home.root().to_owned(),
        Some(id) => {
            course::known(home, id)?;
            home.root().join("lessons").join(id)
        }
    };
    let locked = home.lock()?;
    let settings = Settings {
        root,
        sandbox: dir,
        storage: Arc::new(Disk),
        clock: Clock::System,
        seed: fastrand::u64(..),
        files: Files::new(),
        progress: super::load_bar(false),
        connect: None,
    };
    let (mut console, _) =
        Console::open(settings).map_err(|error| Failure::failed(error.to_string()))?;
    let (commands, keys) = console.export();
    console.close();
    drop(locked);
    let at = |error: std::io::Error| {
        let shown = file.display();
        if error.kind() == ErrorKind::AlreadyExists {
            Failure::usage(format!("{shown} is there already: name a new file"))
        } else {
            Failure::failed(format!("cannot write {shown}: {}", reason(&error)))
        }
    };
    let mut output = OpenOptions::new().write(true).create_new(true).open(file).map_err(at)?;
    output.write_all(&commands).and_then(|()| output.sync_all()).map_err(at)?;
    let plural = if keys == 1 { "" } else { "s" };
    let shown = file.display();
    print(
        format!("{shown}: {keys} key{plural}; `redis-cli < {shown}` stores them in a Redis\n")
            .as_bytes(),
    )
}

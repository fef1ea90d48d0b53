//! `kvtutor test --watch`: stays, and proves again what is saved.
//!
//! The folders are watched and not the files: many editors write a new file and put it in the old
//! one's place. Which lessons are proved again is decided by what the files hold, not by what the
//! system says has happened, so a lesson that nothing touched is left alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};

use super::{Asked, authoring, entries, read, record, tell};
use crate::cli::args::Global;
use crate::cli::{Failure, Outcome, look_on, print};
use crate::lab::console::Files;
use crate::lesson::catalogue::{Catalogue, Entry};
use crate::lesson::prove::prove;

/// A save can be several changes of a folder: it is over when nothing has happened for so long.
const QUIET: Duration = Duration::from_millis(50);

/// What ends the wait.
enum Woken {
    /// Something in a folder is not as it was.
    Changed,
    /// The author has seen enough.
    Ended,
}

/// What a proof depends on.
#[derive(PartialEq)]
struct Ground {
    /// The lesson and all that it starts from, each with its files.
    texts: Vec<(String, Files)>,
    /// Which lessons there are: the last step names the next one.
    lessons: Vec<String>,
    /// What was recorded.
    recorded: Option<Vec<u8>>,
}

/// What is known of a lesson.
struct Known {
    ground: Ground,
    proved: bool,
}

/// How things stand.
#[derive(Clone, Copy)]
enum State {
    Proved,
    NotProved,
    Mistakes,
}

/// The watch.
struct Watch<'a> {
    global: &'a Global,
    asked: &'a Asked,
    watcher: RecommendedWatcher,
    folders: BTreeSet<PathBuf>,
    /// By the paths of the lessons.
    known: BTreeMap<String, Known>,
    /// Whether something was printed already.
    begun: bool,
}

/// Proves, waits for a change, and proves again, until Ctrl-C.
pub(super) fn run(global: &Global, asked: &Asked) -> Result<Outcome, Failure> {
    let (woken, wakes) = mpsc::channel();
    let signals = end_on_signals(woken.clone())?;
    let watcher = watcher(woken).map_err(|error| unwatched(&error))?;
    let (folders, known) = (BTreeSet::new(), BTreeMap::new());
    let mut watch = Watch { global, asked, watcher, folders, known, begun: false };
    let mut state = watch.round()?;
    while let Woken::Changed = next(&wakes) {
        state = watch.round()?.or(state);
    }
    signals.close();
    match state {
        Some(State::Mistakes) => Err(Failure::usage("the lesson files have mistakes")),
        Some(State::Proved) => Ok(Outcome::Done),
        Some(State::NotProved) | None => Ok(Outcome::NotYet),
    }
}

impl Watch<'_> {
    /// Proves the lessons that are not as they were. Nothing comes back if there is none.
    fn round(&mut self) -> Result<Option<State>, Failure> {
        // Before anything is read: what is saved from here on is seen.
        self.arm()?;
        let (catalogue, paths) = match read(&self.asked.paths) {
            Ok(Ok(found)) => found,
            Ok(Err(problems)) => {
                self.clear()?;
                return self.unread(&authoring(&problems, self.global));
            }
            Err(failure) if !self.begun => return Err(failure),
            Err(failure) => {
                self.clear()?;
                return self.unread(&failure);
            }
        };
        let mut changed = Vec::new();
        for entry in entries(&catalogue, &paths) {
            let ground = ground(&catalogue, entry);
            let known = self.known.get(&entry.lesson.path);
            if known.is_none_or(|known| known.ground != ground) {
                changed.push((entry, ground));
            }
        }
        let count = self.known.len();
        self.known.retain(|path, _| paths.contains(path));
        if changed.is_empty() && self.known.len() == count {
            return Ok(None);
        }
        self.clear()?;
        for (entry, ground) in changed {
            let proof = prove(&catalogue, entry);
            let proved = tell(&proof, &catalogue, self.global, self.asked)?;
            self.known.insert(entry.lesson.path.clone(), Known { ground, proved });
        }
        let open = self.known.iter().filter(|(_, known)| !known.proved);
        let open: Vec<&str> = open.map(|(path, _)| path.as_str()).collect();
        let state = match (self.known.len(), open.as_slice()) {
            (1, []) => "proved".to_owned(),
            (all, []) => format!("{all} lessons are proved"),
            (_, open) => format!("not proved: {}", open.join(", ")),
        };
        ready(&state)?;
        Ok(Some(if open.is_empty() { State::Proved } else { State::NotProved }))
    }

    /// Tells why no lesson could be read. What is mended is proved, even if it is mended by taking
    /// the change back.
    fn unread(&mut self, failure: &Failure) -> Result<Option<State>, Failure> {
        self.known.clear();
        print(format!("{failure}\n").as_bytes())?;
        ready("nothing is proved")?;
        Ok(Some(State::Mistakes))
    }

    /// A new screen, or where nothing may be redrawn an empty line.
    fn clear(&mut self) -> Result<(), Failure> {
        let plain = look_on(self.global, crate::cli::is_terminal()).plain;
        let first = !std::mem::replace(&mut self.begun, true);
        match (plain, first) {
            (true, true) => Ok(()),
            (true, false) => print(b"\n").map(|_| ()),
            (false, _) => print(b"\x1b[2J\x1b[H").map(|_| ()),
        }
    }

    /// Watches the folders that the paths name or stand in, those of their data, and those of what
    /// was recorded, as far as they are there by now.
    fn arm(&mut self) -> Result<(), Failure> {
        for path in &self.asked.paths {
            let folder = match path.parent() {
                _ if path.is_dir() => path.as_path(),
                Some(folder) if !folder.as_os_str().is_empty() => folder,
                Some(_) | None => Path::new("."),
            };
            let recorded = record::folder_of_snapshots(&folder.join("lesson.md"));
            for folder in [folder.to_owned(), folder.join("data"), recorded] {
                if folder.is_dir() && !self.folders.contains(&folder) {
                    let watched = self.watcher.watch(&folder, RecursiveMode::NonRecursive);
                    watched.map_err(|error| unwatched(&error))?;
                    self.folders.insert(folder);
                }
            }
        }
        Ok(())
    }
}

/// Says how things stand, and that the next save is waited for.
fn ready(state: &str) -> Result<(), Failure> {
    let line = format!("\nwatching: {state}. Save a file to prove it again; Ctrl-C ends.\n");
    print(line.as_bytes()).map(|_| ())
}

fn ground(catalogue: &Catalogue, entry: &Entry) -> Ground {
    let mut texts: Vec<(String, Files)> = Vec::new();
    let mut here = Some(entry);
    while let Some(entry) = here {
        let mut files = Files::new();
        for name in &entry.lesson.front.files {
            files.insert(name, entry.files.get(name).unwrap_or_default());
        }
        texts.push((entry.lesson.source.clone(), files));
        let from = entry.lesson.front.starts_from.as_ref();
        here = from.and_then(|from| catalogue.get(&from.lesson));
    }
    let lessons = catalogue.entries().iter().map(|entry| entry.lesson.front.id.clone()).collect();
    let front = &entry.lesson.front;
    let recorded = std::fs::read(record::path_of(Path::new(&entry.lesson.path), &front.id)).ok();
    Ground { texts, lessons, recorded }
}

/// Waits for a change and for the end of it.
fn next(wakes: &Receiver<Woken>) -> Woken {
    match wakes.recv() {
        Ok(Woken::Changed) => {}
        Ok(Woken::Ended) | Err(_) => return Woken::Ended,
    }
    loop {
        match wakes.recv_timeout(QUIET) {
            Ok(Woken::Changed) => {}
            Ok(Woken::Ended) | Err(RecvTimeoutError::Disconnected) => return Woken::Ended,
            Err(RecvTimeoutError::Timeout) => return Woken::Changed,
        }
    }
}

fn watcher(woken: Sender<Woken>) -> notify::Result<RecommendedWatcher> {
    notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading is no change, and it is what a proof does.
        if event.is_ok_and(|event| !event.kind.is_access()) {
            let _ = woken.send(Woken::Changed);
        }
    })
}

fn unwatched(error: &notify::Error) -> Failure {
    Failure::failed(format!("cannot watch the files: {error}"))
}

/// Ctrl-C ends the wait and not the process, so that its last result becomes the exit code.
fn end_on_signals(woken: Sender<Woken>) -> Result<Handle, Failure> {
    let failed =
        |error: std::io::Error| Failure::failed(format!("cannot wait for Ctrl-C: {error}"));
    let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(failed)?;
    let handle = signals.handle();
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            if signals.forever().next().is_some() {
                let _ = woken.send(Woken::Ended);
            }
        })
        .map_err(failed)?;
    Ok(handle)
}

//! What is in an instance's directory, told to people: files with their sizes, the manifest as it
//! stands, the log as commands.

use std::fmt::Write as _;
use std::path::Path;

use crate::engine::Now;
use crate::escape::{LineEnds, repr, sanitize};
use crate::persistence::aof::{Item, Manifest, Settings, load};
use crate::persistence::rdb;
use crate::persistence::storage::Storage;

/// How many commands of the log's end are shown.
const SHOWN: usize = 20;

/// How many bytes of its current file a log has synced, if it is open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open<'a> {
    /// The file that is written to.
    pub(super) file: &'a str,
    /// How much of it survives a power loss.
    pub(super) synced: u64,
}

/// Describes a directory that no instance has open, with Redis's own names for its files.
pub fn describe_dir(storage: &dyn Storage, dir: &Path, now: Now) -> String {
    describe(storage, &Settings::new(dir), None, now)
}

/// The files of a directory, and the last commands of its log.
pub(super) fn describe(
    storage: &dyn Storage,
    settings: &Settings,
    open: Option<Open<'_>>,
    now: Now,
) -> String {
    let mut text = String::new();
    for name in storage.list(&settings.dir).unwrap_or_default() {
        if let Some(size) = size(storage, &settings.dir, &name) {
            let what = if name == settings.snapshot {
                snapshot(storage, settings, &settings.dir.join(&name), now)
            } else if name.strip_prefix("temp-") == Some(&settings.snapshot) {
                "a part of a snapshot that was never finished; nobody reads it".to_owned()
            } else {
                String::new()
            };
            row(&mut text, &name, size, &what);
        }
    }
    let log = log(storage, settings, open, now);
    if text.is_empty() && log.is_empty() {
        return "the folder is empty: nothing was written to the disk\n".to_owned();
    }
    text + &log
}

/// A file's size, if it is one to be shown.
fn size(storage: &dyn Storage, dir: &Path, name: &str) -> Option<u64> {
    if name.starts_with('.') { None } else { storage.len(&dir.join(name)).ok().flatten() }
}

/// `dump.rdb   132 bytes   a snapshot of 3 keys`
fn row(text: &mut String, name: &str, size: u64, what: &str) {
    let size = if size == 1 { "1 byte".to_owned() } else { format!("{size} bytes") };
    let line = format!("{name:<28} {size:>10}  {what}");
    let _ = writeln!(text, "{}", line.trim_end());
}

/// How many keys a file in the snapshot's format holds.
fn snapshot(storage: &dyn Storage, settings: &Settings, path: &Path, now: Now) -> String {
    match rdb::load(storage, path, &settings.limits, now, |_, _, _| {}, |_, _| {}) {
        Ok(Some(loaded)) => format!("a snapshot of {}", keys(loaded.keys)),
        Ok(None) => String::new(),
        Err(_) => "a snapshot that cannot be read".to_owned(),
    }
}

fn keys(count: u64) -> String {
    if count == 1 { "1 key".to_owned() } else { format!("{count} keys") }
}

/// The log's folder: the manifest, and each file with what is in it.
fn log(storage: &dyn Storage, settings: &Settings, open: Option<Open<'_>>, now: Now) -> String {
    let dir = settings.log_dir();
    let mut names = storage.list(&dir).unwrap_or_default();
    names.retain(|name| size(storage, &dir, name).is_some());
    if names.is_empty() {
        return String::new();
    }
    let manifest = settings.manifest();
    let manifest_name = manifest.file_name().map(|name| name.to_string_lossy().into_owned());
    let manifest_name = manifest_name.unwrap_or_default();
    let listed = storage.read(&manifest).unwrap_or_default();
    let parsed = Manifest::parse(&listed).unwrap_or_default();
    // The manifest first: it says what the others are.
    names.sort_by_key(|name| (*name != manifest_name, place(&parsed, name)));
    let mut text = format!("{}/\n", settings.dirname);
    for name in &names {
        let Some(size) = size(storage, &dir, name) else { continue };
        let what = if *name == manifest_name {
            "the manifest: the files of the log".to_owned()
        } else if parsed.base.as_ref().is_some_and(|base| base.name == *name) {
            if is_snapshot(name) {
                format!("the base: {}", snapshot(storage, settings, &dir.join(name), now))
            } else {
                "the base".to_owned()
            }
        } else if parsed.incremental.iter().any(|file| file.name == *name) {
            "what was done since".to_owned()
        } else if parsed.history.iter().any(|file| file.name == *name) {
            "replaced by a rewrite, to be removed".to_owned()
        } else {
            "no file of the log: not in the manifest".to_owned()
        };
        row(&mut text, &format!("  {name}"), size, &what);
        if *name == manifest_name {
            let lines = String::from_utf8_lossy(&sanitize(&listed, LineEnds::Keep)).into_owned();
            for line in lines.lines() {
                let _ = writeln!(text, "      {line}");
            }
        }
    }
    text + &commands(storage, settings, open)
}

/// Whether a base is in the snapshot's format, which its name tells.
pub(super) fn is_snapshot(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending == "rdb")
}

/// Where a file of the log is named in its manifest.
fn place(manifest: &Manifest, name: &str) -> usize {
    let live = manifest.live().position(|file| file.name == name);
    live.unwrap_or(usize::MAX)
}

/// The last commands of the log, and how far they are synced.
fn commands(storage: &dyn Storage, settings: &Settings, open: Option<Open<'_>>) -> String {
    let mut text = String::new();
    if !storage.exists(&settings.manifest()).unwrap_or(false) {
        return text;
    }
    let mut lines: Vec<String> = Vec::new();
    let mut total = 0;
    let read = load(
        storage,
        settings,
        |item: Item<'_>| {
            if let Item::Unit(unit) = item {
                for words in unit.records() {
                    total += 1;
                    if lines.len() == SHOWN {
                        lines.remove(0);
                    }
                    lines.push(line(words));
                }
            }
            Ok(())
        },
        |_| {},
    );
    if let Err(error) = read {
        let _ = writeln!(text, "{error}");
        return text;
    }
    if total == 0 {
        text.push_str("the commands in the log: none\n");
    } else if total > lines.len() {
        let _ = writeln!(text, "the last {} of {total} commands in the log:", lines.len());
    } else {
        text.push_str("the commands in the log:\n");
    }
    let unsynced = open.map_or(0, |open| {
        let bytes = storage.read(&settings.log_dir().join(open.file)).unwrap_or_default();
        let synced = usize::try_from(open.synced).unwrap_or(usize::MAX);
        super::layers::records(bytes.get(synced..).unwrap_or_default())
    });
    let border = lines.len().saturating_sub(unsynced);
    for (place, line) in lines.iter().enumerate() {
        if place == border {
            text.push_str("  -- on the disk up to here; below only in the system's cache\n");
        }
        let _ = writeln!(text, "  {line}");
    }
    text
}

/// A record in one line of bounded length.
pub(super) fn line(words: &[&[u8]]) -> String {
    const LONGEST: usize = 100;
    let mut line = String::new();
    for word in words {
        if !line.is_empty() {
            line.push(' ');
        }
        let plain = !word.is_empty() && word.iter().all(u8::is_ascii_graphic);
        if plain {
            line.push_str(&String::from_utf8_lossy(word));
        } else {
            line.push_str(&String::from_utf8_lossy(&repr(word)));
        }
        if line.len() > LONGEST {
            let end = line.char_indices().map(|(at, _)| at).take_while(|at| *at <= LONGEST).last();
            line.truncate(end.unwrap_or(0));
            line.push('…');
            break;
        }
    }
    line
}

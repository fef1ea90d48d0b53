//! What is in an instance's directory, told to people: files with their sizes, the log as commands.

use std::fmt::Write as _;

use crate::escape::repr;
use crate::persistence::aof::{Item, Settings, load};
use crate::persistence::storage::Storage;

/// How many commands of the log's end are shown.
const SHOWN: usize = 20;

/// The files of a directory, and the last commands of its log.
pub(super) fn describe(storage: &dyn Storage, settings: &Settings) -> String {
    let mut text = String::new();
    for (dir, shown) in [
        (settings.dir.clone(), String::new()),
        (settings.log_dir(), format!("{}/", settings.dirname)),
    ] {
        for name in storage.list(&dir).unwrap_or_default() {
            if name.starts_with('.') {
                continue;
            }
            if let Ok(Some(len)) = storage.len(&dir.join(&name)) {
                let _ = writeln!(text, "{shown}{name}  {len} bytes");
            }
        }
    }
    if text.is_empty() {
        return "the folder is empty: nothing was written to the disk\n".to_owned();
    }
    if !storage.exists(&settings.manifest()).unwrap_or(false) {
        return text;
    }
    let mut commands: Vec<String> = Vec::new();
    let mut total = 0;
    let read = load(
        storage,
        settings,
        |item: Item<'_>| {
            if let Item::Unit(unit) = item {
                for words in unit.records() {
                    total += 1;
                    if commands.len() == SHOWN {
                        commands.remove(0);
                    }
                    commands.push(line(words));
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
    if total > commands.len() {
        let _ = writeln!(text, "the last {} of {total} commands in the log:", commands.len());
    } else {
        let _ = writeln!(text, "the commands in the log:");
    }
    for command in commands {
        let _ = writeln!(text, "  {command}");
    }
    text
}

/// A record in one line of bounded length.
fn line(words: &[&[u8]]) -> String {
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

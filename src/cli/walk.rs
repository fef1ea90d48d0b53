//! `kvtutor walk`: a lesson in front of a class, and the teacher's notes on another terminal.

use std::path::Path;
use std::sync::Arc;

use super::args::{Global, Walking};
use super::{Failure, Home, Outcome, course, play, print, sources};
use crate::lesson::catalogue::{Catalogue, Entry};
use crate::lesson::elsewhere::needs_lab;
use crate::lesson::walk::{Deck, Walk, tutorial};
use crate::persistence::storage::{Disk, reason};
use crate::repl::walk::notes::{self, Board};
use crate::repl::walk::{self, Style};
use crate::server::Clock;

/// Runs `kvtutor walk`.
pub(super) fn run(home: &Home, global: &Global, asked: &Walking) -> Result<Outcome, Failure> {
    let (reference, step) = match asked.lesson.split_once('#') {
        Some((lesson, step)) => (lesson, Some(step)),
        None => (asked.lesson.as_str(), None),
    };
    let (catalogue, id) = match tutorial(Path::new(reference)) {
        Some(entry) if asked.lessons.is_none() => {
            let id = entry.lesson.front.id.clone();
            (Arc::new(Catalogue::of(entry)), id)
        }
        Some(_) | None => course::find(reference, asked.lessons.as_deref())?,
    };
    let Some(entry) = catalogue.get(&id) else { return Err(unknown(&catalogue, &id)) };
    let deck = Deck::of(&entry.lesson);
    let look = super::look(global);
    let board = Board::new(Arc::new(Disk), home.root().join("walk.json"));
    if asked.notes {
        if super::is_terminal() {
            return notes::follow(&deck, &board, &Clock::System, || super::look(global))
                .map(|()| Outcome::Done)
                .map_err(|error| ended(&error));
        }
        return print(notes::handout(&deck, look).as_bytes());
    }
    let slide = match step {
        None => None,
        Some(step) => Some(deck.find(step).ok_or_else(|| {
            let ids: Vec<&str> = deck.slides.iter().skip(1).map(|s| s.id.as_str()).collect();
            Failure::usage(format!("lesson {id} has no step {step:?}; it has {}", ids.join(", ")))
        })?),
    };
    let connect = super::connect::own(home, global, None)?;
    if let (Some(connect), Some(step)) = (&connect, needs_lab(&catalogue, entry)) {
        return Err(Failure::usage(format!(
            "lesson {id} works with kvtutor's own servers ({step:?}), and {} is not one: present it \
             without --connect",
            connect.door.shown()
        )));
    }
    // The home holds the history and the place that the notes follow; nothing else is kept.
    home.make()?;
    let failed = |error: crate::lab::console::ConsoleError| Failure::failed(error.to_string());
    let Some(opened) = Walk::open(&catalogue, &id, Clock::System, fastrand::u64(..), connect)
    else {
        return Err(unknown(&catalogue, &id));
    };
    let mut lesson = opened.map_err(failed)?;
    if let Some(slide) = slide {
        lesson.jump(slide).map_err(failed)?;
    }
    let style = Style { large: asked.large, letters: asked.speed, board };
    walk::run(lesson, &play::setting(home, global), style).map_err(|error| ended(&error))?;
    Ok(Outcome::Done)
}

/// A tutorial of the kind that `RedisInsight` shows, if the file is one.
fn tutorial(path: &Path) -> Option<Entry> {
    path.extension().filter(|ending| ending.eq_ignore_ascii_case("md"))?;
    let source = sources::alone(path).ok()?;
    let text = String::from_utf8(source.bytes).ok()?;
    let is_one = tutorial::is_tutorial(&text);
    is_one.then(|| Entry { lesson: tutorial::lesson(&source.path, &text), files: source.files })
}

fn unknown(catalogue: &Catalogue, id: &str) -> Failure {
    let near =
        catalogue.nearest(id).map_or_else(String::new, |near| format!(", did you mean {near}?"));
    Failure::usage(format!("there is no lesson {id:?}{near}; `kvtutor lessons` lists them"))
}

fn ended(error: &std::io::Error) -> Failure {
    Failure::failed(format!("the walkthrough cannot read or write any more: {}", reason(error)))
}

//! The teacher's notes on another screen: they follow the walkthrough through a small file in the
//! home. Without a screen, the notes of the whole lesson are printed, as a handout.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::lesson::walk::{At, Deck, Piece};
use crate::persistence::storage::{self, Storage};
use crate::screen::{Look, Tone, markdown, wrap};
use crate::server::Clock;

/// How often the notes look where the walk stands, in microseconds.
const LOOK_EVERY: u64 = 150_000;

/// Where a walk stands, in a file that the notes read.
#[derive(Debug, Clone)]
pub struct Board {
    storage: Arc<dyn Storage>,
    path: PathBuf,
}

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    lesson: String,
    slide: usize,
    shown: usize,
}

impl Board {
    /// A board in that file.
    pub fn new(storage: Arc<dyn Storage>, path: PathBuf) -> Self {
        Self { storage, path }
    }

    /// Says where the walk stands. Notes that cannot be told cost the class nothing, so an error is
    /// not one here: `--notes` says that it sees no walkthrough.
    pub(super) fn write(&self, place: impl FnOnce() -> (String, At)) {
        let (lesson, at) = place();
        let place = Place { lesson, slide: at.slide, shown: at.shown };
        if let Ok(bytes) = serde_json::to_vec(&place) {
            let _ = storage::replace_unsynced(self.storage.as_ref(), &self.path, |file| {
                file.write_all(&bytes)
            });
        }
    }

    /// The walk is over.
    pub(super) fn clear(&self) {
        let _ = self.storage.remove(&self.path);
    }

    fn read(&self) -> Option<Place> {
        let bytes = self.storage.read(&self.path).ok()?;
        serde_json::from_slice(&bytes).ok()
    }
}

/// Prints the notes of a whole lesson.
pub fn handout(deck: &Deck, look: Look) -> String {
    let mut text = format!("{}\n", look.paint(Tone::Title, &deck.title));
    for (place, slide) in deck.slides.iter().enumerate() {
        let _ = write!(text, "\n{}", notes(deck, place, look));
        let lines = slide.pieces.iter().filter_map(|piece| match piece {
            Piece::Line(typing) => Some(&typing.text),
            Piece::Text(_) | Piece::Quiz(_) | Piece::Answer(_) | Piece::Check => None,
        });
        for line in lines {
            let _ = writeln!(text, "    > {line}");
        }
    }
    text
}

/// Follows the walkthrough of a lesson until it ends.
pub fn follow(
    deck: &Deck,
    board: &Board,
    clock: &Clock,
    look: impl Fn() -> Look,
) -> io::Result<()> {
    let mut last: Option<(Option<Place>, usize)> = None;
    loop {
        let look = look();
        let place = board.read().filter(|place| place.lesson == deck.id);
        if matches!(&last, Some((Some(_), _))) && place.is_none() {
            return print("the walkthrough is over\n");
        }
        let now = Some((place, look.width));
        if now != last {
            let text = match now.as_ref().and_then(|(place, _)| place.as_ref()) {
                Some(place) => page(deck, At { slide: place.slide, shown: place.shown }, look),
                None => format!("{}\n", wrap(&waiting(&deck.id), look.columns(), "", "")),
            };
            // What was shown before is of no use: the page stands alone, from the top.
            let clear = if look.plain { "\n" } else { "\x1b[2J\x1b[3J\x1b[H" };
            print(&format!("{clear}{text}"))?;
            last = now;
        }
        clock.advance(LOOK_EVERY);
    }
}

fn waiting(lesson: &str) -> String {
    format!(
        "no walkthrough of this lesson runs yet: type `kvtutor walk {lesson}` in another terminal"
    )
}

/// The notes at one place: what to say, and what the next key shows.
fn page(deck: &Deck, at: At, look: Look) -> String {
    let next = wrap(&next(deck, at), look.columns(), "Next: ", "      ");
    format!("{}{}\n", notes(deck, at.slide, look), look.paint(Tone::Accent, &next))
}

/// What the class does not see of a slide.
fn notes(deck: &Deck, place: usize, look: Look) -> String {
    let Some(slide) = deck.slides.get(place) else { return String::new() };
    let of = deck.slides.len().saturating_sub(1);
    let title = if place == 0 {
        "Before the first step".to_owned()
    } else {
        format!("Step {place} of {of}: {}", slide.title)
    };
    let mut text =
        format!("{}\n\n", look.paint(Tone::Title, &wrap(&title, look.columns(), "", "")));
    for note in &slide.notes {
        let _ = write!(text, "{}\n\n", markdown::render(note, look));
    }
    if slide.notes.is_empty() {
        let _ = write!(text, "{}\n\n", look.paint(Tone::Dim, "no notes for this step"));
    }
    text
}

/// What the next key shows, in a line.
fn next(deck: &Deck, at: At) -> String {
    let piece = deck.slides.get(at.slide).and_then(|slide| slide.pieces.get(at.shown));
    match piece {
        Some(Piece::Text(text)) => first_words(text),
        Some(Piece::Line(typing)) => format!("types {}", typing.text),
        Some(Piece::Quiz(quiz)) => format!("asks: {}", first_words(&quiz.question)),
        Some(Piece::Answer(quiz)) => format!("the answer ({})", quiz.right_numbers().join(", ")),
        Some(Piece::Check) => "the checks".to_owned(),
        None => match deck.slides.get(at.slide + 1) {
            Some(slide) => format!("step {}, {}", at.slide + 1, slide.title),
            None => "nothing: the lesson is over".to_owned(),
        },
    }
}

fn first_words(text: &str) -> String {
    const WORDS: usize = 12;
    let text = markdown::inline(text, Look::PLAIN);
    let mut words = text.split_whitespace();
    let first: Vec<&str> = words.by_ref().take(WORDS).collect();
    let more = if words.next().is_some() { " …" } else { "" };
    format!("{}{more}", first.join(" "))
}

fn print(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()
}

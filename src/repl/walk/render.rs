//! How the pieces of a walkthrough look. Everything is rendered to a string.

use super::large;
use crate::lab::console::Ran;
use crate::lesson::check::eval::Outcome;
use crate::lesson::format::Quiz;
use crate::lesson::session::Said;
use crate::lesson::walk::{At, Deck, Piece, Typed, Walk};
use crate::repl::face;
use crate::screen::{Look, Tone, markdown, marked, wrap};

/// How pieces are rendered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paper {
    pub(super) look: Look,
    pub(super) large: bool,
}

impl Paper {
    fn text_look(self) -> Look {
        if self.large { large::look(self.look) } else { self.look }
    }

    /// Text of the lesson.
    fn set(self, text: &str) -> String {
        if self.large { large::enlarge(text) } else { text.to_owned() }
    }

    /// What a server printed: its lines stay together.
    fn output(self, text: &str) -> String {
        if self.large { large::strengthen(text) } else { text.to_owned() }
    }
}

/// The head of a slide.
pub(super) fn head(deck: &Deck, at: At, paper: Paper) -> String {
    let look = paper.text_look();
    let Some(slide) = deck.slides.get(at.slide) else { return String::new() };
    let of = deck.slides.len().saturating_sub(1);
    let title = if at.slide == 0 {
        slide.title.clone()
    } else {
        format!("Step {} of {of}: {}", at.slide, slide.title)
    };
    let title = look.paint(Tone::Title, &wrap(&title, look.columns(), "", ""));
    let rule = look.rule();
    let rule = if rule.is_empty() { rule } else { format!("{rule}\n") };
    format!("{title}\n{rule}\n")
}

/// A piece that is not typed; nothing for a line, and for a check, which is judged first.
pub(super) fn piece(piece: &Piece, paper: Paper) -> String {
    let look = paper.text_look();
    match piece {
        Piece::Text(text) => paper.set(&format!("{}\n\n", markdown::render(text, look))),
        Piece::Quiz(quiz) => paper.set(&question(quiz, look)),
        Piece::Answer(quiz) => paper.set(&answer(quiz, look)),
        Piece::Line(_) | Piece::Check => String::new(),
    }
}

fn question(quiz: &Quiz, look: Look) -> String {
    let mut text = format!("{}\n\n", markdown::render(&quiz.question, look));
    for (place, choice) in quiz.choices.iter().enumerate() {
        text.push_str(&marked(&format!("{}.", place + 1), Tone::Accent, &choice.text, look));
    }
    format!("{text}\n")
}

fn answer(quiz: &Quiz, look: Look) -> String {
    let mut text = String::new();
    for (place, choice) in quiz.choices.iter().enumerate() {
        let (mark, tone) =
            if choice.right { (look.done(), Tone::Good) } else { (look.wrong(), Tone::Bad) };
        let reply = format!("{}. {}", place + 1, choice.reply);
        text.push_str(&marked(mark, tone, &reply, look));
    }
    format!("{text}\n")
}

/// What the checks say.
pub(super) fn judged(outcomes: &[Outcome], paper: Paper) -> String {
    let look = paper.text_look();
    let mut told = false;
    let said = outcomes.iter().map(|outcome| match &outcome.failure {
        None => Said::Became(outcome.label.clone()),
        Some(failure) if !std::mem::replace(&mut told, true) => {
            Said::NotYet(failure.message.clone())
        }
        Some(_) => Said::Also(outcome.label.clone()),
    });
    let text: String = said.filter_map(|said| said.render(look)).collect();
    paper.set(&format!("{text}\n"))
}

/// What a line printed.
pub(super) fn ran(ran: &Ran, line: &[u8], paper: Paper) -> String {
    let text: String =
        ran.shown.iter().map(|piece| face::render(piece, line, paper.look)).collect();
    paper.output(&text)
}

/// A line with its prompt, as it was typed.
pub(super) fn typed(typed: &Typed, paper: Paper) -> String {
    let line = face::clean(&String::from_utf8_lossy(&typed.line));
    let line = paper.look.paint(Tone::Code, &line);
    format!("{}{line}\n{}", typed.prompt, ran(&typed.ran, &typed.line, paper))
}

/// A slide as far as it was shown.
pub(super) fn slide(walk: &mut Walk, paper: Paper) -> String {
    let at = walk.at();
    let mut text = head(walk.deck(), at, paper);
    let pieces: Vec<Piece> = walk
        .deck()
        .slides
        .get(at.slide)
        .map(|slide| slide.pieces.iter().take(at.shown).cloned().collect())
        .unwrap_or_default();
    let mut was_reply = false;
    for shown in 0..=pieces.len() {
        if let Some(shown) = shown.checked_sub(1).and_then(|place| pieces.get(place)) {
            if was_reply && !matches!(shown, Piece::Line(_) | Piece::Check) {
                text.push('\n');
            }
            was_reply = false;
            text.push_str(&piece(shown, paper));
            if matches!(shown, Piece::Check) {
                text.push_str(&judged(&walk.judge(), paper));
            }
        }
        for line in walk.typed_at(At { slide: at.slide, shown }) {
            text.push_str(&typed(line, paper));
            was_reply = true;
        }
    }
    text
}

/// Whether text that is shown now stands right below what a server printed: a blank line parts them.
pub(super) fn is_below_a_reply(walk: &Walk, piece: &Piece) -> bool {
    let at = walk.at();
    let before = At { shown: at.shown.saturating_sub(1), ..at };
    !matches!(piece, Piece::Line(_) | Piece::Check) && walk.typed_at(before).next().is_some()
}

/// The commands so far, as they can be pasted into `redis-cli`.
pub(super) fn list(walk: &Walk, paper: Paper) -> String {
    if walk.typed().is_empty() {
        return face::notice("no command was run yet", paper.look);
    }
    let lines = walk.typed().iter().map(|typed| {
        let line = face::clean(&String::from_utf8_lossy(&typed.line));
        format!("{}{}\n", paper.look.paint(Tone::Dim, "> "), paper.look.paint(Tone::Code, &line))
    });
    let text: String = lines.collect();
    paper.output(&text)
}

/// A hint.
pub(super) fn hint(number: usize, of: usize, text: &str, paper: Paper) -> String {
    let said = Said::Hint { number, of, text: text.to_owned() };
    paper.set(&said.render(paper.text_look()).unwrap_or_default())
}

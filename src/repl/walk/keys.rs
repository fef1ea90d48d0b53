//! The keys between two pieces, and the line that names them.

use rustyline::{KeyCode, KeyEvent};

use crate::lesson::walk::{At, Deck};
use crate::repl::editor::Key;
use crate::screen::{Look, width, wrap};

/// What keys mean between two pieces. Ctrl-C, which comes as a large C, never ends a walkthrough.
#[expect(clippy::wildcard_enum_match_arm, reason = "the editor's enum, not ours")]
pub(super) fn meaning(KeyEvent(code, _): KeyEvent) -> Option<Key> {
    match code {
        KeyCode::Char(' ' | 'n') | KeyCode::Enter | KeyCode::Right | KeyCode::PageDown => {
            Some(Key::Next)
        }
        KeyCode::Char('b') | KeyCode::Left | KeyCode::PageUp | KeyCode::Backspace => {
            Some(Key::Back)
        }
        KeyCode::Char('g') => Some(Key::Jump),
        KeyCode::Char('!') => Some(Key::Live),
        KeyCode::Char('l') => Some(Key::List),
        KeyCode::Char('h') => Some(Key::Hint),
        KeyCode::Char('?') => Some(Key::Help),
        KeyCode::Char('q' | 'D') => Some(Key::Quit),
        _ => None,
    }
}

/// What a word means that is typed where no single key can be read.
pub(super) fn word(word: &str) -> Option<Key> {
    match word {
        "" | "n" => Some(Key::Next),
        "b" => Some(Key::Back),
        "g" => Some(Key::Jump),
        "!" => Some(Key::Live),
        "l" => Some(Key::List),
        "h" => Some(Key::Hint),
        "?" => Some(Key::Help),
        "q" => Some(Key::Quit),
        _ => None,
    }
}

/// What the keys do, for `?`: a key, and what it does. The first two differ without a terminal.
const KEYS: [(&str, &str); 7] = [
    ("b, ←", "back by a piece; the store goes back too"),
    ("g", "go to a step, by its number or name"),
    ("!", "a live prompt on this store; `quit` comes back"),
    ("h", "a hint for this step"),
    ("l", "the commands so far"),
    ("q", "end the walkthrough"),
    ("?", "these keys"),
];

/// What the keys do, for `?`.
pub(super) fn help(look: Look) -> String {
    let first = [
        (
            "Space, Enter, →",
            "show the next piece; a command that waits is run by Space or Enter, and by Enter when \
             you have changed it",
        ),
        ("Ctrl-C", "leaves a command that waits; then the other keys work again"),
    ];
    rows(&first, look)
}

/// What the words do where no single key can be read.
pub(super) fn linear_help(look: Look) -> String {
    let runs = "show the next piece; a command that waits is run by Enter, or type another line to be \
                run instead";
    rows(&[("Enter", runs)], look)
}

fn rows(first: &[(&str, &str)], look: Look) -> String {
    const MARGIN: usize = 18;
    let row = |(key, what): &(&str, &str)| {
        let key = format!("{key}{}", " ".repeat(MARGIN.saturating_sub(width(key))));
        format!("{}\n", wrap(what, look.columns(), &key, &" ".repeat(MARGIN)))
    };
    first.iter().chain(&KEYS).map(row).collect()
}

/// The line below what is shown: where the walk stands, and as many keys as fit.
pub(super) fn bar(deck: &Deck, at: At, columns: usize) -> String {
    let place = place(deck, at);
    [
        "Space next · b back · g go to · ! prompt · h hint · l list · q quit",
        "Space next · b back · ! prompt · ? keys",
        "Space next · ? keys",
        "?",
    ]
    .iter()
    .map(|keys| format!("{place} {keys} "))
    .find(|bar| width(bar) < columns)
    .unwrap_or_else(|| "? ".to_owned())
}

/// `2/9` for the second of nine steps, with a dot for each piece that is still to come.
fn place(deck: &Deck, at: At) -> String {
    let of = deck.slides.len().saturating_sub(1);
    if at.slide == 0 { format!("0/{of}") } else { format!("{}/{of}", at.slide) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_are_told_on_narrow_screens_too() {
        let look = Look { width: 50, ..Look::PLAIN };
        assert_eq!(
            help(look),
            "Space, Enter, →   show the next piece; a command
                  that waits is run by Space or
                  Enter, and by Enter when you
                  have changed it
Ctrl-C            leaves a command that waits;
                  then the other keys work again
b, ←              back by a piece; the store goes
                  back too
g                 go to a step, by its number or
                  name
!                 a live prompt on this store;
                  `quit` comes back
h                 a hint for this step
l                 the commands so far
q                 end the walkthrough
?                 these keys
"
        );
    }
}

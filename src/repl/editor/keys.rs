//! One key as a whole answer: below a full screen, and between the pieces of a walkthrough. Knows what
//! keys mean, and does nothing about it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustyline::{
    Cmd, ConditionalEventHandler, Event, EventContext, KeyCode, KeyEvent, Modifiers, RepeatCount,
};

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::repl) enum Key {
    /// On by a screen, or a piece.
    Next,
    /// On by a line.
    Row,
    /// Back by a piece.
    Back,
    /// To another slide.
    Jump,
    /// To the prompt.
    Live,
    /// The commands so far.
    List,
    /// A hint.
    Hint,
    /// What the keys do.
    Help,
    /// No more.
    Quit,
    /// To the next line, which begins with this letter.
    Letter(char),
}

/// What a key means where it is asked for; `None` for one that means nothing there.
pub(in crate::repl) type Meaning = fn(KeyEvent) -> Option<Key>;

/// What keys mean below a full screen. A letter without a meaning begins the next line, so that nobody
/// types into the void.
#[expect(clippy::wildcard_enum_match_arm, reason = "the editor's enum, not ours")]
pub(in crate::repl) fn pager(KeyEvent(code, modifiers): KeyEvent) -> Option<Key> {
    match code {
        KeyCode::Char(' ') | KeyCode::PageDown => Some(Key::Next),
        KeyCode::Enter | KeyCode::Down => Some(Key::Row),
        KeyCode::Char('q' | 'Q') | KeyCode::Esc => Some(Key::Quit),
        KeyCode::Char('M' | 'J') if modifiers == Modifiers::CTRL => Some(Key::Row),
        KeyCode::Char('C' | 'D') if modifiers == Modifiers::CTRL => Some(Key::Quit),
        KeyCode::Char(letter) if (modifiers - Modifiers::SHIFT).is_empty() => {
            Some(Key::Letter(letter))
        }
        _ => None,
    }
}

/// What keys mean now, shared with their handler.
#[derive(Debug, Default)]
pub(super) struct Keys(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The question that is open.
    asked: Option<Meaning>,
    /// Its answer.
    answer: Option<Key>,
    /// The line that was typed out and waits to be run.
    offered: Option<String>,
}

impl Keys {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn ask(&self, meaning: Meaning) {
        *self.state() = State { asked: Some(meaning), ..State::default() };
    }

    pub(super) fn answer(&self) -> Key {
        std::mem::take(&mut *self.state()).answer.unwrap_or(Key::Quit)
    }

    /// While this line stands as it was typed out, the keys that lead on run it.
    pub(super) fn offer(&self, line: Option<String>) {
        self.state().offered = line;
    }
}

/// While something is asked, one key is the whole answer.
pub(super) struct Handler(pub(super) Arc<Keys>);

impl ConditionalEventHandler for Handler {
    fn handle(&self, event: &Event, _: RepeatCount, _: bool, line: &EventContext) -> Option<Cmd> {
        let mut state = self.0.state();
        let Some(key) = event.get(0) else { return state.asked.map(|_| Cmd::Noop) };
        let Some(meaning) = state.asked else {
            let leads_on = matches!(key.0, KeyCode::Char(' ') | KeyCode::PageDown);
            let as_offered = state.offered.as_deref() == Some(line.line());
            let at_end = line.pos() == line.line().len();
            return (leads_on && as_offered && at_end).then_some(Cmd::AcceptLine);
        };
        match meaning(*key) {
            Some(key) => {
                state.answer = Some(key);
                Some(Cmd::AcceptLine)
            }
            None => Some(Cmd::Noop),
        }
    }
}

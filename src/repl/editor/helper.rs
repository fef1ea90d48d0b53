//! What the editor asks while a line is typed. Nothing here walks the data but a pressed Tab.

use std::borrow::Cow;

use rustyline::Context;
use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::validate::Validator;

use super::{complete, highlight, hint};
use crate::repl::Shell;
use crate::repl::shared::Shared;
use crate::repl::terminal::screen_size;
use crate::screen::{Look, width};

/// Lines longer than this are typed without colours and hints: nobody types them, they are pasted.
const LONG: usize = 4096;

/// The editor's view of the desk.
pub(super) struct Helper<S> {
    desk: Shared<S>,
    color: bool,
    /// Typed before, of a line that goes on.
    pending: Vec<u8>,
    /// Columns of the prompt.
    prompt: usize,
    silent: bool,
}

impl<S: Shell> Helper<S> {
    pub(super) fn new(desk: Shared<S>, color: bool) -> Self {
        Self { desk, color, pending: Vec::new(), prompt: 0, silent: false }
    }

    /// A new line begins behind `pending`.
    pub(super) fn begin(&mut self, pending: &[u8], prompt: &str) {
        self.pending.clear();
        self.pending.extend_from_slice(pending);
        if !pending.is_empty() {
            self.pending.push(b'\n');
        }
        self.prompt = width(prompt);
    }

    /// While the pager asks, nothing is coloured or offered.
    pub(super) fn silence(&mut self, silent: bool) {
        self.silent = silent;
    }

    /// The line as it will be run, and what of it stands before this row.
    fn whole<'l>(&self, line: &'l str) -> (Cow<'l, [u8]>, usize) {
        if self.pending.is_empty() {
            return (Cow::Borrowed(line.as_bytes()), 0);
        }
        (Cow::Owned([&self.pending, line.as_bytes()].concat()), self.pending.len())
    }

    fn is_quiet(&self, line: &str) -> bool {
        self.silent || self.pending.len() + line.len() > LONG
    }
}

/// A hint that is only looked at: no key types it.
pub(super) struct Ghost(String);

impl Hint for Ghost {
    fn display(&self) -> &str {
        &self.0
    }
    fn completion(&self) -> Option<&str> {
        None
    }
}

impl<S: Shell> Hinter for Helper<S> {
    type Hint = Ghost;

    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<Ghost> {
        if self.is_quiet(line) || pos < line.len() || line.contains('\n') {
            return None;
        }
        let (whole, _) = self.whole(line);
        let text = hint::hint(&whole)?;
        let columns = screen_size().map_or(80, |(columns, _)| columns);
        let room = columns.saturating_sub((self.prompt + width(line)) % columns + 1);
        hint::fit(&text, room).map(Ghost)
    }
}

impl<S: Shell> Highlighter for Helper<S> {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if !self.color || self.is_quiet(line) {
            return highlight::harmless(line);
        }
        let (whole, offset) = self.whole(line);
        let look = Look { width: 80, color: true, plain: false };
        Cow::Owned(highlight::highlight(&whole, offset, line, look))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        if !self.color {
            return Cow::Borrowed(hint);
        }
        Cow::Owned(format!("\x1b[2m{hint}\x1b[0m"))
    }

    fn highlight_char(&self, line: &str, _: usize, kind: CmdKind) -> bool {
        let steers = matches!(highlight::harmless(line), Cow::Owned(_));
        (self.color && !self.is_quiet(line) || steers) && kind != CmdKind::MoveCursor
    }
}

impl<S: Shell> Completer for Helper<S> {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        pos: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let (whole, offset) = self.whole(line);
        let nothing = Ok((pos, Vec::new()));
        let mut desk = self.desk.lock();
        let position = offset + pos;
        let word = complete::tutor_word(&whole, position);
        let choices = word.map(|word| desk.shell.choices(word)).unwrap_or_default();
        let console = desk.shell.console_mut();
        let Some(offers) = complete::complete(&whole, position, console, &choices) else {
            return nothing;
        };
        // A word that began on an earlier row cannot be replaced.
        let Some(start) = offers.start.checked_sub(offset) else { return nothing };
        let pairs = offers
            .words
            .into_iter()
            .map(|word| Pair { display: word.shown, replacement: word.typed });
        Ok((start, pairs.collect()))
    }
}

impl<S: Shell> Validator for Helper<S> {}
impl<S: Shell> rustyline::Helper for Helper<S> {}

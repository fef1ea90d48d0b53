//! The line editor: `rustyline` with this prompt's colours, hints, completion and history.

mod complete;
mod helper;
mod highlight;
mod hint;
mod history;
mod keys;

use std::io;
use std::sync::Arc;

use rustyline::error::ReadlineError;
use rustyline::history::MemHistory;
use rustyline::{ColorMode, CompletionType, Config, Event, EventHandler, ExternalPrinter};

use super::shared::Shared;
use super::{Setting, Shell};
use crate::lab::console::Console;
use crate::screen::Look;
use helper::Helper;
use history::History;
use keys::{Handler, Keys};
pub(super) use keys::{Key, Meaning, pager};

/// What was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entered {
    /// A line, or several after a paste.
    Line(String),
    /// Ctrl-C.
    Interrupt,
    /// Ctrl-D on an empty line, or the terminal is gone.
    End,
}

/// All that the editor does for one key at the end of a line, Tab included, and what it came to:
/// the line in colours, the hint, and how many words are offered. For the benchmark that holds its
/// budget.
pub fn keystroke(line: &str, console: &mut Console) -> (String, Option<String>, usize) {
    let bytes = line.as_bytes();
    let look = Look { width: 80, color: true, plain: false };
    let colored = highlight::highlight(bytes, 0, line, look);
    let offers = complete::complete(bytes, bytes.len(), console, &[]);
    (colored, hint::hint(bytes), offers.map_or(0, |offers| offers.words.len()))
}

/// How many entries a history keeps.
const HISTORY: usize = 5_000;

/// How many candidates are listed without a question.
const LISTED: usize = 60;

/// The editor of a terminal.
pub(super) struct Editor<S: Shell> {
    inner: rustyline::Editor<Helper<S>, MemHistory>,
    history: History,
    keys: Arc<Keys>,
    /// What was typed of the next line before its prompt stood there.
    begun: String,
}

impl<S: Shell> Editor<S> {
    /// Opens the editor; what is to be said about the history comes with it.
    pub(super) fn open(desk: Shared<S>, setting: &Setting) -> io::Result<(Self, Vec<String>)> {
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .completion_prompt_limit(LISTED)
            .completion_show_all_if_ambiguous(true)
            // The helper colours nothing that the look does not allow, but it is also what keeps an old
            // line from steering the terminal.
            .color_mode(ColorMode::Forced)
            .auto_add_history(false)
            .bell_style(rustyline::config::BellStyle::None)
            .max_history_size(HISTORY)
            .map_err(plain_error)?
            .build();
        let mut inner =
            rustyline::Editor::with_history(config.clone(), MemHistory::with_config(&config))
                .map_err(plain_error)?;
        inner.set_helper(Some(Helper::new(desk, setting.look.color)));
        let keys = Arc::new(Keys::default());
        inner.bind_sequence(
            Event::Any,
            EventHandler::Conditional(Box::new(Handler(Arc::clone(&keys)))),
        );
        let (history, entries, told) = History::open(&setting.history, HISTORY);
        for entry in entries {
            let _ = inner.add_history_entry(entry);
        }
        Ok((Self { inner, history, keys, begun: String::new() }, told))
    }

    /// Reads a line; `pending` stands before it, of a line that is not whole yet.
    pub(super) fn read(&mut self, prompt: &str, pending: &[u8]) -> io::Result<Entered> {
        let begun = std::mem::take(&mut self.begun);
        self.edit(prompt, pending, &begun)
    }

    /// The next line that is read begins with this letter, with the cursor behind it.
    pub(super) fn begin(&mut self, letter: char) {
        self.begun.push(letter);
    }

    /// Reads a line that begins as `text`, with the cursor behind it.
    pub(super) fn edit(&mut self, prompt: &str, pending: &[u8], text: &str) -> io::Result<Entered> {
        if let Some(helper) = self.inner.helper_mut() {
            helper.begin(pending, prompt);
        }
        match self.inner.readline_with_initial(prompt, (text, "")) {
            Ok(text) => Ok(Entered::Line(text)),
            Err(ReadlineError::Interrupted) => Ok(Entered::Interrupt),
            Err(ReadlineError::Eof) => Ok(Entered::End),
            Err(error) => Err(plain_error(error)),
        }
    }

    /// Reads a line that was typed out: as it stands, the keys that lead on run it.
    pub(super) fn offer(&mut self, prompt: &str, text: &str) -> io::Result<Entered> {
        self.keys.offer(Some(text.to_owned()));
        let entered = self.edit(prompt, b"", text);
        self.keys.offer(None);
        entered
    }

    /// Keeps a line for later, unless it holds a secret. What cannot be written is said once.
    pub(super) fn remember(&mut self, line: &[u8]) -> io::Result<()> {
        let Ok(text) = std::str::from_utf8(line) else { return Ok(()) };
        if text.trim().is_empty() || history::is_secret(line) {
            return Ok(());
        }
        let added = self.inner.add_history_entry(text).map_err(plain_error)?;
        if added && let Some(told) = self.history.append(text) {
            let mut output = io::stdout().lock();
            io::Write::write_all(&mut output, format!("note: {told}\n").as_bytes())?;
        }
        Ok(())
    }

    /// Waits for a key that means something, and takes the question away again.
    pub(super) fn key(&mut self, prompt: &str, meaning: Meaning) -> io::Result<Key> {
        if let Some(helper) = self.inner.helper_mut() {
            helper.silence(true);
        }
        self.keys.ask(meaning);
        let read = self.inner.readline(prompt);
        let key = self.keys.answer();
        if let Some(helper) = self.inner.helper_mut() {
            helper.silence(false);
        }
        let mut output = io::stdout().lock();
        io::Write::write_all(&mut output, b"\x1b[1A\r\x1b[J")?;
        // The editor writes past this buffer.
        io::Write::flush(&mut output)?;
        drop(output);
        match read {
            Ok(_) => Ok(key),
            Err(ReadlineError::Interrupted | ReadlineError::Eof) => Ok(Key::Quit),
            Err(error) => Err(plain_error(error)),
        }
    }

    /// Prints above the line that is being typed, from another thread.
    pub(super) fn printer(&mut self) -> io::Result<impl ExternalPrinter + Send + use<S>> {
        self.inner.create_external_printer().map_err(plain_error)
    }

    /// Clears the screen.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        self.inner.clear_screen().map_err(plain_error)
    }
}

/// The editor's errors as those of input and output.
#[expect(clippy::wildcard_enum_match_arm, reason = "the editor's enum, not ours")]
fn plain_error(error: ReadlineError) -> io::Error {
    match error {
        ReadlineError::Io(error) => error,
        ReadlineError::Errno(error) => io::Error::from_raw_os_error(error as i32),
        other => io::Error::other(other),
    }
}

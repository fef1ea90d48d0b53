//! Decides what a line is: a word for the prompt itself, or something for the shell.

use super::words::{self, Place};
use super::{Piece, Shell, Turn, help, why};
use crate::escape::{LineEnds, sanitize};
use crate::lab::console::Shown;
use crate::resp::Reply;
use crate::screen::Look;
use crate::syntax::{self, Line, Word};

/// A command with its reply, as `:why` and `:py` look back at it.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The words.
    pub words: Vec<Vec<u8>>,
    /// The reply.
    pub reply: Reply,
    /// The database it ran in.
    pub db: u32,
    /// For `EXEC`: the commands that were queued.
    pub queue: Vec<Vec<Vec<u8>>>,
    /// For `EXEC`: the commands that were refused instead.
    pub refused: Vec<Vec<Vec<u8>>>,
}

/// A shell with what the prompt remembers of the last line.
pub struct Desk<S> {
    /// The shell.
    pub shell: S,
    last: Option<Asked>,
    transaction: Option<Transaction>,
    status: Option<String>,
    /// The next prompt begins with the status, even if it has not changed.
    is_asked: bool,
}

/// What was typed since `MULTI`.
#[derive(Debug, Default)]
struct Transaction {
    queue: Vec<Vec<Vec<u8>>>,
    refused: Vec<Vec<Vec<u8>>>,
}

impl<S: Shell> Desk<S> {
    /// A desk before its first line.
    pub fn new(shell: S) -> Self {
        Self { shell, last: None, transaction: None, status: None, is_asked: false }
    }

    /// What stands above the next prompt. It stays away while nothing about it changes and commands
    /// only get their replies; an empty line asks for it.
    pub fn status(&mut self, look: Look) -> Option<String> {
        let now = self.shell.status(look);
        let is_asked = std::mem::take(&mut self.is_asked);
        let is_news = std::mem::replace(&mut self.status, now.clone()) != now;
        now.filter(|_| is_asked || is_news)
    }

    /// Runs a whole line, whose bare tutor words have got their colon.
    pub fn line(&mut self, line: &[u8], look: Look) -> Turn {
        let turn = self.turn(line, look);
        let speaks = turn.pieces.iter().any(|piece| matches!(piece, Piece::Text(_)));
        self.is_asked |= speaks || turn.clear || line.trim_ascii().is_empty();
        turn
    }

    fn turn(&mut self, line: &[u8], look: Look) -> Turn {
        match syntax::parse(line) {
            Ok(Line::Tutor { word, args, .. }) => {
                let known = words::find(&word.bytes);
                match known.map(|known| (known.name, known.place)) {
                    Some((name, Place::Prompt)) => self.own(name, &args, look),
                    Some((_, Place::Console | Place::Lesson)) => self.shell.submit(line, look),
                    None => Turn::notice(unknown(&word)),
                }
            }
            Ok(parsed @ Line::Command { .. }) => {
                let mut turn = self.ask(line, look);
                if let Some(doubt) = syntax::suspicious(&parsed) {
                    let message = doubt.to_string();
                    turn.pieces.push(Piece::Shown(Shown::Wrong { span: doubt.span, message }));
                }
                turn
            }
            Ok(Line::Lab { .. }) => self.ask(line, look),
            Ok(Line::Empty | Line::Comment) => Turn::default(),
            Err(_) => {
                self.last = None;
                let mut turn = self.shell.submit(line, look);
                if why::is_python(line) {
                    turn.pieces.push(Piece::Shown(Shown::Notice(why::PYTHON.to_owned())));
                }
                turn
            }
        }
    }

    /// Submits a line and remembers what it asked and what came back.
    fn ask(&mut self, line: &[u8], look: Look) -> Turn {
        let db = self.shell.console().db();
        let mut turn = self.shell.submit(line, look);
        self.last = None;
        for piece in &turn.pieces {
            if let Piece::Shown(Shown::Reply { words, reply, .. }) = piece {
                self.remember(words, reply, db);
            }
        }
        // What explains an error stands right below it, before what a lesson has to say.
        let error = turn.pieces.iter().rposition(|piece| {
            matches!(piece, Piece::Shown(Shown::Reply { reply: Reply::Error(_), .. }))
        });
        if let (Some(place), Some(last)) = (error, &self.last)
            && let Some(said) = why::of_error(last, self.shell.console_mut())
        {
            turn.pieces.insert(place + 1, Piece::Shown(Shown::Notice(said)));
        }
        turn
    }

    fn remember(&mut self, words: &[Vec<u8>], reply: &Reply, db: u32) {
        let is =
            |name: &str| words.first().is_some_and(|w| w.eq_ignore_ascii_case(name.as_bytes()));
        let failed = matches!(reply, Reply::Error(_));
        let mut ended = Transaction::default();
        if is("MULTI") && !failed {
            self.transaction = Some(Transaction::default());
        } else if is("EXEC") || is("DISCARD") || is("RESET") {
            ended = self.transaction.take().unwrap_or_default();
        } else if let Some(open) = &mut self.transaction {
            let list = if failed { &mut open.refused } else { &mut open.queue };
            list.push(words.to_vec());
        }
        self.last = Some(Asked {
            words: words.to_vec(),
            reply: reply.clone(),
            db,
            queue: ended.queue,
            refused: ended.refused,
        });
    }

    /// The tutor commands that the prompt answers itself.
    fn own(&mut self, name: &str, args: &[Word], look: Look) -> Turn {
        match name {
            "clear" => Turn { clear: true, ..Turn::default() },
            "quit" => self.shell.submit(b"quit", look),
            "help" => Turn::text(help::help(&texts(args), look)),
            "why" => match &self.last {
                Some(last) => Turn::notice(why::explain(last, self.shell.console_mut())),
                None => Turn::notice("there is no reply to explain yet"),
            },
            other => Turn::notice(format!(":{other} has nothing to say yet")),
        }
    }
}

fn texts(words: &[Word]) -> Vec<String> {
    let text = |word: &Word| {
        String::from_utf8_lossy(&sanitize(&word.bytes, LineEnds::Escape)).into_owned()
    };
    words.iter().map(text).collect()
}

fn unknown(word: &Word) -> String {
    let text = String::from_utf8_lossy(&word.bytes);
    let near = crate::lesson::nearest(&text, words::WORDS.iter().map(|known| known.name));
    match near {
        Some(near) => format!("there is no :{}; did you mean :{near}?", text.escape_debug()),
        None => format!("there is no :{}; `help` lists what there is", text.escape_debug()),
    }
}

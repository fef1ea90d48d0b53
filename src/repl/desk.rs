//! Decides what a line is: a word for the prompt itself, or something for the shell.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::words::{self, Place};
use super::{Piece, Shell, Turn, help, py, why};
use crate::engine;
use crate::escape::{LineEnds, sanitize};
use crate::lab::Target;
use crate::lab::console::{Origin, Patience, Shown, Waiting};
use crate::resp::Reply;
use crate::screen::Look;
use crate::syntax::{self, Line, Word};

/// A command with its reply, as `:why` and `:py` look back at it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Asked {
    /// The words.
    pub(super) words: Vec<Vec<u8>>,
    /// The reply.
    pub(super) reply: Reply,
    /// Who gave it.
    pub(super) origin: Origin,
    /// For `EXEC`: what was said since `MULTI`.
    pub(super) queue: Vec<Queued>,
}

/// A command between `MULTI` and `EXEC`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Queued {
    /// The words.
    pub(super) words: Vec<Vec<u8>>,
    /// The error, if it was refused.
    pub(super) refused: Option<Vec<u8>>,
}

/// What the last line came to, for `:why` and `:py`.
#[derive(Debug, Clone, PartialEq)]
enum Last {
    /// Nothing was asked yet.
    Nothing,
    /// A server replied.
    Asked(Arc<Asked>),
    /// Nobody answered there.
    Unreached { words: Vec<Vec<u8>>, target: Target },
    /// The line was not run, and this was said.
    Wrong(String),
    /// A line of the lab, which no server answers itself.
    Lab,
    /// A tutor command of a lesson.
    Lesson,
}

/// A shell with what the prompt remembers of the last line.
pub struct Desk<S> {
    /// The shell.
    pub shell: S,
    last: Last,
    /// The last command, whatever else was typed since.
    command: Last,
    /// What each client said since its `MULTI`.
    transactions: BTreeMap<String, Vec<Queued>>,
    /// The server that `:py` has shown a connection to.
    connected: Option<py::Server>,
    status: Option<String>,
    /// The next prompt begins with the status, even if it has not changed.
    is_asked: bool,
    /// Whether lines may take their time: a face that stays with them says so.
    patience: Patience,
    /// What other programs brought about while a line waited, for the face that stays with it.
    news: Vec<Turn>,
}

impl<S: Shell> Desk<S> {
    /// A desk before its first line.
    pub fn new(shell: S) -> Self {
        Self {
            shell,
            last: Last::Nothing,
            command: Last::Nothing,
            transactions: BTreeMap::new(),
            connected: None,
            status: None,
            is_asked: false,
            patience: Patience::None,
            news: Vec::new(),
        }
    }

    /// From now on lines may take their time, and the face that runs them [stays](Desk::stay) with
    /// them. On a virtual clock nobody can: time does not pass by itself.
    pub fn be_patient(&mut self, patience: Patience) {
        if !self.shell.console().clock().is_virtual() {
            self.patience = patience;
        }
    }

    /// What the line that was run last waits for, if it has not come to its end.
    pub fn waiting(&self) -> Option<Waiting> {
        self.shell.console().waiting()
    }

    /// What has become of a line that waits, and what came in meanwhile; `stop` ends it.
    pub fn stay(&mut self, stop: bool, look: Look) -> Vec<Turn> {
        self.shell.console_mut().patience = self.patience;
        let mut turn = self.shell.go_on(stop, look);
        self.shell.console_mut().patience = Patience::None;
        self.took(&mut turn);
        if stop {
            let console = self.shell.console();
            self.transactions.remove(console.client_name());
        }
        self.is_asked |= turn.speaks();
        let mut turns = vec![turn];
        turns.append(&mut self.news);
        turns
    }

    /// Other programs have brought something about: while a line waits its face tells it; otherwise
    /// it is given back, to be told at once.
    pub fn tell(&mut self, turn: Turn) -> Option<Turn> {
        if self.waiting().is_none() {
            return Some(turn);
        }
        self.news.push(turn);
        None
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
        self.is_asked |= turn.speaks() || turn.clear || line.trim_ascii().is_empty();
        turn
    }

    fn turn(&mut self, line: &[u8], look: Look) -> Turn {
        match syntax::parse(line) {
            Ok(Line::Tutor { word, args, .. }) => {
                let known = words::find(&word.bytes);
                match known.map(|known| (known.name, known.place)) {
                    Some((name, Place::Prompt)) => self.own(name, &args, look),
                    Some((_, Place::Console)) => self.ask(line, look),
                    Some((_, Place::Lesson)) => {
                        self.last = Last::Lesson;
                        self.ask(line, look)
                    }
                    None => Turn::notice(unknown(&word)),
                }
            }
            Ok(parsed @ Line::Command { .. }) => {
                let mut turn = self.ask(line, look);
                if let Some(doubt) = syntax::suspicious(&parsed) {
                    drop_explanation(&mut turn);
                    let message = doubt.to_string();
                    turn.pieces.push(Piece::Shown(Shown::Wrong { span: doubt.span, message }));
                }
                turn
            }
            Ok(Line::Lab { .. }) => {
                self.last = Last::Lab;
                self.ask(line, look)
            }
            Ok(Line::Empty | Line::Comment) => Turn::default(),
            Err(error) => {
                // A quote is no mistake in a line of Python: another place is.
                if let Some(said) = why::python(line) {
                    self.last = Last::Wrong(said.clone());
                    return Turn::notice(said);
                }
                self.last = Last::Wrong(error.to_string());
                self.shell.submit(line, look)
            }
        }
    }

    /// Submits a line and remembers what it asked and what came back.
    fn ask(&mut self, line: &[u8], look: Look) -> Turn {
        let target = self.shell.console().target().cloned();
        self.shell.console_mut().patience = self.patience;
        let mut turn = self.shell.submit(line, look);
        self.shell.console_mut().patience = Patience::None;
        let failed =
            turn.pieces.iter().any(|piece| matches!(piece, Piece::Shown(Shown::Problem(_))));
        if let (true, Some(target), Ok(Line::Command { words, .. })) =
            (failed, target, syntax::parse(line))
        {
            let words = words.into_iter().map(|word| word.bytes).collect();
            self.last = Last::Unreached { words, target };
            self.command = self.last.clone();
        }
        self.took(&mut turn);
        turn
    }

    /// Remembers the replies of a turn, and explains an error among them.
    fn took(&mut self, turn: &mut Turn) {
        for piece in &turn.pieces {
            if let Piece::Shown(Shown::Reply { words, reply, origin, style }) = piece {
                self.remember(words, reply, origin, style.is_none());
            }
        }
        // What explains an error stands right below it, before what a lesson has to say.
        let error = turn.pieces.iter().rposition(|piece| {
            matches!(piece, Piece::Shown(Shown::Reply { reply: Reply::Error(_), .. }))
        });
        if let (Some(place), Last::Asked(last)) = (error, &self.last)
            && !turn.is_meant
            && let Some(said) = why::of_error(last, self.shell.console_mut())
        {
            turn.pieces.insert(place + 1, Piece::Shown(Shown::Notice(said)));
        }
    }

    /// Remembers a reply; `own` says that the prompt's own client asked, not a `redis-cli` beside it.
    fn remember(&mut self, words: &[Vec<u8>], reply: &Reply, origin: &Origin, own: bool) {
        let is =
            |name: &str| words.first().is_some_and(|w| w.eq_ignore_ascii_case(name.as_bytes()));
        let refused = reply.as_error().map(<[u8]>::to_vec);
        let mut queue = Vec::new();
        if own {
            if is("MULTI") && refused.is_none() {
                self.transactions.insert(origin.client.clone(), Vec::new());
            } else if is("EXEC") || is("DISCARD") || is("RESET") {
                queue = self.transactions.remove(&origin.client).unwrap_or_default();
            } else if let Some(open) = self.transactions.get_mut(&origin.client) {
                open.push(Queued { words: words.to_vec(), refused });
            }
        }
        let (words, reply, origin) = (words.to_vec(), reply.clone(), origin.clone());
        self.last = Last::Asked(Arc::new(Asked { words, reply, origin, queue }));
        self.command = self.last.clone();
    }

    /// The tutor commands that the prompt answers itself.
    fn own(&mut self, name: &str, args: &[Word], look: Look) -> Turn {
        match name {
            "clear" => Turn { clear: true, ..Turn::default() },
            "quit" => self.shell.submit(b"quit", look),
            "help" => Turn::text(help::help(&texts(args), look)),
            "why" => self.why(),
            "py" => self.python(look),
            other => Turn::notice(format!(":{other} has nothing to say yet")),
        }
    }

    fn why(&mut self) -> Turn {
        Turn::notice(match &self.last {
            Last::Asked(last) => why::explain(last, self.shell.console_mut()),
            Last::Unreached { target, .. } => why::unreached(target, self.shell.console()),
            Last::Wrong(said) => format!("the line was not run: {said}"),
            Last::Nothing => "there is no reply to explain yet: type a command first".to_owned(),
            Last::Lab => {
                "a program of the lab answered, not a server: `:why` explains replies of a \
                          server, `help docker` the lab"
                    .to_owned()
            }
            Last::Lesson => {
                "the tutor answered, not a server: `:check` says what is missing, `:hint` \
                             helps"
                    .to_owned()
            }
        })
    }

    /// `:py`
    fn python(&mut self, look: Look) -> Turn {
        let console = self.shell.console();
        let (target, db) = match &self.command {
            Last::Asked(last) => (&last.origin.target, py::database(last)),
            Last::Unreached { target, .. } => (target, console.db()),
            Last::Nothing | Last::Wrong(_) | Last::Lab | Last::Lesson => {
                return Turn::notice(
                    "there is no command to show in Python yet: type one, such as SET name Erik",
                );
            }
        };
        let mut server = py::Server::of(target, db, console.lab().model());
        server.port = console.real_port(server.port);
        server.db = console.real_db(server.db);
        server.is_cluster = console.is_cluster();
        let hidden = console.hidden_prefix(db);
        let mut lines = Vec::new();
        if self.connected.as_ref() != Some(&server) {
            lines.extend(py::connect(&server, self.connected.is_none()));
        }
        lines.extend(match &self.command {
            Last::Asked(last) => py::asked(last, &server),
            Last::Unreached { words, .. } => py::unreached(words, &server),
            Last::Nothing | Last::Wrong(_) | Last::Lab | Last::Lesson => Vec::new(),
        });
        self.connected = Some(server);
        if let Some(prefix) = hidden {
            let prefix = String::from_utf8_lossy(&prefix).into_owned();
            lines.push(py::Line::Remark(format!(
                "your keys are kept apart from others' on this server: their names have {prefix} in \
                 front there, and in Python you have to write it"
            )));
        }
        let text = py::render(&lines, look);
        let mut turn = if text.is_empty() { Turn::default() } else { Turn::text(text) };
        let remarks = lines.into_iter().filter_map(|line| match line {
            py::Line::Remark(text) => Some(Piece::Shown(Shown::Notice(text))),
            py::Line::Code(_) | py::Line::Shows(_) => None,
        });
        turn.pieces.extend(remarks);
        turn
    }
}

/// Takes out what explains that a line is not written as the command wants it: a doubt about its quotes
/// is why.
fn drop_explanation(turn: &mut Turn) {
    let is_form = |piece: &Piece| {
        matches!(piece, Piece::Shown(Shown::Reply { reply: Reply::Error(text), .. })
            if engine::is_about_form(text))
    };
    let Some(place) = turn.pieces.iter().rposition(is_form) else { return };
    if matches!(turn.pieces.get(place + 1), Some(Piece::Shown(Shown::Notice(_)))) {
        turn.pieces.remove(place + 1);
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

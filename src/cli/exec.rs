//! `kvtutor exec`: one command, or a script on standard input, printed as redis-cli prints it.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::sync::Arc;

use super::args::Exec;
use super::{Failure, Home, Outcome};
use crate::engine::{DATABASES, Peer, SessionId};
use crate::escape::{LineEnds, sanitize};
use crate::persistence::storage::{Disk, reason};
use crate::resp::show::{Style, show, shows_raw};
use crate::resp::{Decoder, Reply};
use crate::server::{Clock, Instance, Options};
use crate::syntax::{self, Line};

/// Runs `kvtutor exec`.
pub(super) fn run(home: &Home, options: &Exec) -> Result<Outcome, Failure> {
    if let Some(db) = options.db.filter(|db| usize::try_from(*db).is_ok_and(|db| db >= DATABASES)) {
        return Err(Failure::usage(format!(
            "-n {db}: there are {DATABASES} databases, numbered 0 to {}",
            DATABASES - 1
        )));
    }
    let dir = if let Some(dir) = &options.dir {
        dir.clone()
    } else {
        home.make()?;
        home.sandbox()
    };
    let mut start = Options::sandbox(Arc::new(Disk), dir, fastrand::u64(..));
    start.progress = super::load_bar(false);
    let (instance, notices) = Instance::start(&start, Clock::System)
        .map_err(|error| Failure::failed(error.to_string()))?;
    for notice in notices {
        let _ = writeln!(std::io::stderr(), "kvtutor: {}", notice.text());
    }
    let mut script = Script::new(instance, options);
    if !options.words.is_empty() {
        let words: Vec<&[u8]> = options.words.iter().map(|word| word.as_bytes()).collect();
        script.command(&words)?;
        return Ok(script.outcome());
    }
    let mut input = std::io::stdin().lock();
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let read = input.read_until(b'\n', &mut line).map_err(|error| {
            Failure::failed(format!("cannot read standard input: {}", reason(&error)))
        })?;
        if read == 0 {
            break;
        }
        while matches!(line.last(), Some(b'\n' | b'\r')) {
            line.pop();
        }
        if script.line(number, &line)? == Next::Stop {
            break;
        }
    }
    Ok(script.outcome())
}

/// Whether a script goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Line,
    Stop,
}

struct Script {
    instance: Instance,
    client: SessionId,
    /// `--raw` or `--no-raw`, or what the output asks for.
    style: Option<Style>,
    terminal: bool,
    failed: bool,
    reply: Vec<u8>,
}

impl Script {
    fn new(mut instance: Instance, options: &Exec) -> Self {
        let client = instance.connect(Peer {
            address: "127.0.0.1:0".to_owned(),
            local: "127.0.0.1:6379".to_owned(),
            descriptor: 8,
        });
        let style = match (options.raw, options.no_raw) {
            (true, _) => Some(Style::Raw),
            (_, true) => Some(Style::NoRaw),
            (false, false) => None,
        };
        let terminal = std::io::stdout().is_terminal();
        let mut script =
            Self { instance, client, style, terminal, failed: false, reply: Vec::new() };
        if options.resp3 {
            script.call(&[b"HELLO", b"3"]);
        }
        if let Some(db) = options.db {
            script.call(&[b"SELECT", db.to_string().as_bytes()]);
        }
        script
    }

    fn outcome(&self) -> Outcome {
        if self.failed { Outcome::NotYet } else { Outcome::Done }
    }

    fn line(&mut self, number: u64, line: &[u8]) -> Result<Next, Failure> {
        let (repeat, words) = match syntax::parse(line) {
            Ok(Line::Empty | Line::Comment) => return Ok(Next::Line),
            Ok(Line::Command { repeat, words }) => (repeat.map_or(1, |r| r.count), words),
            Ok(Line::Tutor { .. } | Line::Lab { .. }) => {
                return Err(Failure::usage(format!(
                    "line {number}: `{}` is no Redis command; `kvtutor play` and lessons know it",
                    String::from_utf8_lossy(line).trim().escape_debug()
                )));
            }
            Err(error) => {
                self.failed = true;
                return print(format!("{}\n", error.script_text()).as_bytes());
            }
        };
        let words: Vec<&[u8]> = words.iter().map(AsRef::as_ref).collect();
        if let [only] = words.as_slice()
            && (only.eq_ignore_ascii_case(b"quit") || only.eq_ignore_ascii_case(b"exit"))
        {
            return Ok(Next::Stop);
        }
        for _ in 0..repeat {
            if self.command(&words)? == Next::Stop {
                return Ok(Next::Stop);
            }
        }
        Ok(Next::Line)
    }

    fn command(&mut self, words: &[&[u8]]) -> Result<Next, Failure> {
        let reply = self.call(words);
        self.failed |= matches!(reply, Reply::Error(_));
        // A report is printed as it is, whatever the style of replies.
        let style = match self.style {
            Some(style) if !shows_raw(words) => style,
            Some(_) | None => Style::of(words, self.terminal),
        };
        let shown = show(&reply, style);
        // Bytes go into a file as they are; on a terminal they could steer it.
        let next =
            if self.terminal { print(&sanitize(&shown, LineEnds::Keep))? } else { print(&shown)? };
        let closed = self.instance.session(self.client).is_none_or(|session| session.closing);
        Ok(if self.instance.is_stopping() || closed { Next::Stop } else { next })
    }

    fn call(&mut self, words: &[&[u8]]) -> Reply {
        self.reply.clear();
        self.instance.execute(self.client, words, &mut self.reply);
        Decoder::new(&self.reply)
            .reply()
            .unwrap_or_else(|error| Reply::Error(format!("ERR {error}").into_bytes()))
    }
}

/// Prints; whoever closed the pipe has seen enough, so the script ends there.
fn print(bytes: &[u8]) -> Result<Next, Failure> {
    let mut output = std::io::stdout().lock();
    match output.write_all(bytes).and_then(|()| output.flush()) {
        Ok(()) => Ok(Next::Line),
        Err(error) => super::unwritten(&error).map(|_| Next::Stop),
    }
}

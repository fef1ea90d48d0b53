//! `kvtutor exec`: one command, or a script on standard input, printed as redis-cli prints it.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::sync::Arc;

use super::args::Exec;
use super::{Failure, Home, Outcome};
use crate::client::{Client, ClientError};
use crate::engine::{DATABASES, Peer, SessionId};
use crate::escape::{LineEnds, sanitize};
use crate::persistence::storage::{Disk, LockError, SOCKET_FILE, reason};
use crate::resp::show::{Style, show, shows_raw};
use crate::resp::{Decoder, Reply};
use crate::server::{Clock, Instance, Options, StartError};
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
    let dir = start.dir.clone();
    let server = match Instance::start(&start, Clock::System) {
        Ok((instance, notices)) => {
            for notice in notices {
                let _ = writeln!(std::io::stderr(), "kvtutor: {}", notice.text());
            }
            Server::own(instance)
        }
        // Whoever owns the directory serves it too, if it is a prompt or a server.
        Err(error @ StartError::Locked(LockError::Held { .. })) => {
            match Client::unix(&dir.join(SOCKET_FILE)) {
                Ok(client) => Server::Other(client),
                Err(_) => return Err(Failure::failed(error.to_string())),
            }
        }
        Err(error) => return Err(Failure::failed(error.to_string())),
    };
    let mut script = Script::new(server, options)?;
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

/// Who runs the commands.
enum Server {
    /// This process, on the directory that it owns.
    Own {
        instance: Box<Instance>,
        client: SessionId,
        /// What came behind the last reply: a command may listen to several channels.
        more: Vec<Reply>,
    },
    /// The process that owns the directory.
    Other(Client),
}

impl Server {
    fn own(mut instance: Instance) -> Self {
        let client = instance.connect(Peer {
            address: "127.0.0.1:0".to_owned(),
            local: "127.0.0.1:6379".to_owned(),
            descriptor: 8,
        });
        Self::Own { instance: Box::new(instance), client, more: Vec::new() }
    }

    /// Runs a command; no reply is one that a shutdown has cut off.
    fn call(&mut self, words: &[&[u8]]) -> Result<Reply, ClientError> {
        match self {
            Self::Own { instance, client, more } => {
                let mut out = Vec::new();
                instance.execute_at_length(*client, words, &mut out);
                let mut decoder = Decoder::new(&out);
                let first = decoder
                    .reply()
                    .unwrap_or_else(|error| Reply::Error(format!("ERR {error}").into_bytes()));
                more.clear();
                while let Ok(reply) = decoder.reply() {
                    more.push(reply);
                }
                Ok(first)
            }
            Self::Other(client) => client.call(words),
        }
    }

    /// Whether nothing more can be run.
    fn has_ended(&self) -> bool {
        match self {
            Self::Own { instance, client, .. } => {
                let closed = instance.session(*client).is_none_or(|session| session.closing);
                instance.is_stopping() || closed
            }
            // The next call finds out.
            Self::Other(_) => false,
        }
    }
}

struct Script {
    server: Server,
    /// `--raw` or `--no-raw`, or what the output asks for.
    style: Option<Style>,
    terminal: bool,
    failed: bool,
}

impl Script {
    fn new(server: Server, options: &Exec) -> Result<Self, Failure> {
        let style = match (options.raw, options.no_raw) {
            (true, _) => Some(Style::Raw),
            (_, true) => Some(Style::NoRaw),
            (false, false) => None,
        };
        let terminal = std::io::stdout().is_terminal();
        let mut script = Self { server, style, terminal, failed: false };
        if options.resp3 {
            script.call(&[b"HELLO", b"3"])?;
        }
        if let Some(db) = options.db {
            script.call(&[b"SELECT", db.to_string().as_bytes()])?;
        }
        Ok(script)
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
        let reply = self.call(words)?;
        let listens = listens(words, &reply);
        let next = self.show(words, &reply)?;
        if next == Next::Line && listens { self.listen(words) } else { Ok(next) }
    }

    /// As `redis-cli`, prints what comes until the connection or the program is ended. Where this
    /// process owns the directory there is nobody whom it could come from.
    fn listen(&mut self, words: &[&[u8]]) -> Result<Next, Failure> {
        loop {
            let reply = match &mut self.server {
                Server::Own { more, .. } if more.is_empty() => return Ok(Next::Line),
                Server::Own { more, .. } => more.remove(0),
                Server::Other(client) => {
                    client.reply().map_err(|error| Failure::failed(error.to_string()))?
                }
            };
            if self.show(words, &reply)? == Next::Stop {
                return Ok(Next::Stop);
            }
        }
    }

    fn show(&mut self, words: &[&[u8]], reply: &Reply) -> Result<Next, Failure> {
        self.failed |= matches!(reply, Reply::Error(_));
        // A report is printed as it is, whatever the style of replies.
        let style = match self.style {
            Some(style) if !shows_raw(words) => style,
            Some(_) | None => Style::of(words, self.terminal),
        };
        let shown = show(reply, style);
        // Bytes go into a file as they are; on a terminal they could steer it.
        let next =
            if self.terminal { print(&sanitize(&shown, LineEnds::Keep))? } else { print(&shown)? };
        Ok(if self.server.has_ended() { Next::Stop } else { next })
    }

    fn call(&mut self, words: &[&[u8]]) -> Result<Reply, Failure> {
        self.server.call(words).map_err(|error| Failure::failed(error.to_string()))
    }
}

/// Whether more comes after this reply without being asked for.
fn listens(words: &[&[u8]], reply: &Reply) -> bool {
    let Some(word) = words.first() else { return false };
    if let Reply::Array(parts) | Reply::Push(parts) = reply
        && let [Reply::Bulk(kind), _, Reply::Integer(count)] = parts.as_slice()
    {
        return kind.eq_ignore_ascii_case(word) && *count > 0;
    }
    word.eq_ignore_ascii_case(b"MONITOR") && reply.as_error().is_none()
}

/// Prints; whoever closed the pipe has seen enough, so the script ends there.
fn print(bytes: &[u8]) -> Result<Next, Failure> {
    let mut output = std::io::stdout().lock();
    match output.write_all(bytes).and_then(|()| output.flush()) {
        Ok(()) => Ok(Next::Line),
        Err(error) => super::unwritten(&error).map(|_| Next::Stop),
    }
}

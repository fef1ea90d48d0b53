//! `kvtutor exec`: one command, or a script on standard input, printed as redis-cli prints it.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::sync::Arc;
use std::time::Duration;

use super::args::{Exec, Global};
use super::{Failure, Home, Outcome, connect};
use crate::client::{Address, Client, Gone, Heard, Remote};
use crate::engine::{DATABASES, Peer, SessionId};
use crate::escape::{LineEnds, sanitize};
use crate::persistence::storage::{Disk, LockError, SOCKET_FILE, reason};
use crate::resp::show::{Style, show, shows_raw};
use crate::resp::{DecodeError, Decoder, Reply};
use crate::server::{Clock, Instance, Options, StartError};
use crate::syntax::{self, Line};

/// Runs `kvtutor exec`.
pub(super) fn run(home: &Home, global: &Global, options: &Exec) -> Result<Outcome, Failure> {
    let server = match connect::address(global)? {
        Some(address) => Server::elsewhere(address, options)?,
        None => Server::here(home, options)?,
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
    /// The server that `--connect` names.
    Elsewhere(Box<Remote>),
}

impl Server {
    /// Connects to the server that `--connect` names; nothing of the home is looked at.
    fn elsewhere(address: Address, options: &Exec) -> Result<Self, Failure> {
        if options.dir.is_some() {
            return Err(Failure::usage(
                "--dir names data on this computer, and --connect a server; leave out one of them",
            ));
        }
        if address.is_cluster() && options.db.is_some_and(|db| db != 0) {
            return Err(Failure::usage("a cluster has only database 0; leave out -n"));
        }
        let address = match options.db {
            Some(db) => address.with_db(db.into()),
            None => address,
        };
        let address = if options.resp3 { address.with_resp3() } else { address };
        let remote = Remote::open(&address).map_err(|error| Failure::failed(error.to_string()))?;
        Ok(Self::Elsewhere(Box::new(remote)))
    }

    /// Owns the directory, or asks whoever does.
    fn here(home: &Home, options: &Exec) -> Result<Self, Failure> {
        if let Some(db) = options.db
            && usize::try_from(db).is_ok_and(|db| db >= DATABASES)
        {
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
        match Instance::start(&start, Clock::System) {
            Ok((instance, notices)) => {
                for notice in notices {
                    let _ = writeln!(std::io::stderr(), "kvtutor: {}", notice.text());
                }
                Ok(Self::own(instance))
            }
            // Whoever owns the directory serves it too, if it is a prompt or a server.
            Err(error @ StartError::Locked(LockError::Held { .. })) => {
                let other = Client::unix(&dir.join(SOCKET_FILE)).map(Self::Other);
                other.map_err(|_| Failure::failed(error.to_string()))
            }
            Err(error) => Err(Failure::failed(error.to_string())),
        }
    }

    fn own(mut instance: Instance) -> Self {
        let client = instance.connect(Peer {
            address: "127.0.0.1:0".to_owned(),
            local: "127.0.0.1:6379".to_owned(),
            descriptor: 8,
        });
        Self::Own { instance: Box::new(instance), client, more: Vec::new() }
    }

    /// Runs a command; no reply is one that a shutdown has cut off.
    fn call(&mut self, words: &[&[u8]]) -> Result<Option<Reply>, Failure> {
        match self {
            Self::Own { instance, client, more } => {
                let mut out = Vec::new();
                instance.execute_at_length(*client, words, &mut out);
                let mut decoder = Decoder::new(&out);
                let first = decoder.reply().unwrap_or_else(undecoded);
                more.clear();
                while let Ok(reply) = decoder.reply() {
                    more.push(reply);
                }
                Ok(Some(first))
            }
            Self::Other(client) => {
                client.call(words).map(Some).map_err(|error| Failure::failed(error.to_string()))
            }
            Self::Elsewhere(remote) => match (remote.call(words), words) {
                // It did what it was told.
                (Err(Gone::Closed { .. }), [name, ..])
                    if name.eq_ignore_ascii_case(b"SHUTDOWN") =>
                {
                    Ok(None)
                }
                (Err(gone), _) => Err(Failure::failed(gone.to_string())),
                (Ok(bytes), _) => Ok(Some(decoded(&bytes))),
            },
        }
    }

    /// What comes without being asked for, whenever it comes. Where this process owns the directory there
    /// is nobody whom it could come from.
    fn hear(&mut self) -> Result<Option<Reply>, Failure> {
        match self {
            Self::Own { more, .. } if more.is_empty() => Ok(None),
            Self::Own { more, .. } => Ok(Some(more.remove(0))),
            Self::Other(client) => {
                client.reply().map(Some).map_err(|error| Failure::failed(error.to_string()))
            }
            Self::Elsewhere(remote) => loop {
                match remote.poll(A_WHILE).map_err(|gone| Failure::failed(gone.to_string()))? {
                    Some(Heard::Reply(bytes) | Heard::Push(bytes)) => {
                        return Ok(Some(decoded(&bytes)));
                    }
                    None => {}
                }
            },
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
            Self::Other(_) | Self::Elsewhere(_) => false,
        }
    }
}

/// How long one look for what comes takes at most; there is another one after it.
const A_WHILE: Duration = Duration::from_secs(3600);

fn decoded(bytes: &[u8]) -> Reply {
    Decoder::new(bytes).reply().unwrap_or_else(undecoded)
}

fn undecoded(error: DecodeError) -> Reply {
    Reply::Error(format!("ERR {error}").into_bytes())
}

struct Script {
    server: Server,
    /// `--raw` or `--no-raw`, or what the output asks for.
    style: Option<Style>,
    terminal: bool,
    failed: bool,
}

impl Script {
    fn new(mut server: Server, options: &Exec) -> Result<Self, Failure> {
        let style = match (options.raw, options.no_raw) {
            (true, _) => Some(Style::Raw),
            (_, true) => Some(Style::NoRaw),
            (false, false) => None,
        };
        let terminal = std::io::stdout().is_terminal();
        // Who is elsewhere was greeted so.
        if !matches!(server, Server::Elsewhere(_)) {
            if options.resp3 {
                server.call(&[b"HELLO", b"3"])?;
            }
            if let Some(db) = options.db {
                server.call(&[b"SELECT", db.to_string().as_bytes()])?;
            }
        }
        Ok(Self { server, style, terminal, failed: false })
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
        let Some(reply) = self.server.call(words)? else { return Ok(Next::Stop) };
        let listens = listens(words, &reply);
        let next = self.show(words, &reply)?;
        if next == Next::Line && listens { self.listen(words) } else { Ok(next) }
    }

    /// As `redis-cli`, prints what comes until the connection or the program is ended.
    fn listen(&mut self, words: &[&[u8]]) -> Result<Next, Failure> {
        while let Some(reply) = self.server.hear()? {
            if self.show(words, &reply)? == Next::Stop {
                return Ok(Next::Stop);
            }
        }
        Ok(Next::Line)
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

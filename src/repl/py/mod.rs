//! `:py`: a command as the `redis` package for Python has it, with the value that Python would show.
//!
//! One table says which method a command is and what the method makes of the reply; a command that
//! has none is shown as `execute_command`, which the package has too. Knows no terminal and no data:
//! it reads the words and the reply that the prompt remembers.

mod call;
mod error;
mod literal;
mod pipeline;
mod report;
mod row;
mod table;
#[cfg(test)]
mod tests;
mod value;

use super::desk::Asked;
use crate::escape::{LineEnds, sanitize};
use crate::lab::Target;
use crate::lab::model::Model;
use crate::lab::redis_cli::{HOST, PORT};
use crate::resp::Reply;
use crate::screen::{Look, Tone};
use call::{call, plainly};
use literal::text;

/// A line of a Python session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// What is typed; it may go on for several rows.
    Code(String),
    /// What Python prints.
    Shows(String),
    /// What is to be said about it.
    Remark(String),
}

/// Where the commands go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Server {
    /// The host.
    pub(super) host: String,
    /// The port.
    pub(super) port: i64,
    /// The database.
    pub(super) db: u32,
    /// Whether it is in a container that has published no port.
    inside: bool,
    /// Whether it is a cluster.
    pub(super) is_cluster: bool,
}

impl Server {
    /// The server at a place, as Python on this machine reaches it.
    pub(super) fn of(target: &Target, db: u32, model: &Model) -> Self {
        let (host, port, inside) = match target {
            Target::Address { host, port } => (host.clone(), *port, false),
            Target::Inside { container, port, .. } => {
                let published = model.container(container).and_then(|container| {
                    container.ports.iter().find(|one| i64::from(one.container) == *port)
                });
                let outside = published.map_or(*port, |one| i64::from(one.host));
                (HOST.to_owned(), outside, published.is_none())
            }
            Target::Sandbox => (HOST.to_owned(), i64::from(PORT), false),
            Target::Elsewhere { shown } => {
                let (host, port) = shown.rsplit_once(':').unwrap_or((shown, ""));
                (host.to_owned(), port.parse().unwrap_or(i64::from(PORT)), false)
            }
        };
        Self { host, port, db, inside, is_cluster: false }
    }

    /// `r = redis.Redis(…)`, with more arguments behind the database.
    fn connection(&self, more: &str) -> String {
        let Self { host, port, db, inside: _, is_cluster } = self;
        if *is_cluster {
            let host = text(host.as_bytes());
            return format!("r = redis.RedisCluster(host={host}, port={port}{more})");
        }
        format!("r = redis.Redis(host={}, port={port}, db={db}{more})", text(host.as_bytes()))
    }
}

/// The commands that have a row in the table, for a test that tries them all.
pub fn commands() -> impl Iterator<Item = &'static str> {
    table::ROWS.iter().flat_map(|rows| rows.iter()).map(|row| row.command)
}

/// The database that a connection in Python is made for.
pub(super) fn database(asked: &Asked) -> u32 {
    let [name, db] = asked.words.as_slice() else { return asked.origin.db };
    let chosen =
        name.eq_ignore_ascii_case(b"SELECT") && asked.reply == Reply::Simple(b"OK".to_vec());
    let db = std::str::from_utf8(db).ok().filter(|_| chosen).and_then(|db| db.parse().ok());
    db.unwrap_or(asked.origin.db)
}

/// What makes `r`: said before the first command, and after a change of server or database.
pub(super) fn connect(server: &Server, first: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    if first {
        lines.push(Line::Code("import redis".to_owned()));
    }
    lines.push(Line::Code(server.connection("")));
    if server.inside {
        lines.push(Line::Remark(
            "this container has published no port, so Python outside cannot reach it: docker run \
             -p 6379:6379 publishes one"
                .to_owned(),
        ));
    }
    lines
}

/// The lines as an interactive Python shows them.
pub(super) fn render(lines: &[Line], look: Look) -> String {
    let mut out = String::new();
    for line in lines {
        match line {
            Line::Code(code) => {
                for (row, code) in code.lines().enumerate() {
                    let mark = if row == 0 { ">>> " } else { "... " };
                    let code = sanitize(code.as_bytes(), LineEnds::Escape);
                    let code = String::from_utf8_lossy(&code);
                    out.push_str(&look.paint(Tone::Dim, mark));
                    out.push_str(&look.paint(Tone::Code, &code));
                    out.push('\n');
                }
            }
            Line::Shows(text) => {
                let tone =
                    if text.starts_with("redis.exceptions.") { Tone::Bad } else { Tone::Normal };
                let text = sanitize(text.as_bytes(), LineEnds::Escape);
                out.push_str(&look.paint(tone, &String::from_utf8_lossy(&text)));
                out.push('\n');
            }
            Line::Remark(_) => {}
        }
    }
    out
}

/// A command that got a reply.
pub(super) fn asked(asked: &Asked, server: &Server) -> Vec<Line> {
    let name = asked.words.first().map(|word| word.to_ascii_uppercase()).unwrap_or_default();
    let word = |place: usize| asked.words.get(place).map(|word| text(word)).unwrap_or_default();
    let code = |code: &str| Line::Code(code.to_owned());
    let remark = |text: &str| Line::Remark(text.to_owned());
    let failed = asked.reply.as_error().map(|text| String::from_utf8_lossy(text).into_owned());
    if asked.reply == Reply::Simple(b"QUEUED".to_vec()) {
        return vec![
            Line::Code(format!("p.{}", call(&asked.words).code)),
            remark("it waits in the pipeline p: EXEC is p.execute()"),
        ];
    }
    let lines = match (name.as_slice(), asked.words.len(), &failed) {
        (b"EXEC", 1, None) => Some(pipeline::execute(&asked.queue, &asked.reply)),
        (b"EXEC", 1, Some(text)) if text.starts_with("EXECABORT") => {
            Some(pipeline::execute(&asked.queue, &asked.reply))
        }
        (b"SELECT", 2, None) => Some(vec![remark(
            "in Python a connection is for one database, which is named when it is made",
        )]),
        (b"MULTI", 1, None) => Some(vec![
            code("p = r.pipeline()"),
            remark("commands are called on p, which keeps them until p.execute()"),
        ]),
        (b"DISCARD", 1, None) => Some(vec![code("p.reset()")]),
        (b"WATCH", 2.., None) => {
            let keys: Vec<String> = asked.words.iter().skip(1).map(|key| text(key)).collect();
            Some(vec![
                code("p = r.pipeline()"),
                Line::Code(format!("p.watch({})", keys.join(", "))),
                Line::Shows("True".to_owned()),
                remark("p.multi() begins the transaction after it, p.execute() runs it"),
            ])
        }
        (b"UNWATCH", 1, None) => Some(vec![code("p.unwatch()"), Line::Shows("True".to_owned())]),
        (b"AUTH", 2, None) => {
            Some(vec![Line::Code(server.connection(&format!(", password={}", word(1))))])
        }
        (b"AUTH", 3, None) => Some(vec![Line::Code(server.connection(&format!(
            ", username={}, password={}",
            word(1),
            word(2)
        )))]),
        (b"HELLO", 2, None) => {
            let version = asked.words.get(1).map(|word| literal::value(word)).unwrap_or_default();
            Some(vec![Line::Code(server.connection(&format!(", protocol={version}")))])
        }
        (b"RESET", 1, None) => {
            Some(vec![code("r.close()"), remark("the next command connects anew")])
        }
        _ => None,
    };
    lines.unwrap_or_else(|| one(asked, failed.as_deref()))
}

/// A command by itself.
fn one(asked: &Asked, failed: Option<&str>) -> Vec<Line> {
    if let Some(reply) = failed {
        let call = call(&asked.words);
        let early = call.odd || is_refused_early(reply);
        let call = if early { plainly(&asked.words) } else { call };
        let code = Line::Code(format!("r.{}", call.code));
        return vec![code, Line::Shows(error::raised(reply))];
    }
    let call = call(&asked.words);
    match call.shown(&asked.reply) {
        // Python shows nothing for nothing, unless it is asked to print it.
        Some(shown) if shown == "None" => {
            vec![Line::Code(format!("print(r.{})", call.code)), Line::Shows(shown)]
        }
        Some(shown) => vec![Line::Code(format!("r.{}", call.code)), Line::Shows(shown)],
        None => vec![Line::Code(format!("r.{}", call.code))],
    }
}

/// A command that no server answered.
pub(super) fn unreached(words: &[Vec<u8>], server: &Server) -> Vec<Line> {
    vec![
        Line::Code(format!("r.{}", call(words).code)),
        Line::Shows(format!(
            "redis.exceptions.ConnectionError: Error 111 connecting to {}:{}. Connection refused.",
            server.host, server.port
        )),
    ]
}

/// Whether the package would find the mistake itself, if it had a way to write it at all: then only
/// the bare words bring the server's own answer.
fn is_refused_early(reply: &str) -> bool {
    const BY_DATA: &[&str] = &[
        "value is not",
        "hash value is not",
        "no such key",
        "index out of range",
        "increment or decrement",
        "increment would produce",
        "invalid expire time",
        "min or max",
        "bit offset",
        "offset is out of range",
        "source and destination objects are the same",
        "An LFU maxmemory policy",
    ];
    let Some(text) = reply.strip_prefix("ERR ") else { return false };
    !BY_DATA.iter().any(|start| text.starts_with(start))
}

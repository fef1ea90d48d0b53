//! What is needed of a connection to a server elsewhere: a door that opens links, and links that
//! carry commands. The real ones go over the network; tests have some that lead to an engine.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::resp::Reply;

/// Something that a server said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The reply to a command.
    Reply(Reply),
    /// What nobody asked for: a message of a channel, a line of MONITOR.
    Message(Reply),
}

/// A connection. When it fails the reason is one line, without a full stop.
pub trait Link: Send {
    /// Sends a command and waits for its reply; an error of the server's is a reply.
    fn call(&mut self, words: &[&[u8]]) -> Result<Reply, String>;

    /// Sends a command; [`Link::hear`] brings its reply.
    fn start(&mut self, words: &[&[u8]]) -> Result<(), String>;

    /// The next reply or message, if one comes within that time.
    fn hear(&mut self, patience: Duration) -> Result<Option<Heard>, String>;

    /// Where the last command went, if that is another node of the cluster than the one before it: the
    /// slot, and who has it.
    fn redirect(&self) -> Option<(u16, String)> {
        None
    }

    /// What the server says it is, such as `Valkey 9.1.2`.
    fn server_name(&mut self) -> Option<String> {
        None
    }

    /// Sends several commands, and waits for the reply to each.
    fn calls(&mut self, commands: &[Vec<Vec<u8>>]) -> Result<Vec<Reply>, String> {
        commands
            .iter()
            .map(|words| {
                let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
                self.call(&words)
            })
            .collect()
    }
}

/// What a link is to lead to; without a cluster it is always the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To<'a> {
    /// The whole cluster, in the database that was asked for.
    Everything,
    /// Any of its nodes.
    AnyNode,
    /// The node at that host and port.
    Node(&'a str, u16),
}

/// Where links come from.
pub trait Door: Send + Sync {
    /// Connects.
    fn open(&self, to: To<'_>) -> Result<Box<dyn Link>, String>;

    /// What the prompt shows, such as `127.0.0.1:6379`.
    fn shown(&self) -> String;

    /// The host and the port, for a line of Python; none for a socket's path.
    fn place(&self) -> Option<(String, u16)>;

    /// The database that a prompt without a lesson begins in.
    fn db(&self) -> u32;

    /// Whether it is a cluster.
    fn is_cluster(&self) -> bool;

    /// Where a line of the lab can be typed, since it is not run here.
    fn advice(&self) -> &'static str {
        "kvtutor without --connect has a lab for it"
    }
}

/// What a console may touch of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keep {
    /// Everything, as `redis-cli` would.
    Whole,
    /// Databases, or keys, of its own, that nobody else uses. The token tells whose they are.
    Own {
        /// Letters and digits that no other home has.
        token: String,
    },
}

/// Where a console is connected instead of to its own store.
#[derive(Clone)]
pub struct Connect {
    /// Where links come from.
    pub door: Arc<dyn Door>,
    /// What may be touched.
    pub keep: Keep,
    /// The databases that are needed, as they are typed, where databases of one's own are taken.
    pub databases: Vec<u32>,
}

impl Connect {
    /// Through a door, to what may be touched there.
    pub fn new(door: impl Door + 'static, keep: Keep) -> Self {
        Self { door: Arc::new(door), keep, databases: vec![0] }
    }

    /// A link to what may be touched, or to whoever knows where that is.
    pub(super) fn open(&self) -> Result<Box<dyn Link>, String> {
        self.door.open(match self.keep {
            Keep::Whole => To::Everything,
            Keep::Own { .. } => To::AnyNode,
        })
    }
}

impl fmt::Debug for Connect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect")
            .field("to", &self.door.shown())
            .field("keep", &self.keep)
            .finish_non_exhaustive()
    }
}

/// A reply that is no error; an error is the reason why it cannot go on.
pub(super) fn ask(link: &mut dyn Link, words: &[&[u8]]) -> Result<Reply, String> {
    let reply = link.call(words)?;
    if let Reply::Error(text) = &reply {
        let name = words.first().map(|name| String::from_utf8_lossy(name).into_owned());
        let main = if text.starts_with(b"READONLY") { main_server(link) } else { None };
        return Err(refused(&name.unwrap_or_default(), text, main));
    }
    Ok(reply)
}

/// Why a command of kvtutor's own was refused, and what to do.
fn refused(name: &str, text: &[u8], main: Option<String>) -> String {
    let text = String::from_utf8_lossy(text).trim().to_owned();
    let told = match text.split(' ').next().unwrap_or_default() {
        "READONLY" => {
            let main = main.map_or_else(String::new, |main| format!(", {main}"));
            format!(
                "it is a copy that only reads, and lessons write: connect to its main server{main}"
            )
        }
        "OOM" => "its memory is full, and it stores nothing more until something is deleted there \
                  or its maxmemory is raised"
            .to_owned(),
        "NOPERM" => "your user there may do too little for lessons, which need at least \
                     `ACL SETUSER name ~* &* +@read +@write +@connection +@transaction`"
            .to_owned(),
        "LOADING" => "it is still loading its data: try again in a moment".to_owned(),
        "MISCONF" => "it cannot save its data, and takes none until it can".to_owned(),
        "ERR" if text.starts_with("ERR unknown command") => {
            "whoever runs it has renamed that command or taken it away, and lessons need it"
                .to_owned()
        }
        _ => return format!("the server refuses {name}: {text}"),
    };
    format!("the server refuses {name}: {told} ({text})")
}

/// The server that a replica copies.
fn main_server(link: &mut dyn Link) -> Option<String> {
    let Ok(Reply::Array(role)) = link.call(&[b"ROLE"]) else { return None };
    let [Reply::Bulk(_), Reply::Bulk(host), Reply::Integer(port), ..] = role.as_slice() else {
        return None;
    };
    Some(format!("{}:{port}", String::from_utf8_lossy(host)))
}

/// The texts of a reply, those of a list one by one: RESP3 has maps and pairs where RESP2 has one flat
/// list.
pub(super) fn texts(reply: Reply) -> Vec<Vec<u8>> {
    match reply {
        Reply::Bulk(text)
        | Reply::Simple(text)
        | Reply::Double(text)
        | Reply::BigNumber(text)
        | Reply::Verbatim { text, .. } => vec![text],
        Reply::Integer(number) => vec![number.to_string().into_bytes()],
        Reply::Array(items) | Reply::Set(items) | Reply::Push(items) => {
            items.into_iter().flat_map(texts).collect()
        }
        Reply::Map(pairs) => {
            pairs.into_iter().flat_map(|(one, two)| [texts(one), texts(two)].concat()).collect()
        }
        Reply::Error(_) | Reply::Null | Reply::Boolean(_) => Vec::new(),
    }
}

//! What the engine remembers of one client: its database, name, protocol and open transaction.
//!
//! Knows no socket; the transport tells it an address for `CLIENT LIST`.

use super::data::Bytes;
use super::{Blocked, Command, Found, Mail, Now, Subscriptions, Tracks};
use crate::resp::Protocol;

/// Names a client for as long as the engine lives; never reused.
pub type SessionId = u64;

/// The id of the one client that nobody sees; others begin at 1.
pub const UNSEEN: SessionId = 0;

/// One connected client.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug)]
pub struct Session {
    /// The id `CLIENT ID` gives.
    pub id: SessionId,
    /// The selected database.
    pub db: usize,
    /// What `CLIENT SETNAME` set.
    pub name: Bytes,
    /// The client's library and its version, as `CLIENT SETINFO` has said.
    pub library: [Bytes; 2],
    /// The protocol of replies.
    pub protocol: Protocol,
    /// Whether it passed `AUTH`, or needs not.
    pub authenticated: bool,
    /// Set by `QUIT`: the transport closes the connection after the reply.
    pub closing: bool,
    /// `CLIENT NO-EVICT`.
    pub no_evict: bool,
    /// `CLIENT NO-TOUCH`.
    pub no_touch: bool,
    /// Up to which [place](super::Effects::place) in the log it has written.
    pub written: u64,
    /// Where it comes from and where it went.
    pub peer: Peer,
    /// When it connected, in milliseconds since 1970.
    pub connected_ms: i64,
    /// When it last sent a command, in milliseconds since 1970.
    pub active_ms: i64,
    /// The last command, for `CLIENT LIST`.
    pub last_command: Option<Found>,
    /// The transaction between `MULTI` and `EXEC`.
    pub transaction: Option<Transaction>,
    /// Keys under `WATCH`.
    pub watched: Vec<Watched>,
    /// What it waits for; nothing of it is run meanwhile.
    pub blocked: Option<Box<Blocked>>,
    /// The channels it listens to, if any.
    pub subscriptions: Option<Box<Subscriptions>>,
    /// `CLIENT TRACKING`: it is told when keys change.
    pub tracks: Option<Box<Tracks>>,
    /// `MONITOR`: it is sent every command.
    pub monitors: bool,
    /// `CLIENT REPLY`.
    pub replies: Replies,
    /// What waits to be sent to it besides the reply of its command.
    pub mail: Mail,
}

/// Whether a client wants replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replies {
    /// All of them.
    On,
    /// None.
    Off,
    /// Not the one to the command that said so, nor the next.
    SkipNext,
    /// Not the next.
    Skip,
}

/// The two ends of a connection, as text for `CLIENT LIST`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Peer {
    /// The client's address.
    pub address: String,
    /// The server's address.
    pub local: String,
    /// A file descriptor, or -1.
    pub descriptor: i64,
}

/// Commands queued by `MULTI`.
#[derive(Debug, Default)]
pub struct Transaction {
    /// In order.
    pub queue: Vec<Queued>,
    /// A command was refused while queueing: `EXEC` will abort.
    pub aborted: bool,
}

/// One queued command.
#[derive(Debug)]
pub struct Queued {
    /// Its row.
    pub command: &'static Command,
    /// Whether it is a subcommand, so that its arguments start one word later.
    pub is_subcommand: bool,
    /// All its words.
    pub words: Vec<Box<[u8]>>,
}

/// A key under `WATCH`.
#[derive(Debug)]
pub struct Watched {
    /// The database it is in.
    pub db: usize,
    /// The key.
    pub key: Bytes,
    /// The key's version when it was watched; see [`super::Keyspace`].
    pub version: u64,
    /// It had already expired, so its expiry changes nothing.
    pub was_expired: bool,
}

impl Session {
    /// A client that has just connected.
    pub fn new(id: SessionId, peer: Peer, authenticated: bool, now: Now) -> Self {
        Self {
            id,
            db: 0,
            name: Bytes::default(),
            protocol: Protocol::Resp2,
            authenticated,
            closing: false,
            no_evict: false,
            no_touch: false,
            library: <[Bytes; 2]>::default(),
            written: 0,
            peer,
            connected_ms: now.ms(),
            active_ms: now.ms(),
            last_command: None,
            transaction: None,
            watched: Vec::new(),
            blocked: None,
            subscriptions: None,
            tracks: None,
            monitors: false,
            replies: Replies::On,
            mail: Mail::default(),
        }
    }

    /// A client of the program around the engine; it needs no password.
    pub(super) fn unseen(now: Now) -> Self {
        Self::new(UNSEEN, Peer::default(), true, now)
    }

    /// Whether this is the client that no command lists, that nothing counts, and whose reads are no
    /// access.
    pub fn is_unseen(&self) -> bool {
        self.id == UNSEEN
    }
}

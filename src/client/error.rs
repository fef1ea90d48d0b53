//! What can be wrong with a connection, in one line each that says what to do. No line holds a password.

use std::io;

use super::address::{Target, Tls};
use crate::escape::{LineEnds, sanitize_text};
use crate::resp::DecodeError;

/// Why a server cannot be reached.
#[derive(Debug, thiserror::Error)]
#[error("{}", told(.target, .why))]
pub struct ConnectError {
    target: Target,
    why: Why,
}

impl ConnectError {
    pub(super) fn new(target: &Target, why: Why) -> Self {
        Self { target: target.clone(), why }
    }

    /// Whether the server is there, but does not let one in.
    pub fn is_refused_entry(&self) -> bool {
        matches!(self.why, Why::NoPassword | Why::WrongPassword(_))
    }
}

/// What went wrong.
#[derive(Debug)]
pub(super) enum Why {
    UnknownHost,
    /// A server that answers nothing, or nothing in time.
    TimedOut,
    /// A word of the system.
    Io(io::ErrorKind, String),
    /// It closed the connection before it said anything.
    Closed,
    /// What it says is not the protocol.
    Foreign,
    NoPassword,
    /// Its words.
    WrongPassword(String),
    /// Its words about the database that was asked for.
    Database(i64, String),
    /// It is no cluster; its words.
    NoCluster(String),
    /// Its words, when it lets nobody in.
    Refused(String),
    /// It does not speak TLS.
    NoTls,
    /// It answers nothing in TLS.
    SilentTls,
    Tls(rustls::Error),
}

impl From<io::Error> for Why {
    fn from(error: io::Error) -> Self {
        let kind = error.kind();
        if matches!(kind, io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) {
            Self::TimedOut
        } else if kind == io::ErrorKind::UnexpectedEof {
            Self::Closed
        } else {
            Self::Io(kind, reason(&error))
        }
    }
}

/// The system's own words, without its number.
pub(super) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let plain = text.split(" (os error").next().unwrap_or_default();
    plain.to_lowercase()
}

fn told(target: &Target, why: &Why) -> String {
    let (tls, unix) = match target {
        Target::Tcp { tls, .. } => (*tls != Tls::Off, false),
        Target::Unix(_) => (false, true),
    };
    let scheme = if tls { "rediss" } else { "redis" };
    match why {
        Why::UnknownHost => format!("there is no host for {target}; check its name in --connect"),
        Why::TimedOut => format!(
            "{target} does not answer; the server may be busy or stopped, or a firewall stands \
             between; try again later, or check --connect"
        ),
        Why::Io(io::ErrorKind::ConnectionRefused, _) => {
            let what = if unix { "path" } else { "port" };
            format!("no server listens at {target}; start it, or check the {what} in --connect")
        }
        Why::Io(io::ErrorKind::NotFound, _) => {
            format!("there is no socket file {target}; start the server, or check the path")
        }
        Why::Io(_, reason) => format!("cannot connect to {target}: {reason}; check --connect"),
        Why::Closed if tls => {
            format!("{target} closes the connection; if it does not speak TLS, use redis://")
        }
        Why::Closed => {
            format!("{target} closes the connection; if it speaks TLS, use rediss://")
        }
        Why::Foreign => {
            format!("what answers at {target} is no Redis server; check the port in --connect")
        }
        Why::NoPassword if unix => {
            format!("{target} wants a password; put it into the URL: unix://{target}?pass=PASSWORD")
        }
        Why::NoPassword => {
            format!("{target} wants a password; put it into the URL: {scheme}://:PASSWORD@{target}")
        }
        Why::WrongPassword(words) => {
            format!("{target} refuses the user or the password of the URL: {words}")
        }
        Why::Database(db, words) => {
            format!("{target} has no database {db} for you: {words}; choose another in --connect")
        }
        Why::NoCluster(words) => {
            format!("{target} is no cluster: {words}; leave out +cluster in the URL")
        }
        Why::Refused(words) => format!("{target} lets nobody in: {words}"),
        Why::SilentTls => format!(
            "{target} does not answer in TLS; if it does not speak TLS, use redis:// instead of \
             rediss://"
        ),
        Why::NoTls => format!("{target} does not speak TLS; use redis:// instead of rediss://"),
        Why::Tls(error) => told_tls(target, error),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the library's enum, not ours")]
fn told_tls(target: &Target, error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidMessage(_) => {
            format!("{target} does not speak TLS; use redis:// instead of rediss://")
        }
        rustls::Error::InvalidCertificate(_) => {
            let text = error.to_string();
            let text = sanitize_text(&text, LineEnds::Escape).into_owned();
            format!(
                "the certificate of {target} is not to be trusted: {text}; name the file of your \
                 own authority in SSL_CERT_FILE, or put #insecure behind the URL to go without"
            )
        }
        error => {
            let text = error.to_string();
            let text = sanitize_text(&text, LineEnds::Escape).into_owned();
            format!("no encrypted connection to {target}: {text}")
        }
    }
}

/// Why a connection that was there is there no more. The next call opens it again.
#[derive(Debug, thiserror::Error)]
pub enum Gone {
    /// The server has closed it.
    #[error("{server} has closed the connection")]
    Closed {
        /// Which server.
        server: String,
    },
    /// It is broken.
    #[error("the connection to {server} is lost: {reason}")]
    Broken {
        /// Which server.
        server: String,
        /// The system's words.
        reason: String,
    },
    /// It answered nothing for a long time.
    #[error("{server} does not answer any more")]
    Silent {
        /// Which server.
        server: String,
    },
    /// What the server says is not the protocol.
    #[error("{server} does not answer as Redis does: {source}")]
    Garbled {
        /// Which server.
        server: String,
        /// What is wrong.
        source: DecodeError,
    },
    /// It was closed while the server held something for this client, which a new one has not.
    #[error("{server} has closed the connection; what this client had there ({held}) is gone")]
    Forgotten {
        /// Which server.
        server: String,
        /// What it held.
        held: &'static str,
    },
    /// It cannot be opened again.
    #[error(transparent)]
    Unreachable(#[from] ConnectError),
    /// The cluster has no node for a slot.
    #[error(
        "no server of the cluster at {server} answers for this; ask `CLUSTER INFO` what it lacks"
    )]
    NoNode {
        /// The cluster.
        server: String,
    },
}

//! Where `--connect` leads, read from a URL.
//!
//! The `redis` crate reads the URLs, so that they mean here what they mean to its users; on top of that
//! stand the clusters, and messages that say how a URL should look. No message repeats anything of the
//! URL: with a letter left out, any part of it may be the password.

use std::fmt;
use std::path::{Path, PathBuf};

use redis::{ConnectionAddr, IntoConnectionInfo as _};

/// Where `--connect` leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    first: Target,
    /// Other servers of a cluster: any of them may be asked.
    others: Vec<Target>,
    credentials: Credentials,
    db: i64,
    resp3: bool,
    cluster: bool,
}

/// One server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    /// A host and a port.
    Tcp { host: String, port: u16, tls: Tls },
    /// A socket file.
    Unix(PathBuf),
}

/// Whether what is sent is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tls {
    /// It is not.
    Off,
    /// With a server whose certificate is good.
    Checked,
    /// With whoever answers (`#insecure`).
    Unchecked,
}

/// Who one is to the server. What it holds is never shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.password.is_some() { "Credentials(hidden)" } else { "Credentials" })
    }
}

/// Why a URL leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It does not begin with a scheme that is known.
    #[error(
        "the URL must begin with redis://, rediss://, unix://, redis+cluster:// or \
         rediss+cluster://, as in redis://127.0.0.1:6379"
    )]
    Scheme,
    /// There is no host.
    #[error("the URL names no host; write it as in {scheme}://127.0.0.1:6379")]
    Host {
        /// The scheme that was given.
        scheme: &'static str,
    },
    /// The port is no port.
    #[error(
        "behind the host and a colon stands its port, a number from 1 to 65535, as in \
         {scheme}://127.0.0.1:6379"
    )]
    Port {
        /// The scheme that was given.
        scheme: &'static str,
    },
    /// The database is no number.
    #[error("a database has a number, as in redis://127.0.0.1:6379/1 or unix:///PATH?db=1")]
    Database,
    /// A cluster was asked for another database.
    #[error("a cluster has only database 0; leave out the /{db}")]
    ClusterDatabase {
        /// The number that was given.
        db: i64,
    },
    /// A socket file is not named by its whole path.
    #[error("a socket file is named by its whole path, as in unix:///run/redis/redis.sock?db=1")]
    Path,
    /// Behind `#` stands something else than `insecure`.
    #[error(
        "behind # only `insecure` may stand: rediss://HOST:6380#insecure takes any certificate"
    )]
    Fragment,
    /// Something else.
    #[error(
        "the URL cannot be read; it looks like {scheme}://USER:PASSWORD@HOST:PORT/DB, where \
         letters such as @ / : # in the password are written %40 %2F %3A %23"
    )]
    Other {
        /// The scheme that was given.
        scheme: &'static str,
    },
}

/// The schemes, what the `redis` crate calls them, and whether they name a cluster.
const SCHEMES: [(&str, &str, bool); 7] = [
    ("redis+cluster", "redis", true),
    ("rediss+cluster", "rediss", true),
    ("redis", "redis", false),
    ("rediss", "rediss", false),
    ("valkey", "redis", false),
    ("valkeys", "rediss", false),
    ("unix", "unix", false),
];

impl Address {
    /// Reads a URL: `redis://[USER[:PASSWORD]@]HOST[:PORT][/DB]`, `rediss://…` for TLS (with
    /// `#insecure` for a certificate that nobody vouches for), `unix:///PATH?db=N&user=…&pass=…`,
    /// `redis+cluster://HOST:PORT[,HOST:PORT…]` and `rediss+cluster://…`.
    pub fn parse(url: &str) -> Result<Self, AddressError> {
        let (scheme, rest) = url.trim().split_once("://").ok_or(AddressError::Scheme)?;
        let known = SCHEMES.iter().find(|(name, ..)| name.eq_ignore_ascii_case(scheme));
        let &(scheme, plain, cluster) = known.ok_or(AddressError::Scheme)?;
        if plain == "unix" {
            return Self::unix(rest);
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, behind) = rest.split_at(end);
        let (user, hosts) = match authority.rsplit_once('@') {
            Some((user, hosts)) => (format!("{user}@"), hosts),
            None => (String::new(), authority),
        };
        let (path, fragment) = behind.split_once('#').unwrap_or((behind, ""));
        // The path may hold the rest of a password with a slash in it.
        if path.contains('@') || fragment.contains('@') {
            return Err(AddressError::Other { scheme });
        }
        if !matches!(fragment, "" | "insecure") || (plain == "redis" && behind.contains('#')) {
            return Err(AddressError::Fragment);
        }
        let db = path.split('?').next().unwrap_or_default().trim_matches('/');
        if !db.is_empty() && !db.parse::<i64>().is_ok_and(|db| db >= 0) {
            return Err(AddressError::Database);
        }
        let mut read: Option<Self> = None;
        for host in hosts.split(',') {
            if !cluster && hosts.contains(',') {
                return Err(AddressError::Other { scheme });
            }
            Self::judge(host, scheme)?;
            let info = format!("{plain}://{user}{host}{behind}").into_connection_info();
            let info = info.map_err(|_| AddressError::Other { scheme })?;
            #[expect(clippy::wildcard_enum_match_arm, reason = "the library's enum, not ours")]
            let target = match info.addr() {
                ConnectionAddr::Tcp(host, port) => {
                    Target::Tcp { host: host.clone(), port: *port, tls: Tls::Off }
                }
                ConnectionAddr::TcpTls { host, port, insecure, .. } => {
                    let tls = if *insecure { Tls::Unchecked } else { Tls::Checked };
                    Target::Tcp { host: host.clone(), port: *port, tls }
                }
                _ => return Err(AddressError::Other { scheme }),
            };
            match &mut read {
                Some(address) => address.others.push(target),
                None => read = Some(Self::new(target, info.redis_settings(), cluster)),
            }
        }
        let address = read.ok_or(AddressError::Host { scheme })?;
        if cluster && address.db != 0 {
            return Err(AddressError::ClusterDatabase { db: address.db });
        }
        Ok(address)
    }

    /// The server behind a socket file, with no password, in database 0.
    pub fn socket(path: &Path) -> Self {
        Self {
            first: Target::Unix(path.to_owned()),
            others: Vec::new(),
            credentials: Credentials::default(),
            db: 0,
            resp3: false,
            cluster: false,
        }
    }

    fn unix(rest: &str) -> Result<Self, AddressError> {
        if !rest.starts_with('/') {
            return Err(AddressError::Path);
        }
        let query = rest.split_once('?').map_or("", |(_, query)| query);
        let db = query.split('&').find_map(|part| part.strip_prefix("db="));
        if db.is_some_and(|db| !db.parse::<i64>().is_ok_and(|db| db >= 0)) {
            return Err(AddressError::Database);
        }
        let info = format!("unix://{rest}").into_connection_info();
        let info = info.map_err(|_| AddressError::Path)?;
        let ConnectionAddr::Unix(path) = info.addr() else { return Err(AddressError::Path) };
        Ok(Self::new(Target::Unix(path.clone()), info.redis_settings(), false))
    }

    fn new(first: Target, info: &redis::RedisConnectionInfo, cluster: bool) -> Self {
        let credentials = Credentials {
            user: info.username().map(str::to_owned),
            password: info.password().map(str::to_owned),
        };
        let resp3 = info.protocol() == redis::ProtocolVersion::RESP3;
        Self { first, others: Vec::new(), credentials, db: info.db(), resp3, cluster }
    }

    /// Says of a host what the crate says in general only.
    fn judge(host: &str, scheme: &'static str) -> Result<(), AddressError> {
        let (name, port) = match host.rsplit_once(':') {
            // The colons of an IPv6 address stand in brackets.
            Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
            Some(_) | None => (host, None),
        };
        if name.is_empty() {
            return Err(AddressError::Host { scheme });
        }
        let good = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
        if good { Ok(()) } else { Err(AddressError::Port { scheme }) }
    }

    /// Whether it leads to a cluster.
    pub fn is_cluster(&self) -> bool {
        self.cluster
    }

    /// The database to begin in.
    pub fn db(&self) -> i64 {
        self.db
    }

    /// Whether to begin with RESP3 (`?protocol=resp3`).
    pub fn resp3(&self) -> bool {
        self.resp3
    }

    /// The same, beginning in another database.
    pub fn with_db(mut self, db: i64) -> Self {
        self.db = db;
        self
    }

    /// The same, beginning with RESP3.
    pub fn with_resp3(mut self) -> Self {
        self.resp3 = true;
        self
    }

    /// One node of the cluster by itself, with the same user and password.
    pub fn node(&self, host: &str, port: u16) -> Self {
        let tls = match &self.first {
            Target::Tcp { tls, .. } => *tls,
            Target::Unix(_) => Tls::Off,
        };
        let first = Target::Tcp { host: host.to_owned(), port, tls };
        Self { first, others: Vec::new(), cluster: false, ..self.clone() }
    }

    /// One of the cluster's nodes by itself, as the URL names it first; a single server as it is.
    pub fn single(&self) -> Self {
        Self { others: Vec::new(), cluster: false, ..self.clone() }
    }

    /// The host and the port; none for a socket file.
    pub fn place(&self) -> Option<(&str, u16)> {
        match &self.first {
            Target::Tcp { host, port, .. } => Some((host, *port)),
            Target::Unix(_) => None,
        }
    }

    /// As the prompt of redis-cli shows it: `127.0.0.1:6379`, and `redis PATH` for a socket file.
    pub fn prompt(&self) -> String {
        self.first.prompt()
    }

    pub(super) fn first(&self) -> &Target {
        &self.first
    }

    pub(super) fn others(&self) -> &[Target] {
        &self.others
    }

    pub(super) fn credentials(&self) -> &Credentials {
        &self.credentials
    }
}

/// The server, or the first one of a cluster that was named: no user, no password, no database.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.first.fmt(f)
    }
}

impl Target {
    pub(super) fn prompt(&self) -> String {
        match self {
            Self::Tcp { .. } => self.to_string(),
            Self::Unix(_) => format!("redis {self}"),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port, .. } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port, .. } => write!(f, "{host}:{port}"),
            Self::Unix(path) => path.display().fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> String {
        match Address::parse(url) {
            Ok(address) => {
                let targets = [&[address.first], address.others.as_slice()].concat();
                let targets: Vec<String> = targets.iter().map(Target::to_string).collect();
                let user = address.credentials.user.unwrap_or_default();
                let password = address.credentials.password.unwrap_or_default();
                let (db, targets) = (address.db, targets.join(" "));
                format!("{targets} db={db} user={user} password={password}")
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_url_says_where_who_and_which_database() {
        for (url, expected) in [
            ("redis://127.0.0.1", "127.0.0.1:6379 db=0 user= password="),
            ("REDIS://localhost:7000/3", "localhost:7000 db=3 user= password="),
            ("redis://[::1]:7000", "[::1]:7000 db=0 user= password="),
            ("redis://:p%40ss@h/1", "h:6379 db=1 user= password=p@ss"),
            ("valkey://erik:secret@h:1/", "h:1 db=0 user=erik password=secret"),
            ("rediss://h:6380#insecure", "h:6380 db=0 user= password="),
            ("unix:///run/a.sock?db=2&pass=x&user=u", "/run/a.sock db=2 user=u password=x"),
            ("redis+cluster://u:p@a:1,b:2", "a:1 b:2 db=0 user=u password=p"),
            ("rediss+cluster://a:1/0#insecure", "a:1 db=0 user= password="),
        ] {
            assert_eq!(read(url), expected, "{url}");
        }
        let plain = Address::parse("redis://h").unwrap();
        assert!(!plain.is_cluster() && !plain.resp3());
        assert!(Address::parse("redis+cluster://h").unwrap().is_cluster());
        assert!(Address::parse("redis://h?protocol=resp3").unwrap().resp3());
    }

    #[test]
    fn the_prompt_names_the_server_as_redis_cli_does() {
        for (url, shown, prompt) in [
            ("redis://u:p@127.0.0.1/3", "127.0.0.1:6379", "127.0.0.1:6379"),
            ("redis://[::1]", "[::1]:6379", "[::1]:6379"),
            ("unix:///run/a.sock?pass=p", "/run/a.sock", "redis /run/a.sock"),
            ("redis+cluster://a:1,b:2", "a:1", "a:1"),
        ] {
            let address = Address::parse(url).unwrap();
            assert_eq!(address.to_string(), shown);
            assert_eq!(address.prompt(), prompt);
        }
    }

    #[test]
    fn a_mistake_is_one_line_that_says_how_it_should_look() {
        for (url, expected) in [
            (
                "127.0.0.1:6379",
                "the URL must begin with redis://, rediss://, unix://, redis+cluster:// or \
                 rediss+cluster://, as in redis://127.0.0.1:6379",
            ),
            ("redis://", "the URL names no host; write it as in redis://127.0.0.1:6379"),
            ("redis://:7000", "the URL names no host; write it as in redis://127.0.0.1:6379"),
            (
                "redis://h:70000",
                "behind the host and a colon stands its port, a number from 1 to 65535, as in \
                 redis://127.0.0.1:6379",
            ),
            (
                "rediss://h:1/x",
                "a database has a number, as in redis://127.0.0.1:6379/1 or unix:///PATH?db=1",
            ),
            (
                "unix:///a?db=-1",
                "a database has a number, as in redis://127.0.0.1:6379/1 or unix:///PATH?db=1",
            ),
            ("redis+cluster://h:1/2", "a cluster has only database 0; leave out the /2"),
            (
                "unix://run/a.sock",
                "a socket file is named by its whole path, as in \
                 unix:///run/redis/redis.sock?db=1",
            ),
            (
                "rediss://h#unsafe",
                "behind # only `insecure` may stand: rediss://HOST:6380#insecure takes any \
                 certificate",
            ),
        ] {
            assert_eq!(read(url), expected, "{url}");
        }
    }

    #[test]
    fn no_password_is_ever_shown() {
        for url in [
            "redis://:secret@h:x",
            "redis://:sec/ret@h:1",
            "redis://:secret#@h:1",
            "redis://:secret@h:1/secret@x",
            "redis://u:secret@",
            "http://u:secret@h",
            "redis://u:secret@h:1,h:2",
            "redis://u:secret@h h",
            "redis://u:secret",
            "redis://u:1/secret",
            "unix://u:secret@h",
        ] {
            let error = Address::parse(url).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("sec"), "{url}: {error}");
        }
        let address = Address::parse("redis://user:secret@h").unwrap();
        assert!(!format!("{address} {address:?}").contains("secret"));
        assert!(!format!("{address:?}").contains("user:"));
    }
}

//! What a server says it is.

use crate::resp::{Decoder, Reply};

/// What a server says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerInfo {
    /// The version of Redis that it is, or says it is compatible with.
    pub redis_version: String,
    /// Its own name and version where it is not Redis, such as `valkey 8.0.1`.
    pub name: Option<String>,
    /// Alone, in a cluster, or a sentinel.
    pub mode: Mode,
    /// Names this run of the server: another one is another start, or another server.
    pub run_id: String,
    /// How many databases it has, if it says so.
    pub databases: Option<i64>,
    /// Whether it is still loading its data.
    pub loading: bool,
}

/// How a server runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Alone.
    Standalone,
    /// As a node of a cluster.
    Cluster,
    /// It watches over others, and holds no data.
    Sentinel,
}

impl ServerInfo {
    /// Its name and version for a person; none if it does not say them.
    pub fn shown(&self) -> Option<String> {
        if let Some(name) = &self.name {
            let mut letters = name.chars();
            let first = letters.next()?;
            return Some(first.to_uppercase().chain(letters).collect());
        }
        (!self.redis_version.is_empty()).then(|| format!("Redis {}", self.redis_version))
    }

    /// Reads the replies to `INFO` and `CONFIG GET databases`; who may not ask gets no answer.
    pub(super) fn read(info: &[u8], databases: &[u8]) -> Self {
        let text = match Decoder::new(info).reply() {
            Ok(Reply::Bulk(text) | Reply::Verbatim { text, .. }) => text,
            Ok(_) | Err(_) => Vec::new(),
        };
        let text = String::from_utf8_lossy(&text);
        let field = |name: &str| {
            text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
        };
        let name = field("server_name").filter(|name| *name != "redis").map(|name| {
            match field(&format!("{name}_version")) {
                Some(version) => format!("{name} {version}"),
                None => name.to_owned(),
            }
        });
        let mode = match field("redis_mode").or(field("server_mode")) {
            Some("cluster") => Mode::Cluster,
            Some("sentinel") => Mode::Sentinel,
            Some(_) | None => Mode::Standalone,
        };
        Self {
            redis_version: field("redis_version").unwrap_or_default().to_owned(),
            name,
            mode,
            run_id: field("run_id").unwrap_or_default().to_owned(),
            databases: if mode == Mode::Cluster { Some(1) } else { setting(databases) },
            loading: field("loading") == Some("1"),
        }
    }
}

/// The value in the reply to a CONFIG GET of one parameter.
fn setting(reply: &[u8]) -> Option<i64> {
    let value = match Decoder::new(reply).reply() {
        Ok(Reply::Array(items)) => items.into_iter().nth(1)?,
        Ok(Reply::Map(pairs)) => pairs.into_iter().next()?.1,
        Ok(_) | Err(_) => return None,
    };
    let Reply::Bulk(text) = value else { return None };
    std::str::from_utf8(&text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resp::{Protocol, Writer};

    fn read(info: &str, databases: &[u8]) -> ServerInfo {
        let mut bytes = Vec::new();
        Writer::new(&mut bytes, Protocol::Resp2).bulk(info.as_bytes());
        ServerInfo::read(&bytes, databases)
    }

    #[test]
    fn a_redis_a_valkey_and_a_node_of_a_cluster_say_what_they_are() {
        let config = b"*2\r\n$9\r\ndatabases\r\n$2\r\n16\r\n";
        let info = "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\nrun_id:ab\r\n\
                    # Persistence\r\nloading:0\r\n";
        let redis = ServerInfo {
            redis_version: "7.0.15".to_owned(),
            name: None,
            mode: Mode::Standalone,
            run_id: "ab".to_owned(),
            databases: Some(16),
            loading: false,
        };
        assert_eq!(read(info, config), redis);
        let info = "redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1\r\n\
                    server_mode:cluster\r\nrun_id:cd\r\nloading:1\r\n";
        let valkey = ServerInfo {
            redis_version: "7.2.4".to_owned(),
            name: Some("valkey 8.0.1".to_owned()),
            mode: Mode::Cluster,
            run_id: "cd".to_owned(),
            databases: Some(1),
            loading: true,
        };
        assert_eq!(read(info, config), valkey);
        assert_eq!(read(info, config).shown(), Some("Valkey 8.0.1".to_owned()));
        assert_eq!(redis.shown(), Some("Redis 7.0.15".to_owned()));
        let nothing = ServerInfo::read(b"-NOPERM no\r\n", b"-NOPERM no\r\n");
        assert_eq!((nothing.mode, nothing.databases), (Mode::Standalone, None));
        assert_eq!(nothing.shown(), None);
    }
}

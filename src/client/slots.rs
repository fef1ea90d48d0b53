//! The hash slots of a cluster: which a key has, and which server has which.

use super::address::{Target, Tls};
use crate::resp::{Decoder, Reply};

/// How many slots every cluster has.
const SLOTS: u16 = 16_384;

/// The slot of a key: that of the tag, where the key has one between `{` and `}`.
pub fn slot_of(key: &[u8]) -> u16 {
    let tag = || {
        let open = memchr::memchr(b'{', key)?;
        let behind = key.get(open + 1..)?;
        let tag = behind.get(..memchr::memchr(b'}', behind)?)?;
        (!tag.is_empty()).then_some(tag)
    };
    crc16::State::<crc16::XMODEM>::calculate(tag().unwrap_or(key)) % SLOTS
}

/// Which server has which slots.
#[derive(Debug, Default)]
pub(super) struct SlotMap {
    /// In the order of the slots.
    ranges: Vec<Range>,
}

#[derive(Debug)]
struct Range {
    first: u16,
    last: u16,
    server: Target,
}

impl SlotMap {
    /// Reads a reply to `CLUSTER SLOTS` that `asked` gave.
    pub(super) fn read(reply: &[u8], asked: &Target) -> Option<Self> {
        let Ok(Reply::Array(rows)) = Decoder::new(reply).reply() else { return None };
        let mut ranges: Vec<Range> =
            rows.into_iter().map(|row| range(row, asked)).collect::<Option<_>>()?;
        ranges.sort_by_key(|range| range.first);
        Some(Self { ranges })
    }

    /// Who has a slot.
    pub(super) fn server(&self, slot: u16) -> Option<&Target> {
        self.ranges
            .iter()
            .find(|range| (range.first..=range.last).contains(&slot))
            .map(|range| &range.server)
    }

    /// Who has any, each once, in the order of their first slots.
    pub(super) fn servers(&self) -> Vec<Target> {
        let mut servers = Vec::new();
        for range in &self.ranges {
            if !servers.contains(&range.server) {
                servers.push(range.server.clone());
            }
        }
        servers
    }
}

fn range(row: Reply, asked: &Target) -> Option<Range> {
    let Reply::Array(row) = row else { return None };
    let slot = |reply: &Reply| {
        let Reply::Integer(slot) = reply else { return None };
        u16::try_from(*slot).ok()
    };
    let [first, last, Reply::Array(server), ..] = row.as_slice() else { return None };
    let [host, Reply::Integer(port), ..] = server.as_slice() else { return None };
    let host = if let Reply::Bulk(host) = host {
        String::from_utf8_lossy(host).into_owned()
    } else {
        String::new()
    };
    let server = at(asked, &host, u16::try_from(*port).ok()?);
    Some(Range { first: slot(first)?, last: slot(last)?, server })
}

/// The server that another one names; where it names no host, it means its own.
fn at(asked: &Target, host: &str, port: u16) -> Target {
    let (own, tls) = match asked {
        Target::Tcp { host, tls, .. } => (host.as_str(), *tls),
        Target::Unix(_) => ("127.0.0.1", Tls::Off),
    };
    let host = if matches!(host, "" | "?") { own } else { host };
    Target::Tcp { host: host.to_owned(), port, tls }
}

/// Where a server sends a command, because the slot is not, or not wholly, with it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Elsewhere {
    pub(super) slot: u16,
    pub(super) server: Target,
    /// Only this once: the slot is on its way there.
    pub(super) once: bool,
}

impl Elsewhere {
    /// Reads `-MOVED 3999 127.0.0.1:6381` and `-ASK …`.
    pub(super) fn read(reply: &[u8], asked: &Target) -> Option<Self> {
        let text = std::str::from_utf8(reply).ok()?;
        let mut words = text.split_whitespace();
        let once = match words.next()? {
            "-MOVED" => false,
            "-ASK" => true,
            _ => return None,
        };
        let slot = words.next()?.parse().ok()?;
        let (host, port) = words.next()?.rsplit_once(':')?;
        let server = at(asked, host.trim_matches(['[', ']']), port.parse().ok()?);
        Some(Self { slot, server, once })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(host: &str, port: u16) -> Target {
        Target::Tcp { host: host.to_owned(), port, tls: Tls::Off }
    }

    #[test]
    fn a_key_has_the_slot_that_a_real_cluster_says() {
        for (key, slot) in [
            ("foo", 12182),
            ("123456789", 12739),
            ("", 0),
            ("{user1000}.following", 3443),
            ("user1000", 3443),
            ("foo{}{bar}", 8363),
            ("foo{{bar}}zap", 4015),
            ("foo{bar}{zap}", 5061),
        ] {
            assert_eq!(slot_of(key.as_bytes()), slot, "{key}");
        }
    }

    #[test]
    fn the_map_says_who_has_a_slot() {
        let reply = b"*2\r\n*3\r\n:8192\r\n:16383\r\n*3\r\n$1\r\nb\r\n:2\r\n$2\r\nid\r\n\
                      *3\r\n:0\r\n:8191\r\n*3\r\n$0\r\n\r\n:1\r\n$2\r\nid\r\n";
        let map = SlotMap::read(reply, &target("asked", 9)).unwrap();
        assert_eq!(map.server(0), Some(&target("asked", 1)));
        assert_eq!(map.server(8192), Some(&target("b", 2)));
        assert_eq!(map.servers(), [target("asked", 1), target("b", 2)]);
        assert_eq!(SlotMap::read(b"*0\r\n", &target("asked", 9)).unwrap().server(1), None);
        assert!(SlotMap::read(b"-ERR no\r\n", &target("asked", 9)).is_none());
    }

    #[test]
    fn a_redirection_names_a_slot_and_a_server() {
        let read = |reply: &[u8]| Elsewhere::read(reply, &target("asked", 9));
        let there = |host, port, once| Elsewhere { slot: 3999, server: target(host, port), once };
        assert_eq!(read(b"-MOVED 3999 127.0.0.1:6381\r\n"), Some(there("127.0.0.1", 6381, false)));
        assert_eq!(read(b"-ASK 3999 :6381\r\n"), Some(there("asked", 6381, true)));
        assert_eq!(read(b"-MOVED 3999 ::1:7\r\n"), Some(there("::1", 7, false)));
        assert_eq!(read(b"-ERR MOVED 3999 a:1\r\n"), None);
    }
}

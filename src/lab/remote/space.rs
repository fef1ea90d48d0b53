//! What a console may touch of a server: everything, databases of its own, or keys of its own; and how
//! a command is sent there.

use super::databases::{Claims, TYPED};
use super::link::{Connect, Keep, Link, To, ask, texts};
use super::prefix::{self, Whole};
use crate::resp::Reply;

/// What may be touched.
pub(super) enum Space {
    /// Everything.
    Whole {
        /// A cluster has database 0 only.
        is_cluster: bool,
    },
    /// Databases that were empty when they were claimed.
    Databases(Claims),
    /// Keys that begin with a prefix.
    Prefix {
        token: String,
        /// On a cluster, the slot that they are in.
        slot: Option<u16>,
        /// Elsewhere, the database that they are in.
        db: Option<u32>,
    },
}

/// How a command is sent.
pub(super) enum Way {
    /// As it is.
    Same,
    /// With other words.
    Words(Vec<Vec<u8>>),
    /// With the prefix at the keys that the server finds in it.
    Unknown,
    /// As `SELECT` of the real database behind this number.
    Select(u32),
    /// As something that is done with all keys of one's own.
    Whole(Whole),
    /// Not at all: it names a database beyond those that can be typed, which may be somebody's.
    OutOfRange,
    /// Not at all: it names a database of one's own that there is not yet.
    Nowhere(u32),
    /// As `FLUSHDB` of every database of one's own.
    Flush,
}

impl Space {
    /// What is one's own on a server.
    pub(super) fn find(connect: &Connect, link: &mut dyn Link) -> Result<Self, String> {
        Ok(match &connect.keep {
            Keep::Whole => {
                // Whoever does not answer this does not answer anything; it need not be allowed.
                link.call(&[b"PING"])?;
                Self::Whole { is_cluster: connect.door.is_cluster() }
            }
            Keep::Own { token } if connect.door.is_cluster() => {
                let tag = prefix::tag(token);
                let slot = ask(link, &[b"CLUSTER", b"KEYSLOT", tag.as_bytes()])?;
                let slot = texts(slot)
                    .first()
                    .and_then(|slot| std::str::from_utf8(slot).ok()?.parse().ok());
                Self::Prefix { token: token.clone(), slot, db: None }
            }
            Keep::Own { token } => {
                let claims = Claims::read(link, token)?;
                if claims.has_prefix {
                    Self::Prefix { token: token.clone(), slot: None, db: Some(claims.last()) }
                } else {
                    Self::Databases(claims)
                }
            }
        })
    }

    /// No database is free: keys with a prefix go in beside the others'.
    pub(super) fn take_prefix(&mut self, keep: &Keep) {
        if let (Keep::Own { token }, Self::Databases(claims)) = (keep, &*self) {
            let db = Some(claims.last());
            *self = Self::Prefix { token: token.clone(), slot: None, db };
        }
    }

    /// Looks anew whether others use the server.
    pub(super) fn look_again(&mut self, connect: &Connect) -> Result<(), String> {
        if let (Self::Databases(claims), Keep::Own { token }) = (&mut *self, &connect.keep) {
            *claims = Claims::read(connect.open()?.as_mut(), token)?;
        }
        Ok(())
    }

    pub(super) fn is_whole(&self) -> bool {
        matches!(self, Self::Whole { .. })
    }

    /// Whether others may have data on the server too.
    pub(super) fn is_shared(&self) -> bool {
        match self {
            Self::Whole { .. } => false,
            Self::Databases(claims) => !claims.others.is_empty() || !claims.unclaimed.is_empty(),
            Self::Prefix { .. } => true,
        }
    }

    pub(super) fn token(&self) -> &str {
        match self {
            Self::Prefix { token, .. } => token,
            Self::Whole { .. } | Self::Databases(_) => "",
        }
    }

    pub(super) fn slot(&self) -> Option<u16> {
        match self {
            Self::Prefix { slot, .. } => *slot,
            Self::Whole { .. } | Self::Databases(_) => None,
        }
    }

    /// The real database behind a number.
    pub(super) fn real(&self, db: u32) -> Option<u32> {
        match self {
            Self::Whole { .. } => Some(db),
            Self::Databases(claims) => claims.real(db),
            Self::Prefix { db, .. } => *db,
        }
    }

    /// Whether a database of the server is one's own, or may hold what is.
    pub(super) fn holds(&self, real: u32) -> bool {
        match self {
            Self::Whole { .. } => true,
            Self::Databases(claims) => claims.own().any(|(_, own)| own == real),
            Self::Prefix { db, .. } => db.is_none_or(|db| db == real),
        }
    }

    /// Whether nothing can be stored under that number yet.
    pub(super) fn is_nowhere(&self, db: u32) -> bool {
        match self {
            Self::Whole { is_cluster } => *is_cluster && db > 0,
            Self::Databases(claims) => claims.real(db).is_none(),
            Self::Prefix { .. } => false,
        }
    }

    /// What every key of a database begins with.
    pub(super) fn prefix(&self, db: u32) -> Option<Vec<u8>> {
        match self {
            Self::Whole { .. } | Self::Databases(_) => None,
            Self::Prefix { token, .. } => Some(prefix::of(token, db)),
        }
    }

    /// What every key of one's own begins with, in whichever database.
    pub(super) fn everything(&self) -> Option<Vec<u8>> {
        match self {
            Self::Whole { .. } | Self::Databases(_) => None,
            Self::Prefix { token, .. } => Some(format!("{}:", prefix::tag(token)).into_bytes()),
        }
    }

    /// A key as the server knows it.
    pub(super) fn key(&self, db: u32, key: &[u8]) -> Vec<u8> {
        [&self.prefix(db).unwrap_or_default(), key].concat()
    }

    /// A command's words with the prefix at these keys.
    pub(super) fn words(&self, db: u32, words: &[&[u8]], keys: &[Vec<u8>]) -> Vec<Vec<u8>> {
        prefix::put_at(&self.prefix(db).unwrap_or_default(), words, keys)
    }

    /// A connection to where the space is: on a cluster the node that has its slot.
    pub(super) fn open(&self, connect: &Connect) -> Result<Box<dyn Link>, String> {
        let mut link = connect.open()?;
        let Some(slot) = self.slot() else { return Ok(link) };
        let nodes = ask(link.as_mut(), &[b"CLUSTER", b"SLOTS"])?;
        match node_of(slot, nodes) {
            Some((host, port)) => {
                // A node that names no host means its own.
                let own = connect.door.place().map(|(host, _)| host).unwrap_or_default();
                let host = if matches!(host.as_str(), "" | "?") { own } else { host };
                connect.door.open(To::Node(&host, port))
            }
            None => Err(format!(
                "no node of the cluster has slot {slot}: ask who looks after it, or look at \
                 CLUSTER INFO"
            )),
        }
    }

    /// How a command is sent.
    pub(super) fn way(&self, db: u32, words: &[&[u8]]) -> Way {
        match self {
            Self::Whole { .. } => Way::Same,
            Self::Databases(claims) => in_databases(claims, words),
            Self::Prefix { .. } => match prefix::whole(words) {
                Some(whole) => Way::Whole(whole),
                None => match prefix::put(&self.prefix(db).unwrap_or_default(), words) {
                    Some(words) => Way::Words(words),
                    None => Way::Unknown,
                },
            },
        }
    }
}

/// The way of a command where databases are one's own: the numbers in it are others for the server.
fn in_databases(claims: &Claims, words: &[&[u8]]) -> Way {
    let Some((name, args)) = words.split_first() else { return Way::Same };
    let number = |word: &[u8]| std::str::from_utf8(word).ok()?.parse::<u32>().ok();
    let with = |place: usize| {
        let mut all: Vec<Vec<u8>> = words.iter().map(|word| word.to_vec()).collect();
        let typed = number(words.get(place)?)?;
        if typed >= TYPED {
            return Some(Way::OutOfRange);
        }
        // The database with that number may be somebody else's.
        let Some(real) = claims.real(typed) else { return Some(Way::Nowhere(typed)) };
        *all.get_mut(place)? = real.to_string().into_bytes();
        Some(Way::Words(all))
    };
    let changed = match (name.to_ascii_uppercase().as_slice(), args) {
        (b"SELECT", [db]) => {
            number(db).map(|db| if db < TYPED { Way::Select(db) } else { Way::OutOfRange })
        }
        (b"FLUSHALL", _) => Some(Way::Flush),
        (b"MOVE", [_, _]) => with(2),
        (b"COPY", [_, _, options @ ..]) => {
            let at = options.iter().position(|word| word.eq_ignore_ascii_case(b"DB"));
            at.and_then(|at| with(3 + at + 1))
        }
        _ => None,
    };
    changed.unwrap_or(Way::Same)
}

/// The node that `CLUSTER SLOTS` names for a slot.
fn node_of(slot: u16, slots: Reply) -> Option<(String, u16)> {
    let Reply::Array(ranges) = slots else { return None };
    ranges.into_iter().find_map(|range| {
        let Reply::Array(parts) = range else { return None };
        let [Reply::Integer(from), Reply::Integer(to), main, ..] = parts.as_slice() else {
            return None;
        };
        if !(*from..=*to).contains(&i64::from(slot)) {
            return None;
        }
        let main = texts(main.clone());
        let [host, port, ..] = main.as_slice() else { return None };
        let host = String::from_utf8_lossy(host).into_owned();
        Some((host, std::str::from_utf8(port).ok()?.parse().ok()?))
    })
}

//! Databases of one's own on a server that others use as well: which are claimed, by whom, and which
//! real one stands behind the number that is typed.
//!
//! The last database of the server holds one hash with a field for each database that is claimed:
//! its number, whose it is, and what number they call it. `HSETNX` decides between two who come at the
//! same moment. Only a database that is empty is claimed, so all that is in it came later.

use std::collections::BTreeMap;

use super::link::{Link, ask, texts};
use crate::resp::Reply;

/// The hash of claims.
pub(super) const CLAIMS: &[u8] = b"kvtutor:databases";
/// How many databases can be typed.
pub(super) const TYPED: u32 = 16;
/// As many as a server has where nothing says otherwise.
const USUAL: u32 = 16;

/// The claims on a server's databases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claims {
    token: String,
    /// How many databases the server has.
    count: u32,
    /// The real database behind each number.
    own: BTreeMap<u32, u32>,
    /// The databases that others have claimed.
    pub(super) others: Vec<u32>,
    /// How many keys each database holds that nobody has claimed.
    pub(super) unclaimed: BTreeMap<u32, u64>,
    /// No database was free when this home came: its keys have a prefix, and go on so.
    pub(super) has_prefix: bool,
    /// What stood in the databases when this home's lessons were left.
    pub(super) left: Option<Vec<u8>>,
    /// The lesson that the data belong to.
    pub(super) lesson: Option<Vec<u8>>,
}

impl Claims {
    /// Reads what is claimed. The link is left in the database of the claims.
    pub(super) fn read(link: &mut dyn Link, token: &str) -> Result<Self, String> {
        let count = count(link)?;
        let mut claims = Self {
            token: token.to_owned(),
            count,
            own: BTreeMap::new(),
            others: Vec::new(),
            unclaimed: BTreeMap::new(),
            has_prefix: false,
            left: None,
            lesson: None,
        };
        claims.look(link)?;
        Ok(claims)
    }

    fn look(&mut self, link: &mut dyn Link) -> Result<(), String> {
        self.go_home(link)?;
        let claimed = texts(ask(link, &[b"HGETALL", CLAIMS])?);
        self.own.clear();
        self.others.clear();
        for pair in claimed.chunks(2) {
            let [field, value] = pair else { continue };
            self.has_prefix |= field == self.token.as_bytes();
            if *field == self.left_field() {
                self.left = Some(value.clone());
            }
            if *field == lesson_field(&self.token) {
                self.lesson = Some(value.clone());
            }
            let (Some(real), Some((token, typed))) = (number(field), owner(value)) else {
                continue;
            };
            if token == self.token {
                self.own.insert(typed, real);
            } else {
                self.others.push(real);
            }
        }
        self.unclaimed = sizes(link, self.count)?;
        self.go_home(link)?;
        // The database of the claims holds what has a prefix as well, and nothing there is in the way.
        self.unclaimed.remove(&self.last());
        let mine: Vec<u32> = self.own.values().copied().collect();
        let claimed = |db: &u32| mine.contains(db) || self.others.contains(db);
        self.unclaimed.retain(|db, size| *size > 0 && !claimed(db));
        Ok(())
    }

    /// The database of the claims, which holds the keys that have a prefix too.
    pub(super) fn last(&self) -> u32 {
        self.count.saturating_sub(1)
    }

    /// The real database behind a number, if one was claimed for it.
    pub(super) fn real(&self, typed: u32) -> Option<u32> {
        self.own.get(&typed).copied()
    }

    /// The numbers that have a database, with the real one behind each.
    pub(super) fn own(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.own.iter().map(|(typed, real)| (*typed, *real))
    }

    /// Takes a link to the database of the claims.
    fn go_home(&self, link: &mut dyn Link) -> Result<(), String> {
        enter(link, self.count, self.last())
    }

    fn left_field(&self) -> Vec<u8> {
        format!("{} left", self.token).into_bytes()
    }

    /// Writes down what stands in the databases now, so that it can be told later whether somebody else
    /// has used them.
    pub(super) fn leave(&self, link: &mut dyn Link, what: &[u8]) -> Result<(), String> {
        self.go_home(link)?;
        ask(link, &[b"HSET", CLAIMS, &self.left_field(), what]).map(|_| ())
    }

    /// Gives the databases back: what is in them is nobody's of this home any more.
    pub(super) fn release(&mut self, link: &mut dyn Link) -> Result<(), String> {
        self.go_home(link)?;
        for (_, real) in std::mem::take(&mut self.own) {
            ask(link, &[b"HDEL", CLAIMS, real.to_string().as_bytes()])?;
        }
        let (left, token) = (self.left_field(), self.token.clone().into_bytes());
        let lesson = lesson_field(&self.token);
        ask(link, &[b"HDEL", CLAIMS, &left, &token, &lesson]).map(|_| ())
    }

    /// Claims the databases that a lesson uses; tells whether there were enough. If not, none is kept, and
    /// from now on this home's keys have a prefix.
    pub(super) fn settle(&mut self, link: &mut dyn Link, wanted: &[u32]) -> Result<bool, String> {
        for typed in wanted {
            if self.claim(link, *typed)?.is_some() {
                continue;
            }
            // What an earlier lesson left is nobody's any more.
            for real in self.own.values() {
                ask(link, &[b"SELECT", real.to_string().as_bytes()])?;
                empty(link)?;
            }
            self.release(link)?;
            ask(link, &[b"HSET", CLAIMS, self.token.as_bytes(), b"prefix"])?;
            self.has_prefix = true;
            break;
        }
        Ok(!self.has_prefix)
    }

    /// The real database behind a number; one that is empty is claimed if there is none yet, that of
    /// the same number if possible. `None` if no database is free. The link is left in the database of
    /// the claims.
    pub(super) fn claim(&mut self, link: &mut dyn Link, typed: u32) -> Result<Option<u32>, String> {
        if let Some(real) = self.real(typed) {
            return Ok(Some(real));
        }
        self.look(link)?;
        if let Some(real) = self.real(typed) {
            return Ok(Some(real));
        }
        // The first numbers are left to those who call them so.
        let candidates: Vec<u32> = std::iter::once(typed)
            .chain((TYPED..self.last()).chain((0..TYPED.min(self.last())).rev()))
            .filter(|db| *db < self.last())
            .filter(|db| !self.unclaimed.contains_key(db) && !self.others.contains(db))
            .filter(|db| !self.own.values().any(|own| own == db))
            .collect();
        let value = format!("{} {typed}", self.token);
        for real in candidates {
            let field = real.to_string();
            let words: [&[u8]; 4] = [b"HSETNX", CLAIMS, field.as_bytes(), value.as_bytes()];
            if ask(link, &words)? != Reply::Integer(1) {
                continue;
            }
            // Somebody else may have written there meanwhile.
            ask(link, &[b"SELECT", field.as_bytes()])?;
            let size = ask(link, &[b"DBSIZE"])?;
            self.go_home(link)?;
            if size == Reply::Integer(0) {
                self.own.insert(typed, real);
                return Ok(Some(real));
            }
            ask(link, &[b"HDEL", CLAIMS, field.as_bytes()])?;
        }
        Ok(None)
    }
}

/// Notes which lesson a home's data belong to, and tells which it was before.
pub(super) fn begin_lesson(
    link: &mut dyn Link,
    token: &str,
    lesson: &str,
) -> Result<Reply, String> {
    // That leaves it in the database of the claims.
    count(link)?;
    let field = lesson_field(token);
    let before = ask(link, &[b"HGET", CLAIMS, &field])?;
    ask(link, &[b"HSET", CLAIMS, &field, lesson.as_bytes()])?;
    Ok(before)
}

fn lesson_field(token: &str) -> Vec<u8> {
    format!("{token} lesson").into_bytes()
}

/// How many databases a server has, as far as this user may go there. The link is left in the last one.
fn count(link: &mut dyn Link) -> Result<u32, String> {
    let told = link.call(&[b"CONFIG", b"GET", b"databases"])?;
    let told = texts(told).get(1).and_then(|count| number(count));
    // It may keep its configuration to itself: then it is tried which is the last one.
    for count in (1..=told.unwrap_or(USUAL).max(1)).rev() {
        let last = (count - 1).to_string();
        let reply = link.call(&[b"SELECT", last.as_bytes()])?;
        match reply.as_error() {
            None => return Ok(count),
            Some(text) if is_out_of_range(text) => {}
            // Whoever may not choose one stays in the first.
            Some(_) => break,
        }
    }
    Ok(1)
}

fn is_out_of_range(text: &[u8]) -> bool {
    text.ends_with(b"out of range")
}

/// Empties the database that a link is in. FLUSHDB is dangerous, and may not be for every user.
pub(super) fn empty(link: &mut dyn Link) -> Result<(), String> {
    if !matches!(link.call(&[b"FLUSHDB"])?, Reply::Error(_)) {
        return Ok(());
    }
    let mut cursor = b"0".to_vec();
    loop {
        let mut found = texts(ask(link, &[b"SCAN", &cursor, b"COUNT", b"500"])?).into_iter();
        let next = found.next().unwrap_or_else(|| b"0".to_vec());
        let keys: Vec<Vec<u8>> = found.collect();
        if !keys.is_empty() {
            let mut words: Vec<&[u8]> = vec![b"UNLINK"];
            words.extend(keys.iter().map(Vec::as_slice));
            ask(link, &words)?;
        }
        if next == b"0" {
            return Ok(());
        }
        cursor = next;
    }
}

/// Goes to a database; a link begins in the first, and stays there where that is the only one.
fn enter(link: &mut dyn Link, count: u32, db: u32) -> Result<(), String> {
    if count > 1 {
        ask(link, &[b"SELECT", db.to_string().as_bytes()])?;
    }
    Ok(())
}

/// How many keys each database holds. The link is left anywhere.
fn sizes(link: &mut dyn Link, count: u32) -> Result<BTreeMap<u32, u64>, String> {
    let info = link.call(&[b"INFO", b"keyspace"])?;
    if matches!(info, Reply::Error(_)) {
        return sizes_one_by_one(link, count);
    }
    let text = texts(info).concat();
    let text = String::from_utf8_lossy(&text);
    let lines = text.lines().filter_map(|line| {
        let (db, rest) = line.strip_prefix("db")?.split_once(":keys=")?;
        let size = rest.split(',').next()?.parse().ok()?;
        Some((db.parse().ok()?, size))
    });
    Ok(lines.collect())
}

/// The same where INFO is not for this user: each is asked.
fn sizes_one_by_one(link: &mut dyn Link, count: u32) -> Result<BTreeMap<u32, u64>, String> {
    let mut sizes = BTreeMap::new();
    for db in 0..count.saturating_sub(1) {
        enter(link, count, db)?;
        if let Reply::Integer(size) = ask(link, &[b"DBSIZE"])? {
            sizes.insert(db, u64::try_from(size).unwrap_or(0));
        }
    }
    Ok(sizes)
}

fn owner(value: &[u8]) -> Option<(String, u32)> {
    let (token, typed) = std::str::from_utf8(value).ok()?.split_once(' ')?;
    Some((token.to_owned(), typed.parse().ok()?))
}

fn number(text: &[u8]) -> Option<u32> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

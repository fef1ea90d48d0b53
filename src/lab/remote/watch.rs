//! What others change of one's own, heard while nobody types.
//!
//! # How it is heard
//!
//! The server names each key that changes (`CLIENT TRACKING … BCAST`). That needs no setting of the
//! server's, as keyspace events do, and misses nothing that such a setting may leave out. It names no
//! database, and every key of the server where one's own have no prefix: so a key that was named is looked
//! at, and it is told only if it is not as it was known. Where the server does not do that, or is so busy
//! that it names too many, it is asked once in a while how much was changed at all.
//!
//! Knows no lesson and no clock: it is told what time it is.

use std::collections::BTreeSet;
use std::time::Duration;

use super::link::{Heard, Link, ask, texts};
use super::space::Space;
use super::{Remote, databases, prefix};
use crate::engine::{Flag, find};
use crate::resp::Reply;
use crate::server::{Change, Mirror};

/// How often a server is asked that does not tell by itself.
const EVERY_MS: i64 = 1000;

/// Who is named so many keys between two looks, none of them one's own, asks instead.
const MANY: usize = 500;

/// Of more keys than this it is not remembered what they held.
const MOST: usize = 5000;

/// A database as it is typed, and a key in it.
type Place = (u32, Vec<u8>);

/// What is heard of others.
pub(super) struct Watch {
    ear: Ear,
    /// What is one's own, as it was known last; nothing where that is too much.
    known: Option<Mirror>,
    /// It may not be so any more, by a command of one's own.
    is_stale: bool,
}

/// How it is heard.
enum Ear {
    /// The server names the keys.
    Told(Box<dyn Link>),
    /// It is asked, and said this the last time.
    Asked { at_ms: i64, changes: Option<Vec<u8>> },
}

/// What was named.
#[derive(Default)]
struct Named {
    keys: BTreeSet<Vec<u8>>,
    /// All of them, as by FLUSHALL.
    all: bool,
}

impl Remote {
    /// What others have changed of one's own since this was last called; `None` if nothing. Where
    /// something changed and it is not known what, nothing is named.
    pub fn listen(&mut self, now_ms: i64) -> Option<Vec<Change>> {
        if self.space.is_whole() || self.clients.is_empty() || self.is_deaf {
            return None;
        }
        let heard = match self.watch.take() {
            // Something may have come in before.
            None => self.begin_to_watch(now_ms).map(|watch| (watch, Some(Vec::new()))),
            Some(watch) => self.hear_others(watch, now_ms),
        };
        if let Ok((watch, changes)) = heard {
            self.watch = Some(watch);
            return changes;
        }
        // Nobody answers: the next command of the prompt finds that out, or gets through again.
        (self.is_deaf, self.observer) = (true, None);
        None
    }

    /// A command of one's own was sent. Where it is not known which keys it changed, none is what it was.
    pub(super) fn sent(&mut self, words: &[&[u8]], keys_are_known: bool) {
        self.is_deaf = false;
        let writes = || find(words).map_or(true, |found| !found.command.has(Flag::Readonly));
        if let Some(watch) = self.watch.as_mut().filter(|_| !keys_are_known) {
            watch.is_stale |= writes();
        }
    }

    /// One's own keys are these now, by a command of one's own.
    pub(super) fn note(&mut self, db: u32, keys: &[Vec<u8>], recipes: &[crate::server::Recipe]) {
        let known = self.watch.as_mut().and_then(|watch| watch.known.as_mut());
        if let Some(known) = known {
            for (key, recipe) in keys.iter().zip(recipes) {
                known.put(db, key, recipe);
            }
        }
    }

    fn begin_to_watch(&mut self, now_ms: i64) -> Result<Watch, String> {
        let ear = match self.open_ear()? {
            Some(link) => Ear::Told(link),
            None => Ear::Asked { at_ms: now_ms, changes: self.count_changes()? },
        };
        let known = self.remember()?;
        Ok(Watch { ear, known, is_stale: false })
    }

    /// A link over which the server names what changes, if it does that.
    fn open_ear(&mut self) -> Result<Option<Box<dyn Link>>, String> {
        let mut link = self.space.open(&self.connect)?;
        // Only this protocol has messages between the replies.
        let own = self.space.everything();
        let mut words: Vec<&[u8]> = vec![b"CLIENT", b"TRACKING", b"ON", b"BCAST"];
        if let Some(own) = &own {
            words.extend([b"PREFIX".as_slice(), own]);
        }
        let hears = link.call(&[b"HELLO", b"3"])?.as_error().is_none()
            && link.call(&words)?.as_error().is_none();
        Ok(hears.then_some(link))
    }

    fn hear_others(
        &mut self,
        mut watch: Watch,
        now_ms: i64,
    ) -> Result<(Watch, Option<Vec<Change>>), String> {
        let named = match &mut watch.ear {
            Ear::Told(link) => hear_names(link.as_mut())?,
            Ear::Asked { at_ms, .. } if now_ms - *at_ms < EVERY_MS => Named::default(),
            Ear::Asked { at_ms, changes } => {
                *at_ms = now_ms;
                let before = std::mem::replace(changes, self.count_changes()?);
                // Who may not ask how much was changed looks each time.
                let all = changes.is_none() || before != *changes;
                Named { all, ..Named::default() }
            }
        };
        if named.keys.is_empty() && !named.all {
            return Ok((watch, None));
        }
        if std::mem::take(&mut watch.is_stale) {
            watch.known = self.remember()?;
            return Ok((watch, Some(Vec::new())));
        }
        let Some(known) = &mut watch.known else { return Ok((watch, Some(Vec::new()))) };
        let many = named.keys.len() > MANY;
        let places = if named.all || many {
            let mut places: BTreeSet<Place> = self.everything()?.into_iter().collect();
            places.extend(held(known, databases::TYPED));
            places
        } else {
            self.places(named.keys)
        };
        known.begin();
        self.copy(&places, known)?;
        let changes = known.changes();
        if many && changes.is_empty() {
            watch.ear = Ear::Asked { at_ms: now_ms, changes: self.count_changes()? };
        }
        Ok((watch, Some(changes).filter(|changes| !changes.is_empty())))
    }

    /// Where a key that the server has named may be one's own.
    fn places(&self, keys: BTreeSet<Vec<u8>>) -> BTreeSet<Place> {
        match &self.space {
            Space::Whole { .. } => BTreeSet::new(),
            Space::Databases(claims) => {
                let dbs: Vec<u32> = claims.own().map(|(typed, _)| typed).collect();
                let of_each = |key: Vec<u8>| dbs.iter().map(move |db| (*db, key.clone()));
                keys.into_iter().flat_map(of_each).collect()
            }
            Space::Prefix { token, .. } => {
                keys.iter().filter_map(|key| prefix::place(token, key)).collect()
            }
        }
    }

    /// How much was changed on the server since it was last saved, if it says so.
    fn count_changes(&mut self) -> Result<Option<Vec<u8>>, String> {
        let info = self.observer(None)?.call(&[b"INFO", b"persistence"])?;
        let info = texts(info).concat();
        let mut lines = info.split(|byte| *byte == b'\n');
        Ok(lines.find(|line| line.starts_with(b"rdb_changes_since_last_save:")).map(<[u8]>::to_vec))
    }

    /// Everything of one's own as it is now, if that is not too much.
    fn remember(&mut self) -> Result<Option<Mirror>, String> {
        let places = self.everything()?;
        if places.len() > MOST {
            return Ok(None);
        }
        let mut known = Mirror::default();
        self.copy(&places.into_iter().collect(), &mut known)?;
        Ok(Some(known))
    }

    /// Puts what keys hold now into a mirror.
    fn copy(&mut self, places: &BTreeSet<Place>, known: &mut Mirror) -> Result<(), String> {
        for db in 0..databases::TYPED {
            let keys: Vec<Vec<u8>> =
                places.iter().filter(|(of, _)| *of == db).map(|(_, key)| key.clone()).collect();
            if keys.is_empty() {
                continue;
            }
            for (key, recipe) in keys.iter().zip(self.recipes(db, &keys)?) {
                known.put(db, key, &recipe);
            }
        }
        Ok(())
    }

    /// All keys of one's own, as they are typed, each with its database.
    pub(super) fn everything(&mut self) -> Result<Vec<Place>, String> {
        let dbs: Vec<u32> = match &self.space {
            Space::Whole { .. } => Vec::new(),
            Space::Databases(claims) => claims.own().map(|(typed, _)| typed).collect(),
            Space::Prefix { token, slot, db } => {
                let (token, slot, db) = (token.clone(), *slot, *db);
                let keys = self.keys_with_prefix(&token, slot, db)?;
                return Ok(keys.iter().filter_map(|key| prefix::place(&token, key)).collect());
            }
        };
        let mut all = Vec::new();
        for db in dbs {
            all.extend(self.keys(db)?.into_iter().map(|key| (db, key)));
        }
        Ok(all)
    }

    /// The keys of a token, in whichever of its databases, as the server knows them.
    fn keys_with_prefix(
        &mut self,
        token: &str,
        slot: Option<u16>,
        db: Option<u32>,
    ) -> Result<BTreeSet<Vec<u8>>, String> {
        let link = self.observer(db)?;
        if let Some(slot) = slot {
            let slot = slot.to_string();
            let all: [&[u8]; 4] = [b"CLUSTER", b"GETKEYSINSLOT", slot.as_bytes(), b"1000000"];
            return Ok(texts(ask(link, &all)?).into_iter().collect());
        }
        let pattern = prefix::pattern(format!("{}:", prefix::tag(token)).as_bytes());
        let (mut keys, mut cursor) = (BTreeSet::new(), b"0".to_vec());
        loop {
            let words: [&[u8]; 6] = [b"SCAN", &cursor, b"COUNT", b"500", b"MATCH", &pattern];
            let mut found = texts(ask(link, &words)?).into_iter();
            cursor = found.next().unwrap_or_else(|| b"0".to_vec());
            keys.extend(found);
            if cursor == b"0" {
                return Ok(keys);
            }
        }
    }
}

/// The keys that the server has named since it was last listened to.
fn hear_names(link: &mut dyn Link) -> Result<Named, String> {
    let mut named = Named::default();
    while let Some(heard) = link.hear(Duration::ZERO)? {
        let Heard::Message(Reply::Push(parts)) = heard else { continue };
        let [Reply::Bulk(kind), keys] = parts.as_slice() else { continue };
        if kind != b"invalidate" {
            continue;
        }
        named.all |= *keys == Reply::Null;
        named.keys.extend(texts(keys.clone()));
    }
    Ok(named)
}

/// The keys of which there is a copy.
fn held(mirror: &Mirror, dbs: u32) -> Vec<Place> {
    let mut all = Vec::new();
    for db in 0..dbs {
        let _ = mirror.visit(db, &mut |key, _| {
            all.push((db, key.to_vec()));
            std::ops::ControlFlow::Continue(())
        });
    }
    all
}

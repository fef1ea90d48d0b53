//! The databases as they were at one moment, while commands go on changing them: what a snapshot beside
//! the commands is made of. Knows no file and no command.
//!
//! # How
//!
//! A walk goes upward through the dense array of each database. An entry that it has not reached yet
//! is copied out before it changes for the first time, and whatever is new is not part of it. So
//! memory grows with what changes meanwhile, and with nothing else but a bit for each key.
//!
//! Under swap-removal an entry changes its place only when it is the last and moves down into a gap. Where
//! the gap lies behind the walk, that entry is copied out too; else its bit moves with it.
//!
//! A database that is emptied is handed over as a whole; two that are swapped only change their names.

use std::collections::VecDeque;

use super::{Database, Entry, Keyspace, UseTold};
use crate::engine::data::{Bytes, Dict};

/// A key as it was at that moment.
#[derive(Debug, Clone, Copy)]
pub struct Picked<'a> {
    /// The number of its database.
    pub db: usize,
    /// How many keys that held, and how many of them had an expire time.
    pub sizes: (usize, usize),
    /// The key.
    pub key: &'a [u8],
    /// What it held.
    pub entry: &'a Entry,
    /// For how many seconds it was not used.
    pub idle: u32,
    /// What snapshots tell of how keys are used.
    pub use_told: UseTold,
    /// How much of a long value was taken before: what was said in [`Took::next`].
    pub from: usize,
}

/// What was made of a [`Picked`] key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Took {
    /// Where in the value to go on; `None` if all of it was taken. Never 0.
    pub next: Option<usize>,
    /// Nothing more for now.
    pub enough: bool,
}

/// Entries of a database that was emptied meanwhile and are all taken: dropping a million takes its time,
/// so whoever has a thread for it does it there.
pub struct Rubbish(#[expect(dead_code, reason = "only dropped")] Dict<Entry>);

/// The databases as they were at one moment.
pub(super) struct Frozen {
    now_seconds: u32,
    use_told: UseTold,
    /// The databases that held something.
    parts: Vec<Part>,
    /// Which of them a database of now is, if it still holds the same entries.
    live: Vec<Option<usize>>,
    /// The part that the walk is in.
    current: usize,
    /// How much of the value at its next place was taken; 0 is nothing.
    begun: usize,
    /// Copied out, and not taken yet.
    aside: VecDeque<Aside>,
    taken: usize,
    total: usize,
    rubbish: Vec<Rubbish>,
}

/// A database at that moment.
struct Part {
    db: usize,
    sizes: (usize, usize),
    source: Source,
    /// Places before this were passed.
    next: usize,
    /// Places from this on hold nothing that is part of it.
    end: usize,
    /// Places between that hold nothing of it either: what was there was copied out, a bit each.
    dealt: Vec<u64>,
}

/// Where its entries are.
enum Source {
    /// In the database that has this number now.
    Live(usize),
    /// Here: that database was emptied.
    Kept(Dict<Entry>),
}

/// An entry that was copied out.
struct Aside {
    part: usize,
    key: Bytes,
    entry: Entry,
    from: usize,
}

impl Part {
    /// Whether the entry at a place is part of it and was not taken yet.
    fn awaits(&self, place: usize) -> bool {
        (self.next..self.end).contains(&place) && !self.is_dealt(place)
    }

    fn is_dealt(&self, place: usize) -> bool {
        self.dealt.get(place / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1)
    }

    fn set_dealt(&mut self, place: usize, dealt: bool) {
        if let Some(bits) = self.dealt.get_mut(place / 64) {
            let bit = 1 << (place % 64);
            *bits = if dealt { *bits | bit } else { *bits & !bit };
        }
    }
}

impl Frozen {
    pub(super) fn new(databases: &[Database], now_seconds: u32, use_told: UseTold) -> Self {
        let mut parts = Vec::new();
        let mut live = vec![None; databases.len()];
        for ((db, database), live) in databases.iter().enumerate().zip(&mut live) {
            let keys = database.len();
            if keys == 0 {
                continue;
            }
            *live = Some(parts.len());
            parts.push(Part {
                db,
                sizes: (keys, database.expires()),
                source: Source::Live(db),
                next: 0,
                end: keys,
                dealt: vec![0; keys.div_ceil(64)],
            });
        }
        let total = parts.iter().map(|part| part.end).sum();
        Self {
            now_seconds,
            use_told,
            parts,
            live,
            current: 0,
            begun: 0,
            aside: VecDeque::new(),
            taken: 0,
            total,
            rubbish: Vec::new(),
        }
    }

    fn part_of(&mut self, db: usize) -> Option<(usize, &mut Part)> {
        let number = (*self.live.get(db)?)?;
        self.parts.get_mut(number).map(|part| (number, part))
    }

    /// An entry is about to change, or to go.
    pub(super) fn before_change(&mut self, db: usize, place: usize, key: &Bytes, entry: &Entry) {
        let current = self.current;
        let Some((number, part)) = self.part_of(db) else { return };
        if !part.awaits(place) {
            return;
        }
        part.set_dealt(place, true);
        let is_begun = number == current && place == part.next;
        let from = if is_begun { std::mem::take(&mut self.begun) } else { 0 };
        let aside = Aside { part: number, key: key.clone(), entry: entry.clone(), from };
        if from == 0 {
            self.aside.push_back(aside);
        } else {
            // The rest of a value comes right behind its beginning.
            self.aside.push_front(aside);
        }
    }

    /// An entry is about to go, and the last one to take its place.
    pub(super) fn before_removal(&mut self, db: usize, place: usize, entries: &Dict<Entry>) {
        if let Some((key, entry)) = entries.get_index(place) {
            self.before_change(db, place, key, entry);
        }
        let Some(last) = entries.len().checked_sub(1) else { return };
        let Some((_, part)) = self.part_of(db) else { return };
        if place < part.next
            && part.awaits(last)
            && let Some((key, entry)) = entries.get_index(last)
        {
            self.before_change(db, last, key, entry);
        }
        let Some((_, part)) = self.part_of(db) else { return };
        if (part.next..part.end).contains(&place) {
            let dealt = !part.awaits(last);
            part.set_dealt(place, dealt);
        }
        part.end = part.end.min(last);
    }

    /// A database was emptied; these are its entries.
    pub(super) fn keep(&mut self, db: usize, entries: Dict<Entry>) {
        if let Some((_, part)) = self.part_of(db) {
            part.source = Source::Kept(entries);
        }
        if let Some(live) = self.live.get_mut(db) {
            *live = None;
        }
    }

    /// Two databases were swapped.
    pub(super) fn swap(&mut self, first: usize, second: usize) {
        self.live.swap(first, second);
        for db in [first, second] {
            if let Some((_, part)) = self.part_of(db) {
                part.source = Source::Live(db);
            }
        }
    }

    /// Hands over what was not taken yet until `see` has enough; says whether anything is left.
    pub(super) fn take(
        &mut self,
        databases: &[Database],
        see: &mut dyn FnMut(Picked<'_>) -> Took,
    ) -> bool {
        loop {
            if self.begun == 0
                && let Some(mut aside) = self.aside.pop_front()
            {
                let Some(part) = self.parts.get(aside.part) else { continue };
                let took = see(self.picked(part, &aside.key, &aside.entry, aside.from));
                match took.next {
                    Some(next) => {
                        aside.from = next;
                        self.aside.push_front(aside);
                    }
                    None => self.taken += 1,
                }
                if took.enough {
                    return true;
                }
                continue;
            }
            let Some(part) = self.parts.get(self.current) else { return false };
            if part.next >= part.end {
                self.end_part();
                continue;
            }
            let place = part.next;
            let entries = match &part.source {
                Source::Live(db) => databases.get(*db).map(|database| &database.entries),
                Source::Kept(entries) => Some(entries),
            };
            let found = entries.and_then(|entries| entries.get_index(place));
            let mut took = Took { next: None, enough: false };
            if !part.is_dealt(place)
                && let Some((key, entry)) = found
            {
                took = see(self.picked(part, key, entry, self.begun));
                self.taken += usize::from(took.next.is_none());
            }
            self.begun = took.next.unwrap_or(0);
            if took.next.is_none()
                && let Some(part) = self.parts.get_mut(self.current)
            {
                part.next += 1;
            }
            if took.enough {
                return true;
            }
        }
    }

    fn picked<'a>(&self, part: &Part, key: &'a [u8], entry: &'a Entry, from: usize) -> Picked<'a> {
        let idle = idle_seconds(self.now_seconds, entry);
        let (db, sizes, use_told) = (part.db, part.sizes, self.use_told);
        Picked { db, sizes, key, entry, idle, use_told, from }
    }

    /// The walk is through with a database.
    fn end_part(&mut self) {
        let current = self.current;
        self.current += 1;
        let Some(part) = self.parts.get_mut(current) else { return };
        part.dealt = Vec::new();
        match std::mem::replace(&mut part.source, Source::Live(part.db)) {
            Source::Live(db) => {
                if let Some(live) = self.live.get_mut(db) {
                    *live = None;
                }
            }
            Source::Kept(entries) => self.rubbish.push(Rubbish(entries)),
        }
    }
}

/// For how many seconds an entry was not used. One that was read after that moment was in use then, too, as
/// far as anybody can tell.
pub(super) fn idle_seconds(now_seconds: u32, entry: &Entry) -> u32 {
    // Both sides wrap, so their difference does not.
    let idle = now_seconds.wrapping_sub(entry.accessed);
    if idle > u32::MAX / 2 { 0 } else { idle }
}

impl Keyspace {
    /// Keeps what every database holds now, for [`Keyspace::take_frozen`]; what was kept before is
    /// forgotten.
    pub fn freeze(&mut self) {
        let frozen = Frozen::new(&self.databases, self.now_seconds, self.use_told);
        self.frozen = Some(Box::new(frozen));
    }

    /// Forgets what was kept.
    pub fn thaw(&mut self) {
        self.frozen = None;
    }

    /// Hands over what was kept and not taken yet, until `see` has enough; says whether anything is left.
    /// When nothing is, nothing is kept any more.
    pub fn take_frozen(&mut self, see: &mut dyn FnMut(Picked<'_>) -> Took) -> bool {
        let Some(frozen) = &mut self.frozen else { return false };
        frozen.take(&self.databases, see)
    }

    /// Takes what is only to be dropped.
    pub fn take_rubbish(&mut self) -> Vec<Rubbish> {
        self.frozen.as_mut().map(|frozen| std::mem::take(&mut frozen.rubbish)).unwrap_or_default()
    }

    /// How many of the kept keys were taken, and how many there are; `None` while none are kept.
    pub fn frozen_progress(&self) -> Option<(usize, usize)> {
        self.frozen.as_ref().map(|frozen| (frozen.taken, frozen.total))
    }

    /// Somebody wants to know an entry before it changes.
    #[cold]
    pub(super) fn before_change(&mut self, db: usize, key: &[u8]) {
        let Some(database) = self.databases.get(db) else { return };
        let found = database.entries.get_full(key);
        if let Some(recorder) = &mut self.recorder {
            recorder.before(db, key, found.map(|(_, _, entry)| entry));
        }
        if let (Some(frozen), Some((place, key, entry))) = (&mut self.frozen, found) {
            frozen.before_change(db, place, key, entry);
        }
    }
}

#[cfg(test)]
mod tests;

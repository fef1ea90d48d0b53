//! What a command did, as the log will replay it.
//!
//! A write propagates itself or a deterministic rewrite (`SPOP` becomes `SREM`, `EXPIRE` becomes
//! `PEXPIREAT`), and a transaction is one `MULTI … EXEC` unit. Records are written as RESP into
//! one buffer, which the server takes after each command and appends to its log. Knows no file.

use crate::resp::write_request;

/// How much room for records stays reserved while there are none.
const KEPT: usize = 1 << 20;

/// The records of what was done since the buffer was last taken.
#[derive(Debug, Default)]
pub struct Effects {
    /// Off while a log is replayed and where nothing is logged.
    pub enabled: bool,
    bytes: Vec<u8>,
    /// How many bytes were taken before.
    taken: u64,
    /// The database that a replay would have selected at the end of `bytes`.
    db: Option<usize>,
    transaction: Unit,
    /// Where the records of the running script begin.
    unit_start: usize,
    rewritten: Vec<u8>,
    /// How many records `rewritten` holds.
    records: usize,
    rewrite: Rewrite,
    /// `bytes` hold more than removals of dead keys.
    has_writes: bool,
}

/// Where a transaction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Unit {
    /// Outside `EXEC`.
    #[default]
    None,
    /// In `EXEC`, and nothing was written yet.
    Empty,
    /// In `EXEC`, behind a `MULTI` record.
    Open,
    /// In a script, and nothing was written yet.
    Alone,
    /// In a script that has written one record, which begins here: alone it needs no `MULTI`.
    One(usize),
}

/// What the running command propagates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Rewrite {
    /// Itself.
    #[default]
    Verbatim,
    /// What it wrote with [`Effects::rewrite`].
    Rewritten,
}

impl Effects {
    /// Before a command runs: forgets what an earlier one rewrote.
    pub(super) fn begin_command(&mut self) {
        self.rewrite = Rewrite::Verbatim;
        self.rewritten.clear();
        self.records = 0;
    }

    /// Replaces what the running command propagates; further calls add records, and several
    /// records become one `MULTI … EXEC` unit, so that a cut log holds all of them or none.
    pub fn rewrite<T: AsRef<[u8]>>(&mut self, words: &[T]) {
        self.rewrite = Rewrite::Rewritten;
        if self.enabled {
            write_request(&mut self.rewritten, words);
            self.records += 1;
        }
    }

    /// The running command propagates nothing.
    pub fn suppress(&mut self) {
        self.rewrite = Rewrite::Rewritten;
    }

    /// After a command that changed something in `db`.
    pub(super) fn commit(&mut self, db: usize, words: &[&[u8]]) {
        if !self.enabled {
            return;
        }
        self.has_writes = true;
        match self.rewrite {
            Rewrite::Verbatim => {
                self.select(db);
                write_request(&mut self.bytes, words);
            }
            Rewrite::Rewritten => {
                if !self.rewritten.is_empty() {
                    if self.records > 1 && self.transaction == Unit::Alone {
                        self.transaction = Unit::Empty;
                    }
                    self.select(db);
                    let several = self.records > 1 && self.transaction == Unit::None;
                    if several {
                        write_request(&mut self.bytes, &[b"MULTI"]);
                    }
                    self.bytes.extend_from_slice(&self.rewritten);
                    if several {
                        write_request(&mut self.bytes, &[b"EXEC"]);
                    }
                }
            }
        }
        self.begin_command();
    }

    /// A key that went because its time had come, before the command that found it dead.
    pub(super) fn expired(&mut self, db: usize, key: &[u8]) {
        if self.enabled {
            self.select(db);
            write_request(&mut self.bytes, &[b"DEL".as_slice(), key]);
        }
    }

    /// Fields of a hash that went because their time had come, before the command that found them dead.
    pub(super) fn expired_fields<T: AsRef<[u8]>>(&mut self, db: usize, key: &[u8], fields: &[T]) {
        if self.enabled {
            self.select(db);
            let mut words = vec![b"HDEL".as_slice(), key];
            words.extend(fields.iter().map(AsRef::as_ref));
            write_request(&mut self.bytes, &words);
        }
    }

    /// `EXEC` begins.
    pub(super) fn begin_transaction(&mut self) {
        self.transaction = Unit::Empty;
    }

    /// A script begins; false if it is part of an `EXEC`, which ends later.
    pub(super) fn begin_script(&mut self) -> bool {
        let is_unit = self.transaction == Unit::None;
        if is_unit {
            self.transaction = Unit::Alone;
            self.unit_start = self.bytes.len();
        }
        is_unit
    }

    /// Whether `EXEC` or a script is running.
    pub fn in_transaction(&self) -> bool {
        self.transaction != Unit::None
    }

    /// A script ends, and what it did is not to be logged.
    pub(super) fn abandon_unit(&mut self) {
        let dropped = self.bytes.len().saturating_sub(self.unit_start);
        self.bytes.truncate(self.unit_start);
        self.taken += dropped as u64;
        self.forget_database();
        self.transaction = Unit::None;
    }

    /// `EXEC` or a script ends.
    pub(super) fn end_transaction(&mut self) {
        if self.transaction == Unit::Open {
            write_request(&mut self.bytes, &[b"EXEC"]);
        }
        self.transaction = Unit::None;
    }

    /// Moves the records into `log`, the oldest first.
    pub fn drain_into(&mut self, log: &mut Vec<u8>) {
        self.taken = self.place();
        log.append(&mut self.bytes);
        self.has_writes = false;
    }

    /// Where in all that was ever recorded the records end, in bytes; it never goes back.
    #[inline]
    pub fn place(&self) -> u64 {
        self.taken + self.bytes.len() as u64
    }

    /// The records, the oldest first.
    pub fn records(&self) -> &[u8] {
        &self.bytes
    }

    /// Forgets the records, which somebody has written.
    pub fn clear(&mut self) {
        self.taken = self.place();
        self.bytes.clear();
        self.bytes.shrink_to(KEPT);
        self.has_writes = false;
    }

    /// Whether the records hold more than removals of keys whose time had come: those are found dead
    /// again, so nothing is lost with them.
    pub fn has_writes(&self) -> bool {
        self.has_writes
    }

    /// Whether there is nothing to log.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// A new log file begins: the next record must select its database again.
    pub fn forget_database(&mut self) {
        self.db = None;
    }

    fn select(&mut self, db: usize) {
        match self.transaction {
            Unit::None | Unit::Open => {}
            Unit::Empty => {
                // Redis writes SELECT before MULTI or inside it; a reader accepts both.
                write_request(&mut self.bytes, &[b"MULTI"]);
                self.transaction = Unit::Open;
            }
            Unit::Alone => self.transaction = Unit::One(self.bytes.len()),
            Unit::One(start) => {
                let mut multi = Vec::new();
                write_request(&mut multi, &[b"MULTI"]);
                let start = start.min(self.bytes.len());
                self.bytes.splice(start..start, multi);
                self.transaction = Unit::Open;
            }
        }
        if self.db != Some(db) {
            let mut digits = itoa::Buffer::new();
            write_request(&mut self.bytes, &[b"SELECT".as_slice(), digits.format(db).as_bytes()]);
            self.db = Some(db);
        }
    }
}

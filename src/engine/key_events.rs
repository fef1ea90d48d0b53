//! What has happened to a key, as keyspace events name it, and which of that somebody wants to know.
//!
//! The command that changes a key says the event in the same breath ([`Keys::changed`]), so there is no
//! list of commands here, and none can be forgotten. Events are noted in the keyspace and told when the
//! command has run; `notify-keyspace-events` decides which are noted at all.
//!
//! [`Keys::changed`]: super::Keys::changed

use super::data::Bytes;
use super::tracking::Own;
use super::{Command, Ctx, Engine, Flag, Keyspace, Server, UseTold};

/// A kind of events, as a letter of `notify-keyspace-events` chooses them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
enum Class {
    Generic = 1,
    String = 1 << 1,
    List = 1 << 2,
    Set = 1 << 3,
    Hash = 1 << 4,
    SortedSet = 1 << 5,
    Expired = 1 << 6,
    New = 1 << 7,
    Missed = 1 << 8,
}

/// What has happened to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyEvent {
    class: Class,
    name: &'static str,
}

impl KeyEvent {
    /// It was deleted, whatever it held.
    pub const DEL: Self = Self::generic("del");
    /// It has another expire time.
    pub const EXPIRE: Self = Self::generic("expire");
    /// It went because its time had come.
    pub(super) const EXPIRED: Self = Self { class: Class::Expired, name: "expired" };
    /// It was not there before.
    pub(super) const NEW: Self = Self { class: Class::New, name: "new" };
    /// Somebody wanted to read it, and it was not there.
    pub(super) const MISSED: Self = Self { class: Class::Missed, name: "keymiss" };

    /// Something that may happen to a key of any type.
    pub const fn generic(name: &'static str) -> Self {
        Self { class: Class::Generic, name }
    }
    /// Something that happens to strings.
    pub const fn string(name: &'static str) -> Self {
        Self { class: Class::String, name }
    }
    /// Something that happens to lists.
    pub const fn list(name: &'static str) -> Self {
        Self { class: Class::List, name }
    }
    /// Something that happens to sets.
    pub const fn set(name: &'static str) -> Self {
        Self { class: Class::Set, name }
    }
    /// Something that happens to hashes.
    pub const fn hash(name: &'static str) -> Self {
        Self { class: Class::Hash, name }
    }
    /// Something that happens to sorted sets.
    pub const fn sorted_set(name: &'static str) -> Self {
        Self { class: Class::SortedSet, name }
    }
}

/// Which events are told, and on which channels: `notify-keyspace-events` as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Told(u16);

impl Told {
    const BY_KEY: u16 = 1 << 14;
    const BY_EVENT: u16 = 1 << 15;
    /// What each letter stands for. Events of streams and modules, and of eviction, never happen here.
    const LETTERS: &'static [(u8, u16)] = &[
        (b'g', Class::Generic as u16),
        (b'$', Class::String as u16),
        (b'l', Class::List as u16),
        (b's', Class::Set as u16),
        (b'h', Class::Hash as u16),
        (b'z', Class::SortedSet as u16),
        (b'x', Class::Expired as u16),
        (
            b'A',
            Class::Generic as u16
                | Class::String as u16
                | Class::List as u16
                | Class::Set as u16
                | Class::Hash as u16
                | Class::SortedSet as u16
                | Class::Expired as u16,
        ),
        (b'n', Class::New as u16),
        (b'm', Class::Missed as u16),
        (b'K', Self::BY_KEY),
        (b'E', Self::BY_EVENT),
    ];

    /// Reads the letters.
    pub(super) fn parse(letters: &[u8]) -> Self {
        let said = Self::LETTERS.iter().filter(|(letter, _)| letters.contains(letter));
        let bits = said.fold(0, |bits, (_, more)| bits | more);
        // Without a channel there is nobody to tell.
        Self(if bits & (Self::BY_KEY | Self::BY_EVENT) == 0 { 0 } else { bits })
    }

    /// Whether nothing is told.
    #[inline]
    pub(super) fn is_nothing(self) -> bool {
        self.0 == 0
    }

    /// Whether an event is told.
    pub(super) fn has(self, event: KeyEvent) -> bool {
        self.0 & event.class as u16 != 0
    }
}

/// What nobody was told yet.
#[derive(Debug)]
pub(super) enum Happened {
    /// Something that listeners are told, to a key of a database.
    Event(usize, Bytes, KeyEvent),
    /// A key has another value, or none: by a client, or because its time had come.
    Changed(Bytes, Cause),
    /// Whole databases were emptied.
    Flushed,
}

/// Why a key changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// The client whose command is running did it.
    Client,
    /// Its time had come.
    Time,
}

impl Server {
    fn lead(&self, space: &mut Keyspace) {
        space.told = self.config.told;
        space.tracked = self.tracking.is_needed();
        let policy = self.config.get("maxmemory-policy");
        space.use_told = match policy {
            _ if policy.ends_with(b"-lru") => UseTold::Idle,
            _ if policy.ends_with(b"-lfu") => UseTold::Frequency,
            _ => UseTold::Nothing,
        };
    }

    /// Tells whoever wants to know.
    fn tell(&mut self, happened: &Happened, own: &mut Option<Own<'_, '_>>) {
        match happened {
            Happened::Event(db, key, event) => self.tell_event(*db, key, *event, own),
            Happened::Changed(key, cause) => {
                let by = own.as_ref().map(|own| own.session.id);
                self.invalidate(key, by.filter(|_| *cause == Cause::Client), own);
            }
            Happened::Flushed => self.invalidate_everything(own),
        }
    }

    /// Tells of an event on its channels.
    fn tell_event(
        &mut self,
        db: usize,
        key: &[u8],
        event: KeyEvent,
        own: &mut Option<Own<'_, '_>>,
    ) {
        let told = self.config.told;
        let mut publish = |channel: &[u8], text: &[u8]| {
            self.publish(channel, text, own);
        };
        if told.0 & Told::BY_KEY != 0 {
            let channel = [format!("__keyspace@{db}__:").as_bytes(), key].concat();
            publish(&channel, event.name.as_bytes());
        }
        if told.0 & Told::BY_EVENT != 0 {
            let channel = format!("__keyevent@{db}__:{}", event.name);
            publish(channel.as_bytes(), key);
        }
    }
}

impl Ctx<'_> {
    /// What the keyspace notes follows the configuration and the clients.
    pub(super) fn follow(&mut self) {
        self.server.lead(self.keys.space());
    }

    /// A command has run: whoever wants to know is told what happened, and what the client has read is
    /// remembered if it wants to be told of that later. A key that was found dead is read all the same,
    /// so in this order.
    #[cold]
    pub(super) fn tell_afterwards(
        &mut self,
        position: usize,
        command: &'static Command,
        words: &[&[u8]],
    ) {
        self.tell_what_happened(position);
        if command.has(Flag::Readonly) {
            self.remember_read(command, words);
        }
    }

    /// A client that listens while it runs commands, as RESP3 allows, hears of what happened before the
    /// reply, which begins at `position`.
    fn tell_what_happened(&mut self, position: usize) {
        let happened = self.keys.space().take_happened();
        let reply = self.reply.split_off(position);
        for happened in &happened {
            let own = Own { session: self.session, reply: &mut self.reply };
            self.server.tell(happened, &mut Some(own));
        }
        self.reply.append(&reply);
    }
}

impl Engine {
    /// What the keyspace notes follows the configuration and the clients.
    pub fn follow(&mut self) {
        self.server.lead(&mut self.keyspace);
    }

    /// Tells of what happened outside a command: a key's time has come.
    pub(super) fn tell_what_happened(&mut self) {
        for happened in self.keyspace.take_happened() {
            self.server.tell(&happened, &mut None);
        }
    }

    /// Removes dead keys as [`Keyspace::sweep`](super::Keyspace::sweep) does, and tells of it.
    pub fn sweep(&mut self, limit: usize) {
        self.keyspace.sweep(limit);
        self.tell_what_happened();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_choose_classes_and_no_channel_means_nothing() {
        let told = Told::parse(b"AKE");
        assert!(told.has(KeyEvent::DEL) && told.has(KeyEvent::EXPIRED));
        assert!(!told.has(KeyEvent::NEW) && !told.has(KeyEvent::MISSED));
        let told = Told::parse(b"lmE");
        assert!(told.has(KeyEvent::list("lpush")) && told.has(KeyEvent::MISSED));
        assert!(!told.has(KeyEvent::DEL) && !told.has(KeyEvent::string("set")));
        for letters in ["", "A", "g$lshzxnm"] {
            assert!(Told::parse(letters.as_bytes()).is_nothing(), "{letters}");
        }
    }

    #[test]
    fn no_class_has_the_bit_of_a_channel() {
        let classes = Told::LETTERS.iter().filter(|(letter, _)| !b"KEA".contains(letter));
        let mut seen = Told::BY_KEY | Told::BY_EVENT;
        for (letter, bits) in classes {
            assert_eq!((seen & bits, bits.count_ones()), (0, 1), "{}", char::from(*letter));
            seen |= bits;
        }
    }
}

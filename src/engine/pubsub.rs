//! Who listens to which channel.
//!
//! A message is written into the mail of each listener, or, where the publisher listens itself, before
//! its reply. Knows no command.

use super::data::Dict;
use super::glob::matches;
use super::tracking::Own;
use super::{Ctx, Engine, Server, Session, SessionId};
use crate::resp::Writer;

/// What is listened to: the three are named apart everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Channel,
    Pattern,
    Shard,
}

impl Kind {
    pub(super) const ALL: [Kind; 3] = [Kind::Channel, Kind::Pattern, Kind::Shard];

    /// The first word of a push: that one listens now, that one does no more, that something came.
    pub(super) fn words(self) -> [&'static [u8]; 3] {
        match self {
            Kind::Channel => [b"subscribe", b"unsubscribe", b"message"],
            Kind::Pattern => [b"psubscribe", b"punsubscribe", b"pmessage"],
            Kind::Shard => [b"ssubscribe", b"sunsubscribe", b"smessage"],
        }
    }
}

/// What one client listens to.
#[derive(Debug, Default)]
pub struct Subscriptions {
    channels: Dict<()>,
    patterns: Dict<()>,
    shards: Dict<()>,
}

impl Subscriptions {
    pub(super) fn of(&self, kind: Kind) -> &Dict<()> {
        match kind {
            Kind::Channel => &self.channels,
            Kind::Pattern => &self.patterns,
            Kind::Shard => &self.shards,
        }
    }

    fn of_mut(&mut self, kind: Kind) -> &mut Dict<()> {
        match kind {
            Kind::Channel => &mut self.channels,
            Kind::Pattern => &mut self.patterns,
            Kind::Shard => &mut self.shards,
        }
    }

    fn is_empty(&self) -> bool {
        Kind::ALL.iter().all(|kind| self.of(*kind).len() == 0)
    }
}

/// Everybody who listens.
#[derive(Debug, Default)]
pub struct Listeners {
    channels: Dict<Vec<SessionId>>,
    patterns: Dict<Vec<SessionId>>,
    shards: Dict<Vec<SessionId>>,
}

impl Listeners {
    /// What is listened to, with those who do.
    pub(super) fn of(&self, kind: Kind) -> &Dict<Vec<SessionId>> {
        match kind {
            Kind::Channel => &self.channels,
            Kind::Pattern => &self.patterns,
            Kind::Shard => &self.shards,
        }
    }

    fn of_mut(&mut self, kind: Kind) -> &mut Dict<Vec<SessionId>> {
        match kind {
            Kind::Channel => &mut self.channels,
            Kind::Pattern => &mut self.patterns,
            Kind::Shard => &mut self.shards,
        }
    }

    fn add(&mut self, kind: Kind, name: &[u8], id: SessionId) {
        self.of_mut(kind).get_or_insert_with(name, Vec::new).push(id);
    }

    fn remove(&mut self, kind: Kind, name: &[u8], id: SessionId) {
        let all = self.of_mut(kind);
        if let Some(listeners) = all.get_mut(name) {
            listeners.retain(|listener| *listener != id);
            if listeners.is_empty() {
                all.remove(name);
            }
        }
    }
}

impl Session {
    /// How many channels and patterns it listens to, or how many shard channels.
    pub(super) fn subscribed(&self, kind: Kind) -> usize {
        let Some(subscriptions) = &self.subscriptions else { return 0 };
        let count = |kind| subscriptions.of(kind).len();
        match kind {
            Kind::Channel | Kind::Pattern => count(Kind::Channel) + count(Kind::Pattern),
            Kind::Shard => count(Kind::Shard),
        }
    }

    /// Begins to listen; false if it does already.
    pub(super) fn subscribe(&mut self, all: &mut Listeners, kind: Kind, name: &[u8]) -> bool {
        let mine = self.subscriptions.get_or_insert_default().of_mut(kind);
        let is_new = mine.insert(name, ()).is_none();
        if is_new {
            all.add(kind, name, self.id);
        }
        is_new
    }

    /// Stops listening; nothing happens if it did not.
    pub(super) fn unsubscribe(&mut self, all: &mut Listeners, kind: Kind, name: &[u8]) {
        let Some(mine) = &mut self.subscriptions else { return };
        if mine.of_mut(kind).remove(name).is_some() {
            all.remove(kind, name, self.id);
        }
        if mine.is_empty() {
            self.subscriptions = None;
        }
    }

    /// Stops listening to everything.
    pub(super) fn unsubscribe_all(&mut self, all: &mut Listeners) {
        let Some(mine) = self.subscriptions.take() else { return };
        for kind in Kind::ALL {
            for (name, ()) in mine.of(kind).iter() {
                all.remove(kind, name, self.id);
            }
        }
    }
}

/// One message on its way.
struct Message<'a> {
    kind: Kind,
    /// The pattern, if it goes to listeners of one.
    pattern: Option<&'a [u8]>,
    channel: &'a [u8],
    text: &'a [u8],
}

impl Message<'_> {
    fn write(&self, letter: &mut Writer<'_>) {
        let [_, _, word] = self.kind.words();
        letter.push(3 + usize::from(self.pattern.is_some()));
        letter.bulk(word);
        for part in self.pattern.into_iter().chain([self.channel, self.text]) {
            letter.bulk(part);
        }
    }
}

impl Ctx<'_> {
    /// Sends a message to all who listen to a channel, those who listen to patterns last, and counts
    /// them.
    pub(super) fn publish(&mut self, channel: &[u8], text: &[u8]) -> usize {
        let own = Own { session: self.session, reply: &mut self.reply };
        self.server.publish(channel, text, &mut Some(own))
    }

    /// Sends a message to all who listen to a shard channel, and counts them.
    pub(super) fn publish_to_shard(&mut self, channel: &[u8], text: &[u8]) -> usize {
        let message = Message { kind: Kind::Shard, pattern: None, channel, text };
        let own = Own { session: self.session, reply: &mut self.reply };
        self.server.send(&message, channel, &mut Some(own))
    }
}

impl Server {
    /// Sends a message to all who listen to a channel, those who listen to patterns last, and counts
    /// them.
    pub(super) fn publish(
        &mut self,
        channel: &[u8],
        text: &[u8],
        own: &mut Option<Own<'_, '_>>,
    ) -> usize {
        let message = Message { kind: Kind::Channel, pattern: None, channel, text };
        let mut reached = self.send(&message, channel, own);
        let mut place = 0;
        while let Some((pattern, _)) = self.listeners.patterns.get_index(place) {
            place += 1;
            if matches(pattern, channel) {
                let pattern = pattern.clone();
                let kind = Kind::Pattern;
                let message = Message { kind, pattern: Some(&pattern), channel, text };
                reached += self.send(&message, &pattern, own);
            }
        }
        reached
    }

    fn send(&mut self, message: &Message<'_>, name: &[u8], own: &mut Option<Own<'_, '_>>) -> usize {
        let Some(listeners) = self.listeners.of_mut(message.kind).get_mut(name) else {
            return 0;
        };
        // They are put back: no message changes who listens.
        let listeners = std::mem::take(listeners);
        for &id in &listeners {
            self.write_to(id, own, |letter| message.write(letter));
        }
        let reached = listeners.len();
        if let Some(place) = self.listeners.of_mut(message.kind).get_mut(name) {
            *place = listeners;
        }
        reached
    }
}

impl Engine {
    /// A client listens to no channel and watches nobody any more; what it was sent is dropped.
    pub fn stop_listening(&mut self, id: SessionId) {
        let Some(session) = self.server.sessions.get_mut(id) else { return };
        session.mail.bytes.clear();
        session.unsubscribe_all(&mut self.server.listeners);
        if std::mem::take(&mut session.monitors) {
            self.server.monitors.retain(|monitor| *monitor != id);
        }
    }
}

impl Server {
    /// A client goes.
    pub(super) fn forget_listener(&mut self, session: &mut Session) {
        session.unsubscribe_all(&mut self.listeners);
    }
}

//! Which clients wait for which keys, in the order in which they came, and until when.
//!
//! Knows no client but by its id, and not what it waits for at a key.

use std::collections::{BTreeSet, VecDeque};

use super::SessionId;
use super::data::{Bytes, Dict};

/// Everybody who waits.
#[derive(Debug)]
pub(super) struct Waits {
    databases: Vec<Dict<Queue>>,
    /// How many keys somebody waits for.
    awaited: usize,
    /// Awaited keys that have changed, in the order in which they did.
    ready: VecDeque<(usize, Bytes)>,
    deadlines: BTreeSet<(i64, SessionId)>,
}

/// Those who wait for one key, the first one first.
#[derive(Debug, Default)]
struct Queue {
    clients: Vec<SessionId>,
    is_ready: bool,
}

impl Waits {
    pub(super) fn new(databases: usize) -> Self {
        let mut all = Vec::new();
        all.resize_with(databases, Dict::default);
        Self { databases: all, awaited: 0, ready: VecDeque::new(), deadlines: BTreeSet::new() }
    }

    /// A client begins to wait; a key that stands twice in `keys` counts once.
    pub(super) fn add(&mut self, id: SessionId, db: usize, keys: &[Bytes], until: Option<i64>) {
        self.deadlines.extend(until.map(|until| (until, id)));
        let Some(queues) = self.databases.get_mut(db) else { return };
        for key in keys {
            let queue = queues.get_or_insert_with(key, Queue::default);
            self.awaited += usize::from(queue.clients.is_empty());
            if queue.clients.last() != Some(&id) {
                queue.clients.push(id);
            }
        }
    }

    /// A client waits no more.
    pub(super) fn remove(&mut self, id: SessionId, db: usize, keys: &[Bytes], until: Option<i64>) {
        if let Some(until) = until {
            self.deadlines.remove(&(until, id));
        }
        let Some(queues) = self.databases.get_mut(db) else { return };
        for key in keys {
            let Some(queue) = queues.get_mut(key) else { continue };
            queue.clients.retain(|client| *client != id);
            if queue.clients.is_empty() {
                queues.remove(key);
                self.awaited -= 1;
            }
        }
    }

    /// How many keys somebody waits for.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.awaited
    }

    /// A key has changed.
    pub(super) fn signal(&mut self, db: usize, key: &[u8]) {
        let Some(queue) = self.databases.get_mut(db).and_then(|queues| queues.get_mut(key)) else {
            return;
        };
        if !queue.is_ready {
            queue.is_ready = true;
            self.ready.push_back((db, Bytes::from(key)));
        }
    }

    /// Any key of a database may have changed.
    pub(super) fn signal_all(&mut self, db: usize) {
        if self.awaited == 0 {
            return;
        }
        let Some(queues) = self.databases.get_mut(db) else { return };
        for (key, queue) in queues.iter_mut().filter(|(_, queue)| !queue.is_ready) {
            queue.is_ready = true;
            self.ready.push_back((db, key.clone()));
        }
    }

    /// Whether an awaited key has changed.
    pub(super) fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// The next awaited key that has changed, and who waits for it.
    pub(super) fn next_ready(&mut self) -> Option<(usize, Bytes, Vec<SessionId>)> {
        while let Some((db, key)) = self.ready.pop_front() {
            let queue = self.databases.get_mut(db).and_then(|queues| queues.get_mut(&key));
            if let Some(queue) = queue {
                queue.is_ready = false;
                return Some((db, key, queue.clients.clone()));
            }
        }
        None
    }

    /// When the next one has waited long enough, in milliseconds since 1970.
    pub(super) fn next_deadline(&self) -> Option<i64> {
        self.deadlines.first().map(|(until, _)| *until)
    }

    /// One who has waited long enough.
    pub(super) fn due(&self, now_ms: i64) -> Option<SessionId> {
        self.deadlines.first().filter(|(until, _)| *until <= now_ms).map(|(_, id)| *id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(names: &[&str]) -> Vec<Bytes> {
        names.iter().map(|name| Bytes::from(name.as_bytes())).collect()
    }

    #[test]
    fn keys_become_ready_once_and_in_the_order_of_their_changes() {
        let mut waits = Waits::new(2);
        waits.signal(0, b"a");
        assert!(!waits.has_ready());
        waits.add(7, 0, &keys(&["a", "b", "a"]), None);
        waits.add(3, 0, &keys(&["a"]), Some(50));
        for key in [b"b", b"a", b"b"] {
            waits.signal(0, key);
            waits.signal(1, key);
        }
        assert_eq!(waits.next_ready(), Some((0, Bytes::from(b"b".as_slice()), vec![7])));
        assert_eq!(waits.next_ready(), Some((0, Bytes::from(b"a".as_slice()), vec![7, 3])));
        assert_eq!(waits.next_ready(), None);
        waits.signal(0, b"a");
        waits.remove(7, 0, &keys(&["a", "b", "a"]), None);
        assert_eq!(waits.next_ready(), Some((0, Bytes::from(b"a".as_slice()), vec![3])));
        assert_eq!(
            (waits.due(49), waits.due(50), waits.next_deadline()),
            (None, Some(3), Some(50))
        );
        waits.remove(3, 0, &keys(&["a"]), Some(50));
        assert_eq!((waits.awaited, waits.next_deadline()), (0, None));
    }
}

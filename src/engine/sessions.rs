//! The clients of an engine, found by their ids.
//!
//! Knows nothing of what a client does.

use super::{Session, SessionId};

/// Every connected client but the one whose command is running, in order of their ids.
///
/// A command takes its client out and puts it back: on its place a gap stays, so that nothing
/// moves, and a box makes it a pointer that is handed over.
#[derive(Debug, Default)]
pub struct Sessions {
    /// Invariant: in order of the ids.
    places: Vec<(SessionId, Option<Box<Session>>)>,
}

impl Sessions {
    /// Adds a client; one of the same id goes.
    pub(super) fn add(&mut self, session: Session) {
        let place = (session.id, Some(Box::new(session)));
        match self.places.binary_search_by_key(&place.0, |(id, _)| *id) {
            Ok(at) => drop(self.places.splice(at..=at, [place])),
            Err(at) => self.places.insert(at, place),
        }
    }

    /// What is known of a client.
    pub fn get(&self, id: SessionId) -> Option<&Session> {
        self.places.get(self.place(id)?)?.1.as_deref()
    }

    /// A client that is not taken out.
    pub(super) fn get_mut(&mut self, id: SessionId) -> Option<&mut Session> {
        let place = self.place(id)?;
        self.places.get_mut(place)?.1.as_deref_mut()
    }

    /// Takes a client out to run its command.
    pub(super) fn take(&mut self, id: SessionId) -> Option<Box<Session>> {
        let place = self.place(id)?;
        self.places.get_mut(place)?.1.take()
    }

    /// Puts a client back where it was taken from.
    pub(super) fn put_back(&mut self, session: Box<Session>) {
        if let Some(place) = self.place(session.id)
            && let Some((_, gap)) = self.places.get_mut(place)
        {
            *gap = Some(session);
        }
    }

    /// Removes a client for good.
    pub(super) fn remove(&mut self, id: SessionId) -> Option<Box<Session>> {
        let place = self.place(id)?;
        self.places.remove(place).1
    }

    /// All clients that are not taken out.
    pub fn iter(&self) -> impl Iterator<Item = &Session> {
        self.places.iter().filter_map(|(_, session)| session.as_deref())
    }

    fn place(&self, id: SessionId) -> Option<usize> {
        self.places.binary_search_by_key(&id, |(id, _)| *id).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Now, Peer};

    #[test]
    fn clients_come_and_go_in_order_of_their_ids() {
        let mut sessions = Sessions::default();
        let client = |id| Session::new(id, Peer::default(), true, Now::default());
        for id in [2, 9, 4] {
            sessions.add(client(id));
        }
        let ids = |sessions: &Sessions| -> Vec<SessionId> {
            sessions.iter().map(|session| session.id).collect()
        };
        let taken = sessions.take(4).unwrap();
        assert_eq!(ids(&sessions), [2, 9]);
        assert!(sessions.take(4).is_none());
        sessions.put_back(taken);
        assert_eq!(ids(&sessions), [2, 4, 9]);
        sessions.remove(2);
        sessions.add(client(9));
        assert_eq!(ids(&sessions), [4, 9]);
        assert!(sessions.get(2).is_none());
    }
}

//! The clients of the loop by their numbers. One can be taken out to be served, so that the others are there
//! for a script of it that takes long; its number stays its own.

use slab::Slab;

use super::client::Client;

/// Every client; the place of one that is taken out is kept.
#[derive(Debug, Default)]
pub(super) struct Clients(Slab<Option<Box<Client>>>);

impl Clients {
    /// The number that the next client gets.
    pub(super) fn next_key(&self) -> usize {
        self.0.vacant_key()
    }

    /// Adds a client, under [`Clients::next_key`].
    pub(super) fn insert(&mut self, client: Client) {
        self.0.insert(Some(Box::new(client)));
    }

    /// A client that is not taken out.
    pub(super) fn get_mut(&mut self, key: usize) -> Option<&mut Client> {
        self.0.get_mut(key)?.as_deref_mut()
    }

    /// Takes a client out.
    pub(super) fn take(&mut self, key: usize) -> Option<Box<Client>> {
        self.0.get_mut(key)?.take()
    }

    /// Puts a client back that was taken out.
    pub(super) fn put_back(&mut self, key: usize, client: Box<Client>) {
        if let Some(place) = self.0.get_mut(key) {
            *place = Some(client);
        }
    }

    /// Removes a client for good.
    pub(super) fn remove(&mut self, key: usize) -> Option<Box<Client>> {
        self.0.try_remove(key)?
    }

    /// All clients that are not taken out.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &Client)> {
        self.0.iter().filter_map(|(key, client)| Some((key, client.as_deref()?)))
    }
}

//! The instances behind the doors, as the loop sees them: a number each, and what it keeps of them.

use std::collections::HashMap;
use std::time::Duration;

use super::limits::Limits;
use crate::engine::SessionId;
use crate::server::Instance;

/// How an instance behind a door is reached. The loop owns none, so that a lab can start and stop
/// them while it runs.
pub trait Rooms {
    /// The instance of that number, if it runs.
    fn room(&mut self, room: usize) -> Option<&mut Instance>;

    /// Every instance goes on with what it does beside the commands. Says how soon the next turn should
    /// be, if there is a reason for it.
    fn work(&mut self) -> Option<Duration>;
}

/// What the loop keeps of an instance.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) number: usize,
    pub(super) limits: Limits,
    /// The configuration that the limits were read from.
    version: u64,
    /// Where its clients stand in the loop's list.
    pub(super) clients: HashMap<SessionId, usize>,
}

impl Room {
    pub(super) fn new(number: usize, instance: &Instance) -> Self {
        Self {
            number,
            limits: Limits::of(instance),
            version: instance.settings_version(),
            clients: HashMap::new(),
        }
    }

    /// Reads the limits again if the configuration has changed.
    pub(super) fn follow(&mut self, instance: &Instance) {
        if self.version != instance.settings_version() {
            self.version = instance.settings_version();
            self.limits = Limits::of(instance);
        }
    }
}

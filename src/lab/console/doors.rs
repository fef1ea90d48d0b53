//! What other programs reach of a console: which ports of this machine are open, which instance
//! stands behind each, and what came in through them. Opens no socket itself.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::{Answer, Console, Event, Ran, past};
use crate::lab::Target;
use crate::lab::redis_cli::{HOST, PORT};
use crate::persistence::storage::SOCKET_FILE;
use crate::server::net::Rooms;
use crate::server::{Instance, Visit};

/// A port of this machine that something answers at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Opening {
    /// The port.
    pub port: u16,
    /// Which instance, by the number that each start of one gets.
    pub room: usize,
}

impl Console {
    /// The ports of 127.0.0.1 that something answers at, in their order.
    pub fn openings(&self) -> Vec<Opening> {
        let mut ports = self.lab.published();
        ports.push(PORT);
        ports.sort_unstable();
        ports.dedup();
        let opening = |port: u16| {
            let target = Target::Address { host: HOST.to_owned(), port: i64::from(port) };
            let room = self.instances.room_of(&self.lab.answer(&target))?;
            Some(Opening { port, room })
        };
        ports.into_iter().filter_map(opening).collect()
    }

    /// The socket through which other processes of this home reach the sandbox, whatever has its port;
    /// none where the sandbox has no files of this machine.
    pub fn socket(&self) -> Option<(PathBuf, usize)> {
        let room = self.instances.room_of(&Answer::Sandbox)?;
        let path = self.settings.sandbox_dir().join(SOCKET_FILE);
        self.settings.storage.is_on_machine().then_some((path, room))
    }

    /// Whether other programs can connect to an instance.
    pub(super) fn is_reached(&self, room: usize) -> bool {
        self.openings().iter().any(|opening| opening.room == room)
            || self.socket().is_some_and(|(_, own)| own == room)
    }

    /// The ports that are really open, by those that the lab calls them.
    pub fn ports(&self) -> &BTreeMap<u16, u16> {
        &self.ports
    }

    /// The port of this machine behind which the lab's port is.
    pub fn real_port(&self, port: i64) -> i64 {
        let real = u16::try_from(port).ok().and_then(|port| self.ports.get(&port));
        real.map_or(port, |real| i64::from(*real))
    }

    /// These ports are really open.
    pub fn set_ports(&mut self, ports: BTreeMap<u16, u16>) {
        self.ports = ports;
    }

    /// Clients behind the sockets begin to run something.
    pub fn receive(&mut self) {
        self.instances.receive();
    }

    /// What they ran: what checks look at, and what must be said. `:changed` and `:undo` know it too.
    pub fn received(&mut self) -> Ran {
        let mut ran = Ran::default();
        let before = self.answers();
        for (answer, visit) in self.instances.visited() {
            let Visit { used, first, by_python, changes } = visit;
            if by_python {
                ran.events.push(Event::Client("python".to_owned()));
            }
            ran.events.extend(used.into_iter().map(|(command, failed)| Event::Used {
                command,
                client: VISITOR.to_owned(),
                failed,
            }));
            let who = if by_python { " (from Python)" } else { " (from another program)" };
            let line = format!("{}{who}", past::command(&first.unwrap_or_default()));
            self.past.visited(line, &answer, &changes);
            ran.changes.extend(changes);
            self.notice_end(&answer, &mut ran);
        }
        let now = self.settings.clock.now().ms();
        if let Some(changes) = self.remote.as_mut().and_then(|remote| remote.listen(now)) {
            self.past.visited("another program".to_owned(), &Answer::Elsewhere, &changes);
            ran.changes.extend(changes);
            ran.is_stirred = true;
        }
        self.tell_changes(before.as_ref(), &mut ran);
        ran
    }
}

/// How long the sockets leave the instances to the prompt between two turns at least.
const BREATH: Duration = Duration::from_millis(1);

impl Rooms for Console {
    fn room(&mut self, room: usize) -> Option<&mut Instance> {
        self.instances.in_room(room)
    }

    fn work(&mut self) -> Option<Duration> {
        // The prompt wants its turn in between.
        self.instances.work().map(|soon| soon.max(BREATH))
    }
}

/// How events name a client behind a socket.
const VISITOR: &str = "socket";

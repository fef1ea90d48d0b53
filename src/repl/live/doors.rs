//! Which port of this machine stands for which port of the lab, and what is said where they differ.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use crate::lab::console::{Console, Opening};
use crate::server::net::{Door, Net, Stand};

/// How many ports behind one that is taken are tried.
const TRIED: u16 = 100;

/// An open port.
#[derive(Debug, Clone, Copy)]
struct Open {
    room: usize,
    /// The port that is really open.
    real: u16,
}

/// The open ports, by those that the lab calls them.
#[derive(Debug, Default)]
pub(super) struct Doors {
    open: BTreeMap<u16, Open>,
    /// The port that was really open last, so that who knows it finds the next server there.
    known: BTreeMap<u16, u16>,
    /// The socket of the sandbox, and its room. One that could not be opened is not tried again.
    socket: Option<(PathBuf, usize)>,
    /// The ports that could not be opened, so that it is not tried and said at every turn.
    failed: Vec<Opening>,
}

impl Doors {
    /// Opens and closes ports until they are those that servers answer at. Gives what is to be said.
    pub(super) fn settle(&mut self, net: &mut Net, console: &mut Console) -> Vec<String> {
        let wanted = console.openings();
        let stays = |port: u16, open: &Open| wanted.contains(&Opening { port, room: open.room });
        // A server that lost one of its ports loses all of them for a moment: the loop closes rooms.
        let mut rooms: Vec<usize> = self
            .open
            .iter()
            .filter(|(port, open)| !stays(**port, open))
            .map(|(_, open)| open.room)
            .collect();
        rooms.dedup();
        for room in &rooms {
            net.close(*room, console);
        }
        let (gone, stay): (BTreeMap<u16, Open>, _) = std::mem::take(&mut self.open)
            .into_iter()
            .partition(|(_, open)| rooms.contains(&open.room));
        self.open = stay;
        let socket = console.socket();
        let is_shut = self.socket.as_ref().is_some_and(|(_, room)| rooms.contains(room));
        if self.socket != socket || is_shut {
            if let Some((_, room)) = self.socket.take_if(|(_, room)| !rooms.contains(room)) {
                // Its ports are among those that go, or it has none.
                net.close(room, console);
            }
            if let Some((path, room)) = &socket {
                // A path may be too long for a socket: then the directory is only called taken.
                if let Ok(door) = Door::open(&Stand::Unix(path.clone()), *room) {
                    let _ = net.open(door);
                }
            }
            self.socket = socket;
        }
        self.failed.retain(|opening| wanted.contains(opening));
        let mut told = Vec::new();
        for opening in &wanted {
            if self.open.contains_key(&opening.port) || self.failed.contains(opening) {
                continue;
            }
            let before = self.known.get(&opening.port).copied();
            let Some(open) = open(net, *opening, before, &wanted) else {
                self.failed.push(*opening);
                told.push(format!(
                    "port {} and those behind it are in use, so no other program can connect to \
                     this server; the prompt can",
                    opening.port
                ));
                continue;
            };
            if open.real != opening.port && before != Some(open.real) {
                told.push(moved(opening.port, open.real));
            }
            self.known.insert(opening.port, open.real);
            self.open.insert(opening.port, open);
        }
        if !gone.is_empty() || !told.is_empty() || console.ports().len() != self.open.len() {
            console.set_ports(self.open.iter().map(|(port, open)| (*port, open.real)).collect());
        }
        told
    }
}

/// Opens a port, or the next free one that the lab does not want for another server.
fn open(net: &mut Net, opening: Opening, before: Option<u16>, wanted: &[Opening]) -> Option<Open> {
    let Opening { port, room } = opening;
    let next = (port.saturating_add(1)..=port.saturating_add(TRIED))
        .filter(|port| wanted.iter().all(|opening| opening.port != *port));
    before.into_iter().chain([port]).chain(next).find_map(|real| {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, real));
        let door = Door::open(&Stand::Tcp(address), room).ok()?;
        net.open(door).ok()?;
        Some(Open { room, real })
    })
}

/// Another program has the port.
fn moved(port: u16, real: u16) -> String {
    format!(
        "another program has port {port} of this machine, so your own programs connect to {real}, {}",
        super::in_python(real)
    )
}

//! What the lab remembers: pulled images, containers, volumes. Plain data that serde writes.
//!
//! Knows no engine, no file but its own, no clock: times and randomness are handed in.

pub mod container;
pub mod ids;
pub mod image;
mod names;
pub mod store;
pub mod when;

use serde::{Deserialize, Serialize};

pub use container::{Container, DATA, Line, Mount, Port, State};
pub use image::Pulled;

/// A volume: a named directory that outlives containers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Volume {
    /// Its name; 64 digits if nobody named it.
    pub name: String,
    /// When it was made, in milliseconds.
    pub created: u64,
    /// Made for a container that asked for none.
    pub anonymous: bool,
}

/// The state of the lab.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Which shape this is, for later versions.
    format: u32,
    /// Pulled images, in the order of pulling.
    pub images: Vec<Pulled>,
    /// Containers, oldest first.
    pub containers: Vec<Container>,
    /// Volumes, oldest first.
    pub volumes: Vec<Volume>,
    /// Whether a container has taken the sandbox's place at port 6379. It stays so when that
    /// container stops: then nothing answers there.
    pub sandbox_away: bool,
}

/// The shape that this version writes.
const FORMAT: u32 = 1;

impl Default for Model {
    fn default() -> Self {
        Self {
            format: FORMAT,
            images: Vec::new(),
            containers: Vec::new(),
            volumes: Vec::new(),
            sandbox_away: false,
        }
    }
}

/// Why a reference names no container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// Nothing has that name or id.
    None,
    /// Several ids begin so.
    Several,
}

impl Model {
    /// The container of a name, an id, or the beginning of an id that no other shares.
    pub fn find(&self, reference: &str) -> Result<&Container, Unknown> {
        let bare = reference.strip_prefix('/').unwrap_or(reference);
        let exact = self.containers.iter().find(|c| c.id == bare || c.name == bare);
        if let Some(container) = exact {
            return Ok(container);
        }
        let mut fitting =
            self.containers.iter().filter(|c| !bare.is_empty() && c.id.starts_with(bare));
        match (fitting.next(), fitting.next()) {
            (Some(container), None) => Ok(container),
            (Some(_), Some(_)) => Err(Unknown::Several),
            (None, _) => Err(Unknown::None),
        }
    }

    /// A container by its whole id.
    pub fn container(&self, id: &str) -> Option<&Container> {
        self.containers.iter().find(|container| container.id == id)
    }

    /// A container by its whole id, to be changed.
    pub fn container_mut(&mut self, id: &str) -> Option<&mut Container> {
        self.containers.iter_mut().find(|container| container.id == id)
    }

    /// A volume by its name.
    pub fn volume(&self, name: &str) -> Option<&Volume> {
        self.volumes.iter().find(|volume| volume.name == name)
    }

    /// The running container that has published a port of this machine.
    pub fn publisher(&self, host: u16) -> Option<&Container> {
        self.containers.iter().find(|c| c.is_running() && c.behind(host).is_some())
    }

    /// The containers, running or not, that have a volume mounted.
    pub fn users<'a>(&'a self, volume: &'a str) -> impl Iterator<Item = &'a Container> {
        self.containers
            .iter()
            .filter(move |container| container.mounts.iter().any(|mount| mount.volume == volume))
    }

    /// Whether a tag was pulled.
    pub fn has_image(&self, tag: &str) -> bool {
        self.images.iter().any(|pulled| pulled.tag == tag)
    }

    /// A name for a container that was given none.
    pub fn free_name(&self, random: &mut fastrand::Rng) -> String {
        names::pick(random, |name| self.containers.iter().any(|c| c.name == name))
    }

    /// A port of this machine that no container has published, as Docker picks it for `-p 6379`;
    /// `own` are those that the new container has already.
    pub fn free_port(&self, own: impl Iterator<Item = u16>) -> u16 {
        let own: Vec<u16> = own.collect();
        let taken = |port: &u16| {
            own.contains(port) || self.containers.iter().any(|c| c.behind(*port).is_some())
        };
        (32_768..=60_999).find(|port| !taken(port)).unwrap_or(32_768)
    }
}

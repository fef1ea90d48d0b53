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

pub use container::{Container, DATA, Line, Mount, Port, Restart, Service, State};
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
    /// The directory of this machine that it stands for. Docker knows no volume then: it is here
    /// because the lab keeps its files as it keeps those of volumes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// The project of compose that it was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
}

impl Volume {
    /// A volume that stands for nothing else.
    pub fn new(name: &str, created: u64, anonymous: bool) -> Self {
        Self { name: name.to_owned(), created, anonymous, folder: None, project: None }
    }

    /// Whether a learner gave it its name.
    pub fn is_named(&self) -> bool {
        !self.anonymous && self.folder.is_none()
    }

    /// What is written on it by whom it was made for.
    pub fn labels(&self) -> impl Iterator<Item = (&'static str, String)> {
        let anonymous = self.anonymous.then(|| ("com.docker.volume.anonymous", String::new()));
        let project = self.project.iter();
        anonymous
            .into_iter()
            .chain(project.map(|project| ("com.docker.compose.project", project.clone())))
    }

    /// How the files of a directory are kept. No volume can have such a name.
    pub fn name_of_folder(path: &str) -> String {
        format!(".folder-{}", ids::short(&ids::derived(&format!("folder {path}"))))
    }
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
        self.listed_volumes().find(|volume| volume.name == name)
    }

    /// The volumes, oldest first, without directories of this machine.
    pub fn listed_volumes(&self) -> impl Iterator<Item = &Volume> {
        self.volumes.iter().filter(|volume| volume.folder.is_none())
    }

    /// The containers of a project of compose, oldest first.
    pub fn of_project<'a>(&'a self, project: &'a str) -> impl Iterator<Item = &'a Container> {
        self.containers
            .iter()
            .filter(move |c| c.service.as_ref().is_some_and(|service| service.project == project))
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

    /// The pulled images that a name means: one tag, or all tags of the image whose id begins so.
    pub fn images_named(&self, reference: &str) -> Vec<&Pulled> {
        let bare = reference.strip_prefix("sha256:").unwrap_or(reference);
        let tag = match bare.split_once(':') {
            Some((image::REPOSITORY, tag)) => tag,
            None if bare == image::REPOSITORY => "latest",
            Some(_) | None => "",
        };
        let tagged: Vec<&Pulled> = self.images.iter().filter(|pulled| pulled.tag == tag).collect();
        let is_id = bare.len() > 1 && bare.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !tagged.is_empty() || !is_id {
            return tagged;
        }
        let has_id = |pulled: &&Pulled| {
            image::find(&pulled.tag).is_some_and(|image| image.id().starts_with(bare))
        };
        self.images.iter().filter(has_id).collect()
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

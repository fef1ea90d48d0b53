//! Carrying out what was understood: the model changes, instances start and end, text is gathered.
//!
//! The order of checks and the words of refusals are Docker's.

mod compose;
mod ends;
mod exec;
mod images;
mod life;
mod look;
mod programs;
mod prune;
mod remove;
mod rename;
mod run;
mod volumes;

pub use compose::compose;
pub use ends::{die, power_loss, resume, settle};
pub use exec::exec;
pub use images::{pull, remove_images};
pub use life::{kill, restart, start, stop};
pub use look::{info, inspect, logs, port, top, version, wait};
pub use prune::{disk_usage, prune};
pub use remove::{rm, wipe};
pub use rename::rename;
pub use run::run;
pub use volumes::{create_volume, remove_volumes};

use super::compose::Sources;
use super::machines::Machines;
use super::model::{Container, Model, Unknown};
use super::output::{Output, Who};

/// One line being carried out.
pub struct Job<'a> {
    /// What the lab remembers.
    pub model: &'a mut Model,
    /// Now, in milliseconds since 1970.
    pub now: u64,
    /// Randomness for ids and names.
    pub random: &'a mut fastrand::Rng,
    /// The instances.
    pub machines: &'a mut dyn Machines,
    /// Where compose files are.
    pub files: &'a dyn Sources,
    /// What has come of it so far.
    pub output: Output,
}

impl Job<'_> {
    /// The id of a container that the learner named; if there is none, that is said.
    fn find(&mut self, reference: &str) -> Option<Who> {
        match self.model.find(reference) {
            Ok(container) => Some(who(container)),
            Err(unknown) => {
                let text = match unknown {
                    Unknown::None => format!("No such container: {reference}"),
                    Unknown::Several => {
                        format!("multiple IDs found with provided prefix: {reference}")
                    }
                };
                self.daemon(1, &text);
                self.suggest(reference);
                None
            }
        }
    }

    /// Names the container that was probably meant.
    fn suggest(&mut self, reference: &str) {
        let names = self.model.containers.iter().map(|container| container.name.as_str());
        let hint = match super::docker::nearest(reference, names) {
            Some(name) => format!("did you mean {name}?"),
            None => "docker ps -a lists the containers there are".to_owned(),
        };
        if !self.output.hints.contains(&hint) {
            self.output.hint(hint);
        }
    }

    /// An error of the daemon.
    fn daemon(&mut self, code: i32, text: &str) {
        self.output.fail(code, format!("Error response from daemon: {text}\n"));
    }
}

/// A container's id and name.
fn who(container: &Container) -> Who {
    Who { id: container.id.clone(), name: container.name.clone() }
}

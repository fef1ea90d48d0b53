//! A project: a compose file that was read, with a name.

use super::Job;
use crate::lab::compose::{self, File, Service, is_project_name, project_name};
use crate::lab::docker::line::Compose;
use crate::lab::model::{Container, Model};

/// Exit code of compose where there is no file.
const NO_FILE: i32 = 14;
/// Exit code of compose for a file that cannot be followed.
const BAD_FILE: i32 = 15;

/// A project.
pub(super) struct Project {
    name: String,
    path: String,
    file: File,
}

impl Project {
    /// Reads the file that is asked for; if that cannot be, it is said.
    pub(super) fn open(job: &mut Job, ask: &Compose) -> Option<Self> {
        let source = match job.files.compose_file(ask.file.as_deref()) {
            Ok(source) => source,
            Err((text, hint)) => {
                job.output.fail(NO_FILE, format!("{text}\n"));
                job.output.hint(hint);
                return None;
            }
        };
        let file = match compose::read(&source.path, &source.bytes) {
            Ok(file) => file,
            Err(faults) => {
                job.output.fail(BAD_FILE, faults.text());
                for help in faults.helps() {
                    job.output.hint(help);
                }
                return None;
            }
        };
        let name = match &ask.project {
            Some(name) if !is_project_name(name) => {
                let text = format!(
                    "invalid project name {name:?}: must consist only of lowercase alphanumeric characters, hyphens, and underscores as well as start with a letter or number\n"
                );
                job.output.fail(1, text);
                return None;
            }
            Some(name) => name.clone(),
            None => file.name.clone().unwrap_or_else(|| project_name(&source.folder)),
        };
        Some(Self { name, path: source.path, file })
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The file's path.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// What the file describes.
    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Says what of the file changes nothing.
    pub(super) fn tell_remarks(&self, job: &mut Job) {
        for remark in &self.file.remarks {
            job.output.hint(format!("{}, {remark}", self.path));
        }
    }

    /// Whether every one of these services is in the file; if not, that is said.
    pub(super) fn has(&self, job: &mut Job, services: &[String]) -> bool {
        let known = |name: &String| self.file.services.iter().any(|service| service.name == *name);
        let Some(missing) = services.iter().find(|name| !known(name)) else { return true };
        job.output.fail(1, format!("no such service: {missing}\n"));
        let names: Vec<&str> =
            self.file.services.iter().map(|service| service.name.as_str()).collect();
        job.output.hint(format!("{} has the services {}", self.path, names.join(", ")));
        false
    }

    /// The services that are meant, with what they depend on; none named: all.
    pub(super) fn services(&self, named: &[String]) -> Vec<&Service> {
        let mut wanted: Vec<&str> = named.iter().map(String::as_str).collect();
        // What a service depends on stands before it.
        for service in self.file.services.iter().rev() {
            if wanted.contains(&service.name.as_str()) {
                wanted.extend(service.depends_on.iter().map(String::as_str));
            }
        }
        let is_meant =
            |service: &&Service| named.is_empty() || wanted.contains(&service.name.as_str());
        self.file.services.iter().filter(is_meant).collect()
    }

    /// The containers there are of these services, oldest first; none named: all of the project.
    pub(super) fn containers<'a>(
        &'a self,
        model: &'a Model,
        services: &'a [String],
    ) -> impl Iterator<Item = &'a Container> {
        model.of_project(&self.name).filter(move |container| {
            services.is_empty()
                || container.service.as_ref().is_some_and(|own| services.contains(&own.name))
        })
    }

    /// The name of a service's container.
    pub(super) fn container_name(&self, service: &Service) -> String {
        let given = service.container_name.clone();
        given.unwrap_or_else(|| format!("{}-{}-1", self.name, service.name))
    }

    /// A container's name as logs show it.
    pub(super) fn short_name(&self, name: &str) -> String {
        let own = name.strip_prefix(&self.name).and_then(|rest| rest.strip_prefix('-'));
        own.unwrap_or(name).to_owned()
    }

    /// The whole name of a volume of the file.
    pub(super) fn volume_name(&self, key: &str) -> String {
        let volume = self.file.volumes.iter().find(|volume| volume.key == key);
        match volume {
            Some(volume) if volume.external => {
                volume.name.clone().unwrap_or_else(|| key.to_owned())
            }
            Some(volume) if volume.name.is_some() => volume.name.clone().unwrap_or_default(),
            Some(_) | None => format!("{}_{key}", self.name),
        }
    }

    /// The name of its network.
    pub(super) fn network(&self) -> String {
        format!("{}_default", self.name)
    }
}

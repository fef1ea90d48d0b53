//! The instances behind the sandbox and the containers, and their directories.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::refusal::refusal;
use super::{Place, Settings};
use crate::lab::machines::{Boot, From, Machines, Note, StartError as BootError, StopError};
use crate::lab::{Answer, LabEvent};
use crate::persistence::storage::{Storage, reason};
use crate::server::{
    Clock, Instance, Layers, Notice, Options, StartError, Visit, describe_dir, journal,
};

/// The port that every container listens on.
const PORT: u16 = 6379;

/// The only folder that there ever is inside a volume.
const LOG_FOLDER: &str = "appendonlydir";

/// How the names of files begin that were put aside because they could not be read.
const UNREAD: &str = "unread-";

/// Every instance of a console.
pub(super) struct Instances {
    root: PathBuf,
    storage: Arc<dyn Storage>,
    clock: Clock,
    seed: u64,
    sandbox: Option<Instance>,
    containers: BTreeMap<String, Instance>,
    /// Each start of an instance has a number of its own: a client of an earlier one is none of the
    /// next.
    rooms: BTreeMap<usize, Answer>,
}

/// How many instances this process has started. One console takes the place of another while clients
/// are connected, so the numbers are the process's, not the console's; nobody ever sees them.
static STARTED: AtomicUsize = AtomicUsize::new(0);

impl Instances {
    /// None yet.
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            root: settings.root.clone(),
            storage: Arc::clone(&settings.storage),
            clock: settings.clock.clone(),
            seed: settings.seed,
            sandbox: None,
            containers: BTreeMap::new(),
            rooms: BTreeMap::new(),
        }
    }

    /// Starts the sandbox from its files.
    pub(super) fn start_sandbox(&mut self, settings: &Settings) -> Result<Vec<Notice>, StartError> {
        // The directory's lock must be free before it is taken again.
        self.sandbox = None;
        let dir = settings.sandbox_dir();
        let mut options = Options::sandbox(Arc::clone(&self.storage), dir, self.seed);
        options.progress.clone_from(&settings.progress);
        let (instance, notices) = Instance::start(&options, self.clock.clone())?;
        self.sandbox = Some(instance);
        self.number(Answer::Sandbox);
        Ok(notices)
    }

    /// An instance has started: it gets a number.
    fn number(&mut self, answer: Answer) {
        self.rooms.retain(|_, known| *known != answer);
        self.rooms.insert(STARTED.fetch_add(1, Ordering::Relaxed), answer);
    }

    /// The number of the instance that answers, if it runs.
    pub(super) fn room_of(&self, answer: &Answer) -> Option<usize> {
        let (room, _) = self.rooms.iter().find(|(_, known)| *known == answer)?;
        self.runs(answer).then_some(*room)
    }

    /// The instance of that number, if it runs.
    pub(super) fn in_room(&mut self, room: usize) -> Option<&mut Instance> {
        let answer = self.rooms.get(&room)?.clone();
        self.get_mut(&answer)
    }

    /// Clients behind sockets begin to run something.
    pub(super) fn receive(&mut self) {
        for instance in self.sandbox.iter_mut().chain(self.containers.values_mut()) {
            instance.receive();
        }
    }

    /// What they ran, by who answered them; those that nobody asked anything are left out.
    pub(super) fn visited(&mut self) -> Vec<(Answer, Visit)> {
        let sandbox = self.sandbox.iter_mut().map(|instance| (Answer::Sandbox, instance));
        let containers = self
            .containers
            .iter_mut()
            .map(|(id, instance)| (Answer::Container(id.clone()), instance));
        sandbox
            .chain(containers)
            .map(|(answer, instance)| (answer, instance.visited()))
            .filter(|(_, visit)| !visit.is_empty())
            .collect()
    }

    /// The instance that answers.
    pub(super) fn get_mut(&mut self, answer: &Answer) -> Option<&mut Instance> {
        match answer {
            Answer::Sandbox => self.sandbox.as_mut(),
            Answer::Container(id) => self.containers.get_mut(id),
            Answer::Nobody | Answer::Elsewhere => None,
        }
    }

    /// The instance that answers.
    pub(super) fn get(&self, answer: &Answer) -> Option<&Instance> {
        match answer {
            Answer::Sandbox => self.sandbox.as_ref(),
            Answer::Container(id) => self.containers.get(id),
            Answer::Nobody | Answer::Elsewhere => None,
        }
    }

    /// Whether it runs and has not been told to shut down.
    pub(super) fn runs(&self, answer: &Answer) -> bool {
        self.get(answer).is_some_and(|instance| !instance.is_stopping())
    }

    /// Whether it knows this client.
    pub(super) fn holds(&self, answer: &Answer, id: u64) -> bool {
        self.get(answer)
            .and_then(|instance| instance.session(id))
            .is_some_and(|session| !session.closing)
    }

    /// The database that a client is in.
    pub(super) fn db(&self, answer: &Answer, id: u64) -> Option<u32> {
        u32::try_from(self.get(answer)?.session(id)?.db).ok()
    }

    /// Ends a place's connection.
    pub(super) fn disconnect(&mut self, place: &Place) {
        if let Some((answer, id)) = &place.connection
            && let Some(instance) = self.get_mut(answer)
        {
            instance.disconnect(*id);
        }
    }

    /// What instances do once in a while: fsync, expiry, save points.
    pub(super) fn tick(&mut self) {
        for instance in self.sandbox.iter_mut().chain(self.containers.values_mut()) {
            instance.tick();
            instance.write_back();
        }
    }

    /// Every instance goes on with what it does beside the commands; says how soon to come back.
    pub(super) fn work(&mut self) -> Option<Duration> {
        let all = self.sandbox.iter_mut().chain(self.containers.values_mut());
        all.filter_map(Instance::work).min()
    }

    /// Waits for what is being synced.
    pub(super) fn settle(&mut self) {
        for instance in self.sandbox.iter_mut().chain(self.containers.values_mut()) {
            instance.settle();
        }
    }

    /// Ends the sandbox as SIGKILL or a power failure does.
    pub(super) fn end_sandbox(&mut self, power_loss: bool) {
        if let Some(instance) = self.sandbox.take() {
            if power_loss { instance.power_loss() } else { instance.kill() }
        }
    }

    /// What is on the disk of an instance that runs, as text.
    pub(super) fn disk(&self, answer: &Answer) -> Option<String> {
        self.get(answer).map(Instance::describe_disk)
    }

    /// What is on a volume that no instance has open, as text.
    pub(super) fn volume_disk(&self, name: &str) -> String {
        describe_dir(self.storage.as_ref(), &self.volume(name), self.clock.now())
    }

    /// Where the data of an instance that runs stand.
    pub(super) fn layers(&self, answer: &Answer) -> Option<Layers> {
        self.get(answer).map(Instance::layers)
    }

    /// Ends every instance as a shutdown of the machine would: all is synced.
    pub(super) fn close(&mut self) {
        for instance in self.sandbox.iter_mut().chain(self.containers.values_mut()) {
            instance.suspend();
        }
    }

    /// Removes the journals of containers that have ended. To be called once the lab's file says so:
    /// as long as it calls a container running, its journal is what brings it back.
    pub(super) fn drop_journals(&mut self, events: &[LabEvent]) {
        for event in events {
            // What is left behind is replaced when the container starts again.
            match event {
                LabEvent::Stopped(who) | LabEvent::Killed(who) => {
                    if !self.is_running(&who.id) {
                        let _ = self
                            .remove_files(&self.journal(&who.id), |name| !name.starts_with(UNREAD));
                    }
                }
                LabEvent::Removed(who) => {
                    let _ = self.remove_tree(&self.journal(&who.id));
                }
                LabEvent::Pulled(_)
                | LabEvent::Created(_)
                | LabEvent::Started { .. }
                | LabEvent::Restarted(_)
                | LabEvent::Renamed(_)
                | LabEvent::Untagged(_)
                | LabEvent::VolumeCreated(_)
                | LabEvent::VolumeRemoved(_) => {}
            }
        }
    }

    /// Puts a journal that cannot be read under other names, so that the container can start from
    /// its volume and nothing is lost; tells where.
    fn put_journal_aside(&self, id: &str) -> io::Result<Option<String>> {
        let dir = self.journal(id);
        let Some(folder) = journal::unreadable(self.storage.as_ref(), &dir) else {
            return Ok(None);
        };
        let names = self.storage.list(&folder)?;
        let mut prefix = UNREAD.to_owned();
        while names.iter().any(|name| name.starts_with(&prefix)) {
            prefix.push_str("again-");
        }
        for name in names.iter().filter(|name| !name.starts_with(UNREAD)) {
            self.storage.rename(&folder.join(name), &folder.join(format!("{prefix}{name}")))?;
        }
        Ok(Some(format!(
            "the private journal in {} could not be read: its files are kept there as {prefix}*, \
             and the data come from the volume",
            folder.display()
        )))
    }

    fn volume(&self, name: &str) -> PathBuf {
        self.root.join("volumes").join(name).join("_data")
    }

    fn journal(&self, id: &str) -> PathBuf {
        self.root.join("journals").join(id)
    }

    fn remove_tree(&self, dir: &Path) -> io::Result<()> {
        self.remove_files(dir, |_| true)
    }

    fn remove_files(&self, dir: &Path, goes: impl Fn(&str) -> bool) -> io::Result<()> {
        // Two levels are all there ever is: a volume's files, and its append-only folder.
        for folder in [dir.join(LOG_FOLDER), dir.to_owned()] {
            for name in self.storage.list(&folder)?.iter().filter(|name| goes(name)) {
                self.storage.remove(&folder.join(name))?;
            }
        }
        Ok(())
    }
}

impl Machines for Instances {
    fn make_volume(&mut self, name: &str) -> io::Result<()> {
        self.storage.create_dir(&self.volume(name))
    }

    fn drop_volume(&mut self, name: &str) -> io::Result<()> {
        self.remove_tree(&self.volume(name))
    }

    fn mountpoint(&self, name: &str) -> String {
        format!("/var/lib/docker/volumes/{name}/_data")
    }

    fn files(&self, name: &str) -> Vec<(String, u64)> {
        let root = self.volume(name);
        let mut found = Vec::new();
        for (folder, prefix) in
            [(root.join(LOG_FOLDER), format!("{LOG_FOLDER}/")), (root, String::new())]
        {
            for file in self.storage.list(&folder).unwrap_or_default() {
                let size = self.storage.len(&folder.join(&file)).ok().flatten();
                if let Some(size) = size.filter(|_| !file.starts_with('.')) {
                    found.push((format!("{prefix}{file}"), size));
                }
            }
        }
        found
    }

    fn read(&self, name: &str, path: &str) -> Option<Vec<u8>> {
        let known = self.files(name).iter().any(|(file, _)| file == path);
        if known { self.storage.read(&self.volume(name).join(path)).ok() } else { None }
    }

    fn start(&mut self, boot: &Boot<'_>) -> Result<Vec<Note>, BootError> {
        self.containers.remove(boot.id);
        let mut aside = None;
        if boot.from == From::Volume {
            match self.put_journal_aside(boot.id) {
                Ok(told) => aside = told,
                Err(error) => {
                    let reason =
                        format!("cannot put the private journal aside: {}", reason(&error));
                    return Err(BootError::Data { reason });
                }
            }
        }
        let options = Options {
            version: boot.version.to_owned(),
            port: PORT,
            seed: self.seed ^ boot.now,
            storage: Arc::clone(&self.storage),
            dir: self.volume(boot.volume),
            shown_dir: "/data".to_owned(),
            config_file: String::new(),
            journal: Some(self.journal(boot.id)),
            resume: boot.from == From::Journal,
            args: boot.args.to_vec(),
            progress: None,
        };
        match Instance::start(&options, self.clock.clone()) {
            Ok((mut instance, notices)) => {
                let said = instance.take_notices();
                self.containers.insert(boot.id.to_owned(), instance);
                self.number(Answer::Container(boot.id.to_owned()));
                let told = said.iter().chain(&notices).map(Notice::text);
                Ok(aside.as_deref().into_iter().chain(told).map(|t| note(boot.now, t)).collect())
            }
            Err(error) => Err(refusal(&error, boot.args, boot.version)),
        }
    }

    fn stop(&mut self, id: &str, now: u64) -> Result<Vec<Note>, StopError> {
        let Some(instance) = self.containers.remove(id) else { return Ok(Vec::new()) };
        match instance.stop() {
            Ok(notices) => Ok(notices.into_iter().map(|notice| note(now, notice.text())).collect()),
            Err((instance, reason)) => {
                self.containers.insert(id.to_owned(), *instance);
                Err(StopError { reason, notes: Vec::new() })
            }
        }
    }

    fn kill(&mut self, id: &str, _now: u64) {
        if let Some(instance) = self.containers.remove(id) {
            instance.kill();
        }
    }

    fn power_loss(&mut self, id: &str, _now: u64) {
        if let Some(instance) = self.containers.remove(id) {
            instance.power_loss();
        }
    }

    fn is_running(&self, id: &str) -> bool {
        self.runs(&Answer::Container(id.to_owned()))
    }

    fn take_log(&mut self, id: &str) -> Vec<Note> {
        let now = u64::try_from(self.clock.now().ms()).unwrap_or(0);
        let Some(instance) = self.containers.get_mut(id) else { return Vec::new() };
        instance.take_notices().into_iter().map(|notice| note(now, notice.text())).collect()
    }
}

fn note(at: u64, text: &str) -> Note {
    Note { at, mark: '*', text: text.to_owned() }
}

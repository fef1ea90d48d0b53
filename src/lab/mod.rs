//! The lab: containers without Docker, acting on real engine instances.
//!
//! A line is read by [`docker`], carried out by `act` on the [`model`] and on the instances behind
//! [`machines::Machines`], and comes back as an [`Output`]. The lab decides when an instance starts,
//! stops or is killed; it knows no engine, no terminal, no clock.

mod act;
pub mod compose;
pub mod connect;
pub mod console;
pub mod docker;
mod log;
pub mod machines;
pub mod model;
mod output;
pub mod redis_cli;
pub mod remote;
mod show;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod transcripts;

pub use connect::{Answer, Target};
pub use output::{LabEvent, Output, Stream, Then, Who};

use act::Job;
use docker::{Line, Wrong};
use machines::Machines;
use model::Model;

use crate::syntax::Word;

/// What a line is carried out with.
pub struct Turn<'a> {
    /// Now, in milliseconds since 1970.
    pub now: u64,
    /// Randomness for ids and names.
    pub random: &'a mut fastrand::Rng,
    /// The instances and volumes.
    pub machines: &'a mut dyn Machines,
    /// Where compose files are.
    pub files: &'a dyn compose::Sources,
}

/// A lab.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lab {
    model: Model,
}

impl Lab {
    /// A lab as it was; [`Lab::resume`] then starts what ran.
    pub fn new(model: Model) -> Self {
        Self { model }
    }

    /// What is to be saved.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Carries out a docker line; `words` are those after `docker`.
    pub fn docker(&mut self, words: &[Word], turn: Turn<'_>) -> Output {
        let read = docker::parse(words);
        self.work(turn, |job| {
            act::settle(job);
            match read {
                Ok(line) => carry_out(job, &line),
                Err(wrong) => refuse(job, &wrong),
            }
        })
    }

    /// Starts the instances of containers that ran when kvtutor ended, as they were.
    pub fn resume(&mut self, turn: Turn<'_>) -> Output {
        self.work(turn, act::resume)
    }

    /// Brings the model up to date with instances that have ended by themselves; to be called after
    /// a command that could have been SHUTDOWN.
    pub fn settle(&mut self, turn: Turn<'_>) -> Output {
        self.work(turn, act::settle)
    }

    /// The process of a container is killed from outside, for `:kill`.
    pub fn kill(&mut self, id: &str, turn: Turn<'_>) -> Output {
        self.work(turn, |job| act::die(job, id))
    }

    /// The power fails: every container ends, and what its volume had not yet fsynced is lost.
    pub fn power_loss(&mut self, turn: Turn<'_>) -> Output {
        self.work(turn, act::power_loss)
    }

    /// Empties the lab: no container, volume or image is left.
    pub fn wipe(&mut self, turn: Turn<'_>) -> Output {
        let output = self.work(turn, act::wipe);
        self.model = Model::default();
        output
    }

    /// What can follow `before`, the whole words between `docker` and the one that begins with
    /// `start`.
    pub fn complete(&self, before: &[&str], start: &str) -> Vec<docker::Candidate> {
        docker::complete(&self.model, before, start)
    }

    /// The ports of this machine that running containers have published.
    pub fn published(&self) -> Vec<u16> {
        let running = self.model.containers.iter().filter(|container| container.is_running());
        running.flat_map(|container| container.ports.iter().map(|port| port.host)).collect()
    }

    /// Who answers at a target.
    pub fn answer(&self, target: &Target) -> Answer {
        connect::answer(&self.model, target)
    }

    /// Goes back to the sandbox. Where no container has its port, it answers there again, so that
    /// the next container takes its place as before.
    pub fn back_to_sandbox(&mut self) -> Target {
        if self.model.publisher(redis_cli::PORT).is_some() {
            return Target::Sandbox;
        }
        self.model.sandbox_away = false;
        Target::default()
    }

    fn work(&mut self, turn: Turn<'_>, work: impl FnOnce(&mut Job)) -> Output {
        let Turn { now, random, machines, files } = turn;
        let output = Output::default();
        let mut job = Job { model: &mut self.model, now, random, machines, files, output };
        work(&mut job);
        job.output
    }
}

/// A line that was not understood.
fn refuse(job: &mut Job, wrong: &Wrong) {
    job.output.fail(wrong.code(), wrong.text());
    job.output.at.clone_from(&wrong.span);
    if let Some(hint) = wrong.hint() {
        job.output.hint(hint);
    }
}

/// A line that was.
fn carry_out(job: &mut Job, line: &Line) {
    match line {
        Line::Help(text) => job.output.out(text),
        Line::Run(ask) => act::run(job, ask),
        Line::Ps(ask) => list(job, |job| show::list::ps(job.model, ask, job.now)),
        Line::Stop(ask) => act::stop(job, ask),
        Line::Start { containers, attach } => act::start(job, containers, *attach),
        Line::Restart(ask) => act::restart(job, ask),
        Line::Kill { containers, signal } => act::kill(job, containers, *signal),
        Line::Rm { containers, force, volumes } => act::rm(job, containers, *force, *volumes),
        Line::Logs(ask) => act::logs(job, ask),
        Line::Exec(ask) => act::exec(job, ask),
        Line::Port { container, port } => act::port(job, container, port.as_deref()),
        Line::Top(container) => act::top(job, container),
        Line::Rename { container, name } => act::rename(job, container, name),
        Line::Wait(containers) => act::wait(job, containers),
        Line::Pull { image, quiet } => act::pull(job, image, *quiet),
        Line::Images(ask) => list(job, |job| show::list::images(job.model, ask, job.now)),
        Line::Rmi { images, force } => act::remove_images(job, images, *force),
        Line::Inspect(ask) => act::inspect(job, ask),
        Line::VolumeCreate(name) => act::create_volume(job, name.as_deref()),
        Line::VolumeLs(ask) => list(job, |job| {
            show::list::volumes(job.model, ask, |name| job.machines.mountpoint(name))
        }),
        Line::VolumeRm { volumes, force } => act::remove_volumes(job, volumes, *force),
        Line::Prune(ask) => act::prune(job, *ask),
        Line::Compose(ask) => act::compose(job, ask),
        Line::Version(format) => act::version(job, format.as_ref()),
        Line::Info(format) => act::info(job, format.as_ref()),
        Line::SystemDf => act::disk_usage(job),
    }
}

/// Prints a listing, or says why its template cannot be filled.
fn list(job: &mut Job, listing: impl FnOnce(&Job) -> show::list::Listed) {
    match listing(job) {
        Ok(text) => job.output.out(text),
        Err((text, hint)) => {
            job.output.fail(1, format!("{text}\n"));
            job.output.hint(hint);
        }
    }
}

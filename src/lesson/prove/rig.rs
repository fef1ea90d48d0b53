//! Where a lesson's lines are tried: a new stage for each, on a disk in memory, at a fixed moment.

use std::path::PathBuf;
use std::sync::Arc;

use crate::engine::Now;
use crate::lab::console::{ConsoleError, Ran, Shown};
use crate::lab::remote::Connect;
use crate::lesson::catalogue::{Catalogue, Entry};
use crate::lesson::check::eval::Outcome;
use crate::lesson::format::{Part, Script, Step};
use crate::lesson::problem::Span;
use crate::lesson::session::Desk;
use crate::lesson::stage::{Place, Scene, Stage, first_problem, scenes_before};
use crate::persistence::storage::MemoryDisk;
use crate::resp::Reply;
use crate::server::Clock;

/// When every trial begins: the first moment of 2026.
const START: Now = Now { unix_micros: 1_767_225_600_000_000 };
/// Decides every id and name that a trial makes up.
const SEED: u64 = 4;

/// A lesson on trial.
#[derive(Clone, Copy)]
pub(super) struct Rig<'a> {
    pub catalogue: &'a Arc<Catalogue>,
    pub entry: &'a Entry,
    /// The server elsewhere to try it on.
    pub connect: Option<&'a Connect>,
}

impl<'a> Rig<'a> {
    /// A desk for a learner's run.
    pub(super) fn desk() -> Desk {
        Desk {
            home: PathBuf::from("/home"),
            storage: Arc::new(MemoryDisk::new()),
            clock: Clock::virtual_at(START),
            seed: SEED,
            connect: None,
            agrees: false,
        }
    }

    /// A stage on which nothing has happened.
    pub(super) fn empty(&self) -> Result<Stage, ConsoleError> {
        if let Some(connect) = self.connect {
            return self.empty_elsewhere(connect);
        }
        let desk = Self::desk();
        let place = Place {
            root: desk.home,
            storage: desk.storage,
            clock: desk.clock,
            seed: desk.seed,
            connect: None,
        };
        Stage::open(&place, self.entry).map(|(stage, _)| stage)
    }

    /// The same on a server elsewhere, whose time is the real one.
    fn empty_elsewhere(&self, connect: &Connect) -> Result<Stage, ConsoleError> {
        let Desk { home, storage, seed, .. } = Self::desk();
        let connect = Some(connect.clone());
        let place = Place { root: home, storage, clock: Clock::System, seed, connect };
        let (mut stage, _) = Stage::open(&place, self.entry)?;
        stage.console.wipe()?;
        Ok(stage)
    }

    /// A stage in the state that a step begins with.
    pub(super) fn start(&self, step: usize) -> Result<Stage, ConsoleError> {
        let mut stage = self.empty()?;
        for scene in scenes_before(self.catalogue, self.entry, step) {
            stage.play(scene);
        }
        stage.begin_step();
        stage.console.fresh_client();
        Ok(stage)
    }

    /// The state that a script leaves where its step begins, and what each line printed.
    pub(super) fn after(
        &self,
        step: usize,
        script: &Script,
    ) -> Result<(Stage, Vec<Ran>), ConsoleError> {
        let mut stage = self.start(step)?;
        let Some(own) = self.steps().get(step) else { return Ok((stage, Vec::new())) };
        let ran = stage.play(self.scene(own, script));
        Ok((stage, ran))
    }

    pub(super) fn steps(&self) -> &'a [Step] {
        &self.entry.lesson.steps
    }

    pub(super) fn scene(&self, step: &'a Step, script: &'a Script) -> Scene<'a> {
        Scene { entry: self.entry, step, script }
    }

    /// The opening line of a block: enough to point at.
    pub(super) fn opening(&self, part: &Part) -> Span {
        let text = part.span.of(&self.entry.lesson.source);
        let line = text.lines().next().unwrap_or_default().trim_end();
        Span::new(part.span.start, part.span.start + line.len())
    }
}

/// Whether a task's check holds in full.
pub(super) fn all_hold(outcomes: &[Outcome]) -> bool {
    outcomes.iter().all(Outcome::holds)
}

/// The error that a line printed.
pub(super) fn error_of(ran: &Ran) -> Option<String> {
    let reply = ran.shown.iter().find_map(|piece| match piece {
        Shown::Reply { reply: Reply::Error(text), .. } => Some(crate::lesson::printable(text)),
        Shown::Reply { .. }
        | Shown::Typed(_)
        | Shown::Text(_)
        | Shown::Problem(_)
        | Shown::Wrong { .. }
        | Shown::Notice(_) => None,
    });
    reply.or_else(|| first_problem(ran))
}

/// What was said of a `:load` that has stored nothing.
pub(super) fn load_refused(line: &str, ran: &Ran) -> Option<String> {
    let is_load = line.trim_start().trim_start_matches(':').starts_with("load ");
    let [Shown::Notice(said)] = ran.shown.as_slice() else { return None };
    is_load.then(|| said.clone())
}

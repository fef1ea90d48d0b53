//! A file that is being made of the frozen keys, portion by portion. Knows what is taken and handed over;
//! what the file is for, others know.

use std::path::PathBuf;
use std::sync::Arc;

use crate::engine::{Keyspace, Now, Took};
use crate::persistence::storage::{FileError, Storage};
use crate::persistence::{Beside, Encoder, Job, Portion, Written};

/// A file of up to so many bytes is written in no time.
const SHORT: usize = 1024 * 1024;

/// The keys of one moment on their way into a file.
#[derive(Debug)]
pub(super) struct Writing {
    /// Until all keys are taken.
    encoder: Option<Encoder>,
    beside: Beside,
    /// A portion for which there was no room.
    held: Option<Portion>,
    is_end_told: bool,
    /// How many bytes were handed over.
    given: usize,
    path: PathBuf,
}

/// What a step has come to.
#[derive(Debug)]
pub(super) enum Step {
    /// Another one can follow at once.
    GoesOn,
    /// The thread that writes is waited for.
    Waits,
    /// The file is in place, or never will be.
    Ended(Result<Written, FileError>),
}

impl Writing {
    /// Keeps the keys as they are, and begins the file.
    pub(super) fn begin(
        storage: &Arc<dyn Storage>,
        keyspace: &mut Keyspace,
        job: Job,
        on_a_thread: bool,
        now: Now,
    ) -> Self {
        keyspace.freeze();
        let (encoder, path) = (Some(Encoder::new(job.format, keyspace, now)), job.path.clone());
        let beside = Beside::start(Arc::clone(storage), job, on_a_thread);
        Self { encoder, beside, held: None, is_end_told: false, given: 0, path }
    }

    /// Whether every key is taken, and the file is short: then the thread that writes is quick.
    pub(super) fn is_nearly_done(&self) -> bool {
        self.encoder.is_none() && self.held.is_none() && self.given <= SHORT
    }

    /// Takes a portion that weighs `limit`, or does what comes after the last one. `is_patient` waits for
    /// the thread that writes instead of coming back.
    pub(super) fn step(&mut self, keyspace: &mut Keyspace, limit: usize, is_patient: bool) -> Step {
        if let Some(ended) = self.beside.ended() {
            return Step::Ended(ended);
        }
        if let Some(portion) = self.held.take() {
            return self.hand_over(portion, is_patient);
        }
        if let Some(mut encoder) = self.encoder.take() {
            let goes_on = keyspace.take_frozen(&mut |picked| {
                let next = encoder.add(&picked, limit);
                Took { next, enough: encoder.weight() >= limit }
            });
            for rubbish in keyspace.take_rubbish() {
                self.beside.discard(rubbish);
            }
            let portion = if goes_on {
                let portion = encoder.take();
                self.encoder = Some(encoder);
                portion
            } else {
                keyspace.thaw();
                encoder.end()
            };
            self.given += portion.weight();
            return self.hand_over(portion, is_patient);
        }
        if is_patient {
            return Step::Ended(self.beside.finish().unwrap_or_else(|| Err(self.lost())));
        }
        if !self.is_end_told {
            self.is_end_told = self.beside.end();
            if self.is_end_told {
                return Step::GoesOn;
            }
        }
        Step::Waits
    }

    fn hand_over(&mut self, portion: Portion, is_patient: bool) -> Step {
        if is_patient {
            self.beside.push(portion);
            return Step::GoesOn;
        }
        self.held = self.beside.offer(portion);
        if self.held.is_some() { Step::Waits } else { Step::GoesOn }
    }

    /// Nothing more is wanted of it; how it ended, if it was quicker.
    pub(super) fn abort(self, keyspace: &mut Keyspace) -> Option<Result<Written, FileError>> {
        keyspace.thaw();
        self.beside.abort()
    }

    fn lost(&self) -> FileError {
        let source = std::io::Error::other("the thread that writes it has ended");
        FileError { doing: "write", path: self.path.clone(), source }
    }
}

//! What a session writes into the learner's journal, for the receipt.

use super::{Said, Session};
use crate::lesson::receipt::{Event, version};

impl Session {
    /// Writes down what happened in the step that is open. A journal that cannot be written is said
    /// once; the lesson goes on without.
    pub(super) fn note(&mut self, event: Event, said: &mut Vec<Said>) {
        let now = self.desk.clock.now().seconds();
        let Some(entry) = self.catalogue.get(&self.lesson) else { return };
        let Some(step) = entry.lesson.steps.get(self.step) else { return };
        let Some(journal) = &mut self.journal else { return };
        let version = version(&entry.lesson.source);
        if let Err(error) = journal.note(&self.lesson, &version, &step.id, event, now) {
            said.push(Said::Note(format!("your receipt is not kept any more: {error}")));
            self.journal = None;
        }
    }

    /// A mistake was told: its label and kind say which.
    pub(super) fn note_mistake(&mut self, message: &str, said: &mut Vec<Said>) {
        let what = self.outcomes.iter().find_map(|outcome| {
            let failure = outcome.failure.as_ref().filter(|f| f.message == message)?;
            Some(match failure.kind {
                Some(kind) => format!("{}/{}", outcome.label, kind.name()),
                None => outcome.label.clone(),
            })
        });
        if let Some(what) = what {
            self.note(Event::Mistake { what }, said);
        }
    }

    /// The learner typed something: the time since the line before counts as work.
    pub(super) fn note_work(&mut self) {
        let now = self.desk.clock.now().seconds();
        let Some(id) = self.current().map(|step| step.id.clone()) else { return };
        if let Some(journal) = &mut self.journal {
            journal.busy(&self.lesson, &id, now);
        }
    }
}

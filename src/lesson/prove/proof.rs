//! What a proof found, as data.

use crate::lesson::format::{Content, Lesson};
use crate::lesson::problem::{Problem, Problems, Span};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Something is not proved.
    Failure,
    /// Something an author should know; a failure under `--strict`.
    Note,
}

/// Something that was found, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub weight: Weight,
    /// What it is.
    pub problem: Problem,
}

/// A reply of a `redis` block that is not the one shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// What to tell of it while it is not recorded.
    pub problem: Problem,
    /// What is replaced in the lesson's source.
    pub span: Span,
    /// The lines that belong there.
    pub text: String,
}

/// How much was proved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Steps of the lesson.
    pub steps: usize,
    /// Solutions, rights and wrongs that ran.
    pub fixtures: usize,
    /// Generated states that were judged.
    pub generated: usize,
    /// Commands of `redis` blocks that ran.
    pub replies: usize,
    /// `python` blocks that ran.
    pub python: usize,
}

/// What became of a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The lesson's id.
    pub lesson: String,
    /// Its file.
    pub path: String,
    /// The text that every span points into.
    pub source: String,
    /// Why it was left out.
    pub skipped: Option<String>,
    /// How much was proved.
    pub counts: Counts,
    /// Steps with `python` blocks that were not run; once for each block.
    pub python: Vec<String>,
    /// Assertions that hold on entry and that some fixture breaks, as `STEP/LABEL`.
    pub held: Vec<String>,
    /// What was found, replies aside.
    pub findings: Vec<Finding>,
    /// Replies that are not as shown.
    pub recordings: Vec<Recording>,
    /// What a learner sees, start to end; nothing where the run did not get there.
    pub transcript: Option<String>,
}

impl Proof {
    /// A proof of which nothing is known yet.
    pub(super) fn new(lesson: &Lesson) -> Self {
        let python = lesson.intro.iter().map(|part| ("intro", part)).chain(
            lesson
                .steps
                .iter()
                .flat_map(|step| step.parts.iter().map(|part| (step.id.as_str(), part))),
        );
        Self {
            lesson: lesson.front.id.clone(),
            path: lesson.path.clone(),
            source: lesson.source.clone(),
            skipped: None,
            counts: Counts { steps: lesson.steps.len(), ..Counts::default() },
            python: python
                .filter(|(_, part)| matches!(part.content, Content::Python(_)))
                .map(|(step, _)| step.to_owned())
                .collect(),
            held: Vec::new(),
            findings: Vec::new(),
            recordings: Vec::new(),
            transcript: None,
        }
    }

    pub(super) fn fail(&mut self, problem: Problem) {
        self.findings.push(Finding { weight: Weight::Failure, problem });
    }

    pub(super) fn note(&mut self, problem: Problem) {
        self.findings.push(Finding { weight: Weight::Note, problem });
    }

    /// Whether everything but the replies of `redis` and `python` blocks is proved.
    pub fn holds(&self) -> bool {
        self.findings.iter().all(|finding| finding.weight != Weight::Failure)
    }

    /// What is not proved, in the order of the file.
    pub fn failures(&self) -> Problems {
        let replies = self.recordings.iter().map(|recording| recording.problem.clone());
        let list = self.of(Weight::Failure).chain(replies).collect();
        Problems::new(&self.path, &self.source, list)
    }

    /// What an author should know, in the order of the file.
    pub fn notes(&self) -> Problems {
        Problems::new(&self.path, &self.source, self.of(Weight::Note).collect())
    }

    fn of(&self, weight: Weight) -> impl Iterator<Item = Problem> {
        self.findings
            .iter()
            .filter(move |finding| finding.weight == weight)
            .map(|finding| finding.problem.clone())
    }

    /// The lesson's source with the replies as they are.
    pub fn recorded_source(&self) -> String {
        let mut source = self.source.clone();
        let mut recordings: Vec<&Recording> = self.recordings.iter().collect();
        recordings.sort_by_key(|recording| std::cmp::Reverse(recording.span.start));
        for recording in recordings {
            let range = recording.span.start..recording.span.end.min(source.len());
            if source.get(range.clone()).is_some() {
                source.replace_range(range, &recording.text);
            }
        }
        source
    }
}

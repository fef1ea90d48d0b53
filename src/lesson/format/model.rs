//! What a lesson file says, as data. Knows nothing of how it was written down.

use super::{Line, Question, Quiz, Transcript};
use crate::lesson::check::Check;
use crate::lesson::problem::Span;

/// A lesson that has no mistakes in its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// The file, as its author knows it.
    pub path: String,
    /// The text that every span points into: the file with `\n` line ends and no byte order mark.
    pub source: String,
    /// The front matter.
    pub front: Front,
    /// What stands before the first step.
    pub intro: Vec<Part>,
    /// The steps, in order; at least one.
    pub steps: Vec<Step>,
}

/// What other lessons may need to know of one, mistakes in it or not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// The file, as its author knows it.
    pub path: String,
    /// Its text.
    pub source: String,
    /// The front matter, as far as it could be read: without an id, nobody can name the lesson.
    pub front: Front,
    /// The ids of its steps.
    pub steps: Vec<String>,
}

/// The front matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Front {
    /// Names the lesson, for ever.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What a learner can do afterwards.
    pub objectives: Vec<String>,
    /// How long it takes.
    pub minutes: u32,
    /// Ids of the lessons that come before it.
    pub after: Vec<String>,
    /// The step whose first solution leaves the state this lesson begins in; none is empty.
    pub starts_from: Option<StepRef>,
    /// Where checks read and `:load` writes.
    pub db: u32,
    /// Files beside the lesson, or in its `data/`, that learners and checks use.
    pub files: Vec<String>,
    /// Why `kvtutor test` leaves this lesson out.
    pub skip: Option<String>,
    /// The version of the lesson format.
    pub format: u32,
}

/// `LESSON#STEP`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRef {
    /// A lesson's id.
    pub lesson: String,
    /// A step's id.
    pub step: String,
}

/// One `## Title {#id}` and what follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Names the step within the lesson, for ever.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it counts in a report.
    pub points: u32,
    /// Text and blocks, in order.
    pub parts: Vec<Part>,
    /// The heading's line.
    pub span: Span,
}

/// A piece of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub content: Content,
    /// All of it, fences included.
    pub span: Span,
}

/// What a piece of a step can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Markdown to show.
    Text(String),
    /// A fenced block that is shown and never run.
    Listing(Listing),
    /// A shown transcript that is proved.
    Redis(Transcript),
    /// Prompt lines that run when the step is entered or reset.
    Setup(Script),
    /// What the learner is asked.
    Ask(Vec<Question>),
    /// The assertions.
    Check(Check),
    /// A hint, as Markdown.
    Hint(String),
    /// Lines that solve the task.
    Solution(Script),
    /// Another right end state.
    Right(Script),
    /// A mistake, and the feedback it must earn.
    Wrong(Wrong),
    /// A question with choices.
    Quiz(Quiz),
    /// A `>>>` transcript.
    Python(String),
    /// Notes for the walkthrough, as Markdown.
    Teacher(String),
}

/// A listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The language, empty if none is given.
    pub language: String,
    /// The lines, joined by `\n`.
    pub text: String,
}

/// Prompt lines, perhaps named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// `name=…`
    pub name: Option<String>,
    /// What is typed, without the `> `.
    pub lines: Vec<Line>,
}

/// A mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// What is typed; it always has a name.
    pub script: Script,
    /// The feedback.
    pub expect: Expect,
}

/// `expect=LABEL[/KIND]`: the first failing assertion in file order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expect {
    /// The assertion's label.
    pub label: String,
    /// The kind its verdict names.
    pub kind: Option<String>,
    /// Where the value stands.
    pub span: Span,
}

impl Lesson {
    /// What other lessons may need to know.
    pub fn outline(&self) -> Outline {
        Outline {
            path: self.path.clone(),
            source: self.source.clone(),
            front: self.front.clone(),
            steps: self.steps.iter().map(|step| step.id.clone()).collect(),
        }
    }

    /// The step of that id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }
}

impl Step {
    /// Whether there is something to do: a `check`.
    pub fn is_task(&self) -> bool {
        self.check().is_some()
    }

    /// The step's assertions.
    pub fn check(&self) -> Option<&Check> {
        self.pick(|content| if let Content::Check(check) = content { Some(check) } else { None })
            .next()
    }

    /// The lines that run on entry.
    pub fn setup(&self) -> Option<&Script> {
        self.pick(|content| if let Content::Setup(script) = content { Some(script) } else { None })
            .next()
    }

    /// What the learner is asked.
    pub fn questions(&self) -> &[Question] {
        self.pick(|content| if let Content::Ask(list) = content { Some(list) } else { None })
            .next()
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// The hints, mildest first.
    pub fn hints(&self) -> impl Iterator<Item = &String> {
        self.pick(|content| if let Content::Hint(text) = content { Some(text) } else { None })
    }

    /// The solutions; the first is the one shown.
    pub fn solutions(&self) -> impl Iterator<Item = &Script> {
        self.pick(|c| if let Content::Solution(script) = c { Some(script) } else { None })
    }

    /// Other right end states.
    pub fn rights(&self) -> impl Iterator<Item = &Script> {
        self.pick(|content| if let Content::Right(script) = content { Some(script) } else { None })
    }

    /// The mistakes.
    pub fn wrongs(&self) -> impl Iterator<Item = &Wrong> {
        self.pick(|content| if let Content::Wrong(wrong) = content { Some(wrong) } else { None })
    }

    /// The quizzes.
    pub fn quizzes(&self) -> impl Iterator<Item = &Quiz> {
        self.pick(|content| if let Content::Quiz(quiz) = content { Some(quiz) } else { None })
    }

    /// The shown transcripts.
    pub fn transcripts(&self) -> impl Iterator<Item = &Transcript> {
        self.pick(|content| if let Content::Redis(shown) = content { Some(shown) } else { None })
    }

    fn pick<'a, T: 'a>(
        &'a self,
        choose: impl Fn(&'a Content) -> Option<&'a T> + 'a,
    ) -> impl Iterator<Item = &'a T> {
        self.parts.iter().filter_map(move |part| choose(&part.content))
    }
}

//! A `check` block as data. Knows nothing of how it is written or judged.

use super::{Path, Template};
use crate::lesson::objects::Kind;
use crate::lesson::problem::Span;

/// A `check` block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Check {
    /// Assertions and groups, in file order.
    pub items: Vec<Item>,
    /// `accept KIND: reason` lines.
    pub accepts: Vec<Accept>,
    /// Labels of assertions that could not be read; none in a lesson without mistakes.
    pub lost: Vec<String>,
}

/// What counts as one assertion in reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// An assertion.
    One(Assertion),
    /// `any of` … `end`.
    Any(Group),
}

/// Alternatives, of which one must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The label.
    pub label: String,
    /// The alternatives; at least one. Their own labels are empty.
    pub alternatives: Vec<Assertion>,
    /// What is told when none holds.
    pub otherwise: Vec<Else>,
    /// The line that opens it.
    pub span: Span,
}

/// One assertion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// The label.
    pub label: String,
    /// What is looked at.
    pub subject: Subject,
    /// What must be true of it.
    pub test: Test,
    /// What is told when it is not.
    pub otherwise: Vec<Else>,
    /// The assertion without its label, as it was written.
    pub text: String,
    /// Its line.
    pub span: Span,
}

/// Where a subject is looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// `db=n`; the lesson's database if it is not said.
    pub db: Option<u32>,
    /// `on CONTAINER`; the prompt's server if it is not said.
    pub on: Option<String>,
}

/// What an assertion looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The reply of a command that only reads.
    Command {
        /// Name and arguments.
        words: Vec<Vec<u8>>,
        /// Where it runs.
        place: Place,
    },
    /// What the learner answered.
    Answer(String),
    /// The stored data, seen as objects.
    Objects {
        /// The field that tells objects apart.
        by: String,
        /// Where that field is written.
        by_span: Span,
        /// Where they are.
        place: Place,
    },
    /// The names of all keys.
    Keys(Place),
    /// Something that happened since the step began.
    Event(Event),
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A command was used, by any client; in capitals, a subcommand after a space.
    Used(String),
    /// A server was stopped and started again.
    Restarted,
    /// A server was killed, by `docker kill`, `:kill` or a power failure.
    Killed,
    /// The power failed.
    PowerLoss,
    /// A client of that kind connected.
    Client(String),
}

/// What must be true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// `== != < <= > >=`
    Compare(Operator, Value),
    /// `in a..b`, both ends included, as they were written.
    In(String, String),
    /// `~ /re/`
    Matches(Pattern),
    /// `is …`
    Is(Shape),
    /// `json==`
    JsonEquals(Value),
    /// `set==`
    SetEquals(Value),
    /// `has`
    Has(Value),
    /// An event has happened.
    Happened,
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

/// What `is` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `string`
    String,
    /// `hash`
    Hash,
    /// `list`
    List,
    /// `set`
    Set,
    /// `zset`
    SortedSet,
    /// `nil`
    Nil,
    /// `error`
    Error,
}

/// A regular expression.
#[derive(Debug, Clone)]
pub struct Pattern(pub regex::bytes::Regex);

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Eq for Pattern {}

/// The right side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// One or more literals.
    Literals(Vec<Literal>),
    /// Another command that only reads.
    Command {
        /// Name and arguments.
        words: Vec<Vec<u8>>,
        /// Where it runs.
        place: Place,
    },
    /// Something in a file.
    File(Source),
}

/// A literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// Its bytes, quotes and escapes undone.
    pub bytes: Vec<u8>,
    /// Whether it stood in quotes: then it is a text even if it looks like a number.
    pub quoted: bool,
}

/// `file NAME $.path [length]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file's name.
    pub name: String,
    /// Where that name is written.
    pub name_span: Span,
    /// Where in its JSON.
    pub path: Path,
    /// Where that path is written.
    pub path_span: Span,
    /// Whether the number of elements is meant and not the elements.
    pub length: bool,
}

/// `else …: message`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Else {
    /// When it is told.
    pub when: When,
    /// What is told.
    pub message: Template,
    /// Its line.
    pub span: Span,
}

/// When an `else` is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// `else:`
    Always,
    /// `else KIND:`
    Kind(Kind),
    /// `else == 3:` and so on, of what was got.
    Got(Operator, Literal),
}

/// `accept KIND: reason`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accept {
    /// The kind of generated state.
    pub kind: String,
    /// Why it may pass.
    pub reason: String,
    /// Its line.
    pub span: Span,
}

impl Item {
    /// The label of an assertion or a group.
    pub fn label(&self) -> &str {
        match self {
            Item::One(assertion) => &assertion.label,
            Item::Any(group) => &group.label,
        }
    }

    /// Where it begins.
    pub fn span(&self) -> Span {
        match self {
            Item::One(assertion) => assertion.span,
            Item::Any(group) => group.span,
        }
    }

    /// The assertion itself, or the alternatives.
    pub fn assertions(&self) -> &[Assertion] {
        match self {
            Item::One(assertion) => std::slice::from_ref(assertion),
            Item::Any(group) => &group.alternatives,
        }
    }

    /// Every `else` line, those of alternatives included.
    pub fn elses(&self) -> impl Iterator<Item = &Else> {
        let of_group = match self {
            Item::One(_) => &[],
            Item::Any(group) => group.otherwise.as_slice(),
        };
        self.assertions().iter().flat_map(|assertion| &assertion.otherwise).chain(of_group)
    }
}

impl Check {
    /// Every assertion, alternatives included, in file order.
    pub fn assertions(&self) -> impl Iterator<Item = &Assertion> {
        self.items.iter().flat_map(Item::assertions)
    }

    /// The item of that label.
    pub fn item(&self, label: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.label() == label)
    }
}

//! `ask` blocks: what the learner is asked to answer in words or numbers.

use super::attributes;
use super::blocks::Fence;
use crate::lesson::number::Number;
use crate::lesson::problem::{Problem, Span};
use crate::lesson::suggest::did_you_mean;

/// One question: `name type Label`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The name an answer is given under: `answer NAME=value`.
    pub name: String,
    /// What kind of answer is wanted.
    pub answer: Answer,
    /// The question as the learner reads it.
    pub label: String,
    /// Where the question stands.
    pub span: Span,
}

impl Question {
    /// A line that could not be read: a lesson with such a question is never run.
    fn lost(span: Span) -> Self {
        Self { name: String::new(), answer: Answer::Text, label: String::new(), span }
    }

    /// Whether the line could not be read.
    pub fn is_lost(&self) -> bool {
        self.name.is_empty()
    }
}

/// What kind of answer a question wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Any words.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// One of these; they stand in round brackets at the end of the label, with `|` between them.
    Choice(Vec<String>),
}

impl Answer {
    /// What is wrong with the form of an answer, for the learner; nothing if it can be judged.
    /// Outer white space and case do not count.
    pub fn objection(&self, text: &str) -> Option<String> {
        let text = text.trim();
        let number = Number::parse(text.as_bytes());
        if text.is_empty() {
            return Some("The answer is empty.".to_owned());
        }
        match self {
            Answer::Text => None,
            Answer::Integer => {
                let whole = number.is_some_and(|number| number.is_whole());
                (!whole).then(|| "The answer is a whole number, such as 4.".to_owned())
            }
            Answer::Number => {
                number.is_none().then(|| "The answer is a number, such as 4 or 0.5.".to_owned())
            }
            Answer::Choice(choices) => {
                let fold = text.to_lowercase();
                let known = choices.iter().any(|choice| choice.to_lowercase() == fold);
                (!known).then(|| format!("The answer is one of: {}.", choices.join(", ")))
            }
        }
    }
}

const TYPES: &[&str] = &["text", "integer", "number", "choice"];

/// The questions of a block.
pub fn parse(fence: &Fence<'_>, problems: &mut Vec<Problem>) -> Vec<Question> {
    let mut questions: Vec<Question> = Vec::new();
    for raw in &fence.lines {
        let (text, span) = raw.trimmed();
        if text.is_empty() {
            continue;
        }
        let mut words = attributes::words(text, span.start);
        let (Some((name, name_span)), Some((kind, kind_span)), Some((_, label_span))) =
            (words.next(), words.next(), words.next())
        else {
            problems.push(Problem::new(
                span,
                "a question is a name, a type and a label",
                "something is missing",
                "write for example `keys integer How many keys are there?`",
            ));
            questions.push(Question::lost(span));
            continue;
        };
        if !attributes::name(name, name_span, "a question's name", problems) {
            questions.push(Question::lost(span));
            continue;
        }
        if questions.iter().any(|question| question.name == name) {
            problems.push(Problem::new(
                name_span,
                format!("two questions are called `{name}`"),
                "the second one",
                "give it another name",
            ));
        }
        let label = text.get(label_span.start - span.start..).unwrap_or_default();
        let (answer, label) = match kind {
            "text" => (Answer::Text, label),
            "integer" => (Answer::Integer, label),
            "number" => (Answer::Number, label),
            "choice" => {
                let Some((choices, label)) = choices(label) else {
                    problems.push(Problem::new(
                        Span::new(label_span.start, span.end),
                        "a `choice` question lists what can be chosen",
                        "no choices here",
                        "end the label with the choices: `Where is it? (memory | disk)`",
                    ));
                    questions.push(Question::lost(span));
                    continue;
                };
                (Answer::Choice(choices), label)
            }
            _ => {
                problems.push(Problem::new(
                    kind_span,
                    format!("`{kind}` is not a type of answer"),
                    "unknown type",
                    did_you_mean(kind, TYPES),
                ));
                questions.push(Question::lost(span));
                continue;
            }
        };
        let (name, label) = (name.to_owned(), label.to_owned());
        questions.push(Question { name, answer, label, span });
    }
    questions
}

/// The choices at the end of a label, two at least, all different, and the label without them.
fn choices(label: &str) -> Option<(Vec<String>, &str)> {
    let open = label.rfind('(')?;
    let (before, after) = label.split_at_checked(open)?;
    let inner = after.strip_prefix('(')?.strip_suffix(')')?;
    let choices: Vec<String> = inner.split('|').map(|choice| choice.trim().to_owned()).collect();
    let distinct = choices.iter().enumerate().all(|(i, choice)| {
        !choice.is_empty()
            && !choices.iter().take(i).any(|other| other.eq_ignore_ascii_case(choice))
    });
    (choices.len() >= 2 && distinct && !before.trim().is_empty())
        .then(|| (choices, before.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::Answer;

    #[test]
    fn answers_are_held_to_their_type() {
        let choice = Answer::Choice(vec!["memory".into(), "disk".into()]);
        for (answer, good) in [
            (&Answer::Text, "anything"),
            (&Answer::Integer, " 4 "),
            (&Answer::Integer, "4.0"),
            (&Answer::Number, "-0.5"),
            (&choice, " Disk"),
        ] {
            assert_eq!(answer.objection(good), None, "{good}");
        }
        for (answer, bad, told) in [
            (&Answer::Text, " ", "The answer is empty."),
            (&Answer::Integer, "four", "The answer is a whole number, such as 4."),
            (&Answer::Integer, "4.5", "The answer is a whole number, such as 4."),
            (&Answer::Number, "x", "The answer is a number, such as 4 or 0.5."),
            (&choice, "tape", "The answer is one of: memory, disk."),
        ] {
            assert_eq!(answer.objection(bad).as_deref(), Some(told), "{bad}");
        }
    }
}

//! `quiz` blocks: a question with choices and a reply to each.

use super::blocks::Fence;
use crate::lesson::problem::{Problem, Span};

/// A question with choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quiz {
    /// The question, as Markdown.
    pub question: String,
    /// The choices, in order.
    pub choices: Vec<Choice>,
}

/// One choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// `- [x]`
    pub right: bool,
    /// What is chosen.
    pub text: String,
    /// What is said to someone who chooses it.
    pub reply: String,
    /// Where the choice stands.
    pub span: Span,
}

impl Quiz {
    /// The numbers of the right choices, from 1, as a learner types them.
    pub fn right_numbers(&self) -> Vec<String> {
        let right = self.choices.iter().enumerate().filter(|(_, choice)| choice.right);
        right.map(|(place, _)| (place + 1).to_string()).collect()
    }
}

/// The quiz of a block.
pub fn parse(fence: &Fence<'_>, problems: &mut Vec<Problem>) -> Quiz {
    let mut question: Vec<&str> = Vec::new();
    let mut choices: Vec<Choice> = Vec::new();
    let before = problems.len();
    for raw in &fence.lines {
        let (text, span) = raw.trimmed();
        if let Some(rest) = raw.text.strip_prefix("- [") {
            let (right, label) = if let Some(label) = rest.strip_prefix(" ]") {
                (false, label)
            } else if let Some(label) = rest.strip_prefix("x]").or_else(|| rest.strip_prefix("X]"))
            {
                (true, label)
            } else {
                problems.push(Problem::new(
                    span,
                    "a choice begins with `- [ ]` or `- [x]`",
                    "neither of them",
                    "write `- [x]` for a right choice and `- [ ]` for a wrong one",
                ));
                continue;
            };
            let text = label.trim().to_owned();
            if text.is_empty() {
                problems.push(Problem::new(
                    span,
                    "this choice is empty",
                    "no text",
                    "write it out",
                ));
            }
            if choices.iter().any(|other| !text.is_empty() && other.text == text) {
                problems.push(Problem::new(
                    span,
                    format!("two choices say `{text}`"),
                    "the second one",
                    "take one of them out, or write what is different",
                ));
            }
            choices.push(Choice { right, text, reply: String::new(), span });
        } else if let Some(choice) = choices.last_mut() {
            if !text.is_empty() && !raw.text.starts_with([' ', '\t']) {
                problems.push(match text.strip_prefix(['-', '*', '+']) {
                    Some(rest) => Problem::new(
                        span,
                        "a choice begins with `- [ ]` or `- [x]`",
                        "neither of them",
                        format!(
                            "write `- [ ] {}`, with an `x` in the brackets if it is right",
                            without_box(rest)
                        ),
                    ),
                    None => Problem::new(
                        span,
                        "a reply stands indented below its choice",
                        "not indented",
                        "begin the line with two spaces",
                    ),
                });
                continue;
            }
            if choice.reply.is_empty() && text.starts_with(char::is_lowercase) {
                problems.push(Problem::new(
                    span,
                    "a reply begins with a capital letter; this may be the rest of its choice",
                    "begins small",
                    "a choice stands on one line, however long; its reply begins on the next",
                ));
            }
            if !(text.is_empty() || choice.reply.is_empty()) {
                // The reply is a paragraph, wherever its author broke the lines.
                choice.reply.push(' ');
            }
            choice.reply.push_str(text);
        } else if let Some(rest) =
            ["*", "+"].iter().find_map(|mark| text.strip_prefix(mark)).map(str::trim_start)
            && (rest.starts_with("[ ]") || rest.starts_with("[x]") || rest.starts_with("[X]"))
        {
            problems.push(Problem::new(
                span,
                "a choice begins with a hyphen",
                "another mark",
                format!("write `- {rest}`"),
            ));
        } else {
            question.push(raw.text.trim_end());
        }
    }
    let question = question.join("\n").trim().to_owned();
    let quiz = Quiz { question, choices };
    if problems.len() == before {
        judge(&quiz, fence.opening, problems);
    }
    quiz
}

/// A choice without the brackets that it has already.
fn without_box(rest: &str) -> &str {
    let rest = rest.trim();
    let boxed = ["[ ]", "[x]", "[X]"].iter().find_map(|mark| rest.strip_prefix(mark));
    boxed.unwrap_or(rest).trim()
}

fn judge(quiz: &Quiz, opening: Span, problems: &mut Vec<Problem>) {
    let mut tell = |message: &str, label: &str, help: &str| {
        problems.push(Problem::new(opening, message, label, help));
    };
    if quiz.question.is_empty() {
        tell("this quiz asks nothing", "no question", "write the question above the choices");
    }
    if quiz.choices.len() < 2 {
        let help = "write two choices at least, each as `- [ ] text` or `- [x] text`";
        tell("this quiz leaves nothing to choose", "fewer than two choices", help);
    } else if !quiz.choices.iter().any(|choice| choice.right) {
        tell(
            "this quiz has no right choice",
            "no `- [x]` in it",
            "mark the right one with `- [x]`",
        );
    }
    for choice in quiz.choices.iter().filter(|choice| choice.reply.is_empty()) {
        problems.push(Problem::new(
            choice.span,
            "this choice has no reply",
            "nothing below it",
            "write what its chooser should read, indented, on the next line",
        ));
    }
}

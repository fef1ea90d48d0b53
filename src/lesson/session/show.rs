//! What a step shows of itself: its text, what it asks, and no more than a learner should see.

use super::Said;
use crate::lesson::format::{Answer, Content, Part, Question, Step, Transcript};
use crate::lesson::text::fenced;

/// The parts that stand before the first step.
pub(super) fn intro(parts: &[Part]) -> Vec<Said> {
    parts.iter().flat_map(part).collect()
}

/// A step with its number, from 1.
pub(super) fn step(step: &Step, number: usize, of: usize) -> Vec<Said> {
    let mut said = vec![Said::Step { number, of, title: step.title.clone() }];
    said.extend(step.parts.iter().flat_map(part));
    if !step.is_task() && step.quizzes().next().is_none() {
        said.push(Said::Note("`next` goes on.".to_owned()));
    }
    said
}

fn part(part: &Part) -> Vec<Said> {
    match &part.content {
        Content::Text(text) => vec![Said::Text(text.clone())],
        Content::Listing(listing) => vec![Said::Text(fenced(&listing.text))],
        Content::Redis(transcript) => vec![Said::Text(fenced(&typed_and_replied(transcript)))],
        Content::Python(text) => vec![Said::Text(fenced(text))],
        Content::Ask(questions) => questions.iter().map(question).collect(),
        Content::Quiz(quiz) => vec![Said::Quiz {
            question: quiz.question.clone(),
            choices: quiz.choices.iter().map(|choice| choice.text.clone()).collect(),
            several: quiz.choices.iter().filter(|choice| choice.right).count() > 1,
        }],
        Content::Setup(_)
        | Content::Check(_)
        | Content::Hint(_)
        | Content::Solution(_)
        | Content::Right(_)
        | Content::Wrong(_)
        | Content::Teacher(_) => Vec::new(),
    }
}

fn typed_and_replied(transcript: &Transcript) -> String {
    let mut lines = Vec::new();
    for exchange in &transcript.exchanges {
        lines.push(format!("> {}", exchange.command.text));
        lines.extend(exchange.reply.iter().cloned());
    }
    lines.join("\n")
}

fn question(question: &Question) -> Said {
    let label = match &question.answer {
        Answer::Choice(choices) => format!("{} ({})", question.label, choices.join(" | ")),
        Answer::Text | Answer::Integer | Answer::Number => question.label.clone(),
    };
    Said::Ask { usage: format!("answer {}=…", question.name), label }
}

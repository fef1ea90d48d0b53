//! What a step shows of itself: its text, what it asks, and no more than a learner should see.

use std::ops::RangeInclusive;

use super::Said;
use crate::lesson::format::{Answer, Content, Part, Question, Step, Transcript};
use crate::lesson::text::fenced;

/// The parts that stand before the first step.
pub(super) fn intro(parts: &[Part]) -> Vec<Said> {
    parts.iter().flat_map(part).collect()
}

/// A step with its number, from 1. Of several quizzes it shows those up to the one that is `open`, so
/// that nobody doubts which one `answer 1` is for.
pub(super) fn step(step: &Step, number: usize, of: usize, open: Option<usize>) -> Vec<Said> {
    let mut said = vec![Said::Step { number, of, title: step.title.clone() }];
    said.extend(parts_for(step, 0..=open.unwrap_or(usize::MAX)));
    if !step.is_task() && step.quizzes().next().is_none() {
        said.push(Said::Note("`next` goes on.".to_owned()));
    }
    said
}

/// What comes in sight when the quiz `after` is answered and `next` is open.
pub(super) fn quiz_after(step: &Step, after: usize, next: usize) -> Vec<Said> {
    parts_for(step, after + 1..=next)
}

/// The parts that belong to these quizzes: what stands before each, and behind the last one.
fn parts_for(step: &Step, quizzes: RangeInclusive<usize>) -> Vec<Said> {
    let last = step.quizzes().count().saturating_sub(1);
    let mut before = 0;
    let mut said = Vec::new();
    for one in &step.parts {
        if quizzes.contains(&before.min(last)) {
            said.extend(part(one));
        }
        before += usize::from(matches!(one.content, Content::Quiz(_)));
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

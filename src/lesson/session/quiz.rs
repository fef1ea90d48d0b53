//! Quizzes in a learner's run: which one is open, and what is said to a choice. And lines that were
//! meant as an answer.

use super::{Deed, Said, Session, show};
use crate::engine;
use crate::lesson::answers::{self, Part};
use crate::lesson::format::{Answer, Quiz, Step};
use crate::lesson::nearest;
use crate::lesson::receipt::Event;
use crate::lesson::stage::{answer_words, is_right};
use crate::syntax::{Line, Word};

impl Session {
    /// Takes `answer 2`, or the numbers alone, for the quiz that is open; `false` if the line is for
    /// something else.
    pub(super) fn answer_quiz(
        &mut self,
        line: &[u8],
        parsed: Option<&Line>,
        said: &mut Vec<Said>,
    ) -> bool {
        let Some(step) = self.current().cloned() else { return false };
        let Some(text) = parsed.and_then(answer_words).map(spaced).or_else(|| bare(line)) else {
            return false;
        };
        let quizzes: Vec<&Quiz> = step.quizzes().collect();
        let Some(open) = self.open_quiz(&step) else { return false };
        let Some(quiz) = quizzes.get(open) else { return false };
        let typed: Vec<&str> = text
            .split(|letter: char| letter == ',' || letter.is_whitespace())
            .map(|part| part.trim_end_matches('.'))
            .filter(|part| !part.is_empty() && *part != "and")
            .collect();
        let numbers: Option<Vec<usize>> = typed.iter().map(|word| word.parse().ok()).collect();
        let picked = match numbers {
            Some(picked) if !picked.is_empty() => picked,
            // A name and a value are for a question, not for the quiz.
            Some(_) | None if !step.questions().is_empty() => return false,
            Some(_) | None => {
                said.push(Said::Note(how_to_choose(quiz)));
                return true;
            }
        };
        for number in &picked {
            match number.checked_sub(1).and_then(|place| quiz.choices.get(place)) {
                Some(choice) => said.push(if choice.right {
                    Said::Became(choice.reply.clone())
                } else {
                    Said::NotYet(choice.reply.clone())
                }),
                None => said.push(Said::Note(format!(
                    "there is no choice {number}; take 1 to {}",
                    quiz.choices.len()
                ))),
            }
        }
        let right = is_right(quiz, &picked);
        let record = self.progress.record(&self.lesson);
        record.picked.insert(open, picked.clone());
        record.keep_line(&step.id, line);
        if right {
            self.look(Deed::default(), said);
            if let Some(next) = self.open_quiz(&step)
                && self.current().is_some_and(|now| now.id == step.id)
            {
                said.extend(show::quiz_after(&step, open, next));
            }
        } else {
            let numbers: Vec<String> = picked.iter().map(ToString::to_string).collect();
            let what = format!("quiz/{}", numbers.join(","));
            self.note(Event::Mistake { what }, said);
            *self.progress.record(&self.lesson).tries.entry(step.id.clone()).or_default() += 1;
            let wanted = quiz.choices.iter().filter(|choice| choice.right).count();
            let all_right = picked.iter().all(|number| {
                number.checked_sub(1).and_then(|p| quiz.choices.get(p)).is_some_and(|c| c.right)
            });
            if wanted > 1 && all_right {
                said.push(Said::Note(
                    "that is right, and there is more: write all the numbers in one answer"
                        .to_owned(),
                ));
            }
        }
        true
    }

    /// The first quiz of the step that was not answered rightly yet.
    pub(super) fn open_quiz(&self, step: &Step) -> Option<usize> {
        let record = self.progress.lesson(&self.lesson);
        step.quizzes()
            .enumerate()
            .find(|(place, quiz)| {
                !record.picked.get(place).is_some_and(|picked| is_right(quiz, picked))
            })
            .map(|(place, _)| place)
    }

    /// What is said to a line that is no command and would fit a question of the step.
    pub(super) fn meant_as_answer(&self, line: &[u8], parsed: &Line, step: &Step) -> Option<Said> {
        let Line::Command { words, repeat: None } = parsed else { return None };
        let first = words.first()?;
        if engine::by_name(&first.bytes).is_some() || answer_words(parsed).is_some() {
            return None;
        }
        if bare(line).is_some() {
            return None;
        }
        let word = String::from_utf8_lossy(&first.bytes);
        // One word that is not like a command may be a text; more of them are hardly an answer.
        let is_text = words.len() == 1 && nearest(&word, engine::table().map(|r| r.name)).is_none();
        if is_text
            && let Some(quiz) = self.open_quiz(step).and_then(|open| step.quizzes().nth(open))
        {
            return Some(Said::Meant(how_to_choose(quiz)));
        }
        let is_open = |name: &str| !self.stage.answers.contains_key(name);
        let parts = answers::read(line, words, step.questions(), &is_open);
        let fits = parts.iter().all(|part| match part {
            Part::Named(name, value) => step.questions().iter().any(|question| {
                question.name == *name
                    && (is_text || question.answer != Answer::Text)
                    && question.answer.objection(value).is_none()
            }),
            Part::Unclear(_) => false,
        });
        let line = String::from_utf8_lossy(line);
        (fits && !parts.is_empty())
            .then(|| Said::Meant(format!("to answer, type `answer {}`", line.trim())))
    }

    /// Whether every quiz of the step was answered rightly.
    pub(super) fn quizzes_are_right(&self, step: &Step) -> bool {
        self.open_quiz(step).is_none()
    }
}

/// How a quiz is answered.
fn how_to_choose(quiz: &Quiz) -> String {
    let count = quiz.choices.len();
    let right = quiz.choices.iter().filter(|choice| choice.right).count();
    if right > 1 {
        format!("write `answer` and the numbers of all your choices, 1 to {count}")
    } else {
        format!("write `answer` and the number of your choice, 1 to {count}")
    }
}

/// Words as one text.
fn spaced(words: &[Word]) -> String {
    let words: Vec<_> = words.iter().map(|word| String::from_utf8_lossy(&word.bytes)).collect();
    words.join(" ")
}

/// A line of numbers and nothing else: no command of Redis is called so.
fn bare(line: &[u8]) -> Option<String> {
    let text = str::from_utf8(line).ok()?;
    let between = |letter: char| matches!(letter, ',' | '.') || letter.is_whitespace();
    let numbers = text.chars().all(|letter| letter.is_ascii_digit() || between(letter));
    (numbers && !text.chars().all(between)).then(|| text.to_owned())
}

//! The transcript: what a learner sees who goes through the lesson with its first solutions, and what
//! every other fixture earns.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use super::proof::Proof;
use super::rig::Rig;
use super::task::Judged;
use crate::lesson::format::{Quiz, Step};
use crate::lesson::problem::{Problem, Span};
use crate::lesson::session::{Progress, Said, Session};
use crate::lesson::shown::piece_text;
use crate::screen::Look;

/// Writes the transcript of a lesson; a step that the run does not pass is told and ends it.
pub(super) fn write(rig: &Rig<'_>, judged: &[Judged], proof: &mut Proof) {
    match run(rig) {
        Ok(mut text) => {
            for (place, (step, judged)) in rig.steps().iter().zip(judged).enumerate() {
                text.push_str(&fixtures(place, rig.steps().len(), step, judged));
            }
            let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
            proof.transcript = Some(format!("{}\n", lines.join("\n").trim_matches('\n')));
        }
        Err(problem) => {
            // A solution that does not pass from the step alone was told already.
            if proof.holds() {
                proof.fail(problem);
            }
        }
    }
}

fn run(rig: &Rig<'_>) -> Result<String, Problem> {
    let desk = Rig::desk();
    let lesson = &rig.entry.lesson;
    let broken = |span: Span, error: String| {
        Problem::new(span, error, "in a learner's run", "mend what leads to it")
    };
    let progress = Progress::load(desk.storage.clone(), Path::new(&desk.home))
        .map_err(|error| broken(Span::default(), error.to_string()))?;
    let catalogue = Arc::clone(rig.catalogue);
    let (mut session, said) = Session::open(desk, &catalogue, progress, &lesson.front.id, None)
        .map_err(|error| broken(Span::default(), error.to_string()))?;
    let mut text = String::new();
    print(&mut text, b"", &said);
    for step in &lesson.steps {
        if !pass(&mut session, step, &mut text) {
            return Err(Problem::new(
                step.span,
                format!(
                    "a learner who types the first solution of step `{}` does not pass",
                    step.id
                ),
                "in a run of the whole lesson",
                "a learner goes on with one client: it stays in its database from step to step, and \
                 a step ends as soon as it is right",
            ));
        }
    }
    session.close();
    Ok(text)
}

/// Types what passes a step; `false` if it does not.
fn pass(session: &mut Session, step: &Step, text: &mut String) -> bool {
    let quizzes: Vec<&Quiz> = step.quizzes().collect();
    if !step.is_task() && quizzes.is_empty() {
        return submit(session, "next", text);
    }
    let solution = step.solutions().next().into_iter().flat_map(|script| &script.lines);
    let answers =
        quizzes.into_iter().map(|quiz| format!("answer {}", quiz.right_numbers().join(",")));
    let lines = solution.map(|line| line.text.clone()).chain(answers);
    // A step ends as soon as it is right; what is left of its solution is not typed into the next.
    for line in lines {
        if submit(session, &line, text) {
            return true;
        }
    }
    false
}

/// Types a line; whether it passed the step.
fn submit(session: &mut Session, line: &str, text: &mut String) -> bool {
    text.push_str(&session.prompt());
    text.push_str(line);
    text.push('\n');
    let (said, _) = session.submit(line.as_bytes());
    print(text, line.as_bytes(), &said);
    said.iter().any(|piece| matches!(piece, Said::Passed { .. }))
}

fn print(text: &mut String, line: &[u8], said: &[Said]) {
    for piece in said {
        match piece.render(Look::PLAIN) {
            Some(rendered) => text.push_str(&rendered),
            None => {
                if let Said::Shown(shown) = piece {
                    text.push_str(&piece_text(shown, line));
                }
            }
        }
    }
}

/// What the other fixtures of a step earn, and what is said to each choice of its quizzes.
fn fixtures(place: usize, of: usize, step: &Step, judged: &Judged) -> String {
    let mut text = String::new();
    for verdict in judged.verdicts.iter().filter(|verdict| verdict.fixture != "solution") {
        match &verdict.failure {
            None => {
                let _ = writeln!(text, "\n{}: passes", verdict.fixture);
            }
            Some((label, message)) => {
                let _ = writeln!(text, "\n{}: {label}", verdict.fixture);
                let told = Said::NotYet(message.clone()).render(Look::PLAIN);
                text.push_str(&told.unwrap_or_default());
            }
        }
    }
    for quiz in step.quizzes() {
        for (place, choice) in quiz.choices.iter().enumerate().filter(|(_, choice)| !choice.right) {
            let _ = writeln!(text, "\nanswer {}: {}", place + 1, choice.text);
            let told = Said::NotYet(choice.reply.clone()).render(Look::PLAIN);
            text.push_str(&told.unwrap_or_default());
        }
    }
    if text.is_empty() {
        return text;
    }
    format!("\n\nBeside step {} of {of}, {}:\n{text}", place + 1, step.title)
}

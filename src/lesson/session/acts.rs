//! The tutor commands about a lesson: `:hint`, `:check`, `:solution` and their like.

use std::fmt::Write as _;
use std::sync::Arc;

use super::doubt::Wish;
use super::{Said, Session, SessionError, find, place, place_of, recap};
use crate::lesson::catalogue::Entry;
use crate::lesson::check::eval::Outcome;
use crate::lesson::format::Step;
use crate::lesson::receipt::Event;
use crate::lesson::session::progress::Record;
use crate::lesson::stage::{Scene, Stage};
use crate::lesson::text::fenced;
use crate::syntax::Word;

/// The words that [`run`] knows; all but `reset` work without a colon too.
pub const WORDS: &[&str] = &[
    "hint", "check", "solution", "next", "back", "skip", "reset", "steps", "lessons", "learn",
    "compare", "recap", "task", "note",
];

/// Runs a tutor command.
pub(super) fn run(session: &mut Session, word: &str, args: &[Word], said: &mut Vec<Said>) {
    match word {
        "hint" => hint(session, said),
        "check" => check(session, said),
        "solution" => solution(session, true, said),
        "skip" => solution(session, false, said),
        "next" => next(session, said),
        "back" => back(session, said),
        "reset" => reset(session, said),
        "steps" => steps(session, said),
        "lessons" => lessons(session, said),
        "learn" => learn(session, args, said),
        "compare" => compare(session, args, said),
        "recap" => recap::recap(session, said),
        "task" => session.show_step(said),
        _ => {}
    }
}

pub(super) fn over(session: &Session, said: &mut Vec<Said>) -> Option<Step> {
    let step = session.current().cloned();
    if step.is_none() {
        let next = session.next_lesson().map_or("", |_| "`next` begins the next one, ");
        said.push(Said::Note(format!(
            "this lesson is over: {next}`:lessons` lists all, `:back` reopens the last step"
        )));
    }
    step
}

fn hint(session: &mut Session, said: &mut Vec<Said>) {
    let Some(step) = over(session, said) else { return };
    let hints: Vec<&String> = step.hints().collect();
    let of = hints.len();
    let Some(text) = hints.get(session.hints) else {
        said.push(Said::Note(if of == 0 && !step.is_task() && step.quizzes().next().is_some() {
            "a question has no hints: choose, and the tutor says why that is right or not"
                .to_owned()
        } else if of == 0 {
            "this step has no hints; `:check` says what is missing".to_owned()
        } else {
            "there are no more hints; `:solution` shows and applies one".to_owned()
        }));
        return;
    };
    session.hints += 1;
    let number = session.hints;
    said.push(Said::Hint { number, of, text: (*text).clone() });
    session.note(Event::Hint { number }, said);
    let record = session.progress.record(&session.lesson);
    let seen = record.hints.entry(step.id.clone()).or_default();
    *seen = (*seen).max(number);
}

fn check(session: &mut Session, said: &mut Vec<Said>) {
    let Some(step) = over(session, said) else { return };
    if !step.is_task() {
        said.push(Said::Note(if step.quizzes().next().is_some() {
            "this step asks a question: `answer` and the number of your choice".to_owned()
        } else {
            "there is nothing to check here; `next` goes on".to_owned()
        }));
        return;
    }
    session.outcomes = session.judge();
    if session.is_passed(&step) {
        session.pass(true, said);
        return;
    }
    let outcomes = session.outcomes.clone();
    let mut first = true;
    for outcome in &outcomes {
        match &outcome.failure {
            None => said.push(Said::Became(outcome.label.clone())),
            Some(failure) if first => {
                first = false;
                session.tell(&failure.message, said);
            }
            // What is told of it takes for granted that the ones before it hold.
            Some(_) => said.push(Said::Also(format!("{}: not yet", outcome.label))),
        }
    }
    if outcomes.iter().all(Outcome::holds) {
        said.push(Said::Note("what is missing is the question above".to_owned()));
    } else {
        session.offer_hint(said);
    }
}

/// `:solution` shows the answer and applies it, `:skip` only applies it; both are written down.
pub(super) fn solution(session: &mut Session, show: bool, said: &mut Vec<Said>) {
    let Some(step) = over(session, said) else { return };
    let catalogue = Arc::clone(&session.catalogue);
    let Some(entry) = catalogue.get(&session.lesson) else { return };
    if show {
        said.extend(solution_text(&step).map(Said::Text));
    }
    if let Some(script) = step.solutions().next() {
        session.stage.play(Scene { entry, step: &step, script });
        session.outcomes = session.judge();
        if !session.outcomes.iter().all(Outcome::holds) {
            // The learner's own state was in the way: from the step's beginning it is proved.
            let lesson = session.lesson.clone();
            if session.asks(Wish::Solution { show }, &lesson, false, said) {
                return;
            }
            session.rebuild(session.step, said);
            if let Some(script) = step.setup() {
                session.stage.play(Scene { entry, step: &step, script });
            }
            session.stage.begin_step();
            session.stage.play(Scene { entry, step: &step, script });
            said.push(Said::Note(
                "the step was put back to its beginning before the solution was applied".into(),
            ));
        }
        session.stage.console.fresh_client();
    }
    let done = session.progress.lesson(&session.lesson).done.contains(&step.id);
    session.pass(done, said);
}

/// The first solution and the right choices, as Markdown.
pub(super) fn solution_text(step: &Step) -> Option<String> {
    let mut text = String::new();
    if let Some(script) = step.solutions().next() {
        let lines: Vec<&str> = script.lines.iter().map(|line| line.text.as_str()).collect();
        text.push_str(&fenced(&lines.join("\n")));
        text.push('\n');
    }
    for quiz in step.quizzes() {
        for (place, choice) in quiz.choices.iter().enumerate().filter(|(_, choice)| choice.right) {
            let _ = writeln!(text, "\n{}. {}\n", place + 1, choice.text);
        }
    }
    (!text.is_empty()).then_some(text)
}

fn next(session: &mut Session, said: &mut Vec<Said>) {
    if session.current().is_none()
        && let Some(lesson) = session.next_lesson()
    {
        go(session, &lesson, said);
        return;
    }
    let Some(step) = over(session, said) else { return };
    let free = !step.is_task() && step.quizzes().next().is_none();
    if free {
        session.pass(true, said);
        return;
    }
    session.outcomes = session.judge();
    if session.is_passed(&step) {
        session.pass(true, said);
    } else if session.progress.lesson(&session.lesson).has(&step.id) {
        session.enter(session.step + 1, said);
    } else {
        said.push(Said::Note(
            "this step is not done yet: `:check` says what is missing, `:skip` applies the \
             solution and goes on"
                .to_owned(),
        ));
    }
}

fn back(session: &mut Session, said: &mut Vec<Said>) {
    let Some(before) = session.step.checked_sub(1) else {
        said.push(Said::Note("this is the first step".to_owned()));
        return;
    };
    session.enter(before, said);
}

pub(super) fn reset(session: &mut Session, said: &mut Vec<Said>) {
    if over(session, said).is_none() {
        return;
    }
    let lesson = session.lesson.clone();
    if session.asks(Wish::Reset, &lesson, false, said) {
        return;
    }
    session.rebuild(session.step, said);
    said.push(Said::Note("everything is as it was when this step began".to_owned()));
    session.enter(session.step, said);
}

fn steps(session: &Session, said: &mut Vec<Said>) {
    let Some(entry) = session.entry() else { return };
    let record = session.progress.lesson(&session.lesson);
    for (place, step) in entry.lesson.steps.iter().enumerate() {
        let here = if place == session.step { " (here)" } else { "" };
        let text = format!("{}. {}{here} #{}", place + 1, step.title, step.id);
        said.push(if record.done.contains(&step.id) {
            Said::Became(text)
        } else if record.skipped.contains(&step.id) {
            Said::Became(format!("{text}, with the solution applied"))
        } else {
            Said::Also(text)
        });
    }
    said.push(Said::Note(format!("`:learn {}#STEP` goes to a step", session.lesson)));
}

fn lessons(session: &Session, said: &mut Vec<Said>) {
    for entry in session.catalogue.entries() {
        let record = session.progress.lesson(&entry.lesson.front.id);
        let text = line_of(entry, &record, entry.lesson.front.id == session.lesson);
        said.push(if is_done(entry, &record) { Said::Became(text) } else { Said::Also(text) });
    }
    said.push(Said::Note("`:learn ID` goes to a lesson".to_owned()));
}

/// Whether every step was passed.
pub(super) fn is_done(entry: &Entry, record: &Record) -> bool {
    entry.lesson.steps.iter().all(|step| record.has(&step.id))
}

fn line_of(entry: &Entry, record: &Record, here: bool) -> String {
    let front = &entry.lesson.front;
    let done = entry.lesson.steps.iter().filter(|step| record.has(&step.id)).count();
    format!(
        "{}: {} ({} min, {done} of {} steps){}",
        front.id,
        front.title,
        front.minutes,
        entry.lesson.steps.len(),
        if here { ", here" } else { "" }
    )
}

fn learn(session: &mut Session, args: &[Word], said: &mut Vec<Said>) {
    let [reference] = args else {
        said.push(Said::Note("write :learn ID or :learn ID#STEP; `:lessons` lists them".into()));
        return;
    };
    go(session, &String::from_utf8_lossy(&reference.bytes), said);
}

/// Goes to a lesson, or to a step of it: `ID`, `ID#STEP` or `#STEP`.
pub(super) fn go(session: &mut Session, reference: &str, said: &mut Vec<Said>) {
    let (lesson, step) = match reference.split_once('#') {
        Some((lesson, step)) => (lesson, Some(step)),
        None => (reference, None),
    };
    let lesson = if lesson.is_empty() { session.lesson.clone() } else { lesson.to_owned() };
    let catalogue = Arc::clone(&session.catalogue);
    let wanted = find(&catalogue, &lesson).and_then(|entry| {
        let step = step.map(|step| place_of(entry, step)).transpose()?;
        SessionError::if_it_needs_a_lab(&session.desk, &catalogue, entry)?;
        Ok((entry, step))
    });
    let (entry, step) = match wanted {
        Ok(wanted) => wanted,
        Err(error) => {
            said.push(Said::Note(error.to_string()));
            return;
        }
    };
    let goes_on = step.is_none() && session.progress.lesson(&lesson).at.is_some();
    if session.asks(Wish::Go(reference.to_owned()), &lesson, goes_on, said) {
        return;
    }
    if lesson != session.lesson {
        match Stage::open(&place(&session.desk, &lesson), entry) {
            Ok((stage, notices)) => {
                let old = std::mem::replace(&mut session.stage, stage);
                old.console.close();
                said.extend(notices.iter().map(|notice| Said::Note(notice.text().to_owned())));
            }
            Err(error) => {
                said.push(Said::Note(error.to_string()));
                return;
            }
        }
        session.lesson = lesson;
        session.head(said);
    }
    session.begin(step, said);
}

/// `:compare`: the learner's own lines beside the solution.
fn compare(session: &Session, args: &[Word], said: &mut Vec<Said>) {
    let Some(entry) = session.entry() else { return };
    let record = session.progress.lesson(&session.lesson);
    let wanted = args.first().map(|word| String::from_utf8_lossy(&word.bytes).into_owned());
    let step = match wanted {
        Some(id) => entry.lesson.step(id.trim_start_matches('#')),
        // The last step that was passed.
        None => entry.lesson.steps.iter().rev().find(|step| record.has(&step.id)),
    };
    let Some(step) = step.filter(|step| record.has(&step.id)) else {
        said.push(Said::Note(
            "a step can be compared when it is done; `:compare STEP` takes a certain one".into(),
        ));
        return;
    };
    said.push(Said::Text(comparison(step, &record)));
}

fn comparison(step: &Step, record: &Record) -> String {
    let mut text = format!("### {}\n\nYou typed:\n\n", step.title);
    match record.typed.get(&step.id) {
        Some(lines) if !lines.is_empty() => text.push_str(&fenced(&lines.join("\n"))),
        Some(_) | None => text.push_str("nothing"),
    }
    if let Some(solution) = solution_text(step) {
        text.push_str("\n\nOne solution:\n\n");
        text.push_str(&solution);
    }
    text
}

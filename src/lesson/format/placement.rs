//! Which blocks a step may have, how often, and what each needs beside it.

use super::attributes::is_name;
use super::model::{Content, Expect, Part, Step};
use super::{Answer, Question};
use crate::lesson::check::{Assertion, Check, Item, Subject, Test, Value, When};
use crate::lesson::objects::Kind;
use crate::lesson::problem::{Problem, Span};
use crate::lesson::suggest::{did_you_mean, nearest};

/// The points of a step whose heading names none, until [`settle_points`].
pub const POINTS_UNSAID: u32 = u32::MAX;

/// A step that does not say what it counts: one point if it can be solved or answered.
pub fn settle_points(steps: &mut [Step]) {
    for step in steps {
        if step.points == POINTS_UNSAID {
            step.points = u32::from(step.is_task() || step.quizzes().next().is_some());
        }
    }
}

/// Judges where blocks stand, over the whole lesson.
pub fn judge(intro: &[Part], steps: &[Step], problems: &mut Vec<Problem>) {
    for part in intro {
        let Some(role) = needs_a_step(&part.content) else { continue };
        problems.push(Problem::new(
            first_line(part),
            format!("a `{role}` block stands before the first step"),
            "no step yet",
            "move it below a `## Title {#id}` heading",
        ));
    }
    for (i, step) in steps.iter().enumerate() {
        if is_name(&step.id) && steps.iter().take(i).any(|other| other.id == step.id) {
            problems.push(Problem::new(
                step.span,
                format!("two steps have the id `{}`", step.id),
                "the second one",
                "give it an id of its own",
            ));
        }
        once(step, problems);
        names(step, problems);
    }
}

/// The id, or the title where the id is missing or cannot be one.
fn called(step: &Step) -> &str {
    if is_name(&step.id) { &step.id } else { &step.title }
}

fn role(content: &Content) -> &'static str {
    match content {
        Content::Text(_) => "text",
        Content::Listing(_) => "listing",
        Content::Redis(_) => "redis",
        Content::Setup(_) => "setup",
        Content::Ask(_) => "ask",
        Content::Check(_) => "check",
        Content::Hint(_) => "hint",
        Content::Solution(_) => "solution",
        Content::Right(_) => "right",
        Content::Wrong(_) => "wrong",
        Content::Quiz(_) => "quiz",
        Content::Python(_) => "python",
        Content::Teacher(_) => "teacher",
    }
}

fn needs_a_step(content: &Content) -> Option<&'static str> {
    match content {
        Content::Text(_) | Content::Listing(_) | Content::Redis(_) | Content::Teacher(_) => None,
        Content::Setup(_)
        | Content::Ask(_)
        | Content::Check(_)
        | Content::Hint(_)
        | Content::Solution(_)
        | Content::Right(_)
        | Content::Wrong(_)
        | Content::Quiz(_)
        | Content::Python(_) => Some(role(content)),
    }
}

/// The opening fence, by the length of a role at least: enough to point at.
fn first_line(part: &Part) -> Span {
    let role = role(&part.content);
    Span::new(part.span.start, (part.span.start + 3 + role.len()).min(part.span.end))
}

fn once(step: &Step, problems: &mut Vec<Problem>) {
    for wanted in ["check", "setup", "ask"] {
        for part in step.parts.iter().filter(|part| role(&part.content) == wanted).skip(1) {
            problems.push(Problem::new(
                first_line(part),
                format!("step `{}` has two `{wanted}` blocks", called(step)),
                "the second one",
                "put their lines into one block",
            ));
        }
    }
}

fn names(step: &Step, problems: &mut Vec<Problem>) {
    let mut seen: Vec<&str> = Vec::new();
    let mut solutions = 0;
    for part in &step.parts {
        let script = match &part.content {
            Content::Solution(script) => {
                solutions += 1;
                if solutions > 1 && script.name.is_none() {
                    problems.push(Problem::new(
                        first_line(part),
                        "this is not the first `solution`, so it needs a name",
                        "no `name` here",
                        "write `solution name=…`",
                    ));
                }
                script
            }
            Content::Right(script) => script,
            Content::Wrong(wrong) => &wrong.script,
            Content::Text(_)
            | Content::Listing(_)
            | Content::Redis(_)
            | Content::Setup(_)
            | Content::Ask(_)
            | Content::Check(_)
            | Content::Hint(_)
            | Content::Quiz(_)
            | Content::Python(_)
            | Content::Teacher(_) => continue,
        };
        let Some(name) = script.name.as_deref().filter(|name| !name.is_empty()) else { continue };
        if seen.contains(&name) {
            problems.push(Problem::new(
                first_line(part),
                format!("two blocks of step `{}` are called `{name}`", called(step)),
                "the second one",
                "give it another name",
            ));
        }
        seen.push(name);
    }
}

/// Judges what each block of a step needs beside it.
pub fn company(step: &Step, problems: &mut Vec<Problem>) {
    let task = step.is_task();
    if task && step.solutions().next().is_none() {
        let check = step.parts.iter().find(|part| role(&part.content) == "check");
        problems.push(Problem::new(
            check.map_or(step.span, first_line),
            format!("step `{}` has a `check` but no `solution`", called(step)),
            "nothing proves that it can be passed",
            "add a `solution` block with the lines that solve it",
        ));
    }
    for part in step.parts.iter().filter(|_| !task) {
        let role = role(&part.content);
        if ["ask", "hint", "solution", "right", "wrong"].contains(&role) {
            problems.push(Problem::new(
                first_line(part),
                format!("step `{}` has a `{role}` block but no `check`", called(step)),
                "nothing to check it against",
                "add a `check` block, or take this one out",
            ));
        }
    }
}

/// Judges that what is asked is checked, and what is checked is asked.
pub fn questions(step: &Step, problems: &mut Vec<Problem>) {
    let Some(check) = step.check() else { return };
    let asked: Vec<&str> = step.questions().iter().map(|question| question.name.as_str()).collect();
    // A question that could not be read may be the one that is missed.
    let all_read = step.questions().iter().all(|question| !question.is_lost());
    let mut looked_at: Vec<&str> = Vec::new();
    for assertion in check.assertions() {
        let Subject::Answer(name) = &assertion.subject else { continue };
        let near = nearest(name, asked.iter().copied());
        // A misspelt name is told here, and not a second time as a question that nobody checks.
        looked_at.extend(near);
        if let Some(question) = step.questions().iter().find(|question| question.name == *name) {
            fitting(question, assertion, problems);
        } else if all_read {
            problems.push(Problem::new(
                assertion.span,
                format!("step `{}` asks no question `{name}`", called(step)),
                "unknown answer",
                match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("add a line `{name} text …` to the step's `ask` block"),
                },
            ));
        }
    }
    for (place, question) in step.questions().iter().enumerate() {
        let name = question.name.as_str();
        let is_twin = asked.iter().take(place).any(|earlier| *earlier == name);
        if question.is_lost() || is_twin || looked_at.contains(&name) || !check.lost.is_empty() {
            continue;
        }
        problems.push(Problem::new(
            question.span,
            format!("no assertion looks at the answer `{name}`"),
            "asked for nothing",
            format!(
                "add `answer {name} == …` to the step's `check`; `answer {name} ~ /./` takes any \
                 answer"
            ),
        ));
    }
}

/// Judges that what an answer is compared with can be answered.
fn fitting(question: &Question, assertion: &Assertion, problems: &mut Vec<Problem>) {
    let wanted = match &assertion.test {
        Test::Compare(_, Value::Literals(list)) => list.as_slice(),
        Test::Compare(_, Value::Command { .. } | Value::File(_))
        | Test::In(..)
        | Test::Matches(_)
        | Test::Is(_)
        | Test::JsonEquals(_)
        | Test::SetEquals(_)
        | Test::Has(_)
        | Test::Happened => &[],
    };
    let named = assertion.otherwise.iter().filter_map(|otherwise| match &otherwise.when {
        When::Got(_, literal) => Some((literal, otherwise.span)),
        When::Always | When::Kind(_) => None,
    });
    for (literal, span) in wanted.iter().map(|literal| (literal, assertion.span)).chain(named) {
        let text = String::from_utf8_lossy(&literal.bytes);
        let Some(objection) = question.answer.objection(&text) else { continue };
        let help = match &question.answer {
            Answer::Choice(choices) => {
                let choices: Vec<&str> = choices.iter().map(String::as_str).collect();
                did_you_mean(&text, &choices)
            }
            Answer::Text | Answer::Integer | Answer::Number => {
                "mend the value, or the question's type".to_owned()
            }
        };
        let told = format!("nobody can answer `{text}` to `{}`", question.name);
        let label = objection.trim_end_matches('.').to_lowercase();
        problems.push(Problem::new(span, told, label, help));
    }
}

/// Judges what each `wrong` of a step expects.
pub fn expectations(step: &Step, problems: &mut Vec<Problem>) {
    let Some(check) = step.check() else { return };
    // A `wrong` that expects nothing was told already.
    for wrong in step.wrongs().filter(|wrong| !wrong.expect.label.is_empty()) {
        expectation(check, &wrong.expect, problems);
    }
}

fn expectation(check: &Check, expect: &Expect, problems: &mut Vec<Problem>) {
    let lost = check.lost.iter().map(String::as_str);
    if lost.clone().any(|label| label == expect.label) {
        return;
    }
    let Some(item) = check.item(&expect.label) else {
        let labels: Vec<&str> = check.items.iter().map(Item::label).chain(lost).collect();
        problems.push(Problem::new(
            expect.span,
            format!("no assertion of this step is called `{}`", expect.label),
            "unknown label",
            did_you_mean(&expect.label, &labels),
        ));
        return;
    };
    let Some(kind) = &expect.kind else { return };
    let names_kinds =
        item.assertions().iter().any(|a| matches!(a.subject, Subject::Objects { .. }));
    if !names_kinds {
        problems.push(Problem::new(
            expect.span,
            format!("`{}` names no kinds of mistakes", expect.label),
            "a kind",
            format!("write `expect={}`; only `objects` assertions name kinds", expect.label),
        ));
    } else if Kind::parse(kind).is_none() {
        problems.push(Problem::new(
            expect.span,
            format!("`{kind}` is not a kind of mistake"),
            "unknown kind",
            did_you_mean(kind, &Kind::names()),
        ));
    }
}

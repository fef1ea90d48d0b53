//! What lessons name outside of their own file: other lessons, steps in them, and files.
//!
//! Lessons with mistakes in their form count too, as far as they could be read: all mistakes are told
//! at once, and a lesson is not called missing because something else in it is wrong.

use super::format::{Outline, StepRef};
use super::problem::{Problem, Span};
use super::suggest::{did_you_mean, nearest};
use crate::lab::console::Files;

/// What is wrong with what the lesson at `place` names of the others: ids twice, references to
/// nothing, circles.
pub fn between(all: &[Outline], place: usize) -> Vec<Problem> {
    let Some(outline) = all.get(place) else { return Vec::new() };
    let front = &outline.front;
    let at = |key: &str, word: &str| place_in_front(&outline.source, key, word);
    let mut problems = Vec::new();
    let twin = all.iter().take(place).find(|other| is(other, &front.id));
    if let Some(twin) = twin {
        problems.push(Problem::new(
            at("id", &front.id),
            format!("another lesson has the id `{}`", front.id),
            "the same id",
            format!("{} has it too; give one of them another id", twin.path),
        ));
    }
    for id in &front.after {
        if find(all, id).is_none() {
            problems.push(Problem::new(
                at("after", id),
                format!("`after` names `{id}`, and there is no such lesson"),
                "no such lesson",
                meant(all, id),
            ));
        } else if leads_to(all, id, &front.id) {
            problems.push(Problem::new(
                at("after", id),
                if *id == front.id {
                    format!("`{id}` comes after itself")
                } else {
                    format!("`{}` and `{id}` come after each other", front.id)
                },
                "a circle of `after`",
                "take one of the references out",
            ));
        }
    }
    if let Some(reference) = &front.starts_from {
        let written = format!("{}#{}", reference.lesson, reference.step);
        let span = at("starts-from", &written);
        if !has_step(all, reference) {
            problems.push(Problem::new(
                span,
                format!("`starts-from` names `{written}`, and there is no such step"),
                "no such step",
                meant_step(all, reference),
            ));
        } else if starts_in_a_circle(all, outline) {
            problems.push(Problem::new(
                span,
                format!("`{}` starts from itself, by way of `{written}`", front.id),
                "a circle of `starts-from`",
                "start from a lesson that can be done before this one",
            ));
        }
    }
    problems
}

/// Files that a lesson names and that are not there.
pub fn files(outline: &Outline, files: &Files) -> Vec<Problem> {
    let missing = outline.front.files.iter().filter(|name| files.get(name).is_none());
    missing
        .map(|name| {
            Problem::new(
                place_in_front(&outline.source, "files", name),
                format!("`files` names {name}, and there is no such file"),
                "no such file",
                match nearest(name, files.names()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "put it beside the lesson, or into a folder `data` there".to_owned(),
                },
            )
        })
        .collect()
}

/// A lesson whose id could not be read has none, and nobody can name it.
fn is(outline: &Outline, id: &str) -> bool {
    !id.is_empty() && outline.front.id == id
}

fn find<'a>(all: &'a [Outline], id: &str) -> Option<&'a Outline> {
    all.iter().find(|outline| is(outline, id))
}

fn has_step(all: &[Outline], reference: &StepRef) -> bool {
    find(all, &reference.lesson).is_some_and(|outline| outline.steps.contains(&reference.step))
}

fn meant(all: &[Outline], id: &str) -> String {
    match nearest(id, all.iter().map(|outline| outline.front.id.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "name a lesson that is there, or take it out".to_owned(),
    }
}

fn meant_step(all: &[Outline], reference: &StepRef) -> String {
    let Some(outline) = find(all, &reference.lesson) else {
        return meant(all, &reference.lesson);
    };
    let steps: Vec<String> =
        outline.steps.iter().map(|step| format!("{}#{step}", reference.lesson)).collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    did_you_mean(&format!("{}#{}", reference.lesson, reference.step), &steps)
}

/// Whether one comes back to a lesson along `starts-from`.
fn starts_in_a_circle(all: &[Outline], outline: &Outline) -> bool {
    let mut here = outline;
    for _ in 0..=all.len() {
        let next = here.front.starts_from.as_ref().and_then(|from| find(all, &from.lesson));
        match next {
            Some(next) if is(next, &outline.front.id) => return true,
            Some(next) => here = next,
            None => return false,
        }
    }
    false
}

/// Whether one goes from lesson `from` along `after` to lesson `to`.
fn leads_to(all: &[Outline], from: &str, to: &str) -> bool {
    let mut seen: Vec<&str> = Vec::new();
    let mut open = vec![from];
    while let Some(id) = open.pop() {
        if id == to {
            return true;
        }
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        if let Some(outline) = find(all, id) {
            open.extend(outline.front.after.iter().map(String::as_str));
        }
    }
    false
}

/// Where a word stands behind a key of the front matter; the key itself, or the first line, where it
/// is written in a way that hides it.
fn place_in_front(source: &str, key: &str, word: &str) -> Span {
    let end = source.find("\n---").unwrap_or(source.len());
    let front = source.get(..end).unwrap_or_default();
    let Some(start) = front.find(&format!("\n{key}:")).map(|before| before + 1) else {
        return Span::new(0, front.find('\n').unwrap_or(end));
    };
    let value = start + key.len() + 1;
    match front.get(value..).and_then(|rest| rest.find(word)) {
        Some(at) => Span::new(value + at, value + at + word.len()),
        None => Span::new(start, start + key.len()),
    }
}

#[cfg(test)]
mod tests {
    use crate::lab::console::Files;
    use crate::lesson::catalogue::{Catalogue, Source};
    use crate::lesson::problem::Problems;

    /// The mistakes of these lessons, each a pair of its id and more front matter.
    fn told(lessons: &[(&str, &str)]) -> Vec<String> {
        let mut files = Files::new();
        files.insert("two.json", b"[]");
        let sources = lessons.iter().map(|(id, front)| Source {
            path: format!("{id}.md"),
            bytes: format!("---\nid: {id}\ntitle: T\nminutes: 5\n{front}\n---\n## One {{#one}}\n")
                .into_bytes(),
            files: files.clone(),
        });
        let wrong = Catalogue::new(sources.collect()).err().unwrap_or_default();
        let lines = |problems: &Problems| {
            let helps = problems.list.iter().map(|problem| &problem.help);
            let lines = problems.lines();
            lines.iter().zip(helps).map(|(l, h)| format!("{l} ({h})")).collect::<Vec<_>>()
        };
        wrong.iter().flat_map(lines).collect()
    }

    #[test]
    fn lessons_that_name_each_other_rightly_stand_in_order() {
        let front = |after: &str, id: &str| Source {
            path: format!("{id}.md"),
            bytes: format!(
                "---\nid: {id}\ntitle: T\nminutes: 5\nafter: [{after}]\n---\n## One {{#one}}\n"
            )
            .into_bytes(),
            files: Files::new(),
        };
        let catalogue = Catalogue::new(vec![front("b", "a"), front("", "b")]).unwrap();
        let ids = catalogue.entries().iter().map(|entry| entry.lesson.front.id.as_str());
        assert_eq!(ids.collect::<Vec<_>>(), ["b", "a"]);
    }

    #[test]
    fn names_of_other_lessons_steps_and_files() {
        assert_eq!(told(&[("a", "after: [b]"), ("b", "")]), [""; 0]);
        assert_eq!(
            told(&[("a", ""), ("a", "")]),
            [
                "a.md:2:5: another lesson has the id `a` (a.md has it too; give one of them another id)"
            ]
        );
        assert_eq!(
            told(&[("hashes", "after: [stringz, banana]"), ("strings", "")]),
            [
                "hashes.md:5:9: `after` names `stringz`, and there is no such lesson (did you mean `strings`?)",
                "hashes.md:5:18: `after` names `banana`, and there is no such lesson (name a lesson that is there, or take it out)",
            ]
        );
        assert_eq!(
            told(&[("a", "after: a"), ("b", "after: [c]"), ("c", "after: [b]")]),
            [
                "a.md:5:8: `a` comes after itself (take one of the references out)",
                "b.md:5:9: `b` and `c` come after each other (take one of the references out)",
                "c.md:5:9: `c` and `b` come after each other (take one of the references out)",
            ]
        );
        assert_eq!(
            told(&[
                ("a", "starts-from: b#on"),
                ("b", "starts-from: banana#one"),
                ("c", "starts-from: b#x")
            ]),
            [
                "a.md:5:14: `starts-from` names `b#on`, and there is no such step (did you mean `b#one`?)",
                "b.md:5:14: `starts-from` names `banana#one`, and there is no such step (name a lesson that is there, or take it out)",
                "c.md:5:14: `starts-from` names `b#x`, and there is no such step (possible here: `b#one`)",
            ]
        );
        assert_eq!(
            told(&[
                ("a", "starts-from: b#one"),
                ("b", "starts-from: a#one"),
                ("c", "starts-from: c#one")
            ]),
            [
                "a.md:5:14: `a` starts from itself, by way of `b#one` (start from a lesson that can be done before this one)",
                "b.md:5:14: `b` starts from itself, by way of `a#one` (start from a lesson that can be done before this one)",
                "c.md:5:14: `c` starts from itself, by way of `c#one` (start from a lesson that can be done before this one)",
            ]
        );
        assert_eq!(
            told(&[("a", "files: [tow.json, banana.json]")]),
            [
                "a.md:5:9: `files` names tow.json, and there is no such file (did you mean `two.json`?)",
                "a.md:5:19: `files` names banana.json, and there is no such file (put it beside the lesson, or into a folder `data` there)",
            ]
        );
    }
}

//! What a lesson asks of a server elsewhere: which databases it uses, and whether it can be done there at
//! all. One whose tasks stop, kill or look into containers needs kvtutor's own servers.

use std::collections::BTreeSet;

use super::catalogue::{Catalogue, Entry};
use super::check::{Check, Event, Place, Subject};
use super::format::{Lesson, Script, Step};
use super::stage::scenes_before;
use crate::engine::DATABASES;
use crate::lab::remote::{Connect, Remote};
use crate::syntax::{self, Line};

/// Tutor commands about a server of kvtutor's own.
const OWN: &[&[u8]] = &[b"kill", b"power-loss", b"disk", b"undo"];

/// What in a lesson needs kvtutor's own servers: the title of the first such step.
pub fn needs_lab<'a>(catalogue: &'a Catalogue, entry: &'a Entry) -> Option<&'a str> {
    let steps = &entry.lesson.steps;
    let own = steps.iter().find(|step| step_needs_lab(step));
    let before = || {
        let scenes = scenes_before(catalogue, entry, 0);
        scenes.into_iter().find(|scene| acts_on_lab(scene.script)).map(|scene| scene.step)
    };
    own.or_else(before).map(|step| step.title.as_str())
}

/// What is to be asked before a lesson empties its databases on a server elsewhere, because somebody
/// else may have stored something there. `goes_on` says that the lesson goes on where it was left, so that
/// nothing is emptied if the data are still its own.
pub fn doubt(connect: &Connect, lesson: &str, goes_on: bool) -> Option<String> {
    // Where the server does not answer, opening the lesson says why.
    let survey = Remote::survey(connect).ok()?;
    let is_its_own = goes_on && survey.lesson.as_deref() == Some(lesson);
    let question = survey.doubt(&connect.door.shown())?;
    (!is_its_own).then(|| {
        format!(
            "{question}. `yes` empties them, `no` leaves them; after any other line nothing is done"
        )
    })
}

/// The databases that a lesson uses: the first, its own, and every one that its checks and lines name.
pub fn databases(lesson: &Lesson) -> Vec<u32> {
    let mut named = BTreeSet::from([0, lesson.front.db]);
    for step in &lesson.steps {
        let places = step.check().into_iter().flat_map(Check::assertions);
        named.extend(places.filter_map(|assertion| match &assertion.subject {
            Subject::Command { place, .. }
            | Subject::Objects { place, .. }
            | Subject::Keys(place) => place.db,
            Subject::Answer(_) | Subject::Event(_) => None,
        }));
        let scripts = step.setup().into_iter().chain(step.solutions()).chain(step.rights());
        let lines = scripts.flat_map(|script| &script.lines);
        named.extend(lines.filter_map(|line| selected(line.text.as_bytes())));
    }
    named.into_iter().filter(|db| usize::try_from(*db).is_ok_and(|db| db < DATABASES)).collect()
}

/// The database that a line goes to: `SELECT 2`, or `redis-cli -n 2`.
fn selected(line: &[u8]) -> Option<u32> {
    let (words, name) = match syntax::parse(line).ok()? {
        Line::Command { words, .. } => (words, &b"SELECT"[..]),
        Line::Lab { words } => (words, &b"-n"[..]),
        Line::Tutor { .. } | Line::Empty | Line::Comment => return None,
    };
    let at = words.iter().position(|word| word.bytes.eq_ignore_ascii_case(name))?;
    std::str::from_utf8(&words.get(at + 1)?.bytes).ok()?.parse().ok()
}

fn step_needs_lab(step: &Step) -> bool {
    let judged = step.check().is_some_and(|check| {
        check.assertions().any(|assertion| match &assertion.subject {
            Subject::Command { place, .. }
            | Subject::Objects { place, .. }
            | Subject::Keys(place) => in_container(place),
            Subject::Event(event) => match event {
                Event::Restarted | Event::Killed | Event::PowerLoss => true,
                Event::Used(_) | Event::Client(_) => false,
            },
            Subject::Answer(_) => false,
        })
    });
    let mut solutions = step.solutions().peekable();
    let acted = solutions.peek().is_some() && solutions.all(acts_on_lab);
    judged || acted || step.setup().is_some_and(acts_on_lab)
}

fn in_container(place: &Place) -> bool {
    place.on.is_some()
}

fn acts_on_lab(script: &Script) -> bool {
    script.lines.iter().any(|line| match syntax::parse(line.text.as_bytes()) {
        Ok(Line::Lab { words }) => words.first().is_some_and(|word| word.bytes == b"docker"),
        Ok(Line::Tutor { word, .. }) => OWN.contains(&word.bytes.as_slice()),
        Ok(Line::Command { .. } | Line::Empty | Line::Comment) | Err(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::catalogue::Catalogue;

    #[test]
    fn the_databases_that_a_lesson_names_are_found() {
        let catalogue = Catalogue::course().unwrap();
        let of = |id: &str| databases(&catalogue.get(id).unwrap().lesson);
        assert_eq!(of("4hhb-load"), [0, 1]);
        assert_eq!(of("4hhb-check"), [0, 1, 2, 3]);
        assert_eq!(of("hashes"), [0]);
    }

    #[test]
    fn lessons_about_containers_need_the_lab_and_the_others_do_not() {
        let catalogue = Catalogue::course().unwrap();
        let needing: Vec<&str> = catalogue
            .entries()
            .iter()
            .filter(|entry| needs_lab(&catalogue, entry).is_some())
            .map(|entry| entry.lesson.front.id.as_str())
            .collect();
        assert_eq!(needing, ["why-databases", "acid", "server", "4hhb-restart", "persistence"]);
    }
}

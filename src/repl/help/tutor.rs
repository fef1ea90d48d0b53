//! Pages about tutor commands, from their table.

use super::layout::Page;
use crate::repl::words::{self, Place, WORDS};

/// Their names.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(|word| word.name)
}

/// The page of a tutor command; whether there is one.
pub(super) fn word(name: &str, page: &mut Page) -> bool {
    let Some(word) = words::find(name.as_bytes()) else { return false };
    page.title(format!(":{} {}", word.name, word.args).trim_end());
    page.text(&format!("{}.", word.about));
    if !word.more.is_empty() {
        page.text(word.more);
    }
    match word.place {
        Place::Lesson => page.remark("It belongs to a lesson: `kvtutor learn` opens one."),
        Place::Console | Place::Prompt => {}
    }
    if words::bare(word.name.as_bytes()).is_some() {
        page.remark(&format!("`{}` without the colon does the same.", word.name));
    }
    true
}

/// The tutor commands with what is said of them, for the manual page.
pub(super) fn entries() -> impl Iterator<Item = (String, String)> {
    WORDS.iter().map(|word| {
        let name = format!(":{} {}", word.name, word.args).trim_end().to_owned();
        let more = if word.more.is_empty() { String::new() } else { format!("\n\n{}", word.more) };
        (name, format!("{}.{more}", word.about))
    })
}

/// Every tutor command.
pub(super) fn list(page: &mut Page) {
    page.heading("Tutor commands, for this prompt");
    rows(page, |place| place != Place::Lesson);
    page.heading("Tutor commands, for a lesson");
    rows(page, |place| place == Place::Lesson);
    page.remark(
        "The colon may be left out where Redis has no command of that name: `hint`, but `:reset`.",
    );
}

fn rows(page: &mut Page, wanted: impl Fn(Place) -> bool) {
    let rows: Vec<(String, &str)> = WORDS
        .iter()
        .filter(|word| wanted(word.place))
        .map(|word| (format!(":{}", word.name), word.about))
        .collect();
    page.rows(&rows);
}

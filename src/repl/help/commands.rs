//! Pages about Redis commands, from the rows of the command table.

use super::layout::Page;
use crate::engine::{self, Command, Group};

/// The page of a command or subcommand; whether there is one.
pub(super) fn command(words: &[&str], page: &mut Page) -> bool {
    let bytes: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
    let Some(name) = bytes.first() else { return false };
    let Some(row) = engine::by_name(name) else { return false };
    match bytes.get(1) {
        Some(second) if !row.subcommands.is_empty() => {
            let Some(sub) = engine::subcommand(row, second) else { return false };
            one(&format!("{} {}", row.name, sub.name), sub, row.group, page);
        }
        Some(_) | None => one(row.name, row, row.group, page),
    }
    true
}

fn one(name: &str, row: &Command, group: Group, page: &mut Page) {
    let subcommands: Vec<&str> = row.subcommands.iter().map(|sub| sub.name).collect();
    let usage = if subcommands.is_empty() { row.usage() } else { subcommands.join("|") };
    page.title(format!("{name} {usage}").trim_end());
    if !row.summary.is_empty() {
        page.text(row.summary);
    }
    let mut facts = vec![
        ("group", format!("{0}; `help @{0}` lists it", group.name())),
        ("since", format!("Redis {}", row.since)),
    ];
    if row.subcommands.is_empty() && !row.complexity.is_empty() {
        facts.push(("cost", row.complexity.to_owned()));
    }
    if let Some((version, instead)) = row.deprecated {
        facts.push(("older", format!("better not used since {version}; {instead} does the same")));
    }
    page.gap();
    page.rows(&facts);
    if !row.subcommands.is_empty() {
        page.heading("Its subcommands");
        let rows: Vec<(&str, &str)> =
            row.subcommands.iter().map(|sub| (sub.name, sub.summary)).collect();
        page.rows(&rows);
    }
}

/// The commands of a group.
pub(super) fn group(group: Group, page: &mut Page) {
    let mut rows: Vec<(&str, &str)> = engine::table()
        .filter(|row| row.group == group)
        .map(|row| (row.name, row.summary))
        .collect();
    rows.sort_unstable();
    page.title(&format!("Commands of the group {}", group.name()));
    page.text(about(group));
    if rows.is_empty() {
        page.remark("This engine has none of these commands yet.");
        return;
    }
    page.gap();
    page.rows(&rows);
}

/// Every group.
pub(super) fn groups(page: &mut Page) {
    page.heading("Groups of commands");
    let rows: Vec<(String, &str)> = Group::ALL
        .iter()
        .filter(|group| engine::table().any(|row| row.group == **group))
        .map(|group| (format!("@{}", group.name()), about(*group)))
        .collect();
    page.rows(&rows);
}

fn about(group: Group) -> &'static str {
    match group {
        Group::Generic => "Keys of any type: list, delete, rename, let expire.",
        Group::String => "The simplest value: text, a number, JSON text, any bytes.",
        Group::Bitmap => "The single bits of a string.",
        Group::Hash => "Fields with values under one key, like a row or an object.",
        Group::List => "Elements in the order they were pushed, at both ends.",
        Group::Set => "Members without order, each once.",
        Group::SortedSet => "Members with scores, kept in the order of the scores.",
        Group::Pubsub => "Messages between clients.",
        Group::Transactions => "Several commands as one, and what must not change meanwhile.",
        Group::Scripting => "Lua scripts, which the server runs as one step.",
        Group::Connection => "This client and its connection.",
        Group::Server => "The server: settings, statistics, saving.",
    }
}

//! What may follow a tutor command.

use super::{Offer, begins, cased, quoted};
use crate::engine::{self, Group};
use crate::lab::console::Console;
use crate::repl::{help, words};
use crate::syntax::CursorContext;

/// The arguments of the tutor command `name`. `choices` are what only a lesson knows.
pub(super) fn arguments(
    name: &str,
    context: &CursorContext,
    console: &mut Console,
    choices: &[String],
) -> Vec<Offer> {
    let before = context.words.get(1..).unwrap_or_default();
    let pick = |names: Vec<String>| -> Vec<Offer> {
        let fits = names.into_iter().filter(|name| begins(name, &context.prefix));
        fits.map(|name| quoted(name.as_bytes(), context)).collect()
    };
    let first = before.is_empty();
    match name {
        "load" => {
            let before: Vec<String> = before
                .iter()
                .map(|word| String::from_utf8_lossy(&word.bytes).into_owned())
                .collect();
            pick(console.load_choices(&before))
        }
        "client" if first => pick(console.client_names().map(str::to_owned).collect()),
        "wait" if first => pick(["500ms", "1s", "2s", "10s", "1m"].map(str::to_owned).to_vec()),
        "help" => help(before.first().map(|word| word.bytes.as_slice()), context, console),
        "learn" | "compare" if first => {
            // The steps of a lesson are offered once its name stands there.
            let deep = context.prefix.contains(&b'#');
            pick(choices.iter().filter(|one| deep || !one.contains('#')).cloned().collect())
        }
        "answer" => pick(choices.to_vec()),
        _ => Vec::new(),
    }
}

/// Topics of help.
fn help(first: Option<&[u8]>, context: &CursorContext, console: &Console) -> Vec<Offer> {
    let start = context.prefix.as_slice();
    match first {
        None => {
            let groups = Group::ALL.iter().map(|group| format!("@{}", group.name()));
            let tutors = words::WORDS.iter().map(|word| format!(":{}", word.name));
            let marked = groups.chain(tutors).filter(|name| begins(name, start));
            let mut offers: Vec<Offer> =
                marked.map(|name| Offer { shown: name.clone(), typed: name }).collect();
            let commands = engine::table().map(|row| row.name);
            let mut names: Vec<&str> = commands.chain(help::topics()).collect();
            names.retain(|name| begins(name, start) && !name.contains(' '));
            names.sort_unstable_by_key(|name| name.to_ascii_lowercase());
            names.dedup_by_key(|name| name.to_ascii_lowercase());
            offers.extend(names.into_iter().map(|name| cased(name, start, context)));
            offers
        }
        Some(b"docker") => {
            let before: Vec<String> = context
                .words
                .iter()
                .skip(2)
                .map(|word| String::from_utf8_lossy(&word.bytes).into_owned())
                .collect();
            let before: Vec<&str> = before.iter().map(String::as_str).collect();
            let named = crate::lab::docker::command_of(&before).is_some();
            let offers = console.lab().complete(&before, &String::from_utf8_lossy(start));
            let offers = offers.into_iter().filter(|_| !named);
            offers.map(|offer| quoted(offer.text.as_bytes(), context)).collect()
        }
        Some(name) => {
            let Some(row) = engine::by_name(name).filter(|_| context.words.len() == 2) else {
                return Vec::new();
            };
            let names = row.subcommands.iter().map(|row| row.name);
            let fits = names.filter(|name| begins(name, start));
            fits.map(|name| cased(name, start, context)).collect()
        }
    }
}

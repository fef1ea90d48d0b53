//! What may follow a program of the lab. Behind `redis-cli` stands a command for another server, so
//! it is that server's keys that are offered.

use std::borrow::Cow;

use super::{Offer, Source, command, quoted};
use crate::engine;
use crate::escape::{LineEnds, sanitize_text};
use crate::lab::console::Console;
use crate::lab::redis_cli::{self, Inner};
use crate::lab::{Answer, Target};
use crate::repl::editor::complete::{begins, cased};
use crate::syntax::{CursorContext, quote_as};

/// The words of a line of the lab.
pub(super) fn offers(context: &CursorContext, console: &mut Console) -> Vec<Offer> {
    let words: Vec<&[u8]> = context.words.iter().map(|word| word.bytes.as_slice()).collect();
    if let Some(inner) = redis_cli::inner(&words) {
        return client(&inner, context, console);
    }
    let texts: Vec<Cow<'_, str>> = words.iter().map(|word| String::from_utf8_lossy(word)).collect();
    let [program, before @ ..] = texts.as_slice() else { return Vec::new() };
    let start = String::from_utf8_lossy(&context.prefix);
    let before: Vec<&str> = before.iter().map(AsRef::as_ref).collect();
    match program.as_ref() {
        "docker" | "docker-compose" => {
            let group = (program == "docker-compose").then_some("compose");
            let before: Vec<&str> = group.into_iter().chain(before).collect();
            let offers = console.lab().complete(&before, &start);
            offers
                .into_iter()
                .map(|offer| Offer {
                    shown: sanitize_text(&offer.text, LineEnds::Escape).into_owned(),
                    typed: quote_as(offer.text.as_bytes(), context.quote),
                })
                .collect()
        }
        "cat" | "wget" | "ls" | "less" | "more" | "touch" | "rm" | "cp" | "mv" => {
            let files = console.files();
            let names = files.names().filter(|name| name.starts_with(start.as_ref()));
            names.map(|name| quoted(name.as_bytes(), context)).collect()
        }
        _ => Vec::new(),
    }
}

/// Behind `redis-cli`: options, then a command.
fn client(inner: &Inner<'_>, context: &CursorContext, console: &mut Console) -> Vec<Offer> {
    let start = context.prefix.as_slice();
    let plain = |names: Vec<String>| -> Vec<Offer> {
        let fits = names.into_iter().filter(|name| begins(name, start));
        fits.map(|name| quoted(name.as_bytes(), context)).collect()
    };
    if let Some(option) = inner.awaits {
        let ports = match option {
            b"-p" => console.lab().published(),
            _ => Vec::new(),
        };
        return plain(ports.iter().map(u16::to_string).collect());
    }
    if inner.command.is_empty() && start.starts_with(b"-") {
        return plain(redis_cli::OPTIONS.iter().map(|(name, _)| (*name).to_owned()).collect());
    }
    if inner.command.is_empty() {
        let names = engine::table().map(|row| row.name).filter(|name| begins(name, start));
        return names.map(|name| cased(name, start, context)).collect();
    }
    let Ok(cli) = redis_cli::parse(inner.options) else { return Vec::new() };
    let answer = match inner.container {
        None => console.lab().answer(&Target::of(&cli)),
        Some(name) => match console.lab().model().find(&String::from_utf8_lossy(name)) {
            Ok(container) => Answer::Container(container.id.clone()),
            Err(_) => Answer::Nobody,
        },
    };
    let db = u32::try_from(cli.db).unwrap_or(0);
    command(inner.command, context, &mut Source { console, answer, db })
}

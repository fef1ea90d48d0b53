//! One command as `COMMAND INFO` describes it: an array of ten parts.

use crate::engine::{Begin, Command, Find, Found, KeySpec};
use crate::resp::Writer;

/// Writes the description of a row, its subcommands included.
pub(super) fn write_info(reply: &mut Writer<'_>, found: &Found) {
    let row = found.command;
    reply.array(10);
    reply.bulk(found.lower_name().as_bytes());
    reply.int(i64::from(row.arity(found.container.is_some())));
    reply.set(row.flag_names().count());
    for flag in row.flag_names() {
        reply.simple(flag);
    }
    let (first, last, step) = row.positions();
    for position in [first, last, step] {
        reply.int(i64::from(position));
    }
    reply.set(row.categories.len());
    for category in row.categories {
        reply.simple(category);
    }
    reply.set(row.tips.len());
    for tip in row.tips {
        reply.bulk(tip.as_bytes());
    }
    reply.set(row.keys.len());
    for spec in row.keys {
        write_key_spec(reply, spec);
    }
    if row.subcommands.is_empty() {
        reply.set(0);
    } else {
        reply.array(row.subcommands.len());
        for subcommand in row.subcommands {
            write_info(reply, &below(row, subcommand));
        }
    }
}

/// A subcommand's row with its container.
pub(super) fn below(container: &'static Command, command: &'static Command) -> Found {
    Found { command, container: Some(container) }
}

fn write_key_spec(reply: &mut Writer<'_>, spec: &KeySpec) {
    reply.map(3 + usize::from(!spec.notes.is_empty()));
    if !spec.notes.is_empty() {
        reply.bulk(b"notes");
        reply.bulk(spec.notes.as_bytes());
    }
    reply.bulk(b"flags");
    reply.set(spec.flags.len());
    for flag in spec.flags {
        reply.simple(flag);
    }
    reply.bulk(b"begin_search");
    match spec.begin {
        Begin::Index(index) => {
            let index = i64::try_from(index).unwrap_or(i64::MAX);
            write_search(reply, "index", &[("index", index)]);
        }
        Begin::Keyword { word, from } => {
            open_search(reply, "keyword", 2);
            reply.bulk(b"keyword");
            reply.bulk(word.as_bytes());
            reply.bulk(b"startfrom");
            reply.int(i64::from(from));
        }
        Begin::Unknown => write_search(reply, "unknown", &[]),
    }
    reply.bulk(b"find_keys");
    match spec.find {
        Find::Range { last, step, limit } => write_search(
            reply,
            "range",
            &[("lastkey", last.into()), ("keystep", step.into()), ("limit", limit.into())],
        ),
        Find::KeyNum { idx, first, step } => write_search(
            reply,
            "keynum",
            &[("keynumidx", idx.into()), ("firstkey", first.into()), ("keystep", step.into())],
        ),
        Find::Unknown => write_search(reply, "unknown", &[]),
    }
}

fn write_search(reply: &mut Writer<'_>, kind: &str, numbers: &[(&str, i64)]) {
    open_search(reply, kind, numbers.len());
    for (name, value) in numbers {
        reply.bulk(name.as_bytes());
        reply.int(*value);
    }
}

fn open_search(reply: &mut Writer<'_>, kind: &str, pairs: usize) {
    reply.map(2);
    reply.bulk(b"type");
    reply.bulk(kind.as_bytes());
    reply.bulk(b"spec");
    reply.map(pairs);
}

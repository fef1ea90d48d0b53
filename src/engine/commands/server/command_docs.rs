//! One command as `COMMAND DOCS` describes it: what it does and how it is written.

use super::command_info::below;
use crate::engine::{Arg, ArgKind, Found};
use crate::resp::{Collection, Writer};

/// Writes a row's name and its documentation, its subcommands included.
pub(super) fn write_docs(reply: &mut Writer<'_>, found: &Found) {
    let row = found.command;
    reply.bulk(found.lower_name().as_bytes());
    let mark = reply.begin();
    let mut pairs = 0;
    let mut text = |reply: &mut Writer<'_>, name: &str, value: &str| {
        reply.bulk(name.as_bytes());
        reply.bulk(value.as_bytes());
        pairs += 1;
    };
    text(reply, "summary", row.summary);
    text(reply, "since", row.since);
    text(reply, "group", row.group.name());
    text(reply, "complexity", row.complexity);
    let flags = [(row.deprecated.is_some(), "deprecated"), (row.is_internal, "syscmd")];
    let flags: Vec<&str> = flags.iter().filter(|(on, _)| *on).map(|(_, flag)| *flag).collect();
    if !flags.is_empty() {
        reply.bulk(b"doc_flags");
        write_flags(reply, &flags);
        pairs += 1;
    }
    if let Some((since, instead)) = row.deprecated {
        for (name, value) in [("deprecated_since", since), ("replaced_by", instead)] {
            reply.bulk(name.as_bytes());
            reply.bulk(value.as_bytes());
            pairs += 1;
        }
    }
    if !row.history.is_empty() {
        reply.bulk(b"history");
        reply.set(row.history.len());
        for (version, change) in row.history {
            reply.array(2);
            reply.bulk(version.as_bytes());
            reply.bulk(change.as_bytes());
        }
        pairs += 1;
    }
    if !row.args.is_empty() {
        reply.bulk(b"arguments");
        write_args(reply, row.args);
        pairs += 1;
    }
    if !row.subcommands.is_empty() {
        reply.bulk(b"subcommands");
        reply.map(row.subcommands.len());
        for subcommand in row.subcommands {
            write_docs(reply, &below(row, subcommand));
        }
        pairs += 1;
    }
    reply.end(mark, Collection::Map, pairs);
}

fn write_flags(reply: &mut Writer<'_>, flags: &[&str]) {
    reply.set(flags.len());
    for flag in flags {
        reply.simple(flag);
    }
}

fn write_args(reply: &mut Writer<'_>, args: &[Arg]) {
    reply.array(args.len());
    for arg in args {
        write_arg(reply, arg);
    }
}

fn write_arg(reply: &mut Writer<'_>, arg: &Arg) {
    let (kind, spec, inner) = match arg.kind {
        ArgKind::Key(spec) => ("key", Some(spec), None),
        ArgKind::String => ("string", None, None),
        ArgKind::Integer => ("integer", None, None),
        ArgKind::Double => ("double", None, None),
        ArgKind::Pattern => ("pattern", None, None),
        ArgKind::UnixTime => ("unix-time", None, None),
        ArgKind::PureToken => ("pure-token", None, None),
        ArgKind::OneOf(choices) => ("oneof", None, Some(choices)),
        ArgKind::Block(parts) => ("block", None, Some(parts)),
    };
    let spec = spec.or(arg.found_by);
    let texts =
        [("token", arg.token), ("since", arg.since), ("deprecated_since", arg.deprecated_since)];
    let flags = [
        (arg.optional, "optional"),
        (arg.multiple, "multiple"),
        (arg.multiple_token, "multiple_token"),
    ];
    let flags: Vec<&str> = flags.iter().filter(|(on, _)| *on).map(|(_, flag)| *flag).collect();
    let pairs = 2
        + usize::from(spec.is_some())
        + texts.iter().filter(|(_, text)| text.is_some()).count()
        + usize::from(!flags.is_empty())
        + usize::from(inner.is_some());
    reply.map(pairs);
    reply.bulk(b"name");
    reply.bulk(arg.name.as_bytes());
    reply.bulk(b"type");
    reply.bulk(kind.as_bytes());
    if let Some(spec) = spec {
        reply.bulk(b"key_spec_index");
        reply.count(spec);
    }
    for (name, text) in texts {
        if let Some(text) = text {
            reply.bulk(name.as_bytes());
            reply.bulk(text.as_bytes());
        }
    }
    if !flags.is_empty() {
        reply.bulk(b"flags");
        write_flags(reply, &flags);
    }
    if let Some(inner) = inner {
        reply.bulk(b"arguments");
        write_args(reply, inner);
    }
}

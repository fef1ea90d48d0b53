//! The command table as a table: every row whole, and every fact in it as a real server tells it.

use std::collections::BTreeSet;

use kvtutor::engine::{Arg, ArgKind, Begin, Command, Found, table};
use kvtutor::resp::Reply;
use kvtutor::resp::show::{Style, show};

use crate::peer::{Ours, Peer};
use crate::version::Version;

/// Every row: commands and subcommands.
fn rows() -> Vec<Found> {
    let mut rows = Vec::new();
    for command in table() {
        rows.push(Found { command, container: None });
        rows.extend(
            command.subcommands.iter().map(|row| Found { command: row, container: Some(command) }),
        );
    }
    rows
}

/// Fails with all complaints at once, a row a line.
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// Complains about each row for which `fault` has something to say.
fn check(fault: impl Fn(&Found) -> Option<String>) {
    let complaints: Vec<String> = rows()
        .iter()
        .filter_map(|found| fault(found).map(|fault| format!("{}: {fault}", found.lower_name())))
        .collect();
    none(&complaints);
}

#[test]
fn no_name_stands_twice() {
    let mut seen = BTreeSet::new();
    for found in rows() {
        assert!(seen.insert(found.lower_name()), "{}: stands twice", found.lower_name());
    }
}

#[test]
fn names_tokens_and_versions_are_written_alike() {
    check(|found| {
        let row = found.command;
        let upper = |text: &str| !text.chars().any(|c| c.is_ascii_lowercase());
        let is_version = |version: &str| {
            version.split('.').count() == 3 && version.split('.').all(|n| n.parse::<u32>().is_ok())
        };
        if !upper(row.name) {
            return Some("its name is not in upper case".to_owned());
        }
        if !is_version(row.since) {
            return Some(format!("'{}' is no version", row.since));
        }
        let mut fault = None;
        each_arg(row.args, &mut |arg| {
            if arg.token.is_some_and(|token| !upper(token)) {
                fault = Some(format!("token {:?} is not in upper case", arg.token));
            }
            if arg.since.is_some_and(|since| !is_version(since)) {
                fault = Some(format!("{:?} is no version", arg.since));
            }
        });
        fault
    });
}

#[test]
fn every_row_says_what_it_does_and_costs() {
    check(|found| {
        let row = found.command;
        let one_line = |text: &str| !text.is_empty() && text.trim() == text && !text.contains('\n');
        let starts_upper = row.summary.chars().next().is_some_and(char::is_uppercase);
        if !one_line(row.summary) || !row.summary.ends_with('.') || !starts_upper {
            return Some(format!("its summary is no sentence: {:?}", row.summary));
        }
        (!one_line(row.complexity) || row.complexity.ends_with('.'))
            .then(|| format!("its complexity is no phrase: {:?}", row.complexity))
    });
}

#[test]
fn keys_stand_where_the_arity_lets_them() {
    check(|found| {
        let row = found.command;
        let least = row.arity(found.container.is_some()).unsigned_abs() as usize;
        for spec in row.keys {
            if let Begin::Index(index) = spec.begin
                && (index == 0 || index >= least)
                // The name of a channel may be left out where all are meant.
                && !spec.flags.contains(&"not_key")
            {
                return Some(format!("a key at {index}, but {least} words are enough"));
            }
        }
        let mut fault = None;
        each_arg(row.args, &mut |arg| {
            if let ArgKind::Key(spec) = arg.kind
                && spec >= row.keys.len()
            {
                fault =
                    Some(format!("'{}' is found by a specification that is not there", arg.name));
            }
        });
        fault
    });
}

#[test]
fn containers_hold_subcommands_and_nothing_else() {
    check(|found| {
        let row = found.command;
        let holds = !row.subcommands.is_empty();
        (holds && (found.container.is_some() || !row.args.is_empty() || !row.keys.is_empty()))
            .then(|| "a container has no arguments and stands in no other".to_owned())
    });
}

fn each_arg(args: &[Arg], visit: &mut impl FnMut(&Arg)) {
    for arg in args {
        visit(arg);
        if let ArgKind::OneOf(inner) | ArgKind::Block(inner) = arg.kind {
            each_arg(inner, visit);
        }
    }
}

/// Sets in one order, so that they compare as sets.
fn ordered(reply: &Reply) -> Reply {
    match reply {
        Reply::Set(items) => {
            let mut items: Vec<Reply> = items.iter().map(ordered).collect();
            items.sort_by_key(|item| format!("{item:?}"));
            Reply::Set(items)
        }
        Reply::Array(items) => Reply::Array(items.iter().map(ordered).collect()),
        Reply::Map(pairs) => {
            // What newer servers show for an argument's name says nothing new.
            let told = pairs.iter().filter(|(name, _)| *name != Reply::Bulk("display_text".into()));
            Reply::Map(told.map(|(name, value)| (name.clone(), ordered(value))).collect())
        }
        Reply::Simple(_)
        | Reply::Error(_)
        | Reply::Integer(_)
        | Reply::Bulk(_)
        | Reply::Null
        | Reply::Double(_)
        | Reply::Boolean(_)
        | Reply::BigNumber(_)
        | Reply::Verbatim { .. }
        | Reply::Push(_) => reply.clone(),
    }
}

/// Arguments without the versions that have them.
fn without_since(reply: &Reply) -> Reply {
    match reply {
        Reply::Array(items) => Reply::Array(items.iter().map(without_since).collect()),
        Reply::Map(pairs) => {
            let told = pairs.iter().filter(|(name, _)| *name != Reply::Bulk("since".into()));
            Reply::Map(told.map(|(name, value)| (name.clone(), without_since(value))).collect())
        }
        Reply::Set(_)
        | Reply::Simple(_)
        | Reply::Error(_)
        | Reply::Integer(_)
        | Reply::Bulk(_)
        | Reply::Null
        | Reply::Double(_)
        | Reply::Boolean(_)
        | Reply::BigNumber(_)
        | Reply::Verbatim { .. }
        | Reply::Push(_) => reply.clone(),
    }
}

/// What stands under `name` in a map.
fn field(reply: &Reply, name: &str) -> Option<Reply> {
    let Reply::Map(pairs) = reply else { panic!("no map: {reply:?}") };
    let name = Reply::Bulk(name.into());
    pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| ordered(value))
}

/// Lower case, without the marks that sentences end with.
fn plain(text: Option<Reply>) -> String {
    let Some(Reply::Bulk(text)) = text else { return String::new() };
    String::from_utf8_lossy(&text).to_lowercase().trim_end_matches('.').to_owned()
}

/// The complaint about a part of a row, both sides as redis-cli prints them.
fn differs(name: &str, part: &str, mine: Option<Reply>, theirs: Option<Reply>) -> String {
    let text = |reply: Option<Reply>| {
        reply.map_or_else(
            || "nothing\n".to_owned(),
            |reply| String::from_utf8_lossy(&show(&reply, Style::NoRaw)).into_owned(),
        )
    };
    format!("{name}: {part}\nours:\n{}theirs:\n{}", text(mine), text(theirs))
}

/// The parts of a `COMMAND INFO` that rows decide, in its order.
const PARTS: [&str; 9] = [
    "name",
    "arity",
    "flags",
    "first key",
    "last key",
    "step",
    "categories",
    "tips",
    "key specifications",
];

/// What is not newer than this is in [`Version::Redis7`].
const OLDER: [u32; 3] = [7, 0, 15];

/// A version as numbers.
fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|number| number.parse().unwrap()).collect()
}

/// The newest version that a row speaks of: its own, or that of an argument which came later.
fn newest(row: &Command) -> Vec<u32> {
    let mut newest = numbers(row.since);
    each_arg(row.args, &mut |arg| {
        newest = newest.clone().max(arg.since.map(numbers).unwrap_or_default());
    });
    newest
}

/// The oldest server that has all of a row, and so is the one that it is compared with. A container is
/// as old as it says: its subcommands are rows of their own.
pub fn compared_with(row: &Command) -> Version {
    if newest(row).as_slice() <= OLDER.as_slice() { Version::Redis7 } else { Version::Redis8 }
}

/// Whether a server of `version` has the command at all.
pub fn is_row_of(row: &Command, version: Version) -> bool {
    version != Version::Redis7 || numbers(row.since).as_slice() <= OLDER.as_slice()
}

/// Whether a server of `version` takes an argument of a command that it has.
pub fn is_known(arg: &Arg, version: Version) -> bool {
    let since = arg.since.map(numbers).unwrap_or_default();
    version != Version::Redis7 || since.as_slice() <= OLDER.as_slice()
}

/// The rows that are compared with a server of `version`, and that server, asked in RESP3.
fn to_compare(version: Version) -> Option<(Vec<Found>, Peer, Ours)> {
    let mut peer = Peer::start_version(version, None, &[])?;
    let mut ours = Ours::new();
    peer.call(&["HELLO", "3"]);
    ours.call(&["HELLO", "3"]);
    let rows = rows().into_iter().filter(|found| compared_with(found.command) == version);
    Some((rows.collect(), peer, ours))
}

fn check_info(version: Version) {
    let Some((rows, mut peer, mut ours)) = to_compare(version) else { return };
    let mut complaints = Vec::new();
    for found in rows {
        let name = found.lower_name();
        let info = ["COMMAND", "INFO", &name];
        let (Reply::Array(mine), Reply::Array(theirs)) = (ours.call(&info), peer.call(&info))
        else {
            panic!("{name}: no array")
        };
        let (Reply::Array(mine), Reply::Array(theirs)) = (&mine[0], &theirs[0]) else {
            complaints.push(format!("{name}: the server does not have it"));
            continue;
        };
        for (part, (mine, theirs)) in PARTS.iter().zip(mine.iter().zip(theirs)) {
            let (mine, theirs) = (ordered(mine), ordered(theirs));
            if mine != theirs {
                complaints.push(differs(&name, part, Some(mine), Some(theirs)));
            }
        }
    }
    none(&complaints);
}

#[test]
fn command_info_is_that_of_a_real_server() {
    check_info(Version::Redis7);
}

#[test]
fn command_info_of_what_is_newer_is_that_of_a_newer_server() {
    check_info(Version::Redis8);
}

fn check_docs(version: Version) {
    let Some((rows, mut peer, mut ours)) = to_compare(version) else { return };
    let mut complaints = Vec::new();
    for found in rows {
        let name = found.lower_name();
        let docs = ["COMMAND", "DOCS", &name];
        let (Reply::Map(mine), Reply::Map(theirs)) = (ours.call(&docs), peer.call(&docs)) else {
            panic!("{name}: no map")
        };
        let (Some((_, mine)), Some((_, theirs))) = (mine.first(), theirs.first()) else {
            complaints.push(format!("{name}: the server does not have it"));
            continue;
        };
        for part in ["since", "group", "doc_flags", "deprecated_since", "arguments"] {
            let (mine, theirs) = (field(mine, part), field(theirs, part));
            let (mut mine, theirs) = (mine.as_ref().map(ordered), theirs.as_ref().map(ordered));
            if mine != theirs && version != Version::Redis7 {
                // It does not say of its newest arguments since when it has them.
                mine = mine.as_ref().map(without_since);
            }
            if mine != theirs {
                complaints.push(differs(&name, part, mine, theirs));
            }
        }
        // A sentence of five words or more that is the same was copied.
        let (mine, theirs) = (plain(field(mine, "summary")), plain(field(theirs, "summary")));
        if mine == theirs && mine.split(' ').count() > 4 {
            complaints.push(format!("{name}: its summary is the server's own: {mine}"));
        }
    }
    none(&complaints);
}

#[test]
fn command_docs_have_the_facts_of_a_real_server_and_sentences_of_our_own() {
    check_docs(Version::Redis7);
}

#[test]
fn command_docs_of_what_is_newer_have_the_facts_of_a_newer_server() {
    check_docs(Version::Redis8);
}

#[test]
fn a_row_is_compared_with_the_oldest_server_that_has_all_of_it() {
    const OLD: Command = Command::new("OLD", |_, _| Ok(())).since("7.0.0");
    const OPTION: &[Arg] = &[Arg::token("option", "OPTION").since("7.4.0").optional()];
    const INNER: &[Arg] = &[Arg::oneof("options", OPTION)];
    assert_eq!(compared_with(&OLD), Version::Redis7);
    assert_eq!(compared_with(&OLD.since("7.2.0")), Version::Redis8);
    assert_eq!(compared_with(&OLD.since("10.0.0")), Version::Redis8);
    assert_eq!(compared_with(&OLD.args(OPTION)), Version::Redis8);
    assert_eq!(compared_with(&OLD.args(INNER)), Version::Redis8);
}

/// Commands of Redis 7.0 in the groups whose commands the table has, that it does not have yet.
const LATER: &[&str] = &[
    // Values sent to another server.
    "migrate",
    // Functions.
    "fcall",
    "fcall_ro",
    "function",
    // Rights.
    "acl",
    // Replication.
    "failover",
    "psync",
    "replconf",
    "replicaof",
    "slaveof",
    "sync",
    // Looking at the server.
    "lolwut",
    "memory|doctor",
    "memory|malloc-stats",
    "memory|purge",
    "memory|stats",
    "module",
];

/// Commands that have come with Redis 8 or shortly before it, and that the table does not have yet.
const LATER_IN_8: &[&str] = &[];

/// Every command and subcommand that a server tells of, with its group.
fn commands_of(peer: &mut Peer) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let Reply::Map(docs) = peer.call(&["COMMAND", "DOCS"]) else { panic!("no map") };
    for (name, facts) in &docs {
        let text = |reply: &Reply| {
            let Reply::Bulk(text) = reply else { panic!("no text: {reply:?}") };
            String::from_utf8(text.clone()).unwrap()
        };
        let group = text(&field(facts, "group").unwrap());
        all.push((text(name), group.clone()));
        if let Some(Reply::Map(rows)) = field(facts, "subcommands") {
            all.extend(rows.iter().map(|(name, _)| (text(name), group.clone())));
        }
    }
    all
}

/// The commands of a server, in the groups that the table has, that it does not have; of a container
/// that is missing as a whole, the container alone.
fn missing(peer: &mut Peer) -> BTreeSet<String> {
    let ours: BTreeSet<String> = rows().iter().map(Found::lower_name).collect();
    let groups: BTreeSet<&str> = table().map(|row| row.group.name()).collect();
    let all = commands_of(peer);
    let all = all.into_iter().filter(|(name, group)| {
        let container = name.split('|').next().unwrap_or_default();
        let alone = name == container || ours.contains(container);
        groups.contains(group.as_str()) && alone && !ours.contains(name)
    });
    all.map(|(name, _)| name).collect()
}

#[test]
fn every_command_of_a_real_server_is_here_or_named_as_one_for_later() {
    let Some(mut peer) = Peer::start(&[]) else { return };
    peer.call(&["HELLO", "3"]);
    assert_eq!(missing(&mut peer), LATER.iter().map(|&name| name.to_owned()).collect());
}

#[test]
fn every_command_of_a_newer_server_is_here_or_named_as_one_for_later() {
    let Some(mut peer) = Peer::start_version(Version::Redis8, None, &[]) else { return };
    peer.call(&["HELLO", "3"]);
    let later = LATER.iter().chain(LATER_IN_8).map(|&name| name.to_owned()).collect();
    assert_eq!(missing(&mut peer), later);
}

//! What Tab offers: names of commands, options, keys of a type that fits, and names of the lab.

mod lab;
mod tutor;

use std::ops::ControlFlow;

use crate::engine::data::{Piece, Value, ValueKind};
use crate::engine::{self, Arg, ArgKind, Found, Group, KeySpec};
use crate::lab::Answer;
use crate::lab::console::Console;
use crate::repl::expect::{self, Next, begins};
use crate::repl::words;
use crate::syntax::{CursorContext, Quote, Shape, Word, cursor, quote_as};

/// The programs of the lab.
pub(super) const PROGRAMS: &[&str] = &["docker", "redis-cli", "ls", "cat", "wget"];

/// How many keys, fields or members are offered at most.
const MOST: usize = 200;

/// What could stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Offers {
    /// Where the word begins that they replace.
    pub(super) start: usize,
    /// The words, in order.
    pub(super) words: Vec<Offer>,
}

/// One word that is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Offer {
    /// As it is listed.
    pub(super) shown: String,
    /// As it is typed, with its quotes.
    pub(super) typed: String,
}

/// A server whose keys are offered, and the database.
struct Source<'c> {
    console: &'c mut Console,
    answer: Answer,
    db: u32,
}

/// The tutor command whose arguments are typed at `position`, if one is.
pub(super) fn tutor_word(line: &[u8], position: usize) -> Option<&'static str> {
    let context = cursor(line, position);
    let first = context.words.first()?;
    let word = match context.shape {
        Shape::Tutor => words::find(&first.bytes),
        Shape::Command if context.repeat.is_none() => words::bare(&first.bytes),
        Shape::Command | Shape::Empty | Shape::Comment | Shape::Lab => None,
    };
    word.map(|word| word.name)
}

/// What could stand at `position` in `line`. `choices` are what only a lesson knows of the
/// arguments of the line's tutor command.
pub(super) fn complete(
    line: &[u8],
    position: usize,
    console: &mut Console,
    choices: &[String],
) -> Option<Offers> {
    let context = cursor(line, position);
    let mut words = match context.shape {
        Shape::Comment => return None,
        Shape::Empty => begin(&context),
        Shape::Command | Shape::Lab if context.words.is_empty() => begin(&context),
        Shape::Command => {
            let words = bytes(&context.words);
            match words.first().and_then(|name| words::bare(name)) {
                Some(word) if context.repeat.is_none() => {
                    tutor::arguments(word.name, &context, console, choices)
                }
                Some(_) | None => {
                    let (answer, db) = (console.answer(), console.db());
                    command(&words, &context, &mut Source { console, answer, db })
                }
            }
        }
        Shape::Tutor => match context.words.first() {
            None => tutor_names(&context),
            Some(word) => match words::find(&word.bytes) {
                Some(word) => tutor::arguments(word.name, &context, console, choices),
                None => Vec::new(),
            },
        },
        Shape::Lab => lab::offers(&context, console),
    };
    if let [only] = words.as_mut_slice()
        && !only.typed.ends_with('=')
    {
        only.typed.push(' ');
    }
    Some(Offers { start: context.span.start, words })
}

/// The first word of a line.
fn begin(context: &CursorContext) -> Vec<Offer> {
    let start = context.prefix.as_slice();
    // With nothing typed a list of everything helps nobody who looks for a word to begin with.
    let fits = |name: &&str| begins(name, start) && !start.is_empty();
    let commands = engine::table().map(|row| row.name).filter(fits);
    let commands = commands.filter(|name| words::bare(name.as_bytes()).is_none());
    let mut offers: Vec<Offer> = commands.map(|name| cased(name, start, context)).collect();
    if context.repeat.is_none() {
        let bare = |name: &&str| words::bare(name.as_bytes()).is_some() && begins(name, start);
        let tutors = words::WORDS.iter().map(|word| word.name).filter(bare);
        offers.extend(
            tutors
                .chain(PROGRAMS.iter().copied().filter(|name| begins(name, start)))
                .map(|name| Offer { shown: name.to_owned(), typed: name.to_owned() }),
        );
    }
    offers.sort_by_key(|offer| offer.shown.to_ascii_lowercase());
    offers
}

fn tutor_names(context: &CursorContext) -> Vec<Offer> {
    let names = words::WORDS.iter().map(|word| word.name);
    names
        .filter(|name| begins(name, &context.prefix))
        .map(|name| Offer { shown: name.to_owned(), typed: format!(":{name}") })
        .collect()
}

/// What follows a command's name.
fn command(words: &[&[u8]], context: &CursorContext, source: &mut Source<'_>) -> Vec<Offer> {
    let Some(row) = words.first().and_then(|name| engine::by_name(name)) else { return Vec::new() };
    let start = context.prefix.as_slice();
    if words.len() == 1 && !row.subcommands.is_empty() {
        let names = row.subcommands.iter().map(|row| row.name);
        return names
            .filter(|name| begins(name, start))
            .map(|name| cased(name, start, context))
            .collect();
    }
    let Ok(found) = engine::find(words) else { return Vec::new() };
    let args = words.get(1 + usize::from(found.container.is_some())..).unwrap_or_default();
    let Some(rest) = expect::rest(found.command.args, args) else { return Vec::new() };
    let mut offers = Vec::new();
    let mut values: Vec<&'static Arg> = Vec::new();
    for next in rest.next() {
        match next {
            Next::Token(token) if begins(token, start) && !token.is_empty() => {
                offers.push(cased(token, start, context));
            }
            Next::Value(arg) if values.iter().all(|other| other.name != arg.name) => {
                values.push(arg);
            }
            Next::Token(_) | Next::Value(_) => {}
        }
    }
    for arg in values {
        offers.extend(value(&found, arg, words, context, source));
    }
    offers
}

/// Values of an argument that are known.
fn value(
    found: &Found,
    arg: &'static Arg,
    words: &[&[u8]],
    context: &CursorContext,
    source: &mut Source<'_>,
) -> Vec<Offer> {
    let key =
        || engine::key_positions(found, words)?.first().and_then(|at| words.get(*at).copied());
    match (arg.kind, arg.name) {
        (ArgKind::Key(spec), _) => {
            let spec = found.command.keys.get(spec);
            keys(found.command.group, spec, words, context, source)
        }
        (ArgKind::String, "field" | "member") => match key() {
            Some(key) => parts(key, context, source),
            None => Vec::new(),
        },
        (ArgKind::String | ArgKind::Pattern, "parameter") => {
            let mut names = Vec::new();
            for parameter in engine::config::parameters() {
                names.extend(parameter.names().filter(|name| begins(name, &context.prefix)));
            }
            names.into_iter().map(|name| quoted(name.as_bytes(), context)).collect()
        }
        (
            ArgKind::String
            | ArgKind::Integer
            | ArgKind::Double
            | ArgKind::Pattern
            | ArgKind::UnixTime
            | ArgKind::PureToken
            | ArgKind::OneOf(_)
            | ArgKind::Block(_),
            _,
        ) => Vec::new(),
    }
}

/// The type of value that a command of a group works on; `None`: any.
fn wanted(group: Group, spec: Option<&KeySpec>) -> Option<ValueKind> {
    // What is overwritten may be of any type.
    if spec.is_some_and(|spec| spec.flags.contains(&"OW")) {
        return None;
    }
    match group {
        Group::String | Group::Bitmap => Some(ValueKind::String),
        Group::Hash => Some(ValueKind::Hash),
        Group::List => Some(ValueKind::List),
        Group::Set => Some(ValueKind::Set),
        Group::SortedSet => Some(ValueKind::ZSet),
        Group::Generic
        | Group::Pubsub
        | Group::Transactions
        | Group::Scripting
        | Group::Connection
        | Group::Server => None,
    }
}

/// Keys that begin as typed and hold what the command works on.
fn keys(
    group: Group,
    spec: Option<&KeySpec>,
    words: &[&[u8]],
    context: &CursorContext,
    source: &mut Source<'_>,
) -> Vec<Offer> {
    let kind = wanted(group, spec);
    let mut found = Found200::default();
    source.console.visit_at(&source.answer, source.db, &mut |key, value| {
        let fits = key.starts_with(&context.prefix)
            && kind.is_none_or(|kind| value.kind() == kind)
            // A key that the line names already is hardly meant twice.
            && !words.iter().skip(1).any(|word| *word == key);
        if fits {
            found.add(key);
        }
        ControlFlow::Continue(())
    });
    found.offers(context)
}

/// Fields or members of a key.
fn parts(key: &[u8], context: &CursorContext, source: &mut Source<'_>) -> Vec<Offer> {
    let mut found = Found200::default();
    let mut see = |piece: Piece<'_>| {
        let part = piece.to_cow();
        if part.starts_with(&context.prefix) {
            found.add(&part);
        }
    };
    match source.console.value_at(&source.answer, source.db, key) {
        Some(Value::Hash(hash)) => hash.iter().for_each(|(field, _)| see(field)),
        Some(Value::Set(set)) => set.iter().for_each(see),
        Some(Value::SortedSet(set)) => set.iter().for_each(|(member, _)| see(member)),
        Some(Value::Int(_) | Value::Str(_) | Value::List(_)) | None => {}
    }
    found.offers(context)
}

/// The first names that were found, and as many more as it takes to know what all have in common:
/// the editor types that much, so a name left out must not be contradicted.
#[derive(Default)]
struct Found200 {
    names: Vec<Vec<u8>>,
    common: usize,
}

impl Found200 {
    fn add(&mut self, name: &[u8]) {
        let common = match self.names.first() {
            None => name.len(),
            Some(first) => {
                let same = first.iter().zip(name).take_while(|(a, b)| a == b).count();
                same.min(self.common)
            }
        };
        if self.names.len() < MOST || common < self.common {
            self.names.push(name.to_vec());
        }
        self.common = common;
    }

    fn offers(mut self, context: &CursorContext) -> Vec<Offer> {
        self.names.sort_unstable();
        self.names.iter().map(|name| quoted(name, context)).collect()
    }
}

/// A name in the case that is typed: small letters stay small.
fn cased(name: &str, start: &[u8], context: &CursorContext) -> Offer {
    let small = start.iter().any(u8::is_ascii_lowercase);
    let name = if small { name.to_ascii_lowercase() } else { name.to_owned() };
    match context.quote {
        Quote::None => Offer { shown: name.clone(), typed: name },
        Quote::Single | Quote::Double => quoted(name.as_bytes(), context),
    }
}

fn quoted(bytes: &[u8], context: &CursorContext) -> Offer {
    let typed = quote_as(bytes, context.quote);
    Offer { shown: quote_as(bytes, Quote::None), typed }
}

fn bytes(words: &[Word]) -> Vec<&[u8]> {
    words.iter().map(|word| word.bytes.as_slice()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repl::testing::console;

    fn offers(line: &str) -> String {
        let mut console = console();
        for line in [
            "SET name Erik",
            "SET \"two words\" 1",
            "HSET chain:A type protein length 141",
            "HSET chain:B type protein",
            "LPUSH list a",
            "SADD set m1 m2",
            "ZADD zset 1 one",
            "docker run -d --name box -p 6380:6379 redis:8",
            "redis-cli -p 6380 SET inner 1",
        ] {
            console.run(line.as_bytes());
        }
        let choices: &[&str] = match tutor_word(line.as_bytes(), line.len()) {
            Some("learn") => &["4hhb-load", "4hhb-load#look", "4hhb-check"],
            Some("answer") => &["chains=", "field=chain_id"],
            _ => &[],
        };
        let choices: Vec<String> = choices.iter().map(|one| (*one).to_owned()).collect();
        let found = complete(line.as_bytes(), line.len(), &mut console, &choices);
        let words = found.map(|offers| offers.words).unwrap_or_default();
        words.into_iter().map(|word| word.typed).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn names_are_completed_in_the_case_that_is_typed() {
        assert_eq!(offers("HGETA"), "HGETALL ");
        assert_eq!(offers("hgeta"), "hgetall ");
        assert_eq!(offers("conf"), "config ");
        assert_eq!(offers("CONFIG RE"), "RESETSTAT,REWRITE");
        assert_eq!(offers("config get appendf"), "appendfilename,appendfsync");
        assert_eq!(offers("sol"), "solution ");
        assert_eq!(offers(":cl"), ":clear,:client");
        assert_eq!(offers("SET k v K"), "KEEPTTL ");
        assert_eq!(offers("set k v ex"), "ex,exat");
        assert_eq!(offers("dock"), "docker ");
        assert_eq!(offers("help @ha"), "@hash ");
        assert_eq!(offers("help hgetal"), "hgetall ");
    }

    #[test]
    fn only_keys_that_fit_are_offered() {
        assert_eq!(offers("GET "), "name,\"two words\"");
        assert_eq!(offers("HGET "), "chain:A,chain:B");
        assert_eq!(offers("LRANGE "), "list ");
        assert_eq!(offers("SMEMBERS "), "set ");
        assert_eq!(offers("ZRANGE "), "zset ");
        assert_eq!(offers("DEL chain:"), "chain:A,chain:B");
        assert_eq!(offers("DEL chain:A cha"), "chain:B ");
        assert_eq!(offers("GET \"two"), "\"two words\" ");
        assert_eq!(offers("GET 'two"), "'two words' ");
    }

    #[test]
    fn fields_members_and_names_of_the_lab_are_offered() {
        assert_eq!(offers("HGET chain:A "), "length,type");
        assert_eq!(offers("HDEL chain:A type l"), "length ");
        assert_eq!(offers("SREM set "), "m1,m2");
        assert_eq!(offers("ZSCORE zset "), "one ");
        assert_eq!(offers("docker stop "), "box ");
        assert_eq!(offers(":load 4"), "4HHB_summary.json ");
        assert_eq!(offers("cat 4"), "4HHB_summary.json ");
        assert_eq!(offers("client set"), "setinfo,setname");
        assert_eq!(offers("client setn"), "setname ");
        assert_eq!(offers(":client "), "a ");
        assert_eq!(offers(":load 4HHB_summary.json "), "chains ");
        assert_eq!(offers("load 4HHB_summary.json chains by chain"), "chain_id ");
        assert_eq!(offers(":load 4HHB_summary.json chains by chain_id as h"), "hash ");
        assert_eq!(offers("learn "), "4hhb-load,4hhb-check");
        assert_eq!(offers("learn 4hhb-l"), "4hhb-load ");
        assert_eq!(offers(":learn 4hhb-load#"), "4hhb-load#look ");
        assert_eq!(offers("answer c"), "chains=");
        assert_eq!(offers("answer field=c"), "field=chain_id ");
        assert_eq!(offers("answer chains=4 f"), "field=chain_id ");
        assert_eq!(offers("help docker vol"), "volume ");
        assert_eq!(offers("help WRONG"), "WRONGPASS,WRONGTYPE");
        assert_eq!(offers("help config res"), "resetstat ");
        assert_eq!(offers(":wait 5"), "500ms ");
        assert_eq!(offers("nonsense "), "");
        assert_eq!(offers("# no"), "");
    }

    #[test]
    fn behind_redis_cli_the_keys_of_that_server_are_offered() {
        assert_eq!(offers("redis-cli --s"), "--sandbox ");
        assert_eq!(offers("redis-cli hgeta"), "hgetall ");
        assert_eq!(offers("redis-cli HGET "), "chain:A,chain:B");
        assert_eq!(offers("redis-cli HGET chain:A "), "length,type");
        assert_eq!(offers("redis-cli -n 1 HGET "), "");
        assert_eq!(offers("redis-cli -p "), "6380 ");
        assert_eq!(offers("redis-cli -p 6380 GET "), "inner ");
        assert_eq!(offers("docker exec -it box redis-cli GET "), "inner ");
        assert_eq!(offers("docker exec box redis-cli SET inner 1 k"), "keepttl ");
    }

    #[test]
    fn an_empty_line_offers_what_to_begin_with() {
        assert_eq!(
            offers(""),
            "answer,back,cat,changed,check,clear,compare,disk,docker,help,hint,kill,learn,lessons,\
             load,ls,next,note,power-loss,py,quit,recap,redis-cli,skip,solution,steps,task,undo,wget,why"
        );
    }

    #[test]
    fn a_name_that_was_left_out_is_not_contradicted() {
        let mut found = Found200::default();
        for number in 0..1000 {
            found.add(format!("user:{number:04}").as_bytes());
        }
        found.add(b"u");
        let first = found.names.first().unwrap();
        assert!(found.names.iter().all(|name| name.starts_with(b"u")));
        assert!(first.starts_with(b"user:0") && found.names.len() < MOST + 10);
        assert!(found.names.contains(&b"u".to_vec()));
    }
}

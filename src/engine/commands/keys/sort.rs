//! The elements of a list, set or sorted set in another order: `SORT` and `SORT_RO`.

use std::cmp::Ordering;

use crate::engine::commands::elements;
use crate::engine::data::{List, Piece, Value};
use crate::engine::{
    Arg, Args, Begin, Command, Ctx, Error, Find, Flag, Group, KeyEvent, KeySpec, Keys, Outcome,
    parse_f64,
};

const FROM_CONTENT: KeySpec = KeySpec::new(&["RO", "access"], Begin::Unknown, Find::Unknown).notes(
    "For the optional BY/GET keyword. It is marked 'unknown' because the key names derive from the \
     content of the key we sort",
);

const BY: Arg = Arg::pattern("pattern").found_by(1).with_token("BY").optional();
const LIMIT: Arg = Arg::block("offset_count", &[Arg::integer("offset"), Arg::integer("count")])
    .with_token("LIMIT")
    .optional();
const GET: Arg =
    Arg::pattern("pattern").found_by(1).with_token("GET").optional().multiple().multiple_token();
const ORDER: Arg =
    Arg::oneof("order", &[Arg::token("asc", "ASC"), Arg::token("desc", "DESC")]).optional();
const ALPHA: Arg = Arg::token("sorting", "ALPHA").optional();

/// Rows of this file's commands.
pub const COMMANDS: &[Command] = &[
    Command::new("SORT", sort)
        .since("1.0.0")
        .group(Group::Generic)
        .complexity("O(N log N) for the N elements of the key")
        .summary("Gives or stores the elements of a list, set or sorted set in another order.")
        .flags(&[Flag::Write, Flag::DenyOom, Flag::MovableKeys])
        .categories(&["@write", "@set", "@sortedset", "@list", "@slow", "@dangerous"])
        .keys(&[
            KeySpec::at(1, &["RO", "access"]),
            FROM_CONTENT,
            KeySpec::new(&["OW", "update"], Begin::Unknown, Find::Unknown).notes(
                "For the optional STORE keyword. It is marked 'unknown' because the keyword can \
                 appear anywhere in the argument array",
            ),
        ])
        .args(&[
            Arg::key("key", 0),
            BY,
            LIMIT,
            GET,
            ORDER,
            ALPHA,
            Arg::key("destination", 2).with_token("STORE").optional(),
        ]),
    Command::new("SORT_RO", sort_ro)
        .since("7.0.0")
        .group(Group::Generic)
        .complexity("O(N log N) for the N elements of the key")
        .summary(
            "Gives the elements of a list, set or sorted set in another order; stores nothing.",
        )
        .flags(&[Flag::Readonly, Flag::MovableKeys])
        .categories(&["@read", "@set", "@sortedset", "@list", "@slow", "@dangerous"])
        .keys(&[KeySpec::at(1, &["RO", "access"]), FROM_CONTENT])
        .args(&[Arg::key("key", 0), BY, LIMIT, GET, ORDER, ALPHA]),
];

/// What `SORT` is told besides the key.
#[derive(Default)]
struct Options<'a> {
    descending: bool,
    alpha: bool,
    offset: i64,
    /// How many elements; all if negative.
    count: Option<i64>,
    by: Option<&'a [u8]>,
    get: Vec<&'a [u8]>,
    store: Option<&'a [u8]>,
}

impl<'a> Options<'a> {
    fn parse(args: &mut Args<'a>, may_store: bool) -> Result<Self, Error> {
        let mut options = Self::default();
        while !args.is_empty() {
            if args.keyword("ASC") {
                options.descending = false;
            } else if args.keyword("DESC") {
                options.descending = true;
            } else if args.keyword("ALPHA") {
                options.alpha = true;
            } else if args.remaining() > 2 && args.keyword("LIMIT") {
                (options.offset, options.count) = (args.next_i64()?, Some(args.next_i64()?));
            } else if may_store && args.remaining() > 1 && args.keyword("STORE") {
                options.store = Some(args.next_word()?);
            } else if args.remaining() > 1 && args.keyword("BY") {
                options.by = Some(args.next_word()?);
            } else if args.remaining() > 1 && args.keyword("GET") {
                options.get.push(args.next_word()?);
            } else {
                return Err(Error::Syntax);
            }
        }
        Ok(options)
    }

    /// Whether the elements keep the order that they have: `BY` names no key.
    fn keeps_order(&self) -> bool {
        self.by.is_some_and(|pattern| !pattern.contains(&b'*'))
    }
}

fn sort(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    run(ctx, args, true)
}

fn sort_ro(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    run(ctx, args, false)
}

fn run(ctx: &mut Ctx<'_>, args: &mut Args<'_>, may_store: bool) -> Outcome {
    let key = args.next_word()?;
    let mut options = Options::parse(args, may_store)?;
    let (mut items, is_set) = elements_of(&mut ctx.keys, key)?;
    if options.keeps_order() && is_set && options.store.is_some() {
        // A set has no order to keep, and what is stored must be the same wherever it is replayed.
        (options.by, options.alpha) = (None, true);
    }
    if options.keeps_order() {
        if options.descending && !is_set {
            items.reverse();
        }
    } else {
        items = sorted(&mut ctx.keys, items, &options)?;
    }
    let len = items.len();
    let limited = |number: i64| usize::try_from(number.max(0)).unwrap_or(len).min(len);
    let count = options.count.filter(|count| *count >= 0).map_or(len, limited);
    let chosen: Vec<Vec<u8>> =
        items.into_iter().skip(limited(options.offset)).take(count).collect();
    match options.store {
        None => reply(ctx, &chosen, &options.get),
        Some(target) => store(ctx, target, &chosen, &options.get),
    }
    Ok(())
}

/// The elements of a key, and whether it is a set, which has no order.
fn elements_of(keys: &mut Keys<'_>, key: &[u8]) -> Result<(Vec<Vec<u8>>, bool), Error> {
    Ok(match keys.read(key) {
        None => (Vec::new(), false),
        Some(Value::List(list)) => (list.iter().map(Piece::to_vec).collect(), false),
        Some(Value::Set(set)) => (set.iter().map(Piece::to_vec).collect(), true),
        Some(Value::SortedSet(set)) => {
            (set.iter().map(|(member, _)| member.to_vec()).collect(), false)
        }
        Some(Value::Int(_) | Value::Str(_) | Value::Hash(_)) => return Err(Error::WrongType),
    })
}

/// What an element is sorted by.
enum Weight {
    Number(f64),
    Text(Option<Vec<u8>>),
}

fn sorted(
    keys: &mut Keys<'_>,
    items: Vec<Vec<u8>>,
    options: &Options<'_>,
) -> Result<Vec<Vec<u8>>, Error> {
    let mut weighed = Vec::with_capacity(items.len());
    for item in items {
        let by = match options.by {
            None => Some(item.clone()),
            Some(pattern) => look_up(keys, pattern, &item),
        };
        let weight = match by {
            by if options.alpha => Weight::Text(by),
            None => Weight::Number(0.0),
            Some(text) => Weight::Number(
                number(&text)
                    .ok_or(Error::text("ERR One or more scores can't be converted into double"))?,
            ),
        };
        weighed.push((weight, item));
    }
    weighed.sort_by(|(one, item), (other, its)| {
        let order = match (one, other) {
            (Weight::Number(a), Weight::Number(b)) => a.total_cmp(b).then_with(|| item.cmp(its)),
            // What has no text comes first.
            (Weight::Text(a), Weight::Text(b)) => a.cmp(b),
            (Weight::Number(_), Weight::Text(_)) | (Weight::Text(_), Weight::Number(_)) => {
                Ordering::Equal
            }
        };
        if options.descending { order.reverse() } else { order }
    });
    Ok(weighed.into_iter().map(|(_, item)| item).collect())
}

/// A number as C's `strtod` reads a whole string: none at all is zero, and space may stand before it.
fn number(text: &[u8]) -> Option<f64> {
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
    if text.is_empty() {
        return Some(0.0);
    }
    // Zeros of both signs are the same number.
    parse_f64(text.trim_ascii_start()).map(|number| if number == 0.0 { 0.0 } else { number })
}

/// What a pattern gives for an element: the string under the key that has the element in the place of the
/// star, or a field of the hash there, if `->` and its name follow. `#` is the element itself.
fn look_up(keys: &mut Keys<'_>, pattern: &[u8], item: &[u8]) -> Option<Vec<u8>> {
    if pattern == b"#" {
        return Some(item.to_vec());
    }
    let star = pattern.iter().position(|byte| *byte == b'*')?;
    let (before, rest) = (pattern.get(..star)?, pattern.get(star + 1..)?);
    let arrow = rest.windows(2).position(|two| two == b"->");
    let (after, field) = match arrow {
        Some(place) if place + 2 < rest.len() => (rest.get(..place)?, rest.get(place + 2..)),
        Some(_) | None => (rest, None),
    };
    let key = [before, item, after].concat();
    match (keys.read(&key)?, field) {
        (Value::Hash(hash), Some(field)) => hash.get(field).map(Piece::to_vec),
        (value, None) => value.as_string().map(Piece::to_vec),
        (_, Some(_)) => None,
    }
}

fn reply(ctx: &mut Ctx<'_>, chosen: &[Vec<u8>], get: &[&[u8]]) {
    ctx.reply.array(chosen.len() * get.len().max(1));
    for item in chosen {
        if get.is_empty() {
            elements::bulk(&mut ctx.reply, Piece::Bytes(item));
        }
        for pattern in get {
            match look_up(&mut ctx.keys, pattern, item) {
                Some(text) => ctx.reply.bulk(&text),
                None => ctx.reply.null(),
            }
        }
    }
}

fn store(ctx: &mut Ctx<'_>, target: &[u8], chosen: &[Vec<u8>], get: &[&[u8]]) {
    let mut list = List::new();
    let mut len = 0;
    for item in chosen {
        if get.is_empty() {
            list.push_back(item);
            len += 1;
        }
        for pattern in get {
            list.push_back(&look_up(&mut ctx.keys, pattern, item).unwrap_or_default());
            len += 1;
        }
    }
    if len > 0 {
        ctx.keys.insert(target, Value::List(Box::new(list)));
        ctx.keys.changed(target, len, KeyEvent::list("sortstore"));
    } else if ctx.keys.remove(target).is_some() {
        ctx.keys.changed(target, 1, KeyEvent::DEL);
    }
    ctx.reply.count(len);
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::testing::Prompt;
    use crate::resp::Reply;

    fn check(prompt: &mut Prompt, line: &str, expected: &str) {
        let expected = expected.split_whitespace().map(|word| Reply::Bulk(word.into())).collect();
        assert_eq!(prompt.line(line), Reply::Array(expected), "{line}");
    }

    #[test]
    fn elements_are_numbers_unless_said_otherwise() {
        let mut prompt = Prompt::new();
        prompt.line("RPUSH l 10 9 1e1 -2.5");
        check(&mut prompt, "SORT l", "-2.5 9 10 1e1");
        check(&mut prompt, "SORT l ALPHA DESC LIMIT 1 2", "1e1 10");
        prompt.line("RPUSH l x");
        let refused = Reply::Error("ERR One or more scores can't be converted into double".into());
        assert_eq!(prompt.line("SORT l"), refused);
    }

    #[test]
    fn other_keys_can_say_the_order_and_the_values() {
        let mut prompt = Prompt::new();
        prompt.line("SADD chains A B C");
        prompt.line("MSET len:A 198 len:B 205");
        prompt.line("HSET info:A name alpha");
        check(&mut prompt, "SORT chains BY len:* DESC", "B A C");
        check(&mut prompt, "SORT chains BY len:* LIMIT 1 1 GET # GET info:*->name", "A alpha");
        assert_eq!(
            prompt.line("SORT chains BY len:* GET info:*->name STORE out"),
            Reply::Integer(3)
        );
        assert_eq!(
            prompt.line("LRANGE out 0 -1"),
            Reply::Array(["", "alpha", ""].map(|word| Reply::Bulk(word.into())).into())
        );
    }
}

//! What a command's syntax still expects behind the words that are typed: the source of hints and
//! of completed options. Reads the row's argument tree; knows no line and no data.

use std::fmt::{self, Display, Formatter};

use crate::engine::{Arg, ArgKind};

/// A part of the syntax that is still to come.
#[derive(Debug, Clone, Copy)]
pub(super) enum Todo {
    /// The argument as a whole.
    Whole(&'static Arg),
    /// What follows its token.
    Value(&'static Arg),
    /// Another one of it.
    Again(&'static Arg),
}

/// Everything that is still to come, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Rest(Vec<Todo>);

/// What `args` expect behind `words`; `None` if the words do not follow the syntax.
pub(super) fn rest(args: &'static [Arg], words: &[&[u8]]) -> Option<Rest> {
    let (left, rest) = walk(args, words, &[])?;
    left.is_empty().then_some(rest)
}

impl Rest {
    /// As one line.
    pub(super) fn text(&self) -> String {
        let parts: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        parts.join(" ")
    }

    /// What the next word may be: what comes first, and what comes after optional parts.
    pub(super) fn next(&self) -> Vec<Next> {
        let mut all = Vec::new();
        for todo in &self.0 {
            let (arg, optional, inside) = match *todo {
                Todo::Whole(arg) => (arg, arg.optional, false),
                Todo::Value(arg) => (arg, false, true),
                Todo::Again(arg) => (arg, true, !arg.multiple_token),
            };
            first(arg, inside, &mut all);
            if !optional {
                break;
            }
        }
        all
    }

    /// Whether the next word must be a number.
    pub(super) fn wants_number(&self) -> bool {
        let next = self.next();
        !next.is_empty()
            && next.iter().all(|next| match next {
                Next::Value(arg) => matches!(arg.kind, ArgKind::Integer | ArgKind::UnixTime),
                Next::Token(_) => false,
            })
    }

    /// The options that `start` begins, if nothing but options may come next.
    pub(super) fn begun_tokens(&self, start: &[u8]) -> Vec<&'static str> {
        let next = self.next();
        let mut found = Vec::new();
        for one in next {
            match one {
                Next::Value(_) => return Vec::new(),
                Next::Token(token) if begins(token, start) => found.push(token),
                Next::Token(_) => {}
            }
        }
        found
    }
}

/// What a next word may be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Next {
    /// This word.
    Token(&'static str),
    /// A value of this argument.
    Value(&'static Arg),
}

/// Whether `start` begins `name`, in any case of letters.
pub(super) fn begins(name: &str, start: &[u8]) -> bool {
    name.as_bytes().get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// What `arg` may begin with; `inside`: its token is typed already.
fn first(arg: &'static Arg, inside: bool, all: &mut Vec<Next>) {
    if let Some(token) = arg.token.filter(|_| !inside) {
        all.push(Next::Token(token));
        return;
    }
    match arg.kind {
        ArgKind::OneOf(choices) => choices.iter().for_each(|choice| first(choice, false, all)),
        ArgKind::Block(parts) => {
            for part in parts {
                first(part, false, all);
                if !part.optional {
                    break;
                }
            }
        }
        ArgKind::Key(_)
        | ArgKind::String
        | ArgKind::Integer
        | ArgKind::Double
        | ArgKind::Pattern
        | ArgKind::UnixTime => all.push(Next::Value(arg)),
        ArgKind::PureToken => {}
    }
}

/// Words that are left, and what is expected behind those that were taken.
type Walked<'w> = (&'w [&'w [u8]], Rest);

/// Walks a sequence. Neighbouring optional parts may come in any order. `stops` are options that
/// may follow the sequence, so that a repeated argument does not swallow them.
fn walk<'w>(
    args: &'static [Arg],
    mut words: &'w [&'w [u8]],
    stops: &[&'static str],
) -> Option<Walked<'w>> {
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        let behind = args.get(at + 1..).unwrap_or_default();
        if !arg.optional {
            let mut ends: Vec<&'static str> = stops.to_vec();
            tokens(behind, &mut ends);
            match take(arg, words, &ends) {
                Taken::No => return None,
                Taken::Part(mut rest) => {
                    rest.0.extend(behind.iter().map(Todo::Whole));
                    return Some((&[], rest));
                }
                Taken::All(left, more) => {
                    words = left;
                    if words.is_empty() {
                        let mut rest = more;
                        rest.0.extend(behind.iter().map(Todo::Whole));
                        return Some((words, rest));
                    }
                }
            }
            at += 1;
            continue;
        }
        let run = args.iter().skip(at).take_while(|arg| arg.optional).count();
        let end = at + run;
        let options: Vec<&'static Arg> = args.iter().skip(at).take(run).collect();
        let behind = args.get(end..).unwrap_or_default();
        match options_in_any_order(options, behind, words, stops) {
            Ok(left) => words = left,
            Err(rest) => return Some((&[], rest)),
        }
        at = end;
    }
    Some((words, Rest::default()))
}

/// Takes options until none fits; the error is what to expect when the words end among them.
fn options_in_any_order<'w>(
    mut options: Vec<&'static Arg>,
    behind: &'static [Arg],
    mut words: &'w [&'w [u8]],
    stops: &[&'static str],
) -> Result<&'w [&'w [u8]], Rest> {
    loop {
        if words.is_empty() {
            let todo = options.into_iter().chain(behind).map(Todo::Whole);
            return Err(Rest(todo.collect()));
        }
        let mut ends: Vec<&'static str> = stops.to_vec();
        for option in &options {
            tokens(std::slice::from_ref(option), &mut ends);
        }
        tokens(behind, &mut ends);
        let taken =
            options.iter().position(|option| starts_with_token(option, words)).or_else(|| {
                options.iter().position(|option| {
                    let free = behind.iter().map(Arg::min_words).sum::<i32>();
                    let spare = i32::try_from(words.len()).unwrap_or(i32::MAX) > free;
                    !always_token(option) && spare && !is_one_of(words.first(), &ends)
                })
            });
        let Some(place) = taken else { return Ok(words) };
        let option = options.remove(place);
        match take(option, words, &ends) {
            Taken::No => return Ok(words),
            Taken::Part(mut rest) => {
                rest.0.extend(options.into_iter().chain(behind).map(Todo::Whole));
                return Err(rest);
            }
            Taken::All(left, more) => {
                words = left;
                if words.is_empty() && !more.0.is_empty() {
                    let mut rest = more;
                    rest.0.extend(options.into_iter().chain(behind).map(Todo::Whole));
                    return Err(rest);
                }
            }
        }
    }
}

enum Taken<'w> {
    /// The words are something else.
    No,
    /// The words end inside it.
    Part(Rest),
    /// It is whole; what is left, and what may still follow as a part of it.
    All(&'w [&'w [u8]], Rest),
}

/// Takes one argument with its token and its repetitions.
fn take<'w>(arg: &'static Arg, words: &'w [&'w [u8]], ends: &[&'static str]) -> Taken<'w> {
    let Some((word, behind)) = words.split_first() else {
        return Taken::Part(Rest(vec![Todo::Whole(arg)]));
    };
    let mut left = words;
    if let Some(token) = arg.token {
        if !token.as_bytes().eq_ignore_ascii_case(word) {
            return Taken::No;
        }
        left = behind;
        if matches!(arg.kind, ArgKind::PureToken) {
            return Taken::All(left, Rest::default());
        }
        if left.is_empty() {
            return Taken::Part(Rest(vec![Todo::Value(arg)]));
        }
    }
    match take_inner(arg, left, ends) {
        Taken::No => return Taken::No,
        Taken::Part(mut rest) => {
            rest.0.extend(arg.multiple.then_some(Todo::Again(arg)));
            return Taken::Part(rest);
        }
        Taken::All(rest, more) if more.0.is_empty() => left = rest,
        Taken::All(rest, more) => return Taken::All(rest, more),
    }
    if !arg.multiple {
        return Taken::All(left, Rest::default());
    }
    loop {
        if left.is_empty() {
            return Taken::All(left, Rest(vec![Todo::Again(arg)]));
        }
        if is_one_of(left.first(), ends) {
            return Taken::All(left, Rest::default());
        }
        let again = if arg.multiple_token { without_token(arg, left) } else { Some(left) };
        let Some(again) = again else { return Taken::All(left, Rest::default()) };
        match take_inner(arg, again, ends) {
            Taken::No => return Taken::All(left, Rest::default()),
            Taken::Part(mut rest) => {
                rest.0.push(Todo::Again(arg));
                return Taken::Part(rest);
            }
            Taken::All(rest, _) => left = rest,
        }
    }
}

fn without_token<'w>(arg: &Arg, words: &'w [&'w [u8]]) -> Option<&'w [&'w [u8]]> {
    let (word, behind) = words.split_first()?;
    arg.token.is_some_and(|token| token.as_bytes().eq_ignore_ascii_case(word)).then_some(behind)
}

/// Takes what follows an argument's token, once.
fn take_inner<'w>(arg: &'static Arg, words: &'w [&'w [u8]], ends: &[&'static str]) -> Taken<'w> {
    match arg.kind {
        ArgKind::OneOf(choices) => choices
            .iter()
            .map(|choice| take(choice, words, ends))
            .find(|taken| !matches!(taken, Taken::No))
            .unwrap_or(Taken::No),
        ArgKind::Block(parts) => match walk(parts, words, ends) {
            None => Taken::No,
            Some((left, rest)) if left.is_empty() && needs_more(&rest) => Taken::Part(rest),
            Some((left, rest)) => Taken::All(left, rest),
        },
        ArgKind::PureToken => Taken::No,
        ArgKind::Key(_)
        | ArgKind::String
        | ArgKind::Integer
        | ArgKind::Double
        | ArgKind::Pattern
        | ArgKind::UnixTime => match words.split_first() {
            Some((_, left)) => Taken::All(left, Rest::default()),
            None => Taken::Part(Rest(vec![Todo::Value(arg)])),
        },
    }
}

/// Whether something that may not be left out is missing.
fn needs_more(rest: &Rest) -> bool {
    rest.0.iter().any(|todo| match todo {
        Todo::Whole(arg) => !arg.optional,
        Todo::Value(_) => true,
        Todo::Again(_) => false,
    })
}

fn starts_with_token(arg: &Arg, words: &[&[u8]]) -> bool {
    let Some(word) = words.first() else { return false };
    match (arg.token, arg.kind) {
        (Some(token), _) => token.as_bytes().eq_ignore_ascii_case(word),
        (None, ArgKind::OneOf(choices)) => {
            choices.iter().any(|choice| starts_with_token(choice, words))
        }
        (None, ArgKind::Block(parts)) => {
            parts.first().is_some_and(|part| starts_with_token(part, words))
        }
        (
            None,
            ArgKind::Key(_)
            | ArgKind::String
            | ArgKind::Integer
            | ArgKind::Double
            | ArgKind::Pattern
            | ArgKind::UnixTime
            | ArgKind::PureToken,
        ) => false,
    }
}

/// Whether nothing but a token can begin it.
fn always_token(arg: &Arg) -> bool {
    match (arg.token, arg.kind) {
        (Some(_), _) => true,
        (None, ArgKind::OneOf(choices)) => choices.iter().all(always_token),
        (None, ArgKind::Block(parts)) => parts.first().is_some_and(always_token),
        (
            None,
            ArgKind::Key(_)
            | ArgKind::String
            | ArgKind::Integer
            | ArgKind::Double
            | ArgKind::Pattern
            | ArgKind::UnixTime
            | ArgKind::PureToken,
        ) => false,
    }
}

/// The tokens that `args` may begin with.
fn tokens(args: &'static [Arg], all: &mut Vec<&'static str>) {
    for arg in args {
        let mut firsts = Vec::new();
        first(arg, false, &mut firsts);
        all.extend(firsts.into_iter().filter_map(|next| match next {
            Next::Token(token) => Some(token),
            Next::Value(_) => None,
        }));
    }
}

fn is_one_of(word: Option<&&[u8]>, tokens: &[&'static str]) -> bool {
    word.is_some_and(|word| tokens.iter().any(|token| token.as_bytes().eq_ignore_ascii_case(word)))
}

impl Display for Todo {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Todo::Whole(arg) => write!(f, "{arg}"),
            Todo::Value(arg) => {
                let bare = Arg { token: None, optional: false, ..**arg };
                write!(f, "{bare}")
            }
            Todo::Again(arg) => {
                let token = if arg.multiple_token { arg.token } else { None };
                let bare = Arg { token, optional: false, multiple: false, ..**arg };
                write!(f, "[{bare} ...]")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine;

    fn check(line: &str, expected: &str) {
        let words: Vec<&[u8]> = line.split_whitespace().map(str::as_bytes).collect();
        let found = engine::find(&words).unwrap();
        let skip = 1 + usize::from(found.container.is_some());
        let rest = rest(found.command.args, &words[skip..]);
        assert_eq!(rest.map_or("?".to_owned(), |rest| rest.text()), expected, "{line}");
    }

    #[test]
    fn options_come_in_any_order() {
        check(
            "SET k v GET",
            "[NX|XX] [EX seconds|PX milliseconds|EXAT unix-time-seconds|PXAT unix-time-milliseconds|KEEPTTL]",
        );
        check("SET k v EX 1 XX", "[GET]");
        check("SET k v NX XX", "?");
        check("HELLO 3", "[AUTH username password] [SETNAME clientname]");
        check("HELLO 3 AUTH u", "password [SETNAME clientname]");
        check("HELLO 3 SETNAME x AUTH u p", "");
        check("GETEX k PERSIST", "");
    }

    #[test]
    fn repeated_arguments_go_on() {
        check("MGET a", "[key ...]");
        check("MSET a", "value [key value ...]");
        check("SINTERCARD 2 a b LIMIT", "limit");
        check("SINTERCARD 2 a b", "[key ...] [LIMIT limit]");
        check("CLIENT LIST ID 1", "[client-id ...] [TYPE NORMAL|MASTER|REPLICA|PUBSUB]");
    }

    #[test]
    fn every_row_has_a_rest_that_is_its_usage() {
        for row in engine::table().flat_map(|row| row.subcommands.iter().chain([row])) {
            assert_eq!(rest(row.args, &[]).unwrap().text(), row.usage(), "{}", row.name);
        }
    }
}

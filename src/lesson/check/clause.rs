//! One assertion without its label: what it looks at, and what must be true of it.

use super::ast::{Event, Literal, Operator, Pattern, Place, Shape, Subject, Test, Value};
use super::nearly;
use super::parse::{Context, Parsed};
use super::token::{Token, TokenKind};
use super::value::{command, leading_place, trailing_place, value};
use crate::lesson::number::Number;
use crate::lesson::problem::{Problem, Span};
use crate::lesson::suggest::{did_you_mean, nearest};

/// Every operator.
pub const OPERATORS: &[&str] =
    &["==", "!=", "<", "<=", ">", ">=", "in", "~", "is", "json==", "set==", "has"];

/// Reads an assertion without its label: subject, operator and values.
pub fn clause(context: &Context<'_>, all: &[Token<'_>], span: Span) -> Parsed<(Subject, Test)> {
    let at = all.iter().position(|token| token.bare().is_some_and(|w| OPERATORS.contains(&w)));
    let (left, right) = all.split_at_checked(at.unwrap_or(all.len())).unwrap_or((all, &[]));
    let (place, words) = leading_place(context, left)?;
    if let Some(event) = event(context, words)? {
        if place != Place::default() {
            return Err(Problem::new(
                span,
                "an event belongs to the whole step, not to a database or a container",
                "a place before an event",
                "take out `db=…` or `on …`",
            ));
        }
        return match right.first() {
            None => Ok((Subject::Event(event), Test::Happened)),
            Some(operator) => Err(Problem::new(
                operator.span,
                "an event is not compared: it has happened or not",
                "an operator",
                "take out the operator and what follows",
            )),
        };
    }
    let Some((operator, values)) = right.split_first() else {
        return Err(nearly::no_operator(left, span));
    };
    if let Some(problem) = nearly::objects(words) {
        return Err(problem);
    }
    let subject = subject(context, &place, words, operator.span)?;
    let test = test(context, &subject, operator, values)?;
    Ok((subject, test))
}

fn event(context: &Context<'_>, words: &[Token<'_>]) -> Parsed<Option<Event>> {
    let bare: Vec<&str> = words.iter().filter_map(Token::bare).collect();
    Ok(match bare.as_slice() {
        ["restarted"] => Some(Event::Restarted),
        ["killed"] => Some(Event::Killed),
        ["power-loss"] => Some(Event::PowerLoss),
        ["client", "python"] => Some(Event::Client("python".to_owned())),
        ["used", command @ ..] => {
            let span = words.first().map_or(Span::default(), |token| token.span);
            let Some(name) = command.first() else {
                return Err(Problem::new(
                    span,
                    "`used` names a command",
                    "no command",
                    "write for example `used HGETALL`",
                ));
            };
            let after = words.get(1..).unwrap_or_default();
            let span = match (after.first(), after.last()) {
                (Some(first), Some(last)) => Span::new(first.span.start, last.span.end),
                (Some(_) | None, _) => span,
            };
            let full = context.commands.full_name(command).map_err(|names| {
                let typed = command.join(" ");
                let typed = if context.commands.exists(name.as_bytes()) { &typed } else { *name };
                let help = match nearest(typed, names.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "write for example `used HGETALL`".to_owned(),
                };
                Problem::new(span, format!("`{typed}` is not a command"), "unknown command", help)
            })?;
            if full.split(' ').count() < command.len() {
                return Err(Problem::new(
                    span,
                    "`used` takes the name of a command and no arguments",
                    "more than a name",
                    format!("write `used {full}`"),
                ));
            }
            Some(Event::Used(full))
        }
        _ => None,
    })
}

fn subject(
    context: &Context<'_>,
    place: &Place,
    words: &[Token<'_>],
    end: Span,
) -> Parsed<Subject> {
    let Some(first) = words.first() else {
        return Err(Problem::new(
            end,
            "nothing stands before this operator",
            "no subject",
            "begin with a command that reads, `answer NAME`, `objects by FIELD` or `keys`",
        ));
    };
    let (span, last) = (first.span, words.last().unwrap_or(first).span);
    let whole = Span::new(span.start, last.end);
    let (after, before) = trailing_place(place.clone(), words)?;
    let bare: Vec<Option<&str>> = before.iter().map(Token::bare).collect();
    match bare.as_slice() {
        [Some("keys")] => Ok(Subject::Keys(after)),
        [Some("answer"), Some(name)] if after == Place::default() => {
            Ok(Subject::Answer((*name).to_owned()))
        }
        [Some("answer"), ..] => Err(Problem::new(
            whole,
            "an answer is looked up by its name alone",
            "expected `answer NAME`",
            "write for example `answer keys == 4`",
        )),
        [Some("objects"), Some("by"), _] => {
            let (field, by_span) =
                before.last().map(|token| (token.bytes().0, token.span)).unwrap_or_default();
            let by = String::from_utf8_lossy(&field).into_owned();
            Ok(Subject::Objects { by, by_span, place: after })
        }
        [Some("objects"), ..] => Err(Problem::new(
            whole,
            "the object view needs the field that tells objects apart",
            "expected `objects by FIELD`",
            "write for example `objects by chain_id == file 4HHB_summary.json $.chains`",
        )),
        _ => Ok(Subject::Command { words: command(context, before)?, place: after }),
    }
}

fn test(
    context: &Context<'_>,
    subject: &Subject,
    operator: &Token<'_>,
    values: &[Token<'_>],
) -> Parsed<Test> {
    let name = operator.bare().unwrap_or_default();
    let Some(first) = values.first() else {
        return Err(Problem::new(
            operator.span,
            format!("nothing follows `{name}`"),
            "expected a value",
            "write a value after it",
        ));
    };
    if let Some(second) = first.bare().filter(|word| OPERATORS.contains(word)) {
        return Err(Problem::new(
            first.span,
            "two operators follow one another",
            "the second one",
            format!("keep one; if the word itself is meant, put it in quotes: `\"{second}\"`"),
        ));
    }
    let last = values.last().unwrap_or(first);
    let span = Span::new(first.span.start, last.span.end);
    if let Subject::Objects { .. } = subject {
        return match value(context, values)? {
            Value::File(source) if name == "==" && !source.length => {
                Ok(Test::Compare(Operator::Equal, Value::File(source)))
            }
            Value::File(_) | Value::Command { .. } | Value::Literals(_) => Err(Problem::new(
                Span::new(operator.span.start, span.end),
                "objects are compared with the list of objects in a file",
                "expected `== file NAME $.path`",
                "write for example `== file 4HHB_summary.json $.chains`",
            )),
        };
    }
    let single = || match values {
        [only] => Ok(only),
        _ => Err(Problem::new(
            span,
            format!("`{name}` takes one value"),
            "more than one",
            "put a value with spaces in quotes",
        )),
    };
    if let Some(comparison) = operator_of(name) {
        let value = value(context, values)?;
        if let (Subject::Answer(_), Value::Literals(list)) = (subject, &value)
            && list.len() > 1
        {
            return Err(Problem::new(
                span,
                "an answer is one value",
                "more than one",
                "put a value with spaces in quotes; for several right answers write `any of`, or \
                 `~ /^(one|other)$/i`",
            ));
        }
        if !matches!(comparison, Operator::Equal | Operator::Unequal)
            && let Value::Literals(list) = &value
            && !matches!(list.as_slice(), [only] if Number::parse(&only.bytes).is_some())
        {
            return Err(Problem::new(
                span,
                format!("`{name}` compares numbers"),
                "not a number",
                "write a number, or compare with `==`",
            ));
        }
        return Ok(Test::Compare(comparison, value));
    }
    match name {
        "in" => range(single()?),
        "~" => pattern(single()?),
        "is" => shape(subject, single()?),
        "json==" => {
            let value = value(context, values)?;
            if let Value::Literals(list) = &value {
                let is_json = |literal: &Literal| {
                    serde_json::from_slice::<serde_json::Value>(&literal.bytes).is_ok()
                };
                if !matches!(list.as_slice(), [only] if is_json(only)) {
                    return Err(Problem::new(
                        span,
                        "what follows `json==` is not JSON",
                        "not JSON",
                        "write it as in a file, for example `json== {\"a\": 1}`",
                    ));
                }
            }
            Ok(Test::JsonEquals(value))
        }
        "set==" => Ok(Test::SetEquals(value(context, values)?)),
        _ => Ok(Test::Has(value(context, values)?)),
    }
}

/// The comparison of that sign.
pub fn operator_of(word: &str) -> Option<Operator> {
    match word {
        "==" => Some(Operator::Equal),
        "!=" => Some(Operator::Unequal),
        "<" => Some(Operator::Less),
        "<=" => Some(Operator::AtMost),
        ">" => Some(Operator::Greater),
        ">=" => Some(Operator::AtLeast),
        _ => None,
    }
}

fn range(token: &Token<'_>) -> Parsed<Test> {
    let ends = token.bare().and_then(|word| word.split_once(".."));
    if let Some((from, to)) = ends
        && let (Some(low), Some(high)) =
            (Number::parse(from.as_bytes()), Number::parse(to.as_bytes()))
        && low <= high
    {
        return Ok(Test::In(from.to_owned(), to.to_owned()));
    }
    Err(Problem::new(
        token.span,
        "a range is two numbers, the smaller one first",
        "not a range",
        "write for example `in 1..5`",
    ))
}

fn pattern(token: &Token<'_>) -> Parsed<Test> {
    let TokenKind::Pattern(text, fold) = &token.kind else {
        return Err(Problem::new(
            token.span,
            "a pattern stands between slashes",
            "not a pattern",
            "write for example `~ /^[0-9]+$/`",
        ));
    };
    let built = regex::bytes::RegexBuilder::new(&text.replace("\\/", "/"))
        .case_insensitive(*fold)
        .size_limit(1 << 20)
        .build();
    built.map(|regex| Test::Matches(Pattern(regex))).map_err(|error| {
        let reason = error.to_string();
        let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
        Problem::new(
            token.span,
            "this pattern cannot be read",
            reason.to_owned(),
            "mend it; `\\` before a sign takes its meaning away",
        )
    })
}

fn shape(subject: &Subject, token: &Token<'_>) -> Parsed<Test> {
    const NAMES: &[&str] = &["string", "hash", "list", "set", "zset", "nil", "error"];
    let word = token.bare().unwrap_or_default();
    let shape = match word {
        "string" => Shape::String,
        "hash" => Shape::Hash,
        "list" => Shape::List,
        "set" => Shape::Set,
        "zset" => Shape::SortedSet,
        "nil" => Shape::Nil,
        "error" => Shape::Error,
        _ => {
            return Err(Problem::new(
                token.span,
                format!("`{word}` is not something a reply can be"),
                "unknown type",
                did_you_mean(word, NAMES),
            ));
        }
    };
    let asks_type = matches!(subject, Subject::Command { words, .. }
        if words.first().is_some_and(|name| name.eq_ignore_ascii_case(b"TYPE")));
    match shape {
        Shape::Hash | Shape::List | Shape::Set | Shape::SortedSet if !asks_type => {
            Err(Problem::new(
                token.span,
                format!("`is {word}` looks at what `TYPE key` replies"),
                "another subject",
                format!("write `TYPE key is {word}`"),
            ))
        }
        Shape::String
        | Shape::Hash
        | Shape::List
        | Shape::Set
        | Shape::SortedSet
        | Shape::Nil
        | Shape::Error => Ok(Test::Is(shape)),
    }
}

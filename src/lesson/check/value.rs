//! What stands on a side of an operator: commands with their place, files, literals.

use super::Path;
use super::ast::{Literal, Place, Source, Value};
use super::parse::{Context, Parsed};
use super::token::Token;
use crate::lesson::problem::{Problem, Span};
use crate::lesson::suggest::nearest;

/// Reads the right side of an operator.
pub fn value(context: &Context<'_>, tokens: &[Token<'_>]) -> Parsed<Value> {
    let bare: Vec<Option<&str>> = tokens.iter().map(Token::bare).collect();
    if let [Some("file"), rest @ ..] = bare.as_slice() {
        return file(context, tokens, rest);
    }
    if let [Some("length"), Some("file"), ..] = bare.as_slice() {
        return Err(Problem::new(
            tokens.first().map_or(Span::default(), |token| token.span),
            "`length` stands behind the path",
            "too early",
            "write `file NAME $.path length`",
        ));
    }
    let (place, words) = leading_place(context, tokens)?;
    let is_command = words.first().is_some_and(|word| is_command(context, word));
    if is_command || place != Place::default() {
        let (place, words) = trailing_place(place, words)?;
        let words = command(context, words).map_err(|problem| match words {
            // A lone word in capitals may be meant as a text.
            [only] => Problem {
                help: format!(
                    "if the word itself is meant, put it in quotes: `\"{}\"`",
                    only.bare().unwrap_or_default()
                ),
                ..problem
            },
            _ => problem,
        })?;
        return Ok(Value::Command { words, place });
    }
    let literals = tokens.iter().map(|token| {
        let (bytes, quoted) = token.bytes();
        Literal { bytes, quoted }
    });
    Ok(Value::Literals(literals.collect()))
}

fn file(context: &Context<'_>, tokens: &[Token<'_>], rest: &[Option<&str>]) -> Parsed<Value> {
    let span =
        |at: usize| tokens.get(at).or(tokens.last()).map_or(Span::default(), |token| token.span);
    let (Some(Some(name)), Some(Some(path))) = (rest.first(), rest.get(1)) else {
        return Err(Problem::new(
            span(0),
            "`file` is followed by a file and a path",
            "expected `file NAME $.path`",
            "write for example `file 4HHB_summary.json $.chains`",
        ));
    };
    let length = match rest.get(2..).unwrap_or_default() {
        [] => false,
        [Some("length")] => true,
        _ => {
            return Err(Problem::new(
                span(3),
                "only `length` may follow a path",
                "unknown word",
                "take it out, or write `length` for how many there are",
            ));
        }
    };
    if let Some(files) = context.files
        && !files.iter().any(|file| file == name)
    {
        let known: Vec<&str> = files.iter().map(String::as_str).collect();
        let help = match nearest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add it to the front matter: `files: [{name}]`"),
        };
        return Err(Problem::new(
            span(1),
            format!("`{name}` is not among the lesson's files"),
            "unknown file",
            help,
        ));
    }
    let Some(path) = Path::parse(path) else {
        return Err(Problem::new(
            span(2),
            "this is not a path into JSON",
            "not a path",
            "write for example `$.chains`, `$.chains[0].chain_id` or `$.chains[*].chain_id`",
        ));
    };
    let name = (*name).to_owned();
    Ok(Value::File(Source { name, name_span: span(1), path, path_span: span(2), length }))
}

/// A command's words, if it only reads.
pub fn command(context: &Context<'_>, tokens: &[Token<'_>]) -> Parsed<Vec<Vec<u8>>> {
    let words: Vec<Vec<u8>> = tokens.iter().map(|token| token.bytes().0).collect();
    let (Some(first), Some(last), Some(name)) = (tokens.first(), tokens.last(), words.first())
    else {
        return Ok(words);
    };
    if !context.commands.exists(name) {
        let name = String::from_utf8_lossy(name).into_owned();
        return Err(unknown_command(context, &name, first.span));
    }
    context.commands.reads_only(&words).map_err(|reason| {
        let whole = Span::new(first.span.start, last.span.end);
        if reason.starts_with("wrong number") {
            let shown = String::from_utf8_lossy(name).to_uppercase();
            let help = format!("write it as at the prompt, where `help {shown}` shows how");
            return Problem::new(whole, reason, "too few words, or too many", help);
        }
        let help = "a check may only use commands that read, so that checking changes nothing";
        Problem::new(whole, reason, "not for a check", help)
    })?;
    Ok(words)
}

/// Takes `db=n` and `on CONTAINER` off the front.
pub fn leading_place<'t, 'a>(
    context: &Context<'_>,
    mut tokens: &'t [Token<'a>],
) -> Parsed<(Place, &'t [Token<'a>])> {
    let mut place = Place::default();
    loop {
        match tokens {
            [first, rest @ ..] if first.bare().is_some_and(|word| word.starts_with("db=")) => {
                once(place.db.is_some(), first, "db=…")?;
                place.db = Some(database(first)?);
                tokens = rest;
            }
            [first, second, ..] if first.bare() == Some("on") && is_command(context, second) => {
                return Err(Problem::new(
                    first.span,
                    "`on` is followed by a container's name",
                    "no container",
                    "write for example `on redis`, and the command behind it",
                ));
            }
            [first, second, rest @ ..] if first.bare() == Some("on") => {
                once(place.on.is_some(), first, "on …")?;
                place.on = Some(container(second)?);
                tokens = rest;
            }
            _ => return Ok((place, tokens)),
        }
    }
}

/// Whether a word is a command, as values write them: in capitals.
fn is_command(context: &Context<'_>, token: &Token<'_>) -> bool {
    token.bare().is_some_and(|word| {
        word.chars().all(|c| c.is_ascii_uppercase()) && context.commands.exists(word.as_bytes())
    })
}

/// Takes them off the end, as long as a command's name is left.
pub fn trailing_place<'t, 'a>(
    mut place: Place,
    mut tokens: &'t [Token<'a>],
) -> Parsed<(Place, &'t [Token<'a>])> {
    loop {
        match tokens {
            [rest @ .., last]
                if !rest.is_empty() && last.bare().is_some_and(|w| w.starts_with("db=")) =>
            {
                once(place.db.is_some(), last, "db=…")?;
                place.db = Some(database(last)?);
                tokens = rest;
            }
            [rest @ .., before, last] if !rest.is_empty() && before.bare() == Some("on") => {
                once(place.on.is_some(), before, "on …")?;
                place.on = Some(container(last)?);
                tokens = rest;
            }
            _ => return Ok((place, tokens)),
        }
    }
}

fn once(is_there: bool, token: &Token<'_>, what: &str) -> Parsed<()> {
    if !is_there {
        return Ok(());
    }
    Err(Problem::new(
        token.span,
        format!("`{what}` is given twice"),
        "the second one",
        "keep one of them; a word of that kind which is an argument goes in quotes",
    ))
}

fn database(token: &Token<'_>) -> Parsed<u32> {
    let number =
        token.bare().and_then(|word| word.strip_prefix("db=")).and_then(|n| n.parse().ok());
    number.filter(|n| *n <= 15).ok_or_else(|| {
        Problem::new(
            token.span,
            "`db` must be a whole number from 0 to 15",
            "not a database",
            "write for example `db=1`; a key of that name goes in quotes",
        )
    })
}

fn container(token: &Token<'_>) -> Parsed<String> {
    token.bare().map(str::to_owned).ok_or_else(|| {
        Problem::new(
            token.span,
            "`on` is followed by a container's name",
            "in quotes",
            "write for example `on redis`",
        )
    })
}

fn unknown_command(context: &Context<'_>, name: &str, span: Span) -> Problem {
    let subjects = [
        "answer",
        "objects",
        "keys",
        "used",
        "restarted",
        "killed",
        "power-loss",
        "else",
        "accept",
    ];
    let all = subjects.into_iter().chain(context.commands.names());
    let help = match nearest(name, all) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "begin with a command that reads, `answer NAME`, `objects by FIELD`, `keys` or an \
                 event such as `used HGETALL`"
            .to_owned(),
    };
    Problem::new(span, format!("`{name}` is not a command"), "unknown command", help)
}

//! From the lines of a `check` block to a [`Check`], every mistake collected.

use super::ast::{
    Accept, Assertion, Check, Else, Event, Group, Item, Literal, Operator, Pattern, Place, Shape,
    Source, Subject, Test, Value, When,
};
use super::token::{Token, TokenKind, tokens};
use super::{Commands, Path, Template};
use crate::lesson::format::is_name;
use crate::lesson::generate::Variant;
use crate::lesson::number::Number;
use crate::lesson::objects::Kind;
use crate::lesson::problem::{Problem, Span};
use crate::lesson::suggest::{did_you_mean, nearest};

/// What a check may refer to.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The command table's answers.
    pub commands: &'a dyn Commands,
    /// The files that the front matter names; nothing if it could not be read.
    pub files: Option<&'a [String]>,
}

const OPERATORS: &[&str] =
    &["==", "!=", "<", "<=", ">", ">=", "in", "~", "is", "json==", "set==", "has"];

/// Reads the lines of the block that `opening` opens, each with the byte of the file at which it
/// begins.
pub fn parse(
    lines: &[(&str, usize)],
    opening: Span,
    context: Context<'_>,
    problems: &mut Vec<Problem>,
) -> Check {
    let check = Check::default();
    let mut reader = Reader { context, problems, check, opening, group: None, lost: false };
    for (line, at) in lines {
        let text = line.trim();
        let at = at + (line.len() - line.trim_start().len());
        if !text.is_empty() && !text.starts_with('#') {
            reader.line(text, Span::new(at, at + text.len()));
        }
    }
    reader.finish()
}

/// Reading stops at the first mistake of a line, which it reports; other lines are read on.
type Parsed<T> = Result<T, Problem>;

struct Reader<'a, 'p> {
    context: Context<'a>,
    problems: &'p mut Vec<Problem>,
    check: Check,
    opening: Span,
    group: Option<Group>,
    /// The assertion above could not be read: what is said for it is passed over.
    lost: bool,
}

impl Reader<'_, '_> {
    fn line(&mut self, text: &str, span: Span) {
        let first = text.split([' ', '\t', ':']).next().unwrap_or_default();
        if first == "else" && self.lost {
            return;
        }
        let read = match first {
            "else" => self.otherwise(text, span),
            "accept" => self.accept(text, span),
            "end" => self.end(text, span),
            _ => self.assertion(text, span),
        };
        self.lost = read.is_err() && first != "else";
        if let Err(problem) = read {
            self.problems.push(problem);
        }
    }

    fn finish(mut self) -> Check {
        if let Some(group) = self.group.take() {
            self.problems.push(Problem::new(
                group.span,
                "this `any of` has no `end`",
                "opened here",
                "write a line `end` after its last alternative",
            ));
        }
        if self.check.items.is_empty() && self.problems.is_empty() {
            self.problems.push(Problem::new(
                self.opening,
                "this `check` asserts nothing",
                "no assertion",
                "write one a line, such as `[count] DBSIZE == 4`",
            ));
        }
        self.check
    }

    fn label(&mut self, text: &str, span: Span) -> Parsed<(Option<String>, usize)> {
        let Some(rest) = text.strip_prefix('[') else { return Ok((None, 0)) };
        let label = rest.split(']').next().unwrap_or_default();
        let label_span = Span::new(span.start, span.start + (label.len() + 2).min(text.len()));
        if label.len() == rest.len() || !is_name(label) {
            return Err(Problem::new(
                label_span,
                "a label is a name in square brackets",
                "not a label",
                "use lower-case letters, digits and hyphens: `[count] DBSIZE == 4`",
            ));
        }
        if self.check.items.iter().any(|item| item.label() == label) {
            return Err(Problem::new(
                label_span,
                format!("two assertions are called `{label}`"),
                "the second one",
                "give it another label",
            ));
        }
        Ok((Some(label.to_owned()), label.len() + 2))
    }

    fn assertion(&mut self, text: &str, span: Span) -> Parsed<()> {
        let (label, skip) = self.label(text, span)?;
        let rest = text.get(skip..).unwrap_or_default();
        let body = rest.trim_start();
        let body_at = span.start + (text.len() - body.len());
        let number = || (self.check.items.len() + 1).to_string();
        if body.split_whitespace().eq(["any", "of"]) {
            if self.group.is_some() {
                return Err(Problem::new(
                    span,
                    "an `any of` stands inside another one",
                    "here",
                    "close the first one with `end`; alternatives are single assertions",
                ));
            }
            let label = label.unwrap_or_else(number);
            let (alternatives, otherwise) = (Vec::new(), Vec::new());
            self.group = Some(Group { label, alternatives, otherwise, span });
            return Ok(());
        }
        let tokens = tokens(body, body_at)?;
        let (subject, test) = self.subject_and_test(&tokens, Span::new(body_at, span.end))?;
        let mut assertion = Assertion {
            label: String::new(),
            subject,
            test,
            otherwise: Vec::new(),
            text: body.to_owned(),
            span,
        };
        match &mut self.group {
            Some(_) if label.is_some() => Err(Problem::new(
                Span::new(span.start, span.start + skip),
                "an alternative has no label of its own",
                "a label",
                "label the `any of` line instead",
            )),
            Some(group) => {
                group.alternatives.push(assertion);
                Ok(())
            }
            None => {
                assertion.label = label.unwrap_or_else(number);
                self.check.items.push(Item::One(assertion));
                Ok(())
            }
        }
    }

    fn end(&mut self, text: &str, span: Span) -> Parsed<()> {
        if text != "end" {
            return Err(Problem::new(
                span,
                "`end` stands alone on its line",
                "something follows",
                "put what follows on the next line",
            ));
        }
        match self.group.take() {
            Some(group) if group.alternatives.is_empty() => Err(Problem::new(
                group.span,
                "this `any of` has no alternatives",
                "nothing in it",
                "write assertions between it and `end`",
            )),
            Some(group) => {
                self.check.items.push(Item::Any(group));
                Ok(())
            }
            None => Err(Problem::new(
                span,
                "this `end` closes nothing",
                "no `any of` above",
                "take it out, or open the group with `any of`",
            )),
        }
    }

    fn accept(&mut self, text: &str, span: Span) -> Parsed<()> {
        let rest = text.strip_prefix("accept").unwrap_or_default();
        let (kind, reason) = rest.split_once(':').unwrap_or((rest, ""));
        let (kind, reason) = (kind.trim(), reason.trim());
        let known = Variant::names();
        if !known.contains(&kind) {
            return Err(Problem::new(
                span,
                format!("`{kind}` is not a kind of generated state"),
                "unknown kind",
                did_you_mean(kind, &known),
            ));
        }
        if reason.is_empty() {
            return Err(Problem::new(
                span,
                "an `accept` says why",
                "no reason",
                format!("write `accept {kind}: …` with the reason"),
            ));
        }
        let (kind, reason) = (kind.to_owned(), reason.to_owned());
        self.check.accepts.push(Accept { kind, reason, span });
        Ok(())
    }

    fn otherwise(&mut self, text: &str, span: Span) -> Parsed<()> {
        let rest = text.strip_prefix("else").unwrap_or_default();
        let rest_at = span.end - rest.len();
        let Some(colon) = colon(rest) else {
            return Err(Problem::new(
                span,
                "this `else` has no message",
                "expected `: message`",
                "write `else: …`, `else KIND: …` or `else == 3: …`",
            ));
        };
        let (head, message) = rest.split_at_checked(colon).unwrap_or((rest, ""));
        let message = message.get(1..).unwrap_or_default();
        let message_at = span.end - message.trim_start().len();
        if message.trim().is_empty() {
            return Err(Problem::new(
                span,
                "this `else` has no message",
                "nothing after the colon",
                "write what the learner should read",
            ));
        }
        let of = self.last_assertion();
        let Some((subject, before)) = of else {
            return Err(Problem::new(
                span,
                "this `else` belongs to nothing",
                "no assertion above",
                "put it below the assertion it speaks for",
            ));
        };
        let when = condition(head, rest_at, subject.as_ref())?;
        if let Some(earlier) = before.iter().find(|e| e.when == When::Always || e.when == when) {
            let why = if earlier.when == When::Always { "an `else:`" } else { "the same `else`" };
            return Err(Problem::new(
                span,
                format!("this `else` is never told: {why} stands above it"),
                "not reached",
                "put `else:` last, and each condition once",
            ));
        }
        let known = placeholders(subject.as_ref());
        let message = Template::parse(message.trim(), message_at, known, self.problems);
        let otherwise = Else { when, message, span };
        if let Some(group) = &mut self.group {
            if let Some(assertion) = group.alternatives.last_mut() {
                assertion.otherwise.push(otherwise);
            }
        } else {
            match self.check.items.last_mut() {
                Some(Item::One(assertion)) => assertion.otherwise.push(otherwise),
                Some(Item::Any(group)) => group.otherwise.push(otherwise),
                None => {}
            }
        }
        Ok(())
    }

    /// What an `else` at this point speaks for, and those above it. A group has no subject.
    fn last_assertion(&self) -> Option<(Option<Subject>, Vec<Else>)> {
        let of = |a: &Assertion| (Some(a.subject.clone()), a.otherwise.clone());
        match &self.group {
            Some(group) => group.alternatives.last().map(of),
            None => match self.check.items.last()? {
                Item::One(assertion) => Some(of(assertion)),
                Item::Any(group) => Some((None, group.otherwise.clone())),
            },
        }
    }

    fn subject_and_test(&self, all: &[Token<'_>], span: Span) -> Parsed<(Subject, Test)> {
        let at = all.iter().position(|token| token.bare().is_some_and(|w| OPERATORS.contains(&w)));
        let (left, right) = all.split_at_checked(at.unwrap_or(all.len())).unwrap_or((all, &[]));
        let (place, words) = leading_place(left)?;
        if place == Place::default()
            && let Some(event) = self.event(words)?
        {
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
            return Err(no_operator(left, span));
        };
        let subject = self.subject(place, words, operator.span)?;
        let test = self.test(&subject, operator, values)?;
        Ok((subject, test))
    }

    fn event(&self, words: &[Token<'_>]) -> Parsed<Option<Event>> {
        let bare: Vec<&str> = words.iter().filter_map(Token::bare).collect();
        Ok(match bare.as_slice() {
            ["restarted"] => Some(Event::Restarted),
            ["killed"] => Some(Event::Killed),
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
                if !self.context.commands.exists(name.as_bytes()) {
                    let span = words.get(1).map_or(span, |token| token.span);
                    return Err(unknown_command(name, span));
                }
                Some(Event::Used(command.join(" ").to_uppercase()))
            }
            _ => None,
        })
    }

    fn subject(&self, place: Place, words: &[Token<'_>], end: Span) -> Parsed<Subject> {
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
        let bare: Vec<Option<&str>> = words.iter().map(Token::bare).collect();
        match bare.as_slice() {
            [Some("keys")] => Ok(Subject::Keys(place)),
            [Some("answer"), Some(name)] if place == Place::default() => {
                Ok(Subject::Answer((*name).to_owned()))
            }
            [Some("answer"), ..] => Err(Problem::new(
                whole,
                "an answer is looked up by its name alone",
                "expected `answer NAME`",
                "write for example `answer keys == 4`",
            )),
            [Some("objects"), Some("by"), _] => {
                let field = words.last().map(|token| token.bytes().0).unwrap_or_default();
                Ok(Subject::Objects { by: String::from_utf8_lossy(&field).into_owned(), place })
            }
            [Some("objects"), ..] => Err(Problem::new(
                whole,
                "the object view needs the field that tells objects apart",
                "expected `objects by FIELD`",
                "write for example `objects by chain_id == file 4HHB_summary.json $.chains`",
            )),
            _ => {
                let (place, words) = trailing_place(place, words)?;
                let words = self.command(words)?;
                Ok(Subject::Command { words, place })
            }
        }
    }

    /// A command's words, if it only reads.
    fn command(&self, tokens: &[Token<'_>]) -> Parsed<Vec<Vec<u8>>> {
        let words: Vec<Vec<u8>> = tokens.iter().map(|token| token.bytes().0).collect();
        let (Some(first), Some(last), Some(name)) = (tokens.first(), tokens.last(), words.first())
        else {
            return Ok(words);
        };
        if !self.context.commands.exists(name) {
            return Err(unknown_command(&String::from_utf8_lossy(name), first.span));
        }
        self.context.commands.reads_only(&words).map_err(|reason| {
            Problem::new(
                Span::new(first.span.start, last.span.end),
                reason,
                "not for a check",
                "a check may only use commands that read, so that checking changes nothing",
            )
        })?;
        Ok(words)
    }

    fn test(&self, subject: &Subject, operator: &Token<'_>, values: &[Token<'_>]) -> Parsed<Test> {
        let name = operator.bare().unwrap_or_default();
        let Some(first) = values.first() else {
            return Err(Problem::new(
                operator.span,
                format!("nothing follows `{name}`"),
                "expected a value",
                "write a value after it",
            ));
        };
        let last = values.last().unwrap_or(first);
        let span = Span::new(first.span.start, last.span.end);
        if let Subject::Objects { .. } = subject {
            return match self.value(values)? {
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
            let value = self.value(values)?;
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
                let value = self.value(values)?;
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
            "set==" => Ok(Test::SetEquals(self.value(values)?)),
            _ => Ok(Test::Has(self.value(values)?)),
        }
    }

    fn value(&self, tokens: &[Token<'_>]) -> Parsed<Value> {
        let bare: Vec<Option<&str>> = tokens.iter().map(Token::bare).collect();
        if let [Some("file"), rest @ ..] = bare.as_slice() {
            return self.file(tokens, rest);
        }
        let (place, words) = leading_place(tokens)?;
        let is_command = words.first().and_then(Token::bare).is_some_and(|word| {
            word.chars().all(|c| c.is_ascii_uppercase())
                && self.context.commands.exists(word.as_bytes())
        });
        if is_command || place != Place::default() {
            let (place, words) = trailing_place(place, words)?;
            return Ok(Value::Command { words: self.command(words)?, place });
        }
        let literals = tokens.iter().map(|token| {
            let (bytes, quoted) = token.bytes();
            Literal { bytes, quoted }
        });
        Ok(Value::Literals(literals.collect()))
    }

    fn file(&self, tokens: &[Token<'_>], rest: &[Option<&str>]) -> Parsed<Value> {
        let span = |at: usize| {
            tokens.get(at).or(tokens.last()).map_or(Span::default(), |token| token.span)
        };
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
        if let Some(files) = self.context.files
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
        Ok(Value::File(Source { name: (*name).to_owned(), path, length }))
    }
}

/// The colon that ends an `else`'s condition: outside of quotes.
fn colon(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, ':') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (None | Some(_), _) => {}
        }
    }
    None
}

fn condition(head: &str, at: usize, subject: Option<&Subject>) -> Parsed<When> {
    let tokens = tokens(head, at)?;
    let bare: Vec<Option<&str>> = tokens.iter().map(Token::bare).collect();
    let span = Span::new(
        tokens.first().map_or(at, |token| token.span.start),
        tokens.last().map_or(at, |token| token.span.end),
    );
    let objects = matches!(subject, Some(Subject::Objects { .. }));
    match (bare.as_slice(), tokens.as_slice()) {
        ([], _) => Ok(When::Always),
        ([Some(kind)], _) if objects => Kind::parse(kind).map(When::Kind).ok_or_else(|| {
            Problem::new(
                span,
                format!("`{kind}` is not a kind of mistake"),
                "unknown kind",
                did_you_mean(kind, &Kind::names()),
            )
        }),
        ([Some(operator), _], [_, literal]) if operator_of(operator).is_some() => {
            let compares = match subject {
                Some(Subject::Command { .. } | Subject::Answer(_) | Subject::Keys(_)) => true,
                Some(Subject::Objects { .. } | Subject::Event(_)) | None => false,
            };
            let Some(operator) = operator_of(operator).filter(|_| compares) else {
                return Err(Problem::new(
                    span,
                    "there is no value here to compare",
                    "a comparison",
                    if objects {
                        "write `else KIND: …`, for example `else missing-field: …`"
                    } else {
                        "write `else: …`"
                    },
                ));
            };
            let (bytes, quoted) = literal.bytes();
            Ok(When::Got(operator, Literal { bytes, quoted }))
        }
        _ => Err(Problem::new(
            span,
            "this `else` has no condition that can be judged",
            "not a condition",
            if objects {
                "write `else: …` or `else KIND: …`, for example `else missing-field: …`"
            } else {
                "write `else: …`, `else == 3: …`, `else < 3: …` or `else > 3: …`"
            },
        )),
    }
}

fn placeholders(subject: Option<&Subject>) -> &'static [&'static str] {
    match subject {
        Some(Subject::Objects { .. }) => {
            &["got", "want", "key", "field", "id", "type", "db", "fields", "keys"]
        }
        Some(Subject::Command { .. } | Subject::Keys(_)) => &["got", "want", "db", "keys"],
        Some(Subject::Answer(_)) => &["got", "want"],
        Some(Subject::Event(_)) | None => &[],
    }
}

fn leading_place<'t, 'a>(mut tokens: &'t [Token<'a>]) -> Parsed<(Place, &'t [Token<'a>])> {
    let mut place = Place::default();
    loop {
        match tokens {
            [first, rest @ ..] if first.bare().is_some_and(|word| word.starts_with("db=")) => {
                place.db = Some(database(first)?);
                tokens = rest;
            }
            [first, second, rest @ ..] if first.bare() == Some("on") => {
                place.on = Some(container(second)?);
                tokens = rest;
            }
            _ => return Ok((place, tokens)),
        }
    }
}

fn trailing_place<'t, 'a>(
    mut place: Place,
    mut tokens: &'t [Token<'a>],
) -> Parsed<(Place, &'t [Token<'a>])> {
    loop {
        match tokens {
            [rest @ .., last]
                if !rest.is_empty() && last.bare().is_some_and(|w| w.starts_with("db=")) =>
            {
                place.db = Some(database(last)?);
                tokens = rest;
            }
            [rest @ .., before, last] if !rest.is_empty() && before.bare() == Some("on") => {
                place.on = Some(container(last)?);
                tokens = rest;
            }
            _ => return Ok((place, tokens)),
        }
    }
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

fn operator_of(word: &str) -> Option<Operator> {
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

fn no_operator(tokens: &[Token<'_>], span: Span) -> Problem {
    for token in tokens {
        let meant = match token.bare() {
            Some("=" | "===" | "equals" | "eq") => "==",
            Some("<>" | "=!" | "ne") => "!=",
            Some("=<") => "<=",
            Some("=>") => ">=",
            Some("=~" | "matches") => "~",
            Some("contains" | "includes") => "has",
            Some("json=" | "json===") => "json==",
            Some("set=" | "set===") => "set==",
            Some(_) | None => continue,
        };
        return Problem::new(
            token.span,
            "this is not an operator",
            "unknown operator",
            format!("did you mean `{meant}`?"),
        );
    }
    if let [first] = tokens
        && let Some(word) = first.bare()
        && let Some(near) = nearest(word, ["restarted", "killed", "end", "else:"])
    {
        return Problem::new(
            span,
            "this assertion compares nothing",
            "no operator",
            format!("did you mean `{near}`?"),
        );
    }
    Problem::new(
        span,
        "this assertion compares nothing",
        "no operator",
        "write one of `== != < <= > >= in ~ is json== set== has` and a value",
    )
}

fn unknown_command(name: &str, span: Span) -> Problem {
    let subjects = ["answer", "objects", "keys", "used", "restarted", "killed", "else", "accept"];
    let help = match nearest(name, subjects) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "begin with a command that reads, `answer NAME`, `objects by FIELD`, `keys` or an \
                 event such as `used HGETALL`"
            .to_owned(),
    };
    Problem::new(span, format!("`{name}` is not a command"), "unknown command", help)
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

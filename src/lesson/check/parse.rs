//! From the lines of a `check` block to a [`Check`], every mistake collected.

use super::ast::{Accept, Assertion, Check, Else, Group, Item, Literal, Operator, Subject, When};
use super::clause::{clause, operator_of};
use super::token::{Token, tokens};
use super::{Commands, Template, nearly};
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
    /// What these files hold.
    pub read: &'a dyn Fn(&str) -> Option<Vec<u8>>,
}

/// Reads the lines of the block that `opening` opens, each with the byte of the file at which it
/// begins.
pub fn parse(
    lines: &[(&str, usize)],
    opening: Span,
    context: Context<'_>,
    problems: &mut Vec<Problem>,
) -> Check {
    let check = Check::default();
    let mut reader =
        Reader { context, problems, check, opening, group: None, lost: false, ends: false };
    for (place, (line, at)) in lines.iter().enumerate() {
        let text = line.trim();
        let at = at + (line.len() - line.trim_start().len());
        let below = lines.iter().skip(place + 1).map(|(line, _)| line.trim());
        let mut below = below
            .filter(|line| *line == "end" || (line.starts_with('[') && line.ends_with("any of")));
        reader.ends = below.next() == Some("end");
        if !text.is_empty() && !text.starts_with('#') {
            reader.line(text, Span::new(at, at + text.len()));
        }
    }
    reader.finish()
}

/// Reading stops at the first mistake of a line, which it reports; other lines are read on.
pub type Parsed<T> = Result<T, Problem>;

struct Reader<'a, 'p> {
    context: Context<'a>,
    problems: &'p mut Vec<Problem>,
    check: Check,
    opening: Span,
    group: Option<Group>,
    /// The assertion above could not be read: what is said for it is passed over.
    lost: bool,
    /// Below this line an `end` closes the group that is open here.
    ends: bool,
}

impl Reader<'_, '_> {
    fn line(&mut self, text: &str, span: Span) {
        let first = text.split([' ', '\t', ':']).next().unwrap_or_default();
        if first == "else" && self.lost {
            return;
        }
        // A group that was not closed ends where an assertion with a label of its own begins.
        if text.starts_with('[') && !self.ends {
            self.close();
        }
        if self.group.is_some()
            && first != "end"
            && text == first
            && nearest(first, ["end"]).is_some()
        {
            self.problems.push(Problem::new(
                span,
                format!("`{first}` closes no group"),
                "unknown word",
                "did you mean `end`?",
            ));
            let _ = self.end("end", span);
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
            if self.group.is_none() && !["else", "accept", "end"].contains(&first) {
                let label = written_label(text).filter(|label| is_name(label));
                let label = label.map_or_else(|| self.number(), str::to_owned);
                self.check.lost.push(label);
            }
        }
    }

    /// What an assertion without a label is called.
    fn number(&self) -> String {
        (self.check.items.len() + self.check.lost.len() + 1).to_string()
    }

    /// Closes a group that lacks its `end`.
    fn close(&mut self) {
        if let Some(group) = self.group.take() {
            self.problems.push(Problem::new(
                group.span,
                "this `any of` has no `end`",
                "opened here",
                "write a line `end` after its last alternative",
            ));
            self.check.lost.push(group.label);
        }
    }

    fn finish(mut self) -> Check {
        self.close();
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
        let Some(label) = written_label(text) else { return Ok((None, 0)) };
        let label_span = Span::new(span.start, span.start + (label.len() + 2).min(text.len()));
        if label.len() + 1 == text.len() || !is_name(label) {
            return Err(Problem::new(
                label_span,
                "a label is a name in square brackets",
                "not a label",
                "use lower-case letters, digits and hyphens: `[count] DBSIZE == 4`",
            ));
        }
        let mut others = self.check.items.iter().map(Item::label);
        if others.any(|other| other == label) || self.check.lost.iter().any(|lost| lost == label) {
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
        if label.is_none()
            && let Some(problem) = nearly::clause_word(body, span)
        {
            return Err(problem);
        }
        let words: Vec<&str> = body.split_whitespace().collect();
        let is_nearly = matches!(words.as_slice(), [_, _])
            && nearest(&words.join(" "), ["any of"]).is_some()
            && self.group.is_none();
        if is_nearly && words != ["any", "of"] {
            self.problems.push(Problem::new(
                Span::new(body_at, span.end),
                format!("`{body}` opens no group"),
                "unknown words",
                "did you mean `any of`?",
            ));
        }
        if is_nearly || words == ["any", "of"] {
            if self.group.is_some() {
                return Err(Problem::new(
                    span,
                    "an `any of` stands inside another one",
                    "here",
                    "close the first one with `end`; alternatives are single assertions",
                ));
            }
            let label = label.unwrap_or_else(|| self.number());
            let (alternatives, otherwise) = (Vec::new(), Vec::new());
            self.group = Some(Group { label, alternatives, otherwise, span });
            return Ok(());
        }
        let tokens = tokens(body, body_at)?;
        let (subject, test) = clause(&self.context, &tokens, Span::new(body_at, span.end))?;
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
                assertion.label = label.unwrap_or_else(|| self.number());
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
        if kind.is_empty() {
            return Err(Problem::new(
                span,
                "an `accept` names a kind of generated state",
                "no kind",
                "write for example `accept extra-field: notes are welcome`",
            ));
        }
        if self.check.accepts.iter().any(|accept| accept.kind == kind) {
            return Err(Problem::new(
                span,
                format!("`accept {kind}` stands here twice"),
                "the second one",
                "keep one of them",
            ));
        }
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
}

/// What stands in the square brackets that a line begins with; all of the line if they stay open.
fn written_label(text: &str) -> Option<&str> {
    text.strip_prefix('[').and_then(|rest| rest.split(']').next())
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
            let orders = !matches!(operator, Operator::Equal | Operator::Unequal);
            if orders && Number::parse(&bytes).is_none() {
                return Err(Problem::new(
                    literal.span,
                    "more and less compare numbers",
                    "not a number",
                    "write a number, or compare with `==`",
                ));
            }
            Ok(When::Got(operator, Literal { bytes, quoted }))
        }
        ([Some("=" | "==="), _], _) => Err(Problem::new(
            span,
            "this is not an operator",
            "unknown operator",
            "did you mean `==`?",
        )),
        ([Some(kind)], _) if Kind::parse(kind).is_some() => Err(Problem::new(
            span,
            "only `objects` assertions name kinds of mistakes",
            "a kind",
            "write `else: …` or `else == 3: …`",
        )),
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

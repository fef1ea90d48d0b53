//! What an `answer` line says: which question of the step gets which value.
//!
//! People write `bikes=7`, `bikes = 7`, `bikes 7` or just `7`. All of that is read, as long as there is
//! no doubt which question is meant. Knows no lesson and judges nothing.

use super::format::{Answer, Question};
use crate::syntax::Word;

/// One part of an answer line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// A value for the question of this name, which may not exist.
    Named(String, String),
    /// Words that fit several questions, or none.
    Unclear(String),
}

/// A word as it was meant, and as it was typed: `b'6'` is a choice with its quotes, `"group 2"` is one
/// without.
#[derive(Debug, Clone, Default)]
struct Typed {
    meant: String,
    raw: String,
}

impl Typed {
    fn join(&mut self, other: &Self, between: &str) {
        for (own, more) in [(&mut self.meant, &other.meant), (&mut self.raw, &other.raw)] {
            if !own.is_empty() {
                own.push_str(between);
            }
            own.push_str(more);
        }
    }

    /// The name before a `=`, and what stands behind it. A quoted word is a value as a whole.
    fn split(&self) -> Option<(String, Self)> {
        let (name, meant) = self.meant.split_once('=')?;
        let (raw_name, raw) = self.raw.split_once('=')?;
        (raw_name == name && !name.contains(' '))
            .then(|| (name.to_owned(), Self { meant: meant.to_owned(), raw: raw.to_owned() }))
    }

    /// The value as this question takes it; quotes are part of a choice that has them.
    fn value(self, question: Option<&Question>) -> String {
        match question.map(|question| &question.answer) {
            Some(answer @ Answer::Choice(_)) if answer.objection(&self.raw).is_none() => self.raw,
            Some(Answer::Integer | Answer::Number) => number_of(&self.meant).to_owned(),
            Some(Answer::Text | Answer::Choice(_)) | None => self.meant,
        }
    }

    fn fits(&self, question: &Question) -> bool {
        match question.answer {
            Answer::Integer | Answer::Number => {
                question.answer.objection(number_of(&self.meant)).is_none()
            }
            Answer::Text | Answer::Choice(_) => [&self.raw, &self.meant]
                .iter()
                .any(|text| question.answer.objection(text).is_none()),
        }
    }
}

/// A number as it stands in a reply: `4` of `(integer) 4`.
fn number_of(text: &str) -> &str {
    text.trim().strip_prefix("(integer)").unwrap_or(text).trim_start()
}

/// Reads the words behind `answer` in `line`. `is_open` says whether a question waits for its answer.
pub(super) fn read(
    line: &[u8],
    words: &[Word],
    questions: &[Question],
    is_open: &dyn Fn(&str) -> bool,
) -> Vec<Part> {
    let words = words.iter().map(|word| Typed {
        meant: String::from_utf8_lossy(&word.bytes).into_owned(),
        raw: String::from_utf8_lossy(line.get(word.span.clone()).unwrap_or_default()).into_owned(),
    });
    let known = |name: &str| questions.iter().find(|question| question.name == name);
    let words = requoted(words.collect());
    let mut loose: Vec<Typed> = Vec::new();
    let mut named: Vec<(String, Typed)> = Vec::new();
    let count = words.len();
    let mut words = joined(words.into_iter()).into_iter().peekable();
    while let Some(mut word) = words.next() {
        // `keys=4, db=1`: the comma is between the answers, not in one.
        if words.peek().is_some_and(|next| next.split().is_some()) {
            word.meant.truncate(word.meant.trim_end_matches(',').len());
            word.raw.truncate(word.raw.trim_end_matches(',').len());
        }
        if let Some((name, value)) = word.split() {
            named.push((name, value));
            continue;
        }
        // `keys=4 and db=1`
        if word.raw == "and"
            && words.peek().is_some_and(|next| next.split().is_some())
            && let Some((_, value)) = named.last_mut()
        {
            for text in [&mut value.meant, &mut value.raw] {
                text.truncate(text.trim_end_matches(',').len());
            }
            continue;
        }
        let is_name = count > 1 && known(&word.meant).is_some();
        match named.last_mut() {
            Some((_, value)) if !is_name || value.raw.is_empty() => value.join(&word, " "),
            None if !is_name || !loose.is_empty() => loose.push(word),
            Some(_) | None => named.push((word.meant, Typed::default())),
        }
    }
    let mut parts = Vec::new();
    if !loose.is_empty() {
        parts.extend(placed(loose, questions, is_open));
    }
    parts.extend(named.into_iter().map(|(name, value)| {
        let value = value.value(known(&name));
        Part::Named(name, value)
    }));
    parts
}

/// The words of a line whose quotes could not be read, with what stands between two quotes put
/// together: in `first="group 2", second=…` a comma follows the closing one.
fn requoted(words: Vec<Typed>) -> Vec<Typed> {
    let mut put: Vec<Typed> = Vec::new();
    let mut words = words.into_iter().peekable();
    let mut rest: Vec<Typed> = Vec::new();
    while let Some(mut word) = words.next() {
        let Some((before, quote, _)) = opened(&word.raw).filter(|_| word.raw == word.meant) else {
            put.push(word);
            continue;
        };
        let before = before.to_owned();
        rest.clear();
        let mut whole = word.raw.clone();
        while closed(&whole, &before, quote).is_none()
            && let Some(next) = words.next()
        {
            whole.push(' ');
            whole.push_str(&next.raw);
            rest.push(next);
        }
        if let Some(inside) = closed(&whole, &before, quote) {
            word.meant = format!("{before}{inside}");
            word.raw = format!("{before}{quote}{inside}{quote}");
            put.push(word);
        } else {
            // It was no quote, as in `'tis`: the words stay as they are.
            put.push(word);
            put.append(&mut rest);
        }
    }
    put
}

/// What stands before a quote that opens a value, the quote, and what stands behind it.
fn opened(raw: &str) -> Option<(&str, char, &str)> {
    let (at, quote) = raw.char_indices().find(|(_, letter)| matches!(letter, '"' | '\''))?;
    let (before, from) = raw.split_at_checked(at)?;
    let is_at_value = before.is_empty() || before.ends_with('=');
    is_at_value.then(|| (before, quote, from.strip_prefix(quote).unwrap_or_default()))
}

/// What stands in the quotes, if the closing one ends the text, or a comma does behind it.
fn closed<'a>(whole: &'a str, before: &str, quote: char) -> Option<&'a str> {
    whole.strip_prefix(before)?.strip_prefix(quote)?.trim_end_matches(',').strip_suffix(quote)
}

/// The words, with a `=` that stands alone or before its value put behind its name.
fn joined(words: impl Iterator<Item = Typed>) -> Vec<Typed> {
    let mut joined: Vec<Typed> = Vec::new();
    for word in words {
        match joined.last_mut() {
            Some(name) if word.raw.starts_with('=') && !name.raw.contains('=') => {
                name.join(&word, "");
            }
            Some(_) | None => joined.push(word),
        }
    }
    joined
}

/// Words without a name: the only question gets them, or the only one that takes them, or each
/// question one of them, in order.
fn placed(words: Vec<Typed>, questions: &[Question], is_open: &dyn Fn(&str) -> bool) -> Vec<Part> {
    let of = |question: &Question, word: Typed| {
        Part::Named(question.name.clone(), word.value(Some(question)))
    };
    let in_order = |questions: &[&Question]| {
        // Two texts may be one answer of two words.
        questions.len() > 1
            && words.len() == questions.len()
            && questions.iter().any(|question| question.answer != Answer::Text)
            && words.iter().zip(questions).all(|(word, question)| word.fits(question))
    };
    let all: Vec<&Question> = questions.iter().collect();
    let open: Vec<&Question> = all.iter().copied().filter(|q| is_open(&q.name)).collect();
    for these in [&open, &all] {
        if in_order(these) {
            return words
                .into_iter()
                .zip(these)
                .map(|(word, question)| of(question, word))
                .collect();
        }
    }
    let mut whole = Typed::default();
    for word in &words {
        whole.join(word, " ");
    }
    if let [only] = questions {
        return vec![of(only, whole)];
    }
    let taker = [&open, &all].into_iter().find_map(|these| {
        let fitting = these.iter().filter(|question| whole.fits(question));
        let closest = fitting.clone().map(|question| strictness(question)).max()?;
        let mut closest = fitting.filter(|question| strictness(question) == closest);
        closest.next().filter(|_| closest.next().is_none())
    });
    match taker {
        Some(question) => vec![of(question, whole)],
        None => vec![Part::Unclear(whole.meant)],
    }
}

/// How much an answer of a type says about which question is meant.
fn strictness(question: &Question) -> u8 {
    match question.answer {
        Answer::Choice(_) => 2,
        Answer::Integer | Answer::Number => 1,
        Answer::Text => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::problem::Span;
    use crate::lesson::stage::answer_words;

    /// Questions as `name`, `name:integer` or `name:one|other`; a name that begins with `+` was
    /// answered.
    fn read_as(line: &str, names: &[&str]) -> String {
        let mut done = Vec::new();
        let questions: Vec<Question> = names
            .iter()
            .map(|name| {
                let (name, kind) = name.split_once(':').unwrap_or((name, ""));
                let answer = match kind {
                    "" => Answer::Text,
                    "integer" => Answer::Integer,
                    choices => Answer::Choice(choices.split('|').map(str::to_owned).collect()),
                };
                let bare = name.trim_start_matches('+').to_owned();
                if bare != name {
                    done.push(bare.clone());
                }
                Question { name: bare, answer, label: String::new(), span: Span::default() }
            })
            .collect();
        let line = format!(":answer {line}");
        let parsed = crate::syntax::parse(line.as_bytes()).unwrap();
        let words = answer_words(&parsed).unwrap();
        let is_open = |name: &str| !done.iter().any(|known| known == name);
        let parts = read(line.as_bytes(), words, &questions, &is_open);
        let shown = parts.into_iter().map(|part| match part {
            Part::Named(name, value) => format!("[{name}] {value}"),
            Part::Unclear(text) => format!("? {text}"),
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn answers_are_read_as_people_write_them() {
        for (line, expected) in [
            ("bikes=7", "[bikes] 7"),
            ("7", "[bikes] 7"),
            ("bikes = 7", "[bikes] 7"),
            ("bikes =7", "[bikes] 7"),
            ("bikes= 7", "[bikes] 7"),
            ("bikes 7", "[bikes] 7"),
            ("bikes", "[bikes] bikes"),
            ("not many", "[bikes] not many"),
            ("'(error) X'", "[bikes] (error) X"),
        ] {
            assert_eq!(read_as(line, &["bikes"]), expected, "{line}");
        }
        for (line, expected) in [
            ("docks=24 bikes=7", "[docks] 24 [bikes] 7"),
            ("docks = 24 bikes = 7", "[docks] 24 [bikes] 7"),
            ("docks=24, bikes=7", "[docks] 24 [bikes] 7"),
            ("docks=\"24\", bikes=\"7 or so\"", "[docks] 24 [bikes] 7 or so"),
            ("docks='twenty four', bikes=7", "[docks] twenty four [bikes] 7"),
            ("docks=24 and bikes=7", "[docks] 24 [bikes] 7"),
            ("docks=twenty, and bikes=7", "[docks] twenty [bikes] 7"),
            ("docks=salt and pepper bikes=7", "[docks] salt and pepper [bikes] 7"),
            ("docks=it's bikes='tis", "[docks] it's [bikes] 'tis"),
            ("docks 24 bikes 7", "[docks] 24 [bikes] 7"),
            ("docks twenty four bikes=7", "[docks] twenty four [bikes] 7"),
            ("24", "? 24"),
            ("24 7", "? 24 7"),
            ("dock=24", "[dock] 24"),
        ] {
            assert_eq!(read_as(line, &["docks", "bikes"]), expected, "{line}");
        }
    }

    #[test]
    fn a_value_alone_goes_to_the_question_that_takes_it() {
        let guess = ["guess:kept|gone", "left:integer", "why"];
        for (line, expected) in [
            ("kept", "[guess] kept"),
            ("4", "[left] 4"),
            ("(integer) 4", "[left] 4"),
            ("left=(integer) 4", "[left] 4"),
            ("'(integer) 4'", "[left] 4"),
            ("no power", "[why] no power"),
            ("Gone 4 power", "[guess] Gone [left] 4 [why] power"),
        ] {
            assert_eq!(read_as(line, &guess), expected, "{line}");
        }
        let two = ["chains:kept|gone", "note:kept|gone"];
        assert_eq!(read_as("kept", &two), "? kept");
        assert_eq!(read_as("kept gone", &two), "[chains] kept [note] gone");
        assert_eq!(read_as("'kept' \"gone\"", &two), "[chains] kept [note] gone");
        assert_eq!(read_as("kept", &["+chains:kept|gone", "note:kept|gone"]), "[note] kept");
        assert_eq!(read_as("2", &["people:integer", "+grown:integer"]), "[people] 2");
        assert_eq!(read_as("2", &["people:integer", "grown:integer"]), "? 2");
    }

    #[test]
    fn quotes_belong_to_a_choice_that_is_written_with_them() {
        let shown = ["shown:6|'6'|b'6'"];
        for (line, expected) in [
            ("b'6'", "[shown] b'6'"),
            ("shown=b'6'", "[shown] b'6'"),
            ("shown=\"b'6'\"", "[shown] b'6'"),
            ("'6'", "[shown] '6'"),
            ("shown='6'", "[shown] '6'"),
            ("6", "[shown] 6"),
            ("\"6\"", "[shown] 6"),
        ] {
            assert_eq!(read_as(line, &shown), expected, "{line}");
        }
        assert_eq!(read_as("first='group 2'", &["first:group 2|group 4"]), "[first] group 2");
    }
}

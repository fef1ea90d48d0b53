//! Colours a line as it is typed.

use std::borrow::Cow;
use std::ops::Range;

use crate::engine;
use crate::escape::is_harmless;
use crate::repl::words;
use crate::screen::{Look, Tone};
use crate::syntax::{Quote, Scan, Shape, Word, scan};

/// `line`, the end of `whole` that begins at `offset`, with colours.
pub(super) fn highlight(whole: &[u8], offset: usize, line: &str, look: Look) -> String {
    let mut text = String::with_capacity(line.len() + 32);
    let mut at = 0;
    for (span, tone) in spans(whole) {
        // What stands on an earlier row is coloured already.
        let (start, end) =
            (span.start.saturating_sub(offset).max(at), span.end.saturating_sub(offset));
        let (Some(before), Some(inside)) = (line.get(at..start), line.get(start..end)) else {
            continue;
        };
        text.push_str(&harmless(before));
        text.push_str(&look.paint(tone, &harmless(inside)));
        at = end;
    }
    text.push_str(&harmless(line.get(at..).unwrap_or_default()));
    text
}

/// The text as it may be drawn: what a paste or an old line brings must not steer the terminal.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    let passes = |letter: char| is_harmless(letter) || matches!(letter, '\n' | '\t');
    if text.chars().all(passes) {
        return Cow::Borrowed(text);
    }
    text.chars().map(|letter| if passes(letter) { letter } else { '¿' }).collect()
}

/// The stretches of a line that have a colour, in order.
fn spans(line: &[u8]) -> Vec<(Range<usize>, Tone)> {
    let Scan { shape, words, fault } = scan(line);
    let mut spans = match shape {
        Shape::Empty => Vec::new(),
        Shape::Comment => vec![(0..line.len(), Tone::Dim)],
        Shape::Tutor => {
            first(&words, |word| if words::find(word).is_some() { Tone::Title } else { Tone::Bad })
        }
        Shape::Lab => first(&words, |_| Tone::Title),
        Shape::Command => command(&words, line),
    };
    for word in words.iter().skip(1).filter(|word| word.quote != Quote::None) {
        spans.push((word.span.clone(), Tone::Code));
    }
    if let Some(fault) = fault.filter(|fault| fault.open().is_none()) {
        spans.retain(|(span, _)| span.end <= fault.span.start);
        spans.push((fault.span, Tone::Bad));
    }
    spans.sort_by_key(|(span, _)| span.start);
    spans
}

fn first(words: &[Word], tone: impl Fn(&[u8]) -> Tone) -> Vec<(Range<usize>, Tone)> {
    words.first().map(|word| (word.span.clone(), tone(&word.bytes))).into_iter().collect()
}

fn command(words: &[Word], line: &[u8]) -> Vec<(Range<usize>, Tone)> {
    let mut spans = Vec::new();
    let mut rest = words;
    if let [repeat, tail @ ..] = words
        && !tail.is_empty()
        && repeat.bytes.iter().all(u8::is_ascii_digit)
    {
        spans.push((repeat.span.clone(), Tone::Dim));
        rest = tail;
    }
    let Some(name) = rest.first() else { return spans };
    if words::bare(&name.bytes).is_some() && spans.is_empty() {
        spans.push((name.span.clone(), Tone::Title));
        return spans;
    }
    let Some(row) = engine::by_name(&name.bytes) else {
        // A name that is still being typed is not wrong yet.
        if name.span.end < line.len() || !begins_one(&name.bytes) {
            spans.push((name.span.clone(), Tone::Bad));
        }
        return spans;
    };
    spans.push((name.span.clone(), Tone::Accent));
    if let Some(second) = rest.get(1).filter(|_| !row.subcommands.is_empty()) {
        let known = engine::subcommand(row, &second.bytes).is_some();
        let typing = second.span.end == line.len();
        if known {
            spans.push((second.span.clone(), Tone::Accent));
        } else if !typing {
            spans.push((second.span.clone(), Tone::Bad));
        }
    }
    spans
}

fn begins_one(start: &[u8]) -> bool {
    let begins = |name: &str| {
        name.as_bytes().get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
    };
    engine::table().any(|row| begins(row.name))
        || words::WORDS.iter().any(|word| begins(word.name))
        || super::complete::PROGRAMS.iter().any(|name| begins(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The coloured stretches, `tone:text`.
    fn check(line: &str, expected: &str) {
        let shown: Vec<String> = spans(line.as_bytes())
            .into_iter()
            .map(|(span, tone)| format!("{tone:?}:{}", &line[span]))
            .collect();
        assert_eq!(shown.join(" "), expected, "{line}");
    }

    #[test]
    fn words_are_coloured_by_what_they_are() {
        check("", "");
        check("SET k 'a b'", "Accent:SET Code:'a b'");
        check("5 INCR n", "Dim:5 Accent:INCR");
        check("SE", "");
        check("SEX", "Bad:SEX");
        check("SEX k", "Bad:SEX");
        check("CONFIG GET x", "Accent:CONFIG Accent:GET");
        check("CONFIG GTE x", "Accent:CONFIG Bad:GTE");
        check("hint", "Title:hint");
        check(":hint", "Title::hint");
        check(":hnit", "Bad::hnit");
        check("docker ps", "Title:docker");
        check("# no", "Dim:# no");
        check("SET k 'open", "Accent:SET Code:'open");
        check("SET k {\"a\": 1}", "Accent:SET Bad:\"");
    }

    #[test]
    fn only_the_last_row_of_an_open_line_is_printed() {
        let look = Look { width: 80, color: true, plain: false };
        let whole = b"SET k 'a\nb' NX";
        assert_eq!(highlight(whole, 9, "b' NX", look), "\u{1b}[33mb'\u{1b}[0m NX");
    }
}

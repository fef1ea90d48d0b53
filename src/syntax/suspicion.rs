//! Lines that redis-cli takes, but that hardly say what was meant. Learners meet these with
//! JSON: unquoted, it loses its quotes or falls apart at its spaces.

use super::token::opens_json;
use super::{Line, Problem, Quote, SyntaxError, Word};

/// The most telling sign that a Redis command was quoted wrongly, if there is one. Only a
/// warning: the line is valid. Tutor and lab lines are not judged.
pub fn suspicious(line: &Line) -> Option<SyntaxError> {
    match line {
        Line::Command { words, .. } => {
            split_json(words).or_else(|| dropped_quotes(words)).or_else(|| typographic(words))
        }
        Line::Empty | Line::Comment | Line::Tutor { .. } | Line::Lab { .. } => None,
    }
}

/// Bare JSON that a later word closes.
fn split_json(words: &[Word]) -> Option<SyntaxError> {
    let begin = words.iter().skip(1).position(|word| is_bare(word) && opens_json(&word.bytes))?;
    let pieces = words.get(begin + 1..)?;
    let [first, later @ ..] = pieces else { return None };
    let close = if first.bytes.starts_with(b"{") { b'}' } else { b']' };
    let last = later.iter().rfind(|word| is_bare(word) && word.bytes.ends_with(&[close]))?;
    let quote = pieces.iter().find_map(|word| match word.quote {
        Quote::None => word.inner_quote,
        Quote::Single | Quote::Double => Some(word.span.start),
    });
    Some(match quote.filter(|&at| at < last.span.end) {
        Some(at) => warning(at, at + 1, Problem::QuoteInBareWord { json: true }),
        None => warning(first.span.start, last.span.end, Problem::SplitJson),
    })
}

fn is_bare(word: &Word) -> bool {
    word.quote == Quote::None
}

fn dropped_quotes(words: &[Word]) -> Option<SyntaxError> {
    words.iter().find_map(|word| {
        let at = word.inner_quote?;
        let json = matches!(word.bytes.first(), Some(b'{' | b'['));
        Some(warning(at, at + 1, Problem::DroppedQuotes { json }))
    })
}

fn typographic(words: &[Word]) -> Option<SyntaxError> {
    words.iter().find_map(|word| {
        let text = word.bytes.utf8_chunks().next()?.valid();
        let begins = text.starts_with(|letter| matches!(letter, '\u{2018}'..='\u{201f}'));
        let at = word.span.start;
        (begins && is_bare(word)).then(|| warning(at, at + 3, Problem::TypographicQuote))
    })
}

fn warning(start: usize, end: usize, problem: Problem) -> SyntaxError {
    SyntaxError { span: start..end, problem }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;
    use std::ops::Range;

    fn warned(line: &str) -> Option<(Range<usize>, Problem)> {
        let line = parse(line.as_bytes()).unwrap();
        suspicious(&line).map(|warning| (warning.span, warning.problem))
    }

    #[test]
    fn json_that_lost_its_quotes_or_fell_apart_is_noticed() {
        let inner = Problem::QuoteInBareWord { json: true };
        for (line, span, problem) in [
            ("SET j {a: 1}", 6..12, Problem::SplitJson),
            ("SET j [1, 2]", 6..12, Problem::SplitJson),
            ("SET j {\"a\" : 1}", 7..8, inner),
            ("SET j { \"a\" : 1 }", 8..9, inner),
            ("SET j {\"a\"", 7..8, Problem::DroppedQuotes { json: true }),
            ("HSET h name=\"Erik\" x", 12..13, Problem::DroppedQuotes { json: false }),
            ("SET title “Hello”", 10..13, Problem::TypographicQuote),
            ("SET title ‘Hello", 10..13, Problem::TypographicQuote),
        ] {
            assert_eq!(warned(line), Some((span, problem)), "{line}");
        }
    }

    #[test]
    fn good_lines_raise_no_suspicion() {
        for line in [
            "SET j '{\"a\": 1}'",
            "SET j \"{\\\"a\\\": 1}\"",
            "SET {user}:1 x",
            "MSET {a}:1 x {a}:2 y}",
            "KEYS [ab]*",
            "ZRANGEBYLEX k [a [c",
            "ZRANGEBYLEX k (a [c",
            "SET k don’t",
            "SET j {a:1}",
            "EVAL \"return {1, 2}\" 0",
            "PING",
            ":note {a \"b\" c}",
            "docker inspect -f {a \"b\"}",
            "",
        ] {
            assert_eq!(warned(line), None, "{line}");
        }
    }
}

//! Lines of a check that are nearly what they should be: what was probably meant.
//!
//! Only asked where a line cannot be read anyway, so a guess costs nothing but a word.

use super::clause::OPERATORS;
use super::token::Token;
use crate::lesson::problem::{Problem, Span};
use crate::lesson::suggest::nearest;

/// Words that stand alone on a line, or begin one that has no operator.
const ALONE: [&str; 6] = ["restarted", "killed", "power-loss", "used", "client", "end"];

/// An assertion without an operator.
pub fn no_operator(tokens: &[Token<'_>], span: Span) -> Problem {
    for (place, token) in tokens.iter().enumerate() {
        let Some(word) = token.bare() else { continue };
        let is_last = place + 1 == tokens.len();
        let Some(meant) = operator(word, place == 0 || is_last) else { continue };
        return Problem::new(
            token.span,
            "this is not an operator",
            "unknown operator",
            format!("did you mean `{meant}`?"),
        );
    }
    let first = tokens.first().and_then(Token::bare).unwrap_or_default();
    let help = match (first, nearest(first, ALONE)) {
        ("client", _) => "write `client python`; no other client is known".to_owned(),
        (_, Some(near)) => format!("did you mean `{near}`?"),
        (_, None) => {
            "write one of `== != < <= > >= in ~ is json== set== has` and a value".to_owned()
        }
    };
    Problem::new(span, "this assertion compares nothing", "no operator", help)
}

/// The operator that a word stands for. A word of letters is taken for one only between others.
fn operator(word: &str, at_an_end: bool) -> Option<&'static str> {
    let meant = match word {
        "=" | "===" | "equals" | "eq" => "==",
        "<>" | "=!" | "ne" => "!=",
        "=<" => "<=",
        "=>" => ">=",
        "<<" => "<",
        ">>" => ">",
        "=~" | "~~" | "matches" => "~",
        "contains" | "includes" => "has",
        "json=" | "json===" => "json==",
        "set=" | "set===" => "set==",
        _ if at_an_end => return None,
        _ => nearest(word, OPERATORS.iter().copied().filter(|own| own.len() > 1))?,
    };
    Some(meant)
}

/// `object by id`: a command of nearly that name would be told to be wrong instead.
pub fn objects(words: &[Token<'_>]) -> Option<Problem> {
    let [first, second, ..] = words else { return None };
    let word = first.bare().filter(|word| *word != "objects" && second.bare() == Some("by"))?;
    nearest(word, ["objects"])?;
    Some(Problem::new(
        first.span,
        format!("`{word}` is not a subject"),
        "unknown subject",
        "did you mean `objects`?",
    ))
}

/// A line whose first word is nearly one that belongs to the assertion above: `esle:`, `acept`.
pub fn clause_word(text: &str, span: Span) -> Option<Problem> {
    let first = text.split([' ', '\t', ':']).next().unwrap_or_default();
    let near = nearest(first, ["else", "accept"]).filter(|_| text.contains(':'))?;
    let at = Span::new(span.start, span.start + first.len());
    Some(Problem::new(
        at,
        format!("`{first}` begins no line of a check"),
        "unknown word",
        format!("did you mean `{near}`?"),
    ))
}

//! What can be wrong with a line, and the one place that says it: to people with what to do,
//! to scripts in redis-cli's words.

use super::Quote;
use std::ops::Range;

/// What a line leaves open, so that it goes on with the next line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// `'`
    Single,
    /// `"`
    Double,
    /// A lab line that ends with a backslash.
    Backslash,
    /// `<<EOF`: text until a line that is the mark alone.
    Here,
}

impl Open {
    /// The character that opened it, for the continuation prompt.
    pub fn mark(self) -> char {
        match self {
            Self::Single => '\'',
            Self::Double => '"',
            Self::Backslash => '\\',
            Self::Here => '>',
        }
    }

    /// Whether `next_line` could end what is open. If not, the lines so far need no second
    /// parse, which keeps a quoted value of many lines linear.
    pub fn may_close(self, next_line: &[u8]) -> bool {
        match self {
            Self::Single => memchr::memchr(b'\'', next_line).is_some(),
            Self::Double => memchr::memchr(b'"', next_line).is_some(),
            Self::Backslash | Self::Here => true,
        }
    }
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// A quote is still open at the end, or a lab line ends with a backslash: the prompt goes on
    /// with the next line (joined with `\n`), a script has an error.
    Unfinished(Open),
    /// Something other than white space follows a closing quote.
    JunkAfterQuote {
        /// The quote.
        quote: Quote,
        /// Whether the word looks like JSON.
        json: bool,
    },
    /// A quote opens inside a bare word and the line cannot be read.
    QuoteInBareWord {
        /// Whether the word looks like JSON.
        json: bool,
    },
    /// The number before a command is not in 1..=9223372036854775807.
    BadRepeat,
    /// Suspicious only: a quote opens inside a bare word, and redis-cli drops it.
    DroppedQuotes {
        /// Whether the word looks like JSON.
        json: bool,
    },
    /// Suspicious only: bare JSON is cut at its spaces.
    SplitJson,
    /// Suspicious only: a typographic quote, which is an ordinary letter.
    TypographicQuote,
}

/// Why a line cannot be read, or probably does not say what was meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.problem.advice())]
pub struct SyntaxError {
    /// The place that the caret shows.
    pub span: Range<usize>,
    /// What is wrong there.
    pub problem: Problem,
}

impl SyntaxError {
    /// What is left open, if the line may go on.
    pub fn open(&self) -> Option<Open> {
        match self.problem {
            Problem::Unfinished(open) => Some(open),
            Problem::JunkAfterQuote { .. }
            | Problem::QuoteInBareWord { .. }
            | Problem::BadRepeat
            | Problem::DroppedQuotes { .. }
            | Problem::SplitJson
            | Problem::TypographicQuote => None,
        }
    }

    /// The line that redis-cli prints, which scripts see.
    pub fn script_text(&self) -> &'static str {
        match self.problem {
            Problem::BadRepeat => "Invalid redis-cli repeat command option value.",
            Problem::Unfinished(_)
            | Problem::JunkAfterQuote { .. }
            | Problem::QuoteInBareWord { .. }
            | Problem::DroppedQuotes { .. }
            | Problem::SplitJson
            | Problem::TypographicQuote => "Invalid argument(s)",
        }
    }
}

impl Problem {
    fn advice(self) -> &'static str {
        match self {
            Self::Unfinished(Open::Single) => "the quote ' that opens here is not closed",
            Self::Unfinished(Open::Double) => "the quote \" that opens here is not closed",
            Self::Unfinished(Open::Backslash) => {
                "a backslash at the end joins the next line, and there is none"
            }
            Self::Unfinished(Open::Here) => {
                "the text goes on until a line that has only the word behind << on it, such as EOF"
            }
            Self::JunkAfterQuote { quote: Quote::Single, .. } => {
                "this quote ends the word, so a space must follow; for a quote inside '…' write \\'"
            }
            Self::JunkAfterQuote { json: true, quote: Quote::Double | Quote::None } => {
                "this quote ends the word; put '…' around the JSON instead of \"…\""
            }
            Self::JunkAfterQuote { json: false, quote: Quote::Double | Quote::None } => {
                "this quote ends the word, so a space must follow; for a quote inside \"…\" write \\\""
            }
            Self::QuoteInBareWord { json: true } => {
                "a quote may not stand inside a bare word; put '…' around the JSON"
            }
            Self::QuoteInBareWord { json: false } => {
                "a quote may not stand inside a bare word; put \"…\" around the whole word"
            }
            Self::BadRepeat => {
                "a number before a command says how often it runs: 1 or more; to pass on the \
                 number, put the command's name first"
            }
            Self::DroppedQuotes { json: true } => {
                "quotes inside a bare word are dropped; put '…' around the JSON to keep them"
            }
            Self::DroppedQuotes { json: false } => {
                "quotes inside a bare word are dropped; put '…' around the whole word to keep them"
            }
            Self::SplitJson => {
                "a space ends a bare word, so this arrives in pieces; put '…' around the JSON"
            }
            Self::TypographicQuote => {
                "a typographic quote is an ordinary letter here; type ' or \" instead"
            }
        }
    }
}

//! What a prompt line can be. The spans are byte positions in the line that was parsed.

use super::SyntaxError;
use std::ops::Range;

/// The quote around a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quote {
    /// A bare word, or one that is only partly quoted.
    None,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
}

/// One word of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// What the word means, without quotes and escapes.
    pub bytes: Vec<u8>,
    /// Where it stands, quotes included.
    pub span: Range<usize>,
    /// The quote that it begins with.
    pub quote: Quote,
    /// Where a quote opens behind bare bytes, as in `foo"bar"`; redis-cli drops such quotes.
    pub inner_quote: Option<usize>,
}

impl AsRef<[u8]> for Word {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The number before a command, as in `5 INCR n`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeat {
    /// How often the command runs: 1 or more.
    pub count: u64,
    /// Where the number stands.
    pub span: Range<usize>,
}

/// A line that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Nothing but white space.
    Empty,
    /// `# …`
    Comment,
    /// A Redis command, or a bare tutor word.
    Command {
        /// The number before it.
        repeat: Option<Repeat>,
        /// The command's name and arguments: one word at least.
        words: Vec<Word>,
    },
    /// `:word …`
    Tutor {
        /// The word, its bytes without the colon and its span with it. Empty for a lone `:`.
        word: Word,
        /// The arguments. Where the quoting is wrong they are split at white space, quotes kept:
        /// a note may say *don't*.
        args: Vec<Word>,
        /// Everything behind the word, outer white space taken off.
        rest: Range<usize>,
        /// What is wrong with the quoting, for the words that need it right.
        fault: Option<SyntaxError>,
    },
    /// `docker …` and the like, quoted as in a shell.
    Lab {
        /// The program and its arguments: one word at least.
        words: Vec<Word>,
    },
}

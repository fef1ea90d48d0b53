//! Where the cursor is, in words: what completion and hints start from.

use super::parse::take_repeat;
use super::{Quote, Repeat, Scan, Shape, Word, scan};
use std::ops::Range;

/// The word that is being typed, and the whole words before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CursorContext {
    /// The kind of line.
    pub shape: Shape,
    /// The number before a command.
    pub repeat: Option<Repeat>,
    /// The words before the cursor's word, without the repeat number; in a tutor line the first
    /// has no colon in its bytes.
    pub words: Vec<Word>,
    /// What is typed of the cursor's word, unquoted; empty after a space. The first word of a
    /// tutor line comes without its colon.
    pub prefix: Vec<u8>,
    /// Where that stands as typed, open quote and colon included: what a completion replaces.
    pub span: Range<usize>,
    /// The quote the word was begun with, which a completion keeps to: [`quote_as`] writes it.
    ///
    /// [`quote_as`]: super::quote_as
    pub quote: Quote,
}

impl CursorContext {
    /// The cursor's word, counted from 0, the command's name.
    pub fn index(&self) -> usize {
        self.words.len()
    }
}

/// Reads the line up to `position` (a byte position; past the end is the end).
pub fn cursor(line: &[u8], position: usize) -> CursorContext {
    let (typed, _) = line.split_at_checked(position).unwrap_or((line, b""));
    let Scan { shape, mut words, fault: _ } = scan(typed);
    let here = typed.len();
    let nothing =
        Word { bytes: Vec::new(), span: here..here, quote: Quote::None, inner_quote: None };
    let current = words.pop_if(|word| word.span.end == here).unwrap_or(nothing);
    // A number is a repeat only before another word; the cursor's counts, even while empty.
    let (span, quote) = (current.span.clone(), current.quote);
    words.push(current);
    let repeat = match shape {
        Shape::Command => take_repeat(&mut words).unwrap_or_default(),
        Shape::Empty | Shape::Comment | Shape::Tutor | Shape::Lab => None,
    };
    let prefix = words.pop().map(|word| word.bytes).unwrap_or_default();
    CursorContext { shape, repeat, words, prefix, span, quote }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `words|prefix`, with the cursor at the end of `line`.
    fn check(line: &str, expected: &str, typed: &str) {
        let found = cursor(line.as_bytes(), usize::MAX);
        let words = found.words.iter().map(|word| String::from_utf8_lossy(&word.bytes));
        let words = words.collect::<Vec<_>>().join(",");
        let got = format!("{words}|{}", String::from_utf8_lossy(&found.prefix));
        assert_eq!(got, expected, "{line}");
        assert_eq!(&line[found.span], typed, "{line}");
    }

    #[test]
    fn the_word_under_the_cursor_is_what_is_typed_of_it() {
        check("", "|", "");
        check("HG", "|HG", "HG");
        check("HGET", "|HGET", "HGET");
        check("HGET ", "HGET|", "");
        check("HGET  ke", "HGET|ke", "ke");
        check("HGET \"a k", "HGET|a k", "\"a k");
        check("HGET 'a k", "HGET|a k", "'a k");
        check("HGET \"a\\n", "HGET|a\n", "\"a\\n");
        check("HGET \"a\"", "HGET|a", "\"a\"");
        check("HGET \"a\" ", "HGET,a|", "");
        check("SET j {\"a", "SET,j|{a", "{\"a");
        check("SET j {\"a\": 1} N", "SET,j,{a,1}|N", "N");
    }

    #[test]
    fn a_repeat_number_is_not_a_word() {
        check("5", "|5", "5");
        check("5 ", "|", "");
        check("5 IN", "|IN", "IN");
        check("5 INCR n", "INCR|n", "n");
        check("0 INCR n", "0,INCR|n", "n");
        assert_eq!(cursor(b"5 INCR n", 8).repeat, Some(Repeat { count: 5, span: 0..1 }));
    }

    #[test]
    fn tutor_and_lab_words_count_too() {
        check(":", "|", ":");
        check(":hi", "|hi", ":hi");
        check(":load 4H", "load|4H", "4H");
        check("  docker run -d re", "docker,run,-d|re", "re");
        check("docker exec r redis-cli SET k 'a b", "docker,exec,r,redis-cli,SET,k|a b", "'a b");
        check("# anything", "|", "");
    }

    #[test]
    fn a_cursor_inside_the_line_sees_only_what_is_before_it() {
        let found = cursor(b"HGET chain field", 8);
        assert_eq!((found.index(), &*found.prefix, found.span), (1, &b"cha"[..], 5..8));
    }

    proptest! {
        #[test]
        fn any_cursor_in_any_line_has_a_place(line in crate::syntax::reference::any_line(), at: u8) {
            let position = usize::from(at).min(line.len());
            let found = cursor(&line, position);
            prop_assert_eq!(found.span.end, position);
            prop_assert!(found.span.start <= position);
        }
    }
}

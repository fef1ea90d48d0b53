//! Fitting text into columns. Widths are those of a terminal: wide letters take two columns.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// How many columns `text` takes; colour sequences take none.
pub fn width(text: &str) -> usize {
    textwrap::core::display_width(text)
}

/// `text` in lines of at most `columns`; `first` and `rest` stand before them.
///
/// Words longer than a line are cut, so nothing ever runs off the screen.
pub fn wrap(text: &str, columns: usize, first: &str, rest: &str) -> String {
    let mut options = textwrap::Options::new(columns.max(1))
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(true)
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let mut lines = Vec::new();
    for line in text.split('\n') {
        lines.extend(textwrap::wrap(line, &options).into_iter().map(std::borrow::Cow::into_owned));
        // What stands before the first line is a mark, and the text has one.
        options.initial_indent = rest;
    }
    lines.join("\n")
}

/// Every line of `text` behind `prefix`.
pub fn indent(text: &str, prefix: &str) -> String {
    textwrap::indent(text, prefix)
}

/// `text` cut or filled to exactly `columns`.
pub fn fit(text: &str, columns: usize) -> String {
    let taken = text.width();
    if taken <= columns {
        return format!("{text}{}", " ".repeat(columns - taken));
    }
    let mut kept = String::new();
    let mut used = 0;
    for letter in text.chars() {
        let wide = letter.width().unwrap_or(0);
        if used + wide + 1 > columns {
            break;
        }
        used += wide;
        kept.push(letter);
    }
    format!("{kept}…{}", " ".repeat(columns.saturating_sub(used + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_longer_than_the_screen() {
        let text = "Count the keys of a database with DBSIZE, then aveeeeeeeeeeeeeeeeeerylongword.";
        for columns in [20, 40, 80] {
            let wrapped = wrap(text, columns, "- ", "  ");
            assert!(wrapped.lines().all(|line| width(line) <= columns), "{wrapped}");
        }
        assert_eq!(wrap("one two three four", 12, "- ", "  "), "- one two\n  three four");
    }

    #[test]
    fn cells_are_cut_or_filled() {
        assert_eq!(fit("abc", 5), "abc  ");
        assert_eq!(fit("abcdef", 4), "abc…");
        assert_eq!(width(&fit("日本語", 4)), 4);
    }
}

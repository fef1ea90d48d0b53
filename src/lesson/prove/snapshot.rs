//! Transcripts in files of the `insta` crate's format, so that `cargo insta review` works on them.
//!
//! A file is YAML between `---` lines, then the text. Knows bytes, not where they are kept.

use std::fmt::Write as _;

use similar::{ChangeTag, TextDiff};

/// The file's name for a lesson.
pub fn file_name(lesson: &str) -> String {
    format!("lesson__{lesson}.snap")
}

/// The file for a text; an old file's header is kept, since another tool may have written it.
pub fn file(text: &str, source: &str, old: Option<&str>) -> String {
    let header = match old.and_then(split) {
        Some((header, _)) => header.to_owned(),
        None => format!("---\nsource: {source}\n---\n"),
    };
    format!("{header}{}\n", text.trim_end())
}

/// The text in a file; all of it if there is no header.
pub fn text(file: &str) -> &str {
    split(file).map_or(file, |(_, text)| text)
}

/// Header, `---` lines included, and text.
fn split(file: &str) -> Option<(&str, &str)> {
    let rest = file.strip_prefix("---\n")?;
    let end = if rest.starts_with("---\n") { 0 } else { rest.find("\n---\n")? + 1 };
    file.split_at_checked("---\n".len() + end + "---\n".len())
}

/// Whether two texts are the same transcript: as in insta, the white space at the end does not count.
pub fn same(one: &str, other: &str) -> bool {
    one.trim_end() == other.trim_end()
}

/// The lines that differ, `-` recorded and `+` seen now, with a few around them.
pub fn diff(recorded: &str, now: &str) -> String {
    let (recorded, now) = (ended(recorded), ended(now));
    let diff = TextDiff::from_lines(&recorded, &now);
    let mut text = String::new();
    for group in diff.grouped_ops(2) {
        let line = group.first().map_or(0, |op| op.new_range().start) + 1;
        let _ = writeln!(text, "@ line {line}");
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let mark = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            let line = format!("{mark} {}", change.value().trim_end_matches('\n'));
            let _ = writeln!(text, "{}", line.trim_end());
        }
    }
    text
}

fn ended(text: &str) -> String {
    format!("{}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_header_and_the_text() {
        let first = file("a\nb\n\n", "a.md", None);
        assert_eq!(first, "---\nsource: a.md\n---\na\nb\n");
        assert_eq!(text(&first), "a\nb\n");
        let old = "---\nsource: x.rs\nexpression: text\n---\nold\n";
        assert_eq!(
            file("new\n", "a.md", Some(old)),
            "---\nsource: x.rs\nexpression: text\n---\nnew\n"
        );
        assert_eq!(text("no header"), "no header");
        assert_eq!(text("---\n---\nx\n"), "x\n");
    }

    #[test]
    fn a_text_that_holds_a_rule_is_not_cut_there() {
        let written = file("a\n---\nb\n", "a.md", None);
        assert_eq!(text(&written), "a\n---\nb\n");
    }

    #[test]
    fn a_difference_is_shown_with_the_lines_around_it() {
        let recorded = "1\n2\n3\n4\n5\n6\n7\n8\n";
        let now = "1\n2\n3\n4\nfive\n6\n7\n8\n\n";
        assert_eq!(diff(recorded, now), "@ line 3\n  3\n  4\n- 5\n+ five\n  6\n  7\n");
    }
}

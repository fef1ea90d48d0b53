//! Messages with `{placeholders}`. Knows which there are, not what fills them.

use crate::lesson::problem::{Problem, Span};
use crate::lesson::suggest::did_you_mean;
use crate::lesson::text::literal;

/// What can stand in braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placeholder {
    /// What was found.
    Got,
    /// What was expected: it gives the answer away, so only an author writes it.
    Want,
    /// The key that the mistake is about.
    Key,
    /// The field that the mistake is about.
    Field,
    /// The object that the mistake is about.
    Id,
    /// The type of the key's value.
    Type,
    /// The database that was looked at.
    Db,
    /// The fields an object should have.
    Fields,
    /// The keys that the mistake is about, or all of the database.
    Keys,
}

impl Placeholder {
    /// All of them, with their names.
    pub const ALL: [(&'static str, Placeholder); 9] = [
        ("got", Placeholder::Got),
        ("want", Placeholder::Want),
        ("key", Placeholder::Key),
        ("field", Placeholder::Field),
        ("id", Placeholder::Id),
        ("type", Placeholder::Type),
        ("db", Placeholder::Db),
        ("fields", Placeholder::Fields),
        ("keys", Placeholder::Keys),
    ];
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Hole(Placeholder),
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

impl Template {
    /// Reads a message that begins at byte `at`; only `known` placeholders may stand in it. Braces
    /// around anything but a plain lower-case word are text, so JSON can be shown.
    pub fn parse(text: &str, at: usize, known: &[&str], problems: &mut Vec<Problem>) -> Template {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            plain.push_str(before);
            let start = at + (text.len() - after.len() - 1);
            rest = after;
            let word = after.split_once('}').map(|(word, _)| word).filter(|word| is_word(word));
            let Some(word) = word else {
                plain.push('{');
                continue;
            };
            rest = after.get(word.len() + 1..).unwrap_or_default();
            let hole = Placeholder::ALL.iter().find(|(name, _)| *name == word);
            match hole {
                Some((_, hole)) if known.contains(&word) => {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    pieces.push(Piece::Hole(*hole));
                }
                Some(_) | None => problems.push(Problem::new(
                    Span::new(start, start + word.len() + 2),
                    format!("`{{{word}}}` means nothing here"),
                    "unknown placeholder",
                    if known.is_empty() {
                        "this message has no placeholders".to_owned()
                    } else {
                        did_you_mean(word, known)
                    },
                )),
            }
        }
        plain.push_str(rest);
        pieces.push(Piece::Text(plain));
        pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
        Template(pieces)
    }

    /// The message, which is Markdown, with every placeholder filled. What fills it is shown as it
    /// is, except for [`Placeholder::Keys`], which is Markdown itself.
    pub fn fill(&self, mut filler: impl FnMut(Placeholder) -> String) -> String {
        let mut message = String::new();
        let mut in_code = false;
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => {
                    message.push_str(text);
                    in_code ^= text.matches('`').count() % 2 == 1;
                }
                Piece::Hole(hole @ Placeholder::Keys) => message.push_str(&filler(*hole)),
                Piece::Hole(hole) if in_code => {
                    message.push_str(&filler(*hole).replace('`', "\\x60"));
                }
                Piece::Hole(hole) => message.push_str(&literal(&filler(*hole))),
            }
        }
        message
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::Template;

    #[test]
    fn only_known_words_in_braces_are_placeholders() {
        let mut problems = Vec::new();
        let known = ["key", "got"];
        let text = r#"{key}: write {"a": 1}, not {got} {}{"#;
        let template = Template::parse(text, 0, &known, &mut problems);
        assert_eq!(template.fill(|_| "X".into()), r#"X: write {"a": 1}, not X {}{"#);
        assert_eq!(problems, []);
        let marked = Template::parse("`{key}` is {key}", 0, &known, &mut problems);
        assert_eq!(marked.fill(|_| "*`*".into()), "`*\\x60*` is \\*\\`\\*");
        Template::parse("see {keyy} and {want}", 10, &known, &mut problems);
        let told: Vec<_> =
            problems.iter().map(|p| (p.span.start, p.message.as_str(), p.help.as_str())).collect();
        assert_eq!(
            told,
            [
                (14, "`{keyy}` means nothing here", "did you mean `key`?"),
                (25, "`{want}` means nothing here", "possible here: `key`, `got`"),
            ]
        );
    }
}

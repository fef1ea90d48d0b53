//! The front matter's YAML as a flat list of keys, each with its place. Knows YAML, no key's meaning.

#![expect(clippy::wildcard_enum_match_arm, reason = "the YAML parser's enum, not ours")]

use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle, Span as YamlSpan};

use crate::escape::is_harmless;
use crate::lesson::problem::{Problem, Span};

/// One `key: value` of the front matter.
#[derive(Debug)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// What follows it.
    pub value: Value,
    /// Where the value stands.
    pub span: Span,
}

/// A value, as far as front matter uses them.
#[derive(Debug)]
pub enum Value {
    /// Nothing after the colon.
    Nothing,
    /// Text, a number, a date: whatever is written in one piece.
    Scalar(String),
    /// A list of such.
    List(Vec<(String, Span)>),
    /// Anything else, by its name.
    Other(&'static str),
}

/// Reads `text`, which begins at byte `at` of the file.
pub fn entries(text: &str, at: usize) -> Result<Vec<Entry>, Problem> {
    let place = |span: YamlSpan| {
        let start = span.start.byte_offset().unwrap_or_default().min(text.len());
        let end = span.end.byte_offset().unwrap_or_default().min(text.len()).max(start);
        let length = text.get(start..end).map_or(end - start, |t| t.trim_end().len());
        Span::new(start, start + length).shifted(at)
    };
    let mut events = Vec::new();
    for next in Parser::new_from_str(text) {
        match next {
            Ok((event, span)) => {
                if let Event::Scalar(text, ..) = &event
                    && let Some(bad) = text.chars().find(|c| !is_harmless(*c) && *c != '\n')
                {
                    return Err(Problem::new(
                        place(span),
                        format!("a control character (U+{:04X}) is written here", bad as u32),
                        "here",
                        "take it out: the front matter is shown on a terminal",
                    ));
                }
                events.push((event, place(span)));
            }
            Err(error) => {
                let start = error.marker().byte_offset().unwrap_or_default().min(text.len());
                return Err(Problem::new(
                    Span::new(start, (start + 1).min(text.len())).shifted(at),
                    "the front matter is not YAML",
                    error.info().lines().next().unwrap_or_default().to_owned(),
                    "write `key: value` lines; put a value that holds `: ` or `#` in \"quotes\"",
                ));
            }
        }
    }
    let mut reader = Reader { events: events.into_iter() };
    reader.document()
}

struct Reader<'a> {
    events: std::vec::IntoIter<(Event<'a>, Span)>,
}

impl<'a> Reader<'a> {
    /// The next event that is data: comments and anchors are passed over.
    fn next(&mut self) -> Option<(Event<'a>, Span)> {
        self.events.find(|(event, _)| !matches!(event, Event::Comment(..) | Event::Anchor(..)))
    }

    fn document(&mut self) -> Result<Vec<Entry>, Problem> {
        let mut entries = Vec::new();
        while let Some((event, span)) = self.next() {
            if matches!(event, Event::MappingStart(..)) {
                break;
            }
            if event.is_node() {
                return Err(Problem::new(
                    span,
                    "the front matter has no keys",
                    "expected `key: value`",
                    "write one `key: value` a line, such as `id: my-lesson`",
                ));
            }
        }
        while let Some((event, key_span)) = self.next() {
            let key = match event {
                Event::Scalar(text, ..) => text.into_owned(),
                Event::MappingEnd => break,
                other => {
                    self.skip(&other);
                    self.value();
                    continue;
                }
            };
            let (value, span) = self.value();
            let span = if matches!(value, Value::Nothing) { key_span } else { span };
            entries.push(Entry { key, key_span, value, span });
        }
        Ok(entries)
    }

    fn value(&mut self) -> (Value, Span) {
        let Some((event, span)) = self.next() else { return (Value::Nothing, Span::default()) };
        let value = match event {
            Event::Scalar(text, style, ..) if style == ScalarStyle::Plain && is_null(&text) => {
                Value::Nothing
            }
            Event::Scalar(text, ..) => Value::Scalar(text.into_owned()),
            Event::SequenceStart(..) => return self.list(span),
            Event::MappingStart(..) => {
                self.skip(&event);
                Value::Other("a mapping")
            }
            _ => Value::Other("an alias"),
        };
        (value, span)
    }

    fn list(&mut self, start: Span) -> (Value, Span) {
        let mut items = Vec::new();
        let mut odd = None;
        let mut end = start.end;
        while let Some((event, span)) = self.next() {
            end = end.max(span.end);
            match event {
                Event::Scalar(text, ..) => items.push((text.into_owned(), span)),
                Event::SequenceEnd => break,
                other => {
                    odd = Some((Value::Other("a list of lists or mappings"), span));
                    self.skip(&other);
                }
            }
        }
        odd.unwrap_or((Value::List(items), Span::new(start.start, end)))
    }

    /// Passes over what `opened` began, however deep.
    fn skip(&mut self, opened: &Event<'_>) {
        let mut depth = 0_usize;
        let change = |event: &Event<'_>, depth: usize| match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => depth + 1,
            Event::MappingEnd | Event::SequenceEnd => depth.saturating_sub(1),
            _ => depth,
        };
        depth = change(opened, depth);
        while depth > 0 {
            let Some((event, _)) = self.next() else { return };
            depth = change(&event, depth);
        }
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

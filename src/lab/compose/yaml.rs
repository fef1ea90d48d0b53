//! A YAML text as a tree in which everything has its place. Knows YAML, no compose file.
//!
//! Aliases are replaced by what they stand for and `<<` merges a mapping, both within a limit: a few
//! lines of aliases can stand for more than any memory holds.

#![expect(clippy::wildcard_enum_match_arm, reason = "the YAML parser's enum, not ours")]

use std::collections::BTreeMap;
use std::ops::Range;

use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle, Span};

use super::fault::Fault;

/// How many nodes a file may have, aliases filled in.
const MOST_NODES: usize = 10_000;
/// How deep they may be nested.
const DEEPEST: usize = 40;

/// A value with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Where it stands, in bytes.
    pub span: Range<usize>,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// Text, a number, `true`: whatever is written in one piece.
    Scalar {
        /// As it is meant.
        text: String,
        /// Without quotes around it.
        plain: bool,
    },
    /// `- …` lines or `[…]`.
    List(Vec<Node>),
    /// `key: value` lines or `{…}`.
    Map(Vec<Entry>),
}

/// One `key: value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where it stands.
    pub key_span: Range<usize>,
    /// The value.
    pub node: Node,
}

impl Node {
    /// How a message calls it.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing",
            Value::Scalar { .. } => "a plain value",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }
}

/// Reads a text; a key that stands twice is a mistake, as it is for docker.
pub fn parse(text: &str) -> Result<Node, Vec<Fault>> {
    let place = |span: Span| {
        let start = span.start.byte_offset().unwrap_or_default().min(text.len());
        let end = span.end.byte_offset().unwrap_or_default().min(text.len()).max(start);
        let length = text.get(start..end).map_or(end - start, |piece| piece.trim_end().len());
        start..start + length
    };
    let mut events = Vec::new();
    for next in Parser::new_from_str(text) {
        match next {
            Ok((event, span)) => events.push((event, place(span))),
            Err(error) => {
                let start = error.marker().byte_offset().unwrap_or_default().min(text.len());
                let reason = error.info().lines().next().unwrap_or_default().to_owned();
                let fault = Fault::new(&(start..start), format!("this is not YAML: {reason}"));
                return Err(vec![fault.help("write `key: value`, two more blanks for what belongs to it, and `- ` before each of a list")]);
            }
        }
    }
    let mut reader = Reader {
        events: events.into_iter(),
        anchors: BTreeMap::new(),
        nodes: 0,
        faults: Vec::new(),
    };
    let node = reader.document();
    if reader.faults.is_empty() { Ok(node) } else { Err(reader.faults) }
}

struct Reader<'a> {
    events: std::vec::IntoIter<(Event<'a>, Range<usize>)>,
    anchors: BTreeMap<usize, Node>,
    nodes: usize,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    /// The next event that is data: comments are passed over.
    fn next(&mut self) -> Option<(Event<'a>, Range<usize>)> {
        self.events.find(|(event, _)| {
            !matches!(
                event,
                Event::Comment(..)
                    | Event::Anchor(..)
                    | Event::StreamStart
                    | Event::DocumentStart(..)
            )
        })
    }

    fn document(&mut self) -> Node {
        let nothing = Node { value: Value::Null, span: 0..0 };
        let Some((event, span)) = self.next() else { return nothing };
        if matches!(event, Event::DocumentEnd | Event::StreamEnd) {
            return nothing;
        }
        let node = self.node(event, span, 0);
        while let Some((event, span)) = self.next() {
            if !matches!(event, Event::DocumentEnd | Event::StreamEnd) {
                self.faults
                    .push(Fault::new(&span, "a second document begins here").help(
                        "a compose file is one document: leave the line `---` before it out",
                    ));
                break;
            }
        }
        node
    }

    /// The node that an event begins.
    fn node(&mut self, event: Event<'a>, span: Range<usize>, depth: usize) -> Node {
        self.nodes += 1;
        if depth > DEEPEST || self.nodes > MOST_NODES {
            if self.faults.is_empty() {
                self.faults.push(Fault::new(&span, "the file is too large or too deeply nested"));
            }
            // What is left is passed over, so that reading ends.
            self.events = Vec::new().into_iter();
            return Node { value: Value::Null, span };
        }
        let (node, anchor) = match event {
            Event::Scalar(text, style, anchor, _) => {
                let plain = style == ScalarStyle::Plain;
                let value = if plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL") {
                    Value::Null
                } else {
                    Value::Scalar { text: text.into_owned(), plain }
                };
                (Node { value, span }, anchor)
            }
            Event::SequenceStart(_, anchor, _) => (self.list(span, depth), anchor),
            Event::MappingStart(_, anchor, _) => (self.map(span, depth), anchor),
            Event::Alias(id) => (self.alias(id, span), 0),
            _ => (Node { value: Value::Null, span }, 0),
        };
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        node
    }

    fn alias(&mut self, id: usize, span: Range<usize>) -> Node {
        let Some(node) = self.anchors.get(&id).cloned() else {
            self.faults.push(Fault::new(&span, "this alias stands for nothing"));
            return Node { value: Value::Null, span };
        };
        self.nodes = self.nodes.saturating_add(size(&node));
        node
    }

    fn list(&mut self, start: Range<usize>, depth: usize) -> Node {
        let mut items = Vec::new();
        let mut end = start.end;
        while let Some((event, span)) = self.next() {
            end = end.max(span.end);
            if matches!(event, Event::SequenceEnd) {
                break;
            }
            items.push(self.node(event, span, depth + 1));
        }
        Node { value: Value::List(items), span: start.start..end }
    }

    fn map(&mut self, start: Range<usize>, depth: usize) -> Node {
        let mut entries: Vec<Entry> = Vec::new();
        let mut merged: Vec<Entry> = Vec::new();
        let mut end = start.end;
        while let Some((event, key_span)) = self.next() {
            end = end.max(key_span.end);
            if matches!(event, Event::MappingEnd) {
                break;
            }
            let key = self.node(event, key_span.clone(), depth + 1);
            let Some((event, span)) = self.next() else { break };
            let node = self.node(event, span, depth + 1);
            end = end.max(node.span.end);
            let Value::Scalar { text: key, .. } = key.value else {
                self.faults.push(Fault::new(&key_span, "a key is a word"));
                continue;
            };
            if key == "<<" {
                self.merge(&mut merged, node);
            } else if entries.iter().any(|entry| entry.key == key) {
                let message = format!("the key {key:?} stands here a second time");
                self.faults.push(Fault::new(&key_span, message).help("leave one of them out"));
            } else {
                entries.push(Entry { key, key_span, node });
            }
        }
        for entry in merged {
            if entries.iter().all(|own| own.key != entry.key) {
                entries.push(entry);
            }
        }
        Node { value: Value::Map(entries), span: start.start..end }
    }

    /// What `<<` brings along.
    fn merge(&mut self, merged: &mut Vec<Entry>, node: Node) {
        match node.value {
            Value::Map(entries) => merged.extend(entries),
            Value::List(nodes) => nodes.into_iter().for_each(|node| self.merge(merged, node)),
            Value::Null | Value::Scalar { .. } => {
                self.faults.push(Fault::new(&node.span, "`<<` merges a mapping, such as *common"));
            }
        }
    }
}

/// How many nodes hang together.
fn size(node: &Node) -> usize {
    1 + match &node.value {
        Value::Null | Value::Scalar { .. } => 0,
        Value::List(items) => items.iter().map(size).sum(),
        Value::Map(entries) => entries.iter().map(|entry| size(&entry.node)).sum(),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn shown(node: &Node) -> String {
        match &node.value {
            Value::Null => "~".to_owned(),
            Value::Scalar { text, plain: true } => text.clone(),
            Value::Scalar { text, plain: false } => format!("{text:?}"),
            Value::List(items) => {
                format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", "))
            }
            Value::Map(entries) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|entry| format!("{}: {}", entry.key, shown(&entry.node)))
                    .collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    #[test]
    fn a_tree_is_read_with_its_places() {
        let text = "a: 1\nb:\n  - x\n  - \"y\"\nc:\nd: {e: f}\n";
        let node = parse(text).unwrap();
        assert_eq!(shown(&node), "{a: 1, b: [x, \"y\"], c: ~, d: {e: f}}");
        let Value::Map(entries) = &node.value else { panic!("no map") };
        assert_eq!(&text[entries[0].node.span.clone()], "1");
        assert_eq!(&text[entries[1].key_span.clone()], "b");
        assert_eq!(parse("").map(|node| node.value), Ok(Value::Null));
        assert_eq!(parse("---\n# nothing\n").map(|node| node.value), Ok(Value::Null));
    }

    #[test]
    fn aliases_and_merges_are_filled_in() {
        let node = parse("x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3\nz: *x\n").unwrap();
        assert_eq!(shown(&node), "{x: {a: 1, b: 2}, y: {b: 3, a: 1}, z: {a: 1, b: 2}}");
    }

    #[test]
    fn what_is_no_tree_is_told() {
        let told = |text: &str| parse(text).unwrap_err().remove(0).message;
        assert_eq!(told("a: 1\na: 2\n"), "the key \"a\" stands here a second time");
        assert_eq!(told("a: 1\n---\nb: 2\n"), "a second document begins here");
        assert_eq!(told("? [a]\n: b\n"), "a key is a word");
        assert!(told("a: b: c\n").starts_with("this is not YAML: "));
        let deep = format!("{}{}", "[".repeat(60), "]".repeat(60));
        assert_eq!(told(&deep), "the file is too large or too deeply nested");
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..9 {
            let before = format!("*a{}, ", level - 1).repeat(10);
            writeln!(bomb, "a{level}: &a{level} [{before}]").unwrap();
        }
        assert_eq!(told(&bomb), "the file is too large or too deeply nested");
    }
}

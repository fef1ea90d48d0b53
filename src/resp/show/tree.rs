//! The form for people: types named, strings quoted, elements numbered and indented.

use super::{Part, Sink};
use crate::escape::{LineEnds, repr, sanitize};
use crate::resp::Reply;
use std::borrow::Cow;

/// Columns after which nesting indents no further, so that a small hostile reply cannot become
/// gigabytes of blanks. Replies of Redis's own nest a handful of levels.
pub(super) const MAX_INDENT: usize = 256;

/// An aggregate that is being printed; a stack of these takes the place of recursion.
struct Level<'a> {
    items: Items<'a>,
    /// Columns before each index but the first, which stands on its parent's line.
    indent: usize,
    /// Digits of the largest index.
    digits: usize,
    /// The index printed last.
    index: usize,
    mark: char,
}

enum Items<'a> {
    List(std::slice::Iter<'a, Reply>),
    Map {
        pairs: std::slice::Iter<'a, (Reply, Reply)>,
        /// The value of the key printed last.
        value: Option<&'a Reply>,
    },
}

pub(super) fn show(reply: &Reply, clean: bool, sink: &mut Sink<'_>) {
    let mut levels: Vec<Level<'_>> = Vec::new();
    enter(reply, 0, clean, &mut levels, sink);
    while let Some(level) = levels.last_mut() {
        let inner = (level.indent + level.digits + 2).min(MAX_INDENT);
        if let Some(value) = level.value() {
            sink(Part::Layout, b" => ");
            if needs_lines(value) {
                new_line(inner, sink);
            }
            enter(value, inner, clean, &mut levels, sink);
        } else if let Some(item) = level.advance() {
            if level.index > 1 {
                new_line(level.indent, sink);
            }
            let (index, digits, mark) = (level.index, level.digits, level.mark);
            sink(Part::Index, format!("{index:digits$}{mark} ").as_bytes());
            enter(item, inner, clean, &mut levels, sink);
        } else {
            levels.pop();
        }
    }
    sink(Part::Layout, b"\n");
}

impl Items<'_> {
    fn len(&self) -> usize {
        match self {
            Items::List(items) => items.len(),
            Items::Map { pairs, .. } => pairs.len(),
        }
    }
}

impl<'a> Level<'a> {
    fn value(&mut self) -> Option<&'a Reply> {
        match &mut self.items {
            Items::List(_) => None,
            Items::Map { value, .. } => value.take(),
        }
    }

    fn advance(&mut self) -> Option<&'a Reply> {
        self.index += 1;
        match &mut self.items {
            Items::List(items) => items.next(),
            Items::Map { pairs, value } => pairs.next().map(|(key, its_value)| {
                *value = Some(its_value);
                key
            }),
        }
    }
}

/// Prints a leaf, or opens a level for an aggregate.
fn enter<'a>(
    reply: &'a Reply,
    indent: usize,
    clean: bool,
    levels: &mut Vec<Level<'a>>,
    sink: &mut Sink<'_>,
) {
    let text = |text: &'a [u8], line_ends| {
        if clean { sanitize(text, line_ends) } else { Cow::Borrowed(text) }
    };
    let mut open = |items: Items<'a>, mark| {
        levels.push(Level {
            indent,
            digits: items.len().max(1).ilog10() as usize + 1,
            items,
            index: 0,
            mark,
        });
    };
    match reply {
        Reply::Simple(status) => sink(Part::Status, &text(status, LineEnds::Escape)),
        Reply::Error(error) => {
            sink(Part::Error, b"(error) ");
            sink(Part::Error, &text(error, LineEnds::Escape));
        }
        Reply::Integer(number) => {
            sink(Part::Kind, b"(integer) ");
            sink(Part::Number, itoa::Buffer::new().format(*number).as_bytes());
        }
        Reply::Bulk(bytes) => sink(Part::Text, &repr(bytes)),
        Reply::Null => sink(Part::Empty, b"(nil)"),
        Reply::Double(number) => {
            sink(Part::Kind, b"(double) ");
            sink(Part::Number, &text(number, LineEnds::Escape));
        }
        Reply::Boolean(true) => sink(Part::Number, b"(true)"),
        Reply::Boolean(false) => sink(Part::Number, b"(false)"),
        // redis-cli 7.0 gives up at a big number; this is said in its manner.
        Reply::BigNumber(number) => {
            sink(Part::Kind, b"(big number) ");
            sink(Part::Number, &text(number, LineEnds::Escape));
        }
        Reply::Verbatim { text: report, .. } => {
            sink(Part::Text, &text(report, LineEnds::Keep));
        }
        Reply::Array(items) if items.is_empty() => sink(Part::Empty, b"(empty array)"),
        Reply::Set(items) if items.is_empty() => sink(Part::Empty, b"(empty set)"),
        Reply::Push(items) if items.is_empty() => sink(Part::Empty, b"(empty push)"),
        Reply::Map(pairs) if pairs.is_empty() => sink(Part::Empty, b"(empty hash)"),
        Reply::Array(items) | Reply::Push(items) => open(Items::List(items.iter()), ')'),
        Reply::Set(items) => open(Items::List(items.iter()), '~'),
        Reply::Map(pairs) => {
            let pairs = pairs.iter();
            open(Items::Map { pairs, value: None }, '#');
        }
    }
}

/// Whether a map's value starts on a line of its own: some aggregate in it holds several
/// elements. A map of one pair is as long as its value, whatever its key.
fn needs_lines(mut reply: &Reply) -> bool {
    loop {
        reply = match reply {
            Reply::Array(items) | Reply::Set(items) | Reply::Push(items) => match &items[..] {
                [] => return false,
                [only] => only,
                [_, _, ..] => return true,
            },
            Reply::Map(pairs) => match &pairs[..] {
                [] => return false,
                [(_, value)] => value,
                [_, _, ..] => return true,
            },
            Reply::Simple(_)
            | Reply::Error(_)
            | Reply::Integer(_)
            | Reply::Bulk(_)
            | Reply::Null
            | Reply::Double(_)
            | Reply::Boolean(_)
            | Reply::BigNumber(_)
            | Reply::Verbatim { .. } => return false,
        }
    }
}

fn new_line(indent: usize, sink: &mut Sink<'_>) {
    sink(Part::Layout, format!("\n{:indent$}", "").as_bytes());
}

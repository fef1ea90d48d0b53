//! The raw form: plain bytes, an element a line, a map's key and value on one line.

use super::{Part, Sink};
use crate::resp::Reply;

/// What is still to be printed; a stack of these takes the place of recursion.
enum Pending<'a> {
    Reply(&'a Reply),
    List(std::slice::Iter<'a, Reply>),
    Map(std::slice::Iter<'a, (Reply, Reply)>),
    Layout(&'static [u8]),
}

/// Prints without the line end that redis-cli adds at the very end.
pub(super) fn show(reply: &Reply, sink: &mut Sink<'_>) {
    let mut pending = vec![Pending::Reply(reply)];
    while let Some(next) = pending.pop() {
        match next {
            Pending::Layout(bytes) => sink(Part::Layout, bytes),
            Pending::List(mut items) => {
                if let Some(item) = items.next() {
                    if items.len() > 0 {
                        pending.extend([Pending::List(items), Pending::Layout(b"\n")]);
                    }
                    pending.push(Pending::Reply(item));
                }
            }
            Pending::Map(mut pairs) => {
                if let Some((key, value)) = pairs.next() {
                    if pairs.len() > 0 {
                        pending.extend([Pending::Map(pairs), Pending::Layout(b"\n")]);
                    }
                    pending.extend([
                        Pending::Reply(value),
                        Pending::Layout(b" "),
                        Pending::Reply(key),
                    ]);
                }
            }
            Pending::Reply(reply) => match reply {
                Reply::Array(items) | Reply::Set(items) | Reply::Push(items) => {
                    pending.push(Pending::List(items.iter()));
                }
                Reply::Map(pairs) => pending.push(Pending::Map(pairs.iter())),
                Reply::Simple(text) => sink(Part::Status, text),
                // An error ends its line by itself: hence the empty line after one.
                Reply::Error(text) => {
                    sink(Part::Error, text);
                    sink(Part::Layout, b"\n");
                }
                Reply::Integer(number) => {
                    sink(Part::Number, itoa::Buffer::new().format(*number).as_bytes());
                }
                Reply::Bulk(text) | Reply::Verbatim { text, .. } => sink(Part::Text, text),
                Reply::Null => {}
                Reply::Double(text) | Reply::BigNumber(text) => sink(Part::Number, text),
                Reply::Boolean(true) => sink(Part::Number, b"(true)"),
                Reply::Boolean(false) => sink(Part::Number, b"(false)"),
            },
        }
    }
}

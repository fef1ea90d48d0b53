//! What a line prints, as text: what a learner sees on a plain screen.

use crate::escape::{LineEnds, sanitize};
use crate::lab::console::{Ran, Shown};
use crate::resp::show::{Style, show};
use crate::screen::{Look, remark};
use crate::syntax;

/// Everything that a line printed; `line` is what was typed.
pub fn text(ran: &Ran, line: &[u8]) -> String {
    ran.shown.iter().map(|piece| piece_text(piece, line)).collect()
}

/// One piece of what a line printed.
pub fn piece_text(piece: &Shown, line: &[u8]) -> String {
    let mut text = match piece {
        Shown::Reply { words, reply, style, .. } => {
            clean(&show(reply, style.unwrap_or_else(|| Style::of(words, true))))
        }
        Shown::Typed(line) => clean(format!("> {line}").as_bytes()),
        Shown::Text(text) | Shown::Problem(text) => clean(text.as_bytes()),
        Shown::Wrong { span, message } => syntax::caret(line, span, message, Look::PLAIN.columns()),
        Shown::Notice(text) => remark(&clean(text.as_bytes()), Look::PLAIN),
    };
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn clean(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&sanitize(bytes, LineEnds::Keep)).into_owned()
}

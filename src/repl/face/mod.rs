//! What is shown, as text for a screen. Everything that came from data is escaped here, whoever
//! made the piece.

mod pager;

pub(super) use pager::{Pages, rows};

use super::{Piece, Turn};
use crate::escape::{LineEnds, sanitize};
use crate::lab::console::Shown;
use crate::resp::Reply;
use crate::resp::show::{Part, Style, parts, shows_raw};
use crate::screen::{Look, Tone, paint_lines, remark};
use crate::syntax;

/// Renders one piece; `line` is what was typed, where a mistake has its place.
pub fn render(piece: &Shown, line: &[u8], look: Look) -> String {
    match piece {
        Shown::Reply { words, reply, style, .. } => self::reply(words, reply, *style, look),
        Shown::Typed(line) => {
            format!("{}{}\n", look.paint(Tone::Dim, "> "), look.paint(Tone::Code, &clean(line)))
        }
        Shown::Text(text) => clean(text),
        Shown::Problem(text) => paint_lines(&clean(text), Tone::Bad, look),
        Shown::Wrong { span, message } => {
            let shown = syntax::caret(line, span, message, look.columns());
            let mut rows = shown.splitn(3, '\n');
            let (text, marks) = (rows.next().unwrap_or_default(), rows.next().unwrap_or_default());
            let message = rows.next().unwrap_or_default();
            format!("{text}\n{}\n{}\n", look.paint(Tone::Bad, marks), clean(message))
        }
        Shown::Notice(text) => notice(text, look),
    }
}

/// Renders any piece of a turn.
pub fn render_piece(piece: &Piece, line: &[u8], look: Look) -> String {
    match piece {
        Piece::Shown(shown) => render(shown, line, look),
        Piece::Text(text) => text.clone(),
    }
}

/// Renders all that one line came to.
pub fn render_turn(turn: &Turn, line: &[u8], look: Look) -> String {
    turn.pieces.iter().map(|piece| render_piece(piece, line, look)).collect()
}

/// A remark of kvtutor: dim, with a mark in the margin that replies never have.
pub fn notice(text: &str, look: Look) -> String {
    remark(&clean(text), look)
}

/// A reply as `redis-cli` prints it, coloured where the look allows.
fn reply(words: &[Vec<u8>], reply: &Reply, style: Option<Style>, look: Look) -> String {
    let on_screen = || if shows_raw(words) { Style::ReportTty } else { Style::Tty };
    let mut text = String::new();
    parts(reply, style.unwrap_or_else(on_screen), &mut |part, bytes| {
        let bytes = sanitize(bytes, LineEnds::Keep);
        text.push_str(&look.paint(tone(part), &String::from_utf8_lossy(&bytes)));
    });
    text
}

fn tone(part: Part) -> Tone {
    match part {
        Part::Layout => Tone::Normal,
        Part::Index | Part::Kind | Part::Empty => Tone::Dim,
        Part::Number => Tone::Accent,
        Part::Text => Tone::Code,
        Part::Status => Tone::Good,
        Part::Error => Tone::Bad,
    }
}

pub(super) fn clean(text: &str) -> String {
    String::from_utf8_lossy(&sanitize(text.as_bytes(), LineEnds::Keep)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::console::Origin;
    use crate::lab::{Answer, Target};

    const NARROW: Look = Look { width: 20, color: false, plain: false };
    const BRIGHT: Look = Look { width: 80, color: true, plain: false };

    fn shown(reply: Reply) -> Shown {
        let origin = Origin {
            client: "a".to_owned(),
            target: Target::default(),
            answer: Answer::Sandbox,
            db: 0,
        };
        Shown::Reply { words: vec![b"GET".to_vec()], reply, style: None, origin }
    }

    #[test]
    fn replies_look_as_in_redis_cli() {
        let bulk = shown(Reply::Bulk(b"a\x1b[31m".to_vec()));
        assert_eq!(render(&bulk, b"", Look::PLAIN), "\"a\\x1b[31m\"\n");
        let list = Reply::Array(vec![Reply::Integer(1), Reply::Null]);
        assert_eq!(render(&shown(list.clone()), b"", Look::PLAIN), "1) (integer) 1\n2) (nil)\n");
        assert_eq!(
            render(&shown(list), b"", BRIGHT),
            "\u{1b}[2m1) \u{1b}[0m\u{1b}[2m(integer) \u{1b}[0m\u{1b}[36m1\u{1b}[0m\n\
             \u{1b}[2m2) \u{1b}[0m\u{1b}[2m(nil)\u{1b}[0m\n"
        );
    }

    #[test]
    fn a_mistake_has_a_caret() {
        let wrong = Shown::Wrong { span: 7..8, message: "put '…' around it".to_owned() };
        assert_eq!(
            render(&wrong, b"SET j {\"a\": 1}", NARROW),
            "SET j {\"a\": 1}\n       ^\nput '…' around it\n"
        );
    }

    #[test]
    fn remarks_stand_behind_a_mark() {
        let remark = Shown::Notice("taken back: \"k\" is gone again".to_owned());
        assert_eq!(render(&remark, b"", NARROW), "│ taken back: \"k\" is\n│ gone again\n");
        let plain = Look { width: 24, color: false, plain: true };
        assert_eq!(render(&remark, b"", plain), "note: taken back: \"k\" is\n      gone again\n");
    }

    #[test]
    fn nothing_steers_the_terminal() {
        for piece in [
            Shown::Text("a\u{1b}[2Jb\n".to_owned()),
            Shown::Problem("a\u{1b}[2Jb\n".to_owned()),
            Shown::Notice("a\u{1b}[2Jb\n".to_owned()),
            Shown::Typed("a\u{1b}[2Jb".to_owned()),
            Shown::Wrong { span: 0..1, message: "m".to_owned() },
        ] {
            let text = render(&piece, b"a\x1b[2Jb", Look::PLAIN);
            assert!(!text.contains('\u{1b}') && text.contains("\\x1b[2J"), "{text}");
        }
    }
}

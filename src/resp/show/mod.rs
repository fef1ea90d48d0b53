//! A reply as redis-cli 7.0 prints it, on a terminal and off it, byte for byte.
//!
//! Knows the reply tree only: no colour, no paging, no terminal. A face that colours asks for
//! the same bytes in [`parts`]. Nested replies come from outside and may be of any depth, so
//! nothing here recurses.

#[cfg(test)]
mod observed;
mod raw;
mod tree;

use super::Reply;
use crate::escape::{LineEnds, sanitize};

/// How a reply is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// redis-cli on a terminal, except that control sequences in status, error and verbatim
    /// text are escaped: a server cannot steer the learner's terminal.
    Tty,
    /// `redis-cli --no-raw` off a terminal: as [`Style::Tty`], every byte as sent.
    NoRaw,
    /// redis-cli off a terminal: plain bytes, an element a line.
    Raw,
    /// The commands of [`shows_raw`] off a terminal: as [`Style::Raw`], no line end added.
    Report,
    /// The commands of [`shows_raw`] on a terminal: as [`Style::Report`], control sequences
    /// escaped, and a line end added to text that has none.
    ReportTty,
}

impl Style {
    /// The style for the reply to `words`.
    pub fn of(words: &[impl AsRef<[u8]>], terminal: bool) -> Self {
        match (shows_raw(words), terminal) {
            (false, true) => Self::Tty,
            (false, false) => Self::Raw,
            (true, true) => Self::ReportTty,
            (true, false) => Self::Report,
        }
    }
}

/// What a stretch of printed bytes is, for a face that colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Indents, line ends and the ` => ` of a map.
    Layout,
    /// `1)`, `1#` or `1~`.
    Index,
    /// `(integer)`, `(double)`, `(big number)`.
    Kind,
    /// `(nil)`, `(empty array)` and their like.
    Empty,
    /// A number or truth value.
    Number,
    /// A string, quoted or raw.
    Text,
    /// `OK` and its like.
    Status,
    /// An error, its `(error)` included.
    Error,
}

/// Takes the printed parts, in order.
pub type Sink<'a> = dyn FnMut(Part, &[u8]) + 'a;

/// The reply as printed, with its line end.
pub fn show(reply: &Reply, style: Style) -> Vec<u8> {
    let mut out = Vec::new();
    parts(reply, style, &mut |_, bytes| out.extend_from_slice(bytes));
    out
}

/// The same bytes as [`show`], each stretch named.
pub fn parts(reply: &Reply, style: Style, sink: &mut Sink<'_>) {
    match style {
        Style::Tty => tree::show(reply, true, sink),
        Style::NoRaw => tree::show(reply, false, sink),
        Style::Raw => {
            raw::show(reply, sink);
            sink(Part::Layout, b"\n");
        }
        Style::Report => raw::show(reply, sink),
        Style::ReportTty => {
            let mut ended = true;
            raw::show(reply, &mut |part, bytes| {
                ended = bytes.last().map_or(ended, |&last| last == b'\n');
                sink(part, &sanitize(bytes, LineEnds::Keep));
            });
            if !ended {
                sink(Part::Layout, b"\n");
            }
        }
    }
}

/// Whether redis-cli prints this command's reply raw even on a terminal, since it is a report
/// for people. Command names without regard to case.
pub fn shows_raw(words: &[impl AsRef<[u8]>]) -> bool {
    let is = |index: usize, names: &[&str]| {
        words.get(index).is_some_and(|word| {
            names.iter().any(|name| word.as_ref().eq_ignore_ascii_case(name.as_bytes()))
        })
    };
    let count = words.len();
    is(0, &["info", "lolwut"])
        || is(0, &["debug"]) && is(1, &["htstats", "htstats-key"])
        || is(0, &["memory"]) && is(1, &["malloc-stats", "doctor"])
        || is(0, &["client"]) && is(1, &["list", "info"])
        || is(0, &["proxy"]) && is(1, &["info"])
        || count == 2 && is(0, &["cluster"]) && is(1, &["nodes", "info"])
        || count == 3 && is(0, &["latency"]) && is(1, &["graph"])
        || count == 2 && is(0, &["latency"]) && is(1, &["doctor"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tty(reply: &Reply) -> String {
        String::from_utf8(show(reply, Style::Tty)).unwrap()
    }

    #[test]
    fn a_terminal_gets_no_control_sequences() {
        let nasty = b"a\x1b]0;x\x07\r\nb\xff".to_vec();
        assert_eq!(tty(&Reply::Simple(nasty.clone())), "a\\x1b]0;x\\a\\r\\nb\\xff\n");
        assert_eq!(tty(&Reply::Error(nasty.clone())), "(error) a\\x1b]0;x\\a\\r\\nb\\xff\n");
        let verbatim = Reply::Verbatim { format: *b"txt", text: nasty.clone() };
        assert_eq!(tty(&verbatim), "a\\x1b]0;x\\a\r\nb\\xff\n");
        let report = show(&Reply::Bulk(nasty), Style::ReportTty);
        assert_eq!(report, b"a\\x1b]0;x\\a\r\nb\\xff\n");
    }

    #[test]
    fn a_report_on_a_terminal_ends_its_line_once() {
        let on_terminal = |text: &[u8]| show(&Reply::Bulk(text.to_vec()), Style::ReportTty);
        assert_eq!(on_terminal(b"id=1\n"), b"id=1\n");
        assert_eq!(on_terminal(b"id=1"), b"id=1\n");
        assert_eq!(on_terminal(b""), b"");
    }

    #[test]
    fn a_big_number_is_named() {
        let number = Reply::BigNumber(b"123456789012345678901".to_vec());
        assert_eq!(tty(&number), "(big number) 123456789012345678901\n");
        assert_eq!(show(&number, Style::Raw), b"123456789012345678901\n");
    }

    #[test]
    fn only_reports_for_people_print_raw() {
        let raw = |line: &str| shows_raw(&line.split(' ').collect::<Vec<_>>());
        for line in [
            "INFO",
            "info server",
            "LOLWUT VERSION 5",
            "DEBUG HTSTATS 0",
            "DEBUG HTSTATS-KEY k",
            "MEMORY DOCTOR",
            "MEMORY MALLOC-STATS",
            "CLUSTER NODES",
            "CLUSTER INFO",
            "cLiEnT LiSt",
            "CLIENT LIST TYPE normal",
            "CLIENT INFO",
            "LATENCY GRAPH a",
            "LATENCY DOCTOR",
            "PROXY INFO x",
        ] {
            assert!(raw(line), "{line}");
        }
        for line in [
            "",
            "GET INFO",
            "DEBUG",
            "DEBUG SLEEP 0",
            "MEMORY STATS",
            "MEMORY USAGE k",
            "CLUSTER NODES x",
            "CLUSTER SLOTS",
            "CLIENT",
            "CLIENT GETNAME",
            "CLIENT TRACKINGINFO",
            "LATENCY GRAPH",
            "LATENCY GRAPH a b",
            "LATENCY DOCTOR a",
            "LATENCY LATEST",
            "COMMAND DOCS",
            "ACL LIST",
            "CONFIG GET a",
            "OBJECT HELP",
            "DUMP k",
        ] {
            assert!(!raw(line), "{line}");
        }
    }

    #[test]
    fn the_style_follows_the_command_and_the_terminal() {
        assert_eq!(Style::of(&["GET", "k"], true), Style::Tty);
        assert_eq!(Style::of(&["GET", "k"], false), Style::Raw);
        assert_eq!(Style::of(&["INFO"], true), Style::ReportTty);
        assert_eq!(Style::of(&["INFO"], false), Style::Report);
    }

    #[test]
    fn nesting_of_any_depth_is_printed_without_recursion() {
        let mut reply = Reply::Array(vec![Reply::Integer(1), Reply::Integer(2)]);
        for _ in 0..2_000 {
            reply = Reply::Array(vec![reply]);
        }
        let out = tty(&reply);
        let second = out.lines().nth(1).unwrap();
        assert_eq!(out.matches("1) ").count(), 2_001);
        assert_eq!(second.trim_start(), "2) (integer) 2");
        assert_eq!(second.len() - second.trim_start().len(), tree::MAX_INDENT);
        assert_eq!(show(&reply, Style::Raw), b"1\n2\n");
    }

    proptest! {
        #[test]
        fn a_terminal_sees_harmless_text_only(text: Vec<u8>, number: i64) {
            let reply = Reply::Map(vec![
                (Reply::Bulk(text.clone()), Reply::Error(text.clone())),
                (Reply::Double(text.clone()), Reply::Set(vec![Reply::Integer(number)])),
                (Reply::BigNumber(text.clone()), Reply::Verbatim { format: *b"txt", text }),
            ]);
            for style in [Style::Tty, Style::ReportTty] {
                let out = String::from_utf8(show(&reply, style)).unwrap();
                let out = out.replace("\r\n", "\n").replace(['\n', '\t'], "");
                prop_assert!(out.chars().all(crate::escape::is_harmless));
            }
        }
    }
}

//! What a docker line gives back: what it prints, its exit code, what happened, what is to be done
//! next. Nothing here is printed yet.

use std::ops::Range;

use super::redis_cli::RedisCli;
use crate::escape::{LineEnds, sanitize};

/// Where a piece of text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// Something that happened to a container, volume or image. Containers come by id and by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabEvent {
    /// An image was fetched: `redis:8`.
    Pulled(String),
    /// A container was made.
    Created(Who),
    /// It runs.
    Started {
        /// Which one.
        who: Who,
        /// The ports of this machine that it has published.
        ports: Vec<u16>,
        /// Whether it runs for the first time.
        first: bool,
    },
    /// It was shut down, or ended by itself.
    Stopped(Who),
    /// It was killed.
    Killed(Who),
    /// It was stopped and started again by one command.
    Restarted(Who),
    /// It has this name now.
    Renamed(Who),
    /// It is no more.
    Removed(Who),
    /// An image was removed: `redis:8`.
    Untagged(String),
    /// A volume was made.
    VolumeCreated(String),
    /// A volume and its data are no more.
    VolumeRemoved(String),
}

/// A container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// 64 digits.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// What the console has to do after a line: run `redis-cli` inside a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Then {
    /// Whose.
    pub container: Who,
    /// What to run; without a command, a nested prompt.
    pub cli: RedisCli,
    /// Whether replies are printed for people, with types and quotes.
    pub terminal: bool,
}

/// The outcome of a docker line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Output {
    /// What is printed, in order.
    pub parts: Vec<(Stream, String)>,
    /// The exit code.
    pub code: i32,
    /// What of the typed line is wrong.
    pub at: Option<Range<usize>>,
    /// What the lab adds, a line each: never part of docker's own output.
    pub hints: Vec<String>,
    /// What happened, in order.
    pub events: Vec<LabEvent>,
    /// What is to be done next.
    pub then: Option<Then>,
}

impl Output {
    /// Adds to standard output.
    pub fn out(&mut self, text: impl AsRef<str>) {
        self.push(Stream::Out, text.as_ref());
    }

    /// Adds to standard error.
    pub fn err(&mut self, text: impl AsRef<str>) {
        self.push(Stream::Err, text.as_ref());
    }

    /// Adds an error and sets the exit code.
    pub fn fail(&mut self, code: i32, text: impl AsRef<str>) {
        self.err(text);
        self.code = code;
    }

    /// Adds a hint of the lab.
    pub fn hint(&mut self, text: impl AsRef<str>) {
        self.hints.push(tame(text.as_ref()));
    }

    /// What goes to one stream.
    pub fn on(&self, stream: Stream) -> String {
        let parts = self.parts.iter().filter(|(to, _)| *to == stream);
        parts.map(|(_, text)| text.as_str()).collect()
    }

    /// Both streams, as a terminal shows them.
    pub fn shown(&self) -> String {
        self.parts.iter().map(|(_, text)| text.as_str()).collect()
    }

    fn push(&mut self, stream: Stream, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.parts.last_mut() {
            Some((last, whole)) if *last == stream => whole.push_str(&tame(text)),
            Some(_) | None => self.parts.push((stream, tame(text))),
        }
    }
}

/// Takes the power over the terminal from a text that may repeat what was typed.
fn tame(text: &str) -> String {
    let harmless = sanitize(text.as_bytes(), LineEnds::Keep);
    String::from_utf8_lossy(&harmless).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_keep_their_order_and_controls_are_shown() {
        let mut output = Output::default();
        output.err("one\n");
        output.err("two \u{1b}[2J\n");
        output.out("three\n");
        assert_eq!(output.parts.len(), 2);
        assert_eq!(output.shown(), "one\ntwo \\x1b[2J\nthree\n");
        assert_eq!(output.on(Stream::Out), "three\n");
    }
}

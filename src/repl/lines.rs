//! Lines from standard input, read on a thread of their own, so that what is to be done meanwhile is
//! done. Knows no line's meaning.

use std::io::{self, BufRead as _};
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::thread;

use super::stay::{Bell, Interrupts};
use crate::server::Interrupt;

/// How many lines are read ahead: enough that two threads do not wait for each other at each one, and
/// not all of a long script.
const AHEAD: usize = 256;

/// What comes next.
pub(super) enum Came {
    /// A line, without its line end.
    Line(Vec<u8>),
    /// Ctrl-C, and with it what was typed of a line.
    Interrupt,
    /// The end of the input.
    End,
}

/// The lines of standard input.
pub(super) struct Lines {
    inbox: Receiver<io::Result<Vec<u8>>>,
    /// A line that was read and not taken yet.
    next: Option<io::Result<Vec<u8>>>,
    bell: Bell,
    interrupts: Interrupts,
}

impl Lines {
    /// Begins to read; `is_typed` says that Ctrl-C comes from the same keyboard.
    pub(super) fn open(bell: Bell, interrupt: Interrupt, is_typed: bool) -> Self {
        let (sender, inbox) = mpsc::sync_channel(AHEAD);
        let ringer = bell.clone();
        thread::spawn(move || {
            let mut input = io::stdin().lock();
            loop {
                let mut line = Vec::new();
                let read = input.read_until(b'\n', &mut line).map(|_| line);
                let is_last = read.as_ref().map_or(true, Vec::is_empty);
                if sender.send(read).is_err() {
                    return;
                }
                ringer.ring();
                if is_last {
                    return;
                }
            }
        });
        let interrupts =
            if is_typed { Interrupts::hear(&bell, interrupt) } else { Interrupts::default() };
        Self { inbox, next: None, bell, interrupts }
    }

    /// Whether Ctrl-C was pressed since the last line was taken.
    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupts.take()
    }

    /// Whether the next line, or the end, is there.
    pub(super) fn is_ready(&mut self) -> bool {
        if self.next.is_none() {
            self.next = match self.inbox.try_recv() {
                Ok(read) => Some(read),
                Err(TryRecvError::Empty) => None,
                // Behind the end there is the end.
                Err(TryRecvError::Disconnected) => Some(Ok(Vec::new())),
            };
        }
        self.next.is_some()
    }

    /// Waits for what comes next.
    pub(super) fn take(&mut self) -> io::Result<Came> {
        loop {
            if self.is_interrupted() {
                return Ok(Came::Interrupt);
            }
            if self.is_ready()
                && let Some(read) = self.next.take()
            {
                let line = read?;
                if line.is_empty() {
                    return Ok(Came::End);
                }
                let line = line.strip_suffix(b"\n").unwrap_or(&line);
                return Ok(Came::Line(line.strip_suffix(b"\r").unwrap_or(line).to_vec()));
            }
            self.bell.wait(None);
        }
    }
}

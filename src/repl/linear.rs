//! The prompt without editing: lines from standard input, everything printed one below the other.

use std::io::{self, Write as _};

use super::face;
use super::gather::Gather;
use super::lines::{Came, Lines};
use super::live::{self, Live, News};
use super::shared::Shared;
use super::stay::{Face, Stop, stay};
use super::{Desk, Input, Setting, Shell, Turn};
use crate::lab::console::{Patience, Waiting};
use crate::screen::Look;
use crate::syntax::Open;

/// Reads lines to the end of the input, or until the learner leaves.
pub(super) fn run<S: Shell>(shell: S, setting: &Setting) -> io::Result<()> {
    let desk = Shared::new(Desk::new(shell));
    desk.lock().be_patient(Patience::Alone);
    let greeting = desk.lock().shell.greeting(setting.look);
    print(&face::render_turn(&greeting, b"", setting.look))?;
    let mut live = None;
    if setting.listens {
        let told = match Live::start(desk.clone(), setting.look, news(desk.clone(), setting.look)) {
            Ok((opened, told)) => {
                live = Some(opened);
                desk.lock().be_patient(Patience::Company);
                told
            }
            Err(error) => vec![live::unopened(&error)],
        };
        told.iter().try_for_each(|text| print(&face::notice(text, setting.look)))?;
    }
    let ended = lines(&desk, &mut live, setting).and_then(|()| farewell(&desk, setting));
    if let Some(live) = live {
        live.stop();
    }
    if let Some(desk) = desk.into_desk() {
        desk.shell.close();
    }
    ended
}

/// Prints what other programs bring about, and the prompt again.
fn news<S: Shell>(desk: Shared<S>, look: Look) -> News {
    Box::new(move |turn: Turn| {
        let prompt = desk.lock().shell.console().prompt();
        let text = face::render_turn(&turn, b"", look);
        // An output that is gone is noticed by who reads the lines.
        let _ = print(&format!("\n{text}{prompt}"));
    })
}

fn lines<S: Shell>(
    desk: &Shared<S>,
    live: &mut Option<Live<S>>,
    setting: &Setting,
) -> io::Result<()> {
    let look = setting.look;
    let mut gather = Gather::default();
    let mut face = Linear::open(desk, setting);
    loop {
        prompt(desk, &gather, look)?;
        let line = match face.lines.take()? {
            Came::Line(line) => line,
            Came::Interrupt => {
                gather.drop_pending();
                print("\n")?;
                continue;
            }
            Came::End => {
                if setting.input == Input::Echoed {
                    print("\n")?;
                }
                if let Some(open) = gather.open() {
                    let text = match open {
                        Open::Here => "the text behind << was never ended, so that line did not run: a line with its word alone ends it".to_owned(),
                        Open::Single | Open::Double | Open::Backslash => {
                            format!("the quote {} was never closed, so that line did not run", open.mark())
                        }
                    };
                    print(&face::notice(&text, look))?;
                }
                return Ok(());
            }
        };
        if setting.input == Input::Silent {
            let shown = crate::escape::sanitize(&line, crate::escape::LineEnds::Escape);
            write(&[&*shown, b"\n"].concat())?;
        }
        let Some(whole) = gather.feed(&line) else { continue };
        if face.line(desk, live, &whole)? {
            return Ok(());
        }
    }
}

/// Lines come in one after the other, and what they come to is printed below.
pub(super) struct Linear {
    pub(super) lines: Lines,
    input: Input,
    look: Look,
}

impl Linear {
    /// Begins to read.
    pub(super) fn open<S: Shell>(desk: &Shared<S>, setting: &Setting) -> Self {
        let interrupt = desk.lock().shell.console().interrupt.clone();
        let is_typed = setting.input == Input::Echoed;
        let lines = Lines::open(desk.bell().clone(), interrupt, is_typed);
        Self { lines, input: setting.input, look: setting.look }
    }

    /// Runs a whole line to its end, and prints what it came to; whether the learner leaves.
    pub(super) fn line<S: Shell>(
        &mut self,
        desk: &Shared<S>,
        live: &mut Option<Live<S>>,
        whole: &[u8],
    ) -> io::Result<bool> {
        let (mut turn, waiting) = {
            let mut desk = desk.lock();
            (desk.line(whole, self.look), desk.waiting())
        };
        if let Some(live) = live {
            turn.remark(live.settle());
        }
        if waiting == Some(Waiting::Messages) && self.input == Input::Echoed {
            let text = "listening; Ctrl-C or the next line ends it";
            print(&face::notice(text, self.look))?;
        }
        print(&face::render_turn(&turn, whole, self.look))?;
        if waiting.is_some() {
            stay(desk, self)?;
            if let Some(live) = live {
                let mut told = Turn::default();
                told.remark(live.settle());
                self.show(&told, true)?;
            }
        }
        Ok(turn.leave)
    }
}

impl Face for Linear {
    fn stop(&mut self, waiting: Waiting) -> Option<Stop> {
        if self.lines.is_interrupted() {
            return Some(Stop::Pressed);
        }
        // A script that listens for ever would never end.
        (waiting == Waiting::Messages && self.lines.is_ready()).then_some(Stop::Next)
    }

    fn look(&self) -> Look {
        self.look
    }

    fn show(&mut self, turn: &Turn, _paged: bool) -> io::Result<()> {
        print(&face::render_turn(turn, b"", self.look))
    }

    fn says_waiting(&self) -> bool {
        self.input == Input::Echoed
    }
}

/// Nobody reads a farewell at the end of a pipe.
fn farewell<S: Shell>(desk: &Shared<S>, setting: &Setting) -> io::Result<()> {
    let said = desk.lock().shell.farewell().filter(|_| setting.input == Input::Echoed);
    said.map_or(Ok(()), |text| print(&face::notice(&text, setting.look)))
}

fn prompt<S: Shell>(desk: &Shared<S>, gather: &Gather, look: Look) -> io::Result<()> {
    if let Some(open) = gather.open() {
        return print(&format!("{}> ", open.mark()));
    }
    let mut desk = desk.lock();
    let status = desk.status(look).map_or_else(String::new, |status| format!("{status}\n"));
    let prompt = desk.shell.console().prompt();
    drop(desk);
    print(&format!("{status}{prompt}"))
}

fn print(text: &str) -> io::Result<()> {
    write(text.as_bytes())
}

/// Writes all at once: another thread prints too.
fn write(bytes: &[u8]) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(bytes)?;
    output.flush()
}

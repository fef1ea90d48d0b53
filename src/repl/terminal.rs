//! The prompt on a terminal: lines are edited, long output is paged.

use std::io::{self, Write as _};
use std::sync::mpsc;
use std::thread;

use rustyline::ExternalPrinter;

use super::editor::{self, Editor, Entered, Key};
use super::face::{self, Pages, rows};
use super::gather::Gather;
use super::live::{self, Live, News};
use super::shared::Shared;
use super::stay::{Face, Interrupts, Stop, stay};
use super::{Desk, Piece, Setting, Shell, Turn};
use crate::lab::console::{Patience, Shown, Waiting};
use crate::screen::{Look, Tone, width};
use crate::syntax;

/// Reads and runs lines until the learner leaves.
pub(super) fn run<S: Shell>(shell: S, setting: &Setting) -> io::Result<()> {
    let (mut session, told) = Session::new(shell, setting)?;
    let ended = session.open(&told).and_then(|()| session.run()).and_then(|()| session.farewell());
    session.close();
    ended
}

/// A shell on a terminal.
pub(super) struct Session<S: Shell> {
    /// The shell, with what the prompt remembers.
    pub(super) desk: Shared<S>,
    /// The line editor.
    pub(super) editor: Editor<S>,
    gather: Gather,
    setting: Setting,
    live: Option<Live<S>>,
    interrupts: Interrupts,
}

impl<S: Shell> Session<S> {
    /// Takes the terminal; what is to be said about the history comes with it.
    pub(super) fn new(shell: S, setting: &Setting) -> io::Result<(Self, Vec<String>)> {
        let desk = Shared::new(Desk::new(shell));
        desk.lock().be_patient(Patience::Alone);
        let (editor, told) = Editor::open(desk.clone(), setting)?;
        let (gather, setting) = (Gather::default(), setting.clone());
        let interrupt = desk.lock().shell.console().interrupt.clone();
        let interrupts = Interrupts::hear(desk.bell(), interrupt);
        Ok((Self { desk, editor, gather, setting, live: None, interrupts }, told))
    }

    /// Leaves the terminal and closes the shell.
    pub(super) fn close(self) {
        let Self { desk, editor, live, .. } = self;
        // Whoever is still connected meets the data as they are; then they go to the disk.
        if let Some(live) = live {
            live.stop();
        }
        drop(editor);
        if let Some(desk) = desk.into_desk() {
            desk.shell.close();
        }
    }

    /// What the screen can do, as wide as it is now.
    pub(super) fn look(&self) -> Look {
        let width = screen_size().map_or(self.setting.look.width, |(columns, _)| columns);
        Look { width, ..self.setting.look }
    }

    fn open(&mut self, told: &[String]) -> io::Result<()> {
        let look = self.look();
        let greeting = self.desk.lock().shell.greeting(look);
        self.show(&greeting, b"")?;
        told.iter().try_for_each(|text| print(&face::notice(text, look)))?;
        self.listen()
    }

    /// Lets other programs connect to the prompt's servers, if that is wanted.
    pub(super) fn listen(&mut self) -> io::Result<()> {
        if !self.setting.listens {
            return Ok(());
        }
        let look = self.look();
        let told = match self
            .editor
            .printer()
            .and_then(|printer| Live::start(self.desk.clone(), look, news(printer, look)))
        {
            Ok((live, told)) => {
                self.live = Some(live);
                self.desk.lock().be_patient(Patience::Company);
                told
            }
            Err(error) => vec![live::unopened(&error)],
        };
        told.iter().try_for_each(|text| print(&face::notice(text, look)))
    }

    fn farewell(&self) -> io::Result<()> {
        let said = self.desk.lock().shell.farewell();
        said.map_or(Ok(()), |text| print(&face::notice(&text, self.look())))
    }

    /// Reads and runs lines until the learner leaves.
    pub(super) fn run(&mut self) -> io::Result<()> {
        loop {
            let look = self.look();
            let prompt = if let Some(open) = self.gather.open() {
                format!("{}> ", open.mark())
            } else {
                let mut desk = self.desk.lock();
                if let Some(status) = desk.status(look) {
                    print(&format!("{status}\n"))?;
                }
                desk.shell.console().prompt()
            };
            match self.editor.read(&prompt, self.gather.pending())? {
                Entered::Line(text) => {
                    if self.text(&text)? {
                        return Ok(());
                    }
                }
                Entered::Interrupt => {
                    self.gather.drop_pending();
                }
                Entered::End => {
                    if !self.gather.drop_pending() {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Runs what was entered, which holds several lines after a paste; whether the learner leaves.
    pub(super) fn text(&mut self, text: &str) -> io::Result<bool> {
        let mut lines: Vec<&[u8]> = syntax::pasted(text.as_bytes()).collect();
        if lines.is_empty() {
            // Nothing but Enter is a line too.
            lines.push(b"");
        }
        let several = lines.len() > 1 || self.gather.open().is_some();
        let mut pasted = 0;
        let mut leave = false;
        // Pressed while nothing ran, it meant nothing.
        self.interrupts.take();
        let mut lines = lines.into_iter();
        while let Some(line) = lines.next() {
            let Some(whole) = self.gather.feed(line) else { continue };
            self.editor.remember(&whole)?;
            pasted += 1;
            // Of several pasted lines each stands above its own reply.
            if several && (pasted > 1 || text.trim_end_matches('\n').len() > whole.len()) {
                let typed = String::from_utf8_lossy(&whole).into_owned();
                let typed =
                    Turn { pieces: vec![Piece::Shown(Shown::Typed(typed))], ..Turn::default() };
                self.show(&typed, &whole)?;
            }
            let (turn, stopped) = self.line(&whole)?;
            leave |= turn.leave;
            if leave {
                break;
            }
            let left = lines.len();
            if stopped && left > 0 {
                let lines = if left == 1 { "line was" } else { "lines were" };
                let text = format!("{left} more pasted {lines} not run");
                print(&face::notice(&text, self.look()))?;
                break;
            }
        }
        Ok(leave)
    }

    /// Runs a whole line to its end, and shows what it came to; whether it was ended by Ctrl-C.
    fn line(&mut self, whole: &[u8]) -> io::Result<(Turn, bool)> {
        let look = self.look();
        let (mut turn, waiting) = {
            let mut desk = self.desk.lock();
            (desk.line(whole, look), desk.waiting())
        };
        if let Some(live) = &mut self.live {
            turn.remark(live.settle());
        }
        if waiting == Some(Waiting::Messages) {
            print(&face::notice("listening; Ctrl-C ends it", look))?;
        }
        if waiting.is_none() {
            self.show(&turn, whole)?;
            return Ok((turn, false));
        }
        print(&face::render_turn(&turn, whole, look))?;
        let desk = self.desk.clone();
        let stopped = stay(&desk, self)?;
        if let Some(live) = &mut self.live {
            let mut told = Turn::default();
            told.remark(live.settle());
            self.show(&told, b"")?;
        }
        Ok((turn, stopped))
    }

    fn show(&mut self, turn: &Turn, line: &[u8]) -> io::Result<()> {
        if turn.clear {
            self.editor.clear()?;
        }
        let look = self.look();
        self.print(&face::render_turn(turn, line, look))
    }

    /// Prints text, screen by screen where it is long.
    pub(super) fn print(&mut self, text: &str) -> io::Result<()> {
        let Some((columns, height)) = screen_size() else { return print(text) };
        // The typed line stays in sight above its reply, and the prompt below it.
        if rows(text, columns) + 1 < height {
            return print(text);
        }
        self.page(text, columns, height)
    }

    fn page(&mut self, text: &str, columns: usize, height: usize) -> io::Result<()> {
        let mut pages = Pages::new(text, columns);
        let mut room = height.saturating_sub(2).max(1);
        loop {
            print(pages.take(room))?;
            if pages.is_done() {
                return Ok(());
            }
            let left = pages.left();
            let lines = if left == 1 { "line" } else { "lines" };
            let full = format!("--More-- {left} {lines}: Space, Enter, q");
            let prompt = if width(&full) < columns { full } else { "--More-- ".to_owned() };
            let key = self.editor.key(&prompt, editor::pager)?;
            room = match key {
                Key::Next => height.saturating_sub(1).max(1),
                Key::Row => 1,
                Key::Back
                | Key::Jump
                | Key::Live
                | Key::List
                | Key::Hint
                | Key::Help
                | Key::Quit => {
                    let text = format!("{left} more {lines} not shown");
                    return print(&format!("{}\n", self.look().paint(Tone::Dim, &text)));
                }
                Key::Letter(letter) => {
                    self.editor.begin(letter);
                    usize::MAX
                }
            };
        }
    }
}

impl<S: Shell> Face for Session<S> {
    fn stop(&mut self, _waiting: Waiting) -> Option<Stop> {
        self.interrupts.take().then_some(Stop::Pressed)
    }

    fn look(&self) -> Look {
        Session::look(self)
    }

    fn show(&mut self, turn: &Turn, paged: bool) -> io::Result<()> {
        // Nobody is asked for a key between two messages.
        if paged {
            return Session::show(self, turn, b"");
        }
        print(&face::render_turn(turn, b"", Session::look(self)))
    }

    fn says_waiting(&self) -> bool {
        true
    }
}

/// Prints what other programs bring about above the line that is being typed.
fn news(mut printer: impl ExternalPrinter + Send + 'static, look: Look) -> News {
    let (sender, texts) = mpsc::channel::<String>();
    // The printer waits while a line is run; whoever serves the sockets must not.
    thread::spawn(move || {
        for text in texts {
            if printer.print(text).is_err() {
                return;
            }
        }
    });
    Box::new(move |turn: Turn| {
        let width = screen_size().map_or(look.width, |(columns, _)| columns);
        // A terminal that is gone reads no news.
        let _ = sender.send(face::render_turn(&turn, b"", Look { width, ..look }));
    })
}

/// Columns and rows of the screen.
pub(super) fn screen_size() -> Option<(usize, usize)> {
    let (width, height) = terminal_size::terminal_size()?;
    Some((usize::from(width.0).max(1), usize::from(height.0).max(2)))
}

fn print(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()
}

//! The walkthrough without single keys: Enter reveals, a letter and Enter does what the key would.

use std::io::{self, Write as _};

use super::presenter::Presenter;
use super::render::{self, Paper};
use super::terminal::{NO_HINT, unknown_slide};
use super::{Style, keys};
use crate::escape::{LineEnds, sanitize};
use crate::lab::console::Patience;
use crate::lesson::walk::{Next, Piece, Walk};
use crate::repl::editor::Key;
use crate::repl::gather::Gather;
use crate::repl::linear::Linear;
use crate::repl::lines::Came;
use crate::repl::shared::Shared;
use crate::repl::{Desk, Input, Setting, Shell as _, face};

/// Presents to the end of the input, or until the presenter leaves.
pub(super) fn run(walk: Walk, setting: &Setting, style: &Style) -> io::Result<()> {
    let desk = Shared::new(Desk::new(Presenter { walk }));
    desk.lock().be_patient(Patience::Alone);
    let mut stand = Stand {
        face: Linear::open(&desk, setting),
        desk,
        output: io::stdout(),
        paper: Paper { look: setting.look, large: style.large },
        echo: setting.input == Input::Silent,
        hints: 0,
    };
    stand.show_slide()?;
    stand.present(style)
}

struct Stand {
    desk: Shared<Presenter>,
    face: Linear,
    output: io::Stdout,
    paper: Paper,
    /// Lines come from a file: what was read is printed, so that the output can be followed.
    echo: bool,
    hints: usize,
}

impl Stand {
    fn walk<T>(&self, with: impl FnOnce(&mut Walk) -> T) -> T {
        with(&mut self.desk.lock().shell.walk)
    }

    fn present(&mut self, style: &Style) -> io::Result<()> {
        loop {
            style.board.write(|| self.walk(|walk| (walk.deck().id.clone(), walk.at())));
            let columns = self.paper.look.columns();
            let bar = self.walk(|walk| keys::bar(walk.deck(), walk.at(), columns));
            let bar = bar.replace("Space", "Enter");
            let Some(line) = self.ask(&bar)? else { return Ok(()) };
            match keys::word(line.trim()) {
                Some(Key::Quit) => return Ok(()),
                Some(key) => self.act(key)?,
                None => self.say("that is no key here: `?` lists them, `!` opens a live prompt")?,
            }
        }
    }

    fn act(&mut self, key: Key) -> io::Result<()> {
        match key {
            Key::Next | Key::Row => self.next(),
            Key::Back => match self.walk(Walk::back) {
                Ok(true) => self.show_slide(),
                Ok(false) => self.say("this is the beginning"),
                Err(error) => self.say(&error.to_string()),
            },
            Key::Jump => self.jump(),
            Key::Live => self.live(),
            Key::List => {
                let paper = self.paper;
                let text = self.walk(|walk| render::list(walk, paper));
                self.print(&text)
            }
            Key::Hint => self.hint(),
            Key::Help => self.print(&keys::linear_help(self.paper.look)),
            Key::Quit | Key::Letter(_) => Ok(()),
        }
    }

    fn show_slide(&mut self) -> io::Result<()> {
        self.hints = 0;
        let paper = self.paper;
        let text = self.walk(|walk| render::slide(walk, paper));
        self.print(&text)
    }

    fn next(&mut self) -> io::Result<()> {
        match self.walk(Walk::forward) {
            Next::Slide => self.show_slide(),
            Next::Piece(Piece::Line(typing)) => {
                let prompt = self.desk.lock().shell.console().prompt();
                self.print(&format!("{prompt}{}\n", face::clean(&typing.text)))?;
                let Some(line) = self.ask("Enter runs it; another line is run instead: ")? else {
                    return Ok(());
                };
                let line = if line.trim().is_empty() { typing.text } else { line };
                self.run(line.as_bytes())
            }
            Next::Piece(piece) => {
                let text = match &piece {
                    Piece::Check => render::judged(&self.walk(Walk::judge), self.paper),
                    Piece::Text(_) | Piece::Quiz(_) | Piece::Answer(_) | Piece::Line(_) => {
                        render::piece(&piece, self.paper)
                    }
                };
                let below = self.walk(|walk| render::is_below_a_reply(walk, &piece));
                self.print(&format!("{}{text}", if below { "\n" } else { "" }))
            }
            Next::Over => self.say("the lesson is over: q ends the walkthrough, b goes back"),
        }
    }

    fn jump(&mut self) -> io::Result<()> {
        let last = self.walk(|walk| walk.deck().slides.len()).saturating_sub(1);
        let Some(text) = self.ask(&format!("go to step (0 to {last}, or its name): "))? else {
            return Ok(());
        };
        match self.walk(|walk| walk.deck().find(&text)) {
            Some(slide) => match self.walk(|walk| walk.jump(slide)) {
                Ok(()) => self.show_slide(),
                Err(error) => self.say(&error.to_string()),
            },
            None => self.say(&unknown_slide(&text, last)),
        }
    }

    fn live(&mut self) -> io::Result<()> {
        self.say("a live prompt on this store: `quit` goes back to the lesson")?;
        let mut gather = Gather::default();
        loop {
            let prompt = match gather.open() {
                Some(open) => format!("{}> ", open.mark()),
                None => self.desk.lock().shell.console().prompt(),
            };
            let Some(line) = self.ask(&prompt)? else { return Ok(()) };
            let Some(whole) = gather.feed(line.as_bytes()) else { continue };
            if self.face.line(&self.desk, &mut None, &whole)? {
                return self.say("back in the lesson");
            }
        }
    }

    fn hint(&mut self) -> io::Result<()> {
        let hints = self.walk(|walk| {
            let at = walk.at();
            walk.deck().slides.get(at.slide).map(|slide| slide.hints.clone()).unwrap_or_default()
        });
        let Some(text) = hints.get(self.hints) else { return self.say(NO_HINT) };
        self.hints += 1;
        let text = render::hint(self.hints, hints.len(), text, self.paper);
        self.print(&text)
    }

    fn run(&mut self, line: &[u8]) -> io::Result<()> {
        let Some(whole) = Gather::default().feed(line) else {
            return self.say("a quote was left open, so that line did not run");
        };
        self.face.line(&self.desk, &mut None, &whole).map(|_| ())
    }

    /// Reads a line; nothing at the end of the input.
    fn ask(&mut self, question: &str) -> io::Result<Option<String>> {
        let line = loop {
            self.print(question)?;
            match self.face.lines.take()? {
                Came::Line(line) => break line,
                Came::Interrupt => self.print("\n")?,
                Came::End => {
                    self.print("\n")?;
                    return Ok(None);
                }
            }
        };
        if self.echo {
            let shown = sanitize(&line, LineEnds::Escape);
            self.print(&format!("{}\n", String::from_utf8_lossy(&shown)))?;
        }
        Ok(Some(String::from_utf8_lossy(&line).into_owned()))
    }

    fn say(&mut self, text: &str) -> io::Result<()> {
        let text = face::notice(text, self.paper.look);
        self.print(&text)
    }

    fn print(&mut self, text: &str) -> io::Result<()> {
        self.output.write_all(text.as_bytes())?;
        self.output.flush()
    }
}

//! The walkthrough on a terminal: a key reveals, a command is typed out and waits for Enter.

use std::io::{self, Write as _};
use std::time::Duration;

use crossterm::event::{Event, KeyEventKind, poll, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use super::presenter::Presenter;
use super::render::{self, Paper};
use super::{Style, keys};
use crate::lesson::walk::{Next, Piece, Typing, Walk};
use crate::repl::editor::{Entered, Key};
use crate::repl::terminal::{Session, screen_size};
use crate::repl::{Setting, Shell as _, face};
use crate::screen::width;

/// Presents until the presenter leaves.
pub(super) fn run(walk: Walk, setting: &Setting, style: Style) -> io::Result<()> {
    let (session, told) = Session::new(Presenter { walk }, setting)?;
    let mut stand = Stand { session, style, hints: 0 };
    let ended = stand.open(&told).and_then(|()| stand.present());
    stand.session.close();
    ended
}

/// A presenter at a terminal.
struct Stand {
    session: Session<Presenter>,
    style: Style,
    /// How many hints of this slide were shown.
    hints: usize,
}

impl Stand {
    fn paper(&self) -> Paper {
        Paper { look: self.session.look(), large: self.style.large }
    }

    fn walk<T>(&self, with: impl FnOnce(&mut Walk) -> T) -> T {
        with(&mut self.session.desk.lock().shell.walk)
    }

    fn open(&mut self, told: &[String]) -> io::Result<()> {
        for text in told {
            self.say(text)?;
        }
        self.show_slide()
    }

    fn say(&mut self, text: &str) -> io::Result<()> {
        let text = face::notice(text, self.session.look());
        self.session.print(&text)
    }

    fn present(&mut self) -> io::Result<()> {
        loop {
            self.style.board.write(|| self.walk(|walk| (walk.deck().id.clone(), walk.at())));
            let columns = self.session.look().columns();
            let bar = self.walk(|walk| keys::bar(walk.deck(), walk.at(), columns));
            match self.session.editor.key(&bar, keys::meaning)? {
                Key::Next | Key::Row => self.next()?,
                Key::Back => {
                    let moved = self.walk(Walk::back);
                    match moved {
                        Ok(true) => self.show_slide()?,
                        Ok(false) => self.say("this is the beginning")?,
                        Err(error) => self.say(&error.to_string())?,
                    }
                }
                Key::Jump => self.jump()?,
                Key::Live => {
                    self.say(
                        "a live prompt on this store: `quit` or Ctrl-D goes back to the lesson",
                    )?;
                    self.session.run()?;
                    self.say("back in the lesson")?;
                }
                Key::List => {
                    let paper = self.paper();
                    let text = self.walk(|walk| render::list(walk, paper));
                    self.session.print(&text)?;
                }
                Key::Hint => self.hint()?,
                Key::Help => {
                    let text = keys::help(self.session.look());
                    self.session.print(&text)?;
                }
                // No letter begins a line between two pieces.
                Key::Letter(_) => {}
                Key::Quit => return Ok(()),
            }
        }
    }

    /// Clears the screen and shows the slide as far as it was shown.
    fn show_slide(&mut self) -> io::Result<()> {
        self.hints = 0;
        self.session.editor.clear()?;
        let paper = self.paper();
        let text = self.walk(|walk| render::slide(walk, paper));
        self.session.print(&text)
    }

    fn next(&mut self) -> io::Result<()> {
        match self.walk(Walk::forward) {
            Next::Slide => self.show_slide(),
            Next::Piece(Piece::Line(typing)) => self.type_out(&typing),
            Next::Piece(piece) => {
                let paper = self.paper();
                let text = match &piece {
                    Piece::Check => render::judged(&self.walk(Walk::judge), paper),
                    Piece::Text(_) | Piece::Quiz(_) | Piece::Answer(_) | Piece::Line(_) => {
                        render::piece(&piece, paper)
                    }
                };
                let gap = if self.walk(|walk| render::is_below_a_reply(walk, &piece)) {
                    "\n"
                } else {
                    ""
                };
                self.session.print(&format!("{gap}{text}"))
            }
            Next::Over => self.say("the lesson is over: q ends the walkthrough, b goes back"),
        }
    }

    /// A command stands at the prompt as if typed by hand; the presenter may change it.
    fn type_out(&mut self, typing: &Typing) -> io::Result<()> {
        let prompt = self.session.desk.lock().shell.console().prompt();
        if self.style.letters > 0 {
            animate(&prompt, &typing.text, self.style.letters)?;
        }
        match self.session.editor.offer(&prompt, &typing.text)? {
            Entered::Line(text) => self.session.text(&text).map(|_| ()),
            // The command was not wanted.
            Entered::Interrupt | Entered::End => Ok(()),
        }
    }

    fn jump(&mut self) -> io::Result<()> {
        let last = self.walk(|walk| walk.deck().slides.len().saturating_sub(1));
        let question = format!("go to step (0 to {last}, or its name): ");
        let Entered::Line(text) = self.session.editor.edit(&question, b"", "")? else {
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

    fn hint(&mut self) -> io::Result<()> {
        let hints = self.walk(|walk| {
            let at = walk.at();
            walk.deck().slides.get(at.slide).map(|slide| slide.hints.clone()).unwrap_or_default()
        });
        let Some(text) = hints.get(self.hints) else {
            return self.say(NO_HINT);
        };
        self.hints += 1;
        let text = render::hint(self.hints, hints.len(), text, self.paper());
        self.session.print(&text)
    }
}

/// What is said where no hint is left.
pub(super) const NO_HINT: &str = "there is no further hint for this step";

/// What is said of a step that is not there.
pub(super) fn unknown_slide(text: &str, last: usize) -> String {
    format!("there is no step {:?}; 0 to {last} go, or the name of one", text.trim())
}

/// Types a command letter by letter; any key shows the rest at once. Afterwards the cursor stands
/// where the prompt begins, for the editor to draw the same again.
fn animate(prompt: &str, text: &str, letters: u32) -> io::Result<()> {
    let pause = Duration::from_secs(1) / letters;
    enable_raw_mode()?;
    let typed = letter_by_letter(prompt, text, pause);
    disable_raw_mode()?;
    typed?;
    let columns = screen_size().map_or(80, |(columns, _)| columns);
    let taken = width(prompt) + width(text);
    // A full last row leaves the cursor in it.
    let above = taken.saturating_sub(1) / columns;
    let up = if above > 0 { format!("\x1b[{above}A") } else { String::new() };
    print(&format!("{up}\r\x1b[J"))
}

fn letter_by_letter(prompt: &str, text: &str, pause: Duration) -> io::Result<()> {
    print(prompt)?;
    let mut rest = text.chars();
    while let Some(letter) = rest.next() {
        print(&letter.to_string())?;
        if poll(pause)? && pressed()? {
            return print(rest.as_str());
        }
    }
    Ok(())
}

/// Whether what came from the terminal is a key; a change of its size is not.
fn pressed() -> io::Result<bool> {
    Ok(matches!(read()?, Event::Key(key) if key.kind == KeyEventKind::Press))
}

fn print(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()
}

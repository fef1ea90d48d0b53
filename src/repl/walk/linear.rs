//! The walkthrough without single keys: Enter reveals, a letter and Enter does what the key would.

use std::io::{self, BufRead as _, Write as _};

use super::presenter::Presenter;
use super::render::{self, Paper};
use super::terminal::{NO_HINT, unknown_slide};
use super::{Style, keys};
use crate::escape::{LineEnds, sanitize};
use crate::lesson::walk::{Next, Piece, Walk};
use crate::repl::editor::Key;
use crate::repl::gather::Gather;
use crate::repl::{Desk, Input, Setting, Shell as _, face};

/// Presents to the end of the input, or until the presenter leaves.
pub(super) fn run(walk: Walk, setting: &Setting, style: &Style) -> io::Result<()> {
    let mut stand = Stand {
        desk: Desk::new(Presenter { walk }),
        input: io::stdin().lock(),
        output: io::stdout().lock(),
        paper: Paper { look: setting.look, large: style.large },
        echo: setting.input == Input::Silent,
        hints: 0,
    };
    let slide = render::slide(&mut stand.desk.shell.walk, stand.paper);
    stand.print(&slide)?;
    stand.present(style)
}

struct Stand<'a> {
    desk: Desk<Presenter>,
    input: io::StdinLock<'a>,
    output: io::StdoutLock<'a>,
    paper: Paper,
    /// Lines come from a file: what was read is printed, so that the output can be followed.
    echo: bool,
    hints: usize,
}

impl Stand<'_> {
    fn present(&mut self, style: &Style) -> io::Result<()> {
        loop {
            let walk = &self.desk.shell.walk;
            style.board.write(|| (walk.deck().id.clone(), walk.at()));
            let bar = keys::bar(walk.deck(), walk.at(), self.paper.look.columns());
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
            Key::Back => match self.desk.shell.walk.back() {
                Ok(true) => self.show_slide(),
                Ok(false) => self.say("this is the beginning"),
                Err(error) => self.say(&error.to_string()),
            },
            Key::Jump => self.jump(),
            Key::Live => self.live(),
            Key::List => {
                let text = render::list(&self.desk.shell.walk, self.paper);
                self.print(&text)
            }
            Key::Hint => self.hint(),
            Key::Help => self.print(&keys::linear_help()),
            Key::Quit | Key::Letter(_) => Ok(()),
        }
    }

    fn show_slide(&mut self) -> io::Result<()> {
        self.hints = 0;
        let text = render::slide(&mut self.desk.shell.walk, self.paper);
        self.print(&text)
    }

    fn next(&mut self) -> io::Result<()> {
        match self.desk.shell.walk.forward() {
            Next::Slide => self.show_slide(),
            Next::Piece(Piece::Line(typing)) => {
                let prompt = self.desk.shell.console().prompt();
                self.print(&format!("{prompt}{}\n", face::clean(&typing.text)))?;
                let Some(line) = self.ask("Enter runs it; another line is run instead: ")? else {
                    return Ok(());
                };
                let line = if line.trim().is_empty() { typing.text } else { line };
                self.run(line.as_bytes())
            }
            Next::Piece(piece) => {
                let text = match &piece {
                    Piece::Check => render::judged(&self.desk.shell.walk.judge(), self.paper),
                    Piece::Text(_) | Piece::Quiz(_) | Piece::Answer(_) | Piece::Line(_) => {
                        render::piece(&piece, self.paper)
                    }
                };
                let below = render::is_below_a_reply(&self.desk.shell.walk, &piece);
                self.print(&format!("{}{text}", if below { "\n" } else { "" }))
            }
            Next::Over => self.say("the lesson is over: q ends the walkthrough, b goes back"),
        }
    }

    fn jump(&mut self) -> io::Result<()> {
        let last = self.desk.shell.walk.deck().slides.len().saturating_sub(1);
        let Some(text) = self.ask(&format!("go to step (0 to {last}, or its name): "))? else {
            return Ok(());
        };
        match self.desk.shell.walk.deck().find(&text) {
            Some(slide) => match self.desk.shell.walk.jump(slide) {
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
                None => self.desk.shell.console().prompt(),
            };
            let Some(line) = self.ask(&prompt)? else { return Ok(()) };
            let Some(whole) = gather.feed(line.as_bytes()) else { continue };
            let turn = self.desk.line(&whole, self.paper.look);
            for piece in &turn.pieces {
                let text = face::render_piece(piece, &whole, self.paper.look);
                self.print(&text)?;
            }
            if turn.leave {
                return self.say("back in the lesson");
            }
        }
    }

    fn hint(&mut self) -> io::Result<()> {
        let walk = &self.desk.shell.walk;
        let hints = walk.deck().slides.get(walk.at().slide).map(|slide| slide.hints.clone());
        let hints = hints.unwrap_or_default();
        let Some(text) = hints.get(self.hints) else { return self.say(NO_HINT) };
        self.hints += 1;
        let text = render::hint(self.hints, hints.len(), text, self.paper);
        self.print(&text)
    }

    fn run(&mut self, line: &[u8]) -> io::Result<()> {
        let Some(whole) = Gather::default().feed(line) else {
            return self.say("a quote was left open, so that line did not run");
        };
        let turn = self.desk.line(&whole, self.paper.look);
        for piece in &turn.pieces {
            let text = face::render_piece(piece, &whole, self.paper.look);
            self.print(&text)?;
        }
        Ok(())
    }

    /// Reads a line; nothing at the end of the input.
    fn ask(&mut self, question: &str) -> io::Result<Option<String>> {
        self.print(question)?;
        let mut typed = Vec::new();
        if self.input.read_until(b'\n', &mut typed)? == 0 {
            self.print("\n")?;
            return Ok(None);
        }
        let line = typed.strip_suffix(b"\n").unwrap_or(&typed);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if self.echo {
            let shown = sanitize(line, LineEnds::Escape);
            self.print(&format!("{}\n", String::from_utf8_lossy(&shown)))?;
        }
        Ok(Some(String::from_utf8_lossy(line).into_owned()))
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

//! The prompt without editing: lines from standard input, everything printed one below the other.

use std::io::{self, BufRead as _, Write as _};

use super::face;
use super::gather::Gather;
use super::{Desk, Input, Setting, Shell};
use crate::screen::Look;

/// Reads lines to the end of the input, or until the learner leaves.
pub(super) fn run<S: Shell>(shell: S, setting: &Setting) -> io::Result<()> {
    let look = setting.look;
    let mut desk = Desk::new(shell);
    let ended = lines(&mut desk, setting, look).and_then(|()| farewell(&desk, setting, look));
    desk.shell.close();
    ended
}

fn lines<S: Shell>(desk: &mut Desk<S>, setting: &Setting, look: Look) -> io::Result<()> {
    let mut gather = Gather::default();
    let mut input = io::stdin().lock();
    let mut output = io::stdout().lock();
    let greeting = desk.shell.greeting(look);
    for piece in &greeting.pieces {
        output.write_all(face::render_piece(piece, b"", look).as_bytes())?;
    }
    let mut typed = Vec::new();
    loop {
        prompt(&mut output, desk, &gather, look)?;
        typed.clear();
        if input.read_until(b'\n', &mut typed)? == 0 {
            if setting.input == Input::Echoed {
                output.write_all(b"\n")?;
            }
            if let Some(open) = gather.open() {
                let text =
                    format!("the quote {} was never closed, so that line did not run", open.mark());
                output.write_all(face::notice(&text, look).as_bytes())?;
            }
            return output.flush();
        }
        let line = typed.strip_suffix(b"\n").unwrap_or(&typed);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if setting.input == Input::Silent {
            let shown = crate::escape::sanitize(line, crate::escape::LineEnds::Escape);
            output.write_all(&shown)?;
            output.write_all(b"\n")?;
        }
        let Some(whole) = gather.feed(line) else { continue };
        let turn = desk.line(&whole, look);
        for piece in &turn.pieces {
            output.write_all(face::render_piece(piece, &whole, look).as_bytes())?;
        }
        output.flush()?;
        if turn.leave {
            return Ok(());
        }
    }
}

/// Nobody reads a farewell at the end of a pipe.
fn farewell<S: Shell>(desk: &Desk<S>, setting: &Setting, look: Look) -> io::Result<()> {
    let said = desk.shell.farewell().filter(|_| setting.input == Input::Echoed);
    said.map_or(Ok(()), |text| io::stdout().write_all(face::notice(&text, look).as_bytes()))
}

fn prompt<S: Shell>(
    output: &mut impl io::Write,
    desk: &mut Desk<S>,
    gather: &Gather,
    look: Look,
) -> io::Result<()> {
    if let Some(open) = gather.open() {
        write!(output, "{}> ", open.mark())?;
    } else {
        if let Some(status) = desk.status(look) {
            writeln!(output, "{status}")?;
        }
        output.write_all(desk.shell.console().prompt().as_bytes())?;
    }
    output.flush()
}

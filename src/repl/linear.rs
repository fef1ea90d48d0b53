//! The prompt without editing: lines from standard input, everything printed one below the other.

use std::io::{self, BufRead as _, Write as _};

use super::face;
use super::gather::Gather;
use super::live::{self, Live, News};
use super::shared::Shared;
use super::{Desk, Input, Setting, Shell, Turn};
use crate::screen::Look;
use crate::syntax::Open;

/// Reads lines to the end of the input, or until the learner leaves.
pub(super) fn run<S: Shell>(shell: S, setting: &Setting) -> io::Result<()> {
    let desk = Shared::new(Desk::new(shell));
    let greeting = desk.lock().shell.greeting(setting.look);
    print(&face::render_turn(&greeting, b"", setting.look))?;
    let mut live = None;
    if setting.listens {
        let told = match Live::start(desk.clone(), setting.look, news(desk.clone(), setting.look)) {
            Ok((opened, told)) => {
                live = Some(opened);
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
    let mut input = io::stdin().lock();
    let mut typed = Vec::new();
    loop {
        prompt(desk, &gather, look)?;
        typed.clear();
        if input.read_until(b'\n', &mut typed)? == 0 {
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
        let line = typed.strip_suffix(b"\n").unwrap_or(&typed);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if setting.input == Input::Silent {
            let shown = crate::escape::sanitize(line, crate::escape::LineEnds::Escape);
            write(&[&*shown, b"\n"].concat())?;
        }
        let Some(whole) = gather.feed(line) else { continue };
        let mut turn = desk.lock().line(&whole, look);
        if let Some(live) = live {
            turn.remark(live.settle());
        }
        print(&face::render_turn(&turn, &whole, look))?;
        if turn.leave {
            return Ok(());
        }
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

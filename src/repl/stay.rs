//! A face stays with a line that takes its time: it shows what comes, and lets Ctrl-C end it. Nobody
//! holds the desk meanwhile, so that other programs are served. Knows no terminal.

use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use signal_hook::consts::SIGINT;
use signal_hook::iterator::Signals;

use super::shared::Shared;
use super::{Shell, Turn};
use crate::lab::console::Waiting;
use crate::screen::Look;
use crate::server::Interrupt;

/// After so many milliseconds it is said that a line waits: who waits for less has not begun to wonder.
const SAID_AFTER_MS: i64 = 1000;

/// How often it is looked whether a server elsewhere has sent something.
const LOOKS: Duration = Duration::from_millis(20);

/// What is said then.
const WAITING: &str = "waiting; Ctrl-C ends it";

/// Wakes a face from another thread. A ring is kept until somebody has heard it.
#[derive(Debug, Clone, Default)]
pub(super) struct Bell(Arc<(Mutex<bool>, Condvar)>);

impl Bell {
    pub(super) fn ring(&self) {
        let (rung, heard) = &*self.0;
        *rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        heard.notify_all();
    }

    /// Waits for a ring, for `longest` at most.
    pub(super) fn wait(&self, longest: Option<Duration>) {
        let (rung, heard) = &*self.0;
        let mut rung = rung.lock().unwrap_or_else(PoisonError::into_inner);
        let is_quiet = |rung: &mut bool| !*rung;
        rung = match longest {
            Some(longest) => {
                let waited = heard.wait_timeout_while(rung, longest, is_quiet);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
            None => heard.wait_while(rung, is_quiet).unwrap_or_else(PoisonError::into_inner),
        };
        *rung = false;
    }
}

/// Ctrl-C on a terminal that is not read key by key just now. From then on it ends nothing by itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Interrupts(Interrupt);

impl Interrupts {
    /// Hears it from now on, and rings.
    /// Scripts that heed `interrupt` end by it.
    pub(super) fn hear(bell: &Bell, interrupt: Interrupt) -> Self {
        let heard = Self(interrupt);
        let (pressed, bell) = (heard.clone(), bell.clone());
        // Without it Ctrl-C ends kvtutor, which loses nothing.
        if let Ok(mut signals) = Signals::new([SIGINT]) {
            thread::spawn(move || {
                for _ in signals.forever() {
                    pressed.0.raise();
                    bell.ring();
                }
            });
        }
        heard
    }

    /// Whether it was pressed since this was last asked.
    pub(super) fn take(&self) -> bool {
        self.0.take()
    }
}

/// Why a face ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// Ctrl-C, which stands on the screen.
    Pressed,
    /// What comes next has come, and a line that listens ends for it.
    Next,
}

/// How a face stays with a line.
pub(super) trait Face {
    /// Whether the line is to end now.
    fn stop(&mut self, waiting: Waiting) -> Option<Stop>;

    /// What the screen can do.
    fn look(&self) -> Look;

    /// Shows something; `paged` says that it may be shown screen by screen: nothing comes after it.
    fn show(&mut self, turn: &Turn, paged: bool) -> io::Result<()>;

    /// Shows that a line waits, where somebody could do something about it.
    fn says_waiting(&self) -> bool;
}

/// Stays with the line that was run last until it has come to its end. Whether it was ended by Ctrl-C.
pub(super) fn stay<S: Shell>(desk: &Shared<S>, face: &mut dyn Face) -> io::Result<bool> {
    let (clock, is_elsewhere) = {
        let desk = desk.lock();
        let console = desk.shell.console();
        (console.clock().clone(), console.is_elsewhere())
    };
    let began = clock.now().ms();
    let (mut is_said, mut pressed) = (!face.says_waiting(), false);
    loop {
        let Some(waiting) = desk.lock().waiting() else { return Ok(pressed) };
        let stop = face.stop(waiting);
        if stop == Some(Stop::Pressed) {
            pressed = true;
            face.show(&Turn::text("\n"), false)?;
        }
        let look = face.look();
        let (turns, next) = {
            let mut desk = desk.lock();
            (desk.stay(stop.is_some(), look), desk.waiting())
        };
        let paged = next.is_none() && matches!(waiting, Waiting::Reply(_));
        for turn in turns.iter().filter(|turn| !turn.pieces.is_empty()) {
            face.show(turn, paged)?;
        }
        let until = match next {
            None => return Ok(pressed),
            Some(Waiting::Nothing) => continue,
            Some(Waiting::Messages) => None,
            Some(Waiting::Reply(until)) => {
                let now = clock.now().ms();
                if !is_said && now - began >= SAID_AFTER_MS {
                    is_said = true;
                    face.show(&Turn::notice(WAITING), false)?;
                }
                let said_at = (!is_said).then_some(began + SAID_AFTER_MS);
                until.into_iter().chain(said_at).min()
            }
        };
        let left = until.map(|until| u64::try_from(until - clock.now().ms()).unwrap_or(0));
        let mut left = left.map(Duration::from_millis);
        if is_elsewhere {
            // A server elsewhere rings no bell.
            left = Some(left.map_or(LOOKS, |left| left.min(LOOKS)));
        }
        desk.bell().wait(left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repl::testing::console;
    use crate::repl::{Desk, Play, face};

    /// A face that stops when it is told to, and keeps what it shows.
    struct Paper {
        stops: Vec<Option<Stop>>,
        shown: String,
    }

    impl Face for Paper {
        fn stop(&mut self, _waiting: Waiting) -> Option<Stop> {
            self.stops.pop().flatten()
        }

        fn look(&self) -> Look {
            Look::PLAIN
        }

        fn show(&mut self, turn: &Turn, _paged: bool) -> io::Result<()> {
            self.shown += &face::render_turn(turn, b"", Look::PLAIN);
            Ok(())
        }

        fn says_waiting(&self) -> bool {
            true
        }
    }

    #[test]
    fn a_ring_is_heard_by_who_waits_later() {
        let bell = Bell::default();
        bell.clone().ring();
        bell.wait(None);
        bell.wait(Some(Duration::ZERO));
    }

    #[test]
    fn a_face_shows_what_comes_until_the_line_ends() {
        let mut console = console();
        console.patience = crate::lab::console::Patience::Company;
        console.run(b"SUBSCRIBE news");
        let desk = Shared::new(Desk::new(Play::new(console, Vec::new())));
        let news = Turn::notice("somebody did something");
        assert_eq!(desk.lock().tell(news), None);
        // It looks once because the bell rings, and once because a key was pressed.
        desk.bell().ring();
        let mut paper = Paper { stops: vec![Some(Stop::Pressed), None], shown: String::new() };
        assert!(stay(&desk, &mut paper).unwrap());
        assert_eq!(paper.shown, "note: somebody did something\n\n");
        let news = Turn::notice("somebody did something");
        assert_eq!(desk.lock().tell(news.clone()), Some(news));
        let mut paper = Paper { stops: Vec::new(), shown: String::new() };
        assert!(!stay(&desk, &mut paper).unwrap());
        assert_eq!(paper.shown, "");
    }
}

//! A presentation that runs: where it stands, what was typed, and the store that goes with it.
//!
//! Everything lives on a disk in memory, so a presentation leaves nothing behind and can be taken
//! back: the store of an earlier place is made again from what was typed up to there, improvised
//! lines included.

use std::path::PathBuf;
use std::sync::Arc;

use super::deck::{Deck, Piece, Typing};
use crate::lab::console::{Console, ConsoleError, Ran};
use crate::lab::remote::Connect;
use crate::lesson::catalogue::{Catalogue, Entry};
use crate::lesson::check::eval::Outcome;
use crate::lesson::format::Step;
use crate::lesson::stage::{Place, Scene, Stage, scenes_before};
use crate::persistence::storage::MemoryDisk;
use crate::server::Clock;

/// A place in a deck: how many pieces of which slide are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// The slide; 0 is the introduction.
    pub slide: usize,
    /// How many of its pieces are shown.
    pub shown: usize,
}

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// A new slide.
    Slide,
    /// A piece that is shown. A line among them is to be handed to [`Walk::run`].
    Piece(Piece),
    /// Nothing: the presentation is over.
    Over,
}

/// A line that was typed, and what it printed.
#[derive(Debug, Clone)]
pub struct Typed {
    /// After which piece.
    pub at: At,
    /// The prompt it was typed at.
    pub prompt: String,
    /// What was typed.
    pub line: Vec<u8>,
    /// What came of it.
    pub ran: Ran,
}

/// A presentation that runs.
pub struct Walk {
    catalogue: Arc<Catalogue>,
    deck: Deck,
    clock: Clock,
    seed: u64,
    /// The server to use instead of kvtutor's own.
    connect: Option<Connect>,
    stage: Stage,
    at: At,
    /// The slide whose proved state everything that was typed is based on.
    anchor: usize,
    typed: Vec<Typed>,
    /// The database to go back to after lines of another one.
    aside: Option<u32>,
}

impl Walk {
    /// Begins the presentation of a lesson; `None` if the catalogue has no such lesson.
    pub fn open(
        catalogue: &Arc<Catalogue>,
        lesson: &str,
        clock: Clock,
        seed: u64,
        connect: Option<Connect>,
    ) -> Option<Result<Self, ConsoleError>> {
        let entry = catalogue.get(lesson)?;
        let stage = match empty(entry, &clock, seed, connect.as_ref()) {
            Ok(stage) => stage,
            Err(error) => return Some(Err(error)),
        };
        let mut walk = Self {
            catalogue: Arc::clone(catalogue),
            deck: Deck::of(&entry.lesson),
            clock,
            seed,
            connect,
            stage,
            at: At::default(),
            anchor: 0,
            typed: Vec::new(),
            aside: None,
        };
        Some(walk.rebuild(At::default()).map(|()| walk))
    }

    /// What is presented.
    pub fn deck(&self) -> &Deck {
        &self.deck
    }

    /// Where it stands.
    pub fn at(&self) -> At {
        self.at
    }

    /// The console that lines run in.
    pub fn console(&self) -> &Console {
        &self.stage.console
    }

    /// The console that lines run in.
    pub fn console_mut(&mut self) -> &mut Console {
        &mut self.stage.console
    }

    /// Everything that was typed up to here.
    pub fn typed(&self) -> &[Typed] {
        &self.typed
    }

    /// What was typed right after a piece was shown.
    pub fn typed_at(&self, at: At) -> impl Iterator<Item = &Typed> {
        self.typed.iter().filter(move |typed| typed.at == at)
    }

    /// Goes on by one piece, or to the next slide.
    pub fn forward(&mut self) -> Next {
        let Some(slide) = self.deck.slides.get(self.at.slide) else { return Next::Over };
        if let Some(piece) = slide.pieces.get(self.at.shown) {
            let piece = piece.clone();
            self.at.shown += 1;
            match &piece {
                Piece::Line(typing) => self.go_to_database_of(typing),
                Piece::Text(_) | Piece::Quiz(_) | Piece::Answer(_) | Piece::Check => {
                    self.come_back();
                }
            }
            return Next::Piece(piece);
        }
        if self.at.slide + 1 >= self.deck.slides.len() {
            return Next::Over;
        }
        self.come_back();
        self.at = At { slide: self.at.slide + 1, shown: 0 };
        self.enter(self.at.slide);
        Next::Slide
    }

    /// Runs a line, of the deck or improvised.
    pub fn run(&mut self, line: &[u8]) -> Ran {
        let prompt = self.stage.console.prompt();
        let ran = self.submit(line);
        // What leads back to the keys is no part of the story.
        if !ran.leave {
            let (at, line) = (self.at, line.to_vec());
            self.typed.push(Typed { at, prompt, line, ran: ran.clone() });
        }
        ran
    }

    /// What has become of a line that waits since it was looked at last; `stop` ends it.
    pub fn go_on(&mut self, stop: bool) -> Ran {
        let ran = self.stage.go_on(stop);
        if let Some(typed) = self.typed.last_mut() {
            typed.ran.append(ran.clone());
        }
        ran
    }

    /// What other programs did through the ports. It is no part of the story: going back forgets it.
    pub fn received(&mut self) -> Ran {
        self.stage.received()
    }

    /// What the checks of this slide's step say of the store.
    pub fn judge(&mut self) -> Vec<Outcome> {
        let catalogue = Arc::clone(&self.catalogue);
        step_of(&catalogue, &self.deck, self.at.slide)
            .map(|step| self.stage.judge(step))
            .unwrap_or_default()
    }

    /// Goes back by one piece, the store too; `false` at the very beginning.
    pub fn back(&mut self) -> Result<bool, ConsoleError> {
        let before = if self.at.shown > 0 {
            At { shown: self.at.shown - 1, ..self.at }
        } else {
            let Some(slide) = self.at.slide.checked_sub(1) else { return Ok(false) };
            let pieces = self.deck.slides.get(slide).map_or(0, |slide| slide.pieces.len());
            At { slide, shown: pieces }
        };
        if before.slide < self.anchor {
            self.anchor = before.slide;
            self.typed.clear();
            // What the presenter skipped was never typed: the slide is shown from its beginning.
            self.rebuild(At { slide: before.slide, shown: 0 })?;
        } else {
            self.rebuild(before)?;
        }
        Ok(true)
    }

    /// Goes to the beginning of a slide. One that was reached before has the store it had then, any
    /// other the store that it is proved with.
    pub fn jump(&mut self, slide: usize) -> Result<(), ConsoleError> {
        if slide < self.anchor || slide > self.at.slide {
            self.anchor = slide;
            self.typed.clear();
        }
        self.rebuild(At { slide, shown: 0 })
    }

    /// Makes the store of a place again, from the anchor's proved state and what was typed since.
    fn rebuild(&mut self, to: At) -> Result<(), ConsoleError> {
        let catalogue = Arc::clone(&self.catalogue);
        let Some(entry) = catalogue.get(&self.deck.id) else { return Ok(()) };
        self.stage = empty(entry, &self.clock, self.seed, self.connect.as_ref())?;
        self.aside = None;
        let first = step_of(&catalogue, &self.deck, self.anchor.max(1));
        for scene in scenes_before(&catalogue, entry, self.anchor.max(1) - 1) {
            // The step's own setup runs when its slide is entered.
            if !first.is_some_and(|step| std::ptr::eq(step, scene.step)) {
                self.stage.play(scene);
            }
        }
        self.stage.console.fresh_client();
        self.at = At { slide: self.anchor, shown: 0 };
        self.enter(self.anchor);
        let mut kept = std::mem::take(&mut self.typed);
        kept.retain(|typed| typed.at <= to);
        for typed in kept {
            self.advance(typed.at);
            self.run(&typed.line);
        }
        self.advance(to);
        Ok(())
    }

    /// Goes on to a place without running its lines.
    fn advance(&mut self, to: At) {
        while self.at < to {
            if matches!(self.forward(), Next::Over) {
                return;
            }
        }
    }

    /// A slide begins: its setup runs beside the presenter's own client.
    fn enter(&mut self, slide: usize) {
        let catalogue = Arc::clone(&self.catalogue);
        let Some(entry) = catalogue.get(&self.deck.id) else { return };
        let Some(step) = step_of(&catalogue, &self.deck, slide) else { return };
        if let Some(script) = step.setup() {
            let aside = self.stage.console.step_aside();
            self.stage.play(Scene { entry, step, script });
            self.stage.console.step_back(aside);
        }
        self.stage.begin_step();
    }

    fn submit(&mut self, line: &[u8]) -> Ran {
        let catalogue = Arc::clone(&self.catalogue);
        match step_of(&catalogue, &self.deck, self.at.slide) {
            Some(step) => self.stage.run(line, step),
            None => self.stage.console.run(line),
        }
    }

    /// A shown transcript may have a database of its own; nobody types the way there.
    fn go_to_database_of(&mut self, typing: &Typing) {
        let Some(db) = typing.db else { return self.come_back() };
        let now = self.stage.console.db();
        if now != db {
            self.aside.get_or_insert(now);
            self.stage.console.run(format!("SELECT {db}").as_bytes());
        }
    }

    fn come_back(&mut self) {
        if let Some(db) = self.aside.take() {
            self.stage.console.run(format!("SELECT {db}").as_bytes());
        }
    }
}

fn empty(
    entry: &Entry,
    clock: &Clock,
    seed: u64,
    connect: Option<&Connect>,
) -> Result<Stage, ConsoleError> {
    let place = Place {
        root: PathBuf::from("/lesson"),
        storage: Arc::new(MemoryDisk::new()),
        clock: clock.clone(),
        seed,
        connect: connect.cloned(),
    };
    let (mut stage, _) = Stage::open(&place, entry)?;
    if connect.is_some() {
        stage.console.wipe()?;
    }
    Ok(stage)
}

fn step_of<'a>(catalogue: &'a Catalogue, deck: &Deck, slide: usize) -> Option<&'a Step> {
    catalogue.get(&deck.id)?.lesson.steps.get(slide.checked_sub(1)?)
}

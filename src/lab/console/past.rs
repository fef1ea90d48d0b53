//! What the learner's last lines changed: `:changed` tells it, `:undo` takes it back, one line at a
//! time. What cannot be taken back stands among them and is said in its turn.
//!
//! Knows no server: it is told what a line changed, and gives back what is to be restored.

use super::{Answer, Event, Shown};
use crate::escape::{LineEnds, repr, sanitize};
use crate::lab::LabEvent;
use crate::server::{Change, merge};
use crate::syntax::{Line, Repeat, join};

/// How many lines can be taken back.
const DEPTH: usize = 100;

/// How many changed keys are told.
const TOLD: usize = 40;

/// The longest line that is shown whole.
const LONGEST: usize = 48;

/// The lines that did something, the last one at the end.
#[derive(Debug, Default)]
pub(super) struct Past {
    steps: Vec<Step>,
    /// What the line that runs now has changed so far.
    now: Vec<(Answer, Change)>,
    /// Whether the line that runs now asked a server.
    asked: bool,
    /// Whether another program has changed keys while it ran.
    joined: bool,
    /// The last line that asked a server, if it changed nothing.
    idle: Option<String>,
    /// The last line that changed keys, and what it changed.
    last: Option<(String, Vec<Change>)>,
    age: Age,
}

/// How long ago the last change was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Age {
    /// Nothing was typed since, so nobody doubts which line is meant.
    Fresh,
    #[default]
    Older,
    /// It was made before this step of a lesson began.
    BeforeStep,
}

/// What one line did.
#[derive(Debug, Clone)]
enum Step {
    /// It changed keys.
    Keys(Done),
    /// It did what no change of keys takes back.
    Else { line: String, why: String },
}

/// A line that changed keys of a server.
#[derive(Debug, Clone)]
pub(super) struct Done {
    /// The line, cut where it is long.
    pub(super) line: String,
    /// Whose keys.
    pub(super) answer: Answer,
    /// The keys.
    pub(super) changes: Vec<Change>,
}

/// What `:undo` has to do.
#[derive(Debug)]
pub(super) enum Undo {
    /// There is nothing.
    Nothing,
    /// Put these keys back.
    Keys {
        /// Which.
        done: Done,
        /// Whether it must be said which line that was.
        named: bool,
    },
    /// Only say this.
    Say(String),
}

impl Past {
    /// A line begins.
    pub(super) fn begin(&mut self) {
        self.now.clear();
        (self.asked, self.joined) = (false, false);
    }

    /// A command of the line was sent, and changed these keys.
    pub(super) fn changed(&mut self, answer: &Answer, changes: &[Change]) {
        self.asked = true;
        self.now.extend(changes.iter().map(|change| (answer.clone(), change.clone())));
    }

    /// The line ends.
    pub(super) fn end(&mut self, line: &Line, events: &[Event]) {
        let text = shown(line);
        let now = std::mem::take(&mut self.now);
        let answer = now.first().map(|(answer, _)| answer.clone());
        let changes = merge(now.into_iter().map(|(_, change)| change).collect());
        let ended: Vec<Answer> = events.iter().filter_map(ended).collect();
        let power = events.iter().any(|event| matches!(event, Event::PowerLoss));
        let before = self.steps.len();
        self.steps.retain(|step| match step {
            Step::Keys(done) => !power && !ended.contains(&done.answer),
            Step::Else { .. } => true,
        });
        if let Some(answer) = answer.filter(|_| !changes.is_empty()) {
            self.last = Some((text.clone(), changes.clone()));
            self.idle = None;
            self.age = Age::Fresh;
            self.push(Step::Keys(Done { line: text, answer, changes }));
        } else if before > self.steps.len() {
            (self.last, self.idle) = (None, None);
            let why = "it ended the server, and what was changed before is not taken back either";
            self.push(Step::Else { line: text, why: why.to_owned() });
        } else if let Some(why) = events.iter().find_map(lasting) {
            self.stands_idle(text.clone());
            self.push(Step::Else { line: text, why: why.to_owned() });
        } else if self.asked && !self.joined {
            self.stands_idle(text);
        }
    }

    /// Clients of another program have changed these keys; `line` says what they sent.
    pub(super) fn visited(&mut self, line: String, answer: &Answer, changes: &[Change]) {
        if changes.is_empty() {
            return;
        }
        self.last = Some((line.clone(), changes.to_vec()));
        self.idle = None;
        self.joined = true;
        // Nobody at the prompt has seen it happen: `:undo` says what it takes back.
        self.age = Age::Older;
        self.push(Step::Keys(Done { line, answer: answer.clone(), changes: changes.to_vec() }));
    }

    /// A line has changed no key.
    fn stands_idle(&mut self, line: String) {
        self.idle = Some(line);
        if self.age == Age::Fresh {
            self.age = Age::Older;
        }
    }

    fn push(&mut self, step: Step) {
        self.steps.push(step);
        if self.steps.len() > DEPTH {
            self.steps.remove(0);
        }
    }

    /// Takes the last line that did something.
    pub(super) fn undo(&mut self) -> Undo {
        let named = self.age != Age::Fresh;
        if !named {
            self.age = Age::Older;
        }
        match self.steps.pop() {
            None if self.age == Age::BeforeStep => Undo::Say(
                "nothing has changed since this step began, and it began with data of its own: what \
                 came before is not taken back"
                    .to_owned(),
            ),
            None => Undo::Nothing,
            Some(Step::Keys(done)) => Undo::Keys { done, named },
            Some(Step::Else { line, why }) => {
                let next = match self.steps.last() {
                    Some(Step::Keys(done)) => {
                        format!("; :undo again takes back {}", done.line)
                    }
                    Some(Step::Else { .. }) | None => String::new(),
                };
                Undo::Say(format!("{line} is not taken back: {why}{next}"))
            }
        }
    }

    /// What was popped could not be put back after all.
    pub(super) fn keep(&mut self, done: Done) {
        self.steps.push(Step::Keys(done));
    }

    /// `:undo` has changed these keys.
    pub(super) fn undone(&mut self, changes: Vec<Change>) {
        self.last = Some((":undo".to_owned(), changes));
        self.idle = None;
    }

    /// A step of a lesson has put data in place: what came before is still told, but to take it back
    /// could spoil what the step begins with.
    pub(super) fn part(&mut self) {
        self.steps.clear();
        self.idle = None;
        self.age = if self.last.is_some() { Age::BeforeStep } else { Age::Older };
    }

    /// Everything is forgotten.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// What `:changed` shows.
    pub(super) fn tell(&self) -> Vec<Shown> {
        let Some((line, changes)) = &self.last else {
            return vec![Shown::Notice(match &self.idle {
                Some(idle) => format!("{idle} changed no key, and nothing before it did"),
                None => "no command has changed anything yet".to_owned(),
            })];
        };
        let mut shown = Vec::new();
        let is_earlier = self.age == Age::BeforeStep;
        let before = if is_earlier { "before this step began" } else { "before it" };
        match &self.idle {
            Some(idle) => {
                shown.push(Shown::Notice(format!("{idle} changed no key; {before}, {line} did:")));
            }
            None if is_earlier => {
                shown.push(Shown::Notice(format!("{before}, {line} changed this:")));
            }
            None => {}
        }
        shown.extend(changes.iter().take(TOLD).map(|change| Shown::Text(tell(change))));
        if changes.len() > TOLD {
            shown.push(Shown::Notice(format!("and {} more keys", changes.len() - TOLD)));
        }
        shown
    }
}

/// The server that an event says has ended.
fn ended(event: &Event) -> Option<Answer> {
    match event {
        Event::Lab(
            LabEvent::Stopped(who)
            | LabEvent::Killed(who)
            | LabEvent::Restarted(who)
            | LabEvent::Removed(who),
        ) => Some(Answer::Container(who.id.clone())),
        Event::SandboxKilled => Some(Answer::Sandbox),
        Event::Lab(
            LabEvent::Pulled(_)
            | LabEvent::Untagged(_)
            | LabEvent::Created(_)
            | LabEvent::Started { .. }
            | LabEvent::Renamed(_)
            | LabEvent::VolumeCreated(_)
            | LabEvent::VolumeRemoved(_),
        )
        | Event::Used { .. }
        | Event::Client(_)
        | Event::PowerLoss => None,
    }
}

/// Why what an event tells of is not taken back, if it lasts.
fn lasting(event: &Event) -> Option<&'static str> {
    match event {
        Event::Used { command, failed: false, .. } => match command.as_str() {
            "CONFIG|SET" => Some("it changed a setting, not keys"),
            "SHUTDOWN" => Some("it ended the server"),
            _ => None,
        },
        Event::Lab(LabEvent::Pulled(_) | LabEvent::Untagged(_))
        | Event::Used { failed: true, .. }
        | Event::Client(_) => None,
        Event::Lab(LabEvent::VolumeCreated(_) | LabEvent::VolumeRemoved(_)) => {
            Some("it changed a volume, not keys")
        }
        Event::Lab(
            LabEvent::Created(_)
            | LabEvent::Started { .. }
            | LabEvent::Renamed(_)
            | LabEvent::Stopped(_)
            | LabEvent::Killed(_)
            | LabEvent::Restarted(_)
            | LabEvent::Removed(_),
        ) => Some("it changed a container, not keys"),
        Event::SandboxKilled | Event::PowerLoss => Some("it ended the server"),
    }
}

/// A command as it would be typed; cut where it is long.
pub(super) fn command(words: &[Vec<u8>]) -> String {
    // No more of it is shown than a few words.
    let head: Vec<&[u8]> =
        words.iter().take(LONGEST).map(|word| word.get(..LONGEST).unwrap_or(word)).collect();
    cut(&join(&head))
}

/// A line as it was typed, or nearly; cut where it is long.
fn shown(line: &Line) -> String {
    let text = match line {
        Line::Empty | Line::Comment => String::new(),
        Line::Command { repeat, words } => match repeat {
            Some(Repeat { count, .. }) => format!("{count} {}", join(words)),
            None => join(words),
        },
        Line::Tutor { word, args, .. } => {
            format!(":{} {}", String::from_utf8_lossy(&word.bytes), join(args))
        }
        Line::Lab { words } => {
            let words: Vec<_> =
                words.iter().map(|word| String::from_utf8_lossy(&word.bytes)).collect();
            words.join(" ")
        }
    };
    cut(&text)
}

fn cut(text: &str) -> String {
    let text = sanitize(text.trim_end().as_bytes(), LineEnds::Escape).into_owned();
    let text = String::from_utf8_lossy(&text);
    if text.chars().count() <= LONGEST {
        return text.into_owned();
    }
    let kept: String = text.chars().take(LONGEST).collect();
    format!("{}…", kept.trim_end())
}

/// A change that was taken back, in a few words.
pub(super) fn describe(changes: &[Change]) -> String {
    let [change] = changes else {
        return format!("{} keys are as they were", changes.len());
    };
    let key = name(change);
    match (&change.before, &change.after) {
        (None, Some(_)) => format!("{key} is gone again"),
        (Some(_), None) => format!("{key} is back"),
        (Some(_), Some(_)) | (None, None) => format!("{key} is as it was"),
    }
}

fn name(change: &Change) -> String {
    String::from_utf8_lossy(&repr(&change.key)).into_owned()
}

/// A change, before and after.
fn tell(change: &Change) -> String {
    let key = name(change);
    let place = if change.db == 0 { String::new() } else { format!(" in db {}", change.db) };
    let (before, after) = match (&change.before, &change.after) {
        (None, Some(after)) => return format!("added {key}{place}: {after}\n"),
        (Some(before), None) => return format!("removed {key}{place}: it held {before}\n"),
        (None, None) => return format!("touched {key}{place}\n"),
        (Some(before), Some(after)) => (before, after),
    };
    let mut lines = change.difference();
    if lines.is_empty() && before.text != after.text {
        lines = vec![format!("before: {before}"), format!("after:  {after}")];
    }
    match expiry(before.expires, after.expires, lines.is_empty()) {
        Some(text) if lines.is_empty() => format!("changed {key}{place}: {text}\n"),
        text => {
            lines.extend(text.map(str::to_owned));
            format!("changed {key}{place}\n  {}\n", lines.join("\n  "))
        }
    }
}

/// What became of the time to live; `alone` if nothing else has changed.
fn expiry(before: bool, after: bool, alone: bool) -> Option<&'static str> {
    match (before, after) {
        (false, true) => Some("it has an expire time now"),
        (true, false) => Some("it has no expire time any more"),
        (true, true) if alone => Some("it has another expire time"),
        (false, false) if alone => Some("the order of its parts"),
        (true, true) | (false, false) => None,
    }
}

//! `redis` blocks: run, and set beside the replies they show.

use super::proof::{Proof, Recording};
use super::rig::Rig;
use crate::lab::console::ConsoleError;
use crate::lesson::format::{Content, Exchange, Part, Step, Transcript};
use crate::lesson::problem::{Problem, Span};
use crate::lesson::shown;
use crate::lesson::stage::Stage;

/// Runs every `redis` block of the lesson.
pub(super) fn prove(rig: &Rig<'_>, proof: &mut Proof) {
    if let Err(error) = all(rig, proof) {
        proof.fail(Problem::new(
            Span::default(),
            format!("the `redis` blocks cannot be run: {error}"),
            "in this lesson",
            "mend what leads to them",
        ));
    }
}

fn all(rig: &Rig<'_>, proof: &mut Proof) -> Result<(), ConsoleError> {
    let lesson = &rig.entry.lesson;
    let Some(first) = lesson.steps.first() else { return Ok(()) };
    let mut scratch: Option<Stage> = None;
    let intro = (0, first, lesson.intro.as_slice());
    let steps = lesson.steps.iter().enumerate();
    let steps = steps.map(|(place, step)| (place, step, step.parts.as_slice()));
    for (place, step, parts) in std::iter::once(intro).chain(steps) {
        let mut own: Option<Stage> = None;
        for transcript in parts.iter().filter_map(transcript) {
            let stage = match transcript.db {
                Some(_) => open(&mut scratch, || rig.empty())?,
                None => open(&mut own, || rig.start(place))?,
            };
            stage.console.fresh_client();
            if let Some(db) = transcript.db {
                stage.console.run(format!("SELECT {db}").as_bytes());
            }
            for exchange in &transcript.exchanges {
                compare(rig, stage, step, exchange, proof);
            }
        }
    }
    Ok(())
}

fn open(
    place: &mut Option<Stage>,
    make: impl FnOnce() -> Result<Stage, ConsoleError>,
) -> Result<&mut Stage, ConsoleError> {
    match place {
        Some(stage) => Ok(stage),
        None => Ok(place.insert(make()?)),
    }
}

fn transcript(part: &Part) -> Option<&Transcript> {
    match &part.content {
        Content::Redis(transcript) => Some(transcript),
        Content::Text(_)
        | Content::Listing(_)
        | Content::Setup(_)
        | Content::Ask(_)
        | Content::Check(_)
        | Content::Hint(_)
        | Content::Solution(_)
        | Content::Right(_)
        | Content::Wrong(_)
        | Content::Quiz(_)
        | Content::Python(_)
        | Content::Teacher(_) => None,
    }
}

fn compare(rig: &Rig<'_>, stage: &mut Stage, step: &Step, exchange: &Exchange, proof: &mut Proof) {
    proof.counts.replies += 1;
    let line = exchange.command.text.as_bytes();
    let ran = stage.run(line, step);
    let text = shown::text(&ran, line);
    if exchange.accepts(&text) {
        return;
    }
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let problem = Problem::new(
        exchange.command.span,
        format!("`{}` prints something else than shown", exchange.command.text),
        "this command",
        format!("`--update` records what it prints:\n{}", lines.join("\n")),
    );
    let indent = indent(&rig.entry.lesson.source, exchange.command.span);
    let text = lines.iter().flat_map(|line| [indent, line, "\n"]).collect();
    proof.recordings.push(Recording { problem, span: exchange.reply_span, text });
}

/// What stands before the `> ` of a line.
fn indent(source: &str, line: Span) -> &str {
    let before = source.get(..line.start).unwrap_or_default();
    let before = before.rsplit('\n').next().unwrap_or_default();
    before.strip_suffix("> ").unwrap_or_default()
}

//! The body: where the steps begin and which pieces are text and which are fenced blocks.
//!
//! Markdown decides what is a heading and what a fence; what a block means is decided elsewhere.

#![expect(clippy::wildcard_enum_match_arm, reason = "the Markdown parser's enums, not ours")]

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag};

use super::attributes::{self, name, number, slug};
use super::blocks::{self, Fence};
use super::model::{Content, Part, Step};
use super::placement;
use crate::lesson::check::parse::Context;
use crate::lesson::problem::{Problem, Span};
use crate::lesson::suggest::nearest;

/// A piece of the body that is not text.
enum Landmark {
    Step(Range<usize>),
    Block(Range<usize>),
}

/// Reads the body, which begins at byte `at` of `source`.
pub fn parse(
    source: &str,
    at: usize,
    context: Context<'_>,
    problems: &mut Vec<Problem>,
) -> (Vec<Part>, Vec<Step>) {
    let mut intro = Vec::new();
    let mut steps: Vec<Step> = Vec::new();
    let mut text_from = at;
    let mut all_closed = true;
    // For each step whether one of its blocks could not be read.
    let mut unread: Vec<bool> = Vec::new();
    for landmark in landmarks(source, at, problems) {
        let (Landmark::Step(range) | Landmark::Block(range)) = &landmark;
        let parts = steps.last_mut().map_or(&mut intro, |step| &mut step.parts);
        push_text(source, text_from..range.start, parts);
        text_from = range.end;
        match landmark {
            Landmark::Step(range) => {
                steps.push(heading(source, range, problems));
                unread.push(false);
            }
            Landmark::Block(range) => {
                let span = Span::new(range.start, range.end);
                let fence = Fence::read(source, range);
                if !fence.closed {
                    all_closed = false;
                    problems.push(Problem::new(
                        fence.opening,
                        "this block is never closed",
                        "opened here",
                        "close it with a line of as many ` or ~ as open it",
                    ));
                }
                match blocks::parse(&fence, context, problems) {
                    Some(content) => parts.push(Part { content, span }),
                    None => unread.iter_mut().last().into_iter().for_each(|step| *step = true),
                }
            }
        }
    }
    let parts = steps.last_mut().map_or(&mut intro, |step| &mut step.parts);
    push_text(source, text_from..source.len(), parts);
    if steps.is_empty() {
        problems.push(Problem::new(
            Span::new(source.trim_end().len(), source.trim_end().len()),
            "the lesson has no step",
            "expected a step",
            "begin one with a line `## Title {#id}`",
        ));
    }
    // A block that runs to the end of the file swallows what follows it: judging what is missing
    // would only tell the author about things that are there.
    if all_closed {
        placement::judge(&intro, &steps, problems);
        for (step, unread) in steps.iter().zip(unread) {
            // A block that could not be read may be just what is missing.
            if !unread {
                placement::company(step, problems);
                placement::questions(step, problems);
            }
            placement::expectations(step, problems);
        }
    }
    placement::settle_points(&mut steps);
    (intro, steps)
}

fn push_text(source: &str, range: Range<usize>, parts: &mut Vec<Part>) {
    let raw = source.get(range.clone()).unwrap_or_default();
    let text = raw.trim();
    if !text.is_empty() {
        let start = range.start + (raw.len() - raw.trim_start().len());
        let span = Span::new(start, start + text.len());
        parts.push(Part { content: Content::Text(text.to_owned()), span });
    }
}

fn landmarks(source: &str, at: usize, problems: &mut Vec<Problem>) -> Vec<Landmark> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    for (event, range) in Parser::new(source.get(at..).unwrap_or_default()).into_offset_iter() {
        let range = range.start + at..range.end + at;
        match event {
            Event::Start(tag) => {
                let outermost = depth == 0;
                depth += 1;
                match tag {
                    Tag::Heading { level: HeadingLevel::H2, .. } if outermost => {
                        found.push(Landmark::Step(range));
                    }
                    Tag::CodeBlock(CodeBlockKind::Fenced(info)) => {
                        if outermost {
                            found.push(Landmark::Block(from_line_start(source, range)));
                        } else if let Some(role) =
                            info.split_whitespace().next().filter(|word| blocks::is_role(word))
                        {
                            let end = source
                                .get(range.start..)
                                .and_then(|rest| rest.find('\n'))
                                .map_or(range.end, |length| range.start + length);
                            problems.push(Problem::new(
                                Span::new(range.start, end),
                                format!("a `{role}` block stands inside a list or a quote"),
                                "here",
                                "move it to the left margin, outside of the list or quote",
                            ));
                        }
                    }
                    _ => {}
                }
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    found
}

/// A block's range without what the parser leaves out: the indentation of its first line.
fn from_line_start(source: &str, range: Range<usize>) -> Range<usize> {
    let before = source.get(..range.start).unwrap_or_default();
    before.rfind('\n').map_or(0, |at| at + 1)..range.end
}

fn heading(source: &str, range: Range<usize>, problems: &mut Vec<Problem>) -> Step {
    let raw = source.get(range.clone()).unwrap_or_default();
    let line = raw.lines().next().unwrap_or_default().trim_end();
    let span = Span::new(range.start, range.start + line.len());
    let mut step = Step {
        id: String::new(),
        title: line.trim().to_owned(),
        points: placement::POINTS_UNSAID,
        parts: Vec::new(),
        span,
    };
    let Some(text) = line.strip_prefix("##") else {
        problems.push(Problem::new(
            span,
            "a line of dashes below makes a heading of this line",
            "taken as a step's title",
            "leave a blank line above the dashes, or begin a step with `## Title {#id}`",
        ));
        return step;
    };
    let (title, braces) = match text.rfind('{') {
        Some(open) if text.ends_with('}') => text.split_at_checked(open).unwrap_or((text, "")),
        Some(_) | None => (text, ""),
    };
    title.trim().trim_end_matches('#').trim_end().clone_into(&mut step.title);
    if step.title.is_empty() {
        problems.push(Problem::new(
            span,
            "this step has no title",
            "expected a title",
            "write `## Title {#id}`",
        ));
    }
    let inner = braces.trim_start_matches('{').trim_end_matches('}');
    let inner_at = span.end - braces.len() + 1;
    for (word, word_span) in attributes::words(inner, inner_at) {
        match word.strip_prefix('#') {
            Some(id) if step.id.is_empty() => {
                let id_span = Span::new(word_span.start + 1, word_span.end);
                if name(id, id_span, "a step's id", problems) {
                    id.clone_into(&mut step.id);
                } else {
                    // Told already: it must not be told again as missing.
                    "?".clone_into(&mut step.id);
                }
            }
            Some(_) => problems.push(Problem::new(
                word_span,
                "this step has two ids",
                "the second one",
                "keep one of them",
            )),
            None if step.id.is_empty() && is_bare_id(word) => {
                problems.push(Problem::new(
                    word_span,
                    "a step's id begins with `#`",
                    "no `#`",
                    format!("write `#{word}`"),
                ));
                "?".clone_into(&mut step.id);
            }
            None => {}
        }
    }
    if step.id.is_empty() {
        let slug = slug(&step.title);
        let id = if slug.is_empty() { "id" } else { &slug };
        problems.push(Problem::new(
            span,
            "this step has no id",
            "expected `{#id}` at the end",
            format!("write `## {} {{#{id}}}`; an id stays as it is for ever", step.title),
        ));
    }
    // The id words are blanked out, so that the others keep their places.
    let is_id = |word: &str| word.starts_with('#') || is_bare_id(word.trim_end());
    let others: String = inner
        .split_inclusive(char::is_whitespace)
        .map(|word| if is_id(word) { " ".repeat(word.len()) } else { word.to_owned() })
        .collect();
    for attribute in attributes::parse(&others, inner_at, "a step", &["points"], problems).found {
        step.points = number(attribute.value, attribute.span, "points", 0..=100, problems)
            .unwrap_or_default();
    }
    step
}

/// An id whose `#` was forgotten, and no attribute without its value.
fn is_bare_id(word: &str) -> bool {
    attributes::is_name(word) && nearest(word, ["points"]).is_none()
}

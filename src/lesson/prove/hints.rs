//! Hints: none gives the solution away.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::proof::Proof;
use super::rig::{Rig, all_hold};
use crate::lab::console::ConsoleError;
use crate::lesson::format::{Content, Step};
use crate::lesson::problem::Problem;

/// Types what stands as code in each hint of a step, which must not pass it.
pub(super) fn prove(
    rig: &Rig<'_>,
    place: usize,
    step: &Step,
    proof: &mut Proof,
) -> Result<(), ConsoleError> {
    let hints = step.parts.iter().filter_map(|part| match &part.content {
        Content::Hint(text) => Some((part, text)),
        Content::Text(_)
        | Content::Listing(_)
        | Content::Redis(_)
        | Content::Setup(_)
        | Content::Ask(_)
        | Content::Check(_)
        | Content::Solution(_)
        | Content::Right(_)
        | Content::Wrong(_)
        | Content::Quiz(_)
        | Content::Python(_)
        | Content::Teacher(_) => None,
    });
    for (number, (part, text)) in hints.enumerate() {
        let code = code(text);
        // What stands between words is often a piece of a command, so the blocks are tried alone too.
        for lines in [code.all, code.blocks] {
            if lines.is_empty() || !passes(rig, place, step, &lines)? {
                continue;
            }
            proof.fail(Problem::new(
                rig.opening(part),
                format!("hint {} of step `{}` solves the step", number + 1, step.id),
                "its commands alone pass",
                "leave something to find out: the solution has a block of its own",
            ));
            break;
        }
    }
    Ok(())
}

fn passes(
    rig: &Rig<'_>,
    place: usize,
    step: &Step,
    lines: &[String],
) -> Result<bool, ConsoleError> {
    let mut stage = rig.start(place)?;
    for line in lines {
        stage.run(line.as_bytes(), step);
    }
    Ok(all_hold(&stage.judge(step)))
}

/// Lines that stand as code in a hint.
#[derive(Debug, Default, PartialEq, Eq)]
struct Code {
    /// All of them.
    all: Vec<String>,
    /// Those in blocks.
    blocks: Vec<String>,
}

fn code(text: &str) -> Code {
    let mut code = Code::default();
    let mut in_block = false;
    for event in Parser::new(text) {
        if let Event::Start(Tag::CodeBlock(_)) = event {
            in_block = true;
        } else if let Event::End(TagEnd::CodeBlock) = event {
            in_block = false;
        } else if let Event::Code(line) = event {
            code.all.push(line.trim().to_owned());
        } else if let Event::Text(text) = event
            && in_block
        {
            for line in text.lines().map(typed).filter(|line| !line.is_empty()) {
                code.all.push(line.to_owned());
                code.blocks.push(line.to_owned());
            }
        }
    }
    code
}

/// A line without the prompt that may stand before it.
fn typed(line: &str) -> &str {
    let line = line.trim();
    line.strip_prefix("> ").or_else(|| line.strip_prefix("127.0.0.1:6379> ")).unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_what_stands_in_blocks_and_between_backticks() {
        let code = code("Take `SELECT 1`, then\n\n```\n> SET a 1\n\nGET a\n```\n");
        assert_eq!(code.all, ["SELECT 1", "SET a 1", "GET a"]);
        assert_eq!(code.blocks, ["SET a 1", "GET a"]);
    }
}

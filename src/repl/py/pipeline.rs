//! Transactions: what `MULTI` … `EXEC` is in Python, a pipeline.

use super::call::{Call, call};
use super::{Line, error};
use crate::repl::desk::Queued;
use crate::resp::Reply;

/// Longer chains of calls get a line for each call.
const LONGEST: usize = 72;

/// `EXEC`: the whole transaction as one chain, and what it gives or raises.
pub(super) fn execute(queue: &[Queued], reply: &Reply) -> Vec<Line> {
    let calls: Vec<Call> = queue.iter().map(|queued| call(&queued.words)).collect();
    let mut lines = vec![chain(&calls)];
    let raised = if let Some(text) = reply.as_error() {
        // The package tells of the command that was refused, not of the EXEC.
        let refused = queue.iter().position(|queued| queued.refused.is_some());
        refused
            .and_then(|place| {
                let refused = queue.get(place)?.refused.as_ref()?;
                Some(caused(place, calls.get(place)?, refused))
            })
            .or_else(|| Some(error::raised(&String::from_utf8_lossy(text))))
    } else if *reply == Reply::Null {
        Some("redis.exceptions.WatchError: Watched variable changed.".to_owned())
    } else if let Reply::Array(replies) = reply {
        let mut replies = replies.iter().zip(&calls).enumerate();
        replies.find_map(|(place, (reply, call))| Some(caused(place, call, reply.as_error()?)))
    } else {
        None
    };
    if let Some(raised) = raised {
        lines.push(Line::Shows(raised));
        return lines;
    }
    if let Reply::Array(replies) = reply {
        let shown: Option<Vec<String>> =
            replies.iter().zip(&calls).map(|(reply, call)| call.shown(reply)).collect();
        lines.extend(shown.map(|shown| Line::Shows(format!("[{}]", shown.join(", ")))));
    }
    lines
}

fn chain(calls: &[Call]) -> Line {
    let codes: Vec<String> = calls.iter().map(|call| format!(".{}", call.code)).collect();
    let short = format!("r.pipeline(){}.execute()", codes.concat());
    if short.len() <= LONGEST {
        return Line::Code(short);
    }
    Line::Code(format!("(r.pipeline()\n    {}\n    .execute())", codes.join("\n    ")))
}

/// The exception's text as the package writes it for a command of a pipeline.
fn caused(place: usize, call: &Call, reply: &[u8]) -> String {
    let reply = String::from_utf8_lossy(reply);
    let (name, text) = error::exception(&reply);
    let words: Vec<_> = call.sends.iter().map(|word| String::from_utf8_lossy(word)).collect();
    let command = shortened(&words.join(" "));
    format!(
        "redis.exceptions.{name}: Command # {} ({command}) of pipeline caused error: {text}",
        place + 1
    )
}

/// As Python's `textwrap.shorten` does it, with dots at the end.
fn shortened(text: &str) -> String {
    const MOST: usize = 100;
    const DOTS: &str = "...";
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= MOST {
        return text;
    }
    let mut kept = String::new();
    for word in text.split(' ') {
        let gap = usize::from(!kept.is_empty());
        if kept.chars().count() + gap + word.chars().count() + DOTS.len() > MOST {
            break;
        }
        if gap == 1 {
            kept.push(' ');
        }
        kept.push_str(word);
    }
    kept + DOTS
}

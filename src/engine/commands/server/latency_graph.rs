//! `LATENCY GRAPH`: the slow times of an event as a drawing of text. It knows nothing of how they
//! were measured.

use std::fmt::Write as _;

use crate::engine::{Args, Ctx, Error, Event, Outcome};

/// So many rows high is the drawing.
const ROWS: usize = 4;
/// So many columns are drawn beside each other; the rest comes below.
const COLUMNS: usize = 80;
/// What stands on top of a column, by how much of its last row it fills.
const TOPS: [char; 3] = ['_', 'o', '#'];

pub(super) fn graph(ctx: &mut Ctx<'_>, args: &mut Args<'_>) -> Outcome {
    let name = args.next_word()?;
    let event = ctx.server.events.iter().find(|(known, _)| known.as_bytes() == name);
    let Some((name, event)) = event else {
        let name = String::from_utf8_lossy(name);
        return Err(Error::err(format_args!("No samples available for event '{name}'")));
    };
    let text = drawn(name, event, ctx.keys.now_ms() / 1000);
    ctx.reply.verbatim(*b"txt", text.as_bytes());
    Ok(())
}

/// A line of figures, a line across, and the columns with how long ago each was below it.
fn drawn(name: &str, event: &Event, now: i64) -> String {
    let times = || event.samples.iter().map(|(_, ms)| *ms);
    let (low, high) = (times().min().unwrap_or(0), times().max().unwrap_or(0));
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{name} - high {high} ms, low {low} ms (all time high {} ms)\n{}",
        event.slowest,
        "-".repeat(80)
    );
    let columns = event.samples.iter().map(|(at, ms)| column(*ms, low, high, &age(now - at)));
    let columns: Vec<Vec<char>> = columns.collect();
    for (number, part) in columns.chunks(COLUMNS).enumerate() {
        if number > 0 {
            text.push('\n');
        }
        let rows = part.iter().map(Vec::len).max().unwrap_or(0);
        for row in 0..rows {
            text.extend(part.iter().map(|column| column.get(row).copied().unwrap_or(' ')));
            text.push('\n');
        }
    }
    text
}

/// One time from top to bottom: its bar, an empty row, how long ago it was.
fn column(ms: i64, low: i64, high: i64, age: &str) -> Vec<char> {
    let steps = ROWS * TOPS.len();
    let share = (ms - low).saturating_mul(i64::try_from(steps).unwrap_or(0)) / (high - low).max(1);
    let height = usize::try_from(share).unwrap_or(0).min(steps - 1);
    let (full, top) = (height / TOPS.len(), height % TOPS.len());
    let bar = (0..ROWS).rev().map(|row| match row.cmp(&full) {
        std::cmp::Ordering::Less => '|',
        std::cmp::Ordering::Equal => TOPS.get(top).copied().unwrap_or(' '),
        std::cmp::Ordering::Greater => ' ',
    });
    bar.chain([' ']).chain(age.chars()).collect()
}

/// `14s`, `3m`, `2h`, `9d`
fn age(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{seconds}s"),
        60..3600 => format!("{}m", seconds / 60),
        3600..86_400 => format!("{}h", seconds / 3600),
        86_400.. => format!("{}d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_drawing_is_that_of_a_real_server_for_the_same_times() {
        let samples = [
            (13, 5),
            (14, 100),
            (15, 20),
            (16, 1),
            (18, 300),
            (19, 60),
            (20, 60),
            (21, 12),
            (22, 200),
            (24, 150),
            (25, 40),
            (26, 8),
        ];
        let event = Event { samples: samples.into(), slowest: 300 };
        let dashes = "-".repeat(80);
        let expected = format!(
            "command - high 300 ms, low 1 ms (all time high 300 ms)\n{dashes}\n    #       \n    |   \
             o   \n _  |   |#  \n_|__|##_||o_\n            \n111198765321\n4321ssssssss\nssss        \n"
        );
        assert_eq!(drawn("command", &event, 27), expected);
    }

    #[test]
    fn one_time_is_a_flat_line_and_more_than_fit_go_on_below() {
        let event = Event { samples: [(0, 40)].into(), slowest: 90 };
        let dashes = "-".repeat(80);
        let head = format!("command - high 40 ms, low 40 ms (all time high 90 ms)\n{dashes}\n");
        assert_eq!(drawn("command", &event, 1), format!("{head} \n \n \n_\n \n1\ns\n"));
        let event = Event { samples: vec![(0, 40); 81].into(), slowest: 90 };
        let wide = |sign: &str| format!("{}\n", sign.repeat(80));
        let first = [" ", " ", " ", "_", " ", "1", "s"].map(wide).concat();
        let expected = format!("{head}{first}\n \n \n \n_\n \n1\ns\n");
        assert_eq!(drawn("command", &event, 1), expected);
    }

    #[test]
    fn ages_are_told_in_the_largest_unit() {
        let told = [0, 59, 60, 3599, 3600, 86_399, 86_400].map(age);
        assert_eq!(told, ["0s", "59s", "1m", "59m", "1h", "23h", "1d"]);
    }
}

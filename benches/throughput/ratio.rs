//! Ratios of rounds that belong together, and the row that tells them.

use crate::operations::Cost;

/// The line above the rows.
pub fn header() -> String {
    line([
        "command",
        "beside",
        "cpu",
        "of rounds",
        "budget",
        "",
        "ns",
        "its ns",
        "requests/s",
        "of rounds",
    ])
}

/// A line of the table: how the command is called and what it is beside, processor time for a request as a part
/// of the peer's, whether that holds the budget, nanoseconds of either, throughput as a part of the peer's.
fn line(cells: [&str; 10]) -> String {
    let [name, peer, cpu, range, budget, held, ours, theirs, throughput, range_of_it] = cells;
    format!(
        "{name:<10} {peer:<13} {cpu:>5} {range:>11} {budget:>7} {held:<6} {ours:>6} {theirs:>6} \
         {throughput:>11} {range_of_it:>11}"
    )
}

/// A command beside one peer, round by round.
#[derive(Debug, Default)]
pub struct Rounds(Vec<(Cost, Cost)>);

impl Rounds {
    /// Adds a round.
    pub fn add(&mut self, ours: Cost, theirs: Cost) {
        self.0.push((ours, theirs));
    }

    /// The row of the table.
    pub fn row(&self, name: &str, peer: &str, budget: f64) -> String {
        let of = |part: fn(&(Cost, Cost)) -> f64| Spread::of(self.0.iter().map(part));
        let cpu = of(|(ours, theirs)| ours.cpu / theirs.cpu);
        let throughput = of(|(ours, theirs)| ours.throughput / theirs.throughput);
        let (ours, theirs) = (of(|(ours, _)| ours.cpu), of(|(_, theirs)| theirs.cpu));
        let held = if cpu.median <= budget { "held" } else { "missed" };
        line([
            name,
            peer,
            &format!("{:.2}", cpu.median),
            &cpu.range(),
            &format!("{budget:.2}"),
            held,
            &format!("{:.0}", ours.median),
            &format!("{:.0}", theirs.median),
            &format!("{:.2}", throughput.median),
            &throughput.range(),
        ])
    }
}

/// The middle of some numbers, and the outermost.
struct Spread {
    lowest: f64,
    median: f64,
    highest: f64,
}

impl Spread {
    fn of(numbers: impl Iterator<Item = f64>) -> Self {
        let mut numbers: Vec<f64> = numbers.collect();
        numbers.sort_by(f64::total_cmp);
        let at = |place: usize| numbers.get(place).copied().unwrap_or(f64::NAN);
        Self {
            lowest: at(0),
            median: at(numbers.len() / 2),
            highest: at(numbers.len().saturating_sub(1)),
        }
    }

    fn range(&self) -> String {
        format!("{:.2}..{:.2}", self.lowest, self.highest)
    }
}

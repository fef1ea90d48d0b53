//! Times of several rounds, and how they are printed.

use std::error::Error;
use std::time::{Duration, Instant};

/// What one side took in each round.
#[derive(Debug, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// Adds a round.
    pub fn add(&mut self, time: Duration) {
        self.0.push(time);
        self.0.sort_unstable();
    }

    /// The quickest round.
    pub fn least(&self) -> Duration {
        self.0.first().copied().unwrap_or_default()
    }

    /// The round in the middle.
    pub fn median(&self) -> Duration {
        self.0.get(self.0.len() / 2).copied().unwrap_or_default()
    }

    /// How far above the quickest round three quarters of them stay, as a part of it: the noise.
    pub fn spread(&self) -> f64 {
        let third = self.0.get(self.0.len() * 3 / 4).copied().unwrap_or_default();
        third.as_secs_f64() / self.least().as_secs_f64() - 1.0
    }

    /// `median 1.5 ms, least 1.4 ms, noise 3 %`.
    pub fn summary(&self) -> String {
        let (median, least, noise) = (self.median(), self.least(), self.spread() * 100.0);
        format!("median {median:.3?}, least {least:.3?}, noise {noise:.0} %")
    }
}

/// Runs both sides by turns.
pub fn interleaved(
    rounds: usize,
    mut ours: impl FnMut() -> Result<Duration, Box<dyn Error>>,
    mut theirs: impl FnMut() -> Result<Duration, Box<dyn Error>>,
) -> Result<(Times, Times), Box<dyn Error>> {
    let mut times = (Times::default(), Times::default());
    for _ in 0..rounds {
        times.0.add(ours()?);
        times.1.add(theirs()?);
    }
    Ok(times)
}

/// How long something takes.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
pub fn time<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = work();
    (start.elapsed(), result)
}

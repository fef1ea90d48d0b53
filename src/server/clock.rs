//! The clock: the one place where the real time is read, and a virtual one for tests.
//!
//! Everything else has time handed in, so a test decides what time it is and nothing sleeps.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::engine::Now;

/// How far a virtual clock moves for each command.
const TICK_MICROS: i64 = 1000;

/// Tells the time. Clones of a virtual clock share it.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's.
    System,
    /// Stands still but for [`Clock::tick`] and [`Clock::advance`].
    Virtual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that shows `start` until it is moved.
    pub fn virtual_at(start: Now) -> Self {
        Clock::Virtual(Arc::new(AtomicI64::new(start.unix_micros)))
    }

    /// The time.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(&self) -> Now {
        match self {
            Clock::System => {
                let since_epoch = std::time::SystemTime::now()
                    .duration_since(std::time::UNIX_EPOCH)
                    .unwrap_or_default();
                Now { unix_micros: i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX) }
            }
            Clock::Virtual(micros) => Now { unix_micros: micros.load(Ordering::Relaxed) },
        }
    }

    /// A command takes its time: one millisecond on a virtual clock, nothing on the machine's,
    /// which moves by itself.
    pub fn tick(&self) {
        self.advance_virtual(TICK_MICROS);
    }

    /// Lets `micros` pass: really, on the machine's clock.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn advance(&self, micros: u64) {
        match self {
            Clock::System => std::thread::sleep(std::time::Duration::from_micros(micros)),
            Clock::Virtual(_) => self.advance_virtual(i64::try_from(micros).unwrap_or(i64::MAX)),
        }
    }

    /// Whether it is virtual.
    pub fn is_virtual(&self) -> bool {
        matches!(self, Clock::Virtual(_))
    }

    fn advance_virtual(&self, by: i64) {
        if let Clock::Virtual(micros) = self {
            let later = |now: i64| Some(now.saturating_add(by));
            // It is never refused.
            let _ = micros.fetch_update(Ordering::Relaxed, Ordering::Relaxed, later);
        }
    }
}

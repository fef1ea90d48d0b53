//! How long automatic rewrites of the log pause after several have failed, as Redis has it: from the third
//! failure on a minute, then twice as long each time, an hour at most.

use crate::engine::Now;

/// So many failures in a row are tried again at once.
const AT_ONCE: u64 = 3;

/// The longest pause, in minutes.
const LONGEST: i64 = 60;

/// When the next rewrite may begin by itself.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RewriteLimit {
    minutes: i64,
    until: Option<i64>,
}

impl RewriteLimit {
    /// Whether a rewrite must wait after so many failures in a row. The answer no is for one try.
    pub(super) fn holds(&mut self, failures: u64, now: Now, said: &mut Vec<String>) -> bool {
        if failures < AT_ONCE {
            *self = Self::default();
            return false;
        }
        if let Some(until) = self.until {
            if now.seconds() < until {
                return true;
            }
            self.until = None;
            return false;
        }
        self.minutes = (self.minutes * 2).clamp(1, LONGEST);
        self.until = Some(now.seconds() + self.minutes * 60);
        said.push(format!(
            "Background AOF rewrite has repeatedly failed and triggered the limit, will retry in {} \
             minutes",
            self.minutes
        ));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour_and_a_success_ends_them() {
        let (mut limit, mut said) = (RewriteLimit::default(), Vec::new());
        let at = |seconds: i64| Now { unix_micros: seconds * 1_000_000 };
        assert!(!limit.holds(2, at(0), &mut said));
        let mut now = 0;
        for minutes in [1, 2, 4, 8, 16, 32, 60, 60] {
            assert!(limit.holds(3, at(now), &mut said), "{minutes}");
            assert!(limit.holds(3, at(now + minutes * 60 - 1), &mut said), "{minutes}");
            now += minutes * 60;
            assert!(!limit.holds(3, at(now), &mut said), "{minutes}");
        }
        assert_eq!(said.len(), 8);
        assert_eq!(
            said.first().unwrap(),
            "Background AOF rewrite has repeatedly failed and triggered the limit, will retry in 1 \
             minutes"
        );
        assert!(!limit.holds(0, at(now), &mut said));
        assert!(limit.holds(3, at(now), &mut said));
        assert!(limit.holds(3, at(now + 59), &mut said));
        assert!(!limit.holds(3, at(now + 60), &mut said));
    }
}

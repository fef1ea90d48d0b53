//! `client-output-buffer-limit`, as numbers.

/// How much may wait to be taken by a client before its connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutputLimit {
    /// More bytes than this end it at once; 0 is no limit.
    pub hard: usize,
    /// More bytes than this end it after a while; 0 is no limit.
    pub soft: usize,
    /// How long, in milliseconds.
    pub soft_ms: i64,
}

impl OutputLimit {
    /// The limit of a class of clients in the parameter's value.
    pub(super) fn of(value: &[u8], class: &str) -> Self {
        let text = String::from_utf8_lossy(value);
        let mut words = text.split_ascii_whitespace().skip_while(|word| *word != class).skip(1);
        let mut number = || words.next().and_then(|word| word.parse::<u64>().ok()).unwrap_or(0);
        let (hard, soft, seconds) = (number(), number(), number());
        let size = |bytes| usize::try_from(bytes).unwrap_or(usize::MAX);
        let soft_ms = i64::try_from(seconds.saturating_mul(1000)).unwrap_or(i64::MAX);
        Self { hard: size(hard), soft: size(soft), soft_ms }
    }

    /// Whether so many bytes end a connection at once.
    pub fn is_exceeded(&self, bytes: usize) -> bool {
        self.hard > 0 && bytes > self.hard
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_has_its_own_limit() {
        let value = b"normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60";
        let listeners = OutputLimit::of(value, "pubsub");
        assert_eq!(listeners, OutputLimit { hard: 32 << 20, soft: 8 << 20, soft_ms: 60_000 });
        assert!(listeners.is_exceeded((32 << 20) + 1) && !listeners.is_exceeded(32 << 20));
        let normal = OutputLimit::of(value, "normal");
        assert!(normal == OutputLimit::default() && !normal.is_exceeded(usize::MAX));
    }
}

//! Generated states: what else a right solution could have left, and what a slip would have left.

/// The kinds of generated states: three right ways, and a wrong one for each kind of mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Variant {
    /// Every object as a hash.
    AsHash,
}

impl Variant {
    /// The names that `accept KIND:` uses.
    pub fn names() -> Vec<&'static str> {
        crate::lesson::objects::Kind::names()
    }
}

//! The ends of a range in a sorted set.
//!
//! Knows nothing of how commands write them.

/// An end of a range of scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ScoreBound {
    /// `1.5`, `-inf`, `+inf`
    Inclusive(f64),
    /// `(1.5`
    Exclusive(f64),
}

impl ScoreBound {
    /// Whether, as the lower end, it leaves out this score.
    pub(super) fn is_above(self, score: f64) -> bool {
        match self {
            Self::Inclusive(bound) => score < bound,
            Self::Exclusive(bound) => score <= bound,
        }
    }

    /// Whether, as the upper end, it lets in this score.
    pub(super) fn reaches(self, score: f64) -> bool {
        match self {
            Self::Inclusive(bound) => score <= bound,
            Self::Exclusive(bound) => score < bound,
        }
    }
}

/// An end of a range of members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LexBound<'a> {
    /// `-`: before every member.
    Lowest,
    /// `+`: behind every member.
    Highest,
    /// `[member`
    Inclusive(&'a [u8]),
    /// `(member`
    Exclusive(&'a [u8]),
}

impl LexBound<'_> {
    /// Whether, as the lower end, it leaves out this member.
    pub(super) fn is_above(self, member: &[u8]) -> bool {
        match self {
            Self::Lowest => false,
            Self::Highest => true,
            Self::Inclusive(bound) => member < bound,
            Self::Exclusive(bound) => member <= bound,
        }
    }

    /// Whether, as the upper end, it lets in this member.
    pub(super) fn reaches(self, member: &[u8]) -> bool {
        match self {
            Self::Lowest => false,
            Self::Highest => true,
            Self::Inclusive(bound) => member <= bound,
            Self::Exclusive(bound) => member < bound,
        }
    }
}

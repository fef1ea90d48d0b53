//! The shape of a row in the table of parameters.

use std::borrow::Cow;

use super::{Kind, Value};
use crate::engine::parse_i64;

/// One parameter.
#[derive(Debug)]
pub struct Parameter {
    /// Its name, lower case.
    pub name: &'static str,
    /// An older name that means the same.
    pub alias: Option<&'static str>,
    /// What its values look like.
    pub kind: Kind,
    /// The value without any configuration.
    pub default: &'static str,
    /// Who may change it.
    pub access: Access,
    /// Whether the world around the engine must be told of a change, and may refuse it.
    pub told: bool,
    /// A text that is empty is a value, not the want of one: its line stays in the file.
    pub keeps_empty: bool,
    clamp: Option<(i64, i64)>,
}

/// When a parameter may be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Any time.
    Free,
    /// While `enable-protected-configs` allows it.
    Protected,
    /// Only at the start.
    Immutable,
}

impl Parameter {
    /// A row with nothing said yet but these.
    pub const fn new(name: &'static str, kind: Kind, default: &'static str) -> Self {
        Self {
            name,
            alias: None,
            kind,
            default,
            access: Access::Free,
            told: false,
            keeps_empty: false,
            clamp: None,
        }
    }
    /// Adds an older name.
    pub const fn alias(mut self, alias: &'static str) -> Self {
        self.alias = Some(alias);
        self
    }
    /// Only at the start.
    pub const fn immutable(mut self) -> Self {
        self.access = Access::Immutable;
        self
    }
    /// Only where `enable-protected-configs` allows it.
    pub const fn protected(mut self) -> Self {
        self.access = Access::Protected;
        self
    }
    /// The world is told of a change.
    pub const fn told(mut self) -> Self {
        self.told = true;
        self
    }
    /// An empty text is a value.
    pub const fn keeps_empty(mut self) -> Self {
        self.keeps_empty = true;
        self
    }
    /// Numbers beyond these are accepted and become the nearer of the two.
    pub const fn clamp(mut self, low: i64, high: i64) -> Self {
        self.clamp = Some((low, high));
        self
    }

    /// Its name and its older name.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        [Some(self.name), self.alias].into_iter().flatten()
    }

    /// The value given in one piece, as `CONFIG SET` has it, as the words of a configuration line.
    pub fn split<'a>(&self, value: &'a [u8]) -> Vec<&'a [u8]> {
        if !self.kind.takes_many() {
            return vec![value];
        }
        if value.is_empty() { Vec::new() } else { value.split(|byte| *byte == b' ').collect() }
    }

    pub(super) fn clamped(&self, value: Value) -> Value {
        match (self.clamp, parse_i64(&value)) {
            (Some((low, high)), Some(number)) if number < low || number > high => {
                Cow::Owned(number.clamp(low, high).to_string().into_bytes())
            }
            (Some(_) | None, Some(_) | None) => value,
        }
    }
}

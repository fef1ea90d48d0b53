//! The kinds of generated states, and one state as commands.

use crate::lesson::objects::Kind;
use crate::syntax::join;

/// One command: its words.
pub type Words = Vec<Vec<u8>>;

/// A right way of storing the same objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// As hashes.
    AsHash,
    /// As JSON text.
    AsJson,
    /// As JSON text with other white space.
    Spaced,
    /// As JSON text with the fields in another order.
    Reordered,
    /// As JSON text with numbers as texts.
    AsText,
    /// Under other keys.
    OtherKeys,
}

/// The kind of a generated state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Variant {
    /// It must pass.
    Right(Way),
    /// It must fail, and this is its mistake.
    Wrong(Kind),
}

const WAYS: [(&str, Way); 6] = [
    ("as-hash", Way::AsHash),
    ("as-json", Way::AsJson),
    ("spaced", Way::Spaced),
    ("reordered", Way::Reordered),
    ("as-text", Way::AsText),
    ("other-keys", Way::OtherKeys),
];

impl Variant {
    /// The names that `accept KIND:` uses: the right ways and the fourteen mistakes.
    pub fn names() -> Vec<&'static str> {
        WAYS.iter().map(|(name, _)| *name).chain(Kind::names()).collect()
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Variant::Right(way) => {
                WAYS.iter().find(|(_, known)| *known == way).map_or("", |(name, _)| name)
            }
            Variant::Wrong(kind) => kind.name(),
        }
    }

    /// Whether a check must let it pass.
    pub fn is_right(self) -> bool {
        match self {
            Variant::Right(_) => true,
            Variant::Wrong(_) => false,
        }
    }
}

/// A generated state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// Its kind.
    pub variant: Variant,
    /// What was done, for a list of survivors: `total_residues of A is left out (hash)`.
    pub what: String,
    /// What builds it, for a fresh client and an empty lesson database; the first is `SELECT`.
    pub commands: Vec<Words>,
}

impl Generated {
    /// The commands as they are typed at a prompt.
    pub fn lines(&self) -> Vec<String> {
        self.commands.iter().map(|words| join(words)).collect()
    }
}

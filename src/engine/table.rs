//! The command table: finding a row by name, and what is derived from rows.

use std::borrow::Cow;
use std::sync::LazyLock;

use hashbrown::HashTable;

use super::{Arg, ArgKind, Begin, Command, Error, Find, KeySpec, commands};

/// A command that was found by its words.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// The row: the subcommand's, if there is one.
    pub command: &'static Command,
    /// The container the subcommand belongs to.
    pub container: Option<&'static Command>,
}

static INDEX: LazyLock<HashTable<&'static Command>> = LazyLock::new(|| {
    let mut index = HashTable::new();
    for command in table() {
        index
            .insert_unique(hash(command.name.as_bytes()), command, |row| hash(row.name.as_bytes()));
    }
    index
});

/// Every row, family by family.
pub fn table() -> impl Iterator<Item = &'static Command> {
    commands::FAMILIES.iter().copied().flatten()
}

/// A hash that takes upper and lower case for the same: of the length and of eight bytes from either
/// end, since every command looks up its name.
fn hash(name: &[u8]) -> u64 {
    /// The bit in which a small letter differs from a capital one, in each byte.
    const SMALL: u64 = 0x2020_2020_2020_2020;
    let long = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
    let half = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
    let (first, last) = match (name.first_chunk(), name.last_chunk()) {
        (Some(first), Some(last)) => (long(first), long(last)),
        (None, _) | (_, None) => match (name.first_chunk(), name.last_chunk(), name) {
            (Some(first), Some(last), _) => (half(first), half(last)),
            (_, _, [first, .., before, last]) => {
                (u64::from(*first), u64::from(u16::from_le_bytes([*before, *last])))
            }
            (_, _, [first, last]) => (u64::from(*first), u64::from(*last)),
            (_, _, [] | [_]) => (0, 0),
        },
    };
    let ends = (first | SMALL).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (last | SMALL);
    let hash = (ends ^ name.len() as u64).wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 32)
}

/// The row of a command by its name, in any case of letters.
pub fn by_name(name: &[u8]) -> Option<&'static Command> {
    let same = |row: &&Command| {
        // Most clients send capital letters.
        row.name.as_bytes() == name || row.name.as_bytes().eq_ignore_ascii_case(name)
    };
    INDEX.find(hash(name), same).copied()
}

/// The row of a container's subcommand.
pub fn subcommand(container: &'static Command, name: &[u8]) -> Option<&'static Command> {
    container.subcommands.iter().find(|row| row.name.as_bytes().eq_ignore_ascii_case(name))
}

/// Finds the row for a command's words; the error is Redis's own for an unknown command.
pub fn find(words: &[&[u8]]) -> Result<Found, Error> {
    let Some((name, rest)) = words.split_first() else { return Err(Error::Syntax) };
    let Some(command) = by_name(name) else { return Err(unknown_command(name, rest)) };
    if command.subcommands.is_empty() {
        return Ok(Found { command, container: None });
    }
    match rest.first() {
        // A container alone may be a command of its own, as COMMAND is.
        None => Ok(Found { command, container: None }),
        Some(word) => match subcommand(command, word) {
            Some(row) => Ok(Found { command: row, container: Some(command) }),
            None => Err(unknown_subcommand(command, word)),
        },
    }
}

impl Found {
    /// Whether there are as many words as the row takes.
    pub fn check_arity(&self, words: &[&[u8]]) -> Result<(), Error> {
        let arity = self.command.arity(self.container.is_some());
        let count = i32::try_from(words.len()).unwrap_or(i32::MAX);
        if (arity > 0 && count != arity) || count < -arity {
            return Err(Error::WrongArity(self.lower_name()));
        }
        Ok(())
    }

    /// `get`, or `config|get` for a subcommand.
    pub fn lower_name(&self) -> String {
        full_name(self).to_ascii_lowercase()
    }
}

/// `GET`, or `CONFIG|GET` for a subcommand.
pub fn full_name(found: &Found) -> Cow<'static, str> {
    match found.container {
        None => Cow::Borrowed(found.command.name),
        Some(container) => Cow::Owned(format!("{}|{}", container.name, found.command.name)),
    }
}

/// Redis's answer to a name that is no command.
fn unknown_command(name: &[u8], rest: &[&[u8]]) -> Error {
    let mut arguments = Vec::new();
    for word in rest {
        if arguments.len() >= 128 {
            break;
        }
        arguments.push(b'\'');
        arguments.extend_from_slice(quoted(word, 129 - arguments.len()));
        arguments.extend_from_slice(b"' ");
    }
    let start = b"ERR unknown command '".as_slice();
    let middle = b"', with args beginning with: ";
    Error::Bytes([start, quoted(name, 128), middle, &arguments].concat())
}

/// Redis's answer to a word that is no subcommand.
fn unknown_subcommand(container: &Command, word: &[u8]) -> Error {
    let start = b"ERR unknown subcommand '".as_slice();
    let end = format!("'. Try {} HELP.", container.name);
    Error::Bytes([start, quoted(word, 128), end.as_bytes()].concat())
}

/// A word as an error quotes it: it is a C string there, so it ends at a zero byte.
fn quoted(word: &[u8], limit: usize) -> &[u8] {
    let word = word.get(..limit).unwrap_or(word);
    word.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// Where the keys of a command stand among its words.
///
/// `None` if the words do not say (a count that is no number) or the row cannot say.
pub fn key_positions(found: &Found, words: &[&[u8]]) -> Option<Vec<usize>> {
    Some(keys_with_specs(found, words)?.into_iter().map(|(place, _)| place).collect())
}

/// The same, each place with the specification that found it.
pub fn keys_with_specs(found: &Found, words: &[&[u8]]) -> Option<Vec<(usize, &'static KeySpec)>> {
    let mut positions = Vec::new();
    for (number, spec) in found.command.keys.iter().enumerate() {
        let begin = match spec.begin {
            Begin::Index(index) => index,
            Begin::Keyword { word, from } => {
                let start = if from >= 0 { usize::try_from(from).ok()? } else { 1 };
                let found = words
                    .iter()
                    .enumerate()
                    .skip(start)
                    .find(|(_, w)| w.eq_ignore_ascii_case(word.as_bytes()));
                match found {
                    Some((place, _)) => place + 1,
                    None => continue,
                }
            }
            // The syntax may know a word before it: the last one counts.
            Begin::Unknown => match behind_token(found.command, number, words) {
                Some(place) => {
                    positions.push((place, spec));
                    continue;
                }
                None => continue,
            },
        };
        if begin >= words.len() {
            continue;
        }
        match spec.find {
            Find::Range { last, step, limit } => {
                let end = if last >= 0 {
                    begin + usize::try_from(last).ok()?
                } else {
                    words.len().checked_sub(usize::try_from(-last).ok()?)?
                };
                let end = match usize::try_from(limit).ok()? {
                    0 | 1 => end,
                    part => begin + (end + 1 - begin) / part - 1,
                };
                let step = usize::try_from(step).ok().filter(|step| *step > 0)?;
                let places = (begin..=end.min(words.len() - 1)).step_by(step);
                positions.extend(places.map(|place| (place, spec)));
            }
            Find::KeyNum { idx, first, step } => {
                let word = words.get(begin + usize::try_from(idx).ok()?)?;
                let count = usize::try_from(super::parse_i64(word)?).ok()?;
                let start = begin + usize::try_from(first).ok()?;
                let step = usize::try_from(step).ok().filter(|step| *step > 0)?;
                if count > words.len().saturating_sub(start) {
                    return None;
                }
                let places = (start..).step_by(step).take(count);
                positions.extend(places.map(|place| (place, spec)));
            }
            Find::Unknown => {}
        }
    }
    Some(positions)
}

/// The place behind the token of the argument that the specification `number` is about.
fn behind_token(command: &Command, number: usize, words: &[&[u8]]) -> Option<usize> {
    let is_it = |arg: &&Arg| matches!(arg.kind, ArgKind::Key(spec) if spec == number);
    let token = command.args.iter().find(is_it)?.token?;
    let place = words.iter().rposition(|word| word.eq_ignore_ascii_case(token.as_bytes()))?;
    (place > 1 && place + 1 < words.len()).then_some(place + 1)
}

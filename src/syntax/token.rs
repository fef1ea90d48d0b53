//! A word as a quoting rule reads it: the shape that both rules give and the parse puts to use.

use super::{Open, Quote};
use nom::IResult;
use nom::bytes::complete::take_while;

/// One word, read as far as it can be read. The places are what is left of the line there, as
/// `nom` has it; [`place`] turns them into positions.
#[derive(Debug)]
pub(super) struct Token<'a> {
    pub(super) bytes: Vec<u8>,
    pub(super) quote: Quote,
    pub(super) inner_quote: Option<&'a [u8]>,
    pub(super) ending: Ending<'a>,
}

/// How a word ends.
#[derive(Debug)]
pub(super) enum Ending<'a> {
    /// At white space or the end of the line.
    Clean,
    /// Not at all: opened here.
    Unfinished(Open, &'a [u8]),
    /// With this closing quote and something behind it, which the word's span includes.
    Junk(Quote, &'a [u8]),
}

/// The position in `line` at which `rest` is left.
pub(super) fn place(line: &[u8], rest: &[u8]) -> usize {
    line.len().saturating_sub(rest.len())
}

/// What separates words, in redis-cli's eyes and a shell's.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

pub(super) fn spaces(input: &[u8]) -> IResult<&[u8], &[u8]> {
    take_while(is_space)(input)
}

/// Whether a bare word is the beginning of JSON that goes on behind a space. `{user}:1` closes in
/// its own word, and `[a` is how ZRANGEBYLEX writes a bound.
pub(super) fn opens_json(bare: &[u8]) -> bool {
    match bare {
        [b'{', inside @ ..] => !inside.contains(&b'}'),
        [b'['] | [b'[', .., b','] => true,
        _ => false,
    }
}

//! How redis-cli splits a command into words.
//!
//! A word is bare bytes, or a quoted string, or both in this order; a closing quote must be
//! followed by white space or the end. `"…"` knows `\n \r \t \b \a \xHH` and takes any other
//! escaped byte for itself; `'…'` knows `\'` only. Unlike in redis-cli, which works on C strings,
//! a NUL is a byte like any other and cuts nothing off.

use super::token::{Ending, Token, is_space, spaces};
use super::{Open, Quote};
use nom::branch::alt;
use nom::bytes::complete::{tag, take, take_while, take_while1};
use nom::combinator::{map, map_opt, opt, value};
use nom::multi::fold_many0;
use nom::sequence::preceded;
use nom::{IResult, Parser};

/// What stands between quotes, and whether the closing one was there.
type Quoted = (Quote, Vec<u8>, bool);

/// A stretch of a quoted string.
#[derive(Clone)]
enum Piece<'a> {
    Run(&'a [u8]),
    Byte(u8),
}

/// White space, then one word; an error at the end of the line.
pub(super) fn token(input: &[u8]) -> IResult<&[u8], (&[u8], Token<'_>)> {
    let (start, _) = spaces(input)?;
    let (at_quote, bare) = take_while(is_bare)(start)?;
    let word = |input| alt((double, single)).parse(input);
    let (end, (quote, quoted, closed)) = if bare.is_empty() {
        word(at_quote)?
    } else {
        map(opt(word), |quoted| quoted.unwrap_or((Quote::None, Vec::new(), true)))
            .parse(at_quote)?
    };
    let is_quoted = quote != Quote::None;
    let (rest, junk) = take_while(|byte| is_quoted && !is_space(byte))(end)?;
    let ending = if !closed {
        let open = if quote == Quote::Single { Open::Single } else { Open::Double };
        Ending::Unfinished(open, at_quote)
    } else if junk.is_empty() {
        Ending::Clean
    } else {
        Ending::Junk(quote, end)
    };
    let token = if bare.is_empty() {
        Token { bytes: quoted, quote, inner_quote: None, ending }
    } else {
        let inner_quote = is_quoted.then_some(at_quote);
        Token { bytes: [bare, &quoted].concat(), quote: Quote::None, inner_quote, ending }
    };
    Ok((rest, (start, token)))
}

fn is_bare(byte: u8) -> bool {
    !matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'"' | b'\'')
}

fn double(input: &[u8]) -> IResult<&[u8], Quoted> {
    let run = map(take_while1(|byte| byte != b'"' && byte != b'\\'), Piece::Run);
    let lone = value(Piece::Byte(b'\\'), tag("\\"));
    let body = pieces(alt((run, map(hex_escape, Piece::Byte), map(escape, Piece::Byte), lone)));
    map((preceded(tag("\""), body), opt(tag("\""))), |(bytes, close)| {
        (Quote::Double, bytes, close.is_some())
    })
    .parse(input)
}

fn single(input: &[u8]) -> IResult<&[u8], Quoted> {
    let run = map(take_while1(|byte| byte != b'\'' && byte != b'\\'), Piece::Run);
    let quote = value(Piece::Byte(b'\''), tag("\\'"));
    let lone = value(Piece::Byte(b'\\'), tag("\\"));
    let body = pieces(alt((run, quote, lone)));
    map((preceded(tag("'"), body), opt(tag("'"))), |(bytes, close)| {
        (Quote::Single, bytes, close.is_some())
    })
    .parse(input)
}

fn pieces<'a>(
    piece: impl Parser<&'a [u8], Output = Piece<'a>, Error = nom::error::Error<&'a [u8]>>,
) -> impl Parser<&'a [u8], Output = Vec<u8>, Error = nom::error::Error<&'a [u8]>> {
    fold_many0(piece, Vec::new, |mut bytes, piece| {
        match piece {
            Piece::Run(run) => bytes.extend_from_slice(run),
            Piece::Byte(byte) => bytes.push(byte),
        }
        bytes
    })
}

fn hex_escape(input: &[u8]) -> IResult<&[u8], u8> {
    let digits = map_opt(take(2usize), |digits: &[u8]| {
        digits.iter().try_fold(0, |sum, &digit| {
            let digit = u8::try_from(char::from(digit).to_digit(16)?).ok()?;
            Some(sum << 4 | digit)
        })
    });
    preceded(tag("\\x"), digits).parse(input)
}

fn escape(input: &[u8]) -> IResult<&[u8], u8> {
    let letter = map_opt(take(1usize), |letter: &[u8]| {
        letter.first().map(|letter| match letter {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 0x08,
            b'a' => 0x07,
            other => *other,
        })
    });
    preceded(tag("\\"), letter).parse(input)
}

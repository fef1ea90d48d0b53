//! How a shell splits a lab line into words, as far as the course needs it: `'…'`, `"…"`, a
//! backslash, pieces joined into one word, `# …` at the end, a backslash at the end of a line.
//! Nothing is expanded: `$HOME` and `*` stay as they are.

use super::token::{Ending, Token, is_space};
use super::{Open, Quote};
use nom::branch::alt;
use nom::bytes::complete::{tag, take, take_while, take_while1};
use nom::combinator::{opt, recognize, value};
use nom::multi::many0_count;
use nom::sequence::preceded;
use nom::{IResult, Parser};

/// White space, then one word; an error at the end of the line or before a comment.
pub(super) fn token(input: &[u8]) -> IResult<&[u8], (&[u8], Token<'_>)> {
    let blank = alt((take_while1(is_space), tag("\\\n")));
    let (start, _) = recognize(many0_count(blank)).parse(input)?;
    if start.is_empty() || start.starts_with(b"#") {
        let error = nom::error::Error::new(start, nom::error::ErrorKind::Eof);
        return Err(nom::Err::Error(error));
    }
    let mut token =
        Token { bytes: Vec::new(), quote: Quote::None, inner_quote: None, ending: Ending::Clean };
    let mut rest = start;
    while rest.first().is_some_and(|&byte| !is_space(byte)) {
        let here = rest;
        let (after, (quote, open)) = piece(here, &mut token.bytes)?;
        rest = after;
        if here.len() == start.len() {
            token.quote = quote;
        } else if quote != token.quote {
            token.quote = Quote::None;
        }
        if let Some(open) = open {
            token.ending = Ending::Unfinished(open, here);
        }
    }
    Ok((rest, (start, token)))
}

/// One stretch of a word, appended to `bytes`: its quote, and what it leaves open.
fn piece<'a>(input: &'a [u8], bytes: &mut Vec<u8>) -> IResult<&'a [u8], (Quote, Option<Open>)> {
    let open_unless = |closed: Option<&[u8]>, open| closed.is_none().then_some(open);
    match input.first() {
        Some(b'\'') => {
            let body = preceded(tag("'"), take_while(|byte| byte != b'\''));
            let (rest, (run, close)) = (body, opt(tag("'"))).parse(input)?;
            bytes.extend_from_slice(run);
            Ok((rest, (Quote::Single, open_unless(close, Open::Single))))
        }
        Some(b'"') => {
            let (rest, _) = tag("\"")(input)?;
            let (rest, ()) = double_body(rest, bytes)?;
            let (rest, close) = opt(tag("\"")).parse(rest)?;
            Ok((rest, (Quote::Double, open_unless(close, Open::Double))))
        }
        Some(b'\\') => {
            let (rest, escaped) = preceded(tag("\\"), opt(take(1usize))).parse(input)?;
            bytes.extend_from_slice(escaped.filter(|byte| byte != b"\n").unwrap_or_default());
            Ok((rest, (Quote::None, open_unless(escaped, Open::Backslash))))
        }
        Some(_) | None => {
            let is_bare = |byte| !is_space(byte) && !matches!(byte, b'\'' | b'"' | b'\\');
            let (rest, run) = take_while1(is_bare)(input)?;
            bytes.extend_from_slice(run);
            Ok((rest, (Quote::None, None)))
        }
    }
}

fn double_body<'a>(mut input: &'a [u8], bytes: &mut Vec<u8>) -> IResult<&'a [u8], ()> {
    let mut piece = alt((
        take_while1(|byte| byte != b'"' && byte != b'\\'),
        value(&b""[..], tag("\\\n")),
        preceded(tag("\\"), alt((tag("\""), tag("\\"), tag("$"), tag("`")))),
        tag("\\"),
    ));
    while let Ok((rest, run)) = piece.parse(input) as IResult<&[u8], &[u8]> {
        bytes.extend_from_slice(run);
        input = rest;
    }
    Ok((input, ()))
}

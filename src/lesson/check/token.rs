//! The words of an assertion, each with its place: bare, quoted as at the prompt, a `/pattern/`,
//! or JSON to the end of the line. Knows how words are written, not what they mean.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while_m_n, take_while1};
use nom::character::complete::{anychar, char, multispace0, none_of};
use nom::combinator::{all_consuming, map, map_opt, opt, recognize, rest, value, verify};
use nom::multi::{fold_many0, many0};
use nom::sequence::{delimited, pair, preceded, terminated};
use nom::{IResult, Parser};

use crate::lesson::problem::{Problem, Span};

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: TokenKind<'a>,
    /// Where it stands.
    pub span: Span,
}

/// How a word is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenKind<'a> {
    /// Without quotes.
    Bare(&'a str),
    /// In quotes, which are undone; or JSON after `json==`.
    Quoted(Vec<u8>),
    /// `/…/`, and whether an `i` follows.
    Pattern(&'a str, bool),
}

impl<'a> Token<'a> {
    /// The word, if it stands without quotes.
    pub fn bare(&self) -> Option<&'a str> {
        match &self.kind {
            TokenKind::Bare(word) => Some(word),
            TokenKind::Quoted(_) | TokenKind::Pattern(..) => None,
        }
    }

    /// The word's bytes and whether it stood in quotes.
    pub fn bytes(&self) -> (Vec<u8>, bool) {
        match &self.kind {
            TokenKind::Bare(word) => (word.as_bytes().to_vec(), false),
            TokenKind::Quoted(bytes) => (bytes.clone(), true),
            TokenKind::Pattern(text, _) => (text.as_bytes().to_vec(), true),
        }
    }
}

/// The words of `line`, which begins at byte `at`.
pub fn tokens(line: &str, at: usize) -> Result<Vec<Token<'_>>, Problem> {
    let mut found: Vec<Token<'_>> = Vec::new();
    let mut input = line.trim_start();
    while !input.is_empty() {
        let start = at + (line.len() - input.len());
        let after = found.last().and_then(Token::bare);
        let Ok((left, kind)) = word(input, after) else { return Err(explain(input, start)) };
        let end = at + (line.len() - left.len());
        found.push(Token { kind, span: Span::new(start, end) });
        input = left.trim_start();
    }
    Ok(found)
}

fn word<'a>(input: &'a str, after: Option<&str>) -> IResult<&'a str, TokenKind<'a>> {
    match after {
        Some("~") if input.starts_with('/') => terminated(pattern, boundary).parse(input),
        // The other two are slips that are told later, and their JSON should not be told first.
        Some("json==" | "json=" | "json===") => {
            alt((json, terminated(plain, boundary))).parse(input)
        }
        Some(_) | None => terminated(plain, boundary).parse(input),
    }
}

fn plain(input: &str) -> IResult<&str, TokenKind<'_>> {
    alt((map(alt((double, single)), TokenKind::Quoted), map(bare, TokenKind::Bare))).parse(input)
}

/// A word ends at white space or at the end of the line.
fn boundary(input: &str) -> IResult<&str, ()> {
    let next = input.chars().next();
    if next.is_none_or(char::is_whitespace) {
        Ok((input, ()))
    } else {
        Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Space)))
    }
}

fn bare(input: &str) -> IResult<&str, &str> {
    take_while1(|c: char| !c.is_whitespace() && c != '"' && c != '\'').parse(input)
}

fn push_char(mut bytes: Vec<u8>, c: char) -> Vec<u8> {
    bytes.extend(c.encode_utf8(&mut [0; 4]).bytes());
    bytes
}

fn double(input: &str) -> IResult<&str, Vec<u8>> {
    enum Piece {
        Byte(u8),
        Char(char),
    }
    let hex = map_opt(
        preceded(tag("\\x"), take_while_m_n(2, 2, |c: char| c.is_ascii_hexdigit())),
        |digits| u8::from_str_radix(digits, 16).ok().map(Piece::Byte),
    );
    let escape = map(preceded(char('\\'), anychar), |c| match c {
        'n' => Piece::Char('\n'),
        'r' => Piece::Char('\r'),
        't' => Piece::Char('\t'),
        'b' => Piece::Byte(8),
        'a' => Piece::Byte(7),
        c => Piece::Char(c),
    });
    let piece = alt((hex, escape, map(none_of("\"\\"), Piece::Char)));
    let content = fold_many0(piece, Vec::new, |mut bytes: Vec<u8>, piece| match piece {
        Piece::Byte(byte) => {
            bytes.push(byte);
            bytes
        }
        Piece::Char(c) => push_char(bytes, c),
    });
    delimited(char('"'), content, char('"')).parse(input)
}

fn single(input: &str) -> IResult<&str, Vec<u8>> {
    let piece = alt((value('\'', tag("\\'")), none_of("'")));
    delimited(char('\''), fold_many0(piece, Vec::new, push_char), char('\'')).parse(input)
}

fn pattern(input: &str) -> IResult<&str, TokenKind<'_>> {
    let piece = alt((recognize(pair(char('\\'), anychar)), recognize(none_of("/\\"))));
    let body = recognize(many0(piece));
    map(pair(delimited(char('/'), body, char('/')), opt(char('i'))), |(text, fold)| {
        TokenKind::Pattern(text, fold.is_some())
    })
    .parse(input)
}

/// An object or a list to the end of the line.
fn json(input: &str) -> IResult<&str, TokenKind<'_>> {
    map(verify(rest, |text: &str| text.starts_with(['{', '['])), |text: &str| {
        TokenKind::Quoted(text.trim_end().as_bytes().to_vec())
    })
    .parse(input)
}

fn explain(input: &str, start: usize) -> Problem {
    let end = start + input.trim_end().len();
    let open: IResult<&str, char> = alt((char('"'), char('\''), char('/'))).parse(input);
    if open.is_ok() {
        let quoted: IResult<&str, &str> = recognize(alt((
            map(double, |_| ()),
            map(single, |_| ()),
            map(all_consuming(terminated(pattern, multispace0)), |_| ()),
        )))
        .parse(input);
        return match quoted {
            Ok((_, quoted)) => Problem::new(
                Span::new(start, start + quoted.len()),
                "a closing quote must be followed by a space",
                "text follows at once",
                "put a space after it, or the whole word in quotes",
            ),
            Err(_) => Problem::new(
                Span::new(start, end),
                "this is opened and never closed",
                "opened here",
                "close it before the end of the line",
            ),
        };
    }
    let place = input.find(['"', '\'']).unwrap_or(0);
    Problem::new(
        Span::new(start + place, start + place + 1),
        "a quote may not stand inside a bare word",
        "here",
        "put the whole word in quotes",
    )
}

#[cfg(test)]
mod tests {
    use super::{TokenKind, tokens};

    #[test]
    fn words_are_bare_quoted_patterns_or_json() {
        let kinds =
            |line| tokens(line, 0).unwrap().into_iter().map(|token| token.kind).collect::<Vec<_>>();
        let quoted = |text: &str| TokenKind::Quoted(text.as_bytes().to_vec());
        assert_eq!(
            kinds(r#" GET "a\n\x01 b" == 'c\'d'  "#),
            [TokenKind::Bare("GET"), quoted("a\n\x01 b"), TokenKind::Bare("=="), quoted("c'd")]
        );
        assert_eq!(
            kinds(r"GET a ~ /x\/ y/i"),
            [
                TokenKind::Bare("GET"),
                TokenKind::Bare("a"),
                TokenKind::Bare("~"),
                TokenKind::Pattern(r"x\/ y", true)
            ]
        );
        assert_eq!(kinds(r#"GET a json== {"a": "b c"} "#).last(), Some(&quoted(r#"{"a": "b c"}"#)));
        assert_eq!(kinds(""), []);
        let span = tokens("é  xy", 10).unwrap()[1].span;
        assert_eq!((span.start, span.end), (14, 16));
    }

    #[test]
    fn a_quoting_mistake_is_told_at_its_place() {
        let told = |line| {
            let problem = tokens(line, 0).unwrap_err();
            (problem.span.start, problem.message)
        };
        assert_eq!(told("GET a\"b"), (5, "a quote may not stand inside a bare word".into()));
        assert_eq!(told("GET \"ab"), (4, "this is opened and never closed".into()));
        assert_eq!(told("GET \"ab\"c"), (4, "a closing quote must be followed by a space".into()));
        assert_eq!(told("GET a ~ /b c"), (8, "this is opened and never closed".into()));
    }
}

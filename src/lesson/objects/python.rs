//! What Python prints for a value: `{'chain_id': 'A', 'ok': True}`. Knows Python's literals only.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while_m_n, take_while1};
use nom::character::complete::{anychar, char, multispace0, none_of, one_of};
use nom::combinator::{all_consuming, map, map_opt, map_res, opt, value};
use nom::multi::{fold_many0, separated_list0};
use nom::sequence::{delimited, preceded, separated_pair, terminated};
use nom::{IResult, Parser};
use serde_json::{Map, Value};

/// How deep a value may be: a learner's data cannot exhaust the stack.
const DEPTH: usize = 24;

/// Reads a Python literal. A bytes literal is its text.
pub fn parse(text: &str) -> Option<Value> {
    let found: IResult<&str, Value> =
        all_consuming(|input| literal(input, DEPTH)).parse(text.trim());
    found.ok().map(|(_, value)| value)
}

fn literal(input: &str, depth: usize) -> IResult<&str, Value> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(nom::Err::Failure(nom::error::Error::new(
            input,
            nom::error::ErrorKind::TooLarge,
        )));
    };
    let inner = |input| literal(input, depth);
    let comma = || delimited(multispace0, char(','), multispace0);
    let close = |c| preceded((multispace0, opt((char(','), multispace0))), char(c));
    let items = || separated_list0(comma(), inner);
    let entry = separated_pair(map_opt(inner, key), (multispace0, char(':'), multispace0), inner);
    alt((
        map(string, Value::String),
        value(Value::Bool(true), tag("True")),
        value(Value::Bool(false), tag("False")),
        value(Value::Null, tag("None")),
        map_res(take_while1(|c: char| c.is_ascii_alphanumeric() || "+-.".contains(c)), number),
        map(
            delimited((char('{'), multispace0), separated_list0(comma(), entry), close('}')),
            |entries| Value::Object(entries.into_iter().collect::<Map<String, Value>>()),
        ),
        map(
            delimited((one_of("[("), multispace0), items(), alt((close(']'), close(')')))),
            Value::Array,
        ),
    ))
    .parse(input)
}

fn number(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str::<serde_json::Number>(text).map(Value::Number)
}

fn key(key: Value) -> Option<String> {
    match key {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn string(input: &str) -> IResult<&str, String> {
    preceded(opt(one_of("bu")), alt((|i| quoted(i, '\'', "'\\"), |i| quoted(i, '"', "\"\\"))))
        .parse(input)
}

fn quoted<'a>(input: &'a str, quote: char, special: &'static str) -> IResult<&'a str, String> {
    let coded = |mark, digits| {
        map_opt(
            preceded(char(mark), take_while_m_n(digits, digits, |c: char| c.is_ascii_hexdigit())),
            |digits| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32),
        )
    };
    let escape = preceded(
        char('\\'),
        alt((
            value('\n', char('n')),
            value('\r', char('r')),
            value('\t', char('t')),
            coded('x', 2),
            coded('u', 4),
            coded('U', 8),
            anychar,
        )),
    );
    let piece = alt((escape, none_of(special)));
    let content = fold_many0(piece, String::new, |mut text, c| {
        text.push(c);
        text
    });
    terminated(preceded(char(quote), content), char(quote)).parse(input)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn python_prints_are_read() {
        let check = |text: &str, json: &str| {
            assert_eq!(parse(text).map(|v| v.to_string()).as_deref(), Some(json), "{text}");
        };
        check("{'a': 'A', 'n': 198}", r#"{"a":"A","n":198}"#);
        check(
            r#"{'x': True, 'y': None, 'z': [1, -2.5, (3,)], "it's": "q"}"#,
            r#"{"x":true,"y":null,"z":[1,-2.5,[3]],"it's":"q"}"#,
        );
        check(r"'it\'s \u00e9\n'", "\"it's é\\n\"");
        check("b'{\"a\": 1}'", r#""{\"a\": 1}""#);
        check("{}", "{}");
        for text in ["", "{'a'}", "{a: 1}", "{'a': 1", "nan", "[1, 2"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"[".repeat(100_000)), None);
    }
}

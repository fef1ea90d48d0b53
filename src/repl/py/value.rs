//! From a reply to what Python prints for the value that the package makes of it.

use super::literal::{bytes_repr, float_repr, str_repr};
use super::report;
use super::row::Gives;
use crate::engine::{parse_f64, parse_i64};
use crate::resp::Reply;

/// A reply as a client of the second protocol gets it, which the package speaks by itself.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    None,
    Int(i64),
    Bytes(Vec<u8>),
    List(Vec<Value>),
    Error(String),
}

/// What Python prints; nothing where that is not told. `options` are the words behind the command's
/// name: some of them decide.
pub(super) fn shown(reply: &Reply, gives: Gives, options: &[Vec<u8>]) -> Option<String> {
    let has = |name: &str| options.iter().any(|word| word.eq_ignore_ascii_case(name.as_bytes()));
    let value = plain(reply);
    Some(match gives {
        Gives::Untold => return None,
        Gives::Flat => value.flat().repr(),
        Gives::Bool => truth(value.is_true()),
        Gives::SetResult if has("GET") || value == Value::None => value.repr(),
        Gives::Ok | Gives::SetResult => truth(value.text() == Some(b"OK")),
        Gives::True => truth(true),
        Gives::Pong => truth(value.text() == Some(b"PONG")),
        Gives::Float => value.float(),
        Gives::Floats => joined("[", value.items().iter().map(Value::float), "]"),
        Gives::Added if has("INCR") => value.float(),
        Gives::Raw | Gives::Added => value.repr(),
        Gives::Set if value.items().is_empty() => "set()".to_owned(),
        Gives::Set => joined("{", value.items().iter().map(Value::repr), "}"),
        Gives::Dict => dict(value.items(), Value::repr),
        Gives::StrDict => dict(value.items(), Value::str_repr),
        Gives::Str => value.str_repr(),
        Gives::Strs => joined("[", value.items().iter().map(Value::str_repr), "]"),
        Gives::Scores if !has("WITHSCORES") => value.repr(),
        Gives::Scores | Gives::AlwaysScores => scores(&value.flat()),
        Gives::Scan => cursor(&value, Value::repr)?,
        Gives::ScanDict => cursor(&value, |part| dict(part.items(), Value::repr))?,
        Gives::ScanScores => cursor(&value, scores)?,
        Gives::Time => {
            let numbers = value.items().iter().map(|number| number.digits().to_string());
            joined("(", numbers, ")")
        }
        Gives::Info => report::info(&String::from_utf8_lossy(value.text()?)),
        Gives::Client => report::client(&String::from_utf8_lossy(value.text()?)),
        Gives::Clients => report::clients(&String::from_utf8_lossy(value.text()?)),
    })
}

/// Lays what only the third protocol has into what the second one has.
fn plain(reply: &Reply) -> Value {
    match reply {
        Reply::Null => Value::None,
        Reply::Integer(number) => Value::Int(*number),
        Reply::Boolean(truth) => Value::Int(i64::from(*truth)),
        Reply::Simple(text)
        | Reply::Bulk(text)
        | Reply::Double(text)
        | Reply::BigNumber(text)
        | Reply::Verbatim { text, .. } => Value::Bytes(text.clone()),
        Reply::Array(items) | Reply::Set(items) | Reply::Push(items) => {
            Value::List(items.iter().map(plain).collect())
        }
        Reply::Map(pairs) => {
            Value::List(pairs.iter().flat_map(|(key, value)| [plain(key), plain(value)]).collect())
        }
        Reply::Error(text) => Value::Error(String::from_utf8_lossy(text).into_owned()),
    }
}

impl Value {
    fn repr(&self) -> String {
        match self {
            Self::None => "None".to_owned(),
            Self::Int(number) => number.to_string(),
            Self::Bytes(bytes) => bytes_repr(bytes),
            Self::List(items) => joined("[", items.iter().map(Self::repr), "]"),
            Self::Error(text) => super::error::repr(text),
        }
    }

    fn str_repr(&self) -> String {
        match self {
            Self::Bytes(bytes) => str_repr(&String::from_utf8_lossy(bytes)),
            Self::None | Self::Int(_) | Self::List(_) | Self::Error(_) => self.repr(),
        }
    }

    fn float(&self) -> String {
        match self {
            Self::Bytes(bytes) => float_repr(parse_f64(bytes).unwrap_or(f64::NAN)),
            Self::None | Self::Int(_) | Self::List(_) | Self::Error(_) => self.repr(),
        }
    }

    fn text(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::None | Self::Int(_) | Self::List(_) | Self::Error(_) => None,
        }
    }

    fn items(&self) -> &[Value] {
        match self {
            Self::List(items) => items,
            Self::None | Self::Int(_) | Self::Bytes(_) | Self::Error(_) => &[],
        }
    }

    fn is_true(&self) -> bool {
        match self {
            Self::None => false,
            Self::Int(number) => *number != 0,
            Self::Bytes(bytes) => !bytes.is_empty(),
            Self::List(items) => !items.is_empty(),
            Self::Error(_) => true,
        }
    }

    fn digits(&self) -> i64 {
        self.text().and_then(parse_i64).unwrap_or(0)
    }

    /// A list whose pairs are not lists of their own.
    fn flat(&self) -> Value {
        if !self.items().iter().any(|item| matches!(item, Self::List(_))) {
            return self.clone();
        }
        Self::List(self.items().iter().flat_map(|item| item.items().to_vec()).collect())
    }
}

fn truth(truth: bool) -> String {
    if truth { "True" } else { "False" }.to_owned()
}

fn joined(open: &str, items: impl Iterator<Item = String>, close: &str) -> String {
    let items: Vec<String> = items.collect();
    format!("{open}{}{close}", items.join(", "))
}

fn dict(items: &[Value], tell: fn(&Value) -> String) -> String {
    let (pairs, _) = items.as_chunks::<2>();
    let pairs = pairs.iter().map(|[key, value]| format!("{}: {}", tell(key), tell(value)));
    joined("{", pairs, "}")
}

fn scores(value: &Value) -> String {
    let (pairs, _) = value.items().as_chunks::<2>();
    let pairs =
        pairs.iter().map(|[member, score]| format!("({}, {})", member.repr(), score.float()));
    joined("[", pairs, "]")
}

fn cursor(value: &Value, tell: impl Fn(&Value) -> String) -> Option<String> {
    let [cursor, part] = value.items() else { return None };
    Some(format!("({}, {})", cursor.digits(), tell(part)))
}

//! Two sides of a comparison, wherever they came from: replies, answers, literals, files.

use std::cmp::Ordering;

use serde_json::Value as Json;

use super::ast::{Literal, Operator};
use crate::lesson::number::Number;
use crate::lesson::text::printable;
use crate::resp::Reply;

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// Nothing.
    Nil,
    /// An error reply, or why there is no reply.
    Error(Vec<u8>),
    /// A text or a number.
    Text(Vec<u8>, Manner),
    /// Several, in order.
    List(Vec<Operand>),
}

/// How a text wants to be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Byte by byte.
    Exact,
    /// As a number, if both sides are one.
    Number,
    /// As an answer: also without regard to case and outer white space.
    Answer,
}

impl Operand {
    /// A reply.
    pub fn of_reply(reply: &Reply) -> Operand {
        let exact = |bytes: &[u8]| Operand::Text(bytes.to_vec(), Manner::Exact);
        match reply {
            Reply::Simple(text) | Reply::Bulk(text) | Reply::Verbatim { text, .. } => exact(text),
            Reply::Error(text) => Operand::Error(text.clone()),
            Reply::Integer(number) => {
                Operand::Text(number.to_string().into_bytes(), Manner::Number)
            }
            Reply::Double(text) | Reply::BigNumber(text) => {
                Operand::Text(text.clone(), Manner::Number)
            }
            Reply::Boolean(flag) => exact(flag.to_string().as_bytes()),
            Reply::Null => Operand::Nil,
            Reply::Array(items) | Reply::Set(items) | Reply::Push(items) => {
                Operand::List(items.iter().map(Operand::of_reply).collect())
            }
            Reply::Map(pairs) => Operand::List(
                pairs.iter().flat_map(|(key, value)| [key, value]).map(Operand::of_reply).collect(),
            ),
        }
    }

    /// JSON from a file: a list is a list, an object its text.
    pub fn of_json(value: &Json) -> Operand {
        match value {
            Json::Null => Operand::Nil,
            Json::Number(number) => Operand::Text(number.to_string().into_bytes(), Manner::Number),
            Json::String(text) => Operand::Text(text.clone().into_bytes(), Manner::Exact),
            Json::Bool(_) | Json::Object(_) => {
                Operand::Text(value.to_string().into_bytes(), Manner::Exact)
            }
            Json::Array(items) => Operand::List(items.iter().map(Operand::of_json).collect()),
        }
    }

    /// One literal is a text, several are a list.
    pub fn of_literals(literals: &[Literal]) -> Operand {
        match literals {
            [only] => Operand::of_literal(only),
            many => Operand::List(many.iter().map(Operand::of_literal).collect()),
        }
    }

    /// A literal: unquoted, it may be a number.
    pub fn of_literal(literal: &Literal) -> Operand {
        let manner = if literal.quoted { Manner::Exact } else { Manner::Number };
        Operand::Text(literal.bytes.clone(), manner)
    }

    /// Whether both are the same.
    pub fn equals(&self, other: &Operand) -> bool {
        match (self, other) {
            (Operand::Nil, Operand::Nil) => true,
            (Operand::Error(a), Operand::Error(b)) => a == b,
            (Operand::Text(a, how_a), Operand::Text(b, how_b)) => same_text(a, *how_a, b, *how_b),
            (Operand::List(a), Operand::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.equals(b))
            }
            // A list of one, written as its only element.
            (Operand::List(list), text @ Operand::Text(..))
            | (text @ Operand::Text(..), Operand::List(list)) => {
                matches!(list.as_slice(), [only] if only.equals(text))
            }
            (Operand::Nil | Operand::Error(_) | Operand::Text(..) | Operand::List(_), _) => false,
        }
    }

    /// Whether both have the same elements, in any order, each as often.
    pub fn equals_as_set(&self, other: &Operand) -> bool {
        let (a, mut left) = (self.elements(), other.elements());
        a.len() == left.len()
            && a.iter().all(|element| {
                let at = left.iter().position(|other| element.equals(other));
                at.map(|at| left.swap_remove(at)).is_some()
            })
    }

    /// Whether both have the same pairs of a name and its value, in any order, each as often.
    pub fn equals_as_pairs(&self, other: &Operand) -> bool {
        let (a, b) = (self.elements(), other.elements());
        let mut left: Vec<&[&Operand]> = b.chunks(2).collect();
        a.len() == b.len()
            && a.chunks(2).all(|pair| {
                let same = |other: &&[&Operand]| {
                    pair.len() == other.len() && pair.iter().zip(*other).all(|(a, b)| a.equals(b))
                };
                let at = left.iter().position(same);
                at.map(|at| left.swap_remove(at)).is_some()
            })
    }

    /// Whether all of `wanted` is among the elements, or within the text.
    pub fn has(&self, wanted: &Operand) -> bool {
        match self {
            Operand::List(list) => wanted
                .elements()
                .iter()
                .all(|element| list.iter().any(|other| other.equals(element))),
            Operand::Text(text, _) => wanted.elements().iter().all(|element| match element {
                Operand::Text(part, _) => memchr::memmem::find(text, part).is_some(),
                Operand::Nil | Operand::Error(_) | Operand::List(_) => false,
            }),
            Operand::Nil | Operand::Error(_) => false,
        }
    }

    /// Whether the comparison holds. Orders compare numbers, and for a list how many it holds.
    pub fn compares(&self, operator: Operator, other: &Operand) -> bool {
        let order = || Some(self.number()?.cmp(&other.number()?));
        match operator {
            Operator::Equal => self.equals(other),
            Operator::Unequal => !self.equals(other),
            Operator::Less => order() == Some(Ordering::Less),
            Operator::AtMost => order().is_some_and(Ordering::is_le),
            Operator::Greater => order() == Some(Ordering::Greater),
            Operator::AtLeast => order().is_some_and(Ordering::is_ge),
        }
    }

    /// Its value as a number; of a list, how many elements it has.
    pub fn number(&self) -> Option<Number> {
        match self {
            Operand::Text(text, _) => Number::parse(text.trim_ascii()),
            Operand::List(list) => Number::parse(list.len().to_string().as_bytes()),
            Operand::Nil | Operand::Error(_) => None,
        }
    }

    /// Whether `matches` is true of the text, or of an element.
    pub fn any_text(&self, matches: &impl Fn(&[u8]) -> bool) -> bool {
        match self {
            Operand::Text(text, _) => matches(text),
            Operand::List(list) => list.iter().any(|element| element.any_text(matches)),
            Operand::Nil | Operand::Error(_) => false,
        }
    }

    /// Its JSON.
    pub fn json(&self) -> Option<Json> {
        match self {
            Operand::Text(text, _) => serde_json::from_slice(text).ok(),
            Operand::List(list) => {
                list.iter().map(Operand::json).collect::<Option<Vec<_>>>().map(Json::Array)
            }
            Operand::Nil => Some(Json::Null),
            Operand::Error(_) => None,
        }
    }

    /// In a sentence, harmless to a terminal.
    pub fn shown(&self) -> String {
        const SHOWN: usize = 8;
        match self {
            Operand::Nil => "(nil)".to_owned(),
            Operand::Error(text) => format!("(error) {}", printable(text)),
            Operand::Text(text, _) => printable(text),
            Operand::List(list) if list.is_empty() => "nothing".to_owned(),
            Operand::List(list) => {
                let mut shown: Vec<String> = list.iter().take(SHOWN).map(Operand::shown).collect();
                if list.len() > SHOWN {
                    shown.push(format!("and {} more", list.len() - SHOWN));
                }
                shown.join(", ")
            }
        }
    }

    fn elements(&self) -> Vec<&Operand> {
        match self {
            Operand::List(list) => list.iter().collect(),
            Operand::Nil | Operand::Error(_) | Operand::Text(..) => vec![self],
        }
    }
}

/// Whether two texts stand for one double: a score of 6.1 comes back as 6.0999999999999996, since a
/// server prints seventeen digits of it.
fn same_double(a: &[u8], b: &[u8]) -> bool {
    let double = |text: &[u8]| std::str::from_utf8(text).ok()?.trim().parse::<f64>().ok();
    double(a).zip(double(b)).is_some_and(|(a, b)| a.total_cmp(&b).is_eq())
}

fn same_text(a: &[u8], how_a: Manner, b: &[u8], how_b: Manner) -> bool {
    let as_answer = how_a == Manner::Answer || how_b == Manner::Answer;
    let as_number = as_answer || how_a == Manner::Number || how_b == Manner::Number;
    let (a, b) = if as_answer { (a.trim_ascii(), b.trim_ascii()) } else { (a, b) };
    if as_number && let (Some(one), Some(other)) = (Number::parse(a), Number::parse(b)) {
        let is_fraction = !one.is_whole() && !other.is_whole();
        return one == other || is_fraction && same_double(a, b);
    }
    if as_answer {
        let fold = |text: &[u8]| String::from_utf8_lossy(text).to_lowercase();
        return fold(a) == fold(b);
    }
    a == b
}

/// Whether two JSON values are the same: numbers by value, fields in any order.
pub fn same_json(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => {
            Number::parse(a.to_string().as_bytes()) == Number::parse(b.to_string().as_bytes())
        }
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_json(a, b))
        }
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(field, a)| b.get(field).is_some_and(|b| same_json(a, b)))
        }
        (a, b) => a == b,
    }
}

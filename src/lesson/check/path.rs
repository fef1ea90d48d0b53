//! A small JSON path: `$.a.b[0].c`, `[*]` for every element. Knows JSON only.

use std::fmt;

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, u32};
use nom::combinator::{all_consuming, map, value};
use nom::multi::many0;
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser};
use serde_json::Value;

use crate::lesson::suggest::nearest;

/// Where in a JSON document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(Vec<Leg>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Leg {
    Field(String),
    Index(u32),
    Every,
}

impl Path {
    /// Reads a path; nothing if it is not one.
    pub fn parse(text: &str) -> Option<Path> {
        let leg = alt((
            map(preceded(char('.'), take_while1(is_name)), |name: &str| {
                Leg::Field(name.to_owned())
            }),
            value(Leg::Every, tag("[*]")),
            map(delimited(char('['), u32, char(']')), Leg::Index),
        ));
        let found: IResult<&str, Vec<Leg>> =
            all_consuming(preceded(char('$'), many0(leg))).parse(text);
        found.ok().map(|(_, legs)| Path(legs))
    }

    /// Whether it can lead to more than one place.
    pub fn is_many(&self) -> bool {
        self.0.contains(&Leg::Every)
    }

    /// The values it leads to, in order.
    pub fn find<'a>(&self, root: &'a Value) -> Vec<&'a Value> {
        self.0.iter().fold(vec![root], |here, leg| step(&here, leg))
    }

    /// For a path that leads to nothing: one that leads further, with another name in the place of
    /// the first that is not there; or else the names that are there.
    pub fn nearest<'a>(&self, root: &'a Value) -> Result<Path, Vec<&'a str>> {
        let mut here = vec![root];
        for (at, leg) in self.0.iter().enumerate() {
            let next = step(&here, leg);
            if !next.is_empty() {
                here = next;
                continue;
            }
            let mut names: Vec<&str> = here
                .iter()
                .filter_map(|value| value.as_object())
                .flat_map(|fields| fields.keys().map(String::as_str))
                .collect();
            names.sort_unstable();
            names.dedup();
            if let Leg::Field(wrong) = leg
                && let Some(near) = nearest(wrong, names.iter().copied())
            {
                let mut legs = self.0.clone();
                if let Some(leg) = legs.get_mut(at) {
                    *leg = Leg::Field(near.to_owned());
                }
                return Ok(Path(legs));
            }
            return Err(names);
        }
        Err(Vec::new())
    }
}

fn step<'a>(here: &[&'a Value], leg: &Leg) -> Vec<&'a Value> {
    let next = |value: &'a Value| -> Vec<&'a Value> {
        match leg {
            Leg::Field(name) => value.get(name.as_str()).into_iter().collect(),
            Leg::Index(index) => value.get(*index as usize).into_iter().collect(),
            Leg::Every => match value {
                Value::Array(list) => list.iter().collect(),
                Value::Object(fields) => fields.values().collect(),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
            },
        }
    };
    here.iter().copied().flat_map(next).collect()
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        for leg in &self.0 {
            match leg {
                Leg::Field(name) => write!(f, ".{name}")?,
                Leg::Index(index) => write!(f, "[{index}]")?,
                Leg::Every => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

#[cfg(test)]
mod tests {
    use super::Path;

    #[test]
    fn paths_lead_into_json() {
        let root = serde_json::json!({"chains": [{"id": "A", "n": 1}, {"id": "B"}], "x": 4});
        let find = |text: &str| {
            let found = Path::parse(text).unwrap().find(&root);
            found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(find("$.x"), "4");
        assert_eq!(find("$.chains[0].id"), "\"A\"");
        assert_eq!(find("$.chains[*].id"), "\"A\" \"B\"");
        assert_eq!(find("$.chains[*].n"), "1");
        assert_eq!(find("$.chains[7].n"), "");
        assert_eq!(find("$[*].x"), "");
        assert_eq!(find("$"), root.to_string());
    }

    #[test]
    fn a_path_that_leads_nowhere_has_a_neighbour() {
        let root = serde_json::json!({"chains": [{"id": "A"}, {"name": "B"}], "x": 4});
        let near = |text: &str| match Path::parse(text).unwrap().nearest(&root) {
            Ok(path) => path.to_string(),
            Err(names) => names.join(" "),
        };
        assert_eq!(near("$.chans"), "$.chains");
        assert_eq!(near("$.Chains[0].id"), "$.chains[0].id");
        assert_eq!(near("$.chains[*].nam"), "$.chains[*].name");
        assert_eq!(near("$.banana"), "chains x");
        assert_eq!(near("$.chains[7]"), "");
        assert_eq!(near("$.chains[*].banana"), "id name");
    }

    #[test]
    fn a_path_prints_as_it_is_written() {
        for text in ["$", "$.a.b[0].c", "$.chains[*].chain_id"] {
            assert_eq!(Path::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "a", "$a", "$.", "$[x]", "$.a b", "$[99999999999]"] {
            assert_eq!(Path::parse(text), None, "{text}");
        }
    }
}

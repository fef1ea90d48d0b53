//! The reports of `INFO` and `CLIENT LIST` as the dictionaries that the package makes of them.

use super::literal::{float_repr, str_repr};

/// `INFO` as a `dict`: a later line of the same name replaces the earlier one in its place.
pub(super) fn info(report: &str) -> String {
    let mut pairs: Vec<(&str, String)> = Vec::new();
    for line in report.lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, value)) = line.split_once(':') else { continue };
        let value = fact(value);
        match pairs.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => pairs.push((name, value)),
        }
    }
    dict(pairs.into_iter())
}

/// A value of `INFO`: a number, text, a list, or a `dict` again.
fn fact(value: &str) -> String {
    if value.contains('=') {
        let parts = value.split(',').filter(|part| !part.is_empty());
        return dict(parts.map(|part| match part.rsplit_once('=') {
            Some((name, value)) => (name, fact(value)),
            None => (part, "True".to_owned()),
        }));
    }
    if value.contains(',') {
        let parts: Vec<String> =
            value.split(',').filter(|part| !part.is_empty()).map(fact).collect();
        return format!("[{}]", parts.join(", "));
    }
    if value.contains('.') {
        if let Ok(number) = value.trim().parse::<f64>() {
            return float_repr(number);
        }
    } else if let Ok(number) = value.trim().parse::<i128>() {
        return number.to_string();
    }
    str_repr(value)
}

/// The facts of a client that are numbers, in `CLIENT INFO`.
const NUMBERS: &[&str] = &[
    "id",
    "age",
    "idle",
    "db",
    "sub",
    "psub",
    "multi",
    "qbuf",
    "qbuf-free",
    "obl",
    "argv-mem",
    "oll",
    "omem",
    "tot-mem",
];

/// `CLIENT INFO` as a `dict`.
pub(super) fn client(line: &str) -> String {
    dict(facts(line).map(|(name, value)| {
        let number = NUMBERS.contains(&name);
        (name, if number { value.to_owned() } else { str_repr(value) })
    }))
}

/// `CLIENT LIST` as a list of `dict`: there everything is text.
pub(super) fn clients(report: &str) -> String {
    let clients: Vec<String> = report
        .lines()
        .map(|line| dict(facts(line).map(|(name, value)| (name, str_repr(value)))))
        .collect();
    format!("[{}]", clients.join(", "))
}

fn facts(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split_whitespace().filter_map(|fact| fact.split_once('='))
}

fn dict<'a>(pairs: impl Iterator<Item = (&'a str, String)>) -> String {
    let pairs: Vec<String> =
        pairs.map(|(name, value)| format!("{}: {value}", str_repr(name))).collect();
    format!("{{{}}}", pairs.join(", "))
}

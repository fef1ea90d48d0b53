//! Lines of Python that are typed at the prompt: what they look like, and what is said to them.
//!
//! Runs nothing and knows no reply.

use super::without_options;
use crate::engine;

/// What is said to a line that looks like Python; `None` if it does not.
pub(in crate::repl) fn told(line: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(line);
    // With the prompt of Python in front, as it is copied from a page.
    let text = text.trim().trim_start_matches(">>>").trim_start();
    if !looks_so(text) {
        return None;
    }
    let usage = method(text).and_then(|name| {
        let row = engine::by_name(name.to_uppercase().as_bytes())?;
        Some(without_options(&format!("{} {}", row.name, row.usage())))
    });
    let bare = usage.unwrap_or_else(|| "SET key value".to_owned());
    Some(format!(
        "this is Python, for a terminal of your own. At this prompt a command is typed bare: {bare}."
    ))
}

fn looks_so(text: &str) -> bool {
    let lower = text.to_lowercase();
    let starts = |start: &str| lower.starts_with(start);
    if starts("import ") || lower == "import" || starts("print(") || method(text).is_some() {
        return true;
    }
    if starts("from ") && lower.contains(" import ")
        || starts("for ") && lower.contains(" in ")
        || starts("with ") && lower.contains(" as ")
    {
        return true;
    }
    // `rd = redis.Redis(…)`, `d = {'a': 1}`
    text.split_once('=').is_some_and(|(name, value)| {
        let value = value.trim_start();
        is_name(name.trim()) && (call(value).is_some() || value.starts_with(['{', '[']))
    })
}

/// What is called: `rd.set` of `rd.set('a', 1)`.
fn call(text: &str) -> Option<&str> {
    let (called, _) = text.split_once('(')?;
    called.split('.').all(is_name).then_some(called)
}

/// The method that is called on something: `set` of `rd.set('a', 1)`.
fn method(text: &str) -> Option<&str> {
    let (_, method) = call(text)?.rsplit_once('.')?;
    Some(method)
}

fn is_name(text: &str) -> bool {
    !text.starts_with(|first: char| first.is_ascii_digit())
        && !text.is_empty()
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_python_are_known_and_told_as_commands() {
        let bare = |usage: &str| {
            Some(format!(
                "this is Python, for a terminal of your own. At this prompt a command is typed bare: \
                 {usage}."
            ))
        };
        for (line, usage) in [
            ("import redis", "SET key value"),
            ("from redis import Redis", "SET key value"),
            ("rd = redis.Redis(host='127.0.0.1', port=6379, db=0)", "SET key value"),
            ("d = {'a': 1}", "SET key value"),
            ("for chain in data['chains']:", "SET key value"),
            ("print(rd.get('A'))", "SET key value"),
            ("rd.set('my_key', 'my_value')", "SET key value"),
            (">>> rd.get('my_key').decode('utf-8')", "GET key"),
            ("r.hget('k', 'f')", "HGET key field"),
            ("rd.keys()", "KEYS pattern"),
            ("json.dumps({\"a\": 1})", "SET key value"),
        ] {
            assert_eq!(told(line.as_bytes()), bare(usage), "{line}");
        }
        for line in
            ["", "SET a (1)", "bikes=7", "SET bikes:zoo = 12", "answer f(x)", "a.b", "(nil)"]
        {
            assert_eq!(told(line.as_bytes()), None, "{line}");
        }
    }
}

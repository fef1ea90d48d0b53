//! Values of a compose file: what a node must be, and variables in its text.

use super::fault::Fault;
use super::known::Idle;
use super::yaml::{Entry, Node, Value};
use crate::lab::docker::nearest;

/// What is gathered while a file is read.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Mistakes.
    pub(super) faults: Vec<Fault>,
    /// Variables that are not set.
    pub(super) unset: Vec<String>,
}

impl Notes {
    pub(super) fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// The entries of a mapping; nothing else will do.
    pub(super) fn map<'n>(&mut self, node: &'n Node, what: &str) -> &'n [Entry] {
        match &node.value {
            Value::Map(entries) => entries,
            Value::Null => &[],
            Value::Scalar { .. } | Value::List(_) => {
                self.wrong_kind(node, what, "a mapping of `key: value` lines");
                &[]
            }
        }
    }

    /// A text, its variables filled in; nothing else will do.
    pub(super) fn text(&mut self, node: &Node, what: &str) -> Option<String> {
        match &node.value {
            Value::Scalar { text, .. } => Some(self.filled(node, text)),
            Value::Null | Value::List(_) | Value::Map(_) => {
                self.wrong_kind(node, what, "one value");
                None
            }
        }
    }

    /// A list of texts; nothing else will do.
    pub(super) fn texts(&mut self, node: &Node, what: &str) -> Vec<String> {
        match &node.value {
            Value::List(items) => items.iter().filter_map(|item| self.text(item, what)).collect(),
            Value::Null => Vec::new(),
            Value::Scalar { .. } | Value::Map(_) => {
                self.wrong_kind(node, what, "a list of `- value` lines");
                Vec::new()
            }
        }
    }

    pub(super) fn wrong_kind(&mut self, node: &Node, what: &str, wanted: &str) {
        let message = format!("{what} is {wanted}, not {}", node.kind());
        self.fault(Fault::new(&node.span, message));
    }

    /// A key that has no place where it stands.
    pub(super) fn unknown_key(&mut self, entry: &Entry, what: &str, known: &[&str], idle: &[Idle]) {
        let all = known.iter().copied().chain(idle.iter().map(|row| row.key));
        let near = nearest(&entry.key, all).map(|near| format!("did you mean {near}? "));
        let help = format!("{}{what} can have {}", near.unwrap_or_default(), known.join(", "));
        let message = format!("the lab does not know {:?} here", entry.key);
        self.fault(Fault::new(&entry.key_span, message).help(help));
    }

    /// Fills variables in: no variable is set here, so the default after `:-` is taken.
    fn filled(&mut self, node: &Node, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
            filled.push_str(before);
            let after = after.strip_prefix('$').unwrap_or_default();
            if let Some(plain) = after.strip_prefix('$') {
                filled.push('$');
                rest = plain;
                continue;
            }
            let Some((name, default, behind)) = variable(after) else {
                // `$(pwd)` and a lone dollar are for whoever reads the value.
                if !after.starts_with('(') {
                    let message = format!("invalid interpolation format in {text:?}");
                    self.fault(Fault::new(&node.span, message).help(
                        "write $$ for a dollar, ${NAME:-value} for a variable with a default",
                    ));
                }
                filled.push('$');
                rest = after;
                continue;
            };
            match default {
                Some(default) => filled.push_str(default),
                None => self.unset.push(name.to_owned()),
            }
            rest = behind;
        }
        filled + rest
    }
}

/// `NAME` or `{NAME:-default}` behind a dollar: the name, its default, and what follows.
fn variable(after: &str) -> Option<(&str, Option<&str>, &str)> {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if let Some(inside) = after.strip_prefix('{') {
        let (inside, behind) = inside.split_once('}')?;
        let end = inside.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let (name, rest) = inside.split_at_checked(end.unwrap_or(inside.len()))?;
        if !is_name(name) {
            return None;
        }
        let default = match rest {
            "" => None,
            _ => Some(rest.strip_prefix(":-").or_else(|| rest.strip_prefix('-'))?),
        };
        return Some((name, default, behind));
    }
    let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let (name, behind) = after.split_at_checked(end.unwrap_or(after.len()))?;
    is_name(name).then_some((name, None, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> (String, Vec<String>, usize) {
        let value = Value::Scalar { text: text.to_owned(), plain: true };
        let mut notes = Notes::default();
        let text = notes.text(&Node { value, span: 0..0 }, "a value").unwrap();
        (text, notes.unset, notes.faults.len())
    }

    #[test]
    fn variables_have_their_default_or_are_empty() {
        let none = Vec::<String>::new;
        assert_eq!(filled("redis:${TAG:-8}"), ("redis:8".to_owned(), none(), 0));
        assert_eq!(filled("redis:${TAG-8}x"), ("redis:8x".to_owned(), none(), 0));
        assert_eq!(filled("a $$ b"), ("a $ b".to_owned(), none(), 0));
        assert_eq!(filled("redis:$TAG"), ("redis:".to_owned(), vec!["TAG".to_owned()], 0));
        assert_eq!(filled("${A}-${B}"), ("-".to_owned(), vec!["A".to_owned(), "B".to_owned()], 0));
        assert_eq!(filled("$(pwd)/data"), ("$(pwd)/data".to_owned(), none(), 0));
        assert_eq!(filled("5 $"), ("5 $".to_owned(), none(), 1));
        assert_eq!(filled("${1}"), ("${1}".to_owned(), none(), 1));
    }
}

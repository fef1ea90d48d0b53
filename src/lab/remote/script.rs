//! Scripts that a lesson does not send to a server which others use as well: what they would touch is not
//! in the words of the command but in the script's text.
//!
//! It is read for what a learner writes, and keeps from accidents, not from intent. What cannot be read
//! is not sent: a command whose name is put together, or a script that is only named.

use super::guard::harm;
use super::space::Space;

/// Commands that leave the database, or empty others.
const LEAVES: &[&str] = &["SELECT", "MOVE", "COPY", "FLUSHALL"];

/// Commands without a key that touch no data.
const HARMLESS: &[&str] = &["PING", "ECHO", "TIME", "PUBLISH"];

/// Names that stand for the server in a script.
const SERVER: &[&[u8]] = &[b"redis", b"server"];

/// Names with which text is made a script.
const LOADERS: &[&[u8]] = &[b"load", b"loadstring", b"_g", b"getfenv", b"setfenv"];

/// Whether a command runs or keeps a script.
pub(super) fn is_one(words: &[&[u8]]) -> bool {
    named(words).is_some()
}

/// Why a script is not sent; one line for the learner.
pub(super) fn objection(space: &Space, words: &[&[u8]]) -> Option<String> {
    let name = named(words).filter(|_| space.is_shared())?;
    let why = match (name, words.get(1)) {
        ("EVAL" | "EVAL_RO", Some(text)) => fault(text, space.everything().is_some())?,
        ("EVAL" | "EVAL_RO", None) => return None,
        ("FUNCTION LOAD" | "FUNCTION RESTORE", _) => {
            "what it brings is there for everybody".to_owned()
        }
        (_, _) => {
            "what the script does cannot be seen here: EVAL with its text shows it".to_owned()
        }
    };
    Some(format!("{name} was not sent: others use this server too, and {why}"))
}

fn named(words: &[&[u8]]) -> Option<&'static str> {
    const NAMES: &[&str] = &["EVAL", "EVAL_RO", "EVALSHA", "EVALSHA_RO", "FCALL", "FCALL_RO"];
    let is = |at: usize, name: &str| {
        words.get(at).is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()))
    };
    if is(0, "FUNCTION") && is(1, "LOAD") {
        return Some("FUNCTION LOAD");
    }
    if is(0, "FUNCTION") && is(1, "RESTORE") {
        return Some("FUNCTION RESTORE");
    }
    NAMES.iter().copied().find(|name| is(0, name))
}

/// A piece of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// A name, in small letters.
    Name(Vec<u8>),
    /// A text in quotes, in capitals.
    Text(String),
    Sign(u8),
}

/// What in a script is not for a server that others use; `keyed` says that one's own keys are told from
/// theirs by their names only.
fn fault(text: &[u8], keyed: bool) -> Option<String> {
    let tokens = tokens(text);
    let is_server =
        |token: &Token| matches!(token, Token::Name(name) if SERVER.contains(&name.as_slice()));
    for (at, token) in tokens.iter().enumerate() {
        let Token::Name(name) = token else { continue };
        if LOADERS.contains(&name.as_slice()) {
            return Some("it makes a script of a text, which cannot be seen here".to_owned());
        }
        if !is_server(token) {
            continue;
        }
        let rest = tokens.get(at + 1..).unwrap_or_default();
        let [Token::Sign(b'.'), Token::Name(method), rest @ ..] = rest else {
            return Some("it calls commands in a way that cannot be followed here".to_owned());
        };
        if !matches!(method.as_slice(), b"call" | b"pcall") {
            continue;
        }
        let ([Token::Sign(b'('), Token::Text(command), rest @ ..], true) =
            (rest, matches!(rest.get(2), Some(Token::Sign(b',' | b')'))))
        else {
            return Some("a command in it is not written out: redis.call('GET', …) is".to_owned());
        };
        if LEAVES.contains(&command.as_str()) {
            return Some(format!("its {command} leaves your database"));
        }
        if let Some((_, harm)) = harm(&[command.as_bytes()]) {
            return Some(format!("of its {command}: {harm}"));
        }
        let names_key = matches!(
            rest,
            [Token::Sign(b','), Token::Name(keys), Token::Sign(b'['), ..] if keys == b"keys"
        );
        if keyed && !names_key && !HARMLESS.contains(&command.as_str()) {
            return Some(format!(
                "its {command} does not take its key from KEYS, as in \
                 `EVAL \"return redis.call('GET', KEYS[1])\" 1 name`"
            ));
        }
    }
    None
}

fn tokens(text: &[u8]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some((&first, behind)) = rest.split_first() {
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let until = |end: &[u8]| {
            let at = behind.windows(end.len()).position(|window| window == end);
            at.map_or(behind.len(), |at| at)
        };
        rest = if rest.starts_with(b"--") {
            behind.get(until(b"\n")..).unwrap_or_default()
        } else if first == b'\'' || first == b'"' {
            let end = until(&[first]);
            let inner = behind.get(..end).unwrap_or_default();
            tokens.push(Token::Text(String::from_utf8_lossy(inner).to_ascii_uppercase()));
            behind.get(end + 1..).unwrap_or_default()
        } else if is_name(&first) {
            let end = rest.iter().position(|byte| !is_name(byte)).unwrap_or(rest.len());
            let (name, behind) = rest.split_at(end);
            tokens.push(Token::Name(name.to_ascii_lowercase()));
            behind
        } else {
            if !first.is_ascii_whitespace() {
                tokens.push(Token::Sign(first));
            }
            behind
        };
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[track_caller]
    fn check(text: &str, keyed: bool, expected: Option<&str>) {
        assert_eq!(fault(text.as_bytes(), keyed).as_deref(), expected, "{text}");
    }

    #[test]
    fn a_script_that_stays_where_it_is_may_run() {
        for text in [
            "return 1",
            "return redis.call('SET', KEYS[1], ARGV[1])",
            "local n = redis.call( 'incr' , KEYS[1]) -- select is not called\nreturn n",
            "return redis.sha1hex('select')",
            "return redis.pcall('ping')",
            "return pcall(function() return server.call('get', KEYS[1]) end)",
        ] {
            check(text, false, None);
            check(text, true, None);
        }
        check("return redis.call('KEYS', '*')", false, None);
    }

    #[test]
    fn what_leaves_or_cannot_be_read_may_not() {
        check("redis.call('select', 5)", false, Some("its SELECT leaves your database"));
        check("redis.pcall(\"Move\", 'a', 1)", false, Some("its MOVE leaves your database"));
        let swaps = "of its SWAPDB: it exchanges databases under everybody's hands";
        check("redis.call('SWAPDB', 0, 1)", false, Some(swaps));
        let unread = "a command in it is not written out: redis.call('GET', …) is";
        check("redis.call('sel' .. 'ect', 5)", false, Some(unread));
        check("redis.call(name, 5)", false, Some(unread));
        check("pcall(redis.call, 'select', 5)", false, Some(unread));
        let unfollowed = "it calls commands in a way that cannot be followed here";
        check("redis['call']('select', 5)", false, Some(unfollowed));
        check("local r = redis return r.call('select', 5)", false, Some(unfollowed));
        let made = "it makes a script of a text, which cannot be seen here";
        check("loadstring(ARGV[1])()", false, Some(made));
    }

    #[test]
    fn keys_that_have_a_prefix_come_from_outside() {
        let named = "its GET does not take its key from KEYS, as in \
                     `EVAL \"return redis.call('GET', KEYS[1])\" 1 name`";
        check("return redis.call('GET', 'theirs')", true, Some(named));
        check("return redis.call('GET', 'mine')", false, None);
    }
}

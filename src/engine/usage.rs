//! A command's syntax as one line of text, such as `key value [NX|XX] [EX seconds]`: what help,
//! hints and the `HELP` subcommands show. Derived from the tree; parses nothing.

use std::fmt::{self, Display, Formatter};

use super::{Arg, ArgKind, Command};

impl Command {
    /// The arguments as one line; empty if there are none.
    pub fn usage(&self) -> String {
        Words(self.args, " ").to_string()
    }
}

impl Display for Arg {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.optional {
            f.write_str("[")?;
        }
        if let Some(token) = self.token {
            f.write_str(if token.is_empty() { "\"\"" } else { token })?;
            if !matches!(self.kind, ArgKind::PureToken) {
                f.write_str(" ")?;
            }
        }
        self.write_inner(f)?;
        if self.multiple {
            f.write_str(" [")?;
            if let (true, Some(token)) = (self.multiple_token, self.token) {
                write!(f, "{token} ")?;
            }
            self.write_inner(f)?;
            f.write_str(" ...]")?;
        }
        if self.optional {
            f.write_str("]")?;
        }
        Ok(())
    }
}

impl Arg {
    fn write_inner(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.kind {
            ArgKind::PureToken => Ok(()),
            ArgKind::OneOf(choices) => write!(f, "{}", Words(choices, "|")),
            ArgKind::Block(parts) => write!(f, "{}", Words(parts, " ")),
            ArgKind::Key(_)
            | ArgKind::String
            | ArgKind::Integer
            | ArgKind::Double
            | ArgKind::Pattern
            | ArgKind::UnixTime => f.write_str(self.name),
        }
    }
}

/// Arguments with something between them.
struct Words(&'static [Arg], &'static str);

impl Display for Words {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (number, arg) in self.0.iter().enumerate() {
            if number > 0 {
                f.write_str(self.1)?;
            }
            write!(f, "{arg}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::table;

    fn check(words: &[&[u8]], usage: &str) {
        assert_eq!(table::find(words).unwrap().command.usage(), usage);
    }

    #[test]
    fn the_syntax_is_one_line() {
        check(&[b"GET"], "key");
        check(&[b"MSET"], "key value [key value ...]");
        check(
            &[b"GETEX"],
            "key [EX seconds|PX milliseconds|EXAT unix-time-seconds|PXAT unix-time-milliseconds|PERSIST]",
        );
        check(
            &[b"CLIENT", b"LIST"],
            "[TYPE NORMAL|MASTER|REPLICA|PUBSUB] [ID client-id [client-id ...]]",
        );
        check(&[b"HELLO"], "[protover [AUTH username password] [SETNAME clientname]]");
        check(&[b"MULTI"], "");
    }
}

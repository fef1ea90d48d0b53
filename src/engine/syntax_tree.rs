//! The syntax of a command as a tree of arguments: the source of arity, hints, completion and
//! `COMMAND DOCS`. Describes words; parses none.

/// One argument of the syntax tree.
#[derive(Debug, Clone, Copy)]
pub struct Arg {
    /// The name shown in hints.
    pub name: &'static str,
    /// What may stand there.
    pub kind: ArgKind,
    /// Of a pattern that keys' names are made of: the number of the key specification that stands for them.
    pub found_by: Option<usize>,
    /// A word that must come before it, such as `EX`.
    pub token: Option<&'static str>,
    /// Whether it may be left out.
    pub optional: bool,
    /// Whether it may be repeated.
    pub multiple: bool,
    /// Whether the token is repeated with it.
    pub multiple_token: bool,
    /// The first Redis version that takes it, where that differs from the command's.
    pub since: Option<&'static str>,
    /// Since which version it is better not used.
    pub deprecated_since: Option<&'static str>,
}

/// What an argument is.
#[derive(Debug, Clone, Copy)]
pub enum ArgKind {
    /// A key; the number of the key specification that finds it.
    Key(usize),
    /// Any bytes.
    String,
    /// A 64-bit integer.
    Integer,
    /// A floating-point number.
    Double,
    /// A glob pattern.
    Pattern,
    /// Seconds or milliseconds since 1970.
    UnixTime,
    /// Nothing but the token.
    PureToken,
    /// One of these.
    OneOf(&'static [Arg]),
    /// All of these, in order.
    Block(&'static [Arg]),
}

impl Arg {
    const fn new(name: &'static str, kind: ArgKind) -> Self {
        Self {
            name,
            kind,
            found_by: None,
            token: None,
            optional: false,
            multiple: false,
            multiple_token: false,
            since: None,
            deprecated_since: None,
        }
    }

    /// A key, found by key specification number `spec`.
    pub const fn key(name: &'static str, spec: usize) -> Self {
        Self::new(name, ArgKind::Key(spec))
    }
    /// Any bytes.
    pub const fn string(name: &'static str) -> Self {
        Self::new(name, ArgKind::String)
    }
    /// A 64-bit integer.
    pub const fn integer(name: &'static str) -> Self {
        Self::new(name, ArgKind::Integer)
    }
    /// A floating-point number.
    pub const fn double(name: &'static str) -> Self {
        Self::new(name, ArgKind::Double)
    }
    /// A glob pattern.
    pub const fn pattern(name: &'static str) -> Self {
        Self::new(name, ArgKind::Pattern)
    }
    /// Seconds or milliseconds since 1970.
    pub const fn unix_time(name: &'static str) -> Self {
        Self::new(name, ArgKind::UnixTime)
    }
    /// A word that stands for itself.
    pub const fn token(name: &'static str, token: &'static str) -> Self {
        Self::new(name, ArgKind::PureToken).with_token(token)
    }
    /// A choice.
    pub const fn oneof(name: &'static str, choices: &'static [Arg]) -> Self {
        Self::new(name, ArgKind::OneOf(choices))
    }
    /// A sequence.
    pub const fn block(name: &'static str, parts: &'static [Arg]) -> Self {
        Self::new(name, ArgKind::Block(parts))
    }
    /// Keys' names are made of it; the number of the key specification that stands for them.
    pub const fn found_by(mut self, spec: usize) -> Self {
        self.found_by = Some(spec);
        self
    }
    /// May be left out.
    pub const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }
    /// May be repeated.
    pub const fn multiple(mut self) -> Self {
        self.multiple = true;
        self
    }
    /// May be repeated together with its token.
    pub const fn multiple_token(mut self) -> Self {
        self.multiple_token = true;
        self
    }
    /// Comes after the word `token`.
    pub const fn with_token(mut self, token: &'static str) -> Self {
        self.token = Some(token);
        self
    }
    /// Taken since `version`.
    pub const fn since(mut self, version: &'static str) -> Self {
        self.since = Some(version);
        self
    }
    /// Better not used since `version`.
    pub const fn deprecated_since(mut self, version: &'static str) -> Self {
        self.deprecated_since = Some(version);
        self
    }

    /// The least number of words it takes.
    pub const fn min_words(&self) -> i32 {
        if self.optional {
            return 0;
        }
        let own = match self.kind {
            ArgKind::PureToken => return 1,
            ArgKind::OneOf([]) => 0,
            ArgKind::OneOf([first, rest @ ..]) => {
                let (mut least, mut rest) = (first.min_words(), rest);
                while let [choice, tail @ ..] = rest {
                    let words = choice.min_words();
                    least = if words < least { words } else { least };
                    rest = tail;
                }
                least
            }
            ArgKind::Block(parts) => Self::words(parts),
            ArgKind::Key(_)
            | ArgKind::String
            | ArgKind::Integer
            | ArgKind::Double
            | ArgKind::Pattern
            | ArgKind::UnixTime => 1,
        };
        own + self.token.is_some() as i32
    }

    /// The least number of words that all of `args` take.
    pub const fn words(args: &[Self]) -> i32 {
        let (mut sum, mut rest) = (0, args);
        while let [arg, tail @ ..] = rest {
            sum += arg.min_words();
            rest = tail;
        }
        sum
    }

    /// Whether it always takes the same number of words.
    pub const fn is_fixed(&self) -> bool {
        let inner = match self.kind {
            ArgKind::OneOf(choices) => {
                let (mut same, mut rest) = (Self::are_fixed(choices), choices);
                while let [choice, tail @ ..] = rest {
                    if let [next, ..] = tail {
                        same = same && choice.min_words() == next.min_words();
                    }
                    rest = tail;
                }
                same
            }
            ArgKind::Block(parts) => Self::are_fixed(parts),
            ArgKind::Key(_)
            | ArgKind::String
            | ArgKind::Integer
            | ArgKind::Double
            | ArgKind::Pattern
            | ArgKind::UnixTime
            | ArgKind::PureToken => true,
        };
        inner && !self.optional && !self.multiple
    }

    /// Whether each of `args` always takes the same number of words.
    pub const fn are_fixed(args: &[Self]) -> bool {
        let mut rest = args;
        while let [arg, tail @ ..] = rest {
            if !arg.is_fixed() {
                return false;
            }
            rest = tail;
        }
        true
    }
}

//! What a row of the table can say: how the words of a command become the arguments of a method, and
//! what the method makes of the reply.

/// How a command looks in Python.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// The command, with `|` before a subcommand.
    pub(super) command: &'static str,
    /// The method of `redis.Redis`.
    pub(super) method: &'static str,
    /// Its arguments, in the order of the words.
    pub(super) args: &'static [Part],
    /// What it makes of the reply.
    pub(super) gives: Gives,
}

/// An argument, or several.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    /// An argument that no word stands for.
    Fixed(&'static str),
    /// A word: a key, a field, a pattern.
    Text,
    /// A word in capital letters.
    Upper,
    /// A word that is stored.
    Value,
    /// A number.
    Number,
    /// A number, if there is one more word.
    MaybeNumber,
    /// All other words, one or more.
    Texts,
    /// All other words, none at all included.
    AnyTexts,
    /// All other words are stored values, one or more.
    Values,
    /// All other words in a list.
    List,
    /// All other words in pairs, as a dictionary.
    Pairs,
    /// All other words in pairs: one as two arguments, several as `mapping={…}`.
    Fields,
    /// All other words in pairs, a score before its member, as a dictionary from member to score.
    Scores,
    /// A count, and so many words behind it, as a list.
    CountedList,
    /// The same, with the count as an argument of its own.
    CountAndList,
    /// The same, with the words as arguments of their own.
    CountAndTexts,
    /// The same as a list, or with `WEIGHTS` as a dictionary from word to weight.
    Weighted,
    /// Options in any order.
    Options(&'static [Opt]),
}

/// An option, and the keyword argument that it becomes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Opt {
    /// A word by itself: `=True`.
    Flag(&'static str, &'static str),
    /// A word and a number.
    Number(&'static str, &'static str),
    /// A word and a text.
    Text(&'static str, &'static str),
    /// One of several words, which is the value.
    Word(&'static [&'static str], &'static str),
    /// `LIMIT` and two numbers, for two keyword arguments.
    Limit(&'static str, &'static str),
}

/// What a method makes of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gives {
    /// What came: `bytes`, `int`, `None`, `list`.
    Raw,
    /// What came, with pairs of RESP3 laid flat.
    Flat,
    /// `True` or `False` from a number.
    Bool,
    /// Whether it was `OK`.
    Ok,
    /// The same, but `None` for nothing, and with `GET` what came.
    SetResult,
    /// `True`, whatever came.
    True,
    /// Whether it was `PONG`.
    Pong,
    /// A `float`, or `None`.
    Float,
    /// A list of such.
    Floats,
    /// With `INCR` a `float`, else an `int`.
    Added,
    /// A `set`.
    Set,
    /// A `dict` of `bytes`.
    Dict,
    /// A `dict` of `str`.
    StrDict,
    /// `str`, or `None`.
    Str,
    /// A list of `str`.
    Strs,
    /// With `WITHSCORES` a list of tuples, else what came.
    Scores,
    /// A list of tuples in any case.
    AlwaysScores,
    /// A cursor with a list.
    Scan,
    /// A cursor with a `dict`.
    ScanDict,
    /// A cursor with a list of tuples.
    ScanScores,
    /// A tuple of two numbers.
    Time,
    /// The report of `INFO` as a `dict`.
    Info,
    /// A client as a `dict`.
    Client,
    /// Clients as a list of `dict`.
    Clients,
    /// Something that is not told: it is long, or differs from machine to machine.
    Untold,
}

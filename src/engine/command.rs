//! The shape of a row in the command table.
//!
//! A row says everything about a command once: arity, syntax, `COMMAND INFO` and `COMMAND DOCS`,
//! help, hints, completion, read-only detection and log propagation are derived from it. Rows
//! live in [`super::commands`], each beside its handler. This file runs nothing.

use super::{Arg, Args, Ctx, Error, Outcome};

/// What runs a command; the cursor stands behind the command's name (and its subcommand's).
pub type Handler = fn(&mut Ctx<'_>, &mut Args<'_>) -> Outcome;

/// One command, or one subcommand of a container such as `CONFIG`.
#[derive(Debug)]
pub struct Command {
    /// Upper case, as in `COMMAND DOCS` and help. A subcommand's is its own word only.
    pub name: &'static str,
    /// Which page of the help it belongs to.
    pub group: Group,
    /// The first Redis version that has it.
    pub since: &'static str,
    /// What it does, in one sentence of this project's own.
    pub summary: &'static str,
    /// What it costs in *this* engine.
    pub complexity: &'static str,
    /// The syntax, from which arity, hints and completion are derived.
    pub args: &'static [Arg],
    /// Where keys stand among the arguments.
    pub keys: &'static [KeySpec],
    /// `COMMAND INFO`'s hints for clients and proxies.
    pub tips: &'static [&'static str],
    /// Changes of behaviour: version and what changed.
    pub history: &'static [(&'static str, &'static str)],
    /// Since which version it is better not used, and what to use instead.
    pub deprecated: Option<(&'static str, &'static str)>,
    /// Made for the server's own use, as `COMMAND DOCS` says of `DEBUG`.
    pub is_internal: bool,
    /// Rows of a container's subcommands; empty for an ordinary command.
    pub subcommands: &'static [Command],
    /// ACL categories, in `COMMAND INFO`'s order.
    pub categories: &'static [&'static str],
    /// What runs it.
    pub handler: Handler,
    flags: u32,
    /// What the syntax says about the number of words, the name included; negative: at least.
    words: i32,
    arity: Option<i32>,
}

/// What `COMMAND INFO` lists as flags, in its order; the engine acts on some of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Flag {
    /// May change data.
    Write = 1,
    /// Only reads data: a check may use it.
    Readonly = 1 << 1,
    /// Refused when memory is short.
    DenyOom = 1 << 2,
    /// About the server, not the data.
    Admin = 1 << 3,
    /// Publish/subscribe.
    Pubsub = 1 << 4,
    /// Not to be called from a script.
    Noscript = 1 << 5,
    /// May wait for another client.
    Blocking = 1 << 6,
    /// Allowed while a log is loading.
    Loading = 1 << 7,
    /// Allowed on a stale replica.
    Stale = 1 << 8,
    /// Not shown to `MONITOR`.
    SkipMonitor = 1 << 9,
    /// Not kept in the slow log.
    SkipSlowlog = 1 << 10,
    /// May be asked of an importing cluster node.
    Asking = 1 << 11,
    /// Constant or logarithmic time.
    Fast = 1 << 12,
    /// Runs before `AUTH`.
    NoAuth = 1 << 13,
    /// May replicate although it only reads.
    MayReplicate = 1 << 14,
    /// Keys may be missing from its arguments.
    NoMandatoryKeys = 1 << 15,
    /// Refused inside `MULTI`.
    NoMulti = 1 << 16,
    /// Its keys depend on its arguments.
    MovableKeys = 1 << 17,
    /// Runs in a busy server.
    AllowBusy = 1 << 18,
    /// Not allowed while a log is loading asynchronously.
    NoAsyncLoading = 1 << 19,
}

impl Flag {
    /// Every flag with its word in `COMMAND INFO`, in that command's order.
    pub const ALL: &'static [(Flag, &'static str)] = &[
        (Flag::Write, "write"),
        (Flag::Readonly, "readonly"),
        (Flag::DenyOom, "denyoom"),
        (Flag::Admin, "admin"),
        (Flag::Pubsub, "pubsub"),
        (Flag::Noscript, "noscript"),
        (Flag::Blocking, "blocking"),
        (Flag::Loading, "loading"),
        (Flag::Stale, "stale"),
        (Flag::SkipMonitor, "skip_monitor"),
        (Flag::SkipSlowlog, "skip_slowlog"),
        (Flag::Asking, "asking"),
        (Flag::Fast, "fast"),
        (Flag::NoAuth, "no_auth"),
        (Flag::MayReplicate, "may_replicate"),
        (Flag::NoMandatoryKeys, "no_mandatory_keys"),
        (Flag::NoAsyncLoading, "no_async_loading"),
        (Flag::NoMulti, "no_multi"),
        (Flag::MovableKeys, "movablekeys"),
        (Flag::AllowBusy, "allow_busy"),
    ];
}

/// The families of commands, as `COMMAND DOCS` names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Keys of any type.
    Generic,
    /// Strings.
    String,
    /// Bits of strings.
    Bitmap,
    /// Hashes.
    Hash,
    /// Lists.
    List,
    /// Sets.
    Set,
    /// Sorted sets.
    SortedSet,
    /// Publish/subscribe.
    Pubsub,
    /// `MULTI` and its kin.
    Transactions,
    /// Lua scripts.
    Scripting,
    /// The client's connection.
    Connection,
    /// The server.
    Server,
}

impl Group {
    /// Every group, in the order of the help.
    pub const ALL: &'static [Group] = &[
        Group::Generic,
        Group::String,
        Group::Bitmap,
        Group::Hash,
        Group::List,
        Group::Set,
        Group::SortedSet,
        Group::Pubsub,
        Group::Transactions,
        Group::Scripting,
        Group::Connection,
        Group::Server,
    ];

    /// The group's word in `COMMAND DOCS`, which `help @word` takes too.
    pub fn name(self) -> &'static str {
        match self {
            Group::Generic => "generic",
            Group::String => "string",
            Group::Bitmap => "bitmap",
            Group::Hash => "hash",
            Group::List => "list",
            Group::Set => "set",
            Group::SortedSet => "sorted-set",
            Group::Pubsub => "pubsub",
            Group::Transactions => "transactions",
            Group::Scripting => "scripting",
            Group::Connection => "connection",
            Group::Server => "server",
        }
    }
}

/// Where keys stand, as `COMMAND INFO` describes it.
#[derive(Debug, Clone, Copy)]
pub struct KeySpec {
    /// What the command does with these keys: `RO RW OW RM`, `access update insert delete` ….
    pub flags: &'static [&'static str],
    /// Where the search begins.
    pub begin: Begin,
    /// How the keys go on from there.
    pub find: Find,
    /// A remark for readers of `COMMAND DOCS`.
    pub notes: &'static str,
}

/// Where the search for keys begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// At the argument with this number; the command's name is number 0.
    Index(usize),
    /// Behind this word, searched from this argument (negative: from the end).
    Keyword {
        /// The word.
        word: &'static str,
        /// Where the search starts.
        from: i32,
    },
    /// It takes the whole syntax to find them.
    Unknown,
}

/// How keys go on from where they begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Find {
    /// Every `step`-th argument up to `last`, which counts from the beginning, or from the end
    /// when negative; `limit` divides what is left.
    Range {
        /// The last key.
        last: i32,
        /// From one key to the next.
        step: i32,
        /// 0, or what part of the remaining arguments are keys.
        limit: i32,
    },
    /// An argument says how many keys follow.
    KeyNum {
        /// Where the number stands, from the beginning.
        idx: i32,
        /// Where the first key stands.
        first: i32,
        /// From one key to the next.
        step: i32,
    },
    /// It takes the whole syntax to find them.
    Unknown,
}

impl KeySpec {
    /// Any specification.
    pub const fn new(flags: &'static [&'static str], begin: Begin, find: Find) -> Self {
        Self { flags, begin, find, notes: "" }
    }
    /// One key, at argument `index`.
    pub const fn at(index: usize, flags: &'static [&'static str]) -> Self {
        Self::new(flags, Begin::Index(index), Find::Range { last: 0, step: 1, limit: 0 })
    }
    /// Every `step`-th argument from `index` up to `last`.
    pub const fn range(index: usize, last: i32, step: i32, flags: &'static [&'static str]) -> Self {
        Self::new(flags, Begin::Index(index), Find::Range { last, step, limit: 0 })
    }
    /// A number at argument `index`, then that many keys.
    pub const fn counted(index: usize, flags: &'static [&'static str]) -> Self {
        Self::new(flags, Begin::Index(index), Find::KeyNum { idx: 0, first: 1, step: 1 })
    }
    /// Adds a remark.
    pub const fn notes(mut self, notes: &'static str) -> Self {
        self.notes = notes;
        self
    }
}

impl Command {
    /// A row with nothing said yet but its name and what runs it.
    pub const fn new(name: &'static str, handler: Handler) -> Self {
        Self {
            name,
            group: Group::Generic,
            since: "1.0.0",
            summary: "",
            complexity: "O(1)",
            args: &[],
            keys: &[],
            tips: &[],
            history: &[],
            deprecated: None,
            is_internal: false,
            subcommands: &[],
            categories: &[],
            handler,
            flags: 0,
            words: 1,
            arity: None,
        }
    }
    /// A container: its subcommands do the work.
    pub const fn container(name: &'static str) -> Self {
        Self::new(name, |_, _| Err(Error::Syntax))
    }
    /// Sets the group.
    pub const fn group(mut self, group: Group) -> Self {
        self.group = group;
        self
    }
    /// Sets the first Redis version.
    pub const fn since(mut self, since: &'static str) -> Self {
        self.since = since;
        self
    }
    /// Sets the summary.
    pub const fn summary(mut self, summary: &'static str) -> Self {
        self.summary = summary;
        self
    }
    /// Sets the cost in this engine.
    pub const fn complexity(mut self, complexity: &'static str) -> Self {
        self.complexity = complexity;
        self
    }
    /// Sets the syntax.
    pub const fn args(mut self, args: &'static [Arg]) -> Self {
        self.args = args;
        let words = Arg::words(args) + 1;
        self.words = if Arg::are_fixed(args) { words } else { -words };
        self
    }
    /// Sets where the keys stand.
    pub const fn keys(mut self, keys: &'static [KeySpec]) -> Self {
        self.keys = keys;
        self
    }
    /// Sets the hints for clients and proxies.
    pub const fn tips(mut self, tips: &'static [&'static str]) -> Self {
        self.tips = tips;
        self
    }
    /// Sets the changes of behaviour.
    pub const fn history(mut self, history: &'static [(&'static str, &'static str)]) -> Self {
        self.history = history;
        self
    }
    /// Marks it as better not used since `version`.
    pub const fn deprecated(mut self, version: &'static str, instead: &'static str) -> Self {
        self.deprecated = Some((version, instead));
        self
    }
    /// Marks it as made for the server's own use.
    pub const fn internal(mut self) -> Self {
        self.is_internal = true;
        self
    }
    /// Makes it a container.
    pub const fn subcommands(mut self, subcommands: &'static [Command]) -> Self {
        self.subcommands = subcommands;
        self
    }
    /// Sets the ACL categories.
    pub const fn categories(mut self, categories: &'static [&'static str]) -> Self {
        self.categories = categories;
        self
    }
    /// Sets the arity where it cannot be derived: some commands let words through that their
    /// syntax forbids and answer with an error of their own.
    pub const fn arity_exception(mut self, arity: i32) -> Self {
        self.arity = Some(arity);
        self
    }
    /// Sets the flags.
    pub const fn flags(mut self, flags: &[Flag]) -> Self {
        let mut rest = flags;
        while let [flag, tail @ ..] = rest {
            self.flags |= *flag as u32;
            rest = tail;
        }
        self
    }

    /// Whether the row has `flag`.
    pub const fn has(&self, flag: Flag) -> bool {
        self.flags & flag as u32 != 0
    }

    /// The words of its flags, in `COMMAND INFO`'s order.
    pub fn flag_names(&self) -> impl Iterator<Item = &'static str> + '_ {
        Flag::ALL.iter().filter(|(flag, _)| self.has(*flag)).map(|(_, name)| *name)
    }

    /// How many words it takes, its name included; negative: at least so many.
    ///
    /// Derived from the syntax, when the row is made: every command is judged by it. A subcommand
    /// counts its container's name too.
    #[inline]
    pub const fn arity(&self, is_subcommand: bool) -> i32 {
        match self.arity {
            Some(arity) => arity,
            None if !self.subcommands.is_empty() => -2,
            None if self.words < 0 => self.words - is_subcommand as i32,
            None => self.words + is_subcommand as i32,
        }
    }

    /// First key, last key and step, as the older part of `COMMAND INFO` gives them; zeros when
    /// no key stands at a fixed place.
    pub fn positions(&self) -> (i32, i32, i32) {
        let mut merged: Option<(i32, i32, i32)> = None;
        for spec in self.keys {
            let (Begin::Index(first), Find::Range { last, step, limit: 0 }) =
                (spec.begin, spec.find)
            else {
                continue;
            };
            let first = i32::try_from(first).unwrap_or(i32::MAX);
            let last = if last >= 0 { first + last } else { last };
            merged = Some(match merged {
                None => (first, last, step),
                // Specifications that follow one another are told as one range.
                Some((start, end, _)) if end >= 0 && end + 1 == first => (start, last, 1),
                Some(earlier) => earlier,
            });
        }
        merged.unwrap_or((0, 0, 0))
    }
}

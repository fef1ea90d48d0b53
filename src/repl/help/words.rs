//! The words of the course, each in two or three sentences.

use super::layout::Page;
use super::{ideas, replies};

pub(super) struct Entry {
    /// The title, then other names of the same thing.
    pub(super) names: &'static [&'static str],
    /// Other ways to ask for it, which are not shown.
    pub(super) also: &'static [&'static str],
    pub(super) text: &'static str,
}

const ENTRIES: &[Entry] = &[
    Entry {
        names: &["key"],
        also: &[],
        text: "The name under which a value is stored. Any bytes will do; a usual form is \
               `chain:A`, a kind and a name with a colon between. Capital and small letters differ.",
    },
    Entry {
        names: &["value"],
        also: &[],
        text: "What is stored under a key. Its type is string, list, set, hash or sorted set, and \
               TYPE names it. The type decides which commands work on it.",
    },
    Entry {
        names: &["string"],
        also: &[],
        text: "The simplest value: text, a number, JSON text or any bytes, up to 512 MB. SET stores \
               one and GET reads it.",
    },
    Entry {
        names: &["hash"],
        also: &[],
        text: "A value made of fields, each with a value of its own, like a row of a table or an \
               object. HSET stores fields, HGET reads one, HGETALL all of them.",
    },
    Entry {
        names: &["list"],
        also: &[],
        text: "A value made of elements in the order in which they were pushed. A list is ordered, \
               not sorted. LPUSH and RPUSH add at its ends, LRANGE reads it.",
    },
    Entry {
        names: &["set"],
        also: &[],
        text: "A value made of members, each of them once, in no order. SADD adds, SMEMBERS reads.",
    },
    Entry {
        names: &["sorted set", "zset"],
        also: &[],
        text: "A set whose members have scores and are kept in the order of the scores. ZADD adds, \
               ZRANGE reads.",
    },
    Entry {
        names: &["engine"],
        also: &[],
        text: "The part of kvtutor that answers commands: it holds the data in memory and knows \
               neither files nor screens. One engine stands behind the sandbox and every container; \
               it gives the replies of Redis 7.0, and knows commands that came later as well.",
    },
    Entry {
        names: &["database", "db"],
        also: &[],
        text: "One of the 16 separate spaces for keys that a server has, numbered 0 to 15. SELECT 1 \
               goes to database 1, and the prompt shows it as [1]. A key in one is not seen in \
               another.",
    },
    Entry {
        names: &["keyspace"],
        also: &[],
        text: "All the keys of a server's databases. KEYS * lists those of the one you are in, DBSIZE \
               counts them, and INFO keyspace counts them for every database.",
    },
    Entry {
        names: &["instance", "server"],
        also: &[],
        text: "A running server: an engine with its directory, its append-only file and a clock. The \
               sandbox is one, and so is every container that runs.",
    },
    Entry {
        names: &["client"],
        also: &[],
        text: "A program that sends commands to a server and shows the replies, as this prompt does. \
               `:client b` types for a second one, to see what two clients do to each other.",
    },
    Entry {
        names: &["sandbox"],
        also: &[],
        text: "The server that answers at the prompt before any container runs. What you store there \
               stays when you leave.",
    },
    Entry {
        names: &["prompt"],
        also: &[],
        text: "What stands before the place where you type. It says where you are: \
               127.0.0.1:6379[1]> is port 6379 of this machine, database 1; (TX) means that a \
               transaction is open.",
    },
    Entry {
        names: &["persistence", "durability"],
        also: &[],
        text: "Keeping data when the server stops. Redis holds its data in memory, so it writes an \
               append-only file or snapshots; without either, all is gone with the process.",
    },
    Entry {
        names: &["append-only file", "AOF"],
        also: &[],
        text: "The file to which a server adds every command that changes data. At start it is read \
               again, command by command. `appendonly yes` turns it on, and `appendfsync` says how \
               soon it must be on the disk. `:disk` shows it.",
    },
    Entry {
        names: &["snapshot", "RDB", "dump.rdb"],
        also: &[],
        text: "A file with all data as they were at one moment, `dump.rdb`. SAVE writes one, and so do \
               the save points of the setting `save`. What changed after it is not in it.",
    },
    Entry {
        names: &["fsync", "appendfsync"],
        also: &[],
        text: "Asking the system to put what was written really on the disk. With `appendfsync always` \
               a reply waits for that; with `everysec` a power failure costs a second or two at most; \
               with `no` the system decides.",
    },
    Entry {
        names: &["rewrite"],
        also: &[],
        text: "Making the append-only file short again: it is written anew with what the data are now, \
               instead of everything that ever happened. BGREWRITEAOF asks for it; it also happens by \
               itself when the file has grown.",
    },
    Entry {
        names: &["propagate"],
        also: &[],
        text: "What a changing command leaves in the append-only file. A command that changed nothing \
               leaves nothing, and EXPIRE leaves the moment at which the key will go.",
    },
    Entry {
        names: &["encoding"],
        also: &[],
        text: "How a value lies in memory. Small hashes, sets and sorted sets are packed into one \
               block; large ones get tables. OBJECT ENCODING names it; it changes by itself.",
    },
    Entry {
        names: &["arity"],
        also: &[],
        text: "How many words a command takes, its name included. COMMAND INFO gives it; a negative \
               number means that many or more.",
    },
    Entry {
        names: &["transaction"],
        also: &[],
        text: "Commands between MULTI and EXEC: they are queued and then run one after the other, with \
               no other client between. If one fails while it runs, the others stay done: there is \
               no way back as in SQL.",
    },
    Entry {
        names: &["time to live", "TTL", "expire"],
        also: &[],
        text: "How long a key still has. EXPIRE sets it, TTL asks for it, PERSIST takes it off. When \
               the time has come the key is gone.",
    },
    Entry {
        names: &["JSON"],
        also: &[],
        text: "Text that writes objects with their fields: {\"id\": 1}. Redis 7 stores it as a string \
               and does not look inside. At the prompt it needs quotes around it: SET k '{\"id\": 1}'.",
    },
    Entry {
        names: &["lab"],
        also: &[],
        text: "Containers, volumes and images inside kvtutor, without Docker: `docker run`, `docker \
               stop` and their like work on real servers in real folders. `help docker` lists the \
               commands.",
    },
    Entry {
        names: &["container"],
        also: &[],
        text: "A server started from an image by `docker run`. It has a name, maybe a published port, \
               and a volume for its data. `docker ps -a` lists those that stopped, too.",
    },
    Entry {
        names: &["volume"],
        also: &[],
        text: "A folder that outlives a container. `-v redis-data:/data` gives a container a volume \
               with a name, and the next container that is given it finds the data. Without -v a new \
               container has a new, empty one.",
    },
    Entry {
        names: &["image", "tag", "version"],
        also: &["latest", "semantic versioning"],
        text: "What a container is started from: `redis:8` is the image redis with the tag 8. One \
               engine stands behind every tag; the tag decides which version it says that it is. A \
               version has three numbers, such as 8.6.0: the first one changes when something may \
               break, the last one when a fault is mended. `redis:latest` is the newest, whatever it \
               is.",
    },
    Entry {
        names: &["port"],
        also: &["6379", "127.0.0.1:6379", "-p"],
        text: "The number at which a server is reached on a machine; Redis takes 6379. `-p 6380:6379` \
               publishes a container's port 6379 as 6380 of this machine.",
    },
    Entry {
        names: &["course", "lesson", "step"],
        also: &[],
        text: "The course is a row of lessons, and a lesson is a row of steps. `kvtutor learn` opens \
               the next one, `:steps` lists the steps.",
    },
    Entry {
        names: &["task", "check"],
        also: &[],
        text: "A task is what a step asks you to do. Its checks look at your data, not at what you \
               typed, after every command. `:check` lists what is done and what is missing.",
    },
    Entry {
        names: &["solution", "hints"],
        also: &[],
        text: "A step has hints, which `:hint` gives one by one, and a solution, which `:solution` shows \
               and applies. Both may be used; they are noted in your progress.",
    },
    Entry {
        names: &["fixture"],
        also: &[],
        text: "A right or wrong way to do a task that a lesson's author wrote down. `kvtutor test` runs \
               them all, to prove that the checks judge rightly.",
    },
    Entry {
        names: &["transcript"],
        also: &[],
        text: "Commands with their replies, as the prompt shows them. `kvtutor test` compares a \
               lesson's transcript with the one that was recorded.",
    },
    Entry {
        names: &["walkthrough"],
        also: &[],
        text: "A lesson shown by a teacher, piece by piece, with commands that really run.",
    },
    Entry {
        names: &["quoting", "quotes", "quote"],
        also: &[],
        text: "A value with spaces or quotes needs quotes around it. In '…' everything is as typed; in \
               \"…\" a backslash begins an escape, such as \\n for a new line. A quote that is not closed \
               goes on in the next line, and Ctrl-C leaves it.",
    },
    Entry {
        names: &["bytes", "binary"],
        also: &["\\x", "\\xHH", "UTF-8", "utf8"],
        text: "Keys and values are bytes, not letters. The prompt shows bytes beyond ASCII as \\xHH; \
               they are stored as they were typed.",
    },
    Entry {
        names: &["Python"],
        also: &[],
        text: "The package `redis` talks to a server from Python. `:py` shows your last command in \
               Python, with the value that Python would show.",
    },
];

/// Every entry, in the order of the manual page.
pub(super) fn entries() -> impl Iterator<Item = &'static Entry> {
    ENTRIES.iter().chain(replies::ENTRIES).chain(ideas::ENTRIES)
}

/// Every name.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    entries().flat_map(|entry| entry.names.iter().copied())
}

/// Every name, and the other ways to ask.
pub(super) fn all_names() -> impl Iterator<Item = &'static str> {
    entries().flat_map(|entry| entry.names.iter().chain(entry.also).copied())
}

/// The entry of a word; whether there is one.
pub(super) fn word(name: &str, page: &mut Page) -> bool {
    let Some(entry) = find(name) else { return false };
    page.title(&entry.names.join(", "));
    page.text(entry.text);
    true
}

/// The entry of a word, or of the kind of thing that it is one of: `redis:7`, `(integer) 3`, `b'Erik'`.
fn find(name: &str) -> Option<&'static Entry> {
    let kind = match name {
        _ if name.starts_with("redis:") => "image",
        _ if name.starts_with("(integer)") => "(integer)",
        _ if name.starts_with("(error)") => "(error)",
        _ if name.starts_with("(empty") => "(empty array)",
        _ if name.starts_with("b'") || name.starts_with("b…") => "b'…'",
        _ => name,
    };
    let is = |known: &str| {
        known.eq_ignore_ascii_case(kind)
            || kind.strip_suffix('s').is_some_and(|one| known.eq_ignore_ascii_case(one))
    };
    entries().find(|entry| entry.names.iter().chain(entry.also).any(|known| is(known)))
}

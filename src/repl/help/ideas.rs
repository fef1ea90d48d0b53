//! What the course talks about besides Redis: SQL, ACID, Docker, Python, and the parts of values.

use super::words::Entry;

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        names: &["Redis"],
        also: &["redis-server"],
        text: "A database that keeps its data in memory: each value stands under a key. It is \
               quick, and its values have types. The server at this prompt answers as Redis \
               does.",
    },
    Entry {
        names: &["SQL"],
        also: &["relational", "relational database"],
        text: "A language for databases that keep data in tables with rows and columns. One \
               query can follow links between tables, and the database keeps rules about the \
               data. Databases that speak it are called SQL databases. Redis is not one of \
               them.",
    },
    Entry {
        names: &["NoSQL"],
        also: &[],
        text: "Databases without tables: key-value stores such as Redis, document stores, \
               graph databases, time series databases. The shape of the data is free. The \
               rules are kept by the program.",
    },
    Entry {
        names: &["table", "row", "column"],
        also: &[],
        text: "How an SQL database keeps data: each row is one thing, and each column is one \
               fact about it, the same for all rows. Redis has no tables; a hash is a little \
               like a row.",
    },
    Entry {
        names: &["query", "join"],
        also: &["query language"],
        text: "A question to a database, written in a language such as SQL. A join follows a \
               link from one table to another. In Redis you ask for keys by name; SELECT only \
               changes the database.",
    },
    Entry {
        names: &["key-value store"],
        also: &["key value store", "kv"],
        text: "A database that finds a value by its name, the key, and does that very fast. \
               Redis is one.",
    },
    Entry {
        names: &["document store"],
        also: &["document", "MongoDB"],
        text: "A database that keeps whole objects, each with fields of its own, and can \
               search by the fields.",
    },
    Entry {
        names: &["graph database"],
        also: &["graph"],
        text: "A database that keeps things and the links between them, and is quick at \
               following links.",
    },
    Entry {
        names: &["time series database"],
        also: &["time series", "timeseries"],
        text: "A database for values with a time, such as a temperature each minute. It packs \
               them tightly and sums them up.",
    },
    Entry {
        names: &["ACID"],
        also: &[],
        text: "Four promises about data: atomicity, consistency, isolation and durability. \
               The lesson `acid` tries which of them Redis keeps. `help atomicity` and the \
               others explain one each.",
    },
    Entry {
        names: &["atomicity", "atomic"],
        also: &[],
        text: "All or nothing: of several changes that belong together, all are done or none. \
               One command of Redis is atomic. Between MULTI and EXEC nobody comes in \
               between, but a command that fails there takes nothing back.",
    },
    Entry {
        names: &["consistency", "consistent"],
        also: &[],
        text: "No rule about the data is broken, such as: no account is below 0. An SQL \
               database can keep such rules itself. With Redis the program has to.",
    },
    Entry {
        names: &["isolation", "isolated"],
        also: &[],
        text: "What one client does must not spoil what another one does. Redis runs one \
               command after the other. Between two commands of yours another client may come \
               in; WATCH notices that.",
    },
    Entry {
        names: &["rollback", "roll back"],
        also: &[],
        text: "Taking back what a transaction has done so far. SQL databases do that when \
               something in it fails. Redis does not: what was done before and after the \
               failing command stays.",
    },
    Entry {
        names: &["lost update", "race"],
        also: &["race condition"],
        text: "Two clients read the same value, both change it and write it back: one of the \
               changes is lost. One command that does it all, such as INCR, prevents it, and \
               so does WATCH.",
    },
    Entry {
        names: &["memory", "cache"],
        also: &["RAM"],
        text: "Memory is quick and is lost with the process or the power. A cache keeps \
               copies in memory, so that they need not be made or read anew each time. Redis \
               is often used as one.",
    },
    Entry {
        names: &["crash", "kill"],
        also: &["SIGKILL", "SIGTERM", "kill -9", "signal"],
        text: "A server can end in two ways. `docker stop` asks it (SIGTERM): it may write a \
               snapshot first. A crash or `docker kill` (SIGKILL) does not ask, and only what \
               reached a file before is kept. `:kill` and `:power-loss` try it.",
    },
    Entry {
        names: &["log"],
        also: &["logs"],
        text: "Two things have this name. The append-only file is a log of the changes, see \
               `help AOF`. And `docker logs NAME` shows what a server says about itself: its \
               version, its port, and when it was ready.",
    },
    Entry {
        names: &["field"],
        also: &["fields"],
        text: "A name inside a hash, with a value of its own: `HSET bike:7 model Swift` gives \
               bike:7 the field model. HGET reads one field, HGETALL all of them.",
    },
    Entry {
        names: &["member", "score"],
        also: &["members", "scores"],
        text: "A member is one of the things in a set. In a sorted set each member has a \
               number, its score, and the members stand in the order of their scores.",
    },
    Entry {
        names: &["element", "index"],
        also: &["elements"],
        text: "One of the things in a list. Its place is its index: 0 is the first one, -1 \
               the last one.",
    },
    Entry {
        names: &["object"],
        also: &["dict", "dictionary"],
        text: "A thing with named fields, such as a chain with its id and its numbers. In \
               Redis it can be a hash or a JSON text; in Python it is a dict.",
    },
    Entry {
        names: &["modular", "module"],
        also: &["modularity"],
        text: "Built from parts that can be changed one by one. A database that runs beside \
               the program, and not in it, is one such part.",
    },
    Entry {
        names: &["localhost", "127.0.0.1"],
        also: &["host", "address"],
        text: "The name and the number of the machine that a program runs on itself. What \
               listens there only is not reached from other machines.",
    },
    Entry {
        names: &["b'…'", "decode"],
        also: &["b'", "bytes in Python", ".decode('utf-8')"],
        text: "How Python shows bytes. Redis keeps bytes, so `rd.get('name')` returns \
               b'Erik'. `rd.get('name').decode('utf-8')` makes text of it; a client made with \
               `decode_responses=True` does that each time.",
    },
    Entry {
        names: &["library", "package", "pip"],
        also: &["pip3", "import"],
        text: "Code by others that a program uses. `pip3 install redis` installs the one for \
               Python, in a terminal of your own, and `import redis` uses it.",
    },
    Entry {
        names: &["command"],
        also: &["commands"],
        text: "A line for the server: its name, then what it works on, as in `SET name Erik`. \
               `help SET` explains one, and `help` lists the groups of them.",
    },
    Entry {
        names: &["tutor", "tutor command"],
        also: &["colon", ":"],
        text: "The part of kvtutor that shows lessons and explains. Its words begin with a \
               colon, such as `:why`; the server never sees them. Most of them work without \
               the colon too.",
    },
];

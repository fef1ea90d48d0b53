//! The commands that have a method in the `redis` package (7.2): how it is called, and what it gives.
//!
//! A command without a row is no mistake: it is shown as `execute_command`, which takes any.
//! `tests/integration/python.rs` runs every row through the real package.

use super::row::{Gives as G, Opt, Part as P, Row};

const fn row(command: &'static str, method: &'static str, args: &'static [P], gives: G) -> Row {
    Row { command, method, args, gives }
}

const KEY: &[P] = &[P::Text];
const KEYS: &[P] = &[P::Texts];
const KEY_NUMBER: &[P] = &[P::Text, P::Number];
const KEY_MAYBE: &[P] = &[P::Text, P::MaybeNumber];
const KEY_TEXT: &[P] = &[P::Text, P::Text];
const KEY_TEXTS: &[P] = &[P::Text, P::Texts];
const KEY_VALUES: &[P] = &[P::Text, P::Values];
const KEY_LIST: &[P] = &[P::Text, P::List];
const KEY_RANGE: &[P] = &[P::Text, P::Number, P::Number];
const LIST: &[P] = &[P::List];

const MATCH: Opt = Opt::Text("MATCH", "match");
const COUNT: Opt = Opt::Number("COUNT", "count");
const WITHSCORES: Opt = Opt::Flag("WITHSCORES", "withscores");
const AGGREGATE: Opt = Opt::Text("AGGREGATE", "aggregate");
const BITS: P = P::Options(&[Opt::Word(&["BYTE", "BIT"], "mode")]);
const TIMES: P = P::Options(&[
    Opt::Flag("NX", "nx"),
    Opt::Flag("XX", "xx"),
    Opt::Flag("GT", "gt"),
    Opt::Flag("LT", "lt"),
]);
const SCAN: P = P::Options(&[MATCH, COUNT]);
const START_NUM: P = P::Options(&[Opt::Limit("start", "num")]);
const BY_SCORE: P = P::Options(&[WITHSCORES, Opt::Limit("start", "num")]);

/// The rows, by family.
pub(super) const ROWS: &[&[Row]] =
    &[STRINGS, KEYSPACE, HASHES, LISTS, SETS, SORTED_SETS, SCRIPTS, SERVER];

const STRINGS: &[Row] = &[
    row("APPEND", "append", &[P::Text, P::Value], G::Raw),
    row("BITCOUNT", "bitcount", &[P::Text, P::MaybeNumber, P::MaybeNumber, BITS], G::Raw),
    row("BITOP", "bitop", &[P::Upper, P::Text, P::Texts], G::Raw),
    row("BITPOS", "bitpos", &[P::Text, P::Number, P::MaybeNumber, P::MaybeNumber, BITS], G::Raw),
    row("DECR", "decr", KEY, G::Raw),
    row("DECRBY", "decrby", KEY_NUMBER, G::Raw),
    row("GET", "get", KEY, G::Raw),
    row("GETBIT", "getbit", KEY_NUMBER, G::Raw),
    row("GETDEL", "getdel", KEY, G::Raw),
    row(
        "GETEX",
        "getex",
        &[
            P::Text,
            P::Options(&[
                Opt::Number("EX", "ex"),
                Opt::Number("PX", "px"),
                Opt::Number("EXAT", "exat"),
                Opt::Number("PXAT", "pxat"),
                Opt::Flag("PERSIST", "persist"),
            ]),
        ],
        G::Raw,
    ),
    row("GETRANGE", "getrange", KEY_RANGE, G::Raw),
    row("GETSET", "getset", &[P::Text, P::Value], G::Raw),
    row("INCR", "incr", KEY, G::Raw),
    row("INCRBY", "incrby", KEY_NUMBER, G::Raw),
    row("INCRBYFLOAT", "incrbyfloat", KEY_NUMBER, G::Float),
    row("MGET", "mget", LIST, G::Raw),
    row("MSET", "mset", &[P::Pairs], G::Ok),
    row("MSETNX", "msetnx", &[P::Pairs], G::Bool),
    row("PSETEX", "psetex", &[P::Text, P::Number, P::Value], G::Bool),
    row(
        "SET",
        "set",
        &[
            P::Text,
            P::Value,
            P::Options(&[
                Opt::Flag("NX", "nx"),
                Opt::Flag("XX", "xx"),
                Opt::Flag("GET", "get"),
                Opt::Number("EX", "ex"),
                Opt::Number("PX", "px"),
                Opt::Number("EXAT", "exat"),
                Opt::Number("PXAT", "pxat"),
                Opt::Flag("KEEPTTL", "keepttl"),
            ]),
        ],
        G::SetResult,
    ),
    row("SETBIT", "setbit", &[P::Text, P::Number, P::Number], G::Raw),
    row("SETEX", "setex", &[P::Text, P::Number, P::Value], G::Bool),
    row("SETNX", "setnx", &[P::Text, P::Value], G::Bool),
    row("SETRANGE", "setrange", &[P::Text, P::Number, P::Value], G::Raw),
    row("STRLEN", "strlen", KEY, G::Raw),
    row("SUBSTR", "substr", KEY_RANGE, G::Raw),
];

const KEYSPACE: &[Row] = &[
    row(
        "COPY",
        "copy",
        &[
            P::Text,
            P::Text,
            P::Options(&[Opt::Number("DB", "destination_db"), Opt::Flag("REPLACE", "replace")]),
        ],
        G::Bool,
    ),
    row("DBSIZE", "dbsize", &[], G::Raw),
    row("DEL", "delete", KEYS, G::Raw),
    row("EXISTS", "exists", KEYS, G::Raw),
    row("EXPIRE", "expire", &[P::Text, P::Number, TIMES], G::Bool),
    row("EXPIREAT", "expireat", &[P::Text, P::Number, TIMES], G::Bool),
    row("EXPIRETIME", "expiretime", KEY, G::Raw),
    row("FLUSHALL", "flushall", &[P::Options(&[Opt::Flag("ASYNC", "asynchronous")])], G::Ok),
    row("FLUSHDB", "flushdb", &[P::Options(&[Opt::Flag("ASYNC", "asynchronous")])], G::Ok),
    row("KEYS", "keys", KEY, G::Raw),
    row("MOVE", "move", KEY_NUMBER, G::Bool),
    row("OBJECT|ENCODING", "object", &[P::Fixed("'encoding'"), P::Text], G::Raw),
    row("OBJECT|FREQ", "object", &[P::Fixed("'freq'"), P::Text], G::Raw),
    row("OBJECT|IDLETIME", "object", &[P::Fixed("'idletime'"), P::Text], G::Raw),
    row("OBJECT|REFCOUNT", "object", &[P::Fixed("'refcount'"), P::Text], G::Raw),
    row("PERSIST", "persist", KEY, G::Bool),
    row("PEXPIRE", "pexpire", &[P::Text, P::Number, TIMES], G::Bool),
    row("PEXPIREAT", "pexpireat", &[P::Text, P::Number, TIMES], G::Bool),
    row("PEXPIRETIME", "pexpiretime", KEY, G::Raw),
    row("PTTL", "pttl", KEY, G::Raw),
    row("RANDOMKEY", "randomkey", &[], G::Raw),
    row("RENAME", "rename", KEY_TEXT, G::Ok),
    row("RENAMENX", "renamenx", KEY_TEXT, G::Bool),
    row(
        "SCAN",
        "scan",
        &[P::Number, P::Options(&[MATCH, COUNT, Opt::Text("TYPE", "_type")])],
        G::Scan,
    ),
    row("SWAPDB", "swapdb", &[P::Number, P::Number], G::Ok),
    row("TOUCH", "touch", KEYS, G::Raw),
    row("TTL", "ttl", KEY, G::Raw),
    row("TYPE", "type", KEY, G::Raw),
    row("UNLINK", "unlink", KEYS, G::Raw),
];

const HASHES: &[Row] = &[
    row("HDEL", "hdel", KEY_TEXTS, G::Raw),
    row("HEXISTS", "hexists", KEY_TEXT, G::Bool),
    row("HGET", "hget", KEY_TEXT, G::Raw),
    row("HGETALL", "hgetall", KEY, G::Dict),
    row("HINCRBY", "hincrby", &[P::Text, P::Text, P::Number], G::Raw),
    row("HINCRBYFLOAT", "hincrbyfloat", &[P::Text, P::Text, P::Number], G::Float),
    row("HKEYS", "hkeys", KEY, G::Raw),
    row("HLEN", "hlen", KEY, G::Raw),
    row("HMGET", "hmget", KEY_LIST, G::Raw),
    row("HMSET", "hmset", &[P::Text, P::Pairs], G::Bool),
    row(
        "HRANDFIELD",
        "hrandfield",
        &[P::Text, P::MaybeNumber, P::Options(&[Opt::Flag("WITHVALUES", "withvalues")])],
        G::Flat,
    ),
    row("HSCAN", "hscan", &[P::Text, P::Number, SCAN], G::ScanDict),
    row("HSET", "hset", &[P::Text, P::Fields], G::Raw),
    row("HSETNX", "hsetnx", &[P::Text, P::Text, P::Value], G::Raw),
    row("HSTRLEN", "hstrlen", KEY_TEXT, G::Raw),
    row("HVALS", "hvals", KEY, G::Raw),
];

const LISTS: &[Row] = &[
    row("LINDEX", "lindex", KEY_NUMBER, G::Raw),
    row("LINSERT", "linsert", &[P::Text, P::Upper, P::Value, P::Value], G::Raw),
    row("LLEN", "llen", KEY, G::Raw),
    row("LMOVE", "lmove", &[P::Text, P::Text, P::Upper, P::Upper], G::Raw),
    row(
        "LMPOP",
        "lmpop",
        &[P::CountAndTexts, P::Options(&[Opt::Word(&["LEFT", "RIGHT"], "direction"), COUNT])],
        G::Raw,
    ),
    row("LPOP", "lpop", KEY_MAYBE, G::Raw),
    row(
        "LPOS",
        "lpos",
        &[
            P::Text,
            P::Value,
            P::Options(&[Opt::Number("RANK", "rank"), COUNT, Opt::Number("MAXLEN", "maxlen")]),
        ],
        G::Raw,
    ),
    row("LPUSH", "lpush", KEY_VALUES, G::Raw),
    row("LPUSHX", "lpushx", KEY_VALUES, G::Raw),
    row("LRANGE", "lrange", KEY_RANGE, G::Raw),
    row("LREM", "lrem", &[P::Text, P::Number, P::Value], G::Raw),
    row("LSET", "lset", &[P::Text, P::Number, P::Value], G::Ok),
    row("LTRIM", "ltrim", KEY_RANGE, G::Ok),
    row("RPOP", "rpop", KEY_MAYBE, G::Raw),
    row("RPOPLPUSH", "rpoplpush", KEY_TEXT, G::Raw),
    row("RPUSH", "rpush", KEY_VALUES, G::Raw),
    row("RPUSHX", "rpushx", KEY_VALUES, G::Raw),
];

const SETS: &[Row] = &[
    row("SADD", "sadd", KEY_VALUES, G::Raw),
    row("SCARD", "scard", KEY, G::Raw),
    row("SDIFF", "sdiff", LIST, G::Set),
    row("SDIFFSTORE", "sdiffstore", KEY_LIST, G::Raw),
    row("SINTER", "sinter", LIST, G::Set),
    row(
        "SINTERCARD",
        "sintercard",
        &[P::CountAndList, P::Options(&[Opt::Number("LIMIT", "limit")])],
        G::Raw,
    ),
    row("SINTERSTORE", "sinterstore", KEY_LIST, G::Raw),
    row("SISMEMBER", "sismember", &[P::Text, P::Value], G::Raw),
    row("SMEMBERS", "smembers", KEY, G::Set),
    row("SMISMEMBER", "smismember", KEY_LIST, G::Raw),
    row("SMOVE", "smove", &[P::Text, P::Text, P::Value], G::Bool),
    row("SPOP", "spop", KEY_MAYBE, G::Raw),
    row("SRANDMEMBER", "srandmember", KEY_MAYBE, G::Raw),
    row("SREM", "srem", KEY_VALUES, G::Raw),
    row("SSCAN", "sscan", &[P::Text, P::Number, SCAN], G::Scan),
    row("SUNION", "sunion", LIST, G::Set),
    row("SUNIONSTORE", "sunionstore", KEY_LIST, G::Raw),
];

const SORTED_SETS: &[Row] = &[
    row(
        "ZADD",
        "zadd",
        &[
            P::Text,
            P::Options(&[
                Opt::Flag("NX", "nx"),
                Opt::Flag("XX", "xx"),
                Opt::Flag("GT", "gt"),
                Opt::Flag("LT", "lt"),
                Opt::Flag("CH", "ch"),
                Opt::Flag("INCR", "incr"),
            ]),
            P::Scores,
        ],
        G::Added,
    ),
    row("ZCARD", "zcard", KEY, G::Raw),
    row("ZCOUNT", "zcount", KEY_RANGE, G::Raw),
    row("ZDIFF", "zdiff", &[P::CountedList, P::Options(&[WITHSCORES])], G::Flat),
    row("ZDIFFSTORE", "zdiffstore", &[P::Text, P::CountedList], G::Raw),
    row("ZINCRBY", "zincrby", &[P::Text, P::Number, P::Value], G::Float),
    row("ZINTER", "zinter", &[P::Weighted, P::Options(&[AGGREGATE, WITHSCORES])], G::Scores),
    row(
        "ZINTERCARD",
        "zintercard",
        &[P::CountAndList, P::Options(&[Opt::Number("LIMIT", "limit")])],
        G::Raw,
    ),
    row("ZINTERSTORE", "zinterstore", &[P::Text, P::Weighted, P::Options(&[AGGREGATE])], G::Raw),
    row("ZLEXCOUNT", "zlexcount", KEY_RANGE, G::Raw),
    row(
        "ZMPOP",
        "zmpop",
        &[P::CountAndList, P::Options(&[Opt::Flag("MIN", "min"), Opt::Flag("MAX", "max"), COUNT])],
        G::Raw,
    ),
    row("ZMSCORE", "zmscore", KEY_LIST, G::Floats),
    row("ZPOPMAX", "zpopmax", KEY_MAYBE, G::AlwaysScores),
    row("ZPOPMIN", "zpopmin", KEY_MAYBE, G::AlwaysScores),
    row(
        "ZRANDMEMBER",
        "zrandmember",
        &[P::Text, P::MaybeNumber, P::Options(&[WITHSCORES])],
        G::Flat,
    ),
    row(
        "ZRANGE",
        "zrange",
        &[
            P::Text,
            P::Number,
            P::Number,
            P::Options(&[
                Opt::Flag("REV", "desc"),
                Opt::Flag("BYSCORE", "byscore"),
                Opt::Flag("BYLEX", "bylex"),
                Opt::Limit("offset", "num"),
                WITHSCORES,
            ]),
        ],
        G::Scores,
    ),
    row("ZRANGEBYLEX", "zrangebylex", &[P::Text, P::Number, P::Number, START_NUM], G::Raw),
    row("ZRANGEBYSCORE", "zrangebyscore", &[P::Text, P::Number, P::Number, BY_SCORE], G::Scores),
    row(
        "ZRANGESTORE",
        "zrangestore",
        &[
            P::Text,
            P::Text,
            P::Number,
            P::Number,
            P::Options(&[
                Opt::Flag("REV", "desc"),
                Opt::Flag("BYSCORE", "byscore"),
                Opt::Flag("BYLEX", "bylex"),
                Opt::Limit("offset", "num"),
            ]),
        ],
        G::Raw,
    ),
    row("ZRANK", "zrank", &[P::Text, P::Value], G::Raw),
    row("ZREM", "zrem", KEY_VALUES, G::Raw),
    row("ZREMRANGEBYLEX", "zremrangebylex", KEY_RANGE, G::Raw),
    row("ZREMRANGEBYRANK", "zremrangebyrank", KEY_RANGE, G::Raw),
    row("ZREMRANGEBYSCORE", "zremrangebyscore", KEY_RANGE, G::Raw),
    row(
        "ZREVRANGE",
        "zrevrange",
        &[P::Text, P::Number, P::Number, P::Options(&[WITHSCORES])],
        G::Scores,
    ),
    row("ZREVRANGEBYLEX", "zrevrangebylex", &[P::Text, P::Number, P::Number, START_NUM], G::Raw),
    row(
        "ZREVRANGEBYSCORE",
        "zrevrangebyscore",
        &[P::Text, P::Number, P::Number, BY_SCORE],
        G::Scores,
    ),
    row("ZREVRANK", "zrevrank", &[P::Text, P::Value], G::Raw),
    row("ZSCAN", "zscan", &[P::Text, P::Number, SCAN], G::ScanScores),
    row("ZSCORE", "zscore", &[P::Text, P::Value], G::Float),
    row("ZUNION", "zunion", &[P::Weighted, P::Options(&[AGGREGATE, WITHSCORES])], G::Scores),
    row("ZUNIONSTORE", "zunionstore", &[P::Text, P::Weighted, P::Options(&[AGGREGATE])], G::Raw),
];

const SCRIPTS: &[Row] = &[
    row("EVAL", "eval", &[P::Text, P::Number, P::AnyTexts], G::Raw),
    row("EVALSHA", "evalsha", &[P::Text, P::Number, P::AnyTexts], G::Raw),
    row("EVALSHA_RO", "evalsha_ro", &[P::Text, P::Number, P::AnyTexts], G::Raw),
    row("EVAL_RO", "eval_ro", &[P::Text, P::Number, P::AnyTexts], G::Raw),
    row(
        "SCRIPT|FLUSH",
        "script_flush",
        &[P::Options(&[Opt::Word(&["SYNC", "ASYNC"], "sync_type")])],
        G::Ok,
    ),
    row("SCRIPT|LOAD", "script_load", KEY, G::Str),
];

const SERVER: &[Row] = &[
    row("BGREWRITEAOF", "bgrewriteaof", &[], G::True),
    row("BGSAVE", "bgsave", &[P::Fixed("schedule=False")], G::True),
    row("CLIENT|GETNAME", "client_getname", &[], G::Str),
    row("CLIENT|ID", "client_id", &[], G::Raw),
    row("CLIENT|INFO", "client_info", &[], G::Client),
    row("CLIENT|LIST", "client_list", &[P::Options(&[Opt::Text("TYPE", "_type")])], G::Clients),
    row("CLIENT|NO-EVICT", "client_no_evict", &[P::Upper], G::Raw),
    row("CLIENT|SETNAME", "client_setname", KEY, G::Ok),
    row("COMMAND|COUNT", "command_count", &[], G::Raw),
    row("COMMAND|GETKEYS", "command_getkeys", KEYS, G::Strs),
    row("CONFIG|GET", "config_get", KEYS, G::StrDict),
    row("CONFIG|RESETSTAT", "config_resetstat", &[], G::Ok),
    row("CONFIG|SET", "config_set", &[P::Text, P::Value, P::AnyTexts], G::Ok),
    row("ECHO", "echo", &[P::Value], G::Raw),
    row("INFO", "info", &[P::AnyTexts], G::Info),
    row("LASTSAVE", "lastsave", &[], G::Untold),
    row(
        "MEMORY|USAGE",
        "memory_usage",
        &[P::Text, P::Options(&[Opt::Number("SAMPLES", "samples")])],
        G::Raw,
    ),
    row("PING", "ping", &[], G::Pong),
    row("SAVE", "save", &[], G::Ok),
    row(
        "SHUTDOWN",
        "shutdown",
        &[P::Options(&[Opt::Flag("SAVE", "save"), Opt::Flag("NOSAVE", "nosave")])],
        G::Untold,
    ),
    row("TIME", "time", &[], G::Time),
];

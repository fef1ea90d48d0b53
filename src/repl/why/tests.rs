//! What `:why` says, by transcript: lines in, what stands below the last one out.

use crate::repl::testing::last;

fn check(lines: &str, expected: &str) {
    assert_eq!(last(&format!("{lines}\n:why")), format!("note: {expected}\n"), "{lines}");
}

/// An error, and the line that is printed by itself below it.
fn by_itself(lines: &str, expected: &str) {
    let shown = last(lines);
    let note = shown.lines().last().unwrap_or_default();
    assert_eq!(note, format!("note: {expected}"), "{lines}\n{shown}");
}

#[test]
fn wrong_types() {
    by_itself("SET A x\nHGET A b", "A holds a string; HGET reads hashes. GET A reads it.");
    by_itself("RPUSH A x\nGET A", "A holds a list; GET reads strings. LRANGE A 0 -1 reads it.");
    by_itself(
        "SET A x\nHSET A a b",
        "A holds a string; HSET works on hashes. GET A shows it; DEL A makes room.",
    );
    check("SET A x\nHGET A b", "A holds a string; HGET reads hashes. GET A reads it.");
}

#[test]
fn scripts() {
    by_itself(
        "EVAL \"return redis.call('nope')\" 0",
        "the script calls a command that does not exist: look at the name in redis.call. What stands before that call was done.",
    );
    by_itself(
        "EVAL \"x = 1\" 0",
        "a script leaves no variables behind: write `local` before the name, and SET what is to stay.",
    );
    by_itself(
        "EVAL \"return hello\" 0",
        "that word has no value in the script: a variable begins with `local`, and text stands in quotes.",
    );
    by_itself(
        "EVAL \"return (\" 0",
        "Lua cannot read the script, so nothing of it ran: the number is the line, and behind it stands where Lua stumbled.",
    );
    by_itself(
        "EVAL \"return KEYS[1]\" 2 a",
        "the number behind the script says how many of the words behind it are keys; the others are arguments, ARGV in the script.",
    );
    check(
        "EVALSHA 0000000000000000000000000000000000000000 0",
        "the server does not know this script, for example because it was started anew: EVAL it, or SCRIPT LOAD it once. Packages such as redis-py do that by themselves.",
    );
}

#[test]
fn unknown_commands() {
    by_itself("GTE a", "there is no GTE; did you mean GET?");
    by_itself("hgetal a", "there is no hgetal; did you mean HGETALL?");
    by_itself("CONFIG GTE a", "did you mean CONFIG GET?");
    by_itself(
        "r.set('a',1)",
        "this is Python, for a terminal of your own. At this prompt a command is typed bare: SET key value.",
    );
    by_itself(
        "INSERT INTO chains VALUES",
        "INSERT is a word of SQL. Redis has no tables: SET, HSET and DEL work on keys.",
    );
    by_itself(
        "xyzzy a",
        "there is no command xyzzy; `help` lists what there is. A value with spaces needs quotes.",
    );
    by_itself("xyzzy", "there is no command xyzzy; `help` lists what there is.");
    by_itself("use 5", "in Redis SELECT chooses a database, by its number: SELECT 1.");
    by_itself(
        "grep 103 orders.csv",
        "grep is a program of a shell, and this prompt is none: `ls` lists the files here, `cat FILE` shows one.",
    );
    by_itself("client b", "to type as a second client, put a colon before it: `:client b`.");
}

#[test]
fn python_at_the_prompt_is_told_as_a_command() {
    for (line, usage) in [
        ("rd.hset('k2', mapping={'name': 'Erik'})", "HSET key field value [field value ...]"),
        ("rd = redis.Redis(host='127.0.0.1', port=6379, db=0)", "SET key value"),
        ("rd.keys()", "KEYS pattern"),
        ("json.dumps({\"a\": 1})", "SET key value"),
    ] {
        let python = format!(
            "note: this is Python, for a terminal of your own. At this prompt a command is typed bare: {usage}.\n"
        );
        let shown = last(line);
        assert_eq!(shown.lines().last().map(|l| format!("{l}\n")), Some(python), "{shown}");
    }
}

#[test]
fn a_doubt_about_quotes_stands_alone() {
    assert_eq!(
        last("SET a ‘water bath’"),
        "(error) ERR syntax error\nSET a ‘water bath’\n      ^\n\
         a typographic quote is an ordinary letter here; type ' or \" instead\n"
    );
}

#[test]
fn a_setting_holds_until_the_server_ends() {
    check(
        "CONFIG SET maxmemory 100mb",
        "the setting holds until this server ends: a start begins with those of its command line.",
    );
}

#[test]
fn the_line_that_spoilt_a_transaction_is_named() {
    by_itself(
        "MULTI\nMULTI\nDECRBY a 30 euros\nEXEC",
        "DECRBY a 30 euros was refused when it was queued, so EXEC ran none of the commands. Nothing has changed.",
    );
    by_itself(
        "MULTI\nMULTI now\nSET a 1\nEXEC",
        "MULTI now was refused when it was queued, so EXEC ran none of the commands. Nothing has changed.",
    );
}

#[test]
fn words_that_stand_where_a_number_should() {
    let sql = "in Redis SELECT chooses a database by its number, such as SELECT 1. There is no SQL: GET and HGET read what a key holds.";
    by_itself("SELECT SUM(euros)", sql);
    by_itself("SELECT * FROM orders", sql);
    by_itself("INCRBY a ten", "ten is no whole number.");
    by_itself("INCRBY a +10", "a number is written without a +: 10.");
    by_itself(
        "INCRBY a 99999999999999999999",
        "99999999999999999999 is no whole number of 64 bits.",
    );
    by_itself(
        "SCAN sample:*",
        "the first piece has the cursor 0: SCAN 0 MATCH pattern. Each reply begins with the cursor of the next piece, and 0 ends it.",
    );
    by_itself(
        "HSCAN h x",
        "the first piece has the cursor 0: HSCAN key 0 MATCH pattern. Each reply begins with the cursor of the next piece, and 0 ends it.",
    );
}

#[test]
fn words_of_a_terminal() {
    let report = "`kvtutor report --json` belongs into a terminal of your own, not at this prompt.";
    by_itself("report --json", report);
    by_itself("kvtutor report --json", report);
    by_itself("kvtutor", "`kvtutor` belongs into a terminal of your own, not at this prompt.");
    by_itself("kvtutor learn acid", "you are in kvtutor: type `learn acid` alone.");
}

#[test]
fn wrong_syntax() {
    by_itself("GET", "it is written: GET key. You gave 0 arguments.");
    by_itself("GET a b", "it is written: GET key. You gave 2 arguments.");
    by_itself(
        "HSET h f",
        "every field needs its value, in pairs: HSET key field value [field value ...]",
    );
    by_itself(
        "HSET h f v g",
        "every field needs its value, in pairs: HSET key field value [field value ...]",
    );
    by_itself(
        "SET k hello world",
        "world is no option of SET: a value with spaces needs quotes. It is written: SET key value. `help SET` shows its options.",
    );
    by_itself(
        "SELECT * FROM chains",
        "in Redis SELECT chooses a database by its number, such as SELECT 1. There is no SQL: GET and HGET read what a key holds.",
    );
    by_itself("SELECT 16", "there are 16 databases, numbered 0 to 15.");
}

#[test]
fn numbers_that_are_none() {
    by_itself("SET k abc\nINCR k", "k holds abc, which is no whole number.");
    by_itself("INCRBY k x", "x is no whole number.");
    by_itself("EXPIRE k 1.5", "1.5 is no whole number.");
    by_itself("HSET h f abc\nHINCRBY h f 1", "the field f holds abc, which is no whole number.");
    by_itself(
        "ZADD z a 1",
        "in ZADD the score, a number, comes before the member: ZADD key score member.",
    );
    by_itself(
        "SET k 9223372036854775807\nINCR k",
        "an integer has 64 bits: it goes from -9223372036854775808 to 9223372036854775807.",
    );
}

#[test]
fn nil_replies() {
    check("GET k", "(nil): db 0 holds no keys at all, so there is no k.");
    check("SET a 1\nGET k", "(nil): there is no key k in db 0; KEYS * shows the one key it holds.");
    check(
        "SET Name Erik\nGET name",
        "(nil): there is no key name in db 0, but there is Name; small and capital letters differ.",
    );
    check("SET chains 1\nGET chain", "(nil): there is no key chain in db 0, but there is chains.");
    check(
        "SET k 1\nSELECT 1\nGET k",
        "(nil): there is no key k in db 1, but there is one in db 0: SELECT 0 goes there.",
    );
    check("HSET A type x\nHGET A typ", "A has no field typ, but it has type.");
    check("HSET A type x\nHGET A length", "A has no field length; it has type.");
    check(
        "SET k 1\nSET k 2 NX",
        "(nil): nothing was stored. k exists, as a string, and NX stores only where no key is.",
    );
    check(
        "SET k 2 XX",
        "(nil): nothing was stored. k does not exist, and XX stores only where a key is.",
    );
    check(
        "RPUSH l a b\nLINDEX l 2",
        "l has 2 elements: its places are 0 to 1, or -1 to -2 from the end.",
    );
    check(
        "HSET h f v\nMGET h",
        "(nil): h holds a hash, and MGET reads strings only; it gives no error.",
    );
}

#[test]
fn counts() {
    check("HSET A f 1\nHSET A f 2", "(integer) 0: the field was there and was updated, not added.");
    check(
        "HSET A f 1\nHSET A f 2 g 3",
        "(integer) 1: 1 field was new, and 1 was there before and updated.",
    );
    check(
        "SADD s a\nSADD s a",
        "(integer) 0: a was in the set already; a set holds a member once.",
    );
    check("SET k 1\nSETNX k 2", "(integer) 0: nothing was stored: k exists, as a string.");
    check(
        "SET a 1\nDEL k",
        "(integer) 0: nothing was deleted: there is no key k in db 0; KEYS * shows the one key it holds.",
    );
    check(
        "EXPIRE k 10",
        "(integer) 0: no time was set: db 0 holds no keys at all, so there is no k.",
    );
    check("SET k 1\nEXPIRE k 10", "(integer) 1: k goes in 10 seconds.");
    check("SET k 1\nTTL k", "(integer) -1: k has no time to live: it stays until it is deleted.");
    check(
        "RPUSH l a\nLINSERT l BEFORE x b",
        "(integer) -1: no element of l is x, so nothing was inserted.",
    );
    check(
        "SET a 1\nEXISTS a a",
        "(integer) 2: a key that is named several times is counted each time.",
    );
    check(
        "SET a 1\nSELECT 1\nDBSIZE",
        "(integer) 0: db 1 holds 0 keys, of whatever type. The other databases hold 1 key.",
    );
    check(
        "ZADD z 1 a\nZADD z 2 a",
        "(integer) 0: no member was new; those that were there have the scores you gave.",
    );
    check("HSET A type x\nHDEL A typ", "(integer) 0: A has no field typ, but it has type.");
    check("INCR n", "(integer) 1: the number after the change.");
}

#[test]
fn transactions() {
    check(
        "MULTI\nSET a 1\nINCR b\nHGET a f\nSET c 2\nEXEC",
        "EXEC did not roll back: replies 1, 2 and 4 were written, although reply 3 is an error.",
    );
    check(
        "SET a 1\nMULTI\nGET a\nHGET a f\nEXEC",
        "reply 2 is an error. The others ran: EXEC stops at no error.",
    );
    by_itself(
        "MULTI\nSET a\nSET b 1\nEXEC",
        "SET a was refused when it was queued, so EXEC ran none of the commands. Nothing has changed.",
    );
    check("MULTI\nSET a 1", "the command waits: EXEC runs all that is queued, DISCARD drops it.");
    check(
        "WATCH k\n:client b\nSET k 1\n:client a\nMULTI\nSET k 2\nEXEC",
        "(nil): a key that WATCH marked was changed before EXEC, so nothing was run. Read it again and try once more.",
    );
    by_itself("EXEC", "no transaction is open: MULTI opens one, then commands are queued.");
}

#[test]
fn other_replies() {
    check(
        "SET j '{\"a\": 1}'\nGET j",
        "a string of 8 bytes. The prompt puts \"…\" around it and a backslash before each quote inside; neither is stored.",
    );
    check("SELECT 1", "you are in db 1 of 16 now; it holds 0 keys.");
    check("SELECT 1\nKEYS *", "db 1 holds no keys.");
    check("SET a 1\nKEYS x*", "the one key in db 0 does not match x*.");
    check(
        "PING",
        "PING: Answers PONG, or the text it was given: a sign that the server is there. It is written: PING [message]",
    );
    assert_eq!(last(":why"), "note: there is no reply to explain yet: type a command first\n");
}

#[test]
fn what_is_safe_on_a_disk() {
    check(
        "SET a 1\nWAITAOF 1 0 0",
        "1) 1: what this client wrote is on this server's disk; a power failure does not take it. 2) counts replicas.",
    );
    check(
        "CONFIG SET appendfsync no\nSET a 1\nWAITAOF 1 0 10",
        "1) 0: what this client wrote is not yet safe on this server's disk; a power failure could take it. `:disk` shows what is. 2) counts replicas.",
    );
}

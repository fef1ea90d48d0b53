//! Data to be written, logged and sent: a script that uses every write command, and values of every form.
//! It must not know what is done with them.

use kvtutor::engine::{Engine, NoHost, Now, SessionId, find};
use kvtutor::resp::{Decoder, Reply};

/// Later than any day on which this runs, so that nothing expires meanwhile.
pub const NOW: i64 = 4_000_000_000_000;
/// Before all expire times, those that a real server has set by its own clock included.
pub const EARLY: i64 = 1_000_000_000_000;

/// What DUMP gives of the number ten.
const PAYLOAD: &[u8] = b"\0\xc0\n\n\0n\x9fWE\x0e\xaec\xbb";

/// Lines that use every write command at least once, and change something with it.
const SCRIPT: &str = "
SELECT 9
SET gone 1
FLUSHALL
SELECT 0
SET s hello
SET s2 12345 PX 100000
SETNX nx 1
SETEX ex 100 v
PSETEX pex 100000 v
MSET m1 a m2 b m3 -70000
MSETNX m4 d m5 e
GETSET m4 new
GETDEL m5
GETEX ex EX 5000
GETEX pex PERSIST
APPEND s _world
SETRANGE s 3 XYZ
INCR n
INCRBY n 41
DECR n
DECRBY n 2
INCRBYFLOAT f 3.25
SETBIT bits 77 1
BITOP NOT stib bits
BITFIELD bits SET u8 0 200 INCRBY i5 8 3
SUBSTR s 0 1
DEL m1
UNLINK m2
RENAME m3 renamed
RENAMENX m4 renamed2
COPY s copied
COPY s copied DB 5
MOVE nx 3
SELECT 3
SET swapped yes
SELECT 0
SWAPDB 3 4
EXPIRE s 100000
PEXPIRE copied 100000000
EXPIREAT n 4000100000
PEXPIREAT f 4000100000000
PERSIST f
SELECT 7
SET gone 1
FLUSHDB
SELECT 0
LPUSH l a b c 1 2 3
RPUSH l x y z 700000
LPUSHX l w
RPUSHX l v
LPOP l
RPOP l 2
LSET l 0 set
LINSERT l BEFORE a inserted
LREM l 1 b
LTRIM l 0 5
LMOVE l l2 LEFT RIGHT
RPOPLPUSH l l2
LMPOP 2 none l2 LEFT
RPUSH q 1 2 3 4 5 6
BLPOP none q 0
BRPOP q 0
BLMOVE q q2 LEFT RIGHT 0
BRPOPLPUSH q q2 0
BLMPOP 0 1 q RIGHT
SADD ints 1 2 3 70000 -5
SADD words a b c 1 dd eee
SADD words2 b c zzz
SREM words c
SPOP words
SPOP ints 2
SMOVE words2 words zzz
SUNIONSTORE su words words2
SINTERSTORE si su words2
SDIFFSTORE sd su words2
HSET h f1 v1 f2 2 f3 3.5
HSETNX h f4 new
HMSET h f5 five f6 six
HDEL h f1
HINCRBY h f2 40
HINCRBYFLOAT h f3 0.25
ZADD z 1 a 2.5 b inf c -inf d 5 e 6 f 7 g 8 h
ZADD z XX INCR 1 a
ZINCRBY z 0.1 b
ZREM z c
ZPOPMIN z
ZPOPMAX z 1
ZMPOP 1 z MIN
ZADD bz 1 a 2 b 3 c 4 d
BZPOPMIN bz 0
BZPOPMAX none bz 0
BZMPOP 0 1 bz MIN
ZADD lex 0 a 0 b 0 c 0 d
ZREMRANGEBYLEX lex [a (b
ZADD nums 1 one 2 two 3 three 4 four 5 five
ZREMRANGEBYRANK nums 0 0
ZREMRANGEBYSCORE nums 2 2
ZRANGESTORE zr nums 0 -1
ZUNIONSTORE zu 2 nums z WEIGHTS 2 1
ZINTERSTORE zi 2 nums zr
ZDIFFSTORE zd 2 zu zi
GEOADD geo 13.361389 38.115556 Palermo 15.087269 37.502669 Catania
SORT l ALPHA DESC STORE sorted
RESTORE restored 100000 PAYLOAD
RESTORE-ASKING asked 0 PAYLOAD
MULTI
SET t 1
SPOP su
INCR t
EXEC
SELECT 2
MULTI
INCR n
LPUSH other x
EXEC
SET last 12345678901234567890
";

/// What 7.0 does not know: these lines are for newer servers.
const NEWER_SCRIPT: &str = "
SELECT 0
HSET times a 1 b 2 c 3 d 4 e 5
HPEXPIREAT times 5000000000000 FIELDS 3 a b c
HEXPIREAT times 4900000000 FIELDS 1 e
HEXPIRE times 100000 GT FIELDS 1 c
HSETEX both PXAT 5000000000000 FIELDS 3 a 1 b 2 c 3
HINCRBYFLOAT both a 1.5
HINCRBY both b 5
HGETEX both PXAT 5000000100000 FIELDS 1 b
HGETDEL both FIELDS 1 c
HSETEX forgotten PXAT 5000000000000 FIELDS 1 a 1
HPERSIST forgotten FIELDS 1 a
HSETEX emptied PXAT 5000000000000 FIELDS 2 a 1 b 2
HPEXPIRE emptied 0 FIELDS 2 a b
HSET stays a 1 b 2
HPEXPIRE stays 0 FIELDS 1 a
COPY times copied-times
RENAME both renamed-times
PEXPIREAT copied-times 4900000000000
";

/// The lines for newer servers, a hash of many fields with times among them.
pub fn newer_script() -> Vec<Vec<Vec<u8>>> {
    let lines = NEWER_SCRIPT.lines().filter(|line| !line.is_empty()).map(str::to_owned);
    let many = (0..600).flat_map(|number| {
        let at = 5_000_000_000_000_i64 + 977 * number;
        let set = format!("HSET many-times f{number} v{number}");
        let timed = format!("HPEXPIREAT many-times {at} FIELDS 1 f{number}");
        [Some(set), Some(timed).filter(|_| number % 3 > 0)].into_iter().flatten()
    });
    lines.chain(many).map(|line| line.split(' ').map(word).collect()).collect()
}

/// Lines whose values take every form that a file can hold: small and large, text and numbers.
pub fn large_values() -> Vec<Vec<Vec<u8>>> {
    let words = |line: String| line.split(' ').map(|word| word.as_bytes().to_vec()).collect();
    let mut lines: Vec<Vec<Vec<u8>>> = vec![
        words("SELECT 11".to_owned()),
        vec![b"SET".to_vec(), b"bytes \0\r\n\xff".to_vec(), (0..=255).collect()],
        vec![b"SET".to_vec(), b"empty".to_vec(), Vec::new()],
        vec![b"SET".to_vec(), b"long".to_vec(), b"abcdefgh".repeat(9000)],
        vec![b"HSET".to_vec(), b"long-h".to_vec(), b"f".to_vec(), b"x".repeat(65)],
        vec![b"ZADD".to_vec(), b"long-z".to_vec(), b"3".to_vec(), b"x".repeat(65)],
        vec![b"RPUSH".to_vec(), b"long-l".to_vec(), b"x".repeat(20_000), b"y".to_vec()],
        words("SET expiring v PXAT 4000000000099".to_owned()),
        words("ZADD scores 1.1 a -3.25e-7 b 1e300 c inf d 17 e 4503599627370497 f".to_owned()),
    ];
    for number in [0, 1, -1, 127, -128, 128, 32_767, -32_769, 2_147_483_648_i64, i64::MIN] {
        lines.push(words(format!("SET n{number} {number}")));
        lines.push(words(format!("HSET numbers f{number} {number}")));
        lines.push(words(format!("RPUSH list {number}")));
        lines.push(words(format!("SADD wide {number}")));
        if (-128..=127).contains(&number) {
            lines.push(words(format!("SADD narrow {number}")));
        }
    }
    for number in 0..700 {
        lines.push(words(format!("SADD big-ints {}", number * 7)));
        lines.push(words(format!("SADD big-set m{number}")));
        lines.push(words(format!("HSET big-hash f{number} v{number}")));
        lines.push(words(format!("ZADD big-z {number}.5 m{number}")));
        lines.push(words(format!("RPUSH big-list item:{number} {number}")));
    }
    lines
}

/// The lines of the script, as words; those of commands that are not in the table are left out.
pub fn script() -> Vec<Vec<Vec<u8>>> {
    let lines = SCRIPT.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| line.split(' ').map(word).collect::<Vec<Vec<u8>>>())
        .filter(|words| find(&slices(words)).is_ok())
        .collect()
}

/// Words as the engine takes them.
pub fn slices(words: &[Vec<u8>]) -> Vec<&[u8]> {
    words.iter().map(Vec::as_slice).collect()
}

/// A word of the script, in which one name stands for bytes.
fn word(word: &str) -> Vec<u8> {
    if word == "PAYLOAD" { PAYLOAD.to_vec() } else { word.as_bytes().to_vec() }
}

/// The reply of an engine.
pub fn ask(engine: &mut Engine, client: SessionId, now: i64, words: &[&[u8]]) -> Reply {
    let mut out = Vec::new();
    engine.execute(client, words, Now::from_ms(now), &mut NoHost, &mut out);
    Decoder::new(&out).reply().unwrap()
}

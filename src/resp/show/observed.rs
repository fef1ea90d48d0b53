//! Replies on the wire and what redis-cli 7.0.15 was seen to print for them: with `--no-raw`
//! (a terminal gives the same bytes), off a terminal, and as the reply to INFO.

use super::{Style, show};
use crate::resp::Decoder;

/// One reply and its three printed forms.
struct Seen {
    wire: &'static [u8],
    no_raw: &'static [u8],
    raw: &'static [u8],
    report: &'static [u8],
}

#[test]
fn every_reply_prints_as_redis_cli_was_seen_to_print_it() {
    for seen in SEEN {
        let wire = seen.wire.escape_ascii();
        let reply = Decoder::new(seen.wire).reply().unwrap();
        for (style, want) in
            [(Style::NoRaw, seen.no_raw), (Style::Raw, seen.raw), (Style::Report, seen.report)]
        {
            let got = show(&reply, style);
            assert_eq!(
                got.escape_ascii().to_string(),
                want.escape_ascii().to_string(),
                "{style:?} of {wire}"
            );
        }
        let harmless = |byte: &u8| matches!(byte, b'\n' | b'\t' | b' '..=b'~');
        if seen.no_raw.iter().all(harmless) {
            assert_eq!(show(&reply, Style::Tty), seen.no_raw, "Tty of {wire}");
        }
    }
}

#[rustfmt::skip]
const SEEN: &[Seen] = &[
    Seen {
        wire: b"+OK\r\n",
        no_raw: b"OK\n",
        raw: b"OK\n",
        report: b"OK",
    },
    Seen {
        wire: b"-ERR bad\r\n",
        no_raw: b"(error) ERR bad\n",
        raw: b"ERR bad\n\n",
        report: b"ERR bad\n",
    },
    Seen {
        wire: b":1\r\n",
        no_raw: b"(integer) 1\n",
        raw: b"1\n",
        report: b"1",
    },
    Seen {
        wire: b":-5\r\n",
        no_raw: b"(integer) -5\n",
        raw: b"-5\n",
        report: b"-5",
    },
    Seen {
        wire: b":9223372036854775807\r\n",
        no_raw: b"(integer) 9223372036854775807\n",
        raw: b"9223372036854775807\n",
        report: b"9223372036854775807",
    },
    Seen {
        wire: b"$3\r\nfoo\r\n",
        no_raw: b"\"foo\"\n",
        raw: b"foo\n",
        report: b"foo",
    },
    Seen {
        wire: b"$0\r\n\r\n",
        no_raw: b"\"\"\n",
        raw: b"\n",
        report: b"",
    },
    Seen {
        wire: b"$-1\r\n",
        no_raw: b"(nil)\n",
        raw: b"\n",
        report: b"",
    },
    Seen {
        wire: b"*-1\r\n",
        no_raw: b"(nil)\n",
        raw: b"\n",
        report: b"",
    },
    Seen {
        wire: b"_\r\n",
        no_raw: b"(nil)\n",
        raw: b"\n",
        report: b"",
    },
    Seen {
        wire: b"*0\r\n",
        no_raw: b"(empty array)\n",
        raw: b"\n",
        report: b"",
    },
    Seen {
        wire: b"%0\r\n",
        no_raw: b"(empty hash)\n",
        raw: b"\n",
        report: b"",
    },
    Seen {
        wire: b"~0\r\n",
        no_raw: b"(empty set)\n",
        raw: b"\n",
        report: b"",
    },
    Seen {
        wire: b"+\r\n",
        no_raw: b"\n",
        raw: b"\n",
        report: b"",
    },
    Seen {
        wire: b"-\r\n",
        no_raw: b"(error) \n",
        raw: b"\n\n",
        report: b"\n",
    },
    Seen {
        wire: b"$17\r\na\"\\\n\r\t\x07\x08\x1b\x00\xff\x7f\xc3\xa9~\x0b\x0c\r\n",
        no_raw: b"\"a\\\"\\\\\\n\\r\\t\\a\\b\\x1b\\x00\\xff\\x7f\\xc3\\xa9~\\x0b\\x0c\"\n",
        raw: b"a\"\\\n\r\t\x07\x08\x1b\x00\xff\x7f\xc3\xa9~\x0b\x0c\n",
        report: b"a\"\\\n\r\t\x07\x08\x1b\x00\xff\x7f\xc3\xa9~\x0b\x0c",
    },
    Seen {
        wire: b"+a\x1b[31mb\xffc\tq\r\n",
        no_raw: b"a\x1b[31mb\xffc\tq\n",
        raw: b"a\x1b[31mb\xffc\tq\n",
        report: b"a\x1b[31mb\xffc\tq",
    },
    Seen {
        wire: b"-ERR a\x1b[31mb\xff\x07\r\n",
        no_raw: b"(error) ERR a\x1b[31mb\xff\x07\n",
        raw: b"ERR a\x1b[31mb\xff\x07\n\n",
        report: b"ERR a\x1b[31mb\xff\x07\n",
    },
    Seen {
        wire: b",1.5\r\n",
        no_raw: b"(double) 1.5\n",
        raw: b"1.5\n",
        report: b"1.5",
    },
    Seen {
        wire: b",inf\r\n",
        no_raw: b"(double) inf\n",
        raw: b"inf\n",
        report: b"inf",
    },
    Seen {
        wire: b",-inf\r\n",
        no_raw: b"(double) -inf\n",
        raw: b"-inf\n",
        report: b"-inf",
    },
    Seen {
        wire: b",3.0e10\r\n",
        no_raw: b"(double) 3.0e10\n",
        raw: b"3.0e10\n",
        report: b"3.0e10",
    },
    Seen {
        wire: b"#t\r\n",
        no_raw: b"(true)\n",
        raw: b"(true)\n",
        report: b"(true)",
    },
    Seen {
        wire: b"#f\r\n",
        no_raw: b"(false)\n",
        raw: b"(false)\n",
        report: b"(false)",
    },
    Seen {
        wire: b"=9\r\ntxt:a\n\x1bbc\r\n",
        no_raw: b"a\n\x1bbc\n",
        raw: b"a\n\x1bbc\n",
        report: b"a\n\x1bbc",
    },
    Seen {
        wire: b"=7\r\nmkd:abc\r\n",
        no_raw: b"abc\n",
        raw: b"abc\n",
        report: b"abc",
    },
    Seen {
        wire: b"*2\r\n$1\r\nA\r\n:2\r\n",
        no_raw: b"1) \"A\"\n2) (integer) 2\n",
        raw: b"A\n2\n",
        report: b"A\n2",
    },
    Seen {
        wire: b"*2\r\n*2\r\n:1\r\n*1\r\n$1\r\na\r\n*0\r\n",
        no_raw: b"1) 1) (integer) 1\n   2) 1) \"a\"\n2) (empty array)\n",
        raw: b"1\na\n\n",
        report: b"1\na\n",
    },
    Seen {
        wire: b"*9\r\n:0\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n:6\r\n:7\r\n:8\r\n",
        no_raw: b"1) (integer) 0\n2) (integer) 1\n3) (integer) 2\n4) (integer) 3\n5) (integer) 4\n6) (integer) 5\n7) (integer) 6\n8) (integer) 7\n9) (integer) 8\n",
        raw: b"0\n1\n2\n3\n4\n5\n6\n7\n8\n",
        report: b"0\n1\n2\n3\n4\n5\n6\n7\n8",
    },
    Seen {
        wire: b"*10\r\n:0\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n:6\r\n:7\r\n:8\r\n:9\r\n",
        no_raw: b" 1) (integer) 0\n 2) (integer) 1\n 3) (integer) 2\n 4) (integer) 3\n 5) (integer) 4\n 6) (integer) 5\n 7) (integer) 6\n 8) (integer) 7\n 9) (integer) 8\n10) (integer) 9\n",
        raw: b"0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n",
        report: b"0\n1\n2\n3\n4\n5\n6\n7\n8\n9",
    },
    Seen {
        wire: b"*12\r\n:0\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n:6\r\n:7\r\n:8\r\n:9\r\n:10\r\n:11\r\n",
        no_raw: b" 1) (integer) 0\n 2) (integer) 1\n 3) (integer) 2\n 4) (integer) 3\n 5) (integer) 4\n 6) (integer) 5\n 7) (integer) 6\n 8) (integer) 7\n 9) (integer) 8\n10) (integer) 9\n11) (integer) 10\n12) (integer) 11\n",
        raw: b"0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n",
        report: b"0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11",
    },
    Seen {
        wire: b"*2\r\n*11\r\n:0\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n:6\r\n:7\r\n:8\r\n:9\r\n:10\r\n+x\r\n",
        no_raw: b"1)  1) (integer) 0\n    2) (integer) 1\n    3) (integer) 2\n    4) (integer) 3\n    5) (integer) 4\n    6) (integer) 5\n    7) (integer) 6\n    8) (integer) 7\n    9) (integer) 8\n   10) (integer) 9\n   11) (integer) 10\n2) x\n",
        raw: b"0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\nx\n",
        report: b"0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\nx",
    },
    Seen {
        wire: b"~2\r\n:0\r\n:1\r\n",
        no_raw: b"1~ (integer) 0\n2~ (integer) 1\n",
        raw: b"0\n1\n",
        report: b"0\n1",
    },
    Seen {
        wire: b"~10\r\n:0\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n:6\r\n:7\r\n:8\r\n:9\r\n",
        no_raw: b" 1~ (integer) 0\n 2~ (integer) 1\n 3~ (integer) 2\n 4~ (integer) 3\n 5~ (integer) 4\n 6~ (integer) 5\n 7~ (integer) 6\n 8~ (integer) 7\n 9~ (integer) 8\n10~ (integer) 9\n",
        raw: b"0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n",
        report: b"0\n1\n2\n3\n4\n5\n6\n7\n8\n9",
    },
    Seen {
        wire: b"%2\r\n:0\r\n:1\r\n:2\r\n:3\r\n",
        no_raw: b"1# (integer) 0 => (integer) 1\n2# (integer) 2 => (integer) 3\n",
        raw: b"0 1\n2 3\n",
        report: b"0 1\n2 3",
    },
    Seen {
        wire: b"%10\r\n:0\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n:6\r\n:7\r\n:8\r\n:9\r\n:10\r\n:11\r\n:12\r\n:13\r\n:14\r\n:15\r\n:16\r\n:17\r\n:18\r\n:19\r\n",
        no_raw: b" 1# (integer) 0 => (integer) 1\n 2# (integer) 2 => (integer) 3\n 3# (integer) 4 => (integer) 5\n 4# (integer) 6 => (integer) 7\n 5# (integer) 8 => (integer) 9\n 6# (integer) 10 => (integer) 11\n 7# (integer) 12 => (integer) 13\n 8# (integer) 14 => (integer) 15\n 9# (integer) 16 => (integer) 17\n10# (integer) 18 => (integer) 19\n",
        raw: b"0 1\n2 3\n4 5\n6 7\n8 9\n10 11\n12 13\n14 15\n16 17\n18 19\n",
        report: b"0 1\n2 3\n4 5\n6 7\n8 9\n10 11\n12 13\n14 15\n16 17\n18 19",
    },
    Seen {
        wire: b"*1\r\n*0\r\n",
        no_raw: b"1) (empty array)\n",
        raw: b"\n",
        report: b"",
    },
    Seen {
        wire: b"*1\r\n-ERR in\r\n",
        no_raw: b"1) (error) ERR in\n",
        raw: b"ERR in\n\n",
        report: b"ERR in\n",
    },
    Seen {
        wire: b"*3\r\n$-1\r\n-ERR x\r\n+s\r\n",
        no_raw: b"1) (nil)\n2) (error) ERR x\n3) s\n",
        raw: b"\nERR x\n\ns\n",
        report: b"\nERR x\n\ns",
    },
    Seen {
        wire: b"*3\r\n_\r\n#t\r\n,2\r\n",
        no_raw: b"1) (nil)\n2) (true)\n3) (double) 2\n",
        raw: b"\n(true)\n2\n",
        report: b"\n(true)\n2",
    },
    Seen {
        wire: b"*2\r\n=7\r\ntxt:a\nb\r\n:1\r\n",
        no_raw: b"1) a\nb\n2) (integer) 1\n",
        raw: b"a\nb\n1\n",
        report: b"a\nb\n1",
    },
    Seen {
        wire: b"*1\r\n*1\r\n*1\r\n-E\r\n",
        no_raw: b"1) 1) 1) (error) E\n",
        raw: b"E\n\n",
        report: b"E\n",
    },
    Seen {
        wire: b"*1\r\n>0\r\n",
        no_raw: b"1) (empty push)\n",
        raw: b"\n",
        report: b"",
    },
    Seen {
        wire: b"*2\r\n>2\r\n:1\r\n:2\r\n>1\r\n+x\r\n",
        no_raw: b"1) 1) (integer) 1\n   2) (integer) 2\n2) 1) x\n",
        raw: b"1\n2\nx\n",
        report: b"1\n2\nx",
    },
    Seen {
        wire: b"*2\r\n*2\r\n*2\r\n:1\r\n:2\r\n*1\r\n:3\r\n*2\r\n:4\r\n*2\r\n:5\r\n:6\r\n",
        no_raw: b"1) 1) 1) (integer) 1\n      2) (integer) 2\n   2) 1) (integer) 3\n2) 1) (integer) 4\n   2) 1) (integer) 5\n      2) (integer) 6\n",
        raw: b"1\n2\n3\n4\n5\n6\n",
        report: b"1\n2\n3\n4\n5\n6",
    },
    Seen {
        wire: b"%1\r\n*2\r\n:1\r\n:2\r\n%1\r\n:1\r\n:2\r\n",
        no_raw: b"1# 1) (integer) 1\n   2) (integer) 2 => 1# (integer) 1 => (integer) 2\n",
        raw: b"1\n2 1 2\n",
        report: b"1\n2 1 2",
    },
    Seen {
        wire: b"*2\r\n%2\r\n:1\r\n*2\r\n:5\r\n:6\r\n:3\r\n:4\r\n~1\r\n:1\r\n",
        no_raw: b"1) 1# (integer) 1 => \n      1) (integer) 5\n      2) (integer) 6\n   2# (integer) 3 => (integer) 4\n2) 1~ (integer) 1\n",
        raw: b"1 5\n6\n3 4\n1\n",
        report: b"1 5\n6\n3 4\n1",
    },
    Seen {
        wire: b"*2\r\n%10\r\n:1\r\n*2\r\n:1\r\n:2\r\n:1\r\n*2\r\n:1\r\n:2\r\n:1\r\n*2\r\n:1\r\n:2\r\n:1\r\n*2\r\n:1\r\n:2\r\n:1\r\n*2\r\n:1\r\n:2\r\n:1\r\n*2\r\n:1\r\n:2\r\n:1\r\n*2\r\n:1\r\n:2\r\n:1\r\n*2\r\n:1\r\n:2\r\n:1\r\n*2\r\n:1\r\n:2\r\n:1\r\n*2\r\n:1\r\n:2\r\n%1\r\n:7\r\n%1\r\n:8\r\n%1\r\n:9\r\n*1\r\n:1\r\n",
        no_raw: b"1)  1# (integer) 1 => \n       1) (integer) 1\n       2) (integer) 2\n    2# (integer) 1 => \n       1) (integer) 1\n       2) (integer) 2\n    3# (integer) 1 => \n       1) (integer) 1\n       2) (integer) 2\n    4# (integer) 1 => \n       1) (integer) 1\n       2) (integer) 2\n    5# (integer) 1 => \n       1) (integer) 1\n       2) (integer) 2\n    6# (integer) 1 => \n       1) (integer) 1\n       2) (integer) 2\n    7# (integer) 1 => \n       1) (integer) 1\n       2) (integer) 2\n    8# (integer) 1 => \n       1) (integer) 1\n       2) (integer) 2\n    9# (integer) 1 => \n       1) (integer) 1\n       2) (integer) 2\n   10# (integer) 1 => \n       1) (integer) 1\n       2) (integer) 2\n2) 1# (integer) 7 => 1# (integer) 8 => 1# (integer) 9 => 1) (integer) 1\n",
        raw: b"1 1\n2\n1 1\n2\n1 1\n2\n1 1\n2\n1 1\n2\n1 1\n2\n1 1\n2\n1 1\n2\n1 1\n2\n1 1\n2\n7 8 9 1\n",
        report: b"1 1\n2\n1 1\n2\n1 1\n2\n1 1\n2\n1 1\n2\n1 1\n2\n1 1\n2\n1 1\n2\n1 1\n2\n1 1\n2\n7 8 9 1",
    },
    Seen {
        wire: b"*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n",
        no_raw: b"1) 1) 1) 1) 1) 1) 1) 1) 1) 1) 1) 1) 1) 1) 1) 1) 1) 1) 1) 1) (integer) 1\n",
        raw: b"1\n",
        report: b"1",
    },
    Seen {
        wire: b"*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*2\r\n:1\r\n:2\r\n",
        no_raw: b"1) 1) 1) 1) 1) 1) 1) 1) 1) (integer) 1\n                        2) (integer) 2\n",
        raw: b"1\n2\n",
        report: b"1\n2",
    },
    Seen {
        wire: b"%2\r\n+k\r\n*2\r\n:1\r\n:2\r\n+l\r\n*2\r\n:1\r\n:2\r\n",
        no_raw: b"1# k => \n   1) (integer) 1\n   2) (integer) 2\n2# l => \n   1) (integer) 1\n   2) (integer) 2\n",
        raw: b"k 1\n2\nl 1\n2\n",
        report: b"k 1\n2\nl 1\n2",
    },
    Seen {
        wire: b"%1\r\n*2\r\n:1\r\n:2\r\n+l\r\n",
        no_raw: b"1# 1) (integer) 1\n   2) (integer) 2 => l\n",
        raw: b"1\n2 l\n",
        report: b"1\n2 l",
    },
    Seen {
        wire: b"%2\r\n+k\r\n*1\r\n:1\r\n+l\r\n*1\r\n:1\r\n",
        no_raw: b"1# k => 1) (integer) 1\n2# l => 1) (integer) 1\n",
        raw: b"k 1\nl 1\n",
        report: b"k 1\nl 1",
    },
    Seen {
        wire: b"%1\r\n*1\r\n:1\r\n+l\r\n",
        no_raw: b"1# 1) (integer) 1 => l\n",
        raw: b"1 l\n",
        report: b"1 l",
    },
    Seen {
        wire: b"%2\r\n+k\r\n*0\r\n+l\r\n*0\r\n",
        no_raw: b"1# k => (empty array)\n2# l => (empty array)\n",
        raw: b"k \nl \n",
        report: b"k \nl ",
    },
    Seen {
        wire: b"%1\r\n*0\r\n+l\r\n",
        no_raw: b"1# (empty array) => l\n",
        raw: b" l\n",
        report: b" l",
    },
    Seen {
        wire: b"%2\r\n+k\r\n~2\r\n:1\r\n:2\r\n+l\r\n~2\r\n:1\r\n:2\r\n",
        no_raw: b"1# k => \n   1~ (integer) 1\n   2~ (integer) 2\n2# l => \n   1~ (integer) 1\n   2~ (integer) 2\n",
        raw: b"k 1\n2\nl 1\n2\n",
        report: b"k 1\n2\nl 1\n2",
    },
    Seen {
        wire: b"%1\r\n~2\r\n:1\r\n:2\r\n+l\r\n",
        no_raw: b"1# 1~ (integer) 1\n   2~ (integer) 2 => l\n",
        raw: b"1\n2 l\n",
        report: b"1\n2 l",
    },
    Seen {
        wire: b"%2\r\n+k\r\n~1\r\n:1\r\n+l\r\n~1\r\n:1\r\n",
        no_raw: b"1# k => 1~ (integer) 1\n2# l => 1~ (integer) 1\n",
        raw: b"k 1\nl 1\n",
        report: b"k 1\nl 1",
    },
    Seen {
        wire: b"%1\r\n~1\r\n:1\r\n+l\r\n",
        no_raw: b"1# 1~ (integer) 1 => l\n",
        raw: b"1 l\n",
        report: b"1 l",
    },
    Seen {
        wire: b"%2\r\n+k\r\n~0\r\n+l\r\n~0\r\n",
        no_raw: b"1# k => (empty set)\n2# l => (empty set)\n",
        raw: b"k \nl \n",
        report: b"k \nl ",
    },
    Seen {
        wire: b"%1\r\n~0\r\n+l\r\n",
        no_raw: b"1# (empty set) => l\n",
        raw: b" l\n",
        report: b" l",
    },
    Seen {
        wire: b"%2\r\n+k\r\n%1\r\n:1\r\n:2\r\n+l\r\n%1\r\n:1\r\n:2\r\n",
        no_raw: b"1# k => 1# (integer) 1 => (integer) 2\n2# l => 1# (integer) 1 => (integer) 2\n",
        raw: b"k 1 2\nl 1 2\n",
        report: b"k 1 2\nl 1 2",
    },
    Seen {
        wire: b"%1\r\n%1\r\n:1\r\n:2\r\n+l\r\n",
        no_raw: b"1# 1# (integer) 1 => (integer) 2 => l\n",
        raw: b"1 2 l\n",
        report: b"1 2 l",
    },
    Seen {
        wire: b"%2\r\n+k\r\n%2\r\n:1\r\n:2\r\n:3\r\n:4\r\n+l\r\n%2\r\n:1\r\n:2\r\n:3\r\n:4\r\n",
        no_raw: b"1# k => \n   1# (integer) 1 => (integer) 2\n   2# (integer) 3 => (integer) 4\n2# l => \n   1# (integer) 1 => (integer) 2\n   2# (integer) 3 => (integer) 4\n",
        raw: b"k 1 2\n3 4\nl 1 2\n3 4\n",
        report: b"k 1 2\n3 4\nl 1 2\n3 4",
    },
    Seen {
        wire: b"%1\r\n%2\r\n:1\r\n:2\r\n:3\r\n:4\r\n+l\r\n",
        no_raw: b"1# 1# (integer) 1 => (integer) 2\n   2# (integer) 3 => (integer) 4 => l\n",
        raw: b"1 2\n3 4 l\n",
        report: b"1 2\n3 4 l",
    },
    Seen {
        wire: b"%2\r\n+k\r\n%0\r\n+l\r\n%0\r\n",
        no_raw: b"1# k => (empty hash)\n2# l => (empty hash)\n",
        raw: b"k \nl \n",
        report: b"k \nl ",
    },
    Seen {
        wire: b"%1\r\n%0\r\n+l\r\n",
        no_raw: b"1# (empty hash) => l\n",
        raw: b" l\n",
        report: b" l",
    },
    Seen {
        wire: b"%2\r\n+k\r\n$-1\r\n+l\r\n$-1\r\n",
        no_raw: b"1# k => (nil)\n2# l => (nil)\n",
        raw: b"k \nl \n",
        report: b"k \nl ",
    },
    Seen {
        wire: b"%1\r\n$-1\r\n+l\r\n",
        no_raw: b"1# (nil) => l\n",
        raw: b" l\n",
        report: b" l",
    },
    Seen {
        wire: b"%2\r\n+k\r\n-ERR x\r\n+l\r\n-ERR x\r\n",
        no_raw: b"1# k => (error) ERR x\n2# l => (error) ERR x\n",
        raw: b"k ERR x\n\nl ERR x\n\n",
        report: b"k ERR x\n\nl ERR x\n",
    },
    Seen {
        wire: b"%1\r\n-ERR x\r\n+l\r\n",
        no_raw: b"1# (error) ERR x => l\n",
        raw: b"ERR x\n l\n",
        report: b"ERR x\n l",
    },
    Seen {
        wire: b"%2\r\n+k\r\n=5\r\ntxt:b\r\n+l\r\n=5\r\ntxt:b\r\n",
        no_raw: b"1# k => b\n2# l => b\n",
        raw: b"k b\nl b\n",
        report: b"k b\nl b",
    },
    Seen {
        wire: b"%1\r\n=5\r\ntxt:b\r\n+l\r\n",
        no_raw: b"1# b => l\n",
        raw: b"b l\n",
        report: b"b l",
    },
    Seen {
        wire: b"%2\r\n+k\r\n%1\r\n+x\r\n=7\r\ntxt:a\nb\r\n+l\r\n%1\r\n+x\r\n=7\r\ntxt:a\nb\r\n",
        no_raw: b"1# k => 1# x => a\nb\n2# l => 1# x => a\nb\n",
        raw: b"k x a\nb\nl x a\nb\n",
        report: b"k x a\nb\nl x a\nb",
    },
    Seen {
        wire: b"%1\r\n%1\r\n+x\r\n=7\r\ntxt:a\nb\r\n+l\r\n",
        no_raw: b"1# 1# x => a\nb => l\n",
        raw: b"x a\nb l\n",
        report: b"x a\nb l",
    },
    Seen {
        wire: b"%2\r\n+k\r\n%1\r\n*2\r\n:1\r\n:2\r\n:1\r\n+l\r\n%1\r\n*2\r\n:1\r\n:2\r\n:1\r\n",
        no_raw: b"1# k => 1# 1) (integer) 1\n      2) (integer) 2 => (integer) 1\n2# l => 1# 1) (integer) 1\n      2) (integer) 2 => (integer) 1\n",
        raw: b"k 1\n2 1\nl 1\n2 1\n",
        report: b"k 1\n2 1\nl 1\n2 1",
    },
    Seen {
        wire: b"%1\r\n%1\r\n*2\r\n:1\r\n:2\r\n:1\r\n+l\r\n",
        no_raw: b"1# 1# 1) (integer) 1\n      2) (integer) 2 => (integer) 1 => l\n",
        raw: b"1\n2 1 l\n",
        report: b"1\n2 1 l",
    },
    Seen {
        wire: b"%2\r\n+k\r\n*1\r\n*1\r\n*2\r\n:1\r\n:2\r\n+l\r\n*1\r\n*1\r\n*2\r\n:1\r\n:2\r\n",
        no_raw: b"1# k => \n   1) 1) 1) (integer) 1\n         2) (integer) 2\n2# l => \n   1) 1) 1) (integer) 1\n         2) (integer) 2\n",
        raw: b"k 1\n2\nl 1\n2\n",
        report: b"k 1\n2\nl 1\n2",
    },
    Seen {
        wire: b"%1\r\n*1\r\n*1\r\n*2\r\n:1\r\n:2\r\n+l\r\n",
        no_raw: b"1# 1) 1) 1) (integer) 1\n         2) (integer) 2 => l\n",
        raw: b"1\n2 l\n",
        report: b"1\n2 l",
    },
    Seen {
        wire: b"%2\r\n+k\r\n*1\r\n%1\r\n+y\r\n*2\r\n:1\r\n%1\r\n:1\r\n*1\r\n:2\r\n+l\r\n*1\r\n%1\r\n+y\r\n*2\r\n:1\r\n%1\r\n:1\r\n*1\r\n:2\r\n",
        no_raw: b"1# k => \n   1) 1# y => \n         1) (integer) 1\n         2) 1# (integer) 1 => 1) (integer) 2\n2# l => \n   1) 1# y => \n         1) (integer) 1\n         2) 1# (integer) 1 => 1) (integer) 2\n",
        raw: b"k y 1\n1 2\nl y 1\n1 2\n",
        report: b"k y 1\n1 2\nl y 1\n1 2",
    },
    Seen {
        wire: b"%1\r\n*1\r\n%1\r\n+y\r\n*2\r\n:1\r\n%1\r\n:1\r\n*1\r\n:2\r\n+l\r\n",
        no_raw: b"1# 1) 1# y => \n         1) (integer) 1\n         2) 1# (integer) 1 => 1) (integer) 2 => l\n",
        raw: b"y 1\n1 2 l\n",
        report: b"y 1\n1 2 l",
    },
    Seen {
        wire: b"%2\r\n+k\r\n%2\r\n+a\r\n%2\r\n+b\r\n:1\r\n+c\r\n*2\r\n:1\r\n:2\r\n+d\r\n~1\r\n*2\r\n:3\r\n:4\r\n+l\r\n%2\r\n+a\r\n%2\r\n+b\r\n:1\r\n+c\r\n*2\r\n:1\r\n:2\r\n+d\r\n~1\r\n*2\r\n:3\r\n:4\r\n",
        no_raw: b"1# k => \n   1# a => \n      1# b => (integer) 1\n      2# c => \n         1) (integer) 1\n         2) (integer) 2\n   2# d => \n      1~ 1) (integer) 3\n         2) (integer) 4\n2# l => \n   1# a => \n      1# b => (integer) 1\n      2# c => \n         1) (integer) 1\n         2) (integer) 2\n   2# d => \n      1~ 1) (integer) 3\n         2) (integer) 4\n",
        raw: b"k a b 1\nc 1\n2\nd 3\n4\nl a b 1\nc 1\n2\nd 3\n4\n",
        report: b"k a b 1\nc 1\n2\nd 3\n4\nl a b 1\nc 1\n2\nd 3\n4",
    },
    Seen {
        wire: b"%1\r\n%2\r\n+a\r\n%2\r\n+b\r\n:1\r\n+c\r\n*2\r\n:1\r\n:2\r\n+d\r\n~1\r\n*2\r\n:3\r\n:4\r\n+l\r\n",
        no_raw: b"1# 1# a => \n      1# b => (integer) 1\n      2# c => \n         1) (integer) 1\n         2) (integer) 2\n   2# d => \n      1~ 1) (integer) 3\n         2) (integer) 4 => l\n",
        raw: b"a b 1\nc 1\n2\nd 3\n4 l\n",
        report: b"a b 1\nc 1\n2\nd 3\n4 l",
    },
];

//! The words that random commands are made of: few keys, so that commands meet, and odd values.
//!
//! It must not know any command; which word fits where is for `generate` to say.

use fastrand::Rng;

/// Numbers and near-numbers that parsers disagree about.
const ODD: [&[u8]; 62] = [
    b"",
    b"0",
    b"-0",
    b"00",
    b"01",
    b"+1",
    b"-1",
    b" 1",
    b"1 ",
    b"1.0",
    b"-1.5",
    b"+.5",
    b"5.",
    b".",
    b"-",
    b"+",
    b"--1",
    b"1e3",
    b"1E-3",
    b"1e",
    b"1e400",
    b"-1e400",
    b"1e-400",
    b"nan",
    b"NaN",
    b"-nan",
    b"inf",
    b"-inf",
    b"+inf",
    b"Infinity",
    b"infinit",
    b"(1",
    b"(inf",
    b"(-inf",
    b"((1",
    b"(",
    b"[",
    b"[a",
    b"(b",
    b"(nan",
    b"0x10",
    b"0x1p-3",
    b"0.1",
    b"0.2",
    b"3.0",
    b"3.141592653589793238462643",
    b"17179869184.25",
    b"9007199254740993",
    b"2147483647",
    b"-2147483648",
    b"4294967295",
    b"4294967296",
    b"9223372036854775807",
    b"-9223372036854775808",
    b"9223372036854775808",
    b"-9223372036854775809",
    b"9223372036854775806",
    b"18446744073709551615",
    b"1.7976931348623157e308",
    b"-1.7976931348623157e308",
    b"5e-324",
    b"2.5e-7",
];

/// Small members and fields; `0c` and `7` so that sets are of numbers now and then.
const MEMBERS: [&[u8]; 14] =
    [b"a", b"b", b"c", b"d", b"e", b"A", b"aa", b"1", b"2", b"3", b"-7", b"10", b"", b"\0\xff\r\n"];

const TEXTS: [&[u8]; 14] = [
    b"",
    b"a",
    b"hello",
    b"Hello World",
    b"10",
    b"-5",
    b"3.5",
    b"\x00\x01\x80\xff",
    b"\xff\xff",
    b"foobar",
    b" ",
    b"12345678901234567890",
    b"a string of forty-four bytes, the embstr max",
    b"a string of forty-five bytes, one beyond that",
];

const PATTERNS: [&[u8]; 16] = [
    b"*", b"?", b"s*", b"*1", b"[a-c]*", b"[^a]*", b"h?", b"", b"a", b"[", b"[a", b"\\*", b"[c-a]",
    b"**1", b"a*b", b"?\\?",
];

/// What `DUMP` gave of a value of each type, and two texts that are no payloads.
const PAYLOADS: [&[u8]; 9] = [
    b"\x00\xc0\x03\n\x001\x9a\xf0r\xd1\x85l?",
    b"\x00\x0bhello world\n\x00\x0b\xfcI\xb9\xa6\xc7\xa04",
    b"\x12\x01\x02\x0f\x0f\x00\x00\x00\x03\x00\x81a\x02\x01\x01\xde\x0c\x02\xff\n\x00\xb1;=\x17j~\xdd\xd7",
    b"\x0b\x0e\x02\x00\x00\x00\x03\x00\x00\x00\x01\x00\x02\x00,\x01\n\x00\xe5\x10\xb2\x8e{\x95)\xaa",
    b"\x02\x02\x01b\x01a\n\x00u\xd9\x9d\x83^\xf8_e",
    b"\x10\x12\x12\x00\x00\x00\x04\x00\x81a\x02\x01\x01\x81b\x02\x81x\x02\xff\n\x00x\x07Lk\xd9\xd7\x05\x1f",
    b"\x11\x14\x14\x00\x00\x00\x04\x00\x81a\x02\x831.5\x04\x81b\x02\x02\x01\xff\n\x00\xfa\x02\xb4%\xaf\x18\x87c",
    b"\x00\xc0\x03\n\x001\x9a\xf0r\xd1\x85l>",
    b"no payload",
];

/// An odd word.
pub fn odd(rng: &mut Rng) -> Vec<u8> {
    pick(rng, &ODD)
}

/// A key. The letter says what it mostly holds.
pub fn key(rng: &mut Rng, letter: char) -> Vec<u8> {
    let letter = if rng.u8(..100) < 88 { letter } else { self::letter(rng, b"slhtz") };
    let number = rng.u8(1..4);
    if rng.u8(..200) == 0 { Vec::new() } else { format!("{letter}{number}").into_bytes() }
}

/// A member, a field or an element.
pub fn member(rng: &mut Rng) -> Vec<u8> {
    match rng.u8(..40) {
        0 => odd(rng),
        1 => vec![b'm'; rng.usize(60..70)],
        2 => rng.i32(-40..300).to_string().into_bytes(),
        3 => rng.i64(..).to_string().into_bytes(),
        _ => pick(rng, &MEMBERS),
    }
}

/// A value of a string or a field.
pub fn text(rng: &mut Rng) -> Vec<u8> {
    match rng.u8(..20) {
        0..=3 => odd(rng),
        4..=7 => rng.i32(-20..20).to_string().into_bytes(),
        8 => (0..rng.usize(1..90)).map(|_| rng.u8(..)).collect(),
        _ => pick(rng, &TEXTS),
    }
}

/// A small whole number, mostly.
pub fn integer(rng: &mut Rng) -> Vec<u8> {
    if rng.u8(..8) == 0 { odd(rng) } else { rng.i8(-5..8).to_string().into_bytes() }
}

/// A score or another number with a fraction.
pub fn double(rng: &mut Rng) -> Vec<u8> {
    match rng.u8(..8) {
        0 => odd(rng),
        1 => format!("{}", f64::from(rng.i16(-999..999)) / 8.0).into_bytes(),
        2 => format!("{:e}", rng.f64()).into_bytes(),
        _ => rng.i8(-3..6).to_string().into_bytes(),
    }
}

/// The border of a range of scores.
pub fn score_border(rng: &mut Rng) -> Vec<u8> {
    let mut word = match rng.u8(..12) {
        0..=3 => return pick(rng, &[b"-inf".as_slice(), b"+inf", b"inf"]),
        4 => return odd(rng),
        _ => double(rng),
    };
    word.splice(0..0, pick(rng, &[b"(".as_slice(), b"", b""]));
    word
}

/// The border of a range of members.
pub fn lexical_border(rng: &mut Rng) -> Vec<u8> {
    let mut word = match rng.u8(..12) {
        0..=3 => return pick(rng, &[b"-".as_slice(), b"+"]),
        4 => return odd(rng),
        _ => member(rng),
    };
    word.splice(0..0, pick(rng, &[b"(".as_slice(), b"["]));
    word
}

/// A value as bytes, mostly.
pub fn payload(rng: &mut Rng) -> Vec<u8> {
    pick(rng, &PAYLOADS)
}

/// A pattern for names.
pub fn pattern(rng: &mut Rng) -> Vec<u8> {
    pick(rng, &PATTERNS)
}

/// One of `letters`.
pub fn letter(rng: &mut Rng, letters: &[u8]) -> char {
    char::from(letters[rng.usize(..letters.len())])
}

/// One of `words`.
pub fn pick(rng: &mut Rng, words: &[&[u8]]) -> Vec<u8> {
    words[rng.usize(..words.len())].to_vec()
}

//! From a line to its words: [`scan`] reads whatever it is given and notes the first fault,
//! [`parse`] insists on a line that can be run.

use super::token::{self, Ending, Token, is_space, opens_json, place};
use super::{Line, Problem, Quote, Repeat, SyntaxError, Word, here, redis, shell};
use nom::bytes::complete::{take_till, take_till1};
use nom::sequence::preceded;
use nom::{IResult, Parser};

/// First words that make a lab line. Redis has no command of these names.
const LAB_WORDS: [&[u8]; 29] = [
    b"docker",
    b"docker-compose",
    b"sudo",
    b"redis-cli",
    b"ls",
    b"cat",
    b"less",
    b"more",
    b"wget",
    b"curl",
    b"touch",
    b"rm",
    b"cp",
    b"mv",
    b"pwd",
    b"cd",
    b"mkdir",
    b"nano",
    b"vi",
    b"vim",
    b"emacs",
    b"code",
    b"python3",
    b"python",
    b"pip3",
    b"pip",
    b"source",
    b"deactivate",
    b"redis-server",
];

/// What kind of line it is, which its first word decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Nothing but white space.
    Empty,
    /// `# …`
    Comment,
    /// A Redis command, or a bare tutor word.
    Command,
    /// `:word …`
    Tutor,
    /// `docker …` and the like.
    Lab,
}

/// A line's words, as far as they can be read: what highlighting works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// What kind of line it is.
    pub shape: Shape,
    /// The words, broken ones included; a repeat number is one of them. The first word of a
    /// tutor line has no colon in its bytes, but in its span.
    pub words: Vec<Word>,
    /// The first thing wrong.
    pub fault: Option<SyntaxError>,
}

/// Reads a line, however broken.
pub fn scan(line: &[u8]) -> Scan {
    let (body, first) = first_word(line);
    match first.first() {
        None => Scan { shape: Shape::Empty, words: Vec::new(), fault: None },
        Some(b'#') => Scan { shape: Shape::Comment, words: Vec::new(), fault: None },
        Some(b':') => {
            let (word, rest) = tutor_word(line, body, first);
            let (args, fault) = read(line, rest, redis::token);
            Scan { shape: Shape::Tutor, words: [vec![word], args].concat(), fault }
        }
        Some(_) => {
            let is_lab = LAB_WORDS.contains(&first);
            if first == b"cat"
                && let Some(scan) = here::scan(line, body)
            {
                return scan;
            }
            let rule: Rule = if is_lab { shell::token } else { redis::token };
            let (words, fault) = read(line, body, rule);
            Scan { shape: if is_lab { Shape::Lab } else { Shape::Command }, words, fault }
        }
    }
}

/// Reads a line that is to be run.
pub fn parse(line: &[u8]) -> Result<Line, SyntaxError> {
    let Scan { shape, words, fault } = scan(line);
    match (shape, fault) {
        (Shape::Empty, _) => Ok(Line::Empty),
        (Shape::Comment, _) => Ok(Line::Comment),
        (Shape::Tutor, fault) => Ok(tutor(line, words, fault)),
        (Shape::Command | Shape::Lab, Some(fault)) => Err(fault),
        (Shape::Lab, None) => Ok(Line::Lab { words }),
        (Shape::Command, None) => {
            let mut words = words;
            let repeat = take_repeat(&mut words)?;
            Ok(Line::Command { repeat, words })
        }
    }
}

/// The words of a line of a configuration file, or of one that was typed without a client; `None` if a
/// quote in it is open, or something follows a closing one.
pub fn split_args(line: &[u8]) -> Option<Vec<Vec<u8>>> {
    let (words, fault) = read(line, line, redis::token);
    fault.is_none().then(|| words.into_iter().map(|word| word.bytes).collect())
}

/// The words of a text that is quoted as in a shell.
pub fn shell_words(text: &[u8]) -> Result<Vec<Word>, SyntaxError> {
    let (words, fault) = read(text, text, shell::token);
    fault.map_or(Ok(words), Err)
}

/// Takes the repeat number off a command of two words or more, where redis-cli reads one: the
/// whole first word, quoted or not, with an optional sign. An empty first word counts as 0.
pub(super) fn take_repeat(words: &mut Vec<Word>) -> Result<Option<Repeat>, SyntaxError> {
    let [first, _, ..] = words.as_slice() else {
        return Ok(None);
    };
    let Some(count) = repeat_count(&first.bytes) else {
        return Ok(None);
    };
    let span = first.span.clone();
    match count {
        Ok(count) => {
            words.remove(0);
            Ok(Some(Repeat { count, span }))
        }
        Err(problem) => Err(SyntaxError { span, problem }),
    }
}

/// The count that a first word stands for, if it is a number at all.
fn repeat_count(word: &[u8]) -> Option<Result<u64, Problem>> {
    let digits = word.trim_ascii_start();
    let (negative, digits) = match digits.split_first() {
        Some((b'-', digits)) => (true, digits),
        Some((b'+', digits)) => (false, digits),
        Some(_) | None => (false, digits),
    };
    if !word.is_empty() && digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let count = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<i64>().ok());
    let count = count.and_then(|count| u64::try_from(count).ok());
    Some(count.filter(|&count| count > 0 && !negative).ok_or(Problem::BadRepeat))
}

/// What follows leading white space, and the bytes of the first word as they stand there.
fn first_word(line: &[u8]) -> (&[u8], &[u8]) {
    let first: IResult<&[u8], &[u8]> = preceded(token::spaces, take_till(is_space)).parse(line);
    let (rest, first) = first.unwrap_or((line, b""));
    let body = line.get(place(line, rest).saturating_sub(first.len())..).unwrap_or_default();
    (body, first)
}

/// The word of a tutor line, and what follows it.
fn tutor_word<'a>(line: &[u8], body: &'a [u8], first: &[u8]) -> (Word, &'a [u8]) {
    let (_, rest) = body.split_at_checked(first.len()).unwrap_or((body, b""));
    let bytes = first.strip_prefix(b":").unwrap_or(first).to_vec();
    let span = place(line, body)..place(line, rest);
    (Word { bytes, span, quote: Quote::None, inner_quote: None }, rest)
}

fn tutor(line: &[u8], words: Vec<Word>, fault: Option<SyntaxError>) -> Line {
    let mut words = words.into_iter();
    let empty = Word { bytes: Vec::new(), span: 0..0, quote: Quote::None, inner_quote: None };
    let word = words.next().unwrap_or(empty);
    let behind = line.get(word.span.end..).unwrap_or_default();
    let start = place(line, behind.trim_ascii_start());
    let rest = start..line.trim_ascii_end().len().max(start);
    let args = if fault.is_none() { words.collect() } else { read(line, behind, plain).0 };
    Line::Tutor { word, args, rest, fault }
}

/// A rule for one word: it skips white space and gives where the word starts, and the word.
pub(super) type Rule = for<'a> fn(&'a [u8]) -> IResult<&'a [u8], (&'a [u8], Token<'a>)>;

/// Reads words to the end of the line, and notes the first fault.
pub(super) fn read(line: &[u8], mut input: &[u8], rule: Rule) -> (Vec<Word>, Option<SyntaxError>) {
    let mut words = Vec::new();
    let mut fault = None;
    let mut in_json = false;
    while let Ok((rest, (start, token))) = rule(input) {
        input = rest;
        fault = fault.or_else(|| fault_of(line, start, &token, in_json));
        in_json |= token.quote == Quote::None && opens_json(&token.bytes);
        words.push(Word {
            bytes: token.bytes,
            span: place(line, start)..place(line, rest),
            quote: token.quote,
            inner_quote: token.inner_quote.map(|rest| place(line, rest)),
        });
    }
    (words, fault)
}

/// What is wrong with one word, which starts at `start`; `in_json` if bare JSON began before it.
///
/// A quote inside a bare word, or inside bare JSON, is to blame for what goes wrong after it: the
/// prompt must not wait for the end of the "quote" in `it's`.
fn fault_of(line: &[u8], start: &[u8], token: &Token<'_>, in_json: bool) -> Option<SyntaxError> {
    let json = in_json || matches!(token.bytes.first(), Some(b'{' | b'['));
    let inner = token.inner_quote.or_else(|| in_json.then_some(start));
    let (problem, at) = match (&token.ending, inner) {
        (Ending::Clean, _) => return None,
        (Ending::Unfinished(..) | Ending::Junk(..), Some(quote)) => {
            (Problem::QuoteInBareWord { json }, place(line, quote))
        }
        (Ending::Unfinished(open, quote), None) => (Problem::Unfinished(*open), place(line, quote)),
        (Ending::Junk(quote, behind), None) => {
            let problem = Problem::JunkAfterQuote { quote: *quote, json };
            (problem, place(line, behind).saturating_sub(1))
        }
    };
    Some(SyntaxError { span: at..at + 1, problem })
}

/// The rule for text whose quotes mean nothing.
fn plain(input: &[u8]) -> IResult<&[u8], (&[u8], Token<'_>)> {
    let (start, _) = token::spaces(input)?;
    let (rest, bytes) = take_till1(is_space)(start)?;
    let token = Token {
        bytes: bytes.to_vec(),
        quote: Quote::None,
        inner_quote: None,
        ending: Ending::Clean,
    };
    Ok((rest, (start, token)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Open;
    use crate::syntax::reference::{any_line, reference};
    use proptest::prelude::*;

    /// `count`×, then the words, `|` between them.
    fn shown(line: &str) -> String {
        let join = |words: &[Word]| {
            let words = words.iter().map(|word| word.bytes.escape_ascii().to_string());
            words.collect::<Vec<_>>().join("|")
        };
        match parse(line.as_bytes()) {
            Ok(Line::Empty) => "empty".to_owned(),
            Ok(Line::Comment) => "comment".to_owned(),
            Ok(Line::Command { repeat: None, words }) => join(&words),
            Ok(Line::Command { repeat: Some(repeat), words }) => {
                format!("{}×{}", repeat.count, join(&words))
            }
            Ok(Line::Tutor { word, args, rest, fault }) => {
                let fault = if fault.is_some() { "!" } else { "" };
                let word = String::from_utf8_lossy(&word.bytes).into_owned();
                format!(":{word}({}){fault} {}", join(&args), &line[rest])
            }
            Ok(Line::Lab { words }) => format!("$ {}", join(&words)),
            Err(error) => error.script_text().to_owned(),
        }
    }

    #[test]
    fn commands_are_split_as_redis_cli_was_seen_to_split_them() {
        const REFUSED: &str = "Invalid argument(s)";
        const BAD_REPEAT: &str = "Invalid redis-cli repeat command option value.";
        for (line, expected) in [
            ("PING", "PING"),
            ("  ECHO\t a \x0b", "ECHO|a"),
            ("ECHO a\x0bb\x0c", r"ECHO|a\x0bb\x0c"),
            ("ECHO a\r", "ECHO|a"),
            ("ECHO foo\"bar\"", "ECHO|foobar"),
            ("ECHO foo'bar'", "ECHO|foobar"),
            ("ECHO foo\"bar\" baz", "ECHO|foobar|baz"),
            ("ECHO foo\"bar\"baz", REFUSED),
            ("ECHO \"a\"b", REFUSED),
            ("ECHO 'a''b'", REFUSED),
            ("ECHO \"a\"\x0b", "ECHO|a"),
            ("ECHO {\"a\": 1}", REFUSED),
            ("ECHO {\"a\":1}", REFUSED),
            ("ECHO {\"a\" : 1}", "ECHO|{a|:|1}"),
            ("ECHO \"abc", REFUSED),
            ("ECHO \"abc\\\"", REFUSED),
            ("ECHO 'abc\\", REFUSED),
            (r"ECHO 'it\'s'", r"ECHO|it\'s"),
            (r"ECHO 'a\n\\ '", r"ECHO|a\\n\\\\ "),
            (r"ECHO 'a\\'", REFUSED),
            (r#"ECHO "\x41\xzz\q\n\r\t\b\a\\\"""#, r#"ECHO|Axzzq\n\r\t\x08\x07\\\""#),
            (r#"ECHO "\x4""#, "ECHO|x4"),
            (r"ECHO a\nb", r"ECHO|a\\nb"),
            ("ECHO \"\" ''", "ECHO||"),
            ("ECHO größe", r"ECHO|gr\xc3\xb6\xc3\x9fe"),
            ("3 PING", "3×PING"),
            ("1 PING", "1×PING"),
            (" +2 PING", "2×PING"),
            ("007 PING", "7×PING"),
            ("\"2\" PING", "2×PING"),
            ("\" 2\" PING", "2×PING"),
            ("2 3 PING", "2×3|PING"),
            ("2 # x", "2×#|x"),
            ("2 docker ps", "2×docker|ps"),
            ("2x PING", "2x|PING"),
            ("5", "5"),
            ("0", "0"),
            ("-5", "-5"),
            ("- PING", "-|PING"),
            ("\"\"", ""),
            ("0 PING", BAD_REPEAT),
            ("-1 PING", BAD_REPEAT),
            ("\"\" PING", BAD_REPEAT),
            ("9223372036854775807 PING", "9223372036854775807×PING"),
            ("9223372036854775808 PING", BAD_REPEAT),
            ("0 \"PING", REFUSED),
        ] {
            assert_eq!(shown(line), expected, "{line:?}");
        }
    }

    #[test]
    fn the_first_word_says_what_kind_of_line_it_is() {
        for (line, expected) in [
            ("", "empty"),
            (" \t ", "empty"),
            ("# SET \"", "comment"),
            ("  #", "comment"),
            (":", ":() "),
            (":hint", ":hint() "),
            ("  :hint 2 ", ":hint(2) 2"),
            (
                ":load f.json chains by id as 'string'",
                ":load(f.json|chains|by|id|as|string) f.json chains by id as 'string'",
            ),
            (":note don't  say \"x\"", ":note(don\\'t|say|\\\"x\\\")! don't  say \"x\""),
            ("docker run -d redis", "$ docker|run|-d|redis"),
            ("redis-cli -p 6380", "$ redis-cli|-p|6380"),
            ("Docker ps", "Docker|ps"),
            ("\"docker\" ps", "docker|ps"),
            ("dockerd", "dockerd"),
            ("hint", "hint"),
            ("quit", "quit"),
        ] {
            assert_eq!(shown(line), expected, "{line:?}");
        }
    }

    #[test]
    fn lab_lines_are_quoted_as_in_a_shell() {
        for (line, expected) in [
            (
                "docker exec r redis-cli SET k \"my value\"",
                "$ docker|exec|r|redis-cli|SET|k|my value",
            ),
            (
                "docker exec r redis-cli SET k '{\"a\": \"b\"}'",
                "$ docker|exec|r|redis-cli|SET|k|{\\\"a\\\": \\\"b\\\"}",
            ),
            ("ls a\"b c\"'d e'f", "$ ls|ab cd ef"),
            (r"ls a\ b \' \\", r"$ ls|a b|\'|\\"),
            (r#"ls "\n \" \\ \$ \`""#, r#"$ ls|\\n \" \\ $ `"#),
            (r"ls '\n'", r"$ ls|\\n"),
            ("ls \"\"", "$ ls|"),
            ("docker ps   # all of them", "$ docker|ps"),
            ("docker ps a#b", "$ docker|ps|a#b"),
            ("docker run \\\n  -d redis", "$ docker|run|-d|redis"),
            ("ls a\\\nb \"c\\\nd\"", "$ ls|ab|cd"),
            ("ls $HOME/*", "$ ls|$HOME/*"),
            ("ls 'a", "Invalid argument(s)"),
            ("ls a\\", "Invalid argument(s)"),
        ] {
            assert_eq!(shown(line), expected, "{line:?}");
        }
    }

    #[test]
    fn faults_point_at_the_place() {
        let single = Problem::JunkAfterQuote { quote: Quote::Single, json: false };
        let in_json = |quote| Problem::JunkAfterQuote { quote, json: true };
        for (line, start, problem) in [
            (r#"SET j {"a": 1}"#, 7, Problem::QuoteInBareWord { json: true }),
            (r#"SET j [1,"a"]"#, 9, Problem::QuoteInBareWord { json: true }),
            (r#"SET j {a: "b", "c":1}"#, 10, Problem::QuoteInBareWord { json: true }),
            (r#"SET j {a: "b"#, 10, Problem::QuoteInBareWord { json: true }),
            (r#"SET j [ "a","b" ]"#, 8, Problem::QuoteInBareWord { json: true }),
            (r#"ZRANGEBYLEX k [a "b"#, 17, Problem::Unfinished(Open::Double)),
            (r#"SET {a}:1 "b"#, 10, Problem::Unfinished(Open::Double)),
            (r#"SET j "{"a": 1}""#, 8, in_json(Quote::Double)),
            (r#"SET j '{"a": "it's"}'"#, 16, in_json(Quote::Single)),
            ("SET k it's", 8, Problem::QuoteInBareWord { json: false }),
            ("SET k a\"b\"c", 7, Problem::QuoteInBareWord { json: false }),
            ("SET k 'a'b", 8, single),
            ("SET k 'a'b \"c", 8, single),
            ("SET k \"a b", 6, Problem::Unfinished(Open::Double)),
            ("SET k 'a b", 6, Problem::Unfinished(Open::Single)),
            ("docker run \\", 11, Problem::Unfinished(Open::Backslash)),
            ("docker run a'b", 12, Problem::Unfinished(Open::Single)),
            ("0 PING", 0, Problem::BadRepeat),
        ] {
            let fault = parse(line.as_bytes()).unwrap_err();
            assert_eq!((fault.span.start, fault.problem), (start, problem), "{line}");
        }
        let fault = parse(br#"SET j {"a": 1}"#).unwrap_err();
        let said = "a quote may not stand inside a bare word; put '…' around the JSON";
        assert_eq!(fault.to_string(), said);
    }

    #[test]
    fn words_say_where_they_stand() {
        let Ok(Line::Command { repeat, words }) = parse(b" 5  SET \"a b\" c'd'") else {
            panic!("not a command");
        };
        assert_eq!(repeat.map(|repeat| repeat.span), Some(1..2));
        let places: Vec<_> =
            words.iter().map(|word| (word.span.clone(), word.quote, word.inner_quote)).collect();
        assert_eq!(
            places,
            [
                (4..7, Quote::None, None),
                (8..13, Quote::Double, None),
                (14..18, Quote::None, Some(15))
            ]
        );
    }

    #[test]
    fn an_open_quote_goes_on_with_the_next_line() {
        let open = |line: &str| parse(line.as_bytes()).err().and_then(|error| error.open());
        assert_eq!(open("SET j '{"), Some(Open::Single));
        assert_eq!(open("SET k \""), Some(Open::Double));
        assert_eq!(open("docker run \\"), Some(Open::Backslash));
        assert_eq!(open("SET k it's"), None);
        assert_eq!(shown("SET j '{\n\"a\": 1\n}'"), r#"SET|j|{\n\"a\": 1\n}"#);
        assert!(Open::Single.may_close(b"}'"));
        assert!(!Open::Single.may_close(b"\"a\": 1"));
    }

    #[test]
    fn a_value_of_ten_megabytes_is_read() {
        for value in ["x".repeat(10_000_000), r"\n".repeat(5_000_000), "\\\\\"".repeat(3_000_000)] {
            let line = format!("SET k '{value}'");
            let Ok(Line::Command { words, .. }) = parse(line.as_bytes()) else {
                panic!("not a command");
            };
            assert_eq!(words[2].bytes, value.as_bytes());
        }
    }

    proptest! {
        #[test]
        fn the_parse_agrees_with_the_rules_read_a_byte_at_a_time(line in any_line()) {
            let found = scan(&line);
            if found.shape == Shape::Command {
                let words: Vec<_> = found.words.into_iter().map(|word| word.bytes).collect();
                let read = if found.fault.is_none() { Some(words) } else { None };
                prop_assert_eq!(read, reference(&line));
            }
        }

        #[test]
        fn any_bytes_give_words_in_order_within_the_line(line in any_line(), noise: Vec<u8>) {
            for line in [line, noise] {
                let found = scan(&line);
                let mut at = 0;
                for word in &found.words {
                    prop_assert!(at <= word.span.start && word.span.start < word.span.end);
                    at = word.span.end;
                    prop_assert!(word.inner_quote.is_none_or(|quote| word.span.contains(&quote)));
                }
                prop_assert!(at <= line.len());
                let fault = found.fault.or_else(|| parse(&line).err());
                prop_assert!(fault.is_none_or(|fault| fault.span.start < line.len()));
            }
        }
    }
}

//! From the words of a command to a call in Python.

use super::literal::{self, number, text};
use super::row::{Gives, Opt, Part, Row};
use super::table::ROWS;
use super::value;
use crate::engine;
use crate::resp::Reply;

/// A call without what it is called on: `get('name')`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    /// The code.
    pub(super) code: String,
    /// What it makes of the reply.
    pub(super) gives: Gives,
    /// The words that the package sends.
    pub(super) sends: Vec<Vec<u8>>,
    /// The words that decide what is made of the reply.
    options: Vec<Vec<u8>>,
    /// Whether a word stands where a number must: the package may refuse it by itself.
    pub(super) odd: bool,
}

impl Call {
    /// What Python prints for a reply; nothing where that is not told.
    pub(super) fn shown(&self, reply: &Reply) -> Option<String> {
        value::shown(reply, self.gives, &self.options)
    }
}

/// The call for a command: a method where there is one, else `execute_command`.
pub(super) fn call(words: &[Vec<u8>]) -> Call {
    method(words).unwrap_or_else(|| plainly(words))
}

/// The call that sends the words as they are.
pub(super) fn plainly(words: &[Vec<u8>]) -> Call {
    let args: Vec<String> = words.iter().map(|word| text(word)).collect();
    let name = words.first().map(Vec::as_slice).unwrap_or_default();
    // The package looks up what to make of a reply by the first word alone, and misses options.
    let gives = match row_of(&[name]).map(|row| row.gives) {
        _ if name.eq_ignore_ascii_case(b"COMMAND") => Gives::Untold,
        Some(Gives::Scores | Gives::Flat | Gives::Added) | None => Gives::Raw,
        Some(gives) => gives,
    };
    let code = format!("execute_command({})", args.join(", "));
    Call { code, gives, sends: words.to_vec(), options: Vec::new(), odd: false }
}

fn row_of(words: &[&[u8]]) -> Option<&'static Row> {
    let found = engine::find(words).ok()?;
    let name = engine::full_name(&found);
    ROWS.iter().flat_map(|rows| rows.iter()).find(|row| row.command == name)
}

fn method(words: &[Vec<u8>]) -> Option<Call> {
    let all: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
    let row = row_of(&all)?;
    let names = 1 + row.command.matches('|').count();
    let mut args = Arguments {
        left: all.get(names..)?,
        positional: Vec::new(),
        named: Vec::new(),
        odd: false,
    };
    for part in row.args {
        args.take(part)?;
    }
    if !args.left.is_empty() {
        return None;
    }
    args.positional.append(&mut args.named);
    let mut sends = words.to_vec();
    if let Some(by_one) = match row.command {
        "INCR" => Some("INCRBY"),
        "DECR" => Some("DECRBY"),
        _ => None,
    } {
        sends = vec![by_one.as_bytes().to_vec(), words.get(1)?.clone(), b"1".to_vec()];
    }
    let code = format!("{}({})", row.method, args.positional.join(", "));
    let options = words.get(names..)?.to_vec();
    Some(Call { code, gives: row.gives, sends, options, odd: args.odd })
}

struct Arguments<'w> {
    left: &'w [&'w [u8]],
    positional: Vec<String>,
    named: Vec<String>,
    odd: bool,
}

impl<'w> Arguments<'w> {
    fn next(&mut self) -> Option<&'w [u8]> {
        let (first, left) = self.left.split_first()?;
        self.left = left;
        Some(first)
    }

    /// Takes what a part stands for; `None` where the words do not fit.
    fn take(&mut self, part: &Part) -> Option<()> {
        match part {
            Part::Fixed(code) => self.positional.push((*code).to_owned()),
            Part::Text => {
                let word = self.next()?;
                self.positional.push(text(word));
            }
            Part::Upper => {
                let word = self.next()?;
                self.positional.push(text(&word.to_ascii_uppercase()));
            }
            Part::Value => {
                let word = self.next()?;
                self.positional.push(literal::value(word));
            }
            Part::Number => {
                let number = self.number()?;
                self.positional.push(number);
            }
            Part::MaybeNumber => {
                if self.left.first().is_some_and(|word| !is_word(word)) {
                    let number = self.number()?;
                    self.positional.push(number);
                }
            }
            Part::Texts | Part::AnyTexts | Part::Values => {
                if self.left.is_empty() && !matches!(part, Part::AnyTexts) {
                    return None;
                }
                let write = if matches!(part, Part::Values) { literal::value } else { text };
                let words = self.rest();
                self.positional.extend(words.iter().map(|word| write(word)));
            }
            Part::List => {
                let words = Some(self.rest()).filter(|words| !words.is_empty())?;
                self.positional.push(list(words));
            }
            Part::Pairs => {
                let pairs = self.pairs()?;
                self.positional.push(dict(&pairs, text, literal::value)?);
            }
            Part::Fields => match self.pairs()?.as_slice() {
                [(field, one)] => self.positional.extend([text(field), literal::value(one)]),
                several => {
                    let fields = dict(several, text, literal::value)?;
                    self.named.push(format!("mapping={fields}"));
                }
            },
            Part::Scores => {
                let pairs: Vec<_> =
                    self.pairs()?.into_iter().map(|(score, member)| (member, score)).collect();
                self.positional.push(dict(&pairs, text, number)?);
            }
            Part::CountedList => {
                let words = self.counted()?;
                self.positional.push(list(words));
            }
            Part::CountAndList => {
                let words = self.counted()?;
                self.positional.extend([words.len().to_string(), list(words)]);
            }
            Part::CountAndTexts => {
                let words = self.counted()?;
                self.positional.push(words.len().to_string());
                self.positional.extend(words.iter().map(|word| text(word)));
            }
            Part::Weighted => {
                let keys = self.counted()?;
                if !self.left.first().is_some_and(|word| word.eq_ignore_ascii_case(b"WEIGHTS")) {
                    self.positional.push(list(keys));
                    return Some(());
                }
                self.next()?;
                let weights = self.left.get(..keys.len())?;
                self.left = self.left.get(keys.len()..)?;
                let pairs: Vec<_> = keys.iter().copied().zip(weights.iter().copied()).collect();
                self.positional.push(dict(&pairs, text, number)?);
            }
            Part::Options(options) => while self.option(options)? {},
        }
        Some(())
    }

    /// Takes one option, if the next word begins one.
    fn option(&mut self, options: &[Opt]) -> Option<bool> {
        let Some(word) = self.left.first() else { return Some(false) };
        let is = |name: &&str| word.eq_ignore_ascii_case(name.as_bytes());
        for option in options {
            let (known, keyword) = match option {
                Opt::Flag(name, keyword)
                | Opt::Number(name, keyword)
                | Opt::Text(name, keyword) => (is(name), keyword),
                Opt::Word(names, keyword) => (names.iter().any(is), keyword),
                Opt::Limit(keyword, _) => (is(&"LIMIT"), keyword),
            };
            if !known {
                continue;
            }
            let word = self.next()?;
            let said = match option {
                Opt::Flag(..) => "True".to_owned(),
                Opt::Number(..) | Opt::Limit(..) => self.number()?,
                Opt::Text(..) => text(self.next()?),
                Opt::Word(..) => text(&word.to_ascii_uppercase()),
            };
            if self.named.iter().any(|named| named.starts_with(&format!("{keyword}="))) {
                return None;
            }
            self.named.push(format!("{keyword}={said}"));
            if let Opt::Limit(_, second) = option {
                let count = self.number()?;
                self.named.push(format!("{second}={count}"));
            }
            return Some(true);
        }
        Some(false)
    }

    fn number(&mut self) -> Option<String> {
        let number = number(self.next()?);
        self.odd |= number.starts_with(['\'', '"', 'b']);
        Some(number)
    }

    fn rest(&mut self) -> &'w [&'w [u8]] {
        std::mem::take(&mut self.left)
    }

    fn pairs(&mut self) -> Option<Vec<(&'w [u8], &'w [u8])>> {
        let words = self.rest();
        let (pairs, odd) = words.as_chunks::<2>();
        let pairs: Vec<_> = pairs.iter().map(|[one, two]| (*one, *two)).collect();
        (odd.is_empty() && !pairs.is_empty()).then_some(pairs)
    }

    fn counted(&mut self) -> Option<&'w [&'w [u8]]> {
        let count: usize = std::str::from_utf8(self.next()?).ok()?.parse().ok()?;
        let words = self.left.get(..count).filter(|words| !words.is_empty())?;
        self.left = self.left.get(count..)?;
        Some(words)
    }
}

/// Whether a word is an option, where a number may stand too.
fn is_word(word: &[u8]) -> bool {
    word.iter().all(u8::is_ascii_alphabetic)
}

fn list(words: &[&[u8]]) -> String {
    let words: Vec<String> = words.iter().map(|word| text(word)).collect();
    format!("[{}]", words.join(", "))
}

/// A dictionary; `None` where a key stands twice, which would lose the first.
fn dict(
    pairs: &[(&[u8], &[u8])],
    key: fn(&[u8]) -> String,
    value: fn(&[u8]) -> String,
) -> Option<String> {
    let mut seen = std::collections::HashSet::new();
    if !pairs.iter().all(|(name, _)| seen.insert(*name)) {
        return None;
    }
    let pairs: Vec<String> =
        pairs.iter().map(|(name, one)| format!("{}: {}", key(name), value(one))).collect();
    Some(format!("{{{}}}", pairs.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, code: &str) {
        let words: Vec<Vec<u8>> = line.split(' ').map(|word| word.as_bytes().to_vec()).collect();
        assert_eq!(call(&words).code, code, "{line}");
    }

    #[test]
    fn words_become_arguments() {
        check("get name", "get('name')");
        check("SET k v NX EX 10", "set('k', 'v', nx=True, ex=10)");
        check("HSET h f v", "hset('h', 'f', 'v')");
        check("HSET h a 1 b x", "hset('h', mapping={'a': 1, 'b': 'x'})");
        check("MGET a b", "mget(['a', 'b'])");
        check("MSET a 1 b 2", "mset({'a': 1, 'b': 2})");
        check("ZADD z GT CH 1.5 a -inf b", "zadd('z', {'a': 1.5, 'b': '-inf'}, gt=True, ch=True)");
        check("ZRANGE z 0 -1 REV WITHSCORES", "zrange('z', 0, -1, desc=True, withscores=True)");
        check(
            "ZRANGEBYSCORE z -inf (5 LIMIT 0 2",
            "zrangebyscore('z', '-inf', '(5', start=0, num=2)",
        );
        check(
            "ZUNION 2 a b WEIGHTS 1 2.5 WITHSCORES",
            "zunion({'a': 1, 'b': 2.5}, withscores=True)",
        );
        check("ZINTERCARD 2 a b LIMIT 1", "zintercard(2, ['a', 'b'], limit=1)");
        check("LMPOP 2 a b LEFT COUNT 3", "lmpop(2, 'a', 'b', direction='LEFT', count=3)");
        check("CONFIG SET maxmemory 100mb", "config_set('maxmemory', '100mb')");
        check("BITCOUNT k 0 -1 BIT", "bitcount('k', 0, -1, mode='BIT')");
        check("LPOP l", "lpop('l')");
        check("LPOP l 2", "lpop('l', 2)");
        check("OBJECT ENCODING k", "object('encoding', 'k')");
    }

    #[test]
    fn what_no_method_takes_is_sent_as_it_is() {
        check("SET k hello world", "execute_command('SET', 'k', 'hello', 'world')");
        check("GET", "execute_command('GET')");
        check("HSET h a 1 a 2", "execute_command('HSET', 'h', 'a', '1', 'a', '2')");
        check("nonsense x", "execute_command('nonsense', 'x')");
        check("OBJECT HELP", "execute_command('OBJECT', 'HELP')");
        check("SCAN 0 COUNT 1 COUNT 2", "execute_command('SCAN', '0', 'COUNT', '1', 'COUNT', '2')");
    }
}

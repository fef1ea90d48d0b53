//! How two replies to the same command are compared: by bytes, or as far as Redis itself promises where its
//! order is that of a hash table, its choice is random, or its clock is its own.

use kvtutor::resp::{Decoder, Reply};

/// How the replies to a command are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Byte for byte.
    Bytes,
    /// The elements in any order.
    Unordered,
    /// Fields with their values, in any order.
    Pairs,
    /// Numbers that may be so far apart.
    Near(i64),
    /// The kind, and how many elements.
    Shape,
    /// A step of a scan: both are followed to their end by whoever can ask.
    Walk,
}

impl Rule {
    /// The rule for a command. `packed` says that its key holds a packed form, whose order is that of
    /// insertion in Redis too.
    pub fn of(words: &[Vec<u8>], packed: bool) -> Self {
        let name = |place: usize| {
            words.get(place).map(|word| String::from_utf8_lossy(word).to_ascii_uppercase())
        };
        match name(0).as_deref().unwrap_or_default() {
            "HKEYS" | "HVALS" | "SMEMBERS" if !packed => Rule::Unordered,
            "KEYS" | "SINTER" | "SUNION" | "SDIFF" => Rule::Unordered,
            "HGETALL" if !packed => Rule::Pairs,
            "TTL" | "EXPIRETIME" | "HTTL" | "HEXPIRETIME" => Rule::Near(2),
            "PTTL" | "PEXPIRETIME" | "HPTTL" | "HPEXPIRETIME" => Rule::Near(2000),
            "RANDOMKEY" | "SRANDMEMBER" | "HRANDFIELD" | "ZRANDMEMBER" | "SPOP" | "HELLO"
            // The order of a hash table, and how well a text is compressed, is in the bytes.
            | "DUMP" => Rule::Shape,
            "SCAN" => Rule::Walk,
            "HSCAN" | "SSCAN" | "ZSCAN" if !packed => Rule::Walk,
            _ => Rule::Bytes,
        }
    }

    /// Whether two replies agree.
    pub fn agree(self, ours: &[u8], theirs: &[u8]) -> bool {
        if ours == theirs {
            return true;
        }
        self != Rule::Bytes && self.same(&decode(ours), &decode(theirs))
    }

    fn same(self, ours: &Reply, theirs: &Reply) -> bool {
        match (self, ours, theirs) {
            (Rule::Bytes, _, _) | (_, Reply::Error(_), _) | (_, _, Reply::Error(_)) => {
                ours == theirs
            }
            (Rule::Unordered | Rule::Pairs, Reply::Map(a), Reply::Map(b)) => sorted(a) == sorted(b),
            (Rule::Unordered, Reply::Array(a), Reply::Array(b))
            | (Rule::Unordered | Rule::Pairs, Reply::Set(a), Reply::Set(b)) => {
                sorted(a) == sorted(b)
            }
            (Rule::Pairs, Reply::Array(a), Reply::Array(b)) => {
                let pairs = |items: &[Reply]| {
                    sorted(&items.chunks(2).map(<[_]>::to_vec).collect::<Vec<_>>())
                };
                pairs(a) == pairs(b)
            }
            (Rule::Near(room), Reply::Integer(a), Reply::Integer(b)) => {
                (*a < 0) == (*b < 0) && (a - b).abs() <= room
            }
            (Rule::Near(_), Reply::Array(a), Reply::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.same(a, b))
            }
            (Rule::Shape, a, b) => shape(a) == shape(b),
            // Cursors and steps are each server's own.
            (Rule::Walk, Reply::Array(a), Reply::Array(b)) => a.len() == b.len(),
            (Rule::Unordered | Rule::Pairs | Rule::Near(_) | Rule::Walk, _, _) => ours == theirs,
        }
    }

    /// Whether two replies to `EXEC` agree, each of their parts by the rule of its command.
    pub fn all_agree(rules: &[Self], ours: &[u8], theirs: &[u8]) -> bool {
        if ours == theirs {
            return true;
        }
        match (decode(ours), decode(theirs)) {
            (Reply::Array(a), Reply::Array(b)) => {
                a.len() == rules.len()
                    && b.len() == rules.len()
                    && rules.iter().zip(a.iter().zip(&b)).all(|(rule, (a, b))| rule.same(a, b))
            }
            (_, _) => false,
        }
    }
}

/// The reply that some bytes are.
pub fn decode(bytes: &[u8]) -> Reply {
    Decoder::new(bytes).reply().unwrap_or_else(|error| panic!("{error}: {}", bytes.escape_ascii()))
}

fn sorted<T: Clone + std::fmt::Debug>(items: &[T]) -> Vec<String> {
    let mut items: Vec<String> = items.iter().map(|item| format!("{item:?}")).collect();
    items.sort();
    items
}

/// What a reply is, without what is in it.
fn shape(reply: &Reply) -> String {
    match reply {
        Reply::Simple(_) => "simple".to_owned(),
        Reply::Error(text) => format!("error {}", text.escape_ascii()),
        Reply::Integer(_) => "integer".to_owned(),
        Reply::Bulk(_) => "bulk".to_owned(),
        Reply::Null => "null".to_owned(),
        Reply::Array(items) => format!("array{:?}", items.iter().map(shape).collect::<Vec<_>>()),
        Reply::Set(items) => format!("set {}", items.len()),
        Reply::Map(pairs) => format!("map {}", pairs.len()),
        Reply::Double(_) => "double".to_owned(),
        Reply::Boolean(_) => "boolean".to_owned(),
        Reply::BigNumber(_) => "big number".to_owned(),
        Reply::Verbatim { .. } => "verbatim".to_owned(),
        Reply::Push(items) => format!("push {}", items.len()),
    }
}

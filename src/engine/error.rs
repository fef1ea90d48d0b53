//! Why a command failed, as data; the words that go on the wire are made here and nowhere else.
//!
//! The texts are Redis's own, byte for byte: clients and lessons match on them.

use std::borrow::Cow;

/// What a handler returns: its reply is written, or this error is the reply.
pub type Outcome = Result<(), Error>;

/// An error reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The key holds another type than the command reads.
    WrongType,
    /// The arguments do not follow the syntax.
    Syntax,
    /// Not an integer of 64 bits.
    NotAnInteger,
    /// Not a floating-point number.
    NotAFloat,
    /// An increment leaves the range of 64 bits.
    Overflow,
    /// An increment makes a number that is not one.
    NanOrInfinity,
    /// There is no such key.
    NoSuchKey,
    /// An index is outside the value.
    IndexOutOfRange,
    /// A database number that does not exist.
    DbIndexOutOfRange,
    /// An expire time that cannot be represented; the command's name in lower case.
    InvalidExpire(&'static str),
    /// The wrong number of arguments; the command's full name in lower case (`config|get`).
    WrongArity(String),
    /// The error for which an `EXEC` was refused, and with it the transaction.
    ExecAbort(Box<Error>),
    /// Anything else: the whole text, its code first.
    Other(Cow<'static, str>),
    /// Anything else that quotes what was sent, which need not be text.
    Bytes(Vec<u8>),
}

/// Whether an error's words say that the line is not written as the command wants it, so that nothing
/// of it was tried: unlike a wrong type, or a value that is no number.
pub fn is_about_form(text: &[u8]) -> bool {
    let forms: [&[u8]; 3] =
        [b"ERR syntax error", b"ERR wrong number of arguments", b"ERR unknown command"];
    forms.iter().any(|form| text.starts_with(form))
}

impl Error {
    /// An error with the code `ERR`.
    pub fn err(text: impl std::fmt::Display) -> Self {
        Self::Other(Cow::Owned(format!("ERR {text}")))
    }

    /// A fixed text, its code first.
    pub const fn text(text: &'static str) -> Self {
        Self::Other(Cow::Borrowed(text))
    }

    /// The words on the wire, without the leading minus sign.
    pub fn wire(&self) -> Cow<'_, [u8]> {
        let text = match self {
            Error::WrongType => "WRONGTYPE Operation against a key holding the wrong kind of value",
            Error::Syntax => "ERR syntax error",
            Error::NotAnInteger => "ERR value is not an integer or out of range",
            Error::NotAFloat => "ERR value is not a valid float",
            Error::Overflow => "ERR increment or decrement would overflow",
            Error::NanOrInfinity => "ERR increment would produce NaN or Infinity",
            Error::NoSuchKey => "ERR no such key",
            Error::IndexOutOfRange => "ERR index out of range",
            Error::DbIndexOutOfRange => "ERR DB index is out of range",
            Error::InvalidExpire(command) => {
                return owned(format!("ERR invalid expire time in '{command}' command"));
            }
            Error::WrongArity(command) => {
                return owned(format!("ERR wrong number of arguments for '{command}' command"));
            }
            Error::ExecAbort(reason) => {
                let reason = reason.wire();
                let reason = reason.strip_prefix(b"ERR ").unwrap_or(&reason);
                let start = b"EXECABORT Transaction discarded because of: ";
                return Cow::Owned([start.as_slice(), reason].concat());
            }
            Error::Other(text) => text,
            Error::Bytes(text) => return Cow::Borrowed(text),
        };
        Cow::Borrowed(text.as_bytes())
    }
}

fn owned(text: String) -> Cow<'static, [u8]> {
    Cow::Owned(text.into_bytes())
}

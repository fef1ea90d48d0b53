//! A decoded reply, as a client sees it. Never used on the engine's hot path.

/// One reply of a server, in RESP2 or RESP3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// `+OK`
    Simple(Vec<u8>),
    /// `-ERR …`, without the minus sign.
    Error(Vec<u8>),
    /// `:1`
    Integer(i64),
    /// `$3 foo`
    Bulk(Vec<u8>),
    /// RESP2's null bulk string and null array, RESP3's `_`.
    Null,
    /// `*2 …`
    Array(Vec<Reply>),
    /// RESP3 `%1 …`, in the order of the wire.
    Map(Vec<(Reply, Reply)>),
    /// RESP3 `~2 …`
    Set(Vec<Reply>),
    /// RESP3 `,1.5`: the text as sent, since clients print that.
    Double(Vec<u8>),
    /// RESP3 `#t`
    Boolean(bool),
    /// RESP3 `(123…`
    BigNumber(Vec<u8>),
    /// RESP3 `=15 txt:…`
    Verbatim {
        /// The three letters before the colon, such as `txt`.
        format: [u8; 3],
        /// What follows the colon.
        text: Vec<u8>,
    },
    /// RESP3 `>2 …`
    Push(Vec<Reply>),
}

impl Reply {
    /// The text, if it is an error.
    pub fn as_error(&self) -> Option<&[u8]> {
        if let Self::Error(text) = self { Some(text) } else { None }
    }
}

//! How the elements of collections are replied.

use crate::engine::data::Piece;
use crate::resp::Writer;

/// Writes an element as a bulk string, without making its text anywhere else first.
#[inline]
pub(super) fn bulk(reply: &mut Writer<'_>, element: Piece<'_>) {
    match element {
        Piece::Bytes(bytes) => reply.bulk(bytes),
        Piece::Int(number) => reply.bulk_int(number),
    }
}

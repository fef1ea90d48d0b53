//! One value by itself: its layout, its bytes, the version, and a checksum of all that.

use super::codes::{Dialect, Layout, VERSION, VERSION_WITH_TIMES};
use super::input::{Fault, Input};
use super::write::{Output, layout_of};
use super::{crc64, read};
use crate::engine::data::{Limits, Value};

/// Why a payload is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It was cut or changed, or a newer server wrote it.
    Footer,
    /// What stands before the footer is no value.
    Format,
    /// It is a value of a type that this engine has not.
    UnknownType(&'static str),
}

/// The payload that holds `value`.
pub(crate) fn dump(value: &Value) -> Vec<u8> {
    let mut out = Output::default();
    out.byte(layout_of(value) as u8);
    out.value(value);
    let mut payload = out.buffer;
    let has_times = value.first_field_time().is_some();
    let version = if has_times { VERSION_WITH_TIMES } else { VERSION };
    payload.extend(version.to_le_bytes());
    payload.extend(crc64::extend(0, &payload).to_le_bytes());
    payload
}

/// The value that `payload` holds.
pub(crate) fn restore(payload: &[u8], limits: &Limits) -> Result<Value, Unreadable> {
    let (summed, sum) = payload.split_last_chunk::<8>().ok_or(Unreadable::Footer)?;
    let (mut body, version) = summed.split_last_chunk::<2>().ok_or(Unreadable::Footer)?;
    let fits = crc64::extend(0, summed) == u64::from_le_bytes(*sum);
    let dialect = Dialect::of_version(u16::from_le_bytes(*version)).filter(|_| fits);
    let dialect = dialect.ok_or(Unreadable::Footer)?;
    let mut input = Input::new(&mut body);
    let value = value(&mut input, dialect, limits).map_err(|fault| match fault {
        Fault::UnknownType(kind) => Unreadable::UnknownType(kind),
        Fault::Damage(_) => Unreadable::Format,
        Fault::Supply(never) => match never {},
    })?;
    if value.is_empty_collection() { Err(Unreadable::Format) } else { Ok(value) }
}

fn value(
    input: &mut Input<'_, &[u8]>,
    dialect: Dialect,
    limits: &Limits,
) -> Result<Value, Fault<std::convert::Infallible>> {
    let layout = Layout::from_code(input.byte()?, dialect)?;
    read(input, layout, limits, &mut Vec::new())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::data::Piece;

    /// `body` with the footer of version `version`.
    fn sealed(body: &[u8], version: u16) -> Vec<u8> {
        let mut payload = [body, &version.to_le_bytes()].concat();
        payload.extend(crc64::extend(0, &payload).to_le_bytes());
        payload
    }

    fn outcome(payload: &[u8]) -> Result<Vec<u8>, Unreadable> {
        restore(payload, &Limits::default())
            .map(|value| value.as_string().map_or_else(Vec::new, Piece::to_vec))
    }

    #[test]
    fn a_string_has_the_payload_that_redis_gives_it() {
        assert_eq!(dump(&Value::Int(10)), b"\0\xc0\n\n\0n\x9fWE\x0e\xaec\xbb");
    }

    #[test]
    fn only_a_whole_payload_of_a_known_version_is_read() {
        let payload = dump(&Value::string(b"hello"));
        assert_eq!(outcome(&payload), Ok(b"hello".to_vec()));
        for end in 0..payload.len() {
            assert_eq!(outcome(&payload[..end]), Err(Unreadable::Footer), "cut at {end}");
        }
        for at in 0..payload.len() {
            let mut damaged = payload.clone();
            damaged[at] ^= 0x10;
            assert_eq!(outcome(&damaged), Err(Unreadable::Footer), "flipped at {at}");
        }
        for (version, expected) in [
            (1, Ok(b"x".to_vec())),
            (12, Ok(b"x".to_vec())),
            (13, Err(Unreadable::Footer)),
            (79, Err(Unreadable::Footer)),
            (80, Ok(b"x".to_vec())),
            (81, Err(Unreadable::Footer)),
            (u16::MAX, Err(Unreadable::Footer)),
        ] {
            assert_eq!(outcome(&sealed(b"\0\x01x", version)), expected, "{version}");
        }
    }

    #[test]
    fn what_is_no_value_of_this_engine_is_told_apart() {
        for (body, expected) in [
            (&b""[..], Unreadable::Format),
            (b"\0", Unreadable::Format),
            (b"\0\x05hell", Unreadable::Format),
            (b"\x02\0", Unreadable::Format),
            (b"\x63\0", Unreadable::Format),
            (b"\x15\0", Unreadable::UnknownType("stream")),
            (b"\x07\0", Unreadable::UnknownType("value of a module")),
            (b"\x16\0", Unreadable::Format),
        ] {
            assert_eq!(outcome(&sealed(body, 10)), Err(expected), "{body:?}");
        }
    }

    proptest! {
        #[test]
        fn noise_under_a_right_checksum_never_panics(
            code in 0..26_u8,
            noise in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let _ = restore(&sealed(&[vec![code], noise].concat(), 10), &Limits::default());
        }
    }
}

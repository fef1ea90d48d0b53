//! Reads hashes whose fields have expire times: as Redis 8 writes them, as a test version of 7.4 did, and as
//! Valkey does.

use super::codes::Layout;
use super::input::{Fault, Input, Supply};
use super::packed::{self, Wrong};
use crate::engine::data::{Bytes, Hash, Limits, Piece, Value};

const DUPLICATE: &str = "a hash holds a field twice";
const NO_TIME: &str = "the expire time of a field is no time";

/// Reads one, in one of the layouts that have times; `text` is a buffer to use again.
pub(super) fn read<S: Supply>(
    input: &mut Input<'_, S>,
    layout: Layout,
    limits: &Limits,
    text: &mut Vec<u8>,
) -> Result<Value, Fault<S::Error>> {
    let first = if matches!(layout, Layout::HashTimes | Layout::HashListpackTimes) {
        u64::from_le_bytes(input.array()?)
    } else {
        1
    };
    let mut fields = Fields::new(limits);
    if matches!(layout, Layout::HashListpackTimes | Layout::HashListpackTimesOld) {
        input.string(text)?;
        triples(text, &mut fields)?;
        return Ok(fields.finish());
    }
    let mut field = Vec::new();
    for _ in 0..input.length()? {
        // Zero stands for a field that stays, so the others are one too many.
        let before = if layout == Layout::HashTimesValkey { 0 } else { input.length()? };
        input.string(&mut field)?;
        input.string(text)?;
        let at = if layout == Layout::HashTimesValkey {
            let at = i64::from_le_bytes(input.array()?);
            (at != -1).then_some(at).map(u64::try_from).transpose().map_err(|_| NO_TIME)?
        } else {
            let at = before.checked_sub(1).map(|rest| first.checked_add(rest).ok_or(NO_TIME));
            at.transpose()?
        };
        fields.add(&field, text, at)?;
    }
    Ok(fields.finish())
}

/// Field, value and time in turn, in one packed block; a time of zero stands for a field that stays.
fn triples(block: &[u8], fields: &mut Fields<'_>) -> Result<(), Wrong> {
    let mut held: Vec<Piece<'_>> = Vec::new();
    packed::listpack(block, |piece| {
        held.push(piece);
        if let [field, text, at] = held.as_slice() {
            let at = at.as_int().and_then(|at| u64::try_from(at).ok()).ok_or(NO_TIME)?;
            fields.add(&field.to_cow(), &text.to_cow(), Some(at).filter(|at| *at > 0))?;
            held.clear();
        }
        Ok(())
    })?;
    if held.is_empty() { Ok(()) } else { Err("a hash has a field without a value") }
}

/// A hash that is being read.
struct Fields<'l> {
    hash: Hash,
    limits: &'l Limits,
    times: Vec<(Bytes, i64)>,
}

impl<'l> Fields<'l> {
    fn new(limits: &'l Limits) -> Self {
        Self { hash: Hash::new(), limits, times: Vec::new() }
    }

    fn add(&mut self, field: &[u8], text: &[u8], at: Option<u64>) -> Result<(), Wrong> {
        if !self.hash.set(field, text, self.limits) {
            return Err(DUPLICATE);
        }
        if let Some(at) = at {
            let at = i64::try_from(at).map_err(|_| NO_TIME)?;
            self.times.push((field.into(), at));
        }
        Ok(())
    }

    /// The last field first, so that fields that go at the same moment stay in their order.
    fn finish(mut self) -> Value {
        for (field, at) in self.times.iter().rev() {
            self.hash.set_time(field, Some(*at));
        }
        Value::Hash(self.hash)
    }
}

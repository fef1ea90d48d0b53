//! Reads one value, in any layout.

use super::codes::{Layout, node};
use super::field_times;
use super::input::{Fault, Input, Supply};
use super::packed::{self, Wrong};
use crate::engine::data::{Hash, Limits, List, Piece, Set, SortedSet, Value};
use crate::engine::parse_f64;

const USUAL: Limits = Limits::DEFAULT;
const DUPLICATE: &str = "a collection holds an element twice";

/// Reads the value behind a key; `text` is a buffer to use again.
pub(crate) fn read<S: Supply>(
    input: &mut Input<'_, S>,
    layout: Layout,
    limits: &Limits,
    text: &mut Vec<u8>,
) -> Result<Value, Fault<S::Error>> {
    match layout {
        Layout::String => {
            input.string(text)?;
            return Ok(Value::string(text));
        }
        Layout::List => return list(input, text),
        Layout::Quicklist | Layout::Quicklist2 => return quicklist(input, layout, text),
        Layout::Set => return set(input, limits, text),
        Layout::Hash => return hash(input, limits, text),
        Layout::SortedSet | Layout::SortedSetText => {
            return sorted_set(input, layout, limits, text);
        }
        Layout::HashTimesOld | Layout::HashTimes | Layout::HashTimesValkey => {
            return field_times::read(input, layout, limits, text);
        }
        Layout::HashListpackTimesOld | Layout::HashListpackTimes => {
            return field_times::read(input, layout, &packed_limits(limits), text);
        }
        Layout::HashZipmap
        | Layout::HashZiplist
        | Layout::HashListpack
        | Layout::ListZiplist
        | Layout::IntSet
        | Layout::SetListpack
        | Layout::SortedSetZiplist
        | Layout::SortedSetListpack => {}
    }
    input.string(text)?;
    Ok(block(text, layout, &packed_limits(limits))?)
}

/// As in Redis, what was packed stays packed even if elements are longer than the limit that holds
/// here; but not if they are so long that moving them about takes its time.
fn packed_limits(limits: &Limits) -> Limits {
    Limits {
        hash_max_listpack_value: limits.hash_max_listpack_value.max(USUAL.hash_max_listpack_value),
        zset_max_listpack_value: limits.zset_max_listpack_value.max(USUAL.zset_max_listpack_value),
        ..*limits
    }
}

/// A value that is one packed block.
fn block(block: &[u8], layout: Layout, limits: &Limits) -> Result<Value, Wrong> {
    let mut digits = itoa::Buffer::new();
    match layout {
        Layout::ListZiplist => {
            let mut list = List::new();
            packed::ziplist(block, |piece| {
                list.push_back(piece.text(&mut digits));
                Ok(())
            })?;
            Ok(Value::List(Box::new(list)))
        }
        Layout::IntSet => {
            let mut set = Set::new();
            packed::int_set(block, |number| {
                let new = set.insert(digits.format(number).as_bytes(), limits);
                if new { Ok(()) } else { Err(DUPLICATE) }
            })?;
            Ok(Value::Set(set))
        }
        Layout::SetListpack => {
            let mut set = Set::new();
            packed::listpack(block, |piece| {
                let new = set.insert(piece.text(&mut digits), limits);
                if new { Ok(()) } else { Err(DUPLICATE) }
            })?;
            Ok(Value::Set(set))
        }
        Layout::HashZipmap => pairs(limits, |each| packed::zipmap(block, each)),
        Layout::HashZiplist => pairs(limits, |each| packed::ziplist(block, each)),
        Layout::HashListpack => pairs(limits, |each| packed::listpack(block, each)),
        Layout::SortedSetZiplist => scored(limits, |each| packed::ziplist(block, each)),
        Layout::SortedSetListpack => scored(limits, |each| packed::listpack(block, each)),
        Layout::String
        | Layout::List
        | Layout::Set
        | Layout::SortedSetText
        | Layout::Hash
        | Layout::SortedSet
        | Layout::Quicklist
        | Layout::Quicklist2
        | Layout::HashTimesOld
        | Layout::HashListpackTimesOld
        | Layout::HashTimes
        | Layout::HashListpackTimes
        | Layout::HashTimesValkey => Err("a value is no packed block"),
    }
}

type Each<'e, 'a> = &'e mut dyn FnMut(Piece<'a>) -> Result<(), Wrong>;

/// A hash from a block that holds fields and values in turn.
fn pairs<'a>(
    limits: &Limits,
    read: impl FnOnce(Each<'_, 'a>) -> Result<(), Wrong>,
) -> Result<Value, Wrong> {
    let mut hash = Hash::new();
    let mut field: Option<Piece<'a>> = None;
    let (mut digits, mut more_digits) = (itoa::Buffer::new(), itoa::Buffer::new());
    read(&mut |piece| {
        let Some(name) = field.take() else {
            field = Some(piece);
            return Ok(());
        };
        let (name, text) = (name.text(&mut digits), piece.text(&mut more_digits));
        if hash.set(name, text, limits) { Ok(()) } else { Err(DUPLICATE) }
    })?;
    if field.is_some() { Err("a hash has a field without a value") } else { Ok(Value::Hash(hash)) }
}

/// A sorted set from a block that holds members and scores in turn.
fn scored<'a>(
    limits: &Limits,
    read: impl FnOnce(Each<'_, 'a>) -> Result<(), Wrong>,
) -> Result<Value, Wrong> {
    let mut set = SortedSet::new();
    let mut member: Option<Piece<'a>> = None;
    let (mut digits, mut more_digits) = (itoa::Buffer::new(), itoa::Buffer::new());
    read(&mut |piece| {
        let Some(name) = member.take() else {
            member = Some(piece);
            return Ok(());
        };
        let score = parse_f64(piece.text(&mut more_digits)).ok_or("a score is no number")?;
        match set.insert(name.text(&mut digits), score, limits) {
            None => Ok(()),
            Some(_) => Err(DUPLICATE),
        }
    })?;
    if member.is_some() {
        Err("a sorted set has a member without a score")
    } else {
        Ok(Value::SortedSet(set))
    }
}

fn list<S: Supply>(input: &mut Input<'_, S>, text: &mut Vec<u8>) -> Result<Value, Fault<S::Error>> {
    let mut list = List::new();
    for _ in 0..input.length()? {
        input.string(text)?;
        list.push_back(text);
    }
    Ok(Value::List(Box::new(list)))
}

fn quicklist<S: Supply>(
    input: &mut Input<'_, S>,
    layout: Layout,
    text: &mut Vec<u8>,
) -> Result<Value, Fault<S::Error>> {
    let mut list = List::new();
    let mut digits = itoa::Buffer::new();
    for _ in 0..input.length()? {
        let container = if layout == Layout::Quicklist2 { input.length()? } else { node::PACKED };
        input.string(text)?;
        let mut push = |piece: Piece<'_>| {
            list.push_back(piece.text(&mut digits));
            Ok(())
        };
        match (container, layout) {
            (node::PLAIN, _) => list.push_back(text),
            (node::PACKED, Layout::Quicklist2) => packed::listpack(text, &mut push)?,
            (node::PACKED, _) => packed::ziplist(text, &mut push)?,
            (_, _) => return Err("a list has a node of an unknown kind".into()),
        }
    }
    Ok(Value::List(Box::new(list)))
}

fn set<S: Supply>(
    input: &mut Input<'_, S>,
    limits: &Limits,
    text: &mut Vec<u8>,
) -> Result<Value, Fault<S::Error>> {
    let mut set = Set::new();
    for _ in 0..input.length()? {
        input.string(text)?;
        if !set.insert(text, limits) {
            return Err(DUPLICATE.into());
        }
    }
    Ok(Value::Set(set))
}

fn hash<S: Supply>(
    input: &mut Input<'_, S>,
    limits: &Limits,
    text: &mut Vec<u8>,
) -> Result<Value, Fault<S::Error>> {
    let mut hash = Hash::new();
    let mut field = Vec::new();
    for _ in 0..input.length()? {
        input.string(&mut field)?;
        input.string(text)?;
        if !hash.set(&field, text, limits) {
            return Err(DUPLICATE.into());
        }
    }
    Ok(Value::Hash(hash))
}

fn sorted_set<S: Supply>(
    input: &mut Input<'_, S>,
    layout: Layout,
    limits: &Limits,
    text: &mut Vec<u8>,
) -> Result<Value, Fault<S::Error>> {
    let mut set = SortedSet::new();
    let len = input.length()?;
    for _ in 0..len {
        input.string(text)?;
        let score = if layout == Layout::SortedSet {
            f64::from_le_bytes(input.array()?)
        } else {
            score_as_text(input)?
        };
        if score.is_nan() {
            return Err("a score is no number".into());
        }
        if set.insert(text, score, limits).is_some() {
            return Err(DUPLICATE.into());
        }
    }
    Ok(Value::SortedSet(set))
}

/// A score as text behind its length; three lengths stand for what has no digits.
fn score_as_text<S: Supply>(input: &mut Input<'_, S>) -> Result<f64, Fault<S::Error>> {
    match input.byte()? {
        253 => Ok(f64::NAN),
        254 => Ok(f64::INFINITY),
        255 => Ok(f64::NEG_INFINITY),
        len => {
            let mut text = Vec::new();
            for _ in 0..len {
                text.push(input.byte()?);
            }
            Ok(parse_f64(&text).ok_or("a score is no number")?)
        }
    }
}

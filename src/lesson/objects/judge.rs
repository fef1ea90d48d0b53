//! All stored keys beside the source: the first mistake, from whole to detail.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::compare::{Dress, misspelt, number_text, plain, same};
use super::kind::Kind;
use super::read::{Form, Reading, read};
use super::verdict::{Detail, Verdict};
use super::{Stored, StoredKey};
use crate::lesson::suggest::nearest;

/// So many keys more than the source has objects are looked at: see [`Expected::enough`].
const KEYS_TOO_MANY: usize = 250;

/// The source's objects.
#[derive(Debug, Clone)]
pub struct Expected {
    by: String,
    objects: Vec<Map<String, Value>>,
    /// Ids as text, to the places of their objects.
    places: HashMap<String, usize>,
    /// Ids that are numbers in their one spelling; nothing where two ids are the same number.
    numbers: HashMap<String, Option<usize>>,
    /// The fields that every object has.
    common: Vec<String>,
    /// The fields that any object has.
    any: Vec<String>,
}

impl Expected {
    /// The objects of a JSON list, told apart by the field `by`. What is wrong with the source is
    /// said in words for a lesson's author.
    pub fn new<'a>(list: impl IntoIterator<Item = &'a Value>, by: &str) -> Result<Self, String> {
        let mut expected = Expected {
            by: by.to_owned(),
            objects: Vec::new(),
            places: HashMap::new(),
            numbers: HashMap::new(),
            common: Vec::new(),
            any: Vec::new(),
        };
        for (at, value) in list.into_iter().enumerate() {
            let Value::Object(fields) = value else {
                return Err(format!("element {at} of the source is not an object"));
            };
            let Some(id) = fields.get(by) else {
                return Err(format!("object {at} of the source has no field `{by}`"));
            };
            let id = plain(id);
            if let Some(number) = number_text(&id) {
                expected
                    .numbers
                    .entry(number)
                    .and_modify(|place| *place = None)
                    .or_insert(Some(at));
            }
            if let Some(earlier) = expected.places.insert(id.clone(), at) {
                return Err(format!(
                    "objects {earlier} and {at} of the source have the same `{by}`: {id}"
                ));
            }
            for field in fields.keys() {
                if !expected.any.contains(field) {
                    expected.any.push(field.clone());
                }
            }
            expected.objects.push(fields.clone());
        }
        if expected.objects.is_empty() {
            return Err("the source has no objects".to_owned());
        }
        let common = |field: &&String| expected.objects.iter().all(|o| o.contains_key(*field));
        expected.common = expected.any.iter().filter(common).cloned().collect();
        Ok(expected)
    }

    /// How many objects there are; at least one.
    #[expect(clippy::len_without_is_empty, reason = "a source without objects is refused")]
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// How many keys of a database are enough to judge it.
    ///
    /// Where there are more, not all of them can be objects of the source: whatever is left out, a
    /// mistake is found, and one that is told before an object that is missing. So a check costs no
    /// more beside a hundred thousand keys than beside a few hundred.
    pub fn enough(&self) -> usize {
        self.len() + KEYS_TOO_MANY
    }

    /// The objects, in the order of the source.
    pub fn objects(&self) -> &[Map<String, Value>] {
        &self.objects
    }

    /// The field that tells objects apart.
    pub fn by(&self) -> &str {
        &self.by
    }

    /// The fields that every object has.
    pub fn fields(&self) -> impl Iterator<Item = &String> {
        self.common.iter()
    }

    /// Whether some object has that field.
    pub fn is_field(&self, name: &str) -> bool {
        self.any.iter().any(|field| field == name)
    }

    /// Whether some of these fields are the source's.
    pub fn shares_fields(&self, fields: &Map<String, Value>) -> bool {
        self.any.iter().any(|field| fields.contains_key(field))
    }

    /// The place of the object that has this id.
    fn place(&self, id: &Value) -> Option<usize> {
        let id = plain(id);
        let number = || self.numbers.get(&number_text(&id)?).copied().flatten();
        self.places.get(&id).copied().or_else(number)
    }

    fn id(&self, at: usize) -> String {
        self.objects.get(at).and_then(|object| object.get(&self.by)).map(plain).unwrap_or_default()
    }
}

/// The first mistake in `here`, the keys of database `db`; none if every object of the source is
/// stored once and right, and nothing else is stored. `zero` holds the keys of database 0, where
/// that is another one. Of `here` [`Expected::enough`] keys will do.
pub fn judge(
    expected: &Expected,
    db: u32,
    here: &[StoredKey],
    zero: Option<&[StoredKey]>,
) -> Option<Verdict> {
    let found = assess(expected, db, here);
    let mut first = found.mistakes.into_iter().min_by_key(|verdict| verdict.kind)?;
    if found.right.iter().all(|right| !right)
        && let Some(zero) = zero
    {
        if assess(expected, 0, zero).right.iter().all(|right| *right) {
            let mut verdict = Verdict::new(Kind::Elsewhere, expected, db);
            verdict.keys = zero.iter().map(|stored| stored.key.clone()).collect();
            return Some(verdict);
        }
        if !zero.is_empty() {
            first.stored_in(0);
        }
    }
    first.is_beside = first.is_beside && found.right.iter().all(|right| *right);
    Some(first)
}

/// Under which key each object of the source is stored, in the source's order.
pub fn keys_of(expected: &Expected, here: &[StoredKey]) -> Vec<Option<Vec<u8>>> {
    let mut keys = vec![None; expected.len()];
    for stored in here {
        let Reading::Object(fields) = read(&stored.value, expected) else { continue };
        let place = fields.get(&expected.by).and_then(|id| expected.place(id));
        if let Some(free) = place.and_then(|place| keys.get_mut(place)).filter(|key| key.is_none())
        {
            *free = Some(stored.key.clone());
        }
    }
    keys
}

/// What was found in one database.
struct Found {
    mistakes: Vec<Verdict>,
    /// For each object of the source, whether it is stored right, once or more often.
    right: Vec<bool>,
}

/// A value that is an object.
struct Candidate<'a> {
    stored: &'a StoredKey,
    fields: Map<String, Value>,
    place: Option<usize>,
}

impl Candidate<'_> {
    fn dress(&self) -> Dress {
        match self.stored.value {
            Stored::Hash(_) => Dress::Hash,
            Stored::String(_)
            | Stored::List(_)
            | Stored::Set(_)
            | Stored::SortedSet(_)
            | Stored::Json(_)
            | Stored::Other(_) => Dress::Json,
        }
    }
}

fn assess(expected: &Expected, db: u32, here: &[StoredKey]) -> Found {
    let mut mistakes = Vec::new();
    let mut right = vec![false; expected.len()];
    if here.is_empty() {
        mistakes.push(Verdict::new(Kind::Empty, expected, db));
        return Found { mistakes, right };
    }
    let mut candidates = Vec::new();
    for stored in here {
        match read(&stored.value, expected) {
            Reading::Mistake(kind, form) => {
                let mut verdict = Verdict::of(kind, expected, db, stored);
                verdict.got = shown(&stored.value);
                verdict.detail = Detail::Form(form);
                verdict.is_beside = true;
                mistakes.push(verdict);
            }
            Reading::Object(fields) => {
                let place = fields.get(&expected.by).and_then(|id| expected.place(id));
                candidates.push(Candidate { stored, fields, place });
            }
        }
    }
    let mut claims: Vec<Vec<Vec<u8>>> = vec![Vec::new(); expected.len()];
    for candidate in &candidates {
        if let Some(claim) = candidate.place.and_then(|place| claims.get_mut(place)) {
            claim.push(candidate.stored.key.clone());
        }
    }
    for candidate in &candidates {
        let before = mistakes.len();
        let place = match candidate.place {
            Some(place) => {
                compare(expected, db, candidate, place, &mut mistakes);
                place
            }
            None => match stranger(expected, db, candidate, &claims, &mut mistakes) {
                Some(place) => {
                    // It stands for that object, though not under its id: not missing as well.
                    if let Some(claim) = claims.get_mut(place) {
                        claim.push(candidate.stored.key.clone());
                    }
                    continue;
                }
                None => continue,
            },
        };
        if mistakes.len() == before
            && let Some(right) = right.get_mut(place)
        {
            *right = true;
        }
    }
    for (place, keys) in claims.into_iter().enumerate() {
        if keys.len() > 1 {
            let mut verdict = Verdict::new(Kind::Duplicate, expected, db);
            verdict.id = expected.id(place);
            verdict.key = keys.last().cloned().unwrap_or_default();
            verdict.got = keys.len().to_string();
            "1".clone_into(&mut verdict.want);
            verdict.keys = keys;
            mistakes.push(verdict);
        } else if keys.is_empty() {
            let mut verdict = Verdict::new(Kind::MissingObject, expected, db);
            verdict.id = expected.id(place);
            verdict.got = candidates.len().to_string();
            verdict.want = expected.len().to_string();
            verdict.keys = here.iter().map(|stored| stored.key.clone()).collect();
            mistakes.push(verdict);
        }
    }
    Found { mistakes, right }
}

fn compare(
    expected: &Expected,
    db: u32,
    candidate: &Candidate<'_>,
    place: usize,
    mistakes: &mut Vec<Verdict>,
) {
    let Some(object) = expected.objects.get(place) else { return };
    let extra: Vec<&str> = candidate
        .fields
        .keys()
        .filter(|field| !object.contains_key(*field))
        .map(String::as_str)
        .collect();
    let dress = candidate.dress();
    let verdict = |kind, field: &str| {
        let mut verdict = Verdict::of(kind, expected, db, candidate.stored);
        verdict.id = expected.id(place);
        field.clone_into(&mut verdict.field);
        verdict.fields = object.keys().cloned().collect();
        verdict
    };
    for (field, want) in object {
        let Some(got) = candidate.fields.get(field) else {
            let mut verdict = verdict(Kind::MissingField, field);
            verdict.got = field_list(&candidate.fields);
            verdict.want = field_list(object);
            if let Some(near) = nearest(field, extra.iter().copied()) {
                verdict.detail = Detail::Near(near.to_owned());
            }
            mistakes.push(verdict);
            continue;
        };
        if !same(want, got, dress) {
            let kind = misspelt(want, got, dress).unwrap_or(Kind::ValueDiffers);
            let mut verdict = verdict(kind, field);
            verdict.got = plain(got);
            verdict.want = plain(want);
            mistakes.push(verdict);
        }
    }
    for field in extra {
        let mut verdict = verdict(Kind::ExtraField, field);
        verdict.got = candidate.fields.get(field).map(plain).unwrap_or_default();
        verdict.want = field_list(object);
        mistakes.push(verdict);
    }
}

/// An object whose id is missing or not in the source. Gives the place of the object that it stands
/// for, if that can be told.
fn stranger(
    expected: &Expected,
    db: u32,
    candidate: &Candidate<'_>,
    claims: &[Vec<Vec<u8>>],
    mistakes: &mut Vec<Verdict>,
) -> Option<usize> {
    let dress = candidate.dress();
    let free = |at: &usize| claims.get(*at).is_some_and(Vec::is_empty);
    let others_agree = |at: &usize| {
        expected.objects.get(*at).is_some_and(|object| {
            object.len() == candidate.fields.len().max(2)
                && object.iter().all(|(field, want)| {
                    *field == expected.by
                        || candidate.fields.get(field).is_some_and(|got| same(want, got, dress))
                })
        })
    };
    let mut verdict = Verdict::of(Kind::ExtraObject, expected, db, candidate.stored);
    verdict.field.clone_from(&expected.by);
    let Some(id) = candidate.fields.get(&expected.by) else {
        let place = by_key(expected, &candidate.stored.key).or_else(|| {
            (0..expected.len()).filter(free).find(|at| {
                expected.objects.get(*at).is_some_and(|object| {
                    object.iter().any(|(field, _)| candidate.fields.contains_key(field))
                        && object.iter().all(|(field, want)| {
                            candidate.fields.get(field).is_none_or(|got| same(want, got, dress))
                        })
                })
            })
        });
        verdict.kind = Kind::MissingField;
        verdict.is_beside = place.is_none();
        verdict.got = field_list(&candidate.fields);
        verdict.want = expected.any.join(", ");
        verdict.id = place.map(|place| expected.id(place)).unwrap_or_default();
        let extra = candidate.fields.keys().map(String::as_str);
        if let Some(near) = nearest(&expected.by, extra.filter(|field| !expected.is_field(field))) {
            verdict.detail = Detail::Near(near.to_owned());
        }
        mistakes.push(verdict);
        return place;
    };
    verdict.got = plain(id);
    verdict.id = plain(id);
    verdict.want = (0..expected.len()).map(|at| expected.id(at)).collect::<Vec<_>>().join(", ");
    let meant = (0..expected.len()).find_map(|at| {
        let want = expected.objects.get(at).and_then(|object| object.get(&expected.by))?;
        Some((at, misspelt(want, id, dress)?))
    });
    let place = if let Some((place, kind)) = meant {
        verdict.kind = kind;
        verdict.id = expected.id(place);
        Some(place)
    } else {
        let place = (0..expected.len()).filter(free).find(others_agree);
        if place.is_some() {
            verdict.kind = Kind::ValueDiffers;
            verdict.detail = Detail::WrongId;
        }
        place
    };
    match place {
        Some(place) => verdict.want = expected.id(place),
        None => verdict.is_beside = true,
    }
    mistakes.push(verdict);
    place
}

/// The object whose id a key is, or ends with after a sign: `A`, `chain:A`.
fn by_key(expected: &Expected, key: &[u8]) -> Option<usize> {
    let key = std::str::from_utf8(key).ok()?;
    let last = key.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or(key);
    (0..expected.len()).find(|at| {
        let id = expected.id(*at);
        id == key || id == last
    })
}

fn field_list(fields: &Map<String, Value>) -> String {
    fields.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// A value, shortly, for `{got}`.
fn shown(value: &Stored) -> String {
    let text = |bytes: &[u8]| {
        // A sentence shows less than a hundred characters of it.
        String::from_utf8_lossy(bytes.get(..400).unwrap_or(bytes)).into_owned()
    };
    match value {
        Stored::String(bytes) | Stored::Json(bytes) => text(bytes),
        Stored::Hash(fields) => {
            let names: Vec<String> = fields.iter().take(8).map(|(field, _)| text(field)).collect();
            names.join(", ")
        }
        Stored::List(items) | Stored::Set(items) => {
            items.first().map(|item| text(item)).unwrap_or_default()
        }
        Stored::SortedSet(items) => items.first().map(|(item, _)| text(item)).unwrap_or_default(),
        Stored::Other(name) => (*name).to_owned(),
    }
}

impl Default for Detail {
    fn default() -> Self {
        Detail::Form(Form::Plain)
    }
}

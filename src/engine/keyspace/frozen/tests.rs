//! Random changes between the portions of a walk: what it hands over is always what was there when it
//! began.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::engine::data::Value;

/// What a database holds: each key with its text and its expire time.
type Contents = BTreeMap<(usize, Vec<u8>), (Vec<u8>, Option<i64>)>;

#[derive(Debug, Clone)]
enum Step {
    Set(usize, u8, u8),
    Append(usize, u8),
    Remove(usize, u8),
    Expire(usize, u8),
    Flush(usize),
    Swap(usize, usize),
    Sweep,
    /// Takes so many pieces.
    Take(usize),
}

const DBS: usize = 3;

fn step() -> impl Strategy<Value = Step> {
    let (db, key) = (|| 0..DBS, || 0..40_u8);
    prop_oneof![
        6 => (db(), key(), any::<u8>()).prop_map(|(db, key, text)| Step::Set(db, key, text)),
        4 => (db(), key()).prop_map(|(db, key)| Step::Append(db, key)),
        6 => (db(), key()).prop_map(|(db, key)| Step::Remove(db, key)),
        2 => (db(), key()).prop_map(|(db, key)| Step::Expire(db, key)),
        1 => db().prop_map(Step::Flush),
        1 => (db(), db()).prop_map(|(first, second)| Step::Swap(first, second)),
        1 => Just(Step::Sweep),
        6 => (1..12_usize).prop_map(Step::Take),
    ]
}

fn name(key: u8) -> Vec<u8> {
    format!("key:{key}").into_bytes()
}

fn text(entry: &Entry) -> Vec<u8> {
    entry.value.as_string().unwrap().to_bytes().to_vec()
}

fn contents(space: &Keyspace) -> Contents {
    let mut contents = Contents::new();
    for (db, database) in space.databases().iter().enumerate() {
        for (key, entry) in database.iter() {
            contents.insert((db, key.to_vec()), (text(entry), entry.expire_at()));
        }
    }
    contents
}

/// What a walk has handed over.
#[derive(Default)]
struct Taken {
    whole: Contents,
    sizes: BTreeMap<usize, (usize, usize)>,
    /// A value of which more is to come.
    begun: Option<(usize, Vec<u8>, Vec<u8>)>,
}

impl Taken {
    /// Takes up to `pieces` pieces of five bytes.
    fn take(&mut self, space: &mut Keyspace, mut pieces: usize) -> bool {
        space.take_frozen(&mut |picked| {
            pieces -= 1;
            let text = text(picked.entry);
            self.sizes.insert(picked.db, picked.sizes);
            let (db, key, mut seen) = self.begun.take().unwrap_or_else(|| {
                assert_eq!(picked.from, 0, "a value began in its middle");
                (picked.db, picked.key.to_vec(), Vec::new())
            });
            assert_eq!((db, &*key, seen.len()), (picked.db, picked.key, picked.from));
            let end = text.len().min(picked.from + 5);
            seen.extend_from_slice(&text[picked.from..end]);
            let next = (end < text.len()).then_some(end);
            if next.is_some() {
                self.begun = Some((db, key, seen));
            } else {
                let old = self.whole.insert((db, key), (seen, picked.entry.expire_at()));
                assert_eq!(old, None, "a key came twice");
            }
            Took { next, enough: pieces == 0 }
        })
    }
}

fn run(space: &mut Keyspace, taken: &mut Taken, step: &Step, at: usize) {
    match *step {
        Step::Set(db, key, length) => {
            let text = vec![b'a' + key % 26; usize::from(length % 20)];
            space.select(db).insert(&name(key), Value::string(&text));
        }
        Step::Append(db, key) => {
            let mut keys = space.select(db);
            let value = keys.write_or_insert(&name(key), || Value::string(b"")).unwrap();
            value.string_mut().unwrap().extend_from_slice(format!("+{at}").as_bytes());
        }
        Step::Remove(db, key) => {
            space.select(db).remove(&name(key));
        }
        Step::Expire(db, key) => {
            space.select(db).set_expire_at(&name(key), Some(1000 + i64::from(key)));
        }
        Step::Flush(db) => {
            space.flush(db);
        }
        Step::Swap(first, second) => space.swap(first, second),
        Step::Sweep => {
            space.set_now_ms(1010);
            space.sweep(5);
        }
        Step::Take(pieces) => {
            taken.take(space, pieces);
        }
    }
}

proptest! {
    #[test]
    fn what_is_taken_is_what_was_there_at_the_freeze(
        before in prop::collection::vec(step(), 0..150),
        after in prop::collection::vec(step(), 0..150),
    ) {
        let mut space = Keyspace::default();
        let mut nothing = Taken::default();
        for (at, step) in before.iter().enumerate() {
            run(&mut space, &mut nothing, step, at);
        }
        let frozen = contents(&space);
        let sizes: BTreeMap<_, _> = (0..DBS)
            .map(|db| (db, (space.databases()[db].len(), space.databases()[db].expires())))
            .filter(|(_, (keys, _))| *keys > 0)
            .collect();
        space.freeze();
        let mut taken = Taken::default();
        for (at, step) in after.iter().enumerate() {
            run(&mut space, &mut taken, step, at);
        }
        let now = contents(&space);
        prop_assert!(!taken.take(&mut space, usize::MAX));
        prop_assert_eq!(space.frozen_progress(), Some((frozen.len(), frozen.len())));
        prop_assert_eq!(&taken.whole, &frozen);
        prop_assert_eq!(&taken.sizes, &sizes);
        prop_assert_eq!(contents(&space), now);
    }
}

#[test]
fn what_was_emptied_is_handed_over_and_what_came_instead_is_not() {
    let mut space = Keyspace::default();
    for (db, key) in [(0, b"a"), (1, b"b")] {
        space.select(db).insert(key, Value::string(b"old"));
    }
    space.freeze();
    space.flush(0);
    space.swap(0, 1);
    space.select(1).insert(b"a", Value::string(b"new"));
    space.select(0).insert(b"b", Value::string(b"new"));
    let mut taken = Taken::default();
    assert!(!taken.take(&mut space, usize::MAX));
    let entry = |db, key: &[u8]| ((db, key.to_vec()), (b"old".to_vec(), None));
    assert_eq!(taken.whole, Contents::from([entry(0, b"a"), entry(1, b"b")]));
    assert_eq!(space.take_rubbish().len(), 1);
    space.thaw();
    assert_eq!(space.frozen_progress(), None);
}

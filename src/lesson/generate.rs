//! Generated states: what else a right solution could have left, and what a slip would have left.
//!
//! A check is only as good as what it lets pass and what it stops. From the source's objects, and the
//! keys a solution stored them under, [`generate`] derives right states that must pass and wrong
//! ones that must fail. It gives commands and runs none.
//!
//! # What is generated
//!
//! Right: all objects as hashes, as JSON text, as JSON text with other white space, with the fields
//! in reverse, with numbers as texts, and under other keys. Wrong, each of the fourteen mistakes;
//! those about a field once in a hash and once in JSON text. The first object bears the mistake.

use serde_json::{Map, Value};

use crate::lesson::objects::{Expected, Kind, StoredKey, keys_of};
use crate::syntax::join;

/// One command: its words.
pub type Words = Vec<Vec<u8>>;

/// A right way of storing the same objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// As hashes.
    AsHash,
    /// As JSON text.
    AsJson,
    /// As JSON text with other white space.
    Spaced,
    /// As JSON text with the fields in another order.
    Reordered,
    /// As JSON text with numbers as texts.
    AsText,
    /// Under other keys.
    OtherKeys,
}

/// The kind of a generated state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Variant {
    /// It must pass.
    Right(Way),
    /// It must fail, and this is its mistake.
    Wrong(Kind),
}

const WAYS: [(&str, Way); 6] = [
    ("as-hash", Way::AsHash),
    ("as-json", Way::AsJson),
    ("spaced", Way::Spaced),
    ("reordered", Way::Reordered),
    ("as-text", Way::AsText),
    ("other-keys", Way::OtherKeys),
];

impl Variant {
    /// The names that `accept KIND:` uses: the right ways and the fourteen mistakes.
    pub fn names() -> Vec<&'static str> {
        WAYS.iter().map(|(name, _)| *name).chain(Kind::names()).collect()
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Variant::Right(way) => {
                WAYS.iter().find(|(_, known)| *known == way).map_or("", |(name, _)| name)
            }
            Variant::Wrong(kind) => kind.name(),
        }
    }

    /// Whether a check must let it pass.
    pub fn is_right(self) -> bool {
        match self {
            Variant::Right(_) => true,
            Variant::Wrong(_) => false,
        }
    }
}

/// A generated state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// Its kind.
    pub variant: Variant,
    /// What was done, for a list of survivors: `total_residues of A is left out (hash)`.
    pub what: String,
    /// What builds it, for a fresh client and an empty lesson database; the first is `SELECT`.
    pub commands: Vec<Words>,
}

impl Generated {
    /// The commands as they are typed at a prompt.
    pub fn lines(&self) -> Vec<String> {
        self.commands.iter().map(|words| join(words)).collect()
    }
}

/// How objects are written down.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Hash,
    Json,
}

/// All generated states for `expected` in database `db`, of which `solution` holds the keys after
/// the shown solution.
pub fn generate(expected: &Expected, db: u32, solution: &[StoredKey]) -> Vec<Generated> {
    let keys = keys_of(expected, solution);
    let objects: Vec<Object> = expected
        .objects()
        .iter()
        .zip(keys)
        .map(|(fields, key)| Object {
            key: key.unwrap_or_else(|| id_of(fields, expected.by()).into_bytes()),
            fields: fields.clone(),
        })
        .collect();
    let Some(first) = objects.first().cloned() else { return Vec::new() };
    let maker = Maker { db, by: expected.by().to_owned(), objects, first };
    let mut all = maker.right();
    maker.whole(&mut all);
    maker.dressed(&mut all);
    for form in [Form::Hash, Form::Json] {
        maker.fields(form, &mut all);
        maker.others(form, &mut all);
    }
    all
}

#[derive(Clone)]
struct Object {
    key: Vec<u8>,
    fields: Map<String, Value>,
}

struct Maker {
    db: u32,
    by: String,
    objects: Vec<Object>,
    first: Object,
}

impl Maker {
    fn right(&self) -> Vec<Generated> {
        let state = |way, what: &str, objects: &dyn Fn(&Object) -> Words| {
            let commands = self.objects.iter().map(objects).collect();
            self.state(Variant::Right(way), what, commands)
        };
        vec![
            state(Way::AsHash, "every object as a hash", &|object| object.store(Form::Hash)),
            state(Way::AsJson, "every object as JSON text", &|object| object.store(Form::Json)),
            state(Way::Spaced, "JSON text over several lines", &|object| {
                let text = serde_json::to_string_pretty(&object.fields).unwrap_or_default();
                set(&object.key, &format!(" {text}\n"))
            }),
            state(Way::Reordered, "JSON text with the fields in reverse", &|object| {
                let fields = object.fields.clone().into_iter().rev().collect();
                Object { key: object.key.clone(), fields }.store(Form::Json)
            }),
            state(Way::AsText, "JSON text with numbers as texts", &|object| {
                let fields = object.fields.clone().into_iter().map(|(field, value)| match value {
                    Value::Number(number) => (field, Value::String(number.to_string())),
                    Value::Null
                    | Value::Bool(_)
                    | Value::String(_)
                    | Value::Array(_)
                    | Value::Object(_) => (field, value),
                });
                Object { key: object.key.clone(), fields: fields.collect() }.store(Form::Json)
            }),
            state(Way::OtherKeys, "every object under another key", &|object| {
                let key = [b"other:", object.key.as_slice()].concat();
                Object { key, fields: object.fields.clone() }.store(Form::Json)
            }),
        ]
    }

    /// Mistakes about the whole.
    fn whole(&self, all: &mut Vec<Generated>) {
        let mut add = |kind, what: &str, commands| {
            all.push(self.state(Variant::Wrong(kind), what, commands));
        };
        let list: Vec<Value> =
            self.objects.iter().map(|object| Value::Object(object.fields.clone())).collect();
        let texts: Vec<Vec<u8>> =
            self.objects.iter().map(|object| object.json().into_bytes()).collect();
        let whole = Value::Array(list).to_string();
        add(Kind::Empty, "nothing stored", Vec::new());
        add(Kind::WholeFile, "the list of objects in one key", vec![set(b"all", &whole)]);
        let wrapped = format!("{{\"all\": {whole}}}");
        add(Kind::WholeFile, "the list in an object in one key", vec![set(b"all", &wrapped)]);
        if self.objects.len() > 1 {
            let mut words = words(&[b"HSET", b"all"]);
            for object in &self.objects {
                words.push(id_of(&object.fields, &self.by).into_bytes());
                words.push(object.json().into_bytes());
            }
            add(Kind::WholeFile, "the objects as fields of one hash", vec![words]);
        }
        for command in ["RPUSH", "SADD"] {
            let mut words = words(&[command.as_bytes(), b"all"]);
            words.extend(texts.iter().cloned());
            add(Kind::ListOfObjects, &format!("the objects in one key, by {command}"), vec![words]);
        }
        if self.db != 0 {
            let mut state = self.state(
                Variant::Wrong(Kind::Elsewhere),
                "all objects, in database 0",
                self.objects.iter().map(|object| object.store(Form::Json)).collect(),
            );
            if let Some(select) = state.commands.first_mut() {
                *select = words(&[b"SELECT", b"0"]);
            }
            all.push(state);
        }
    }

    /// The first object's value in the wrong dress.
    fn dressed(&self, all: &mut Vec<Generated>) {
        let first = &self.first;
        let (json, id) = (first.json(), id_of(&first.fields, &self.by));
        let mut add = |kind, what: &str, command: Words| {
            let what = format!("{id} {what}");
            all.push(self.instead(Variant::Wrong(kind), &what, Form::Json, vec![command]));
        };
        let wrapped = format!("{{\"object\": {json}}}");
        add(Kind::Nested, "wrapped in another object", set(&first.key, &wrapped));
        add(
            Kind::Nested,
            "as JSON in a field of a hash",
            words(&[b"HSET", &first.key, b"object", json.as_bytes()]),
        );
        let python = python(&Value::Object(first.fields.clone()));
        add(Kind::PythonRepr, "as Python prints it", set(&first.key, &python));
        let twice = Value::String(json.clone()).to_string();
        add(Kind::DoubleEncoded, "as JSON in a JSON text", set(&first.key, &twice));
        add(Kind::NotAnObject, "as its id alone", set(&first.key, &id));
        let cut = json.get(..json.len().saturating_sub(1)).unwrap_or_default();
        add(Kind::NotAnObject, "as JSON without its end", set(&first.key, cut));
    }

    /// Mistakes in a field of the first object.
    fn fields(&self, form: Form, all: &mut Vec<Generated>) {
        let first = &self.first;
        let id = id_of(&first.fields, &self.by);
        let dress = form.name();
        let mut add = |kind, what: String, fields: Map<String, Value>| {
            let object = Object { key: first.key.clone(), fields };
            let what = format!("{what} ({dress})");
            all.push(self.instead(Variant::Wrong(kind), &what, form, vec![object.store(form)]));
        };
        for (field, value) in first.fields.iter().filter(|(field, _)| **field != self.by) {
            let mut fields = first.fields.clone();
            fields.shift_remove(field);
            add(Kind::MissingField, format!("`{field}` of {id} left out"), fields.clone());
            fields.insert(format!("{field}_"), value.clone());
            add(Kind::MissingField, format!("`{field}` of {id} renamed"), fields);
            let mut fields = first.fields.clone();
            fields.insert(field.clone(), changed(value));
            add(Kind::ValueDiffers, format!("`{field}` of {id} changed"), fields);
        }
        let mut fields = first.fields.clone();
        fields.insert("extra".to_owned(), Value::String("x".to_owned()));
        add(Kind::ExtraField, format!("a field too many in {id}"), fields);
        let mut fields = first.fields.clone();
        if fields.len() > 1 {
            fields.shift_remove(&self.by);
            add(Kind::MissingField, format!("`{}` of {id} left out", self.by), fields);
        }
    }

    /// Objects too many or too few.
    fn others(&self, form: Form, all: &mut Vec<Generated>) {
        let id = id_of(&self.first.fields, &self.by);
        let dress = form.name();
        let stored = || self.objects.iter().map(|object| object.store(form));
        let mut add = |kind, what: String, commands: Vec<Words>| {
            all.push(self.state(Variant::Wrong(kind), &format!("{what} ({dress})"), commands));
        };
        let copy = Object { key: b"copy".to_vec(), fields: self.first.fields.clone() };
        add(
            Kind::Duplicate,
            format!("{id} stored twice"),
            stored().chain([copy.store(form)]).collect(),
        );
        let mut fields = self.first.fields.clone();
        if let Some(value) = fields.get_mut(&self.by) {
            *value = self.stray_id(value);
        }
        let stray = Object { key: b"stray".to_vec(), fields };
        add(
            Kind::ExtraObject,
            "an object too many".to_owned(),
            stored().chain([stray.store(form)]).collect(),
        );
        // With a single object, none is left: that is `empty`, which is generated already.
        if self.objects.len() > 1 {
            add(Kind::MissingObject, format!("{id} not stored"), stored().skip(1).collect());
        }
        if form == Form::Json {
            let note = set(b"note", "hello");
            add(
                Kind::NotAnObject,
                "a text beside the objects".to_owned(),
                stored().chain([note]).collect(),
            );
        }
    }

    /// An id that no object has.
    fn stray_id(&self, like: &Value) -> Value {
        let ids: Vec<String> =
            self.objects.iter().map(|object| id_of(&object.fields, &self.by)).collect();
        let mut id = changed(like);
        while ids.contains(&plain(&id)) {
            id = changed(&id);
        }
        id
    }

    fn state(&self, variant: Variant, what: &str, commands: Vec<Words>) -> Generated {
        let select = words(&[b"SELECT", self.db.to_string().as_bytes()]);
        let commands = std::iter::once(select).chain(commands).collect();
        Generated { variant, what: what.to_owned(), commands }
    }

    /// The state with other commands in place of the first object's.
    fn instead(&self, variant: Variant, what: &str, form: Form, first: Vec<Words>) -> Generated {
        let rest = self.objects.iter().skip(1).map(|object| object.store(form));
        self.state(variant, what, first.into_iter().chain(rest).collect())
    }
}

impl Form {
    fn name(self) -> &'static str {
        match self {
            Form::Hash => "hash",
            Form::Json => "JSON text",
        }
    }
}

impl Object {
    fn json(&self) -> String {
        Value::Object(self.fields.clone()).to_string()
    }

    fn store(&self, form: Form) -> Words {
        match form {
            Form::Json => set(&self.key, &self.json()),
            Form::Hash => {
                let mut words = words(&[b"HSET", &self.key]);
                for (field, value) in &self.fields {
                    words.push(field.clone().into_bytes());
                    words.push(plain(value).into_bytes());
                }
                words
            }
        }
    }
}

fn words(words: &[&[u8]]) -> Words {
    words.iter().map(|word| word.to_vec()).collect()
}

fn set(key: &[u8], value: &str) -> Words {
    words(&[b"SET", key, value.as_bytes()])
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}

fn id_of(fields: &Map<String, Value>, by: &str) -> String {
    fields.get(by).map(plain).unwrap_or_default()
}

/// Another value of the same type.
fn changed(value: &Value) -> Value {
    match value {
        Value::Null => Value::Bool(true),
        Value::Bool(flag) => Value::Bool(!flag),
        Value::Number(number) => match number.as_i64().and_then(|n| n.checked_add(1)) {
            Some(next) => Value::Number(next.into()),
            None => Value::Number(0.into()),
        },
        Value::String(text) => Value::String(format!("{text}x")),
        Value::Array(items) => {
            Value::Array(items.iter().cloned().chain([Value::Bool(true)]).collect())
        }
        Value::Object(fields) => {
            let more = ("x".to_owned(), Value::Bool(true));
            Value::Object(fields.clone().into_iter().chain([more]).collect())
        }
    }
}

/// What Python's `str` prints.
fn python(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => python_text(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(python).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(fields) => {
            let pair = |(field, value): (&String, &Value)| {
                format!("{}: {}", python_text(field), python(value))
            };
            let fields: Vec<String> = fields.iter().map(pair).collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

fn python_text(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n");
    format!("'{text}'")
}

#[cfg(test)]
mod tests {
    use super::{Generated, Variant, Words, generate};
    use crate::lesson::objects::{Expected, Kind, Stored, StoredKey, judge};

    /// What the commands leave in each database.
    fn run(commands: &[Words]) -> Vec<(u32, StoredKey)> {
        let mut db = 0;
        let mut keys = Vec::new();
        for words in commands {
            let rest = || words[2..].to_vec();
            let value = match words[0].as_slice() {
                b"SELECT" => {
                    db = String::from_utf8_lossy(&words[1]).parse().unwrap();
                    continue;
                }
                b"SET" => Stored::String(words[2].clone()),
                b"HSET" => Stored::Hash(
                    words[2..].chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect(),
                ),
                b"RPUSH" => Stored::List(rest()),
                b"SADD" => Stored::Set(rest()),
                other => panic!("{}", String::from_utf8_lossy(other)),
            };
            keys.push((db, StoredKey { key: words[1].clone(), value }));
        }
        keys
    }

    fn in_db(keys: &[(u32, StoredKey)], db: u32) -> Vec<StoredKey> {
        keys.iter().filter(|(at, _)| *at == db).map(|(_, key)| key.clone()).collect()
    }

    /// Every generated state is judged as what it was made to be.
    fn check(source: &str, by: &str, db: u32) -> Vec<Generated> {
        let list: Vec<serde_json::Value> = serde_json::from_str(source).unwrap();
        let expected = Expected::new(&list, by).unwrap();
        let states = generate(&expected, db, &[]);
        for state in &states {
            let keys = run(&state.commands);
            let zero = in_db(&keys, 0);
            let verdict = judge(&expected, db, &in_db(&keys, db), (db != 0).then_some(&zero));
            let found = verdict.map(|verdict| verdict.kind);
            let wanted = match state.variant {
                Variant::Right(_) => None,
                Variant::Wrong(kind) => Some(kind),
            };
            assert_eq!(found, wanted, "{}: {:?}", state.what, state.lines());
        }
        states
    }

    fn chains() -> String {
        let source = include_str!("../../lessons/data/4HHB_summary.json");
        let root: serde_json::Value = serde_json::from_str(source).unwrap();
        root["chains"].to_string()
    }

    #[test]
    fn every_state_is_judged_as_what_it_was_made_to_be() {
        let states = check(&chains(), "chain_id", 1);
        for (name, kind) in Kind::ALL {
            assert!(states.iter().any(|state| state.variant == Variant::Wrong(kind)), "{name}");
        }
        assert_eq!(states.iter().filter(|state| state.variant.is_right()).count(), 6);
    }

    #[test]
    fn other_sources_work_too() {
        check(&chains(), "chain_id", 0);
        check(
            r#"[{"id": 1, "tags": ["a", "b"], "ok": true, "none": null, "name": "it's \"q\""}]"#,
            "id",
            0,
        );
        check(r#"[{"id": 1, "n": 1.5}, {"id": 2, "n": 12345678901234567890123}]"#, "id", 3);
    }

    #[test]
    fn keys_are_the_solutions_own() {
        let list: Vec<serde_json::Value> = serde_json::from_str(&chains()).unwrap();
        let expected = Expected::new(&list, "chain_id").unwrap();
        let stored = |id: &str| StoredKey {
            key: format!("chain:{id}").into_bytes(),
            value: Stored::Hash(vec![
                (b"chain_id".to_vec(), id.as_bytes().to_vec()),
                (b"total_residues".to_vec(), b"1".to_vec()),
            ]),
        };
        let states = generate(&expected, 1, &[stored("B"), stored("A")]);
        assert_eq!(
            states[0].lines(),
            [
                "SELECT 1",
                "HSET chain:A chain_id A total_residues 198 standard_residues 141 hetero_residue_count 57",
                "HSET chain:B chain_id B total_residues 205 standard_residues 146 hetero_residue_count 59",
                "HSET C chain_id C total_residues 201 standard_residues 141 hetero_residue_count 60",
                "HSET D chain_id D total_residues 197 standard_residues 146 hetero_residue_count 51",
            ]
        );
        let whole = states.iter().find(|state| state.variant.name() == "python-repr").unwrap();
        assert_eq!(
            whole.lines()[1],
            r#"SET chain:A "{'chain_id': 'A', 'total_residues': 198, 'standard_residues': 141, 'hetero_residue_count': 57}""#
        );
        assert_eq!(
            states[1].lines()[1],
            r#"SET chain:A '{"chain_id":"A","total_residues":198,"standard_residues":141,"hetero_residue_count":57}'"#
        );
    }
}

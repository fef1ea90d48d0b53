//! The states themselves: each right way, and each mistake made by hand of the first object.

use serde_json::{Map, Value};

use super::object::{Form, Object, changed, id_of, plain, python, set, words};
use super::{Generated, Variant, Way, Words};
use crate::lesson::objects::Kind;

/// What states are made of.
pub struct Maker {
    /// The lesson's database.
    pub db: u32,
    /// The field that tells objects apart.
    pub by: String,
    /// All objects, in the order of the source.
    pub objects: Vec<Object>,
    /// The first of them, which bears the mistakes.
    pub first: Object,
}

impl Maker {
    /// All states, the right ones first.
    pub fn all(&self) -> Vec<Generated> {
        let mut all = self.right();
        self.whole(&mut all);
        self.dressed(&mut all);
        for form in [Form::Hash, Form::Json] {
            self.fields(form, &mut all);
            self.others(form, &mut all);
        }
        all
    }

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

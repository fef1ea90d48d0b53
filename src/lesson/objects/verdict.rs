//! One named mistake, and what a learner is told about it unless the author says it better.

use super::StoredKey;
use super::judge::Expected;
use super::kind::Kind;
use super::read::Form;
use crate::lesson::check::Placeholder;
use crate::lesson::text::{code, literal, printable};

/// A mistake, with all that a message may want to say about it. Texts are as they are stored: they
/// are made harmless when a message is filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Which of the fourteen.
    pub kind: Kind,
    /// The database that was looked at.
    pub db: u32,
    /// The key it is about; empty if it is about none.
    pub key: Vec<u8>,
    /// The type of that key's value.
    pub stored_as: &'static str,
    /// All keys it is about.
    pub keys: Vec<Vec<u8>>,
    /// The object it is about.
    pub id: String,
    /// The field it is about.
    pub field: String,
    /// What was found.
    pub got: String,
    /// What the source has there. Only a message that an author wrote shows it.
    pub want: String,
    /// The fields an object should have.
    pub fields: Vec<String>,
    /// What chooses between the built-in sentences.
    pub(super) detail: Detail,
    /// The key belongs to no object of the source, and all of those are right.
    pub(super) is_beside: bool,
}

/// More about a mistake than its kind says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Detail {
    /// How a value came to be no object.
    Form(Form),
    /// A field that is there and has nearly the missing one's name.
    Near(String),
    /// Nothing is here, but in this database something is.
    StoredIn(u32),
    /// It is the id that differs, so the object cannot be called by it.
    WrongId,
}

impl Verdict {
    pub(super) fn new(kind: Kind, expected: &Expected, db: u32) -> Self {
        Verdict {
            kind,
            db,
            key: Vec::new(),
            stored_as: "none",
            keys: Vec::new(),
            id: String::new(),
            field: String::new(),
            got: String::new(),
            want: String::new(),
            fields: expected.fields().cloned().collect(),
            detail: Detail::default(),
            is_beside: false,
        }
    }

    pub(super) fn of(kind: Kind, expected: &Expected, db: u32, stored: &StoredKey) -> Self {
        let mut verdict = Verdict::new(kind, expected, db);
        verdict.key.clone_from(&stored.key);
        verdict.keys = vec![stored.key.clone()];
        verdict.stored_as = stored.value.type_name();
        verdict
    }

    /// Remembers, of an empty database, that another one is not.
    pub fn stored_in(&mut self, db: u32) {
        if self.kind == Kind::Empty {
            self.detail = Detail::StoredIn(db);
        }
    }

    /// Whether it is that the database is empty, and no other is known to hold something.
    pub fn is_empty_everywhere(&self) -> bool {
        self.kind == Kind::Empty && !matches!(self.detail, Detail::StoredIn(_))
    }

    /// What stands for a placeholder, harmless to a terminal.
    pub fn fill(&self, placeholder: Placeholder) -> String {
        match placeholder {
            Placeholder::Got => printable(self.got.as_bytes()),
            Placeholder::Want => printable(self.want.as_bytes()),
            Placeholder::Key => printable(&self.key),
            Placeholder::Field => printable(self.field.as_bytes()),
            Placeholder::Id => printable(self.id.as_bytes()),
            Placeholder::Type => self.stored_as.to_owned(),
            Placeholder::Db => self.db.to_string(),
            Placeholder::Fields => printable(self.fields.join(", ").as_bytes()),
            Placeholder::Keys => key_list(&self.keys),
        }
    }

    /// The built-in message, as Markdown. It never says what the source has.
    pub fn message(&self) -> String {
        let key = code(&printable(&self.key));
        let field = coded(&self.field);
        let id = literal(&printable(self.id.as_bytes()));
        let got = coded(&self.got);
        let db = self.db;
        if self.is_beside {
            let quoted = coded(&crate::syntax::join(&[b"DEL".to_vec(), self.key.clone()]));
            let what = self.what_is_beside();
            return format!(
                "Every object is right, and beside them is {key}, which {what}. {quoted} removes it."
            );
        }
        let object = if id.is_empty() {
            format!("The object under {key}")
        } else {
            format!("Object {id} (key {key})")
        };
        match self.kind {
            Kind::Elsewhere => format!(
                "Every object is right, but they are in db 0 and not in db {db}. \
                 `SELECT {db}`, then store them there."
            ),
            Kind::Empty => match self.detail {
                Detail::StoredIn(other) => format!(
                    "db {db} is empty, but db {other} is not. `SELECT {db}` chooses the database; \
                     do it before you store."
                ),
                Detail::Form(_) | Detail::Near(_) | Detail::WrongId => {
                    format!("db {db} is empty: nothing is stored yet.")
                }
            },
            Kind::WholeFile => match &self.detail {
                Detail::Form(Form::InHash) => format!(
                    "{key} is one hash with the objects as its fields. \
                     Store each object under a key of its own."
                ),
                Detail::Form(_) | Detail::Near(_) | Detail::StoredIn(_) | Detail::WrongId => {
                    format!(
                        "{key} holds all the objects in one value. \
                     Store each object under a key of its own."
                    )
                }
            },
            Kind::Nested => match &self.detail {
                Detail::Form(Form::InList) => format!(
                    "{key} holds a list with the object in it. \
                     Store the object itself, without `[` and `]`."
                ),
                Detail::Form(Form::InField(wrapper)) => format!(
                    "{key} holds the object wrapped in a field {}. \
                     Store the object itself, its fields at the top.",
                    coded(wrapper)
                ),
                Detail::Form(_) | Detail::Near(_) | Detail::StoredIn(_) | Detail::WrongId => {
                    format!(
                        "{key} holds the object wrapped in something else. Store the object itself."
                    )
                }
            },
            Kind::ListOfObjects => format!(
                "{key} is a {} with objects in it, so none has a key of its own. \
                 Store each object under its own key, as a hash or as JSON text.",
                type_in_words(self.stored_as)
            ),
            Kind::PythonRepr if !self.field.is_empty() => format!(
                "{object}: {field} is {got}, as Python prints it. Store the value itself; \
                 for a list or a dict store `json.dumps(value)`."
            ),
            Kind::PythonRepr => format!(
                "{key} holds what Python prints for a dict, which is not JSON. \
                 Store `json.dumps(d)` instead of `str(d)`; at the prompt, write double quotes."
            ),
            Kind::DoubleEncoded if self.field.is_empty() => format!(
                "{key} holds JSON within a JSON text: it was encoded twice. \
                 Encode it once."
            ),
            Kind::DoubleEncoded => format!(
                "{object}: the value of {field} has quotes of its own, so it was encoded twice. \
                 Store it without them."
            ),
            Kind::NotAnObject => self.not_an_object(&key, &got),
            Kind::MissingField => match &self.detail {
                Detail::Near(near) => format!(
                    "{object} has no field {field}. It has {}: is that the one?",
                    coded(near)
                ),
                Detail::Form(_) | Detail::StoredIn(_) | Detail::WrongId => {
                    format!("{object} has no field {field}.")
                }
            },
            Kind::ExtraField => {
                format!("{object} has a field {field} that the source does not have.")
            }
            Kind::ValueDiffers => {
                let object = match self.detail {
                    Detail::WrongId => format!("The object under {key}"),
                    Detail::Form(_) | Detail::Near(_) | Detail::StoredIn(_) => object,
                };
                format!("{object}: {field} is {got}, which is not what the source says.")
            }
            Kind::Duplicate => {
                format!("Object {id} is stored more than once: {}. Keep one.", key_list(&self.keys))
            }
            Kind::ExtraObject => {
                format!("{key} holds an object {} that the source does not have.", coded(&self.id))
            }
            Kind::MissingObject => format!("Object {id} is not stored yet."),
        }
    }

    /// Of a key that belongs to no object, in words that follow "which".
    fn what_is_beside(&self) -> String {
        match self.kind {
            Kind::WholeFile => "holds all of them in one value".to_owned(),
            Kind::Nested => "holds one of them wrapped in something else".to_owned(),
            Kind::ListOfObjects => {
                format!("is a {} with objects in it", type_in_words(self.stored_as))
            }
            Kind::PythonRepr => "holds what Python prints for a dict".to_owned(),
            Kind::DoubleEncoded => "holds JSON within a JSON text".to_owned(),
            Kind::ExtraObject => {
                format!("holds an object {} that the source does not have", coded(&self.id))
            }
            Kind::MissingField => {
                format!("has no field {}", coded(&self.field))
            }
            Kind::NotAnObject
            | Kind::Elsewhere
            | Kind::Empty
            | Kind::ExtraField
            | Kind::ValueDiffers
            | Kind::Duplicate
            | Kind::MissingObject => match self.stored_as {
                "string" => "holds no object".to_owned(),
                "hash" => "has none of the fields of an object".to_owned(),
                other => format!("is a {} and no object", type_in_words(other)),
            },
        }
    }

    fn not_an_object(&self, key: &str, got: &str) -> String {
        let Detail::Form(form) = &self.detail else {
            return format!("{key} holds no object.");
        };
        match form {
            Form::BrokenJson(why) => {
                format!(
                    "{key} looks like JSON but is not: {}.",
                    literal(&printable(why.as_bytes()))
                )
            }
            Form::OtherFields(names) if names.is_empty() => {
                format!("{key} holds an object without fields.")
            }
            Form::OtherFields(names) => format!(
                "{key} has fields, but none that an object of the source has: it has {}.",
                literal(&printable(names.as_bytes()))
            ),
            Form::Unnamed => format!(
                "{key} holds values without names. An object needs field names: \
                 store a hash, or JSON text in `{{…}}`."
            ),
            Form::Scalar if self.got.is_empty() => {
                format!("{key} holds an empty text, not an object.")
            }
            Form::Scalar => format!(
                "{key} holds {got}, which is no object: it has no fields. \
                 Store all fields of an object together, as a hash or as JSON text."
            ),
            Form::Plain | Form::InHash | Form::InList | Form::InField(_) => {
                format!("{key} is a {}, not an object.", type_in_words(self.stored_as))
            }
        }
    }
}

/// A text that was stored, as Markdown code.
fn coded(text: &str) -> String {
    code(&printable(text.as_bytes()))
}

fn type_in_words(name: &str) -> &str {
    match name {
        "zset" => "sorted set",
        name => name,
    }
}

/// Keys as Markdown code, not more than a line can hold.
pub fn key_list(keys: &[Vec<u8>]) -> String {
    const SHOWN: usize = 8;
    let mut shown: Vec<String> = keys.iter().take(SHOWN).map(|key| code(&printable(key))).collect();
    if keys.len() > SHOWN {
        shown.push(format!("and {} more", keys.len() - SHOWN));
    }
    shown.join(", ")
}

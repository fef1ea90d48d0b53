//! The fourteen mistakes the object view can name.

/// A mistake, from those about the whole to those about a detail: the order in which they are
/// looked for and told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// All is right, but in database 0.
    Elsewhere,
    /// Nothing is stored.
    Empty,
    /// One key holds the whole file, or the whole list.
    WholeFile,
    /// An object is wrapped in another one, or in a hash field.
    Nested,
    /// Objects are elements of a list or a set.
    ListOfObjects,
    /// A value is what Python's `str(d)` prints, not JSON.
    PythonRepr,
    /// A value is JSON within a JSON string.
    DoubleEncoded,
    /// A value is no object at all.
    NotAnObject,
    /// An object lacks a field.
    MissingField,
    /// An object has a field too many.
    ExtraField,
    /// A field has another value.
    ValueDiffers,
    /// An object is stored under two keys.
    Duplicate,
    /// An object is stored that the source does not have.
    ExtraObject,
    /// An object of the source is not stored.
    MissingObject,
}

impl Kind {
    /// All of them, with the names that `else KIND:` and `expect=LABEL/KIND` use.
    pub const ALL: [(&'static str, Kind); 14] = [
        ("elsewhere", Kind::Elsewhere),
        ("empty", Kind::Empty),
        ("whole-file", Kind::WholeFile),
        ("nested", Kind::Nested),
        ("list-of-objects", Kind::ListOfObjects),
        ("python-repr", Kind::PythonRepr),
        ("double-encoded", Kind::DoubleEncoded),
        ("not-an-object", Kind::NotAnObject),
        ("missing-field", Kind::MissingField),
        ("extra-field", Kind::ExtraField),
        ("value-differs", Kind::ValueDiffers),
        ("duplicate", Kind::Duplicate),
        ("extra-object", Kind::ExtraObject),
        ("missing-object", Kind::MissingObject),
    ];

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Kind> {
        Kind::ALL.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Kind::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// All names, for suggestions.
    pub fn names() -> Vec<&'static str> {
        Kind::ALL.iter().map(|(name, _)| *name).collect()
    }
}

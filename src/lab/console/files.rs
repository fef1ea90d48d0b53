//! Files by name, as `ls`, `cat` and `wget` show them: those of the lesson and the learner's own.
//!
//! Nothing is fetched from a network: `wget` of an address whose last part is a file of the lesson
//! brings that one.

use std::collections::BTreeMap;

use super::{Ran, Shown};
use crate::escape::{LineEnds, sanitize};
use crate::syntax::Word;

/// Files by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    files: BTreeMap<String, Vec<u8>>,
    /// The names that are listed; all if none is named.
    listed: Vec<String>,
}

impl Files {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, or replaces one.
    pub fn insert(&mut self, name: &str, bytes: &[u8]) {
        self.files.insert(name.to_owned(), bytes.to_vec());
    }

    /// What a file holds. A path's folders do not matter.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.files.get(base(name)).map(Vec::as_slice)
    }

    /// Lists only these names from now on; the others are still there for who knows them.
    pub fn list_only(&mut self, names: &[String]) {
        self.listed = names.to_vec();
    }

    /// Adds a file of the learner's own, which is always listed.
    pub(super) fn insert_own(&mut self, name: &str, bytes: &[u8]) {
        self.insert(name, bytes);
        if !self.listed.is_empty() && !self.listed.iter().any(|listed| listed == name) {
            self.listed.push(name.to_owned());
        }
    }

    /// The names that are listed, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let is_listed = |name: &&String| self.listed.is_empty() || self.listed.contains(name);
        self.files.keys().filter(is_listed).map(String::as_str)
    }

    /// `ls`
    pub(super) fn list(&self, args: &[Word]) -> Ran {
        let mut ran = Ran::default();
        let wanted: Vec<String> = names(args).collect();
        if wanted.is_empty() || wanted.iter().all(|name| name == "." || name == "./") {
            if self.names().next().is_some() {
                let names: Vec<&str> = self.names().collect();
                ran.shown.push(Shown::Text(format!("{}\n", names.join("\n"))));
            }
            return ran;
        }
        for name in wanted {
            ran.shown.push(match self.get(&name) {
                Some(_) => Shown::Text(format!("{name}\n")),
                None => Shown::Problem(format!(
                    "ls: cannot access '{name}': No such file or directory\n"
                )),
            });
        }
        ran
    }

    /// `cat`
    pub(super) fn cat(&self, args: &[Word]) -> Ran {
        let mut ran = Ran::default();
        for name in names(args) {
            ran.append(self.show(&name));
        }
        if ran.shown.is_empty() {
            ran.shown.push(Shown::Notice("cat needs a file's name; ls lists the files".into()));
        }
        ran
    }

    /// What one file holds.
    pub(super) fn show(&self, name: &str) -> Ran {
        let Some(bytes) = self.get(name) else {
            let text = format!("cat: {name}: No such file or directory\n");
            let mut ran = Ran { shown: vec![Shown::Problem(text)], ..Ran::default() };
            ran.shown.extend(self.suggestion());
            return ran;
        };
        let mut text = String::from_utf8_lossy(&sanitize(bytes, LineEnds::Keep)).into_owned();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        Ran { shown: vec![Shown::Text(text)], ..Ran::default() }
    }

    /// `wget URL`
    pub(super) fn wget(&self, args: &[Word]) -> Ran {
        let urls: Vec<String> = names(args).collect();
        let [url] = urls.as_slice() else {
            return Ran::notice("wget needs one address");
        };
        let name = base(url);
        if let Some(bytes) = self.get(name) {
            return Ran::notice(format!(
                "{name} is here: {} bytes, from this lesson's own files; nothing was downloaded",
                bytes.len()
            ));
        }
        let text = format!("wget: kvtutor works offline, and this lesson has no file {name:?}\n");
        let mut ran = Ran { shown: vec![Shown::Problem(text)], ..Ran::default() };
        ran.shown.extend(self.suggestion());
        ran
    }

    pub(super) fn suggestion(&self) -> Option<Shown> {
        let names: Vec<&str> = self.names().collect();
        (!names.is_empty()).then(|| Shown::Notice(format!("there is: {}", names.join(", "))))
    }
}

/// The arguments that are no options.
fn names(args: &[Word]) -> impl Iterator<Item = String> {
    args.iter()
        .map(|word| String::from_utf8_lossy(&word.bytes).into_owned())
        .filter(|word| !word.starts_with('-'))
}

/// The last part of a path or address.
pub(super) fn base(path: &str) -> &str {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    path.rsplit('/').next().unwrap_or(path)
}

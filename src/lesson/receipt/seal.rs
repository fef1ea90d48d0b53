//! The receipt: a journal with its learner's name on it, sealed.

use serde::{Deserialize, Serialize};

use super::chain::{Entry, broken_at, digest, first};

/// The shape that this version writes.
const FORMAT: u32 = 1;

/// A journal with a name on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    format: u32,
    /// The name that the learner gave.
    pub name: String,
    /// When it was made, in seconds since 1970.
    pub made: i64,
    /// Which kvtutor made it.
    pub kvtutor: String,
    /// What happened, the oldest first.
    pub entries: Vec<Entry>,
    /// Made of the last link, the name and the time.
    pub seal: String,
}

/// What is said of a file that holds something else, or a part of a receipt.
fn not_one(error: &serde_json::Error) -> &'static str {
    if error.is_eof() {
        "ends too early, so it was not copied whole: ask for it once more"
    } else {
        "is no receipt of kvtutor: `kvtutor report --receipt FILE` makes one"
    }
}

/// Why a file is no receipt, or not one as it was made.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// It is something else.
    #[error("{}", not_one(.0))]
    Other(serde_json::Error),
    /// It is of a later version.
    #[error("was made by a newer kvtutor (format {0}); read it with that one")]
    Newer(u64),
    /// An entry was changed, added or taken out.
    #[error(
        "was changed: entry {number} (step {step} of {lesson}) does not follow from the one before"
    )]
    Entry {
        /// Which, from 1.
        number: usize,
        /// Its lesson.
        lesson: String,
        /// Its step.
        step: String,
    },
    /// The end, the name or the time was changed.
    #[error("was changed: its seal does not fit its name, its time and its last entry")]
    Seal,
}

impl Receipt {
    /// Seals a journal.
    pub fn new(name: &str, made: i64, entries: Vec<Entry>) -> Self {
        let mut receipt = Self {
            format: FORMAT,
            name: name.to_owned(),
            made,
            kvtutor: env!("CARGO_PKG_VERSION").to_owned(),
            entries,
            seal: String::new(),
        };
        receipt.seal = receipt.seal_that_fits();
        receipt
    }

    /// Reads a receipt; one that was changed is refused.
    pub fn read(bytes: &[u8]) -> Result<Self, ReceiptError> {
        let value: serde_json::Value =
            serde_json::from_slice(bytes).map_err(ReceiptError::Other)?;
        let format = value.get("format").and_then(serde_json::Value::as_u64);
        if let Some(format) = format.filter(|format| *format > u64::from(FORMAT)) {
            return Err(ReceiptError::Newer(format));
        }
        let receipt: Self = serde_json::from_value(value).map_err(ReceiptError::Other)?;
        if let Some(place) = broken_at(&receipt.entries) {
            let entry = receipt.entries.get(place);
            return Err(ReceiptError::Entry {
                number: place + 1,
                lesson: entry.map(|entry| entry.lesson.clone()).unwrap_or_default(),
                step: entry.map(|entry| entry.step.clone()).unwrap_or_default(),
            });
        }
        if receipt.seal != receipt.seal_that_fits() {
            return Err(ReceiptError::Seal);
        }
        Ok(receipt)
    }

    /// The file, ending with a line end.
    pub fn to_bytes(&self) -> Vec<u8> {
        // A receipt is strings and numbers: it has a text.
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    fn seal_that_fits(&self) -> String {
        let last = self.entries.last().map_or_else(first, |entry| entry.link.clone());
        digest(&[&last, &self.name, &self.made.to_string(), &self.kvtutor])
    }
}

#[cfg(test)]
mod tests {
    use super::super::chain::Event;
    use super::*;

    fn receipt() -> Receipt {
        let mut entries = Vec::new();
        let mut before = first();
        for (step, event) in [("one", Event::Began), ("one", Event::Passed), ("two", Event::Began)]
        {
            let mut entry = Entry {
                at: 5,
                lesson: "l".to_owned(),
                version: "v".to_owned(),
                step: step.to_owned(),
                event,
                seconds: 7,
                link: String::new(),
            };
            entry.link = entry.link_behind(&before);
            before.clone_from(&entry.link);
            entries.push(entry);
        }
        Receipt::new("Ada", 9, entries)
    }

    #[test]
    fn a_receipt_reads_as_it_was_made() {
        let receipt = receipt();
        assert_eq!(Receipt::read(&receipt.to_bytes()).unwrap(), receipt);
    }

    #[test]
    fn every_change_shows() {
        let text = String::from_utf8(receipt().to_bytes()).unwrap();
        let entry = |number, step: &str| {
            format!(
                "was changed: entry {number} (step {step} of l) does not follow from the one before"
            )
        };
        let seal = "was changed: its seal does not fit its name, its time and its last entry";
        for (from, to, told) in [
            ("\"Ada\"", "\"Eve\"", seal.to_owned()),
            ("\"made\": 9", "\"made\": 10", seal.to_owned()),
            ("\"passed\"", "\"began\"", entry(2, "one")),
            ("\"seconds\": 7", "\"seconds\": 6", entry(1, "one")),
            ("\"step\": \"two\"", "\"step\": \"tow\"", entry(3, "tow")),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text);
            assert_eq!(Receipt::read(changed.as_bytes()).unwrap_err().to_string(), told);
        }
        let mut shorter = receipt();
        shorter.entries.remove(1);
        assert_eq!(Receipt::read(&shorter.to_bytes()).unwrap_err().to_string(), entry(2, "two"));
        shorter = receipt();
        shorter.entries.pop();
        assert_eq!(Receipt::read(&shorter.to_bytes()).unwrap_err().to_string(), seal);
    }

    #[test]
    fn what_is_no_receipt_is_said() {
        assert_eq!(
            Receipt::read(b"{}").unwrap_err().to_string(),
            "is no receipt of kvtutor: `kvtutor report --receipt FILE` makes one"
        );
        assert_eq!(
            Receipt::read(b"{\"format\": 2}").unwrap_err().to_string(),
            "was made by a newer kvtutor (format 2); read it with that one"
        );
    }
}

//! "Did you mean …": the nearest of the words that would have been right. Knows words only.

/// Longer words, in bytes, are no slips of a short one.
const LONGEST: usize = 100;

/// The candidate that `word` most likely stands for, if one is near enough to be worth naming.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Nobody meant a short word by a megabyte, and the distance takes its time.
    if word.len() > LONGEST {
        return None;
    }
    let word = word.to_lowercase();
    // Of a single letter nothing is left if it is another one.
    let allowed = match word.chars().count() {
        0 | 1 => 0,
        letters => (letters / 3).max(1),
    };
    candidates
        .into_iter()
        .map(|candidate| {
            let lower = candidate.to_lowercase();
            let starts = (word.len() >= 3 && lower.starts_with(&word))
                || (lower.len() >= 3 && word.starts_with(&lower));
            let distance = strsim::damerau_levenshtein(&word, &lower);
            (if starts { distance.min(1) } else { distance }, distance, candidate)
        })
        .filter(|(near, ..)| *near <= allowed)
        .min_by_key(|(near, distance, _)| (*near, *distance))
        .map(|(.., candidate)| candidate)
}

/// A help sentence: the nearest candidate, or all that are possible if none is near.
pub fn did_you_mean(word: &str, candidates: &[&str]) -> String {
    match nearest(word, candidates.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("possible here: {}", list(candidates)),
    }
}

/// Words in backticks, with commas between them.
pub fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_finds_its_word_and_a_stranger_finds_none() {
        let words = ["redis", "setup", "check", "solution"];
        assert_eq!(nearest("chekc", words), Some("check"));
        assert_eq!(nearest("Redis", words), Some("redis"));
        assert_eq!(nearest("solutions", words), Some("solution"));
        assert_eq!(nearest("hgetal", ["hget", "hgetall"]), Some("hgetall"));
        assert_eq!(nearest("banana", words), None);
        assert_eq!(nearest("banana", ["b"]), None);
        assert_eq!(nearest("a", ["b", "A"]), Some("A"));
        assert_eq!(nearest("di", ["id"]), Some("id"));
        assert_eq!(nearest("", words), None);
    }
}

//! Makes a script that shows a difference as short as it goes: what is left is worth reading.

use super::generate::Words;

/// Takes commands away, then words, as long as `fails` still says so.
pub fn shrink(script: Vec<Words>, mut fails: impl FnMut(&[Words]) -> bool) -> Vec<Words> {
    let mut script = fewer(script, 0, |script| fails(script));
    for number in 0..script.len() {
        let words = script[number].clone();
        script[number] = fewer(words, 1, |words| {
            let mut shorter = script.clone();
            shorter[number] = words.to_vec();
            fails(&shorter)
        });
    }
    script
}

/// Leaves out of `items`, from place `first` on, what `fails` does not need: halves, then quarters,
/// down to single ones, until nothing more can go.
fn fewer<T: Clone>(mut items: Vec<T>, first: usize, mut fails: impl FnMut(&[T]) -> bool) -> Vec<T> {
    let mut size = items.len().div_ceil(2);
    while size > 0 {
        let mut start = first;
        let mut shorter = false;
        while start < items.len() {
            let mut left = items.clone();
            left.drain(start..(start + size).min(items.len()));
            if fails(&left) {
                items = left;
                shorter = true;
            } else {
                start += size;
            }
        }
        if !shorter || size > 1 {
            size /= 2;
        }
    }
    items
}

#[test]
fn what_does_not_matter_is_taken_away() {
    let words =
        |line: &str| line.split(' ').map(|word| word.as_bytes().to_vec()).collect::<Words>();
    let script: Vec<Words> =
        (0..40).map(|n| words(&format!("SET k{n} v EX 5"))).chain([words("GET k7 x")]).collect();
    let fails = |script: &[Words]| {
        script.iter().any(|words| words.contains(&b"k7".to_vec()) && words[0] == b"SET")
            && script.iter().any(|words| words[0] == b"GET")
    };
    assert_eq!(shrink(script, fails), [words("SET k7"), words("GET")]);
}

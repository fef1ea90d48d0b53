//! What of a command nobody else may see: passwords, in what `MONITOR` and `SLOWLOG` show.

const REDACTED: &[u8] = b"(redacted)";

/// The words of a command, with the secret ones blacked out.
pub(in crate::engine) fn redacted<'a>(words: &[&'a [u8]]) -> Vec<&'a [u8]> {
    let mut shown = words.to_vec();
    let is = |place: usize, name: &str| {
        words.get(place).is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()))
    };
    let secret: Vec<usize> = if is(0, "AUTH") {
        (1..words.len()).collect()
    } else if is(0, "HELLO") {
        let auth = (2..words.len()).find(|place| is(*place, "AUTH"));
        auth.into_iter().flat_map(|place| [place + 1, place + 2]).collect()
    } else if is(0, "CONFIG") && is(1, "SET") {
        let names = ["requirepass", "masterauth", "masteruser"];
        let pairs = (2..words.len()).step_by(2);
        pairs.filter(|at| names.iter().any(|name| is(*at, name))).map(|at| at + 1).collect()
    } else {
        Vec::new()
    };
    for place in secret {
        if let Some(word) = shown.get_mut(place) {
            *word = REDACTED;
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_blacked_out() {
        for (line, shown) in [
            ("AUTH me secret", "AUTH (redacted) (redacted)"),
            ("hello 3 auth me secret SETNAME x", "hello 3 auth (redacted) (redacted) SETNAME x"),
            ("HELLO 3 SETNAME x AUTH me", "HELLO 3 SETNAME x AUTH (redacted)"),
            ("CONFIG SET hz 10 requirepass s", "CONFIG SET hz 10 requirepass (redacted)"),
            ("SET requirepass s", "SET requirepass s"),
        ] {
            let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            assert_eq!(redacted(&words).join(&b' '), shown.as_bytes());
        }
    }
}

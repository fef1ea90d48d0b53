//! Redis's glob patterns: `*`, `?`, `[a-c]`, `[^a]` and a backslash, over bytes.

/// Whether all of `text` fits `pattern`.
///
/// Takes time in proportion to the product of both lengths at worst, never more, whatever the
/// pattern: only the last `*` is ever tried again. As in Redis, no pattern but `*` itself and the
/// empty one fits the empty text.
pub fn matches(pattern: &[u8], text: &[u8]) -> bool {
    if text.is_empty() {
        return matches!(pattern, b"" | b"*");
    }
    let (mut p, mut t) = (pattern, text);
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        if let [b'*', rest @ ..] = p {
            retry = Some((rest, t));
            p = rest;
            continue;
        }
        let Some((&byte, text_rest)) = t.split_first() else {
            return p.iter().all(|&byte| byte == b'*');
        };
        if let Some(rest) = step(p, byte) {
            p = rest;
            t = text_rest;
            continue;
        }
        // Let the last star take one byte more.
        match retry {
            Some((after, [_, shorter @ ..])) => {
                p = after;
                t = shorter;
                retry = Some((after, shorter));
            }
            Some((_, [])) | None => return false,
        }
    }
}

/// Matches one byte with the front of the pattern and gives what is left of the pattern.
fn step(pattern: &[u8], byte: u8) -> Option<&[u8]> {
    match pattern {
        [] => None,
        [b'?', rest @ ..] => Some(rest),
        [b'[', class @ ..] => {
            let (inside, rest) = class_holds(class, byte);
            inside.then_some(rest)
        }
        [b'\\', literal, rest @ ..] | [literal, rest @ ..] => (*literal == byte).then_some(rest),
    }
}

/// Whether a class (behind its `[`) holds `byte`, and what follows its `]`.
fn class_holds(class: &[u8], byte: u8) -> (bool, &[u8]) {
    let (negated, mut rest) = match class {
        [b'^', rest @ ..] => (true, rest),
        _ => (false, class),
    };
    let mut holds = false;
    loop {
        match rest {
            // A class that is never closed ends with the pattern.
            [] => return (holds != negated, rest),
            [b']', after @ ..] => return (holds != negated, after),
            [b'\\', literal, after @ ..] => {
                holds |= *literal == byte;
                rest = after;
            }
            [first, b'-', last, after @ ..] => {
                // Redis compares C's signed characters: 0x80 to 0xff come before 0.
                let (first, last) = (first.cast_signed(), last.cast_signed());
                holds |= (first.min(last)..=first.max(last)).contains(&byte.cast_signed());
                rest = after;
            }
            [literal, after @ ..] => {
                holds |= *literal == byte;
                rest = after;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_as_a_real_server_matches_them() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("**", "", false),
            ("a**", "a", true),
            ("*", "anything", true),
            ("h?llo", "hello", true),
            ("h?llo", "hllo", false),
            ("h*llo", "heeeello", true),
            ("h[ae]llo", "hallo", true),
            ("h[ae]llo", "hillo", false),
            ("h[^e]llo", "hello", false),
            ("h[a-b]llo", "hbllo", true),
            ("h[b-a]llo", "hallo", true),
            ("h\\*llo", "h*llo", true),
            ("h\\*llo", "hello", false),
            ("a*b*c", "axxbyybzc", true),
            ("a*b*c", "axxbyybz", false),
            ("[abc", "a", true),
            ("", "", true),
            ("", "a", false),
            ("a", "A", false),
        ] {
            assert_eq!(matches(pattern.as_bytes(), text.as_bytes()), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_pattern_of_stars_does_not_explode() {
        let pattern = "a*".repeat(50) + "b";
        assert!(!matches(pattern.as_bytes(), "a".repeat(2000).as_bytes()));
    }
}

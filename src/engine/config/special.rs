//! Parameters whose values have a syntax of their own: save points, buffer limits, events ….

use super::kind::{Refusal, Value, chosen, one_of, owned, text};
use super::memory::parse_memory;
use crate::engine::{parse_f64, parse_i64};

/// Some of `choices`, told in their own order; the first stands for none of the others.
pub(super) fn any_of(choices: &'static [&'static str], words: &[&[u8]]) -> Result<Value, Refusal> {
    let mut said = Vec::new();
    for word in words {
        said.push(chosen(choices, word).ok_or_else(|| one_of(choices))?);
    }
    let Some((none, others)) = choices.split_first().filter(|_| !said.is_empty()) else {
        return Err(one_of(choices));
    };
    if said.contains(&"save") && said.contains(&"nosave") {
        return Err("shutdown options SAVE and NOSAVE can't be used simultaneously".into());
    }
    let kept: Vec<&str> = others.iter().copied().filter(|other| said.contains(other)).collect();
    Ok(if kept.is_empty() { text(none) } else { owned(kept.join(" ")) })
}

/// Pairs of seconds and changes; no words for no save points.
pub(super) fn save(words: &[&[u8]]) -> Result<Value, Refusal> {
    let invalid = || Refusal::from("Invalid save parameters");
    // A lone empty word is how a configuration line says that there are none.
    let words = if words == [b"".as_slice()] { &[] } else { words };
    let mut numbers = Vec::new();
    for pair in words.chunks(2) {
        let [seconds, changes] = pair else { return Err(invalid()) };
        let (seconds, changes) = (lenient(seconds), lenient(changes));
        let seconds = seconds.filter(|seconds| *seconds >= 1).ok_or_else(invalid)?;
        let changes = changes.filter(|changes| *changes >= 0).ok_or_else(invalid)?;
        numbers.extend([seconds.to_string(), changes.to_string()]);
    }
    Ok(owned(numbers.join(" ")))
}

/// Groups of class, hard limit, soft limit and seconds; other classes keep what `old` says.
pub(super) fn buffer_limits(words: &[&[u8]], old: &[u8]) -> Result<Value, Refusal> {
    if !words.len().is_multiple_of(4) {
        return Err("Wrong number of arguments in buffer limit configuration.".into());
    }
    let old = String::from_utf8_lossy(old);
    let mut fields: Vec<String> = old.split(' ').map(str::to_owned).collect();
    for group in words.chunks(4) {
        let [class, hard, soft, seconds] = group else { continue };
        let start = match class.to_ascii_lowercase().as_slice() {
            b"normal" => 0,
            b"slave" | b"replica" => 4,
            b"pubsub" => 8,
            _ => {
                return Err("Invalid client class specified in buffer limit configuration.".into());
            }
        };
        let seconds = lenient(seconds).filter(|seconds| *seconds >= 0);
        let (Some(hard), Some(soft), Some(seconds)) =
            (parse_memory(hard), parse_memory(soft), seconds)
        else {
            return Err(
                "Error in hard, soft or soft_seconds setting in buffer limit configuration.".into(),
            );
        };
        let values = [hard.to_string(), soft.to_string(), seconds.to_string()];
        for (field, value) in fields.iter_mut().skip(start + 1).zip(values) {
            *field = value;
        }
    }
    Ok(owned(fields.join(" ")))
}

/// Letters of event classes, told in Redis's order; `A` stands for the first ten.
pub(super) fn events(word: &[u8]) -> Result<Value, Refusal> {
    const ALL: &[u8] = b"g$lshzxetd";
    const ORDER: &[u8] = b"g$lshzxetdnKEm";
    if !word.iter().all(|letter| *letter == b'A' || ORDER.contains(letter)) {
        return Err("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.".into());
    }
    let said = |letter: &u8| word.contains(letter) || word.contains(&b'A') && ALL.contains(letter);
    let all = ALL.iter().all(said);
    let mut letters = Vec::new();
    if all {
        letters.push(b'A');
    }
    // Behind an A, Redis tells neither the classes it stands for nor `n`.
    let hidden = |letter: &u8| all && (ALL.contains(letter) || *letter == b'n');
    letters.extend(ORDER.iter().filter(|letter| said(letter) && !hidden(letter)));
    Ok(Value::Owned(letters))
}

/// Three numbers.
pub(super) fn oom_scores(words: &[&[u8]]) -> Result<Value, Refusal> {
    if words.len() != 3 {
        return Err("wrong number of arguments".into());
    }
    let mut numbers = Vec::new();
    for word in words {
        let number = lenient(word).filter(|number| (-2000..=2000).contains(number));
        numbers.push(
            number
                .map(|number| number.to_string())
                .ok_or("Invalid oom-score-adj-values, elements must be between -2000 and 2000.")?,
        );
    }
    Ok(owned(numbers.join(" ")))
}

/// Percentages; no words for none.
pub(super) fn percentiles(words: &[&[u8]]) -> Result<Value, Refusal> {
    let words = if words == [b"".as_slice()] { &[] } else { words };
    let mut numbers = Vec::new();
    for word in words {
        let number =
            parse_f64(word).ok_or("Invalid latency-tracking-info-percentiles parameters")?;
        if !(0.0..=100.0).contains(&number) {
            return Err(
                "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]"
                    .into(),
            );
        }
        numbers.push(number.to_string());
    }
    Ok(owned(numbers.join(" ")))
}

/// A number of bytes, or a part of the memory such as `5%`.
pub(super) fn memory_or_percent(word: &[u8]) -> Result<Value, Refusal> {
    let neither = || Refusal::from("argument must be a memory or percent value");
    let too_much = || Refusal::from("percentage argument must be less or equal to 100");
    let Some(digits) = word.strip_suffix(b"%") else {
        let bytes = parse_memory(word).ok_or_else(neither)?;
        // Redis keeps percentages as negative numbers and takes what overflows for one.
        return i64::try_from(bytes).map(owned).map_err(|_| too_much());
    };
    let percent = parse_i64(digits).filter(|percent| *percent >= 0).ok_or_else(neither)?;
    if percent > 100 {
        return Err(too_much());
    }
    Ok(owned(format_args!("{percent}%")))
}

/// Octal digits up to 777.
pub(super) fn permissions(word: &[u8]) -> Result<Value, Refusal> {
    let digits = std::str::from_utf8(word).ok();
    let number = digits.and_then(|digits| i64::from_str_radix(digits, 8).ok());
    match number {
        None => Err("argument couldn't be parsed as an octal number".into()),
        Some(number @ 0..=0o777) => Ok(owned(format_args!("{number:o}"))),
        Some(_) => Err("argument must be between 0 and 777 inclusive".into()),
    }
}

/// A name without folders.
pub(super) fn file_name(word: &[u8], may_be_empty: bool) -> Result<Value, Refusal> {
    if word.contains(&b'/') {
        return Err("can't be a path, just a filename".into());
    }
    if word.is_empty() && !may_be_empty {
        return Err("can't be empty".into());
    }
    Ok(Value::Owned(word.to_vec()))
}

/// The name of a machine.
pub(super) fn host_name(word: &[u8]) -> Result<Value, Refusal> {
    if word.len() >= 256 {
        return Err("Hostnames must be less than 256 characters".into());
    }
    if !word.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')) {
        return Err("Hostnames may only contain alphanumeric characters, hyphens or dots".into());
    }
    Ok(Value::Owned(word.to_vec()))
}

/// A template whose variables are known and that comes to something even where `{title}` is empty.
pub(super) fn title(word: &[u8]) -> Result<Value, Refusal> {
    let invalid = || Refusal::from("template format is invalid or contains unknown variables");
    let template = std::str::from_utf8(word).map_err(|_| invalid())?;
    let mut comes_to_something = false;
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (variable, after) = after.split_once('}').ok_or_else(invalid)?;
        comes_to_something |= !before.is_empty();
        comes_to_something |= match variable {
            "listen-addr" | "server-mode" | "port" | "tls-port" => true,
            "title" | "unixsocket" | "config-file" => false,
            _ => return Err(invalid()),
        };
        rest = after;
    }
    if comes_to_something || !rest.is_empty() {
        return Ok(Value::Owned(word.to_vec()));
    }
    Err(invalid())
}

/// An integer as C reads it: a plus sign and leading zeros are fine, and nothing at all is 0.
fn lenient(word: &[u8]) -> Option<i64> {
    if word.is_empty() { Some(0) } else { std::str::from_utf8(word).ok()?.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(value: Result<Value, Refusal>) -> String {
        match value {
            Ok(value) => String::from_utf8(value.into_owned()).unwrap(),
            Err(refusal) => format!("! {refusal}"),
        }
    }

    fn words(text: &str) -> Vec<&[u8]> {
        if text.is_empty() { vec![] } else { text.split(' ').map(str::as_bytes).collect() }
    }

    #[test]
    fn save_points_are_pairs() {
        for (text, value) in [
            ("900 1 300 10", "900 1 300 10"),
            ("300 10 900 1", "300 10 900 1"),
            ("+5 01", "5 1"),
            ("", ""),
            ("60 0", "60 0"),
            ("900", "! Invalid save parameters"),
            ("900 1  300 10", "! Invalid save parameters"),
            ("0 1", "! Invalid save parameters"),
            ("60 -1", "! Invalid save parameters"),
            ("a b", "! Invalid save parameters"),
        ] {
            assert_eq!(told(save(&words(text))), value, "{text:?}");
        }
    }

    #[test]
    fn events_are_told_in_one_order() {
        for (text, value) in [
            ("KEA", "AKE"),
            ("Ex", "xE"),
            ("lshzxetdmKEgn$", "AKEm"),
            ("gnm", "gnm"),
            ("", ""),
            ("q", "! Invalid event class character. Use 'Ag$lshzxeKEtmdn'."),
        ] {
            assert_eq!(told(events(text.as_bytes())), value, "{text:?}");
        }
    }

    #[test]
    fn buffer_limits_change_only_the_classes_named() {
        let old = b"normal 0 0 0 slave 2 2 2 pubsub 3 3 3";
        for (text, value) in [
            ("pubsub 1mb 2kb 3", "normal 0 0 0 slave 2 2 2 pubsub 1048576 2048 3"),
            ("NORMAL 4 4 4 replica 5 5 5", "normal 4 4 4 slave 5 5 5 pubsub 3 3 3"),
            ("", "normal 0 0 0 slave 2 2 2 pubsub 3 3 3"),
            ("master 1 1 1", "! Invalid client class specified in buffer limit configuration."),
            ("normal 1 1", "! Wrong number of arguments in buffer limit configuration."),
        ] {
            assert_eq!(told(buffer_limits(&words(text), old)), value, "{text:?}");
        }
    }

    #[test]
    fn shutdown_words_are_told_in_their_order() {
        const CHOICES: &[&str] = &["default", "save", "nosave", "now", "force"];
        for (text, value) in [
            ("NOW force nosave", "nosave now force"),
            ("default", "default"),
            ("default save", "save"),
            ("nosave save", "! shutdown options SAVE and NOSAVE can't be used simultaneously"),
        ] {
            assert_eq!(told(any_of(CHOICES, &words(text))), value, "{text:?}");
        }
    }

    #[test]
    fn a_title_needs_known_variables() {
        assert_eq!(told(title(b"x {title}")), "x {title}");
        for text in ["{title}", "{bogus}", "", "x {title"] {
            let refusal = "! template format is invalid or contains unknown variables";
            assert_eq!(told(title(text.as_bytes())), refusal, "{text:?}");
        }
    }
}

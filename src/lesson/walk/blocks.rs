//! Cuts Markdown into what one key press reveals: a paragraph, with the list or table that it leads
//! up to. Knows nothing of lessons.

/// The blocks of a text without fences, in order; none is empty.
pub(super) fn blocks(text: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    let mut current = String::new();
    for line in text.lines() {
        if line.trim().is_empty() {
            finish(&mut blocks, &mut current);
        } else {
            if !current.is_empty() {
                current.push('\n');
            }
            current.push_str(line);
        }
    }
    finish(&mut blocks, &mut current);
    blocks
}

/// Ends a block. One that goes on with what stands before it, such as a list behind the sentence
/// that announces it, is shown together with that.
fn finish(blocks: &mut Vec<String>, current: &mut String) {
    if current.is_empty() {
        return;
    }
    let block = std::mem::take(current);
    match blocks.last_mut() {
        Some(last) if goes_on(&block) => {
            last.push_str("\n\n");
            last.push_str(&block);
        }
        Some(_) | None => blocks.push(block),
    }
}

fn goes_on(block: &str) -> bool {
    let first = block.lines().next().unwrap_or_default();
    let body = first.trim_start();
    let numbered = body
        .split_once(['.', ')'])
        .is_some_and(|(number, rest)| is_number(number) && rest.starts_with(' '));
    first.starts_with(' ') || body.starts_with("- ") || body.starts_with('|') || numbered
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_shown_with_the_sentence_that_announces_it() {
        let text = "One\ntwo.\n\nThree things:\n\n- a\n- b\n\n  more of b\n\n3. c\n\nLast.\n";
        assert_eq!(
            blocks(text),
            ["One\ntwo.", "Three things:\n\n- a\n- b\n\n  more of b\n\n3. c", "Last."]
        );
        assert_eq!(blocks("\n\n"), Vec::<String>::new());
    }
}

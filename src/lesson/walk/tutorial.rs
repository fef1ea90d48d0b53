//! Tutorials as `RedisInsight` reads them, taken as lessons that can only be presented: Markdown with no
//! front matter, whose `redis` blocks hold commands without replies.
//!
//! Everything that Markdown can hold is taken somehow, so reading never fails: a heading of the two
//! highest levels begins a step, a `redis` block becomes lines that are typed, other blocks are shown.
//! What a terminal cannot show becomes words: tags go, pictures leave their description.

#![expect(clippy::wildcard_enum_match_arm, reason = "the Markdown parser's enums, not ours")]

use std::ops::Range;
use std::path::Path;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::lesson::format::{
    Content, Exchange, Front, Lesson, Line, Listing, Part, Step, Transcript, slug,
};
use crate::lesson::problem::Span;
use crate::syntax;

/// Whether a Markdown file is a tutorial and no lesson: it has no front matter, and commands that do
/// not stand behind a lesson's `> `.
pub fn is_tutorial(text: &str) -> bool {
    let first = text.trim_start_matches('\u{feff}').lines().find(|line| !line.trim().is_empty());
    let mut in_block = false;
    let mut of_a_tutorial = false;
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => in_block = is_redis(&info),
            Event::End(TagEnd::CodeBlock) => in_block = false,
            Event::Text(line) if in_block && line.starts_with("> ") => return false,
            Event::Text(_) if in_block => of_a_tutorial = true,
            _ => {}
        }
    }
    first.is_some_and(|line| line.trim_end() != "---") && of_a_tutorial
}

/// The lesson that presents a tutorial.
pub fn lesson(path: &str, text: &str) -> Lesson {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let stem = Path::new(path).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let stem = stem.unwrap_or_default();
    let id = slug(&stem);
    let id = if id.is_empty() { "tutorial".to_owned() } else { id };
    let mut reader = Reader { text: &text, title: None, intro: Vec::new(), steps: Vec::new() };
    reader.read();
    let Reader { title, intro, steps, .. } = reader;
    let title = title.unwrap_or(stem);
    let front = Front { id, title, format: 1, ..Front::default() };
    Lesson { path: path.to_owned(), source: text, front, intro, steps }
}

/// `redis`, and `redis:[run_confirmation=true]` with whatever stands in the brackets.
fn is_redis(info: &str) -> bool {
    info.strip_prefix("redis").is_some_and(|rest| {
        rest.is_empty() || rest.starts_with(char::is_whitespace) || rest.starts_with(":[")
    })
}

/// What stands behind the options: the words on the button there.
fn caption(info: &str) -> &str {
    let rest = info.strip_prefix("redis").unwrap_or(info);
    match rest.strip_prefix(":[").and_then(|rest| rest.split_once(']')) {
        Some((_, caption)) => caption.trim(),
        None => rest.trim(),
    }
}

struct Reader<'a> {
    text: &'a str,
    title: Option<String>,
    intro: Vec<Part>,
    steps: Vec<Step>,
}

impl Reader<'_> {
    fn read(&mut self) {
        let text = self.text;
        let mut from = 0;
        let mut depth = 0_usize;
        let mut code: Option<(String, String)> = None;
        let mut heading = String::new();
        for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                    depth += 1;
                    // One in a list or quote is taken out of it: only there it could be run.
                    if depth == 1 || is_redis(&info) {
                        code = Some((info.into_string(), String::new()));
                    }
                }
                Event::End(TagEnd::CodeBlock) => {
                    depth = depth.saturating_sub(1);
                    if let Some((info, body)) = code.take() {
                        self.words(from..range.start);
                        from = range.end;
                        self.block(&info, &body);
                    }
                }
                Event::Start(Tag::Heading { .. }) => {
                    depth += 1;
                    heading.clear();
                }
                Event::End(TagEnd::Heading(level)) => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 && level <= HeadingLevel::H2 {
                        self.words(from..range.start);
                        from = range.end;
                        self.heading(level, heading.trim());
                    }
                }
                Event::Start(_) => depth += 1,
                Event::End(_) => depth = depth.saturating_sub(1),
                Event::Text(words) | Event::Code(words) => match &mut code {
                    Some((_, body)) => body.push_str(&words),
                    None => heading.push_str(&words),
                },
                _ => {}
            }
        }
        self.words(from..text.len());
    }

    /// The first heading of all names the tutorial, every other one begins a step.
    fn heading(&mut self, level: HeadingLevel, title: &str) {
        let is_first = self.title.is_none() && self.steps.is_empty();
        if is_first && level == HeadingLevel::H1 {
            self.title = Some(title.to_owned());
            return;
        }
        let wanted = slug(title);
        let wanted = if wanted.is_empty() { "part".to_owned() } else { wanted };
        let is_free = |id: &String| self.steps.iter().all(|step| step.id != *id);
        let others = (2_usize..).map(|number| format!("{wanted}-{number}"));
        let id = std::iter::once(wanted.clone()).chain(others).find(is_free).unwrap_or_default();
        let (title, span) = (title.to_owned(), Span::default());
        self.steps.push(Step { id, title, points: 0, parts: Vec::new(), span });
    }

    fn words(&mut self, range: Range<usize>) {
        let words = plain(self.text.get(range).unwrap_or_default());
        if !words.trim().is_empty() {
            self.push(Content::Text(words.trim().to_owned()));
        }
    }

    fn block(&mut self, info: &str, body: &str) {
        if !is_redis(info) {
            let language = info.split_whitespace().next().unwrap_or_default().to_owned();
            self.push(Content::Listing(Listing { language, text: body.trim_end().to_owned() }));
            return;
        }
        if !caption(info).is_empty() {
            self.push(Content::Text(format!("**{}**", caption(info))));
        }
        for line in commands(body) {
            match line {
                Typed::Remark(words) => self.push(Content::Text(words)),
                Typed::Command(text) => {
                    let command = Line { text, span: Span::default() };
                    let (reply, reply_span) = (Vec::new(), Span::default());
                    let exchange = Exchange { command, unordered: false, reply, reply_span };
                    let transcript = Transcript { db: None, exchanges: vec![exchange] };
                    self.push(Content::Redis(transcript));
                }
            }
        }
    }

    fn push(&mut self, content: Content) {
        let parts = self.steps.last_mut().map_or(&mut self.intro, |step| &mut step.parts);
        parts.push(Part { content, span: Span::default() });
    }
}

/// A line of a `redis` block.
#[derive(Debug, PartialEq, Eq)]
enum Typed {
    Command(String),
    Remark(String),
}

/// The commands of a block. One goes on where a line is indented or a quote is still open; what was
/// written over several lines is typed in one.
fn commands(body: &str) -> Vec<Typed> {
    let mut found: Vec<Typed> = Vec::new();
    let mut open = false;
    for line in body.lines() {
        let words = line.trim();
        let goes_on = open || line.starts_with([' ', '\t']);
        match found.last_mut() {
            _ if words.is_empty() => {}
            Some(Typed::Command(text)) if goes_on => {
                text.push(' ');
                text.push_str(words);
            }
            _ => match words.strip_prefix("//").or_else(|| words.strip_prefix('#')) {
                Some(remark) => found.push(Typed::Remark(remark.trim().to_owned())),
                None => found.push(Typed::Command(words.to_owned())),
            },
        }
        open = match found.last() {
            Some(Typed::Command(text)) => is_open(text),
            Some(Typed::Remark(_)) | None => false,
        };
    }
    found.retain(|typed| *typed != Typed::Remark(String::new()));
    found
}

fn is_open(text: &str) -> bool {
    syntax::parse(text.as_bytes()).is_err_and(|error| error.open().is_some())
}

/// Markdown without what a terminal cannot show.
fn plain(markdown: &str) -> String {
    let mut out = String::new();
    let mut from = 0;
    for (event, range) in Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter() {
        if range.start < from {
            continue;
        }
        let words = match event {
            Event::Html(html) | Event::InlineHtml(html) => without_tags(&html),
            Event::Start(Tag::Image { dest_url, .. }) => {
                picture(markdown.get(range.clone()).unwrap_or_default(), &dest_url)
            }
            _ => continue,
        };
        out.push_str(markdown.get(from..range.start).unwrap_or_default());
        out.push_str(&words);
        from = range.end;
    }
    out.push_str(markdown.get(from..).unwrap_or_default());
    out
}

/// `![description](address)` in words.
fn picture(markdown: &str, address: &str) -> String {
    let described = markdown.strip_prefix("![").and_then(|rest| rest.split_once(']'));
    let described = described.map_or("", |(words, _)| words.trim());
    let file = address.rsplit('/').next().unwrap_or_default();
    format!("[picture: {}]", if described.is_empty() { file } else { described })
}

/// The words between tags. A line break and the end of a block leave a line end, a picture its
/// description.
fn without_tags(html: &str) -> String {
    const BREAKS: [&str; 5] = ["br", "/p", "/div", "/summary", "/li"];
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let Some((tag, after)) = after.split_once('>') else {
            out.push('<');
            rest = after;
            continue;
        };
        let name = tag.split([' ', '\n', '\t']).next().unwrap_or_default();
        let name = name.trim_end_matches('/').to_lowercase();
        if BREAKS.contains(&name.as_str()) {
            out.push('\n');
        } else if name == "img" {
            let alt = tag.split_once("alt=\"").and_then(|(_, rest)| rest.split_once('"'));
            let words = alt.map_or("no description", |(alt, _)| alt);
            out.extend(["[picture: ", words, "]"]);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(body: &str) -> Vec<String> {
        let show = |typed: Typed| match typed {
            Typed::Command(text) => format!("> {text}"),
            Typed::Remark(text) => format!("# {text}"),
        };
        commands(body).into_iter().map(show).collect()
    }

    #[test]
    fn a_command_may_take_several_lines() {
        let body =
            "// make it\n\nHSET a\n    f 1\n    g 2\nJSON.SET b $ '{\"x\": 1,\n\"y\": 2}'\nGET a\n";
        assert_eq!(
            typed(body),
            ["# make it", "> HSET a f 1 g 2", "> JSON.SET b $ '{\"x\": 1, \"y\": 2}'", "> GET a"]
        );
    }

    #[test]
    fn info_strings_of_redis_blocks() {
        for (info, shown) in [
            ("redis", ""),
            ("redis Make it", "Make it"),
            ("redis:[run_confirmation=true]", ""),
            ("redis:[run_confirmation=true;results=single] Make it", "Make it"),
        ] {
            assert!(is_redis(info), "{info}");
            assert_eq!(caption(info), shown, "{info}");
        }
        assert!(!is_redis("redis-upload:[file.csv] Load") && !is_redis("rediss"));
    }

    #[test]
    fn what_a_terminal_cannot_show_becomes_words() {
        assert_eq!(
            plain("A <b>bold</b> word<br/>next ![A chart](/img/x.png) and ![](x/y.png)\n"),
            "A bold word\nnext [picture: A chart] and [picture: y.png]\n"
        );
        assert_eq!(
            plain("<details>\n<summary>More</summary>\n\n**x** < 3\n</details>\n<img src=\"a\" alt=\"B\">\n")
                .trim(),
            "More\n\n\n**x** < 3\n\n[picture: B]"
        );
        assert_eq!(without_tags("a < b"), "a < b");
    }

    #[test]
    fn only_files_without_front_matter_and_with_commands_are_tutorials() {
        assert!(is_tutorial("# T\n\n```redis:[run_confirmation=true] Go\nGET a\n```\n"));
        assert!(!is_tutorial("# T\n\n```sql\nSELECT 1\n```\n"));
        assert!(!is_tutorial("## No front matter\n\n```redis\n> GET a\n```\n"));
        assert!(!is_tutorial("---\nid: a\n---\n```redis\n> GET a\n```\n"));
        assert!(!is_tutorial(""));
    }
}

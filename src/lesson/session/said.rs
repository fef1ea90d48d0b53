//! What a session says, as data and as text for a screen.

use crate::lab::console::Shown;
use crate::screen::{Look, Tone, markdown, marked, remark, wrap};

/// A piece of what a session says, in order.
#[derive(Debug, Clone)]
pub enum Said {
    /// What a line printed; the face prints it as it does without a lesson.
    Shown(Shown),
    /// A lesson begins: title, and how long it takes.
    Lesson {
        /// Its title.
        title: String,
        /// Minutes.
        minutes: u32,
    },
    /// A step begins.
    Step {
        /// Its number, from 1.
        number: usize,
        /// How many there are.
        of: usize,
        /// Its title.
        title: String,
    },
    /// Markdown of the lesson.
    Text(String),
    /// A question of the step, and how to answer it.
    Ask {
        /// How to answer.
        usage: String,
        /// The question.
        label: String,
    },
    /// A quiz with its choices.
    Quiz {
        /// The question, as Markdown.
        question: String,
        /// The choices.
        choices: Vec<String>,
        /// More than one of them is right.
        several: bool,
    },
    /// Something became true.
    Became(String),
    /// Something was true and is not any more.
    Broke {
        /// The assertion.
        label: String,
        /// What is told of it, if it is the first of them: what is told of a later one takes for
        /// granted that the ones before it hold.
        message: Option<String>,
    },
    /// The first thing that is not right, in full.
    NotYet(String),
    /// Another thing that is to be done.
    Also(String),
    /// A hint.
    Hint {
        /// Its number, from 1.
        number: usize,
        /// How many there are.
        of: usize,
        /// Markdown.
        text: String,
    },
    /// A step was passed.
    Passed {
        /// Its number, from 1.
        number: usize,
        /// How many there are.
        of: usize,
        /// Its title.
        title: String,
        /// By doing it, not by `:solution` or `:skip`.
        own: bool,
    },
    /// The lesson is over.
    Over {
        /// Its title.
        title: String,
        /// The id of the lesson that comes next.
        next: Option<String>,
    },
    /// A remark.
    Note(String),
    /// What a line that is no command was meant for. An error of it needs no explanation.
    Meant(String),
}

impl Said {
    /// The piece as text that ends with a line end; `None` for what the face prints itself.
    pub fn render(&self, look: Look) -> Option<String> {
        let columns = look.columns();
        let hang = |mark: &str, tone: Tone, text: &str| marked(mark, tone, text, look);
        Some(match self {
            Said::Shown(_) => return None,
            Said::Lesson { title, minutes } => {
                let head = wrap(title, columns, "", "");
                let rule = look.rule();
                let rule = if rule.is_empty() { rule } else { format!("{rule}\n") };
                let plural = if *minutes == 1 { "" } else { "s" };
                format!(
                    "\n{}\n{}\n{rule}\n",
                    look.paint(Tone::Title, &head),
                    look.paint(Tone::Dim, &format!("about {minutes} minute{plural}"))
                )
            }
            Said::Step { number, of, title } => {
                let head = wrap(&format!("Step {number} of {of}: {title}"), columns, "", "");
                format!("{}\n\n", look.paint(Tone::Title, &head))
            }
            Said::Text(text) => format!("{}\n\n", markdown::render(text, look)),
            Said::Ask { usage, label } => {
                let text = hang(look.bullet(), Tone::Accent, label);
                format!("{text}  {}\n", look.paint(Tone::Code, usage))
            }
            Said::Quiz { question, choices, several } => {
                let mut text = format!("{}\n\n", markdown::render(question, look));
                for (place, choice) in choices.iter().enumerate() {
                    text.push_str(&hang(&format!("{}.", place + 1), Tone::Accent, choice));
                }
                text.push('\n');
                let usage = if *several {
                    "type `answer` and the numbers of your choices, as in `answer 1,2`"
                } else {
                    "type `answer` and the number of your choice"
                };
                text.push_str(&look.paint(Tone::Dim, &wrap(usage, columns, "", "")));
                text.push('\n');
                text
            }
            Said::Became(label) => hang(look.done(), Tone::Good, label),
            Said::Broke { label, message } => {
                let why = message.as_ref().map_or(String::new(), |why| format!(": {why}"));
                hang(look.wrong(), Tone::Bad, &format!("{label} is not right any more{why}"))
            }
            Said::NotYet(message) => hang(look.wrong(), Tone::Bad, message),
            Said::Also(message) => hang(look.open(), Tone::Dim, message),
            Said::Hint { number, of, text } => {
                let head = format!("Hint {number} of {of}");
                format!("{}\n{}\n", look.paint(Tone::Accent, &head), markdown::render(text, look))
            }
            Said::Passed { number, of, title, own } => {
                let how = if *own { "" } else { ", with the solution applied" };
                let line = format!("step {number} of {of}, {title}{how}");
                format!("{}\n", hang(look.done(), Tone::Good, &line))
            }
            Said::Over { title, next } => {
                let mut text = hang(look.done(), Tone::Good, &format!("lesson over: {title}"));
                let line = match next {
                    Some(id) => {
                        format!("`next` goes on with {id}; `:recap` sums this lesson up.")
                    }
                    None => "That was the last lesson. `:recap` sums it up.".to_owned(),
                };
                text.push_str(&markdown::render(&line, look));
                text.push('\n');
                text
            }
            Said::Note(text) | Said::Meant(text) => remark(text, look),
        })
    }
}

//! A lesson as a presenter shows it: slides, and the pieces that a key reveals one by one.

use super::blocks::blocks;
use crate::lesson::format::{Answer, Content, Lesson, Part, Question, Quiz, Step};
use crate::lesson::text::fenced;

/// A lesson cut into slides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deck {
    /// The lesson's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The introduction, then a slide for each step.
    pub slides: Vec<Slide>,
}

/// The introduction, or one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slide {
    /// The step's id; empty for the introduction.
    pub id: String,
    /// What stands above it.
    pub title: String,
    /// What is revealed, in order.
    pub pieces: Vec<Piece>,
    /// What the class does not see, as Markdown.
    pub notes: Vec<String>,
    /// The hints of its task, mildest first.
    pub hints: Vec<String>,
}

/// What one key press reveals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Markdown.
    Text(String),
    /// A line that is typed and run.
    Line(Typing),
    /// A question with its choices.
    Quiz(Quiz),
    /// The right choice, and what is to be said to each.
    Answer(Quiz),
    /// The step's checks are judged and told.
    Check,
}

/// A line that is typed and run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typing {
    /// What is typed.
    pub text: String,
    /// The database that it belongs into, if it is a shown transcript of another one.
    pub db: Option<u32>,
}

impl Deck {
    /// Cuts a lesson into slides.
    pub fn of(lesson: &Lesson) -> Self {
        let front = &lesson.front;
        let mut intro = Slide {
            id: String::new(),
            title: front.title.clone(),
            pieces: Vec::new(),
            notes: Vec::new(),
            hints: Vec::new(),
        };
        fill(&mut intro, &lesson.intro);
        if !front.objectives.is_empty() {
            let lines: Vec<String> =
                front.objectives.iter().map(|objective| format!("- {objective}")).collect();
            intro.pieces.push(Piece::Text(format!("You will learn to\n\n{}", lines.join("\n"))));
        }
        let steps = lesson.steps.iter().map(slide);
        Self {
            id: front.id.clone(),
            title: front.title.clone(),
            slides: std::iter::once(intro).chain(steps).collect(),
        }
    }

    /// The slide that a step's id or a number names; 0 is the introduction.
    pub fn find(&self, wanted: &str) -> Option<usize> {
        let wanted = wanted.trim().trim_start_matches('#');
        match wanted.parse() {
            Ok(number) => (number < self.slides.len()).then_some(number),
            Err(_) => {
                self.slides.iter().position(|slide| slide.id == wanted && !slide.id.is_empty())
            }
        }
    }
}

fn slide(step: &Step) -> Slide {
    let mut slide = Slide {
        id: step.id.clone(),
        title: step.title.clone(),
        pieces: Vec::new(),
        notes: Vec::new(),
        hints: step.hints().cloned().collect(),
    };
    fill(&mut slide, &step.parts);
    // What solves the task comes last, wherever the author wrote it: the class thinks first.
    if let Some(script) = step.solutions().next() {
        let typed = |text: &String| Piece::Line(Typing { text: text.clone(), db: None });
        slide.pieces.extend(script.lines.iter().map(|line| typed(&line.text)));
    }
    if step.is_task() {
        slide.pieces.push(Piece::Check);
    }
    slide
}

/// Adds what the class sees, and beside it what the presenter alone sees.
fn fill(slide: &mut Slide, parts: &[Part]) {
    for part in parts {
        match &part.content {
            Content::Text(text) => slide.pieces.extend(blocks(text).into_iter().map(Piece::Text)),
            Content::Listing(listing) => {
                slide.pieces.push(Piece::Text(fenced(&listing.text)));
            }
            Content::Redis(transcript) => {
                slide.pieces.extend(transcript.exchanges.iter().map(|exchange| {
                    let text = exchange.command.text.clone();
                    Piece::Line(Typing { text, db: transcript.db })
                }));
            }
            Content::Python(text) => slide.pieces.push(Piece::Text(fenced(text))),
            Content::Ask(questions) => {
                let lines: Vec<String> = questions.iter().map(question).collect();
                slide.pieces.push(Piece::Text(lines.join("\n")));
            }
            Content::Quiz(quiz) => {
                slide.pieces.push(Piece::Quiz(quiz.clone()));
                slide.pieces.push(Piece::Answer(quiz.clone()));
            }
            Content::Teacher(text) => slide.notes.push(text.clone()),
            Content::Setup(_)
            | Content::Check(_)
            | Content::Hint(_)
            | Content::Solution(_)
            | Content::Right(_)
            | Content::Wrong(_) => {}
        }
    }
}

fn question(question: &Question) -> String {
    match &question.answer {
        Answer::Choice(choices) => format!("- {} ({})", question.label, choices.join(" | ")),
        Answer::Text | Answer::Integer | Answer::Number => format!("- {}", question.label),
    }
}

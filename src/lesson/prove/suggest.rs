//! Mistakes that a lesson does not foresee yet, as `wrong` blocks that its author can keep.
//!
//! They are looked for in two places: the generated wrong states of [`super::generated`], and the
//! first solution with one of its lines left out. What a block expects is what it earns when it is
//! run as a `wrong` of its step, so a block proves as soon as it is pasted. Only a state that passes
//! is told otherwise: its block says what the check should have said.

use super::rig::Rig;
use crate::lab::console::ConsoleError;
use crate::lesson::check::eval::{Facts as _, first_failure};
use crate::lesson::check::{Check, Item, Wanted, wanted_objects};
use crate::lesson::format::{Line, Script, Step};
use crate::lesson::generate::{Generated, generate};
use crate::lesson::objects::Kind;
use crate::lesson::problem::Span;

/// A mistake to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The step it belongs to.
    pub step: String,
    /// What was done, in words.
    pub what: String,
    /// How many more generated states are mistakes of the same kind.
    pub alike: usize,
    /// The check lets it pass: the block proves once the check is mended.
    pub survives: bool,
    /// The block, fences included.
    pub block: String,
}

/// What a state earns: the label and the kind of what fails first; nothing if the step passes.
type Verdict = Option<(String, Option<&'static str>)>;

/// A mistake before it is a block.
struct Mistake {
    name: String,
    what: String,
    lines: Vec<String>,
    expect: (String, Option<&'static str>),
    survives: bool,
    alike: usize,
}

/// The mistakes that no `wrong` of the lesson makes, one of each kind.
pub(super) fn all(rig: &Rig<'_>) -> Result<Vec<Suggestion>, ConsoleError> {
    let mut all = Vec::new();
    for (place, step) in rig.steps().iter().enumerate() {
        let (Some(check), Some(solution)) = (step.check(), step.solutions().next()) else {
            continue;
        };
        let trial = Trial { rig, place, step, check, solution };
        let mut mistakes = trial.generated()?;
        mistakes.extend(trial.left_out(&mistakes)?);
        all.extend(trial.blocks(mistakes));
    }
    Ok(all)
}

/// A task whose mistakes are looked for.
struct Trial<'a> {
    rig: &'a Rig<'a>,
    place: usize,
    step: &'a Step,
    check: &'a Check,
    solution: &'a Script,
}

impl Trial<'_> {
    /// One generated wrong state of each kind, unless a `wrong` makes that mistake already. A state
    /// that passes is told beside one of its kind that does not.
    fn generated(&self) -> Result<Vec<Mistake>, ConsoleError> {
        let files = &self.rig.entry.files;
        let read = |name: &str| files.get(name).map(<[u8]>::to_vec);
        let mut found: Vec<Mistake> = Vec::new();
        for wanted in wanted_objects(self.check, self.rig.entry.lesson.front.db, &read) {
            let (mut stage, _) = self.rig.after(self.place, self.solution)?;
            let stored = stage
                .snapshot(wanted.db, wanted.on.as_deref(), wanted.expected.enough())
                .unwrap_or_default();
            for state in generate(&wanted.expected, wanted.db, &stored) {
                let kind = state.variant.name();
                let is_accepted = self.check.accepts.iter().any(|accept| accept.kind == kind);
                if state.variant.is_right() || is_accepted {
                    continue;
                }
                let (lines, verdict) = self.typed(&wanted, &state)?;
                let survives = verdict.is_none();
                let expect = verdict.unwrap_or_else(|| (self.label_at(wanted.span), Some(kind)));
                if self.is_foreseen(&expect, survives) {
                    continue;
                }
                let twin = found
                    .iter_mut()
                    .find(|mistake| mistake.expect == expect && mistake.survives == survives);
                if let Some(twin) = twin {
                    twin.alike += 1;
                    continue;
                }
                let name = expect.1.unwrap_or(kind).to_owned();
                let what = state.what;
                found.push(Mistake { name, what, lines, expect, survives, alike: 0 });
            }
        }
        Ok(found)
    }

    /// The lines that make a state, and what they earn. The shortest that earn the state's own kind
    /// are taken: it may need what the step begins with, or what the solution has built.
    fn typed(
        &self,
        wanted: &Wanted,
        state: &Generated,
    ) -> Result<(Vec<String>, Verdict), ConsoleError> {
        let put = |cleared: bool| {
            let enter = wanted.on.iter().map(|on| format!("docker exec -it {on} redis-cli"));
            let clear = [format!("SELECT {}", wanted.db), "FLUSHDB".to_owned()];
            let clear = clear.into_iter().filter(|_| cleared);
            let leave = wanted.on.iter().map(|_| "exit".to_owned());
            enter.chain(clear).chain(state.lines()).chain(leave).collect::<Vec<_>>()
        };
        let solution = self.solution.lines.iter().map(|line| line.text.clone());
        let ways = [put(false), put(true), solution.chain(put(true)).collect()];
        let kind = Some(state.variant.name());
        let mut tried = Vec::new();
        for lines in ways {
            let verdict = self.verdict(&lines)?;
            if verdict.as_ref().is_some_and(|(_, found)| *found == kind) {
                return Ok((lines, verdict));
            }
            tried.push((lines, verdict));
        }
        // The last is what the proof makes of the state: what passes there survives.
        let survives = tried.last().is_some_and(|(_, verdict)| verdict.is_none());
        let fits = |(_, verdict): &(Vec<String>, Verdict)| verdict.is_none() == survives;
        Ok(tried.into_iter().find(fits).unwrap_or_default())
    }

    /// For each assertion that no mistake breaks first: the solution with one line left out, if
    /// that does it.
    fn left_out(&self, others: &[Mistake]) -> Result<Vec<Mistake>, ConsoleError> {
        let mut found: Vec<Mistake> = Vec::new();
        let is_done = |line: &Line| !line.text.trim_start().starts_with('#');
        for (place, left) in self.solution.lines.iter().enumerate().filter(|(_, l)| is_done(l)) {
            let rest = self.solution.lines.iter().enumerate().filter(|(other, _)| *other != place);
            let rest: Vec<&Line> = rest.map(|(_, line)| line).collect();
            if !rest.iter().any(|line| is_done(line)) {
                continue;
            }
            let lines: Vec<String> = rest.iter().map(|line| line.text.clone()).collect();
            let Some(expect) = self.verdict(&lines)? else { continue };
            let told = others.iter().chain(&found).any(|other| other.expect.0 == expect.0);
            let foreseen = self.step.wrongs().any(|wrong| wrong.expect.label == expect.0);
            if told || foreseen {
                continue;
            }
            let name = format!("without-line-{}", place + 1);
            let what = format!("`{}` left out", left.text);
            found.push(Mistake { name, what, lines, expect, survives: false, alike: 0 });
        }
        Ok(found)
    }

    /// What the lines earn where the step begins, as a `wrong` is run.
    fn verdict(&self, lines: &[String]) -> Result<Verdict, ConsoleError> {
        let lines = lines.iter().map(|text| Line { text: text.clone(), span: Span::default() });
        let script = Script { name: None, lines: lines.collect() };
        let mut stage = self.rig.start(self.place)?;
        for line in &script.lines {
            stage.run(line.text.as_bytes(), self.step);
        }
        let outcomes = stage.judge(self.step);
        Ok(first_failure(&outcomes)
            .map(|(outcome, failure)| (outcome.label.clone(), failure.kind.map(Kind::name))))
    }

    fn is_foreseen(&self, expect: &(String, Option<&'static str>), survives: bool) -> bool {
        !survives
            && self.step.wrongs().any(|wrong| {
                wrong.expect.label == expect.0 && wrong.expect.kind.as_deref() == expect.1
            })
    }

    /// The label of the assertion at that place, or of the group it stands in.
    fn label_at(&self, span: Span) -> String {
        let holds = |item: &&Item| {
            item.span() == span || item.assertions().iter().any(|own| own.span == span)
        };
        self.check.items.iter().find(holds).map_or(String::new(), |item| item.label().to_owned())
    }

    /// The blocks, each with a name that no other fixture of the step has.
    fn blocks(&self, mistakes: Vec<Mistake>) -> Vec<Suggestion> {
        let scripts = self.step.solutions().chain(self.step.rights());
        let scripts = scripts.chain(self.step.wrongs().map(|wrong| &wrong.script));
        let mut taken: Vec<String> = scripts.filter_map(|script| script.name.clone()).collect();
        let mut blocks = Vec::new();
        for mistake in mistakes {
            let name = free(&mistake.name, &taken);
            let (label, kind) = &mistake.expect;
            let kind = kind.map(|kind| format!("/{kind}")).unwrap_or_default();
            let lines: String = mistake.lines.iter().flat_map(|l| ["> ", l, "\n"]).collect();
            let fence = if lines.contains("```") { "~~~" } else { "```" };
            blocks.push(Suggestion {
                step: self.step.id.clone(),
                what: mistake.what,
                alike: mistake.alike,
                survives: mistake.survives,
                block: format!("{fence}wrong name={name} expect={label}{kind}\n{lines}{fence}\n"),
            });
            taken.push(name);
        }
        blocks
    }
}

/// The name, or with a number behind it the first that is free.
fn free(name: &str, taken: &[String]) -> String {
    let is_free = |name: &String| !taken.contains(name);
    let others = (2_usize..).map(|number| format!("{name}-{number}"));
    std::iter::once(name.to_owned()).chain(others).find(is_free).unwrap_or_default()
}

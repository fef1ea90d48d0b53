//! `python` blocks: typed into a real Python that has the `redis` package, on the state that their step
//! begins with, and set beside what they show.
//!
//! The servers of the stage listen for it on ports of their own, and the session is told which. It goes
//! on from block to block, as a learner's would.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::time::Duration;

use super::proof::{Proof, Recording};
use super::rig::Rig;
use crate::lesson::catalogue::{Catalogue, Entry};
use crate::lesson::format::{Content, Part};
use crate::lesson::problem::{Problem, Span};
use crate::lesson::stage::Stage;
use crate::server::net::{Door, Net, Stand};

/// What Python runs.
const SESSION: &str = include_str!("session.py");
/// How long one wait for Python lasts.
const WAIT: Duration = Duration::from_millis(100);
/// After so many waits in which nothing came, the code is taken for one that never ends.
const PATIENCE: u32 = 300;

/// Why Python could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum PythonError {
    /// It could not be started, or a port not be opened.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A lesson's state could not be made.
    #[error("{0}")]
    Console(#[from] crate::lab::console::ConsoleError),
    /// It ended by itself.
    #[error("Python ended before the blocks did")]
    Ended,
    /// It does not answer.
    #[error("Python was still busy after {} seconds with `{code}`", u128::from(PATIENCE) * WAIT.as_millis() / 1000)]
    Stuck {
        /// What it was given.
        code: String,
    },
}

/// Whether a program is a Python that has the `redis` package.
pub fn has_package(program: &Path) -> bool {
    let asked = Command::new(program)
        .args(["-c", "import redis"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    asked.is_ok_and(|status| status.success())
}

/// Runs every `python` block of a lesson with that program, which [`has_package`].
pub fn run(catalogue: &Arc<Catalogue>, entry: &Entry, program: &Path, proof: &mut Proof) {
    if proof.python.is_empty() || proof.skipped.is_some() {
        return;
    }
    let rig = Rig { catalogue, entry, connect: None };
    match all(&rig, program, proof) {
        Ok(blocks) => {
            proof.python.clear();
            proof.counts.python = blocks;
        }
        Err(error) => proof.fail(Problem::new(
            Span::default(),
            format!("the `python` blocks cannot be run: {error}"),
            "in this lesson",
            "mend the code, or what leads to it; a plain listing begins with `py`",
        )),
    }
}

fn all(rig: &Rig<'_>, program: &Path, proof: &mut Proof) -> Result<usize, PythonError> {
    let lesson = &rig.entry.lesson;
    let mut session = Session::start(program, rig)?;
    let mut blocks = 0;
    let intro = (0, lesson.intro.as_slice());
    let steps = lesson.steps.iter().enumerate().map(|(place, step)| (place, step.parts.as_slice()));
    for (place, parts) in std::iter::once(intro).chain(steps) {
        let own: Vec<&Part> = parts.iter().filter(|part| is_python(part)).collect();
        if own.is_empty() {
            continue;
        }
        let mut server = Server::open(rig.start(place)?, &mut session)?;
        session.ask(&mut server, None)?;
        for part in own {
            blocks += 1;
            for input in inputs(part.span, &lesson.source) {
                let shown = session.ask(&mut server, Some(&input.code))?;
                compare(&input, &shown.0, shown.1, proof);
            }
        }
        server.close(&mut session);
    }
    Ok(blocks)
}

fn is_python(part: &Part) -> bool {
    matches!(part.content, Content::Python(_))
}

/// Something typed into Python.
#[derive(Debug, PartialEq, Eq)]
struct Input<'a> {
    code: String,
    span: Span,
    /// What stands before its `>>>`.
    indent: &'a str,
    shows: String,
    reply: Span,
}

/// The inputs of a block, each with what is shown below it.
fn inputs(block: Span, source: &str) -> Vec<Input<'_>> {
    let mut inputs: Vec<Input<'_>> = Vec::new();
    let text = block.of(source);
    let mut at = block.start;
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let (start, end) = (at, at + line.len());
        at = end;
        let is_fence = start == block.start || lines.peek().is_none();
        let row = line.trim_end();
        let bare = row.trim_start();
        if let Some(code) = bare.strip_prefix(">>>") {
            inputs.push(Input {
                code: code.strip_prefix(' ').unwrap_or(code).to_owned(),
                span: Span::new(start + row.len() - bare.len(), start + row.len()),
                indent: row.get(..row.len() - bare.len()).unwrap_or_default(),
                shows: String::new(),
                reply: Span::new(end, end),
            });
        } else if let Some(input) = inputs.last_mut().filter(|_| !is_fence) {
            let own = row.strip_prefix(input.indent).unwrap_or(row);
            match own.strip_prefix("...") {
                Some(code) if input.shows.is_empty() => {
                    input.code.push('\n');
                    input.code.push_str(code.strip_prefix(' ').unwrap_or(code));
                    input.reply = Span::new(end, end);
                }
                Some(_) | None => {
                    input.shows.push_str(own);
                    input.shows.push('\n');
                    input.reply.end = end;
                }
            }
        }
    }
    inputs
}

/// Where a lesson shows nothing it may leave the answer to the learner, but not an exception.
fn compare(input: &Input<'_>, shown: &str, failed: bool, proof: &mut Proof) {
    let lines: Vec<&str> = shown.lines().map(str::trim_end).collect();
    let is_left_open = input.shows.is_empty() && !failed;
    if is_left_open || lines.iter().copied().eq(input.shows.lines()) {
        return;
    }
    let first = input.code.lines().next().unwrap_or_default();
    let problem = Problem::new(
        input.span,
        format!("`{first}` shows something else in Python"),
        "this line",
        format!("`--update` records what it shows:\n{}", lines.join("\n")),
    );
    let text = lines.iter().flat_map(|line| [input.indent, line, "\n"]).collect();
    proof.recordings.push(Recording { problem, span: input.reply, text });
}

/// The servers of a stage, with the ports they have.
struct Server {
    stage: Stage,
    ports: BTreeMap<u16, u16>,
    rooms: Vec<usize>,
}

impl Server {
    fn open(stage: Stage, session: &mut Session) -> io::Result<Self> {
        let mut server = Self { stage, ports: BTreeMap::new(), rooms: Vec::new() };
        for opening in server.stage.console.openings() {
            let any = Stand::Tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
            let door = Door::open(&any, opening.room).map_err(io::Error::other)?;
            if let Some(port) = door.port() {
                server.ports.insert(opening.port, port);
            }
            session.net.open(door)?;
            server.rooms.push(opening.room);
        }
        Ok(server)
    }

    fn close(mut self, session: &mut Session) {
        for room in std::mem::take(&mut self.rooms) {
            session.net.close(room, &mut self.stage.console);
        }
    }
}

/// A Python that runs.
struct Session {
    child: Child,
    input: ChildStdin,
    answers: Receiver<String>,
    net: Net,
}

impl Session {
    fn start(program: &Path, rig: &Rig<'_>) -> Result<Self, PythonError> {
        let clock = rig.empty()?.console.clock().clone();
        let (net, waker) = Net::new(clock)?;
        let mut child = Command::new(program)
            .args(["-c", SESSION])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(PythonError::Ended);
        };
        let (sender, answers) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
                // Who waits looks again after a while anyway.
                let _ = waker.wake();
            }
            drop(sender);
            let _ = waker.wake();
        });
        Ok(Self { child, input, answers, net })
    }

    /// Types code, and gives what Python shows and whether that is an exception; meanwhile the servers answer. No code ends the
    /// connections of servers that are gone.
    fn ask(
        &mut self,
        server: &mut Server,
        code: Option<&str>,
    ) -> Result<(String, bool), PythonError> {
        let request = serde_json::json!({ "ports": server.ports, "code": code });
        writeln!(self.input, "{request}").map_err(|_| PythonError::Ended)?;
        let mut idle = 0;
        while idle < PATIENCE {
            self.net.wait(WAIT)?;
            let turned = self.net.act(&mut server.stage.console);
            idle = if turned.busy.is_empty() { idle + 1 } else { 0 };
            match self.answers.try_recv() {
                Ok(answer) => {
                    return serde_json::from_str(&answer).map_err(|_| PythonError::Ended);
                }
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => return Err(PythonError::Ended),
            }
        }
        Err(PythonError::Stuck { code: code.unwrap_or_default().to_owned() })
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // It may be stuck in the code of a lesson; one that has ended already is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_have_their_lines_and_what_is_shown_below() {
        let block =
            "```python\n>>> for i in range(2):\n...     print(i)\n...\n0\n1\n>>> x = 1\n```\n";
        let source = format!("text\n{block}");
        let inputs = inputs(Span::new(5, source.len()), &source);
        let found: Vec<(&str, &str, &str)> = inputs
            .iter()
            .map(|input| (input.code.as_str(), input.shows.as_str(), input.reply.of(&source)))
            .collect();
        assert_eq!(
            found,
            [("for i in range(2):\n    print(i)\n", "0\n1\n", "0\n1\n"), ("x = 1", "", "")]
        );
    }
}

//! A real terminal for tests: the program on a pty, its screen read back. Nothing sleeps: a test
//! waits for what the screen must show, with one deadline for each wait.

use std::io::{Read as _, Write};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;

/// How long a wait may take before the test fails.
const DEADLINE: Duration = Duration::from_secs(30);

/// What the program wrote so far.
struct Seen {
    parser: vt100::Parser,
    /// Every byte, for what a screen forgets.
    raw: Vec<u8>,
    ended: bool,
}

/// A program on a terminal, `kvtutor` if nothing else is said.
pub struct Terminal {
    seen: Arc<(Mutex<Seen>, Condvar)>,
    keys: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    home: Home,
}

/// The home that the program works in.
enum Home {
    Own(TempDir),
    Given(PathBuf),
}

impl Terminal {
    /// Starts `kvtutor ARGS` in a new, empty home.
    pub fn start(args: &[&str], columns: u16, rows: u16) -> Self {
        let folder = TempDir::with_prefix("kvtutor-home").unwrap();
        Self::open(Home::Own(folder), args, &[], columns, rows)
    }

    /// Starts `kvtutor ARGS`, which opens ports for other programs.
    pub fn start_listening(args: &[&str], columns: u16, rows: u16) -> Self {
        let folder = TempDir::with_prefix("kvtutor-home").unwrap();
        Self::open(Home::Own(folder), args, &[("KVTUTOR_LISTEN", "always")], columns, rows)
    }

    /// Starts `kvtutor ARGS` in a home that is there, with more in its environment.
    pub fn start_in(
        home: &Path,
        args: &[&str],
        environment: &[(&str, &str)],
        columns: u16,
        rows: u16,
    ) -> Self {
        Self::open(Home::Given(home.to_owned()), args, environment, columns, rows)
    }

    fn open(home: Home, args: &[&str], more: &[(&str, &str)], columns: u16, rows: u16) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_kvtutor"));
        command.args(args);
        command.env_clear();
        // Several prompts run at once here, and each would say which port it got.
        command.env("KVTUTOR_LISTEN", "never");
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("KVTUTOR_HOME", home.path());
        for (name, value) in more {
            command.env(name, value);
        }
        Self::spawn(home, command, columns, rows)
    }

    /// Starts another program in a folder, which is its home too.
    pub fn start_program(
        folder: &Path,
        program: &str,
        args: &[&str],
        columns: u16,
        rows: u16,
    ) -> Self {
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.cwd(folder);
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("HOME", folder);
        Self::spawn(Home::Given(folder.to_owned()), command, columns, rows)
    }

    fn spawn(home: Home, command: CommandBuilder, columns: u16, rows: u16) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pty = native_pty_system().openpty(size).unwrap();
        let child = pty.slave.spawn_command(command).unwrap();
        drop(pty.slave);
        let parser = vt100::Parser::new(least(rows), least(columns), 0);
        let seen = Seen { parser, raw: Vec::new(), ended: false };
        let seen = Arc::new((Mutex::new(seen), Condvar::new()));
        let mut output = pty.master.try_clone_reader().unwrap();
        let shared = Arc::clone(&seen);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            loop {
                // A pty whose program has ended gives an error instead of an end.
                let count = output.read(&mut buffer).unwrap_or(0);
                let mut seen = shared.0.lock().unwrap();
                seen.parser.process(&buffer[..count]);
                seen.raw.extend_from_slice(&buffer[..count]);
                seen.ended = count == 0;
                shared.1.notify_all();
                if count == 0 {
                    return;
                }
            }
        });
        let keys = pty.master.take_writer().unwrap();
        Self { seen, keys, master: pty.master, child, home }
    }

    /// The home.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Presses keys: `\r` is Enter, `\t` Tab, `\x03` Ctrl-C, `\x1b[A` the arrow up.
    pub fn send(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Pastes text as a terminal with bracketed paste does.
    pub fn paste(&mut self, text: &str) {
        self.send(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Types a line, presses Enter, and waits for the next prompt. The screen then.
    pub fn line(&mut self, line: &str) -> String {
        self.wait_for_prompt();
        if line.is_empty() {
            return self.enter();
        }
        self.send(line);
        // Where a long line is broken depends on the width, so blanks and rows do not count.
        let packed = |text: &str| text.split_whitespace().collect::<String>();
        let typed = packed(line);
        let end = typed.char_indices().rev().nth(7).map_or(&*typed, |(at, _)| &typed[at..]);
        self.wait(&format!("the echo of {line:?}"), |seen| {
            let screen = seen.parser.screen();
            let (row, column) = screen.cursor_position();
            // A hint may stand behind it, and after a resize the cursor may stand elsewhere.
            packed(&screen.contents_between(0, 0, row, column)).ends_with(end)
                || packed(&screen.contents()).ends_with(end)
        });
        self.send("\r");
        self.wait_for_prompt()
    }

    /// Presses Enter at an empty prompt, which must not be in the last row.
    fn enter(&mut self) -> String {
        let row = |seen: &Seen| seen.parser.screen().cursor_position().0;
        let before = row(&self.seen.0.lock().unwrap());
        self.send("\r");
        self.wait("the next row", |seen| row(seen) > before);
        self.wait_for_prompt()
    }

    /// Waits until the screen shows `text`, rows joined by `\n`. The screen then.
    pub fn wait_for(&mut self, text: &str) -> String {
        self.wait_until(&format!("{text:?}"), |screen| screen.contains(text))
    }

    /// Waits for a prompt with nothing typed behind it. The screen then.
    pub fn wait_for_prompt(&mut self) -> String {
        self.wait("a prompt", |seen| {
            let screen = seen.parser.screen();
            let (row, column) = screen.cursor_position();
            let before = screen.contents_between(row, 0, row, column);
            // A line that `:load` prints begins with `> ` alone.
            before.ends_with("> ") && before != "> "
        })
    }

    /// Waits until the screen is as wanted. The screen then.
    pub fn wait_until(&mut self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        self.wait(what, |seen| wanted(&text(&seen.parser)))
    }

    /// Waits for the end of the program, and gives its exit code.
    pub fn wait_end(&mut self) -> u32 {
        let (lock, changed) = &*self.seen;
        let seen = lock.lock().unwrap();
        let (seen, late) = changed.wait_timeout_while(seen, DEADLINE, |seen| !seen.ended).unwrap();
        assert!(!late.timed_out(), "the program did not end; the screen:\n{}", text(&seen.parser));
        drop(seen);
        self.child.wait().unwrap().exit_code()
    }

    /// The rows of the screen, without blanks at their ends and empty rows at the bottom.
    pub fn screen(&self) -> String {
        text(&self.seen.0.lock().unwrap().parser)
    }

    /// Everything that was ever written, control sequences included.
    pub fn raw(&self) -> String {
        String::from_utf8_lossy(&self.seen.0.lock().unwrap().raw).into_owned()
    }

    /// Gives the terminal another size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.seen.0.lock().unwrap().parser.screen_mut().set_size(least(rows), least(columns));
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).unwrap();
    }

    /// Ends the program as `kill -9` does, and waits until it is gone.
    pub fn kill(&mut self) {
        if let Ok(None) = self.child.try_wait()
            && let Some(id) = self.child.process_id()
        {
            // The terminal's own kill sends SIGHUP, which a program may catch.
            let _ = Command::new("sh").args(["-c", &format!("kill -9 {id}")]).status();
        }
        let _ = self.child.wait();
    }

    fn wait(&mut self, what: &str, wanted: impl Fn(&Seen) -> bool) -> String {
        let (lock, changed) = &*self.seen;
        let seen = lock.lock().unwrap();
        let waiting = |seen: &mut Seen| !wanted(seen) && !seen.ended;
        let (seen, _) = changed.wait_timeout_while(seen, DEADLINE, waiting).unwrap();
        let screen = text(&seen.parser);
        assert!(wanted(&seen), "waited for {what}; the screen:\n{screen}");
        screen
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Home {
    fn path(&self) -> &Path {
        match self {
            Home::Own(folder) => folder.path(),
            Home::Given(path) => path,
        }
    }
}

fn text(parser: &vt100::Parser) -> String {
    let contents = parser.screen().contents();
    let rows: Vec<&str> = contents.lines().map(str::trim_end).collect();
    rows.join("\n").trim_end().to_owned()
}

fn least(size: u16) -> NonZeroU16 {
    NonZeroU16::new(size).unwrap_or(NonZeroU16::MIN)
}

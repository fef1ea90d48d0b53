//! What a container writes around its instance's own lines: the start-up and the shutdown, as the
//! image's Redis does it.

use super::machines::{Note, StartError};
use super::model::{Container, Line, when};

/// How a version writes.
struct Voice {
    /// The mark of what 7.0 and before took for a warning.
    loud: char,
    /// Whether the image's start script says a line first.
    greets: bool,
    /// Whether the last line names the kind of connection.
    names_tcp: bool,
}

fn voice(version: &str) -> Voice {
    let mut numbers = version.split('.').map_while(|number| number.parse::<u32>().ok());
    let (major, minor) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    let modern = (major, minor) >= (7, 2);
    Voice { loud: if modern { '*' } else { '#' }, greets: major >= 8, names_tcp: modern }
}

/// One line of the server, as process 1.
fn line(at: u64, role: char, mark: char, text: &str) -> Line {
    Line { at, text: format!("1:{role} {} {mark} {text}", when::log_time(at)) }
}

/// What an instance has said, as lines.
pub fn notes(notes: Vec<Note>) -> impl Iterator<Item = Line> {
    notes.into_iter().map(|note| line(note.at, 'M', note.mark, &note.text))
}

/// From the first line to where the data is loaded.
pub fn begin(container: &Container, at: u64) -> Vec<Line> {
    let voice = voice(&container.version);
    let loud = voice.loud;
    let mut lines = Vec::new();
    if voice.greets {
        lines.push(Line { at, text: "Starting Redis Server".to_owned() });
    }
    let modified = u8::from(voice.greets);
    lines.push(line(at, 'C', loud, "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo"));
    let version = format!(
        "Redis version={}, bits=64, commit=00000000, modified={modified}, pid=1, just started",
        container.version
    );
    lines.push(line(at, 'C', loud, &version));
    let configured = voice.greets || !container.args.is_empty();
    let configuration = if configured {
        "Configuration loaded"
    } else {
        "Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf"
    };
    lines.push(line(at, 'C', if configured { loud } else { '#' }, configuration));
    lines.push(line(at, 'M', '*', "monotonic clock: POSIX clock_gettime"));
    let mode = format!("Running mode=standalone, port={}.", container.listens_on());
    lines.push(line(at, 'M', '*', &mode));
    lines.push(line(at, 'M', loud, "Server initialized"));
    lines
}

/// Writes into a container's log why its server gave up, and gives what helps beside that.
pub fn refusal(container: &mut Container, at: u64, error: StartError) -> Option<String> {
    match error {
        StartError::Arguments { lines, why } => {
            container.write(lines.into_iter().map(|text| Line { at, text }));
            why
        }
        StartError::Data { reason } => {
            let mut lines = begin(container, at);
            lines.push(Line { at, text: reason });
            container.write(lines);
            None
        }
    }
}

/// The last line of a start.
pub fn ready(container: &Container, at: u64) -> Line {
    let text = "Ready to accept connections";
    let tcp = if voice(&container.version).names_tcp { " tcp" } else { "" };
    line(at, 'M', '*', &format!("{text}{tcp}"))
}

/// The lines of a shutdown that SIGTERM began, around the instance's own.
pub fn shutdown(container: &Container, at: u64, said: Vec<Note>) -> Vec<Line> {
    let loud = voice(&container.version).loud;
    let signal =
        format!("1:signal-handler ({}) Received SIGTERM scheduling shutdown...", at / 1000);
    let mut lines = vec![Line { at, text: signal }];
    lines.push(line(at, 'M', loud, "User requested shutdown..."));
    lines.extend(notes(said));
    lines.push(line(at, 'M', loud, "Redis is now ready to exit, bye bye..."));
    lines
}
